"""Is an article about a series, how sure is that, and why."""

from collections.abc import Sequence
from itertools import groupby

from archive.models import Extraction, Judgement, Mention, Series
from crawler.relevance.matching import Field, matcher_of

WEIGHTS = {"name": 10.0, "alias": 10.0, "ambiguous": 10.0, "person": 2.0, "studio": 1.0}
"""What a name is worth by its kind, where ``Series.weights`` does not say otherwise."""
PLACES = {"title": 2.0, "lead": 1.5, "excerpt": 1.5, "tags": 1.5, "text": 1.0}
"""What a place multiplies that with. A name counts once, in its best place."""
NEAR_MISS = 0.3
"""Share of ``Series.keep_from`` from which a page that is not kept is a near miss."""

_LEAD_PARAGRAPHS = 2
_WHERE = {
    "title": "in the title",
    "lead": "in the lead",
    "excerpt": "in the excerpt",
    "text": "in the text",
    "tags": "in the tags",
}
_COUNTED = {"lead", "text"}


def judge(extraction: Extraction, series: Sequence[Series], excerpt: str | None = None) -> Judgement:
    """Tell whether an article is about one of the series, by the names that stand in it.

    Width, case, diacritics, and how the parts of a name are joined (space, hyphen, apostrophe, middle dot)
    make no difference. A name in a script with spaces counts only as whole words; Japanese, Chinese and
    Korean names count anywhere. The score of a series is the sum of its names' weights, each times the
    factor of the best place that it stands in; from ``Series.keep_from`` on an article is kept. A name that
    can mean something else counts in full beside another name of the series; alone it makes a near miss.

    Args:
        extraction: the article.
        series: what the archive is about.
        excerpt: what the feed that named the page says of it.

    Returns:
        The judgement, with the score of the best series and the mentions of all, in the order title, lead,
        rest of the text, tags, excerpt; the reason is a sentence for people.
    """
    lead, rest = _split_lead(extraction)
    fields = {
        "title": Field(extraction.title or ""),
        "lead": Field(lead),
        "text": Field(rest),
        "tags": Field("\n".join("#" + " ".join(tag.split()) for tag in extraction.tags)),
        "excerpt": Field(excerpt or ""),
    }
    found = []
    for one in series:
        matcher = matcher_of(one)
        mentions = [mention for name, field in fields.items() for mention in matcher.mentions(name, field)]
        if mentions:
            found.append((one, _score(one, mentions), mentions))
    return _decide(series, found)


def judge_hints(title: str | None, excerpt: str | None, series: Sequence[Series]) -> Judgement:
    """Judge a page that is not fetched yet by what a feed or a list says of it."""
    return judge(Extraction(url="", rules_version="", title=title), series, excerpt)


def _split_lead(extraction: Extraction) -> tuple[str, str]:
    """Give the beginning of the article (the standfirst and the first paragraphs), and the rest."""
    standfirst = extraction.standfirst or ""
    paragraphs = extraction.text.split("\n\n")
    lead = "\n\n".join(paragraphs[:_LEAD_PARAGRAPHS])
    rest = "\n\n".join(paragraphs[_LEAD_PARAGRAPHS:])
    if standfirst and standfirst not in extraction.text:
        lead = f"{standfirst}\n\n{lead}"
    return lead, rest


def _score(series: Series, mentions: Sequence[Mention]) -> float:
    """Add up the names of one series, each in its best place."""
    weights = dict(series.weights)
    sure = unsure = 0.0
    for (name, kind), group in groupby(sorted(mentions, key=_by_name), key=_by_name):
        points = weights.get(name, WEIGHTS[kind]) * max(PLACES[mention.field] for mention in group)
        if kind == "ambiguous":
            unsure += points
        else:
            sure += points
    if sure:
        return sure + unsure
    return min(unsure, series.keep_from * (1 - NEAR_MISS))


def _by_name(mention: Mention) -> tuple[str, str]:
    return mention.name, mention.kind


def _decide(series: Sequence[Series], found: Sequence[tuple[Series, float, list[Mention]]]) -> Judgement:
    mentions = tuple(mention for _, _, own in found for mention in own)
    kept = [(one, own) for one, score, own in found if score >= one.keep_from]
    best, score = max(
        ((one, score) for one, score, _ in found), key=lambda of: of[1] / of[0].keep_from, default=(None, 0.0)
    )
    if kept:
        return Judgement(True, _tell(kept), mentions, score)
    near = best is not None and score >= best.keep_from * NEAR_MISS
    if best is None:
        reason = _tell_none(series)
    else:
        told = _tell([(one, own) for one, _, own in found])
        reason = f"only {told}: {score:g} points of {best.keep_from:g}"
    return Judgement(False, reason, mentions, score, near)


def _tell(found: Sequence[tuple[Series, list[Mention]]]) -> str:
    """Give a sentence that says what is named where; people and studios where they decide."""
    parts = []
    for series, mentions in found:
        own = [mention for mention in mentions if mention.kind in {"name", "alias", "ambiguous"}]
        if any(mention.kind == "name" for mention in own):
            known_as = series.name
        elif own:
            known_as = f"{own[0].name} ({series.name})"
        else:
            own = mentions
            known_as = _enumerate(list(dict.fromkeys(mention.name for mention in own)), "and")
        parts.append(f"names {known_as} {_tell_places(own)}")
    return "; ".join(parts)


def _tell_places(mentions: Sequence[Mention]) -> str:
    places = []
    for field, where in _WHERE.items():
        if count := sum(mention.count for mention in mentions if mention.field == field):
            times = "" if field not in _COUNTED else "once " if count == 1 else f"{count} times "
            places.append(times + where)
    return _enumerate(places, "and")


def _tell_none(series: Sequence[Series]) -> str:
    names = [name for one in series for name in dict.fromkeys((one.name, *one.aliases, *one.ambiguous))]
    if len(names) > 5:
        names[4:] = [f"{len(names) - 4} other names"]
    return f"does not name {_enumerate(names, 'or')}"


def _enumerate(items: Sequence[str], conjunction: str) -> str:
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}" if len(items) > 1 else "".join(items)
