"""Narrowing the marketplace by what opportunities say of themselves."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from qiao.directory import actions, market_facets, market_results
from qiao.directory.hits import Ask
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation
from tests.directory.opportunities import shown_opportunity
from tests.world import World

pytestmark = pytest.mark.db


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


@pytest.fixture
def three(world: World, firm: Organisation) -> list[Opportunity]:
    made = [
        shown_opportunity(firm, by=world.adviser, stage="market", countries=["CN"], cooperation=["licence", "supply"]),
        shown_opportunity(firm, by=world.adviser, stage="idea", countries=[], partner_types=["university"]),
        shown_opportunity(firm, by=world.adviser, area="culture", stage="", rights="", countries=["JP"]),
    ]  # fmt: skip
    actions.rebuild_index()
    return made


def page(world: World, address: str = "", ask: Ask | None = None) -> market_results.MarketPage:
    chosen = market_facets.chosen_in(QueryDict(address))
    return market_results.market_page(world.stranger, ask or Ask(), "1", chosen)


def found(world: World, address: str) -> set[int]:
    return {row.view.opportunity.pk for row in page(world, address).rows if row.view}


def counts(world: World, address: str, heading: str) -> dict[str, int]:
    facets = {facet.heading: facet for facet in page(world, address).search.facets}
    return {value.label: value.count for value in facets[heading].values}


@pytest.mark.parametrize(
    ("address", "which"),
    [
        ("stage=market", {0}), ("stage=market&stage=idea", {0, 1}), ("area=culture", {2}), ("rights=granted", {0, 1}),
        ("partner=university", {1}), ("form=supply", {0}), ("form=licence&stage=idea", {1}),
        ("where=CN", {0, 1}), ("where=JP", {1, 2}), ("stage=market&area=culture", set()),
    ],
)  # fmt: skip
def test_each_facet_narrows(world: World, three, address: str, which: set[int]) -> None:
    """Who names no country looks for partners anywhere."""
    assert found(world, address) == {three[n].pk for n in which}


def test_profiles_without_opportunities_stay_as_long_as_nothing_is_chosen(world: World, three) -> None:
    assert len(page(world).rows) == 3 + 4
    assert len(page(world, "stage=odd&colour=red").rows) == 3 + 4, "what there is not narrows nothing"


def test_counts_are_those_as_if_nothing_were_chosen_in_the_facet(world: World, three) -> None:
    assert counts(world, "", "Entwicklungsstand") == {"Idee oder Konzept": 1, "am Markt": 1}
    assert counts(world, "stage=market", "Entwicklungsstand") == {"Idee oder Konzept": 1, "am Markt": 1}
    assert counts(world, "stage=market", "Form der Zusammenarbeit") == {"Lizenz": 1, "Zulieferung": 1}
    assert counts(world, "area=culture", "Partner gesucht in") == {"Japan": 1}


def test_the_number_beside_the_tab_and_the_other_facets_follow(world: World, three) -> None:
    narrowed = page(world, "stage=market").search
    assert narrowed.lists[0].count == 1
    labels = {value.label for facet in narrowed.facets for value in facet.values}
    assert "China" in labels, "where partners are sought"
    assert "Jinan und Shandong" not in labels, "all that is left is of one region: nothing to choose"


def test_choices_add_up_and_are_taken_away_by_links(world: World, three, sign_in) -> None:
    client, address = sign_in(world.stranger), reverse("marketplace")
    words = client.get(address, {"stage": "market", "form": "supply"}).content.decode()
    assert 'href="?kind=offer&amp;stage=market"' in words, "without the form"
    assert 'href="?kind=offer&amp;form=supply"' in words, "without the stage"
    assert '<input type="hidden" name="stage" value="market">' in words, "another search keeps the choice"
    assert reverse("search-keep") in words


def test_closed_ones_count_no_more(world: World, three) -> None:
    actions.close(opportunity=three[0], by=world.owner)
    actions.rebuild_index()
    assert found(world, "stage=market") == set()


@pytest.mark.parametrize("number", [1, 6])
def test_the_number_of_queries_is_fixed(
    world: World, firm: Organisation, sign_in, number: int, django_assert_max_num_queries
) -> None:
    for _n in range(number):
        shown_opportunity(firm, by=world.adviser, stage="market")
    actions.rebuild_index()
    client = sign_in(world.stranger)
    client.get(reverse("marketplace"), {"stage": "market"})
    with django_assert_max_num_queries(36):
        client.get(reverse("marketplace"), {"stage": "market"})
