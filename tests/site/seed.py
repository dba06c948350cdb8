"""A small archive of invented articles in three languages, made the way a crawl makes one."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from archive.captures import Captures
from archive.database import open_archive
from archive.frontier import Frontier
from archive.models import (
    Access,
    Candidate,
    DiscoveryKind,
    Extraction,
    Fetch,
    Judgement,
    Mention,
    PageState,
    RemovedBlock,
    Series,
    SourceCounts,
)
from archive.writer import Writer

SERIES = Series("Metallic Rouge", ("メタリックルージュ",), ("Yutaka Izubuchi", "Motonobu Hori"), ("BONES",))

SOURCES = {
    "Panel & Frame": "https://panel-and-frame.example/",
    "アニメ通信": "https://anime-tsushin.example/",
    "Bildschnitt": "https://bildschnitt.example/",
    "The Cel Review": "https://cel-review.example/",
}

_ENGLISH = (
    "The first thing you notice about Metallic Rouge is the sound of rain. It falls on a stage, on a singer, and on "
    "the audience that does not know yet what she is.",
    "Rouge Redstar is an android who hunts other androids, and the series never lets her forget that her orders come "
    "from people who would not survive a week without her kind.",
    "“We wanted the armour to look heavy,” the director says. “If it moves like cloth, nobody believes that it can "
    "hurt you. So every fight begins with weight.”",
    "The Mars of the series is a port city with a cough. Its streets are drawn from below, so that pipes and cables "
    "fill the upper half of nearly every frame.",
    "What holds it together is the friendship with Naomi Orthmann, who talks too much because Rouge does not talk at "
    "all. Their quarrels over chocolate are better than most of the duels.",
    "The middle episodes lose their way in conspiracies. Three councils meet in three dark rooms, and a viewer who "
    "looks away for a minute will not find back into the plot.",
    "The score leans on a string quartet where others would reach for guitars, and the last fight is better for it.",
    "Twelve episodes are not enough for everything that it sets up, but they are enough to want more.",
)
_JAPANESE = (
    "『メタリックルージュ』は、雨の音から始まる。舞台の上で歌う主人公の正体を、観客はまだ知らない。",
    "人造人間ネアンとして生まれたルジュ・レッドスターは、同じ人造人間を追う任務を負っている。",
    "監督は「装甲は重く見えなければならない」と語る。戦いの場面は、必ず重さの描写から始まるという。",
    "火星の街は低い位置から描かれ、画面の上半分を配管と電線が埋めている。美術班は実在の港町を三度取材した。",
    "相棒のナオミ・オルトマンを演じる声優は、二人の掛け合いについて「台本より間のほうが多い」と笑う。",
    "弦楽四重奏を中心にした音楽も評判が高く、最終話の戦闘曲は放送後すぐに配信が始まった。",
    "全十二話では語り尽くせなかったという声もある。制作会社は続編については明言を避けた。",
)
_GERMAN = (
    "„Metallic Rouge“ beginnt mit Regen. Er fällt auf eine Bühne, auf eine Sängerin und auf ein Publikum, das noch "
    "nicht weiß, wen es vor sich hat.",
    "Rouge Redstar ist eine Androidin, die andere Androiden jagt. Die Serie lässt sie nie vergessen, wer ihr die "
    "Befehle gibt.",
    "Der Mars ist hier eine Hafenstadt mit Husten: Rohre und Kabel füllen die obere Hälfte fast jedes Bildes.",
    "Getragen wird alles von der Freundschaft mit Naomi Orthmann, die zu viel redet, weil Rouge gar nicht redet.",
    "In der Mitte verliert sich die Geschichte in Verschwörungen. Drei Räte tagen in drei dunklen Zimmern.",
    "Zwölf Folgen reichen nicht für alles, was die Serie anlegt. Sie reichen aber, um mehr sehen zu wollen.",
)

_TITLES = {
    "Panel & Frame": (
        "Metallic Rouge begins with rain, and with a song",
        "The weight of armour: a talk with the people who animate Metallic Rouge",
        "Metallic Rouge, episode 3: a train, a thief and a box of chocolate",
        "Why Metallic Rouge draws its Mars from below",
        "Metallic Rouge, episode 7: three councils in three dark rooms",
        "Every android of Metallic Rouge, and what became of them",
        "Metallic Rouge ends as it began",
        "Metallic Rouge on disc: what the extras tell",
        "Two years after Metallic Rouge, its composer goes on tour",
    ),
    "アニメ通信": (
        "『メタリックルージュ』放送開始、第1話の舞台裏",
        "監督に聞く『メタリックルージュ』の装甲と重さ",
        "『メタリックルージュ』美術設定、火星の街ができるまで",
        "主演声優が語る『メタリックルージュ』の間",
        "『メタリックルージュ』最終話の音楽が配信へ",
        "展覧会「メタリックルージュの世界」開幕",
        "『メタリックルージュ』設定資料集が発売",
    ),
    "Bildschnitt": (
        "„Metallic Rouge“: Regen auf dem Mars",
        "Wie schwer ist eine Rüstung? Ein Besuch im Studio von „Metallic Rouge“",
        "„Metallic Rouge“, Folge 5: Schokolade und Verrat",
        "Was von „Metallic Rouge“ bleibt",
        "„Metallic Rouge“ erscheint auf Blu-ray",
        "Streichquartett statt Gitarren: die Musik von „Metallic Rouge“",
    ),
    "The Cel Review": (
        "Review: Metallic Rouge is all surface, and what a surface",
        "The long road to Metallic Rouge",
        "Metallic Rouge and the robots that came before it",
        "Interview: the colour designer of Metallic Rouge on red",
        "Metallic Rouge gets a stage play",
        "Ten series to watch after Metallic Rouge",
        "What Metallic Rouge says about work",
        "Review: the Metallic Rouge art book",
    ),
}
_LANGUAGES = {"Panel & Frame": "en", "アニメ通信": "ja", "Bildschnitt": "de", "The Cel Review": "en"}
_PARAGRAPHS = {"en": _ENGLISH, "ja": _JAPANESE, "de": _GERMAN}
_AUTHORS = {
    "Panel & Frame": ("Ada Quill", "Ben Marsh"),
    "アニメ通信": ("高橋みどり",),
    "Bildschnitt": ("Jana Brückner", "Tom Wiese"),
    "The Cel Review": ("Ines Okafor",),
}
_MONTHS = (
    "2024-01-11",
    "2024-01-25",
    "2024-02-08",
    "2024-02-22",
    "2024-03-07",
    "2024-03-28",
    "2024-06-14",
    "2025-01-10",
)
_MONTHS += ("2026-02-03",)


def make_archive(path: Path, extractions: tuple[Extraction, ...] | None = None) -> Path:
    """Make an archive of the invented articles, or of the given ones, as two crawls leave it."""
    db = open_archive(path, create=True)
    captures = Captures(path.parent / "captures")
    frontier, writer = Frontier(db), Writer(db, captures)
    frontier.register_series([SERIES])
    sources = frontier.register_sources(list(SOURCES.items()))
    crawl = writer.start_crawl("0.1.0")
    for name, source in sources.items():
        feed = frontier.discovery(source.id, DiscoveryKind.FEED, f"{source.home}feed.xml")
        _note_discovery(frontier, feed.id)
        mine = [one for one in (extractions or tuple(invent())) if one.url.startswith(source.home)]
        for extraction in mine:
            frontier.add_candidates(
                feed.id,
                source.id,
                [Candidate(extraction.url, title=extraction.title)],
                "2026-03-01T08:00:00Z",
            )
            _keep(frontier, writer, captures, crawl, source.id, extraction, "2026-03-01T08:10:00Z")
        if extractions is None:
            _add_pages_without_articles(frontier, writer, crawl, source.id, source.home, feed.id)
    writer.finish_crawl(
        crawl,
        "finished",
        {
            source.id: SourceCounts(found=12, fetched=11, kept=8, skipped=2, failed=1)
            for source in sources.values()
        },
        {sources["Bildschnitt"].id: "https://bildschnitt.example/sitemap.xml: no answer within 30 seconds"},
    )
    if extractions is None:
        _edit_one(frontier, writer, captures, sources["Panel & Frame"].id)
    captures.close()
    db.close()
    return path


def invent() -> Iterator[Extraction]:
    """Give the invented articles."""
    for source, titles in _TITLES.items():
        language = _LANGUAGES[source]
        pool = _PARAGRAPHS[language]
        for number, title in enumerate(titles):
            paragraphs = [pool[(number + step) % len(pool)] for step in range(5)]
            paywalled = source == "Panel & Frame" and number % 3 == 1
            yield extraction_of(
                f"{SOURCES[source]}{_MONTHS[number][:4]}/{number + 1}.html",
                title,
                paragraphs[:2] if paywalled else paragraphs,
                heading={"en": "A city with a cough", "ja": "火星の街", "de": "Eine Stadt mit Husten"}[
                    language
                ],
                authors=_AUTHORS[source],
                published=f"{_MONTHS[number]}T09:30:00{'+09:00' if language == 'ja' else '+00:00'}",
                language=language,
                site_name=source,
                access=Access.PAYWALLED
                if paywalled
                else Access.METERED
                if source == "Panel & Frame"
                else Access.FREE,
                text_complete=not paywalled,
            )


def extraction_of(
    url: str, title: str, paragraphs: list[str], *, heading: str = "Mars", **more: object
) -> Extraction:
    """Give an extraction with the text of these paragraphs and a picture, and three blocks that were removed."""
    blocks = [f"<p>{escape(text)}</p>" for text in paragraphs]
    blocks.insert(1, f"<h2>{escape(heading)}</h2>")
    blocks.insert(
        3,
        '<figure><img src="https://images.example/rouge.jpg" alt="Rouge in the rain">'
        "<figcaption>Rouge Redstar on the stage of the first episode.</figcaption></figure>",
    )
    facts: dict[str, object] = {
        "standfirst": None,
        "access_evidence": ("json-ld: isAccessibleForFree is false",)
        if more.get("access") is Access.PAYWALLED
        else ("json-ld: isAccessibleForFree is true",),
        "tags": ("Metallic Rouge", "BONES"),
        "image": "https://images.example/rouge.jpg",
        "canonical_url": url,
        "removed": (
            RemovedBlock(
                "affiliate-note",
                "Note about affiliate links",
                "We may earn a commission from links on this page.",
                0,
            ),
            RemovedBlock(
                "newsletter", "Newsletter sign-up", "The best of the week in your inbox. Subscribe now!", 2
            ),
            RemovedBlock(
                "related",
                "Links to other articles",
                "You may also like: ten robots with feelings",
                len(blocks),
            ),
        ),
    }
    return Extraction(
        url=url,
        rules_version="2026.1",
        title=title,
        text="\n\n".join(paragraphs),
        html="\n".join(blocks),
        **(facts | more),  # type: ignore[arg-type]
    )


def judgement_of(extraction: Extraction) -> Judgement:
    """Give the judgement that it names the series, in the title and at the start of its text."""
    name = next((alias for alias in SERIES.aliases if alias in extraction.text), SERIES.name)
    passage = extraction.text[:120]
    mentions = (
        Mention(
            SERIES.name,
            name,
            "name" if name == SERIES.name else "alias",
            "title",
            1,
            (extraction.title or "")[:200],
        ),
        Mention(SERIES.name, name, "name" if name == SERIES.name else "alias", "text", 2, passage),
    )
    return Judgement(True, f"Names {name} in the title, and 2 times in the text.", mentions)


def _keep(
    frontier: Frontier,
    writer: Writer,
    captures: Captures,
    crawl: int,
    source: int,
    extraction: Extraction,
    now: str,
) -> None:
    page = next(page for page in frontier.due_pages(source, now, 1000) if page.url == extraction.url)
    body = extraction.html.encode()
    capture = captures.write(
        url=page.url,
        status=200,
        reason="OK",
        headers=[("Content-Type", "text/html; charset=utf-8")],
        body=body,
        request_headers=[],
        captured_at=now,
    )
    fetch = Fetch(
        page.id,
        page.url,
        now,
        200,
        seconds=0.2,
        bytes=len(body),
        digest=f"sha256:{hash(body):x}",
        capture=capture,
    )
    writer.record(
        crawl,
        page,
        fetch,
        state=PageState.KEPT,
        reason=None,
        next_due="2026-03-02T08:00:00Z",
        extraction=extraction,
        judgement=judgement_of(extraction),
    )


def _edit_one(frontier: Frontier, writer: Writer, captures: Captures, source: int) -> None:
    """Let the publisher change a headline and a paragraph, and the second crawl see it."""
    crawl = writer.start_crawl("0.1.0")
    before = next(one for one in invent() if one.url.startswith(SOURCES["Panel & Frame"]))
    after = replace(
        before,
        title=f"{before.title} (updated)",
        text=f"{before.text}\n\nUpdate: the broadcast begins an hour later than announced.",
        html=f"{before.html}<p>Update: the broadcast begins an hour later than announced.</p>",
    )
    _keep(frontier, writer, captures, crawl, source, after, "2026-03-03T08:00:00Z")
    writer.finish_crawl(crawl, "finished", {source: SourceCounts(fetched=1, unchanged=8, kept=1)})


def _note_discovery(frontier: Frontier, discovery: int) -> None:
    frontier.record_discovery(
        discovery,
        status=200,
        error=None,
        etag='"1"',
        last_modified=None,
        digest=None,
        checked_at="2026-03-01T08:00:00Z",
        changed=True,
        next_due="2026-03-01T09:00:00Z",
        failures=0,
    )


def _add_pages_without_articles(
    frontier: Frontier, writer: Writer, crawl: int, source: int, home: str, feed: int
) -> None:
    outcomes = {
        "news/garden.html": (PageState.SKIPPED, "names none of: Metallic Rouge, メタリックルージュ", 200),
        "news/soup.html": (PageState.SKIPPED, "names none of: Metallic Rouge, メタリックルージュ", 200),
        "video/9": (PageState.FAILED, "no answer within 30 seconds", None),
        "old/1": (PageState.GONE, "the site says that it is no more (410)", 410),
        "private/2": (PageState.REFUSED, "robots.txt does not allow it", None),
    }
    frontier.add_candidates(
        feed, source, [Candidate(f"{home}{path}") for path in outcomes], "2026-03-01T08:00:00Z"
    )
    for page in frontier.due_pages(source, "2026-03-01T08:20:00Z", 100):
        if path := page.url.removeprefix(home):
            state, reason, status = outcomes.get(path, (None, None, None))
            if state:
                fetch = Fetch(page.id, page.url, "2026-03-01T08:20:00Z", status)
                writer.record(crawl, page, fetch, state=state, reason=reason, next_due=None)
