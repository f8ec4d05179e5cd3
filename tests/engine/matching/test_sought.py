"""Which kinds of partner a seek names, in three languages."""

import pytest

from qiao.engine.matching.model import TYPES
from qiao.engine.matching.sought import types_sought


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
