"""The rules on judged pairs, each reason by a small case, and the blocks at size."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiao.engine.same.compare import Reason, compare, distance, domain, mail_domain, number_key, record
from qiao.engine.same.find import MOST_IN_BLOCK, find, keys, pairs
from qiao.engine.same.names import parse, pinyin, simplified
from tests.engine.same import judged

ANY = {"sure", "likely", "possible"}
SEEN, UNSEEN = list(judged.pairs("same_pairs.tsv")), list(judged.pairs("same_pairs_unseen.tsv"))


@pytest.mark.parametrize(
    ("pairs", "levels", "precision", "recall"),
    [
        (SEEN, ANY, 1.0, 1.0), (SEEN, {"sure", "likely"}, 1.0, 0.8),
        (UNSEEN, ANY, 0.94, 0.9), (UNSEEN, {"sure", "likely"}, 1.0, 0.8),
    ],
)  # fmt: skip
def test_quality_on_judged_pairs(pairs, levels, precision, recall) -> None:
    assert len(pairs) >= 40
    found = judged.quality(pairs, levels)
    assert found[0] >= precision
    assert found[1] >= recall


def likeness(one: tuple, other: tuple, **fields):
    a = {name: value[0] for name, value in fields.items()}
    b = {name: value[1] for name, value in fields.items()}
    return compare(record(1, one, **{"city": "dresden", **a}), record(2, other, **{"city": "dresden", **b}))


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("Elbe Laser GmbH", "elbe laser", "same-name"), ("Krüger & Söhne", "Söhne Krueger", "word-order"),
        ("Vogtland Weberei", "Vogtlnad Weberei", "typo"), ("济南华兴激光有限公司", "Huaxing Laser Co., Ltd.", "scripts"),
        ("EMT GmbH", "Elbtal Mess Tischlerei", "abbreviation"), ("Saxonia Weberei", "Saxonia", "part-of-name"),
        ("济南华兴新星光有限公司", "济南华兴欣星光有限公司", "homophone"),
    ],
)  # fmt: skip
def test_each_reason_is_named(one, other, code) -> None:
    found = likeness((one,), (other,))
    assert code in {reason.code for reason in found.reasons}
    assert Reason("city") in found.reasons


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山东华泰纸业股份有限公司", "Shandong Huatai Zhiye Gufen Youxian Gongsi"),
        ("山东华泰纸业股份有限公司", "Hua Tai Zhi Ye"), ("Shandong Huatai Paper Co., Ltd.", "Shandong Huatai Zhiye"),
        ("泰山钢铁集团", "Taishan Gangtie Jituan"), ("济南激光设备有限公司", "Jinan Jiguang Shebei"),
        ("济南激光设备有限公司", "Jinan Laser Equipment Co., Ltd."),
    ],
)  # fmt: skip
def test_chinese_names_are_known_again_in_pinyin_and_in_english(one, other) -> None:
    found = find([record(1, (one,), city="a"), record(2, (other,), city="a")])
    assert [likeness.level for likeness in found] == ["likely"]


@pytest.mark.parametrize("other", ["Shandong Huatai Jixie", "Shandong Huatong Zhiye", "Shandong Huatai Zhiye Jituan"])
def test_another_trade_or_name_in_pinyin_is_another_firm(other) -> None:
    assert find([record(1, ("山东华泰纸业有限公司",), city="a"), record(2, (other,), city="a")]) == []


def test_firms_of_one_trade_in_one_city_are_told_apart_by_their_names() -> None:
    brands = ("晨曜", "霁光", "正源", "清源", "立诚", "齐光", "嘉禾", "安和", "泰和", "瑞川", "汇川", "天工", "天衡")
    for trade, latin in (("芯片", "Chips"), ("功率器件", "Power Devices"), ("印章", "Seals"), ("轴承", "Bearings")):
        names = [(f"{brand}{trade}有限公司", f"{pinyin(brand).title()} {latin} Co., Ltd.") for brand in brands]
        for some in (names, [name[:1] for name in names], [name[1:] for name in names]):
            assert find(record(n, one, city="jinan") for n, one in enumerate(some)) == []


def test_the_same_latin_name_of_two_chinese_ones_is_asked_about() -> None:
    found = likeness(("明德碳纤维有限公司", "Mingde Carbon Fibre"), ("铭德碳纤维有限公司", "Mingde Carbon Fibre"))
    assert found.level == "possible"


def test_letters_that_only_look_alike_are_named() -> None:
    found = likeness(("Saxonia Optik",), ("Ѕахоnіа Optik",))
    assert {reason.code for reason in found.reasons} == {"same-name", "city", "look-alike"}
    assert not parse("Саратов").deceives  # a Russian word is no deceit


def test_a_number_decides_and_another_number_denies() -> None:
    same = likeness(("A",), ("B",), numbers=({"vat_id": "DE 136 695 976"}, {"vat_id": "DE136695976"}))
    assert (same.level, same.reasons) == ("sure", (Reason("number", "vat_id"),))
    assert likeness(("Elbe",), ("Elbe",), numbers=({"uscc": "1"}, {"uscc": "2"})) is None
    both = likeness(("A",), ("B",), numbers=({"uscc": "1", "lei": "5"}, {"uscc": "1", "lei": "6"}))
    assert (both.level, both.against) == ("likely", (Reason("other-number", "lei"),))
    courts = ({"register": "Amtsgericht Dresden HRB 77"}, {"register": "HRB 77"})
    assert likeness(("A",), ("B",), numbers=courts).level == "sure"
    assert likeness(("A",), ("B",), numbers=courts, city=("dresden", "leipzig")) is None  # another court's number


def test_the_same_website_needs_a_name_that_does_not_speak_against_it() -> None:
    site = ("https://www.huaxing.cn/de", "huaxing.cn")
    assert likeness(("华兴",), ("Prosperity Optics",), website=site).level == "possible"
    assert likeness(("Elbe Optik",), ("Weser Textil",), website=site) is None
    assert likeness(("华兴",), ("Prosperity",), website=("qq.com", "qq.com")) is None


def test_countries_are_not_mixed() -> None:
    assert likeness(("Elbe Optik",), ("Elbe Optik",), country=("DE", "CN")) is None
    assert likeness(("Elbe Optik",), ("Elbe Optik",), country=("DE", "")).level == "likely"


@pytest.mark.parametrize(
    ("website", "own"),
    [
        ("https://www.sub.elbe.de/x", "elbe.de"), ("elbe.com.cn", "elbe.com.cn"), ("http://a.b.edu.cn:80", "b.edu.cn"),
        ("https://elbe.wixsite.com/x", ""), ("localhost", ""), ("http://192.0.2.7/", ""), ("", ""), ("http://[bad", ""),
    ],
)  # fmt: skip
def test_domains(website, own) -> None:
    assert domain(website) == own


def test_mail_domains_and_numbers() -> None:
    assert [mail_domain(one) for one in ("a@Elbe.de", "a@gmx.de", "a@vip.qq.com", "")] == ["elbe.de", "", "", ""]
    assert number_key("register", "Amtsgericht Dresden, HRB 0123") == "HRB123"
    assert number_key("register", "siehe Anlage") == ""
    assert number_key("vat_id", "de 136-695.976") == "DE136695976"


@pytest.mark.parametrize(
    ("a", "b", "steps"), [("", "", 0), ("ab", "ba", 1), ("abc", "ac", 1), ("abc", "abd", 1), ("abc", "cba", 2), ("a", "abc", 2)]
)  # fmt: skip
def test_distance(a, b, steps) -> None:
    assert (distance(a, b), distance(b, a)) == (steps, steps)


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_is_a_name(one, other) -> None:
    a, b = record(1, (one,)), record(2, (other,))
    assert compare(a, b) == compare(b, a)
    assert all(" " not in key for key in keys(a))


def test_traditional_characters() -> None:
    assert simplified("濟南華興") == "济南华兴"


def test_many_of_one_name_are_not_compared_with_each_other() -> None:
    crowd = {number: frozenset(["ncommon"]) for number in range(MOST_IN_BLOCK + 1)}
    assert list(pairs(crowd)) == []
    assert list(pairs({1: {"n"}, 2: {"n"}, 3: {"n"}}, of=[3])) == [(1, 3), (2, 3)]
    numbers = {number: frozenset(["#uscc:1"]) for number in range(MOST_IN_BLOCK + 1)}
    assert len(list(pairs(numbers))) == (MOST_IN_BLOCK + 1) * MOST_IN_BLOCK // 2


def test_what_was_planted_is_found_among_thousands() -> None:
    chance = random.Random(5)
    letters = "abdefgiklmnorstuw"
    names = [f"{''.join(chance.choices(letters, k=9)).title()} Maschinenbau GmbH" for _ in range(2000)]
    rows = [record(n, (name,), city=f"city{n % 40}") for n, name in enumerate(names)]
    planted = [record(5000 + n, (names[n].replace("GmbH", "AG"),), city=f"city{n % 40}") for n in range(0, 2000, 100)]
    found = {(one.low, one.high) for one in find(rows + planted)}
    assert {(n, 5000 + n) for n in range(0, 2000, 100)} <= found
    assert len(found) < 25
