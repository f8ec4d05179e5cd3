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
    assert phrases.nearest(text, other) == "Laserschneidanlagen für Bleche"
    assert phrases.nearest("Laserschneiden", other) is None


def test_no_texts_need_no_model() -> None:
    assert Phrases([], BuiltIn()).nearest("a", np.zeros(512, np.float32)) is None
