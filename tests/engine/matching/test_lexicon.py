"""Words are found inflected, in German compounds with their ellipses, and as the longest Chinese word."""

import pytest

from qiao.engine.matching.lexicon import PART, Lexicon, english_stem, german_stem
from qiao.engine.matching.vocabulary import Term

TERMS = (
    Term("laser", None, {"de": ("Laser",), "zh": ("激光",), "en": ("lasers",)}),
    Term("cutting", "laser", {"de": ("Laserschneiden",), "zh": ("激光切割",), "en": ("laser cutting",)}),
    Term("welding", "laser", {"de": ("Laserschweißen",), "zh": ("焊接",), "en": ("laser welding",)}),
    Term("additive", None, {"de": ("additive Fertigung",), "zh": ("增材制造",), "en": ("additive manufacturing",)}),
    Term("power", None, {"de": ("Leistungschips",), "zh": ("功率芯片",), "en": ("power chips",)}),
    Term("sensor", None, {"de": ("Sensoren", "Sensorchips"), "zh": ("传感器",), "en": ("sensors",)}),
    Term("mes", None, {"de": ("MES",), "zh": ("MES", "制造执行系统"), "en": ("MES",)}),
    Term("fibre", "laser", {"de": ("Faserlaser",), "zh": ("光纤激光",), "en": ("fibre lasers",)}),
    Term("tubes", None, {"de": ("Rohre",), "zh": ("切割管",), "en": ("cutting tubes", "tubes")}),
    Term("battery", None, {"de": ("Batterien",), "zh": ("电池",), "en": ("batteries",)}),
)


@pytest.mark.parametrize(
    ("lang", "text", "found"),
    [
        ("de", "Laserschneidanlagen für Bleche", {"cutting"}),
        ("de", "Laserquellen für Bleche", {"laser"}),
        ("de", "LASERSCHNEIDEN, -schweißen und mehr", {"cutting", "welding"}),
        ("de", "Leistungs- und Sensorchips", {"power", "sensor"}),
        ("de", "in der additiven Fertigung", {"additive"}),
        ("de", "eine Fertigung, additive Farben", set()),
        ("de", "Drucksensoren mit MES", {"sensor", "mes"}),
        ("de", "Messen in Dresden", set()),
        ("en", "Sensor for laser-cutting with a battery", {"sensor", "cutting", "battery"}),
        ("en", "laser and cutting", {"laser"}),
        ("zh", "激光切割机与焊接", {"cutting", "welding"}),
        ("zh", "面向MES系统的传感器", {"mes", "sensor"}),
        ("zh", "光纤激光切割机", {"fibre", "cutting"}),  # what overlaps counts, what lies inside does not
        ("zh", "光纤激光切割管", {"fibre", "cutting", "tubes"}),
        ("zh", "光纤激光焊接", {"fibre", "welding"}),
        ("en", "fibre laser cutting tubes", {"fibre", "cutting", "tubes"}),
        ("zh", "", set()),
        ("fr", "laser", set()),
    ],
)
def test_what_is_found(lang, text, found) -> None:
    assert set(Lexicon(TERMS).find(text, lang)) == found


def test_a_part_weighs_less_and_more_words_weigh_more() -> None:
    lexicon = Lexicon(TERMS)
    assert lexicon.find("Drucksensoren", "de") == {"sensor": PART}
    assert lexicon.find("laser cutting of lasers", "en") == {"cutting": pytest.approx(1.1), "laser": 1.0}


@pytest.mark.parametrize(
    ("word", "stem"),
    [("anlagen", "anlag"), ("anlage", "anlag"), ("wafern", "wafer"), ("laser", "laser"), ("chips", "chip")],
)
def test_german_stems(word, stem) -> None:
    assert german_stem(word) == stem


@pytest.mark.parametrize(
    ("word", "stem"),
    [("batteries", "battery"), ("buses", "bus"), ("glass", "glass"), ("lasers", "laser"), ("analysis", "analysis")],
)
def test_english_stems(word, stem) -> None:
    assert english_stem(word) == stem
