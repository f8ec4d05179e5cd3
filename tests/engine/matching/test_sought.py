"""Which kinds of partner a seek names, in three languages."""

import pytest

from qiao.engine.matching.export import GROUPS, groups_named
from qiao.engine.matching.model import SIZES, TYPES, Profile
from qiao.engine.matching.regions import regions_of, regions_sought
from qiao.engine.matching.sought import COOPERATIONS, cooperations, sizes_sought, types_sought


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("Süßwaren- und Pharmahersteller in China", ["company"]),
        ("Makers of crystal wafers", ["company"]),
        ("Decision makers", ["company"]),  # a list of words knows no better
        ("欧洲功率器件厂商的长期订单", ["company"]),
        ("Kliniken und ein Pharmakonzern", ["company", "institute"]),
        ("寻求激光、机器人领域的国外科研机构", ["institute"]),
        ("Partneruniversitäten in China", ["university"]),
        ("与德国高校开展联合学位项目", ["university"]),
        ("Life-Science-Parks in China", ["agency"]),
        ("Partner clusters and parks", ["agency", "network"]),
        ("Konzerthäuser und Veranstalter in Nordchina", ["cultural"]),
        ("引进欧洲博物馆展览", ["cultural"]),
        ("Partnerbehörde für den Austausch", ["authority"]),
        ("Counterpart authorities", ["authority"]),
        ("非化学灭菌工艺", []),
        ("Mid-drive motors and light wheels", []),
        ("Gesamtlösung gestalten", []),  # holds "amt" and "stalt"
        ("", []),
    ],
)
def test_types_sought(words: str, kinds: list[str]) -> None:
    assert list(types_sought([words])) == kinds


def test_all_languages_of_a_text_count_and_the_order_is_that_of_the_types() -> None:
    assert types_sought(["universities", "企业"]) == ("company", "university")
    assert set(types_sought(["Firma Institut Hochschule Park Cluster Museum Behörde"])) == set(TYPES)


@pytest.mark.parametrize(
    ("words", "sizes"),
    [
        ("Mittelständische Zulieferer", ["small", "medium"]),
        ("KMU oder Start-ups mit eigener Fertigung", ["micro", "small", "medium"]),
        ("SMEs from Saxony", ["small", "medium"]),
        ("A multinational or other large manufacturers", ["large"]),
        ("德国中小企业", ["small", "medium"]),
        ("龙头企业和大型集团", ["large"]),
        ("Lieferant für Titanrohlinge", []),
        ("Großes Interesse an Lasern", []),
    ],
)
def test_sizes_sought(words: str, sizes: list[str]) -> None:
    assert [size for size in SIZES if size in sizes_sought([words])] == sizes


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        ("Vertriebspartner in Ostchina", ["distribution"]),
        ("寻求经销商和代理", ["distribution"]),
        ("Lokaler Lizenznehmer für Stahlbau", ["licence"]),
        ("Joint development of sensors", ["research"]),
        ("联合开发与合资", ["research", "investment"]),
        ("Gastspiel und Meisterkurse", ["exchange"]),
        ("Pilotkunden für die Erprobung", ["trial"]),
        ("双元制职业教育", ["training"]),
        ("Contract manufacturing", ["production"]),
        ("Laserschneidanlagen", []),
    ],
)
def test_cooperations(words: str, ways: list[str]) -> None:
    assert list(cooperations([words])) == ways
    assert set(ways) <= set(COOPERATIONS)


@pytest.mark.parametrize(
    ("words", "city", "meet"),
    [
        ("Forschungseinrichtung in Shandong", "Jinan", True),
        ("寻求济南的合作伙伴", "Jinan", True),
        ("Partner in Jinan oder Qingdao", "青岛", True),
        ("Partner in Qingdao", "Jinan", False),
        ("Konzerthäuser in Nordchina", "Tai'an", True),
        ("寻求萨克森州的企业", "Meißen", True),
        ("Saxon firms", "Jena", False),
        ("Partner in China", "Jinan", False),  # countries do not count: see regions
        ("Partner", None, False),
    ],
)
def test_regions(words: str, city: str | None, meet: bool) -> None:
    assert bool({*regions_sought([words])} & {*regions_of(Profile("p", city=city))}) == meet


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        ("Leichtbauteile für die Luftfahrt aus Kohlenstofffaser", ["aerospace", "special-materials"]),
        ("5-axis milling", ["machine-tools"]),
        ("五轴加工中心和无人机", ["drones", "machine-tools"]),
        ("Verschlüsselung und Quantensensoren", ["encryption", "quantum"]),
        ("Konzertreisen und Keramik", []),
        ("", []),
    ],
)
def test_words_of_controlled_goods(words: str, groups: list[str]) -> None:
    assert list(groups_named([words])) == groups
    assert set(groups) <= set(GROUPS)
