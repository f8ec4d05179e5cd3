"""Single values as people write them."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.directory import values
from qiao.directory.values import Bad

GOOD = [
    (values.country, "de", "DE"), (values.country, " cn ", "CN"),
    (values.language, "zh-hans", "zh-Hans"), (values.language, "EN : b2", "en:B2"), (values.language, "zh_CN", "zh-CN"),
    (values.website, "www.example.org", "https://www.example.org"), (values.website, "http://中国.example", "http://中国.example"),
    (values.nace, "c28.41", "C28.41"), (values.nace, "72", "72"), (values.nace, "C", "C"),
    (values.credit_code, "91110000600037341L", "91110000600037341L"),
    (values.vat_id, "DE 136 695 976", "DE136695976"), (values.vat_id, "CHE-107.787.577 IVA", "CHE107787577IVA"), (values.vat_id, "US12345", "US12345"),
    (values.lei_code, "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"),
    (values.email, "a@example.org", "a@example.org"),
]  # fmt: skip
WRONG = [
    (values.country, "Deutschland"), (values.country, "EU"), (values.country, "ZZ"), (values.language, "Deutsch"), (values.language, "en:Z"),
    (values.language, "xq"), (values.website, "ftp://example.org"), (values.website, "https://"), (values.website, "https://a:b@example.org"),
    (values.nace, "."), (values.nace, "28411"), (values.credit_code, "91110000600037341M"), (values.vat_id, "DE136695977"), (values.vat_id, "1"),
    (values.lei_code, "213800KUD8LAJWSQ9D51"), (values.email, "a@b@c"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "text", "value"), GOOD)
def test_good_values(read, text, value) -> None:
    assert read(text) == value
    assert read(value) == value


@pytest.mark.parametrize(("read", "text"), WRONG)
def test_wrong_values_say_what_and_what_to_do(read, text) -> None:
    with pytest.raises(Bad) as bad:
        read(text)
    assert bad.value.what.endswith(".")
    assert bad.value.remedy


@pytest.mark.parametrize(
    "read",
    [
        values.country,
        values.language,
        values.website,
        values.nace,
        values.credit_code,
        values.vat_id,
        values.lei_code,
        values.email,
    ],
)
@given(text=st.text(min_size=1))
def test_no_text_breaks_a_reader(read, text) -> None:
    with contextlib.suppress(Bad):
        assert read(text)


def test_names_of_countries_for_readers_in_mainland_china() -> None:
    chinese = values.countries("zh_Hans")
    assert [chinese[code] for code in ("HK", "MO", "TW")] == ["中国香港", "中国澳门", "中国台湾"]
    assert values.countries("de")["TW"] == "Taiwan"


def test_country_names_lead_to_the_code() -> None:
    for name in ("Deutschland", "中国", "Germany"):
        with pytest.raises(Bad) as bad:
            values.country(name)
        assert "DE" in bad.value.remedy or "CN" in bad.value.remedy


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("a | b", ["a", "b"]),
        ("a |  | b", ["a", "", "b"]),
        ("| b", ["", "b"]),
        ("a|b", ["a|b"]),
        ("甲 ｜ 乙", ["甲", "乙"]),
        ("a\nb", ["a\nb"]),
    ],
)
def test_texts_keep_their_places(cell, texts) -> None:
    assert values.texts(cell) == texts


def test_tidy_leaves_nothing_invisible() -> None:
    assert values.tidy("\u202eEl\u200bbe\x00 \t GmbH\ufeff") == "Elbe GmbH"
    assert values.tidy("Mu\u0308ller") == "Müller"
    assert values.tidy("（济南）") == "（济南）"
    assert values.several("a; b；a;;") == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("寻求德国切割技术", "zh"), ("Vertriebspartner in China", "de"), ("Laserschneidanlagen", "de"), ("Linsen für Laser", "de"),
        ("We seek partners", "en"), ("Laser cutting machines", "en"), ("Machines for the textile industry", "en"), ("Maschinen mit Zubehör", "de"),
    ],
)  # fmt: skip
def test_language_is_recognised(text, language) -> None:
    assert values.detect_language(text) == language
