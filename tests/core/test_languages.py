"""Lists, running text and alphabetical order as readers of each language expect them."""

import re

import pytest
from django.utils import translation

from qiao.core.alphabet import alphabetical
from qiao.core.catalogues import load
from qiao.core.forms import time_zone_choices
from qiao.core.languages import listed, running_text
from qiao.directory.forms import country_choices, language_choices
from qiao.events.forms.setup import BlockForm, ProgrammeForm


def test_words_stand_in_the_order_of_a_dictionary() -> None:
    words = ["Zürich", "Ägypten", "Österreich", "Afrika", "Oman", "Estland", "Straße 2", "Strasse 1", "Strauß"]
    assert sorted(words, key=alphabetical) == [
        "Afrika", "Ägypten", "Estland", "Oman", "Österreich", "Strasse 1", "Straße 2", "Strauß", "Zürich",
    ]  # fmt: skip
    assert sorted(["中国", "德国", "奥地利", "瑞士", "BMW"], key=alphabetical) == [
        "奥地利",
        "BMW",
        "德国",
        "瑞士",
        "中国",
    ]


@pytest.mark.parametrize(
    ("language", "inside"),
    [
        ("de", ["Afghanistan", "Ägypten", "Ålandinseln", "Albanien"]),
        ("zh-hans", ["阿尔巴尼亚", "阿尔及利亚", "阿富汗"]),
    ],
)
def test_countries_are_in_the_readers_order(language: str, inside: list[str]) -> None:
    with translation.override(language):
        names = [name for code, name in country_choices()]
    assert [name for name in names if name in inside] == inside


def test_languages_begin_with_those_of_the_pages() -> None:
    with translation.override("de"):
        assert [name for _tag, name in language_choices(["en:B2"])] == [
            "Englisch (B2)", "Deutsch", "Chinesisch", "Französisch", "Japanisch", "Koreanisch", "Polnisch", "Russisch",
            "Spanisch", "Tschechisch",
        ]  # fmt: skip


def test_time_zones_are_in_words_and_in_order() -> None:
    with translation.override("de"):
        choices = time_zone_choices()
    assert choices[0] == ("Europe/Berlin", "Deutschland (Berlin)")
    groups = dict(choices[2:])
    assert list(groups)[:4] == ["Afrika", "Amerika", "Antarktis", "Arktis"]
    cities = [city for _zone, city in groups["Europa"]]
    assert cities.index("Wien") < cities.index("Zürich")
    assert ("Europe/Rome", "Rom") in groups["Europa"]
    with translation.override("zh-hans"):
        groups = dict(time_zone_choices()[2:])
    assert ("Europe/Rome", "罗马") in groups["欧洲"]


def test_lists_and_sentences_take_the_form_of_the_language() -> None:
    with translation.override("de"):
        assert (listed(["a", 2]), running_text(["Eins.", "Zwei."])) == ("a, 2", "Eins. Zwei.")
        assert listed(["a", "b"], "zh") == "a、b"
    with translation.override("zh-hans"):
        assert (listed(["甲", "乙"]), running_text(["一。", "二。"])) == ("甲、乙", "一。二。")


@pytest.mark.parametrize(("language", "end"), [("de", "Bis"), ("zh-hans", "结束"), ("en", "To")])
def test_the_end_of_a_time_is_no_recipient(language: str, end: str) -> None:
    with translation.override(language):
        assert {str(form.base_fields["ends"].label) for form in (BlockForm, ProgrammeForm)} == {end}


def test_chinese_is_set_as_chinese() -> None:
    """Full-width signs beside Han, no blank between Han and Latin letters, Chinese quotation marks, a whole ellipsis."""
    han = "[\u4e00-\u9fff，。：；（）？！、“”]"
    commands = re.compile(r"(?:--\w+|\bqiao manage \w+) |(?<=[\[{]) … | [\[{]")  # what follows is typed or is a sign
    wrong = re.compile(rf"{han} \S|\S {han}|[\u4e00-\u9fff][,;:?!(]|\)[\u4e00-\u9fff]|\"|(?<!…)…(?![…/])")
    texts = [
        text
        for one in load("zh_Hans")
        if one.id
        for text in ([one.string] if isinstance(one.string, str) else one.string)
    ]
    assert [text for text in texts if wrong.search(commands.sub("", text))] == []
