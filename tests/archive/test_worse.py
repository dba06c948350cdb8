"""What must not replace an article."""

import pytest

from archive.models import Access, HeldReason
from archive.revisions import Content
from archive.worse import leads_up, why_worse
from tests.archive.conftest import TEXT

KEPT = Content("The last act", None, TEXT, (), None, None, Access.FREE, True)


def page(title: str, text: str) -> Content:
    return Content(title, None, text, (), None, None, Access.UNKNOWN, True)


@pytest.mark.parametrize(
    ("title", "text", "reason"),
    [
        ("Page not found | The Daily Cel", "Our newest stories are below.", HeldReason.NOT_FOUND),
        ("The Daily Cel", "We could not find the page you are looking for.", HeldReason.NOT_FOUND),
        ("Seite nicht gefunden", "Hier geht es zur Startseite.", HeldReason.NOT_FOUND),
        ("お探しのページは見つかりませんでした", "トップページへ戻る", HeldReason.NOT_FOUND),
        ("アニメ通信", "この記事は掲載を終了しました。", HeldReason.NOT_FOUND),
        ("找不到页面", "返回首页", HeldReason.NOT_FOUND),
        ("페이지를 찾을 수 없습니다", "홈으로", HeldReason.NOT_FOUND),
        ("Just a moment...", "Checking your browser before you go on.", HeldReason.ERROR_PAGE),
        ("The Daily Cel", "Please verify you are human to go on.", HeldReason.ERROR_PAGE),
        ("メンテナンス中", "しばらくしてからお試しください。", HeldReason.ERROR_PAGE),
        ("The Daily Cel", "Wir verwenden Cookies und brauchen Ihre Zustimmung.", HeldReason.CONSENT_WALL),
        ("Le Cel", "Nous utilisons des cookies. Tout accepter", HeldReason.CONSENT_WALL),
        ("アニメ通信", "当サイトではＣｏｏｋｉｅを使用しています。", HeldReason.CONSENT_WALL),
    ],
)
def test_a_page_that_tells_of_a_failure(title: str, text: str, reason: HeldReason) -> None:
    worse = why_worse(KEPT, page(title, text))
    assert worse
    assert worse.reason is reason


def test_an_article_about_such_words_is_none() -> None:
    old = page("404: Page not found, the exhibition", f"{TEXT}\n\nThe page you requested is its first hall.")
    new = page(old.title, f"{old.text}\n\nIt was prolonged, and we use cookies to eat there.")
    assert why_worse(old, new) is None


def test_an_article_rewritten_under_its_headline_is_an_edit() -> None:
    live = " ".join(f"At {hour} o'clock something else happened at the theatre on Mars." for hour in range(9))
    assert why_worse(KEPT, page(KEPT.title, live)) is None
    other = why_worse(KEPT, page("Leek soup for two", live))
    assert other
    assert other.reason is HeldReason.OTHER_ARTICLE


@pytest.mark.parametrize(
    ("target", "up"),
    [
        ("https://example.org/", True),
        ("https://www.example.org/?from=404", True),
        ("https://example.org/news/", True),
        ("https://example.org/news/2024/other", False),
        ("http://www.example.org/news/2024/story/", False),
        ("https://example.org/archive/story", False),
    ],
)
def test_a_redirect_to_the_front_page_or_the_section_leads_up(target: str, up: bool) -> None:
    assert leads_up("https://example.org/news/2024/story", target) is up
