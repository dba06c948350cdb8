"""Who wrote it: people before desks, and nothing but names."""

from typing import Any

import pytest

from crawler.extraction.names import split_names
from tests.crawler.extraction.pages import metadata


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Sam Example", ["Sam Example"]),
        ("By Sam Example and Kim Sample", ["Sam Example", "Kim Sample"]),
        ("Ann Other, Sam Example and Kim Sample", ["Ann Other", "Sam Example", "Kim Sample"]),
        ("Von Anna Beispiel und Jörg Müster", ["Anna Beispiel", "Jörg Müster"]),
        ("Par Léa Exemple et Jean-Luc Modèle", ["Léa Exemple", "Jean-Luc Modèle"]),
        ("Por Ana Ejemplo y Luis Muestra", ["Ana Ejemplo", "Luis Muestra"]),
        ("José Ejemplo y Muestra", ["José Ejemplo y Muestra"]),
        ("di Vera Esempio", ["Vera Esempio"]),
        ("文＝見本太郎", ["見本太郎"]),
        ("取材・文：見本花子", ["見本花子"]),
        ("홍견본 기자", ["홍견본"]),
        ("홍견본 기자의 다른 기사\n등대지기, 폭풍의 밤", ["홍견본"]),
        ("Lamp_K", ["Lamp_K"]),
        ("author_name", []),
        ("Sam Example, Jr.", ["Sam Example, Jr."]),
        ("Kim Sample, MD, PhD", ["Kim Sample, MD, PhD"]),
        ("Sam Example, Senior Political Editor", ["Sam Example"]),
        ("Sam Example Staff Writer", ["Sam Example"]),
        ("Sam Example | sam@herald.example | Herald News", ["Sam Example"]),
        ("Sam Example (The Herald)", ["Sam Example"]),
        ("Sam Example for The Herald", ["Sam Example"]),
        ("Sam Example · Herald News · Posted: Apr 3, 2024 8:25 AM", ["Sam Example"]),
        ("Sam Example 8:41 PM on April 3, 2024", ["Sam Example"]),
        ("Sam Example\nFollow @sam\nPublished April 3, 2024", ["Sam Example"]),
        ("By Sam Example, Special to The Herald", ["Sam Example"]),
        ("By Sam Example and 2 others", ["Sam Example"]),
        ("Sam Example is a writer in London", ["Sam Example"]),
        ("View all posts by Sam Example", ["Sam Example"]),
        ("Words: Sam Example Photography: Kim Sample", ["Sam Example"]),
        ("Reporting by Sam Example; Editing by Kim Sample", ["Sam Example"]),
        ("Image Credit: Kim Sample", []),
        ("SAM EXAMPLE and RONAN O'SAMPLE", ["Sam Example", "Ronan O'Sample"]),
        ("JANE MCSAMPLE", ["Jane McSample"]),
        ("BBC SPORT", ["BBC SPORT"]),
        ("Von unserer Korrespondentin Anna Beispiel, Berlin", ["Anna Beispiel"]),
        ("Aus Berlin berichtet Anna Beispiel", ["Anna Beispiel"]),
        ("Propos recueillis par Léa Exemple", ["Léa Exemple"]),
        ("Par Léa Exemple avec AFP", ["Léa Exemple"]),
        ("Por Ana Ejemplo, enviada especial", ["Ana Ejemplo"]),
        ("dalla nostra inviata Vera Esempio", ["Vera Esempio"]),
        ("Por Ana Exemplo, da Folha", ["Ana Exemplo"]),
        ("Onze verslaggever Anna Voorbeeld", ["Anna Voorbeeld"]),
        ("oprac. Anna Przykład", ["Anna Przykład"]),
        ("Text: Anna Exempel Foto: Erik Mönster", ["Anna Exempel"]),
        ("Корреспондент Анна Примерова", ["Анна Примерова"]),
        ("文：見本太郎　撮影：例示花子", ["見本太郎"]),
        ("聞き手・見本太郎", ["見本太郎"]),
        ("【見本太郎】", ["見本太郎"]),
        ("新华社记者张样本", ["张样本"]),
        ("本报记者 张样本 李例子", ["张样本", "李例子"]),
        ("编辑：张样本", []),
        ("CC BY-SA", []),
        ("Artikel von Anna Beispiel, Gründerin", ["Anna Beispiel"]),
        ("(서울=연합뉴스) 홍견본 기자 =", ["홍견본"]),
        ("홍견본·김예시 기자", ["홍견본", "김예시"]),
        ("[見本太郎，ヘラルド通信社]", ["見本太郎"]),
        ("Interview & Text：見本太郎", ["見本太郎"]),
        ("インタビュー・文：見本太郎", ["見本太郎"]),
        ("文・写真：見本太郎", ["見本太郎"]),
        ("見本太郎・例示花子", ["見本太郎", "例示花子"]),
        ("マイク・スミス", ["マイク・スミス"]),
        ("文：マイク・スミス／訳：例示花子", ["マイク・スミス"]),
        ("マイク・スミス 著、例示花子 訳", ["マイク・スミス"]),
        ("著者：見本太郎 翻訳：例示花子", ["見本太郎"]),
        ("見本太郎=文", ["見本太郎"]),
        ("見本太郎記者", ["見本太郎"]),
        ("홍견본 기자, 김예시 기자", ["홍견본", "김예시"]),
        ("作者：张样本 李例子", ["张样本", "李例子"]),
        ("كتب: أحمد نموذج نُشر: ٦ فبراير", ["أحمد نموذج"]),
        ("Reza Nemune ویرایش: ۱۷ بهمن", ["Reza Nemune"]),
        ("有料記事", []),
        ("本报记者 张样本 通讯员 李例子", ["张样本", "李例子"]),
        ("社会部 見本太郎記者", ["見本太郎"]),
        ("By Screen Post Staff", ["Screen Post Staff"]),
        ("sam@herald.example (Sam Example)", ["Sam Example"]),
        ("Sam Example\n(Team, Red Lamp)", ["Sam Example"]),
        ("Von Anna Beispiel. Übersetzt von Jörg Müster", ["Anna Beispiel"]),
        ("[헤럴드=홍견본 기자]", ["홍견본"]),
        ("글 홍견본 · 사진 김예시", ["홍견본"]),
        ("글·사진 홍견본 기자", ["홍견본"]),
        ("글 홍견본 사진 김예시", ["홍견본"]),
        ("홍견본 선임기자", ["홍견본"]),
        ("홍견본 특파원", ["홍견본"]),
        ("作者：张样本 来源：先驱网", ["张样本"]),
        ("文｜张样本 编辑｜李例子", ["张样本"]),
        ("新华社北京1月5日电（记者张样本、李例子）", ["张样本", "李例子"]),
        ("【記者張樣本／綜合報導】", ["張樣本"]),
        ("先驅記者張樣本、李例子報導", ["張樣本", "李例子"]),
        ("责任编辑：李例子", []),
        ("Gastbeitrag: Anna Beispiel", ["Anna Beispiel"]),
        ("Aus Tokio von Anna Beispiel", ["Anna Beispiel"]),
        ("Von Anna Beispiel (Text) und Jörg Müster (Fotos)", ["Anna Beispiel"]),
        ("Autor/in: Anna Beispiel", ["Anna Beispiel"]),
        ("Article rédigé par Léa Exemple", ["Léa Exemple"]),
        ("Escrito por Ana Ejemplo", ["Ana Ejemplo"]),
        ("Por Ana Exemplo — São Paulo", ["Ana Exemplo"]),
        ("Scritto da Vera Esempio", ["Vera Esempio"]),
        ("Geschreven door Anna Voorbeeld", ["Anna Voorbeeld"]),
        ("Opracowanie: Anna Przykład", ["Anna Przykład"]),
        ("Publicerad av Anna Exempel", ["Anna Exempel"]),
        ("Текст: Анна Примерова", ["Анна Примерова"]),
        ("Примерова А.", ["Примерова А."]),
        ("Haber: Ayşe Örnek", ["Ayşe Örnek"]),
        ("Tác giả: Nguyễn Văn Mẫu", ["Nguyễn Văn Mẫu"]),
        ("Oleh: Budi Contoh", ["Budi Contoh"]),
        ("بقلم أحمد مثال", ["أحمد مثال"]),
        ("מאת: דנה דוגמה", ["דנה דוגמה"]),
        ("Γράφει η Άννα Δείγμα", ["Άννα Δείγμα"]),
        ("लेखक: राम उदाहरण", ["राम उदाहरण"]),
        ("โดย สมชาย ตัวอย่าง", ["สมชาย ตัวอย่าง"]),
        ("Sam Example | WXYZ", ["Sam Example"]),
        ("Sam Example\nCEO", ["Sam Example"]),
        ("Sam Example\nHead Winemaker, Co-Founder", ["Sam Example"]),
        ("Sam Example / The Herald", ["Sam Example"]),
        ("By SAM EXAMPLE Associated Press", ["Sam Example"]),
        ("The Associated Press", ["The Associated Press"]),
        ("Photos and Story By Sam Example", ["Sam Example"]),
        ("Guest post by Sam Example", ["Sam Example"]),
        ("https://social.example/sam", []),
        ("admin", []),
        ("Senior Staff Writer", []),
        ("", []),
    ],
)
def test_a_byline_is_taken_apart(byline: str, names: list[str]) -> None:
    assert list(split_names(byline)) == names


@pytest.mark.parametrize(
    "author",
    [
        "Sam Example and Kim Sample",
        ["Sam Example", "Kim Sample"],
        [{"@type": "Person", "name": "Sam Example"}, {"@type": "Person", "name": "Kim Sample"}],
        [
            {"@type": "Person", "name": ["Sam Example", "Kim Sample"]},
            {"@type": "Person", "name": "Kim Sample"},
        ],
        {"@list": [{"name": "Sam Example"}, {"name": "By Kim Sample"}]},
    ],
)
def test_linked_data_names_authors_in_many_shapes(author: Any) -> None:
    found = metadata(json_ld={"@type": "NewsArticle", "headline": "A", "author": author})
    assert found.authors == ("Sam Example", "Kim Sample")


def test_an_address_is_no_author() -> None:
    head = '<meta property="article:author" content="https://social.example/herald">'
    assert metadata(head).authors == ()


def test_bibliographic_metadata_has_the_family_name_first() -> None:
    head = '<meta name="dc.creator" content="Example, Sam"><meta name="dc.creator" content="Sample, Kim">'
    assert metadata(head).authors == ("Sam Example", "Kim Sample")


def test_a_person_in_the_byline_beats_the_publisher_in_the_head() -> None:
    head = '<meta name="author" content="The Herald"><meta property="og:site_name" content="The Herald">'
    body = '<h1>Rouge ends where it began</h1><p class="byline">By <a href="/author/sam">Sam Example</a></p>'
    assert metadata(head, body).authors == ("Sam Example",)


def test_a_named_desk_is_an_author_where_no_person_is() -> None:
    assert metadata('<meta name="author" content="Herald Culture Desk">').authors == ("Herald Culture Desk",)


ELSEWHERE = [
    '<aside class="related"><div class="author">Kim Sample</div></aside>',
    '<nav><span class="author">Kim Sample</span></nav>',
    '<div class="teaser-list"><div class="teaser"><span class="byline">By Kim Sample</span></div></div>',
    '<ol class="comments"><li><cite class="author">Kim Sample</cite></li></ol>',
    '<figure><img src="a.jpg"><span class="author">Kim Sample</span></figure>',
]


@pytest.mark.parametrize("block", ELSEWHERE)
def test_other_blocks_have_authors_of_their_own(block: str) -> None:
    body = f'<h1>Rouge ends where it began</h1>{block}<div class="byline">By Sam Example</div><p>Text.</p>'
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_person_in_the_byline_beats_a_desk_in_the_head() -> None:
    body = '<h1>Rouge ends where it began</h1><p class="byline">By Sam Example</p>'
    assert metadata('<meta name="author" content="Herald Culture Desk">', body).authors == ("Sam Example",)


def test_a_photographer_is_no_author() -> None:
    body = """<h1>Rouge ends where it began</h1>
        <figure><img src="a.jpg"><figcaption>By Kim Sample</figcaption></figure><p>By Sam Example</p>"""
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_byline_without_any_markup_is_read() -> None:
    body = "<h1>Rouge ends where it began</h1><div><div>By Sam Example and Kim Sample</div></div><p>Text.</p>"
    assert metadata(body=body).authors == ("Sam Example", "Kim Sample")


def test_a_japanese_byline_is_read() -> None:
    body = "<h1>メタリックルージュ最終回レビュー</h1><p>取材・文：見本花子</p><p>本文です。</p>"
    assert metadata(body=body, lang="ja").authors == ("見本花子",)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Redaktion: Anna Beispiel und\nJörg Müster", ["Anna Beispiel", "Jörg Müster"]),
        ("By Sam Example,\nKim Sample", ["Sam Example", "Kim Sample"]),
        ("Photos and Story By Sam Example", ["Sam Example"]),
        ("Sam Example\nFull-Stack Writer/Desk Developer\nReading Time\n4 mins", ["Sam Example"]),
        ("Sam Example / Kim Sample", ["Sam Example", "Kim Sample"]),
        ("Herald Admin", []),
    ],
)
def test_a_byline_on_several_lines_is_taken_apart(byline: str, names: list[str]) -> None:
    assert list(split_names(byline)) == names


def test_a_photographer_beside_an_image_is_no_author_where_another_line_is_signed() -> None:
    body = """<h1>Rouge ends where it began</h1><div><img src="a.jpg"><span>By <a href="/writer/kim">Kim
        Sample</a></span></div><div>By <a href="/writer/sam">Sam Example</a>, Staff Writer</div>"""
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_writer_beats_the_publisher_who_has_a_name_like_a_person() -> None:
    head = '<meta name="author" content="Rosa Luna"><meta property="og:site_name" content="Rosa Luna">'
    body = '<h1>Rouge ends where it began</h1><div class="byline">By Sam Example</div>'
    assert metadata(head, body).authors == ("Sam Example",)
    assert metadata(head).authors == ("Rosa Luna",)


def test_a_signature_on_the_right_below_the_text_is_read() -> None:
    body = """<h1>Robot trên sao Hỏa</h1><p>Câu chuyện bắt đầu.</p>
        <p style="text-align:right;"><strong>Lê Mẫu</strong></p>"""
    assert metadata(body=body, lang="vi").authors == ("Lê Mẫu",)


TEXT = "<p>The last episode returns to the red sand of the first one, and so does its music.</p>" * 30


@pytest.mark.parametrize(
    ("lang", "label"),
    [
        ("en", "Written by Sam Example"),
        ("en", "This article was written by Sam Example, Head of Marketing and Development"),
        ("en", "Posted by Sam Example on 5 January"),
        ("en", "<strong>Contributors:</strong> Sam Example"),
        ("de", "Autor: Sam Example"),
        ("de", "Geschrieben von Sam Example"),
        ("fr", "Écrit par Sam Example"),
        ("es", "Escrito por Sam Example"),
        ("it", "Scritto da Sam Example"),
        ("pt", "Escrito por Sam Example"),
        ("nl", "Geschreven door Sam Example"),
        ("pl", "Autor: Sam Example"),
        ("sv", "Skriven av Sam Example"),
        ("ru", "Автор: Sam Example"),
        ("ja", "ライター：Sam Example"),
        ("zh", "作者：Sam Example"),
        ("ko", "글쓴이: Sam Example"),
    ],
)
def test_a_label_far_below_the_headline_names_the_author(lang: str, label: str) -> None:
    body = f"<h1>Rouge ends where it began</h1>{TEXT}<div>{label}</div>"
    assert metadata(body=body, lang=lang).authors == ("Sam Example",)


def test_the_name_may_stand_in_the_line_after_its_label() -> None:
    box = "<div><div>Written by</div><div>Sam Example</div><p>Sam plays chess.</p></div>"
    body = f"<h1>Rouge ends</h1>{TEXT}{box}"
    assert metadata(body=body).authors == ("Sam Example",)


@pytest.mark.parametrize("said", ["writes Sam Example", "schreibt Sam Example", "escribe Sam Example."])
def test_a_standfirst_that_ends_with_its_writer_names_the_author(said: str) -> None:
    body = f"<h1>Rouge ends</h1><p>An android crosses the red sand for the last time, {said}</p>{TEXT}"
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_sentence_that_quotes_somebody_names_no_author() -> None:
    body = f"<h1>Rouge ends</h1>{TEXT}<p>The sand was red, says Kim Sample, who was there.</p>"
    assert metadata(body=body).authors == ()


def test_a_name_alone_under_the_headline_is_an_author_where_a_trade_follows() -> None:
    body = f"<h1>Rouge ends</h1><div><p>Sam Example</p><p>Staff Writer</p></div>{TEXT}"
    assert metadata(body=body).authors == ("Sam Example",)
    elsewhere = f"<h1>Rouge ends</h1><p>Sam Example</p>{TEXT}<div><p>Sam Example</p><p>| Author</p></div>"
    assert metadata(body=elsewhere).authors == ("Sam Example",)


@pytest.mark.parametrize(
    "line", ["<p>Metallic Rouge</p><p>Director: Kim Sample</p>", "<p>Read More</p>", "<p>Kim Sample</p>"]
)
def test_other_words_under_the_headline_are_no_author(line: str) -> None:
    assert metadata(body=f"<h1>Rouge ends</h1>{line}{TEXT}").authors == ()


@pytest.mark.parametrize(
    ("box", "names"),
    [
        (
            '<p>Jan 5 <img class="avatar avatar-50" src="a.jpg"> Sam Example in <a>Anime</a></p>',
            ("Sam Example",),
        ),
        ('<a><img src="a.jpg" alt="Sam Example"><span>Sam Example</span></a>', ("Sam Example",)),
        ('<div><img src="/gravatar/9a1"></div><div><p>Sam Example</p></div>', ("Sam Example",)),
        ('<img src="a.jpg" alt="A poster"><p>Metallic Rouge</p>', ()),
        ('<img class="avatar" src="a.jpg"><p>Read more in the wiki</p>', ()),
        ('<div class="comments"><img class="avatar" src="a.jpg"><p>Sam Example</p></div>', ()),
    ],
)
def test_a_name_beside_the_portrait_of_its_owner_is_an_author(box: str, names: tuple[str, ...]) -> None:
    assert metadata(body=f"<h1>Rouge ends where it began</h1>{box}{TEXT}").authors == names


def test_a_writer_beside_the_picture_is_no_photographer() -> None:
    body = """<h1>Rouge ends</h1><div><div><img src="a.jpg"><p>A city. <span>By <a href="/people/kim/">Kim
        Sample</a></span></p></div><p>By <a href="/people/sam/">Sam Example</a>, Staff Writer</p></div>"""
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_name_without_the_credential_that_it_has_elsewhere_is_the_same_person() -> None:
    node = {"@type": "NewsArticle", "headline": "A", "author": ["Sam Example, MD", "Sam Example"]}
    assert metadata(json_ld=node).authors == ("Sam Example, MD",)


@pytest.mark.parametrize(
    ("other", "authors"),
    [("Redaktion", ("Sam Example",)), ("AFP", ("Sam Example", "AFP")), ("Staff", ("Sam Example",))],
)
def test_a_desk_without_a_name_is_no_author_beside_a_person(other: str, authors: tuple[str, ...]) -> None:
    node = {"@type": "NewsArticle", "headline": "A", "author": ["Sam Example", other]}
    assert metadata(json_ld=node).authors == authors


@pytest.mark.parametrize("name", ["أحمد مثال", "דנה דוגמה", "राम उदाहरण", "สมชาย ตัวอย่าง"])
def test_scripts_without_capitals_have_persons(name: str) -> None:
    head = '<meta name="author" content="The Herald"><meta property="og:site_name" content="The Herald">'
    assert metadata(head, f'<h1>A</h1><p class="byline">{name}</p>').authors == (name,)


@pytest.mark.parametrize("label", ["Written by", "Verfasst von", "Écrit par", "執筆者", "글쓴이"])
def test_who_wrote_it_is_read_from_what_a_plugin_labels_so(label: str) -> None:
    head = f'<meta name="twitter:label1" content="{label}"><meta name="twitter:data1" content="Sam Example">'
    assert metadata(head).authors == ("Sam Example",)
    head = (
        '<meta name="twitter:label1" content="Filed under"><meta name="twitter:data1" content="Sam Example">'
    )
    assert metadata(head).authors == ()


@pytest.mark.parametrize(
    "line",
    [
        "Submitted by <span>Sam Example</span> on <span>Thu, 04/23/2026 - 09:12</span>",
        "Soumis par <span>Sam Example</span> le <span>jeu 23/04/2026 - 09:12</span>",
        "Gespeichert von <span>Sam Example</span> am <span>Do., 23.04.2026 - 09:12</span>",
        "Enviado por <span>Sam Example</span> el <span>Jue, 23/04/2026 - 09:12</span>",
        "Publié par <span>Sam Example</span> à <abbr>19:30</abbr>",
        "Postado por <span>Sam Example</span> às <abbr>19:30</abbr>",
    ],
)
def test_what_drupal_and_blogger_print_before_a_name_is_a_label(line: str) -> None:
    body = f'<article><h1>A</h1><footer><div class="node__submitted">{line}</div></footer>{TEXT}</article>'
    assert metadata(body=body).authors == ("Sam Example",)


def test_a_publisher_that_is_called_like_a_trade_keeps_its_name() -> None:
    head = '<meta property="og:site_name" content="Your Mars Teacher">'
    head += '<meta name="author" content="Your Mars Teacher">'
    assert metadata(head).authors == ("Your Mars Teacher",)


TEXT = f"<p>{'The last episode ends where the first one began. ' * 5}</p>"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("<div><span>Sam Example</span><span>Jan 05, 2024</span></div>", ("Sam Example",)),
        ("<div><span>Mars News</span><span>Jan 05, 2024</span></div>", ()),
        ("<div><span>Politics</span><span>Jan 05, 2024</span></div>", ()),
        ("<p><time>5 January 2024</time> by Sam Example, Voice of the Committee</p>", ("Sam Example",)),
        ("<ul><li><strong>Autorin/Autor</strong> Anna Beispiel</li></ul>", ("Anna Beispiel",)),
        (f'<p>{"Mars. " * 40}<a href="/people/sam">Sam Example</a> said so.</p>', ()),
    ],
)
def test_names_stand_where_no_markup_says_so(body: str, names: tuple[str, ...]) -> None:
    assert metadata("", f"<h1>Rouge ends where it began</h1>{body}").authors == names


@pytest.mark.parametrize(
    ("body", "lang", "names"),
    [
        ("<p><strong>Sam Example/Kim Sample</strong></p>" + TEXT, "en", ("Sam Example", "Kim Sample")),
        ("<p>SAM EXAMPLE</p>" + TEXT, "en", ("Sam Example",)),
        ("<p>Sam Example</p>" + TEXT, "en", ("The Herald",)),
        (TEXT + "<p><strong>Sam Example</strong></p>" + TEXT, "en", ("The Herald",)),
        ("<p><strong>Weiter Weg</strong></p>" + TEXT, "de", ("The Herald",)),
    ],
)
def test_names_in_bold_open_the_text_where_the_head_has_the_publisher(
    body: str, lang: str, names: tuple[str, ...]
) -> None:
    head = '<meta name="author" content="The Herald"><meta property="og:site_name" content="The Herald">'
    assert metadata(head, f"<h1>Rouge ends where it began</h1>{body}", lang=lang).authors == names


def test_a_name_in_a_link_behind_the_day_is_who_wrote_it() -> None:
    """The day is an element of its own, and the name another one behind "by"."""
    day = '<time datetime="2026-10-14">14 October</time>'
    line = f'<small>posted on {day} by <a href="/c/7">Sam Example</a></small>'
    assert metadata(body=f"<h1>The red android walks again</h1><div>{line}</div>").authors == ("Sam Example",)


GUEST = "<h1>Rouge ends</h1><h3>By <a href='/kim-sample'>Kim Sample</a>, <i>columnist</i></h3><p>It ends.</p>"


def test_a_guest_whom_readers_see_beats_the_account_that_only_the_head_names() -> None:
    head = '<meta name="author" content="Sam Example">'
    assert metadata(head, GUEST).authors == ("Kim Sample",)
    shown = f"{GUEST}<aside>Sam Example is the editor of this site.</aside>"
    assert metadata(head, shown).authors == ("Sam Example",)


def test_the_name_below_a_label_of_its_own_is_the_author() -> None:
    body = "<h1>Rouge</h1><h2>Article written by:</h2><div><img alt=''><h3>Kim Sample, MD</h3></div>"
    assert metadata("", body).authors == ("Kim Sample, MD",)


@pytest.mark.parametrize(
    ("lang", "body", "author"),
    [
        ("th", "<div><span>โดย สมชาย ตัวอย่าง</span></div>", "สมชาย ตัวอย่าง"),
        ("id", "<p>Oleh Budi Contoh</p>", "Budi Contoh"),
        ("zh", "<p><span>記者陳樣本／台北報導</span></p>", "陳樣本"),
        ("ja", "<div><span>社会部 見本太郎記者</span></div>", "見本太郎"),
        ("zh", "<p>本报记者 张样本</p>", "张样本"),
        ("it", "<p>A cura di Vera Esempio</p>", "Vera Esempio"),
        ("pl", "<p>Rozmawiała Anna Przykład</p>", "Anna Przykład"),
        ("en", "<p><em>Guest contribution by Kim Sample, professor of media</em></p>", "Kim Sample"),
        ("en", "<p>by rougefan42 | Feb 6, 2024</p>", "rougefan42"),
        ("en", "<div>Posted by <b>mech.pilot</b> on February 6, 2024</div>", "mech.pilot"),
        ("en", "<p>Post by <strong>mech.pilot</strong> » Wed Feb 6, 2024 7:12 pm</p>", "mech.pilot"),
        ("zh", "<div>娛樂中心／記者 Kim 報導</div>", "Kim"),
        ("zh", "<p>（先驅新聞 記者 Kim 報導）2024-02-06</p>", "Kim"),
        ("zh", "<p>撰文 | 张样本　排版 | 阿坤</p>", "张样本"),
        ("ja", "<div>編集部：見本トオル</div>", "見本トオル"),
        ("ja", "<div>［見本れい，ヘラルド］</div>", "見本れい"),
        ("vi", "<p>Người đăng: Mai Ví Dụ</p>", "Mai Ví Dụ"),
        ("hu", "<span>Minta Réka</span><span>•</span><span>2024. február 6.</span>", "Minta Réka"),
        ("fi", "<a>Aino Esimerkki</a><time datetime='2024-02-06'>6.2. 14:30</time>", "Aino Esimerkki"),
        ("tr", "<div><b class='muhabir'>Ayşe Örnek</b></div>", "Ayşe Örnek"),
        ("ja", "<p>ルジュは赤い砂の上を歩く。物語はそこから始まる。</p><p>（見本花子）</p>", "見本花子"),
    ],
)
def test_a_byline_without_a_mark_is_read_in_its_language(lang: str, body: str, author: str) -> None:
    head = '<meta property="og:site_name" content="ヘラルド">' if lang == "ja" else ""
    assert metadata(head, f"<h1>Rouge</h1>{body}", lang=lang).authors == (author,)


@pytest.mark.parametrize("line", ["（つづく）", "（終わり）", "【関連記事】", "（敬称略）", "（共同）"])
def test_a_word_in_brackets_at_the_end_signs_nothing(line: str) -> None:
    assert metadata("", f"<h1>ルジュ</h1><p>物語はそこから始まる。</p><p>{line}</p>", lang="ja").authors == ()


def test_the_footer_of_the_post_itself_says_who_wrote_it() -> None:
    """Blogger names the author below the text."""
    footer = (
        "<span class='post-author'>Posted by <span class='fn'><a href='/p/1'>Kim Sample</a></span></span>"
    )
    body = (
        f"<div><h3 class='post-title'>Rouge</h3><p>It ends.</p><div class='post-footer'>{footer}</div></div>"
    )
    assert metadata("<title>Rouge</title>", body).authors == ("Kim Sample",)


@pytest.mark.parametrize(
    "line", ["Updated by Feb 6, 2024", "Sort by date", "by email | Feb 6, 2024", "编辑于 2024年2月6日"]
)
def test_what_else_stands_behind_by_is_no_account(line: str) -> None:
    assert metadata("", f"<h1>Rouge ends</h1><p>{line}</p><p>It ends.</p>").authors == ()


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By <a>Sam Example</a> and <a>Kim Sample</a>", ("Sam Example", "Kim Sample")),
        ("By Sam Example, Master Gardener", ("Sam Example",)),
        ("By Sam Example<br>Digital Lead and Master Gardener", ("Sam Example",)),
    ],
)
def test_a_byline_with_all_whom_the_head_names_and_others_is_believed(
    byline: str, authors: tuple[str, ...]
) -> None:
    head = '<meta name="author" content="Sam Example">'
    assert metadata(head, f"<h1>Rouge ends</h1><p>{byline}</p><p>It ends.</p>").authors == authors


POST = {"@type": "DiscussionForumPosting", "headline": "Rouge ends", "datePublished": "2024-05-03"}


def test_a_post_in_a_forum_is_by_its_account() -> None:
    """The title that a forum gives the account, and those who reply, are none."""
    body = "<h1>Rouge ends</h1><div class='message-user author'><b>sam_lamp</b><i>One Winged Slayer</i></div>"
    person = {"@type": "Person", "name": "sam_lamp"}
    assert metadata(body=body, json_ld={**POST, "author": person}).authors == ("sam_lamp",)


def test_microdata_names_the_account_of_a_post() -> None:
    post = """<div itemscope itemtype="http://schema.org/{}"><span itemprop="author" itemscope>
        <a href="/u/{}"><span itemprop="name">{}</span></a> (Sam Example)</span><p>It ends.</p></div>"""
    first = post.format("DiscussionForumPosting", "sam_lamp", "sam_lamp")
    reply = post.format("Comment", "kim", "kim")
    assert metadata(body=f"<h1>Rouge ends</h1>{first}{reply}").authors == ("sam_lamp",)


@pytest.mark.parametrize(
    "line",
    [
        "<p>submitted 3 days ago by <a href='https://www.herald.example/user/sam_lamp'>sam_lamp</a></p>",
        "<div><a href='/wiki/User:Sam_Lamp'>sam_lamp</a> May 3, 2024</div>",
        "<div><a href='/users/123/sam-lamp'>sam_lamp</a></div>",
        "<p><a><strong class='nick'>sam_lamp</strong></a> <span>LV.64</span></p>",
    ],
)
def test_an_account_near_the_headline_is_the_author_where_nobody_else_is(line: str) -> None:
    text = "<p>Rouge walks over the red sand, and nobody asks her why she came.</p>"
    assert metadata(body=f"<h1>Rouge ends</h1>{line}{text}").authors == ("sam_lamp",)
    replies = f"<div class='comments'><div class='reply'>{line}</div></div>"
    assert metadata(body=f"<h1>Rouge ends</h1>{text}{replies}").authors == ()


@pytest.mark.parametrize("name", ["admin", "wordpressadmin", "Home", "Log in", "3"])
def test_other_links_near_the_headline_are_no_accounts(name: str) -> None:
    line = f"<a href='/user/{name}'>{name}</a>"
    assert metadata(body=f"<h1>Rouge ends</h1>{line}<p>It ends.</p>").authors == ()


def test_the_card_of_who_wrote_a_blog_may_stand_below_the_text() -> None:
    card = (
        "<footer class='entry-footer'><span class='author vcard'><b class='fn'>sam_lamp</b></span></footer>"
    )
    body = f"<article><h1>Rouge ends</h1><p>It ends.</p>{card}</article>"
    assert metadata(body=body).authors == ("sam_lamp",)


def test_one_word_behind_a_label_in_a_byline_is_a_name() -> None:
    body = "<h1>Rouge</h1><p class='article_byline'>編集部：Lamp</p><p>物語は終わる。</p>"
    assert metadata(body=body, lang="ja").authors == ("Lamp",)


def test_one_word_that_the_head_and_the_byline_have_is_a_name() -> None:
    """Names in the boxes of comments below it are none, whatever these are called."""
    node = {"@type": "NewsArticle", "headline": "Rouge", "author": {"@type": "Person", "name": "Lamp"}}
    body = "<h1>Rouge</h1><p><span class='writer'>Lamp 기자</span></p><b class='writer'>얼음땡</b>"
    assert metadata(body=body, lang="ko", json_ld=node).authors == ("Lamp",)


def test_a_sentence_in_a_box_that_is_called_author_is_no_name() -> None:
    body = """<h1>Rouge</h1><div class="detail">2024-05-03 来源：先驱报 作者：林小雨 编辑：豆角</div>
        <p>故事到此结束。</p><div class="bot_author">本文由先驱报制作发布，未经允许禁止转载。</div>"""
    assert metadata(body=body, lang="zh").authors == ("林小雨",)


def test_the_publisher_that_the_head_alone_names_signs_no_news_of_the_far_east() -> None:
    node = {**POST, "@type": "NewsArticle", "author": {"@type": "Organization", "name": "株式会社ヘラルド"}}
    body = "<h1>Rouge</h1>{}<p>物語は終わる。</p>"
    assert metadata(body=body.format(""), lang="ja", json_ld=node).authors == ()
    assert metadata(body=body.format("<p>株式会社ヘラルド</p>"), lang="ja", json_ld=node).authors == (
        "株式会社ヘラルド",
    )


def test_the_publisher_by_a_part_of_its_name_is_no_author_beside_a_person() -> None:
    authors = [{"@type": "Person", "name": "Sam Example"}, {"@type": "Organization", "name": "Big Herald"}]
    head = '<meta property="og:site_name" content="Big Herald NEWS">'
    assert metadata(head, json_ld={**POST, "author": authors}).authors == ("Sam Example",)
