"""What comes back on the pages of a source is its furniture, once the archive has seen enough of them."""

from tests.crawler.conftest import Archive
from tests.web import SERIES, Answer, Web, article

NOTE = (
    "The people at this desk have cooked for forty years, and they would cook for you if you came by at noon."
)
LABEL = "Served warm"


def page(name: str, notes: str = f"<p>{NOTE}</p>", *, own: str = "") -> Answer:
    """Write an article in words of its own, with what all articles of the site end with."""
    words = "".join(
        f"<p>In {name} {word}, {SERIES} was {word} again, so {name} the {word} wrote {word * 2} of it in a "
        f"{word} hurry, and nobody in {name} {word} has minded that {word} so far.</p>"
        for word in ("boiled", "fried", "steamed", "grilled", "roasted")
    )
    return Answer(article(name).split("<p>")[0] + own + words + notes + "</article></main></body></html>")


def publish(site: Web, **pages: Answer) -> None:
    """Publish pages, one run for each: a page is read with what was learnt before."""
    site.publish(*pages)
    for name, answer in pages.items():
        site[f"/{name}"] = answer


def test_what_four_articles_end_with_is_removed_from_the_fourth_on(site: Web, archive: Archive) -> None:
    names = ("anna", "bert", "carl", "dora", "emil")
    for count in range(1, len(names) + 1):
        publish(site, **{name: page(name) for name in names[:count]})
        archive.crawl()
    kept = archive.rows("SELECT text LIKE ? FROM articles ORDER BY id", f"%{NOTE}%")
    assert [bool(one) for (one,) in kept] == [True, True, True, False, False]
    removed = archive.rows(
        "SELECT rule, reason, text FROM removed_blocks WHERE rule LIKE 'site.%' ORDER BY id"
    )
    assert removed == [
        ("site.repeated", "It stands on 3 other pages of this site", NOTE),
        ("site.repeated", "It stands on 4 other pages of this site", NOTE),
    ]

    site["/anna"] = page("anna", own="<p>It was a surprise to everybody at the table that night.</p>")
    archive.make_due()
    archive.crawl()
    (text,) = archive.rows("SELECT text FROM articles WHERE url LIKE '%anna'")[0]
    assert "surprise" in text
    assert NOTE not in text
    assert archive.rows("SELECT max(articles) FROM site_blocks") == [(5,)], "an article counts once"


def test_copies_of_an_article_teach_nothing_and_lose_nothing(site: Web, archive: Archive) -> None:
    for count in range(1, 7):
        publish(site, **{f"copy{n}": page("the story", own=f"<p>Update {n}.</p>") for n in range(count)})
        archive.crawl()
    assert archive.rows("SELECT count(*) FROM articles") == [(6,)]
    assert archive.rows("SELECT DISTINCT words > 150 FROM articles") == [(1,)]
    assert archive.rows("SELECT max(articles) FROM site_blocks") == [(1,)]
    assert archive.rows("SELECT count(*) FROM removed_blocks WHERE rule = 'site.repeated'") == [(0,)]


def test_background_in_the_midst_of_stories_stays(site: Web, archive: Archive) -> None:
    background = f"<p>{SERIES} began four years ago in a kitchen of the old harbour. {NOTE} {NOTE}</p>"
    names = ("anna", "bert", "carl", "dora", "emil")
    for count in range(1, len(names) + 1):
        pages = {name: page(name) for name in names[:count]}
        for answer in pages.values():
            before, mark, after = str(answer.body).partition("</p><p>In")
            answer.body = f"{before}{mark}{after}".replace(" steamed", f" x</p>{background}<p>steamed", 1)
        publish(site, **pages)
        archive.crawl()
    stays = "began four years ago in a kitchen"
    assert archive.rows("SELECT count(*) FROM articles WHERE text LIKE ?", f"%{stays}%") == [(5,)]
    assert archive.rows("SELECT max(articles) FROM site_blocks") == [(5,)]
    removed = archive.rows("SELECT count(*) FROM removed_blocks WHERE rule = 'site.repeated'")
    assert removed == [(2,)], "the note at the end goes"


def test_labels_that_articles_share_stay(site: Web, archive: Archive) -> None:
    names = ("anna", "bert", "carl", "dora", "emil")
    for count in range(1, len(names) + 1):
        publish(site, **{name: page(name, own=f"<h2>{NOTE}</h2><p>{LABEL}</p>") for name in names[:count]})
        archive.crawl()
    assert archive.rows("SELECT count(*) FROM revisions WHERE html LIKE ?", f"%<h2>{NOTE}%") == [(5,)]
    assert archive.rows("SELECT count(*) FROM articles WHERE text LIKE ?", f"%{LABEL}%") == [(5,)]
