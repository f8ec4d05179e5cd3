"""Which phrase of a text is underlined."""

import numpy as np
import pytest

from qiao.engine.matching.embed import BuiltIn
from qiao.matchmaking.phrases import Phrases, clauses


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Standortberatung, Messebau und Übersetzungen", ["Standortberatung", "Messebau", "Übersetzungen"]),
        ("激光设备销售、售后服务以及培训", ["激光设备销售", "售后服务", "培训"]),
        ("Laserschneidanlagen für Bleche", ["Laserschneidanlagen für Bleche"]),
        ("Version 2.5 of A,B parts", ["Version 2.5 of A,B parts"]),
        ("", []),
    ],
)
def test_clauses_stand_in_the_text_as_they_are(text, parts) -> None:
    assert clauses(text) == parts
    assert all(part in text for part in parts)


def test_the_clause_nearest_to_the_other_text_carries_the_match() -> None:
    text = "Catering für Messen, Laserschneidanlagen für Bleche, Buchhaltung"
    phrases = Phrases([text, "Laserschneiden"], BuiltIn())
    other = np.asarray(BuiltIn().encode(["寻求德国激光切割技术"])[0])
    assert phrases.carrying({"de": text}, "de", other) == {"de": "Laserschneidanlagen für Bleche"}
    assert phrases.carrying({"de": "Laserschneiden"}, "de", other) == {}


@pytest.mark.parametrize("lang", ["de", "en", "zh"])
def test_in_every_language_the_clause_is_marked_that_says_the_same(lang) -> None:
    words = {
        "de": "Bleche aus Aluminium, Laserquellen, Schneidköpfe",
        "en": "aluminium sheet, laser sources, cutting heads",
        "zh": "铝板、激光源、切割头",
    }
    phrases = Phrases(words.values(), BuiltIn())
    for place, asked in enumerate(
        ("Aluminium und andere Metalle", "Faserlaser als Strahlquelle", "cutting head, nozzle")
    ):
        found = phrases.carrying(words, lang, np.asarray(BuiltIn().encode([asked])[0]))
        assert found[lang] == clauses(words[lang])[place]
        assert all(clauses(words[other])[place] == part for other, part in found.items())


def test_a_translation_that_cannot_be_divided_alike_has_no_marked_clause() -> None:
    words = {"zh": "激光切割与焊接设备", "en": "Laser equipment, welding machines"}
    phrases = Phrases(words.values(), BuiltIn())
    other = np.asarray(BuiltIn().encode(["Schweißgeräte"])[0])
    assert phrases.carrying(words, "zh", other) == {}  # the whole text carries
    assert phrases.carrying(words, "en", other) == {"en": "welding machines"}


def test_no_texts_need_no_model() -> None:
    assert Phrases([], BuiltIn()).carrying({"de": "a"}, "de", np.zeros(512, np.float32)) == {}
