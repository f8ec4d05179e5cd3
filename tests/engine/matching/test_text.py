"""Words made comparable: cleaning, folding, tokens, role words, and the language that is embedded."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.engine.matching.model import Profile, Text, primary
from qiao.engine.matching.text import LONGEST, chosen_language, clean, fold, for_embedding, strip_role_words, tokens

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)  # lone surrogates as well


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_embedded(text: str) -> None:
    found = clean(text)
    found.encode("utf-8")
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in found)
    assert found == found.strip()
    assert "  " not in found


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_no_text_upsets_the_other_steps(text: str) -> None:
    assert all(tokens(text))
    assert for_embedding(text) == "" or any(c.isalnum() for c in for_embedding(text))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\x00b", "a b"),
        ("cut emoji \ud83d", "cut emoji"),
        ("ＡＢＣ　１２３", "ABC 123"),
        ("zero\u200bwidth", "zero width"),
        ("\ufeffmark", "mark"),
        (" many \n\t blanks ", "many blanks"),
        ("山东 济南", "山东 济南"),
        ("x" * (LONGEST + 1), "x" * LONGEST),
    ],
)
def test_clean(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


def test_cleaning_never_makes_text_longer_than_allowed() -> None:
    assert len(clean("ﷺ" * LONGEST)) <= LONGEST  # one character that NFKC turns into eighteen


@pytest.mark.parametrize(
    ("one", "other"),
    [("Müller", "Mueller"), ("Straße", "STRASSE"), ("Käse", "kase"), ("Élan", "elan"), ("Ｑｉａｏ", "qiao")],
)
def test_fold_makes_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_fold_keeps_different_words_apart() -> None:
    assert fold("Bach") != fold("Buch")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Laser-Schneiden 3D", ["laser", "schneiden", "3d"]),
        ("激光切割", ["激光", "光切", "切割"]),
        ("铝", ["铝"]),
        ("5G网络 test", ["5g", "网络", "test"]),
        ("", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir suchen derzeit Partner für Laser", "Partner für Laser"),
        ("Wir bieten Prüfstände an.", "Prüfstände."),
        ("Gesucht: Aluminiumguss", "Aluminiumguss"),
        ("We are looking for castings", "castings"),
        ("Offering test benches", "test benches"),
        ("我们目前寻求激光设备", "激光设备"),
        ("提供：检测服务", "检测服务"),
        ("Aluminiumguss; gesucht Partner", "Aluminiumguss; Partner"),
        ("Wir suchen", "Wir suchen"),
        ("An der Elbe", "An der Elbe"),
    ],
)
def test_strip_role_words(text: str, expected: str) -> None:
    assert strip_role_words(text) == expected


def test_an_offer_and_a_seek_of_one_thing_look_alike() -> None:
    assert for_embedding("Wir suchen Laser\x00") == for_embedding("Wir bieten Laser an") == "Laser"


@pytest.mark.parametrize("text", ["", " ", "…!?", "\u200b", "\ud800"])
def test_nothing_readable_is_not_embedded(text: str) -> None:
    assert for_embedding(text) == ""


@pytest.mark.parametrize(
    ("languages", "words", "expected"),
    [
        (("zh",), {"de": "Guss", "zh": "铸件"}, "zh"),
        (("fr",), {"zh": "铸件", "de": "Guss"}, "de"),
        ((), {"en": "castings", "zh": "铸件"}, "zh"),
        ((), {"sv": "gjutgods", "fr": "fonte"}, "fr"),
        (("en:B2", "de"), {"de": "Guss", "en-GB": "castings"}, "en-GB"),
        (("zh-Hans",), {"de": "Guss", "zh-Hant": "鑄件"}, "zh-Hant"),
        (("de",), {"de": "…", "en": "castings"}, "en"),
        (("de",), {"de": "…"}, None),
        ((), {}, None),
    ],
)
def test_chosen_language(languages: tuple[str, ...], words: dict[str, str], expected: str | None) -> None:
    assert chosen_language(Profile("a", languages=languages), Text("seeks", 1, words)) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("zh-Hans", "zh"), ("EN", "en"), ("de_AT", "de"), ("en:B2", "en"), ("zh-Hans:C1", "zh"), ("", "")],
)
def test_primary(tag: str, expected: str) -> None:
    assert primary(tag) == expected
