"""In which languages people can negotiate."""

import pytest

from qiao.events.languages import common_languages, negotiating_languages

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("stated", "spoken"),
    [
        (["de", "en:B2"], ("de", "en")),
        (["de", "en:A2"], ("de",)),
        (["en:A2"], ("en",)),
        (["zh-Hans", "zh"], ("zh",)),
        ([], ("de", "en")),
    ],
)
def test_a_level_below_b2_counts_only_when_there_is_nothing_better(world, stated, spoken) -> None:
    world.german.person.languages = stated
    assert negotiating_languages(world.german) == spoken


def test_who_states_nothing_speaks_the_language_of_the_name(world) -> None:
    world.chinese.person.languages = world.chinese.organisation.languages = []
    assert negotiating_languages(world.chinese) == ("zh",)


def test_common_languages_decide_about_the_interpreter(world) -> None:
    assert common_languages(world.german, world.chinese) == []
    assert common_languages(world.german, world.chinese_en) == ["en"]
