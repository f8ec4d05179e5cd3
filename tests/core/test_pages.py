"""Pages of long lists: no address leads nowhere."""

import pytest

from qiao.core.pages import Pages


@pytest.mark.parametrize(
    ("number", "shown"),
    [("2", 2), (2, 2), ("0", 1), ("-3", 1), ("abc", 1), ("", 1), (None, 1), ("1.5", 1), ("9" * 5000, 1), ("99", 3)],
)
def test_every_number_leads_to_a_page(number: str | int | None, shown: int) -> None:
    assert Pages(range(50), 20).get_page(number).number == shown


@pytest.mark.parametrize("number", ["0", "1", "7"])
def test_a_list_of_nothing_has_one_page(number: str) -> None:
    assert list(Pages([], 20).get_page(number)) == []
