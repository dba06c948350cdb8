"""A correction is content: it stays in the text, wherever it stands, and is told apart as well."""

import pytest

from tests.crawler.extraction.test_furniture import TABLE, read

CORRECTIONS = {
    "en": "Correction: An earlier version of this article named the wrong composer. It was Kim Sample.",
    "de": "Korrektur: In einer früheren Version hieß es, die Musik stamme von Jörg Muster. Das war falsch.",
    "fr": "Rectificatif : une version précédente de cet article attribuait la musique à Jean Modèle.",
    "es": "Corrección: una versión anterior de este artículo atribuía la música a Luis Muestra.",
    "it": "Rettifica: in una versione precedente la musica era attribuita per errore ad Aldo Prova.",
    "pt": "Errata: uma versão anterior deste texto atribuía a música a Rui Amostra.",
    "nl": "Correctie: in een eerdere versie van dit artikel stond dat de muziek van Piet Model was.",
    "pl": "Sprostowanie: w poprzedniej wersji artykułu błędnie podaliśmy nazwisko kompozytora.",
    "sv": "Rättelse: I en tidigare version av artikeln angavs fel kompositör.",
    "no": "Rettelse: I en tidligere versjon av artikkelen ble feil komponist oppgitt.",
    "da": "Rettelse: I en tidligere version af artiklen blev den forkerte komponist nævnt.",
    "ru": "Уточнение: в первоначальной версии материала было неверно указано имя композитора.",
    "ja": "【訂正】初出時、作曲者の名前に誤りがありました。お詫びして訂正します。",
    "zh": "更正：本文早前版本误写了作曲家的姓名，特此更正。",
    "ko": "[정정] 이전 기사에서 작곡가의 이름이 잘못 표기되어 바로잡습니다.",
}


@pytest.mark.parametrize("language", TABLE)
def test_a_correction_stays_and_is_told_apart(language: str) -> None:
    note = CORRECTIONS[language]
    article = TABLE[language]["article"]
    for blocks in ([*article, note], [note, *article], [*article, TABLE[language]["share"][0], note]):
        found = read(language, *blocks)
        assert sorted(found.text.split("\n\n")) == sorted([*article, note]), found.removed
        assert [w.value for w in found.witnesses if w.field == "correction"] == [note]


def test_an_edit_of_a_blog_is_a_correction() -> None:
    note = "Edit, 14 June: corrected the air date of the fourth episode. Thanks, Marie!"
    found = read("en", *TABLE["en"]["article"], note)
    assert [w.value for w in found.witnesses if w.field == "correction"] == [note]


@pytest.mark.parametrize(
    "block",
    [
        "Note: All plans have a price of their own, and none of them is the right one for a robot.",
        "Corrections officers took the android to the tower, where the nine others were waiting for her.",
        "This page was last updated on 5 January.",
        "Mise à jour : 05/01/2024",
    ],
)
def test_what_is_no_correction(block: str) -> None:
    found = read("en", *TABLE["en"]["article"], block)
    assert not [w for w in found.witnesses if w.field == "correction"]
