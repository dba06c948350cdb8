"""Site name, image, tags, standfirst, address, and the account of who said what."""

import json

import pytest

from archive.models import Witness
from tests.crawler.extraction.pages import URL, metadata

SAM = {"@type": "Person", "@id": "#sam", "name": "Sam Example"}
STORY = {
    "@type": "NewsArticle",
    "headline": "Rouge ends where it began",
    "author": {"@id": "#sam"},
    "datePublished": "2024-04-03T09:30:00+02:00",
    "dateModified": "2024-04-04T08:00:00+02:00",
    "publisher": {"@type": "Organization", "name": "The Herald"},
    "image": {"@type": "ImageObject", "url": "/pictures/finale.jpg"},
    "keywords": ["anime", "Metallic Rouge"],
    "description": "The last episode answers less than it asks.",
    "inLanguage": "en-GB",
}
ARTICLE = {"@context": "https://schema.org", "@graph": [STORY, SAM]}


def test_a_page_with_linked_data_is_read_in_full() -> None:
    found = metadata(json_ld=ARTICLE, body="<h1>Rouge ends where it began</h1>")
    assert found.title == "Rouge ends where it began"
    assert found.authors == ("Sam Example",)
    assert found.published == "2024-04-03T09:30:00+02:00"
    assert found.modified == "2024-04-04T08:00:00+02:00"
    assert found.site_name == "The Herald"
    assert found.image == "https://www.herald.example/pictures/finale.jpg"
    assert found.tags == ("anime", "Metallic Rouge")
    assert found.canonical_url == URL


def test_what_a_teaser_states_in_linked_data_is_not_the_articles() -> None:
    teaser = {**STORY, "headline": "Another story", "url": "https://www.herald.example/culture/other"}
    bare = {"@type": "NewsArticle", "headline": "Rouge ends where it began", "url": URL, "wordCount": 900}
    found = metadata(json_ld={"@graph": [teaser, SAM, bare]}, body="<h1>Rouge ends where it began</h1>")
    assert (found.title, found.authors, found.published) == ("Rouge ends where it began", (), None)


def test_an_empty_page_states_nothing() -> None:
    found = metadata(body="<p>Nothing here.</p>")
    assert (found.title, found.authors, found.published, found.image, found.tags) == (
        None,
        (),
        None,
        None,
        (),
    )


def test_every_statement_is_kept_and_the_believed_one_is_marked() -> None:
    head = '<meta property="article:published_time" content="2023-01-01"><meta name="author" content="Desk">'
    found = metadata(head, json_ld=ARTICLE)
    dates = [witness for witness in found.witnesses if witness.field == "published"]
    assert dates == [
        Witness(
            "published",
            "json-ld:datePublished",
            "2024-04-03T09:30:00+02:00",
            chosen=True,
            note="time zone +02:00, as stated",
        ),
        Witness(
            "published",
            "meta:article:published_time",
            "2023-01-01",
            note="a day without a time; another day, 458 days apart",
        ),
    ]
    assert Witness("authors", "meta:author", "Desk", chosen=False) in found.witnesses


def test_a_summary_that_readers_do_not_see_is_no_standfirst() -> None:
    head = '<meta name="description" content="The last episode answers less than it asks.">'
    assert metadata(head, json_ld=ARTICLE).standfirst is None


def test_a_standfirst_may_be_told_by_the_name_of_its_element() -> None:
    said = "Thirteen episodes, nine others of her kind, and one open door."
    body = f"<h1>Rouge ends</h1><news-standfirst><p>{said}</p></news-standfirst><p>Text.</p>"
    assert metadata(body=body).standfirst == said


def test_the_standfirst_that_is_marked_up_under_the_headline_wins() -> None:
    body = """<h1>Rouge ends where it began</h1>
        <p class="article__standfirst">Thirteen episodes, nine others of her kind, and one open door.</p>"""
    found = metadata(json_ld=ARTICLE, body=body)
    assert found.standfirst == "Thirteen episodes, nine others of her kind, and one open door."
    others = [w for w in found.witnesses if w.field == "standfirst" and not w.chosen]
    assert [w.value for w in others] == ["The last episode answers less than it asks."]


@pytest.mark.parametrize(
    "line",
    [
        "<h2 class='a_st'>{}</h2>",
        "<div><h4 class='x1'>{}</h4></div>",
        "<div class='x1'>{}</div>",
        "<header><p class='x1'>{}</p></header>",
    ],
)
def test_a_summary_that_stands_below_the_headline_as_well_is_the_standfirst(line: str) -> None:
    said = "Thirteen episodes, nine others of her kind, and one open door."
    head = f'<meta property="og:description" content="{said}">'
    body = f"<h1>Rouge ends where it began</h1>{line.format(said)}<div><p>By Sam</p><p>It ends.</p></div>"
    assert metadata(head, body).standfirst == said


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("<h2 class='x1'>{}</h2><div><p>By Sam</p></div>", True),
        ("<p class='x1'>{}</p><div><p>By Sam</p></div>", True),
        ("<div><p>{}</p><figure><img src='a.jpg'></figure></div>", False),
    ],
    ids=["a heading", "beside the headline", "a first paragraph"],
)
def test_the_head_may_have_the_beginning_of_a_standfirst_alone(line: str, found: bool) -> None:
    said = "Thirteen episodes, nine others of her kind, and one open door."
    head = '<meta name="description" content="Thirteen episodes, nine others…">'
    body = f"<h1>Rouge ends where it began</h1>{line.format(said)}<div><p>It ends.</p></div>"
    assert metadata(head, body).standfirst == (said if found else None)


@pytest.mark.parametrize(
    "line",
    [
        "<p class='article__desc'><span class='x'>REVIEW</span> {}</p>",
        "<h2 class='knc-sapo'><span>Herald - </span>{}</h2>",
        "<h2 class='release-subtitle_root__4aP'>{}</h2>",
        "<p class='article-description'>{}</p>",
    ],
)
def test_a_standfirst_is_told_by_its_class_and_stands_without_what_is_before_it(line: str) -> None:
    said = "Thirteen episodes, nine others of her kind, and one open door."
    assert metadata(body=f"<h1>Rouge ends</h1>{line.format(said)}<p>Text.</p>").standfirst == said


def test_the_head_may_have_other_words_for_the_line_beside_the_headline() -> None:
    said = "Thirteen episodes long she looks for nine others of her kind, and one door stays open."
    head = '<meta name="description" content="Thirteen episodes, nine others of her kind, one open door.">'
    text = "<p>Rouge walks over the red sand.</p>"
    body = "<header><h1>Rouge ends</h1>{}</header><div><p>By Sam</p>{}</div>"
    assert metadata(head, body.format(f"<div class='x1'>{said}</div>", text)).standfirst == said
    assert (
        metadata(head, body.format("<div class='x1'>Filed under robots and deserts.</div>", text)).standfirst
        is None
    )


def test_a_first_paragraph_that_the_head_repeats_is_no_standfirst() -> None:
    said = "Thirteen episodes, nine others of her kind, and one open door."
    head = f'<meta property="og:description" content="{said}">'
    assert metadata(head, f"<h1>Rouge</h1><p>{said}</p><p>It ends.</p>").standfirst is None


def test_a_standfirst_of_few_characters_may_say_enough() -> None:
    said = "감독 “이긴 다음의 삶 그리고 싶었다”"
    body = f"<h1>‘메탈릭 루즈’ 2기</h1><h4 class='subheading'>{said}</h4><p>이야기.</p>"
    assert metadata(body=body, lang="ko").standfirst == said


@pytest.mark.parametrize(
    "block",
    [
        '<figure><img src="a.jpg"><p class="lead">A caption as long as a standfirst would be.</p></figure>',
        '<div class="related"><p class="teaser-intro">Another story that is told somewhere else.</p></div>',
        '<p class="lead-image">Words that stand below the image which leads the page.</p>',
        '<p class="summary">Rouge ends where it began</p>',
        '<div class="summary"><ul><li>Thirteen episodes are told</li><li>One door is open</li></ul></div>',
        '<div class="site-ai-summary">Summary is generated: sign in to see the summary.</div>',
    ],
)
def test_what_is_no_standfirst(block: str) -> None:
    assert metadata(body=f"<h1>Rouge ends where it began</h1>{block}<p>Text.</p>").standfirst is None


def test_another_article_in_a_list_is_not_this_one() -> None:
    others = [
        {
            "@type": "NewsArticle",
            "url": f"https://www.herald.example/other/{n}",
            "headline": f"Other story {n}",
        }
        for n in range(3)
    ]
    graph = {"@graph": [*others, {**STORY, "url": URL}, SAM]}
    found = metadata(json_ld=graph)
    assert found.title == "Rouge ends where it began"
    assert found.published == "2024-04-03T09:30:00+02:00"


def test_broken_linked_data_does_no_harm() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": </script>'
    strange = {"@type": ["NewsArticle", None], "author": [None, 3, {"name": ["A Name"]}], "datePublished": 7}
    assert metadata(head + f'<script type="application/ld+json">{json.dumps(strange)}</script>').authors == (
        "A Name",
    )


def test_only_an_absolute_web_address_is_an_image() -> None:
    assert metadata('<meta property="og:image" content="data:image/png;base64,AAAA">').image is None
    assert metadata('<meta property="og:image" content="//cdn.herald.example/a.jpg">').image == (
        "https://cdn.herald.example/a.jpg"
    )


def test_tags_come_from_links_when_the_head_names_none() -> None:
    found = metadata(body='<a rel="tag" href="/t/1">Anime</a> <a rel="tag" href="/t/2">Reviews</a>')
    assert found.tags == ("Anime", "Reviews")
