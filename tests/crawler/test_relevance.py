"""Is an article about a series: which spellings count, what is counted, and what is said about it."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Extraction, Judgement, Mention, Series
from crawler.relevance import judge, judge_hints

ROUGE = Series("Metallic Rouge", ("メタリックルージュ",), people=("Yutaka Izubuchi",), studios=("BONES",))


def article(
    text: str = "", title: str | None = None, tags: tuple[str, ...] = (), standfirst: str | None = None
) -> Extraction:
    return Extraction(
        url="https://www.example.org/1",
        rules_version="1",
        title=title,
        text=text,
        tags=tags,
        standfirst=standfirst,
    )


def names(name: str, text: str) -> bool:
    return judge(article(text), [Series(name)]).relevant


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Metallic Rouge", "Episode 1 of Metallic Rouge is out."),
        ("Metallic Rouge", "METALLIC ROUGE"),
        ("Metallic Rouge", "Metallic Rouge’s second half"),
        ("Metallic Rouge", "the metallic-rouge fandom"),
        ("Metallic Rouge", "Metallic\u00a0Rouge, Metal\u00adlic  Rouge"),
        ("Metallic Rouge", "Ｍｅｔａｌｌｉｃ　Ｒｏｕｇｅ"),
        ("Metallic Rouge", "「Metallic Rouge」"),
        ("Metallic Rouge", "新作アニメMetallic Rougeの放送"),
        ("Metallic Rouge", "Metallic Rouge™ and Metallic Rouge²"),
        ("Metallic Rouge", "watch it now: #MetallicRouge"),
        ("メタリックルージュ", "新作メタリックルージュの放送"),
        ("メタリックルージュ", "ﾒﾀﾘｯｸﾙｰｼﾞｭ"),
        ("メタリックルージュ", "メタリック・ルージュ"),
        ("メタリックルージュ", unicodedata.normalize("NFD", "メタリックルージュ")),
        ("メタリック・ルージュ", "メタリックルージュ"),
        ("ﾒﾀﾘｯｸﾙｰｼﾞｭ", "メタリックルージュ"),
        ("機動戦士Zガンダム", "新・機動戦士 Ｚ ガンダム展"),
        ("葬送的芙莉蓮", "動畫《葬送的芙莉蓮》第二季"),
        ("나 혼자만 레벨업", "애니메이션 나혼자만 레벨 업이"),
        ("나 혼자만 레벨업", unicodedata.normalize("NFD", "나 혼자만 레벨업")),
        ("Pokémon", "POKEMON and Poke\u0301mon"),
        ("Pokemon", "Pokémon"),
        ("Strasse", "Die Straße"),
        ("Ørsted", "Orsted"),
        ("İstanbul", "Istanbul'da"),
        ("Spider-Man", "Spider Man, Spiderman, Spider‑Man"),
        ("Kiki's Delivery Service", "KIKI’S DELIVERY SERVICE"),
        ("Oh... My Rouge", "Oh… my Rouge"),
        ("Re:Zero", "Re: ZERO"),
        ("Re:Zero", "Ｒｅ：ゼロ、Ｒｅ：ＺＥＲＯ"),
        ("Fate/stay night", "Fate / Stay Night"),
        ("Steins;Gate", "SteinsGate 0"),
        ("Love Live! Sunshine!!", "Love Live Sunshine is back"),
        ("K-On!", "the K-ON! film"),
        ("86", "アニメ「86」 and 86%"),
        ("नेटफ्लिक्स", "नेटफ्लिक्स पर"),
    ],
)
def test_a_name_is_found_in_every_usual_spelling(name: str, text: str) -> None:
    assert names(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Metallic Rouge", "nonmetallic rouge"),
        ("Metallic Rouge", "Metallic Rouges"),
        ("Metallic Rouge", "Metallic or rouge"),
        ("Metallic Rouge", "shades that are metallic. Rouge comes next."),
        ("Metallic Rouge", "shades that are metallic – Rouge comes next."),
        ("Metallic Rouge", "metallic, rouge"),
        ("Metallic Rouge", "The last word is Metallic\n\nRouge begins the next block"),
        ("The Rapist", "a therapist"),
        ("メタリックルージュ", "メタリックルーシュ"),
        ("進撃", "前進 撃破"),
        ("가", "각"),
        ("K-On!", "the late Satoshi Kon"),
        ("86", "1986 and 860"),
        ("Fate", "fatal, Fatebound"),
        ("!?", "really!?"),
    ],
)
def test_what_only_looks_like_the_name_is_not_taken_for_it(name: str, text: str) -> None:
    assert not names(name, text)


def test_title_text_and_tags_are_counted_each() -> None:
    found = judge(
        article(
            title="Metallic Rouge returns",
            text="Metallic Rouge is back.\n\nIt is on Mars.\n\n"
            "Fans of Metallic Rouge, or メタリックルージュ, rejoice.",
            tags=("anime", "metallicrouge"),
        ),
        [ROUGE],
    )
    assert found == Judgement(
        relevant=True,
        reason="names Metallic Rouge in the title, once in the lead, 2 times in the text and in the tags",
        score=30.0,
        mentions=(
            Mention("Metallic Rouge", "Metallic Rouge", "name", "title", 1, "Metallic Rouge returns"),
            Mention("Metallic Rouge", "Metallic Rouge", "name", "lead", 1, "Metallic Rouge is back."),
            Mention(
                "Metallic Rouge",
                "Metallic Rouge",
                "name",
                "text",
                1,
                "Fans of Metallic Rouge, or メタリックルージュ, rejoice.",
            ),
            Mention(
                "Metallic Rouge",
                "メタリックルージュ",
                "alias",
                "text",
                1,
                "Fans of Metallic Rouge, or メタリックルージュ, rejoice.",
            ),
            Mention("Metallic Rouge", "Metallic Rouge", "name", "tags", 1, "metallicrouge"),
        ),
    )


def test_an_alias_inside_the_name_is_counted_once() -> None:
    found = judge(
        article("Metallic Rouge. Then only Rouge."), [Series("Metallic Rouge", ("Rouge", "METALLIC ROUGE"))]
    )
    assert [(mention.name, mention.kind, mention.count) for mention in found.mentions] == [
        ("Metallic Rouge", "name", 1),
        ("Rouge", "alias", 1),
    ]


def test_the_standfirst_is_part_of_the_text_and_counted_once() -> None:
    line = "All about Metallic Rouge"
    assert judge(article("A paid text.", standfirst=line), [ROUGE]).relevant
    assert judge(article(f"{line}\n\nMore.", standfirst=line), [ROUGE]).mentions[0].count == 1


def test_people_and_studios_alone_make_a_near_miss() -> None:
    found = judge(article("Yutaka Izubuchi of BONES"), [ROUGE])
    assert not found.relevant
    assert found.near_miss
    assert found.score == 4.5
    assert found.reason == "only names Yutaka Izubuchi and BONES 2 times in the lead: 4.5 points of 10"
    assert [mention.kind for mention in found.mentions] == ["person", "studio"]


def test_a_studio_in_passing_is_not_even_a_near_miss() -> None:
    found = judge(article("On Mars.\n\nIt rains.\n\nThe studio is BONES."), [ROUGE])
    assert (found.relevant, found.near_miss, found.score) == (False, False, 1.0)


def test_what_a_name_is_worth_can_be_said() -> None:
    series = replace(ROUGE, weights=(("Yutaka Izubuchi", 10.0),))
    assert judge(article("Yutaka Izubuchi speaks."), [series]).relevant
    strict = replace(ROUGE, keep_from=15.0)
    assert judge(article("Metallic Rouge in the lead."), [strict]).relevant
    passing = judge(article("One.\n\nTwo.\n\nMetallic Rouge in passing."), [strict])
    assert (passing.relevant, passing.near_miss) == (False, True)


SHORT = Series("Metallic Rouge", people=("Yutaka Izubuchi",), ambiguous=("Rouge",), excluded=("Baton Rouge",))


def test_an_ambiguous_name_needs_a_second_witness() -> None:
    alone = judge(article("The new lipstick: Rouge", title="Rouge for the summer"), [SHORT])
    assert (alone.relevant, alone.near_miss) == (False, True)
    assert judge(article("Rouge, says Yutaka Izubuchi, is back."), [SHORT]).relevant


def test_a_longer_name_that_is_something_else_does_not_count() -> None:
    found = judge(article("Baton Rouge, where Yutaka Izubuchi was born", title="Baton-Rouge"), [SHORT])
    assert not found.relevant
    assert [mention.name for mention in found.mentions] == ["Yutaka Izubuchi"]
    assert judge(article("From Baton Rouge: Rouge by Yutaka Izubuchi"), [SHORT]).relevant


def test_hiragana_and_katakana_are_alike_only_where_asked() -> None:
    series = Series("めたりっくルージュ")
    assert not judge(article("メタリックルージュの放送"), [series]).relevant
    found = judge(article("ﾒﾀﾘｯｸるーじゅの放送"), [replace(series, fold_kana=True)])
    assert found.mentions[0].passage == "ﾒﾀﾘｯｸるーじゅの放送"


def test_what_a_feed_says_counts_as_well() -> None:
    found = judge(article("A paid text."), [ROUGE], excerpt="All about Metallic Rouge")
    assert found.relevant
    assert found.reason == "names Metallic Rouge in the excerpt"
    assert judge_hints("Metallic Rouge", None, [ROUGE]).relevant
    assert not judge_hints(None, "Something else", [ROUGE]).relevant


@pytest.mark.parametrize(
    ("text", "series", "reason"),
    [
        ("Metallic Rouge", [ROUGE], "names Metallic Rouge once in the lead"),
        ("メタリックルージュ", [ROUGE], "names メタリックルージュ (Metallic Rouge) once in the lead"),
        (
            "Metallic Rouge and Bleach, Bleach",
            [ROUGE, Series("Bleach")],
            "names Metallic Rouge once in the lead; names Bleach 2 times in the lead",
        ),
        ("", [Series("A1"), Series("B1", ("C1",))], "does not name A1, B1 or C1"),
        ("", [Series("A1", tuple("BCDEFG"))], "does not name A1, B, C, D or 3 other names"),
    ],
)
def test_the_reason_is_a_sentence(text: str, series: list[Series], reason: str) -> None:
    assert judge(article(text), series).reason == reason


def test_two_series_that_share_a_word_are_both_found() -> None:
    found = judge(article("Fate/Zero"), [Series("Fate"), Series("Fate/Zero")])
    assert [mention.series for mention in found.mentions] == ["Fate", "Fate/Zero"]


def test_a_passage_is_the_original_text_cut_between_words() -> None:
    text = "ﬁrst " * 40 + "\n\n" + "㌔ … ｶﾞ “wörd” " * 12 + "Ｍétallic‑Rouge" + " …ﾊﾟ words" * 12 + "\n\nlast"
    (mention,) = judge(article(text), [ROUGE]).mentions
    assert "Ｍétallic‑Rouge" in mention.passage
    assert mention.passage.startswith("… ")
    assert mention.passage.endswith(" …")
    assert f" {mention.passage[2:-2]} " in text


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("ｶﾞ", "ﾒﾀﾘｯｸﾙｰｼﾞｭ", "ﾊﾟ"),
        ("がガ", "メタリックルーシ\u3099ュ", "ﬁ™"),
        ("한국", "メタリック・ルージュ", "e\u0301"),
        ("あ", "Metallic Rouge\u0301", "い"),
    ],
)
def test_a_passage_counts_characters_as_they_are_written(before: str, name: str, after: str) -> None:
    text = before * 100 + name + after * 100
    (mention,) = judge(article(text), [ROUGE]).mentions
    assert mention.passage == f"… {(before * 100)[-80:]}{name}{(after * 100)[:80]} …"


def test_a_passage_ends_with_the_character_that_the_name_ends_in() -> None:
    text = "あ" * 100 + "新作㌔" + "い" * 100
    (mention,) = judge(article(text), [Series("新作キ")]).mentions
    assert mention.passage == "… " + "あ" * 80 + "新作㌔" + "い" * 80 + " …"


WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "abcdefghijklmnopqrstuvwxyz"}
SPELLINGS = st.sampled_from(
    [
        spell(name)
        for name in ("metallic rouge", "メタリックルージュ")
        for spell in (
            str,
            str.upper,
            lambda name: name.translate(WIDE),
            lambda name: unicodedata.normalize("NFD", name),
            lambda name: name.replace("i", "ı\u0301"),
            lambda name: name.replace(" ", "\u3000"),
        )
    ]
)
# Everything that changes its length when it is folded, beside the characters of any text.
SURROUNDINGS = st.text(
    st.sampled_from("ab \n\n…™²ﬁ㌔ßİﷺé\u0301ｶﾞﾊﾟカ\u3099가ㄱ각\u00ad\u200b「、。")
    | st.characters(exclude_categories=["Cs"]),
    max_size=200,
)


@given(before=SURROUNDINGS, spelling=SPELLINGS, after=SURROUNDINGS)
def test_a_name_is_found_in_any_surroundings_and_its_passage_shows_it(
    before: str, spelling: str, after: str
) -> None:
    text = f"{before} “{spelling}” {after}"
    found = judge(article(text), [ROUGE])
    assert found.relevant
    passage = found.mentions[0].passage
    assert passage.removeprefix("… ").removesuffix(" …") in text
    assert judge(article(passage), [ROUGE]).relevant


@given(
    text=SURROUNDINGS,
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=20),
)
def test_any_name_can_be_looked_for_and_is_found_where_it_stands(text: str, name: str) -> None:
    has_letters = any(character.isalnum() for character in name)
    assert judge(article(f"{text} {name}"), [Series(name)]).relevant >= has_letters
