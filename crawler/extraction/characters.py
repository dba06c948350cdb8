"""Characters that stand in no text: controls, which a terminal obeys, and halves of others."""

import re

_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_HALF = re.compile("[\ud800-\udfff]")
_BYTES = bytes({*range(32), 127} - set(b"\t\n\r"))
_SPACES = bytes.maketrans(_BYTES, b" " * len(_BYTES))
_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|7[fF])(?![0-9a-fA-F])"
    rb"|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|127)(?![0-9]));?"
)
_TWO_BYTES = re.compile(rb"\xc2[\x80-\x84\x86-\x9f]")
"""Controls from U+0080 on in UTF-8, without the one that ends a line."""


def clean(text: str) -> str:
    """Give text with a space for every control character but tabs and line ends, and U+FFFD for a half."""
    if text.isprintable():
        return text
    return _HALF.sub("\ufffd", _CONTROL.sub(" ", text))


def clean_page(data: bytes) -> bytes:
    """Give a page in UTF-8 with a space for every control character, also for a reference (``&#27;``)."""
    data = _REFERENCE.sub(b" ", data.translate(_SPACES))
    return _TWO_BYTES.sub(b" ", data)
