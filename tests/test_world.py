"""The test world itself holds together."""

import pytest

from qiao.core.texts import native


@pytest.mark.django_db
def test_world_has_two_sides_that_share_no_language(world) -> None:
    assert set(world.german.person.languages).isdisjoint(world.chinese.person.languages)
    entry = world.chinese.organisation.entries.get(kind="seek")
    assert native(entry.texts.all()).text == "寻求德国激光切割技术"
