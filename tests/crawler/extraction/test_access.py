"""What everyone may read, whether the text is all of it, and the evidence for both."""

import json
from typing import Any

import pytest

from archive.models import Access, Extraction
from crawler.extraction.extract import extract

URL = "https://www.herald.example/anime/metallic-rouge"
PARAGRAPHS = [
    "The studio has spent a quarter of a century on robots, and its next one looks like a woman with a "
    "secret, who walks through a desert city as if nobody had ever told her what she is.",
    "The story follows an android and her talkative partner, who travel from city to city and look for nine "
    "others of her kind. Each of them has a plan for the planet.",
    "At a round table the producer said that the music came first, then the streets, then the armour. The "
    "composer wrote for brass, because the desert asked for it.",
]
SECRET = (
    "Only the partner knows who built the android, and the last of the nine tells her so on the roof of the "
    "tower, while the whole city below them watches the lights go out."
)


def read(
    *parts: str, head: str = "", json_ld: Any = None, lang: str = "en", paragraphs: Any = None
) -> Extraction:
    if json_ld is not None:
        head += f'<script type="application/ld+json">{json.dumps(json_ld)}</script>'
    text = "".join(f"<p>{text}</p>" for text in (paragraphs or PARAGRAPHS))
    body = f"<article><h1>Rouge ends where it began</h1>{text}{''.join(parts)}</article>"
    return extract(
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">{head}<body>{body}</body></html>'.encode(),
        URL,
    )


def story(**properties: Any) -> dict[str, Any]:
    return {"@type": "NewsArticle", "headline": "Rouge ends where it began", "url": URL, **properties}


def part(free: Any, selector: Any) -> dict[str, Any]:
    return {"@type": "WebPageElement", "isAccessibleForFree": free, "cssSelector": selector}


MEMBERS = f'<div class="members"><p>{SECRET}</p></div>'


@pytest.mark.parametrize(
    ("value", "access"),
    [
        (True, Access.FREE),
        ("True", Access.FREE),
        ("true", Access.FREE),
        ("http://schema.org/True", Access.FREE),
        ({"@value": "TRUE"}, Access.FREE),
        ([True], Access.FREE),
        (False, Access.PAYWALLED),
        ("False", Access.PAYWALLED),
        ("FALSE", Access.PAYWALLED),
        ("https://schema.org/False", Access.PAYWALLED),
        ({"@id": "schema:False"}, Access.PAYWALLED),
        (["False"], Access.PAYWALLED),
        ("perhaps", Access.UNKNOWN),
    ],
)
def test_a_declaration_in_json_ld_is_read_in_every_spelling(value: Any, access: Access) -> None:
    found = read(json_ld=story(isAccessibleForFree=value))
    assert found.access is access
    assert found.text_complete


@pytest.mark.parametrize(
    "json_ld",
    [
        story(hasPart=part(False, ".members")),
        story(isAccessibleForFree=True, hasPart=[part("False", ".members")]),
        story(isAccessibleForFree="False", hasPart=[part("False", ".teaser"), part("False", ".members")]),
        story(isAccessibleForFree=False, hasPart=part("false", [".other", ".members"])),
        story(isAccessibleForFree=False, hasPart=part("false", ".other, article .members")),
        {"@graph": [story(hasPart={"@id": "#p"}), {"@id": "#p", **part(False, ".members")}]},
        [{"@type": "Organization", "name": "Herald"}, story(hasPart=part(False, "div.members"))],
        story(isAccessibleForFree=False, hasPart=part(False, "members")),
        story(**{"schema:isAccessibleForFree": "false", "schema:hasPart": part(False, ".members")}),
    ],
)
def test_what_lies_under_a_declared_paid_selector_is_never_kept(json_ld: Any) -> None:
    found = read(MEMBERS, json_ld=json_ld)
    assert found.text.split("\n\n") == PARAGRAPHS
    assert "roof of the tower" not in found.html + repr(found.removed) + repr(found.witnesses)
    assert found.access is Access.PAYWALLED
    assert not found.text_complete
    assert "text: a part that is declared as not free was left out" in found.access_evidence
    assert any(line.startswith("json-ld: isAccessibleForFree is false for") for line in found.access_evidence)


def test_where_all_of_the_text_is_paid_the_summary_of_the_head_is_the_standfirst() -> None:
    """Readers do not see it, but it is served to everyone, and the archive has nothing else to show."""
    summary = "An android looks for nine others of her kind, and a studio for an ending."
    head = (
        f'<meta name="description" content="{summary}"><meta property="og:description" content="{summary}">'
    )
    declared = story(
        hasPart={"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": "article p"}
    )
    found = read(json_ld=declared, head=head)
    assert (found.text, found.standfirst) == ("", summary)
    assert [one.value for one in found.witnesses if one.field == "standfirst" and one.chosen] == [summary]
    assert read(head=head).standfirst is None


def test_where_all_of_the_text_is_paid_nothing_around_it_is_kept_instead() -> None:
    topics = "".join(f"<li>Topic {n}</li>" for n in range(5))
    around = f"<h2>About the writer</h2><p>Culture desk</p><ul>{topics}</ul>"
    paid = f'<div class="members"><p>{SECRET}</p><p>And {SECRET}</p></div>'
    found = read(paid + around, json_ld=story(hasPart=part(False, ".members")), paragraphs=[""])
    assert found.text == ""


def test_what_stands_below_a_wall_and_is_made_otherwise_is_not_the_article() -> None:
    wall = '<div class="w"><p>This article is for members only. Join to read on.</p></div>'
    experts = "<section><h2>Experts</h2><p>Rin Alder (Professor): It may be that all changes.</p></section>"
    found = read(wall + experts)
    assert found.text.split("\n\n") == PARAGRAPHS


@pytest.mark.parametrize("mark", [("id", "#"), ("class", ".")])
def test_a_publisher_may_name_every_paid_paragraph(mark: tuple[str, str]) -> None:
    attribute, sign = mark
    paid = "".join(f'<p {attribute}="p-{n}">Secret {n}: {SECRET}</p>' for n in range(300))
    found = read(paid, json_ld=story(hasPart=[part(False, f"{sign}p-{n}") for n in range(300)]))
    assert found.text.split("\n\n") == PARAGRAPHS


def test_a_paid_line_is_no_name_above_the_note_below_it() -> None:
    note = "<p>Rin Alder is a journalist who has written about robots for more than twenty years.</p>"
    json_ld = story(hasPart=part(False, ".members"))
    found = read('<div class="members"><p>Rin Alder</p></div>', note, json_ld=json_ld)
    assert [block.rule for block in found.removed] == [
        "structure.title",
        "access.paid-part",
        "authors.biography",
    ]


@pytest.mark.parametrize(
    "markup",
    [
        '<div itemscope itemtype="https://schema.org/WebPageElement" itemprop="hasPart">'
        '<meta itemprop="isAccessibleForFree" content="False">'
        '<meta itemprop="cssSelector" content=".members"></div>',
        '<div itemscope itemtype="http://schema.org/WebPageElement" itemprop="hasPart">'
        '<link itemprop="isAccessibleForFree" href="http://schema.org/False">'
        '<span itemprop="cssSelector" style="display:none">.members</span></div>',
    ],
)
def test_microdata_declares_a_paid_part(markup: str) -> None:
    found = read(markup, MEMBERS)
    assert "roof of the tower" not in found.text + found.html + repr(found.removed)
    assert found.access is Access.PAYWALLED


@pytest.mark.parametrize(("value", "access"), [("true", Access.FREE), ("False", Access.PAYWALLED)])
def test_microdata_declares_the_whole(value: str, access: Access) -> None:
    assert read(f'<meta itemprop="isAccessibleForFree" content="{value}">').access is access


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "NewsArticle", "headline": "Another story", "url": "/other", "isAccessibleForFree": False},
        {"@type": "Product", "name": "Herald Plus", "isAccessibleForFree": False},
    ],
)
def test_what_is_declared_of_something_else_is_not_about_the_article(node: dict[str, Any]) -> None:
    assert read(json_ld=[story(isAccessibleForFree=True), node]).access is Access.FREE
    assert read(json_ld=[story(datePublished="2024-04-03"), node]).access is Access.UNKNOWN


@pytest.mark.parametrize("selector", ["p:::", "((", "body", "html", "* " * 30, ".x" * 400, 7, None])
def test_a_selector_that_is_none_takes_nothing(selector: Any) -> None:
    found = read(json_ld=story(isAccessibleForFree=False, hasPart=part(False, selector)))
    assert found.text.split("\n\n") == PARAGRAPHS
    assert found.access is Access.PAYWALLED


@pytest.mark.parametrize(
    ("tier", "access"),
    [
        ("free", Access.FREE),
        ("metered", Access.METERED),
        ("locked", Access.PAYWALLED),
        ("Registration", Access.REGISTRATION),
    ],
)
def test_the_content_tier_is_read(tier: str, access: Access) -> None:
    found = read(head=f'<meta property="article:content_tier" content="{tier}">')
    assert found.access is access
    assert f"meta: article:content_tier is {tier}" in found.access_evidence


WALLS = {
    "en": "Subscribe to The Herald to continue reading this article.",
    "de": "Dieser Artikel ist nur für Abonnenten zugänglich.",
    "fr": "Cet article est réservé à nos abonnés.",
    "es": "Este contenido es exclusivo para suscriptores.",
    "it": "Questo articolo è riservato agli abbonati.",
    "pt": "Este conteúdo é exclusivo para assinantes.",
    "nl": "Dit artikel is alleen voor abonnees.",
    "pl": "Ten artykuł jest dostępny tylko dla subskrybentów.",
    "sv": "Den här artikeln är bara för prenumeranter.",
    "ru": "Этот материал доступен только подписчикам по подписке.",
    "ja": "この記事は有料会員限定です。続きを読むには購読が必要です。",
    "zh": "本文为会员专享内容，订阅后即可阅读全文。",
    "ko": "이 기사는 유료 회원 전용입니다. 구독하시면 계속 읽으실 수 있습니다.",
}
METERS = {
    "en": "You have 2 free articles left this month.",
    "de": "Sie haben diesen Monat noch 2 Artikel frei.",
    "fr": "Il vous reste 2 articles gratuits ce mois-ci.",
    "es": "Te quedan 2 artículos gratis este mes.",
    "it": "Hai ancora 2 articoli gratuiti questo mese.",
    "pt": "Você ainda tem 2 artigos grátis neste mês.",
    "nl": "Je hebt deze maand nog 2 gratis artikelen.",
    "pl": "Pozostały Ci 2 darmowe artykuły w tym miesiącu.",
    "sv": "Du har 2 fria artiklar kvar den här månaden.",
    "ru": "У вас осталось 2 бесплатных материала в этом месяце.",
    "ja": "今月あと2本の無料記事をお読みいただけます。",
    "zh": "您本月还剩2篇免费文章。",
    "ko": "이번 달 무료 기사를 2건 더 읽으실 수 있습니다.",
}
REGISTRATIONS = {
    "en": "Create a free account to read this article.",
    "de": "Jetzt kostenlos registrieren und weiterlesen.",
    "fr": "Créez un compte gratuit pour lire la suite.",
    "es": "Crea una cuenta gratis para seguir leyendo.",
    "it": "Registrati gratis per continuare a leggere.",
    "pt": "Crie uma conta grátis para continuar a ler.",
    "nl": "Maak een gratis account om verder te lezen.",
    "pl": "Załóż darmowe konto, aby czytać dalej.",
    "sv": "Skapa ett gratis konto för att läsa vidare.",
    "ru": "Зарегистрируйтесь бесплатно, чтобы читать дальше.",
    "ja": "無料会員登録をすると続きをお読みいただけます。",
    "zh": "免费注册后即可继续阅读。",
    "ko": "무료 회원가입 후 계속 읽으실 수 있습니다.",
}


@pytest.mark.parametrize("lang", WALLS)
def test_a_wall_at_the_end_is_evidence_for_both(lang: str) -> None:
    found = read(f"<p>{WALLS[lang]}</p>", lang=lang)
    assert found.access is Access.PAYWALLED
    assert not found.text_complete
    assert WALLS[lang] not in found.text
    assert f"prompt (subscription.prompt): {WALLS[lang]}" in found.access_evidence
    assert "text: it ends at a prompt" in found.access_evidence


@pytest.mark.parametrize("lang", METERS)
def test_a_counter_of_free_articles_tells_a_meter_and_closes_nothing(lang: str) -> None:
    found = read(f"<p>{METERS[lang]}</p>", lang=lang)
    assert found.access is Access.METERED
    assert found.text_complete
    assert f"prompt (subscription.meter): {METERS[lang]}" in found.access_evidence


@pytest.mark.parametrize("lang", REGISTRATIONS)
def test_a_request_for_a_free_account_tells_registration(lang: str) -> None:
    found = read(f"<p>{REGISTRATIONS[lang]}</p>", lang=lang)
    assert found.access is Access.REGISTRATION
    assert not found.text_complete


def test_a_polite_sentence_about_the_past_is_a_prompt_all_the_same() -> None:
    found = read("<p>今月の無料記事の閲覧上限に達しました。</p>", lang="ja")
    assert found.access is Access.METERED
    assert "閲覧上限" not in found.text


def test_an_exhausted_meter_closes_the_text() -> None:
    found = read("<p>You've reached your limit of free articles.</p>")
    assert found.access is Access.METERED
    assert not found.text_complete


@pytest.mark.parametrize(
    "box",
    [
        '<div class="tp-container-inner">Keep on with a plan</div>',
        '<div id="poool-widget">Keep on with a plan</div>',
        '<div class="zephr-paywall">Keep on with a plan</div>',
        '<div id="leaky_paywall_message">Keep on with a plan</div>',
        '<div class="paywall"><h2 class="paywall-title">Keep on</h2></div>',
        '<aside class="gh-post-upgrade-cta">Keep on with a plan</aside>',
        '<div class="steady-paywall">Keep on with a plan</div>',
    ],
)
def test_the_box_of_a_paywall_service_at_the_end_is_a_wall(box: str) -> None:
    found = read(box)
    assert found.access is Access.PAYWALLED
    assert not found.text_complete
    assert any(line.startswith("prompt (subscription.vendor): Keep on") for line in found.access_evidence)


@pytest.mark.parametrize(
    ("box", "access", "complete"),
    [
        (
            '<div class="tp-modal">Register for free to continue reading. It takes a minute.</div>',
            Access.REGISTRATION,
            False,
        ),
        (
            '<div class="paywall"><h3>Create a FREE account to continue reading</h3></div>',
            Access.REGISTRATION,
            False,
        ),
        (
            '<div class="zephr-meter">You have 2 free articles remaining this month.</div>',
            Access.METERED,
            True,
        ),
        (
            '<div class="paywall">You have reached your article limit. Subscribe.</div>',
            Access.METERED,
            False,
        ),
        (
            '<div class="memberful-box">This post is for members only. Join!</div>',
            Access.PAYWALLED,
            False,
        ),
        (
            '<div class="patreon-banner">To view this content, you must be a member at $5.</div>',
            Access.PAYWALLED,
            False,
        ),
        ('<div class="paywall">Comments are for members. Join the discussion!</div>', Access.UNKNOWN, True),
        ('<div class="steady-box">If you like it, support our work.</div>', Access.UNKNOWN, True),
        (
            "<p>この記事は会員記事です。残り512文字</p><p>無料会員になると月5本までお読みいただけます。</p>",
            Access.REGISTRATION,
            False,
        ),
        ("<p>残り：450文字／全文：900文字</p><p>読者会員限定です</p>", Access.PAYWALLED, False),
        ("<p>この記事は有料会員限定です。ログイン（会員の方はこちら）</p>", Access.PAYWALLED, False),
        ("<p>ここから先は</p><p>¥ 300</p><a href='/buy'>購入手続きへ</a>", Access.PAYWALLED, False),
    ],
)
def test_what_opens_the_text_is_told_by_the_words_of_the_wall(
    box: str, access: Access, complete: bool
) -> None:
    found = read(box, lang="ja" if "会員" in box or "購入" in box else "en")
    assert (found.access, found.text_complete) == (access, complete)


def test_the_first_prompt_that_tells_what_opens_the_text_counts() -> None:
    register, subscribe = "<p>Register for free to continue reading</p>", f"<p>{WALLS['en']}</p>"
    assert read(register, subscribe).access is Access.REGISTRATION
    assert read(subscribe, register).access is Access.PAYWALLED


BESIDE_OPEN_ARTICLES = {
    "en": [
        "Already a subscriber? Log in",
        "Create a free account to join the discussion.",
        "Please log in to leave a comment.",
        "Create a free account to save your favorite articles, follow topics, and more.",
        "Start your free trial",
        "Want to read more? Check out our guide to the films.",
        "Registration is free and open to everyone.",
        "Log in or register to unlock more features",
        "Subscribe now to keep reading and get access to the full archive.",
    ],
    "de": [
        "Um einen Kommentar zu hinterlassen, müssen Sie sich anmelden.",
        "Sie sind bereits registriert?",
        "Weiterlesen...",
        "Abonnieren",
    ],
    "fr": ["Créer un compte", "Abonnez-vous pour accéder à cet espace d'échange et y contribuer."],
    "ja": [
        "購読はこちら",
        "会員登録（無料）",
        "無料会員登録はこちら",
        "メンバーシップに加入する",
        "この続きは単行本で読める。購入はこちら。",
    ],
    "zh": ["请登录后发表评论", "点击查看更多", "已经是会员？登录"],
    "ko": ["구독하기", "로그인 후 댓글을 남길 수 있습니다.", "이미 회원이신가요?"],
}


@pytest.mark.parametrize(
    ("lang", "prompt"), [(lang, one) for lang, prompts in BESIDE_OPEN_ARTICLES.items() for one in prompts]
)
def test_what_does_not_speak_of_reading_on_closes_no_article(lang: str, prompt: str) -> None:
    found = read(f"<div><p>{prompt}</p></div>", lang=lang)
    assert (found.access, found.text_complete) == (Access.UNKNOWN, True)


def test_a_question_for_subscribers_below_a_part_that_was_left_out_tells_a_wall() -> None:
    metered = '<meta property="article:content_tier" content="metered">'
    paid = story(isAccessibleForFree=False, hasPart=part(False, ".members"))
    asking = MEMBERS + "<p>Already a subscriber? Sign in</p>"
    assert read(asking, head=metered, json_ld=paid).access is Access.PAYWALLED
    assert read(MEMBERS, head=metered, json_ld=paid).access is Access.METERED
    register = "<p>Register for free to continue reading</p>"
    assert (
        read(register, head=metered, json_ld=story(isAccessibleForFree=False)).access is Access.REGISTRATION
    )


def test_a_form_that_asks_for_an_account_is_a_wall() -> None:
    found = read("<form><p>Create a free account to read this article.</p><input name=mail></form>")
    assert (found.access, found.text_complete) == (Access.REGISTRATION, False)


@pytest.mark.parametrize("hiding", ['style="display: none"', "hidden"])
def test_a_box_that_nobody_sees_is_no_evidence(hiding: str) -> None:
    found = read(f'<div class="paywall-modal" {hiding}>Keep on with a plan</div>')
    assert (found.access, found.text_complete) == (Access.UNKNOWN, True)


@pytest.mark.parametrize("ending", ["and then she turned to the sea and", "and then she turned to the sea …"])
def test_a_text_that_breaks_off_makes_an_offer_a_wall(ending: str) -> None:
    offer = "<p>Cancel anytime.</p>"
    whole = read(offer)
    assert (whole.access, whole.text_complete) == (Access.UNKNOWN, True)
    cut = read(offer, paragraphs=[*PARAGRAPHS, f"The armour stood in the hall for a hundred years, {ending}"])
    assert (cut.access, cut.text_complete) == (Access.PAYWALLED, False)
    assert any(line.startswith("text: it breaks off") for line in cut.access_evidence)


def test_an_ellipsis_alone_is_no_evidence() -> None:
    found = read(
        paragraphs=[*PARAGRAPHS, "Nobody at the table wanted to say how it ends, or whether it does …"]
    )
    assert (found.access, found.text_complete) == (Access.UNKNOWN, True)


def test_a_prompt_in_the_middle_of_a_whole_text_closes_nothing() -> None:
    text = "".join(f"<p>{p.replace('The', 'One more time, the')}</p>" for p in PARAGRAPHS)
    found = read(f"<p>{WALLS['en']}</p>", text)
    assert found.access is Access.UNKNOWN
    assert found.text_complete


def test_a_free_article_with_an_offer_stays_free() -> None:
    found = read(f"<p>{WALLS['en']}</p>", json_ld=story(isAccessibleForFree=True))
    assert (found.access, found.text_complete) == (Access.FREE, True)


def test_unlimited_access_is_no_meter() -> None:
    found = read("<p>Get unlimited digital access</p>", json_ld=story(isAccessibleForFree=False))
    assert found.access is Access.PAYWALLED


def test_fewer_words_than_the_publisher_states_are_evidence() -> None:
    found = read(json_ld=story(isAccessibleForFree=False, wordCount=900))
    assert not found.text_complete
    assert any(line.endswith("words of the 900 that the publisher states") for line in found.access_evidence)


def test_nothing_declared_is_told_as_well() -> None:
    assert read().access_evidence == (
        "the page declares nothing about access and asks for nothing",
        "text: nothing tells that any of it is missing",
    )
