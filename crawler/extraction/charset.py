"""Bytes to text when byte order mark, header, markup and content disagree."""

import codecs
import re

from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
    to_unicode,
)

TWICE = "utf-8 twice"
"""The encoding of a page whose UTF-8 was taken for a Latin encoding and encoded again."""
_GUESSES = ("cp932", "euc_jp", "gb18030", "cp949", "big5hkscs", "cp1251", "koi8-r", "cp1250", "cp1252")
_MULTIBYTE = frozenset({"cp932", "euc_jp", "gb18030", "cp949", "big5hkscs"})
_SAMPLE = 40_000
_ISO_2022_JP = re.compile(rb"\x1b\$[@B][\x21-\x7e]{4}")
_ENCODED_TWICE = re.compile(rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xe2\x82\xac|\xe2\x80[\x90-\xba])")
"""A character of UTF-8 whose bytes were taken for Latin ones and encoded again."""
_NON_ASCII = re.compile(rb"[\x80-\xff]+")
_BETWEEN_MARKUP = re.compile(rb"[^<>\"=]+")
_KANA = re.compile(r"[\u3041-\u30fe]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_COMMON_CHINESE = re.compile(
    r"[的一是在不了有和人这中大为上个国我以要他時來用們生到作地于出就分对成会可主发年动這為個對會發]"
)
_COMMON_RUSSIAN = re.compile(r"[оеаинтсрвл]")
_COMMON_LATIN = re.compile(r"[éèàùçäöüßñóíúáãõâêîïôûëœåøæęąłńśźżćčěďťůřšžý’‘“”„–—…«»©]")
_IMPLAUSIBLE = re.compile(r"[\ufffd\u0080-\u009f\ue000-\uf8ff\uff61-\uff9f\u2500-\u257f]")


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Give the text of a page and the name of the encoding it was read with.

    A byte order mark wins (WHATWG). Then UTF-8 where the bytes are UTF-8, whatever is declared, because other
    text hardly ever is valid UTF-8 by chance; where all of it was encoded twice, that is undone. Then what
    the header and the markup declare, the first that fits the bytes. Then the guess whose characters are the
    most plausible.
    """
    mark, bom = read_bom(body)
    if mark:
        return body[len(bom or b"") :].decode(mark, "replace"), mark
    if b"\x1b" in body and _ISO_2022_JP.search(body):
        return to_unicode(body, "iso2022_jp"), "iso2022_jp"
    try:
        return _read_once(body) or (body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        known = body[: error.start]
        if error.reason == "unexpected end of data" and not known.isascii():  # cut off within a character
            return f"{known.decode()}\ufffd", "utf-8"
    sample = _sample(body)
    if _errors(sample, "utf-8") <= 0.02:
        return body.decode("utf-8", "replace"), "utf-8"
    for encoding in (http_content_type_encoding(content_type), html_body_declared_encoding(body)):
        if encoding and encoding != "utf-8" and _fits(sample, encoding):
            return to_unicode(body, encoding), encoding
    best = max(_GUESSES, key=lambda name: _plausibility(sample, name))
    return to_unicode(body, resolve_encoding(best) or best), best


def _as_latin(error: UnicodeError) -> tuple[bytes, int]:
    """Encode what windows-1252 leaves out as Latin-1 does."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return error.object[error.start : error.end].encode("latin-1"), error.end


_LATIN = "series-archive.latin-1"
codecs.register_error(_LATIN, _as_latin)


def _read_once(body: bytes) -> tuple[str, str] | None:
    """Give the text of a page that some program encoded twice; None where not all of the page is so.

    Raises:
        UnicodeDecodeError: the bytes are no UTF-8.
    """
    if b"\xc3" not in body or not _ENCODED_TWICE.search(body):
        return None
    try:
        once = body.decode("utf-8").encode("cp1252", _LATIN)
    except UnicodeEncodeError:
        return None
    try:
        return once.decode("utf-8"), TWICE
    except UnicodeDecodeError:
        return None


def _errors(sample: bytes, encoding: str) -> float:
    """Share of the non-ASCII bytes that the encoding cannot read."""
    foreign = sum(map(len, _NON_ASCII.findall(sample))) or 1
    return sample.decode(encoding, "replace").count("\ufffd") / foreign


def _sample(body: bytes) -> bytes:
    """The pieces around non-ASCII bytes, which are all that encodings differ in."""
    pieces: list[bytes] = []
    size = 0
    for match in _BETWEEN_MARKUP.finditer(body):
        piece = match.group()
        if not piece.isascii():
            pieces.append(piece[: 2 * _SAMPLE])
            size += len(piece)
            if size > _SAMPLE:
                break
    return b"\n".join(pieces)


def _fits(sample: bytes, encoding: str) -> bool:
    """Tell whether a declared encoding reads the bytes into text that somebody may have written."""
    text = sample.decode(encoding, "replace")
    foreign = sum(1 for c in text if c > "\x7f") or 1
    if len(_IMPLAUSIBLE.findall(text)) / foreign > 0.03:
        return False
    rivals = [name for name in _GUESSES if name != encoding]
    margin = 0.5 if encoding in _MULTIBYTE else 0.3
    return _plausibility(sample, encoding) + margin >= max(_plausibility(sample, name) for name in rivals)


def _plausibility(sample: bytes, encoding: str) -> float:
    """Share of common characters of the languages an encoding is for, less what nobody writes."""
    text = sample.decode(encoding, "replace")
    foreign = sum(1 for c in text if c > "\x7f") or 1
    bad = len(_IMPLAUSIBLE.findall(text))
    if encoding in {"cp932", "euc_jp"}:
        good = len(_KANA.findall(text)) * 1.5
    elif encoding in {"gb18030", "big5hkscs"}:
        good = len(_COMMON_CHINESE.findall(text)) * 3.0
    elif encoding == "cp949":
        good = len(_HANGUL.findall(text)) * 0.9
    elif encoding in {"cp1251", "koi8-r"}:
        good = len(_COMMON_RUSSIAN.findall(text)) * 1.3
    else:
        letters = sum(map(str.isalpha, text)) or 1
        good = len(_COMMON_LATIN.findall(text)) * (0.8 if encoding == "cp1252" else 0.75)
        good *= 0.2 if foreign / letters > 0.6 else 1.0
    return (min(good, foreign) - 8.0 * bad) / foreign
