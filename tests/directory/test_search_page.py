"""The page of a search: its address says all, it shows what the reader may see, and a link takes back what a link did."""

import re
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.directory import actions, asking, purposes, results
from qiao.directory.hits import Ask, Hit
from qiao.directory.models import Membership, Organisation, Park, Person
from tests.world import organisation, person

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
URL = reverse("organisations")


@pytest.fixture
def indexed(world):
    actions.index_stale()
    actions.embed_stale()
    return world


def found(client, query: str):
    return client.get(URL + query).context["found"]


def shown(client, query: str) -> list[str]:
    return [(row.person or row.organisation).name for row in found(client, query).rows]


def test_lists_of_kinds_with_their_numbers_lead_to_each_other(indexed, sign_in) -> None:
    client = sign_in(indexed.owner)
    page = found(client, "?q=laser")
    numbers = {choice.label: choice.count for choice in page.lists}
    assert list(numbers) == ["Alle", "Organisationen", "Personen", "Angebote", "Gesuche"]
    for choice in page.lists:
        other = found(client, choice.address)
        assert other.page.paginator.count == choice.count
        assert [one.label for one in other.lists if one.chosen] == [choice.label]
        assert other.ask.words == "laser"


def test_a_facet_is_added_and_taken_away_by_its_link(indexed, sign_in) -> None:
    client = sign_in(indexed.owner)
    before = found(client, "?q=laser&kind=organisation")
    country = next(facet for facet in before.facets if facet.heading == "Land")
    china = next(value for value in country.values if value.label == "China")
    narrowed = found(client, china.address)
    assert narrowed.page.paginator.count == china.count
    assert {row.organisation.country for row in narrowed.rows} == {"CN"}
    assert [one.label for one in narrowed.chosen] == ["China"]
    assert found(client, narrowed.chosen[0].address).ask == before.ask
    assert ("country", "CN") in narrowed.kept, "another word keeps what is chosen"


def test_what_is_chosen_stands_first_then_what_is_frequent(indexed, sign_in) -> None:
    client = sign_in(indexed.owner)
    for query, expected in (("", ["Deutschland", "China"]), ("?country=CN", ["China", "Deutschland"])):
        country = next(facet for facet in found(client, query).facets if facet.heading == "Land")
        assert [value.label for value in country.values] == expected


def test_an_organisation_is_shown_with_the_offer_that_fits_or_its_first(indexed, sign_in) -> None:
    firm = organisation(indexed.saxony, "Werft", offers=({"de": "Fähren"}, {"de": "Motoren"}), seeks=({"de": "Stahl"},))
    actions.index_stale()
    for query, said in (("?q=motoren", "Motoren"), ("?q=stahl", "Stahl"), ("", "Fähren")):
        row = next(row for row in found(sign_in(indexed.owner), query).rows if row.organisation == firm)
        assert [entry.texts.get().text for entry in row.said] == [said]


def test_what_cannot_be_kept_is_not_offered_for_keeping(indexed, sign_in) -> None:
    client = sign_in(indexed.adviser)
    kept = {query: found(client, query).can_be_kept for query in ("?q=x", "", "?q=x&kind=person", "?q=x&review=on")}
    assert list(kept.values()) == [True, False, False, False]


def test_values_are_named_in_the_readers_language(indexed, sign_in) -> None:
    firm = indexed.chinese.organisation
    firm.park = Park.objects.create(code="p1", side=indexed.jinan, names={"de": "Park Eins", "zh": "一号园"},
                                    zone={"de": "Hochtechnologiezone", "zh": "高新区"})  # fmt: skip
    firm.save()
    actions.index_organisations([firm.pk])
    words = {
        facet.heading: {value.label for value in facet.values}
        for facet in found(sign_in(indexed.chinese_user), "").facets
    }
    assert words["国家/地区"] == {"中国", "德国"}
    assert words["园区"] == {"一号园"}
    assert words["地区"] == {"济南与山东省", "德累斯顿与萨克森州"}
    page = found(sign_in(indexed.chinese_user), "?park=p1&zone=Hochtechnologiezone")
    assert {one.label for one in page.chosen} == {"一号园", "高新区"}
    assert shown(sign_in(indexed.chinese_user), "?park=p1") == [firm.name]


def test_people_are_listed_with_the_place_that_the_reader_may_see(indexed, sign_in) -> None:
    client = sign_in(indexed.owner)
    assert shown(client, "?q=王立") == []
    actions.give_consent(person=indexed.chinese.person, purpose=purposes.CROSS_BORDER.code, by=indexed.chinese_user)
    hidden = organisation(indexed.jinan, "保密工厂", is_published=False)
    hidden.memberships.create(person=indexed.chinese.person)
    assert shown(client, "?q=王立") == ["王立"]
    content = client.get(URL, {"q": "王立", "kind": "person"}).content.decode()
    assert "济南激光设备有限公司" in content
    assert "保密工厂" not in content
    assert "保密工厂" in sign_in(indexed.adviser).get(URL, {"q": "王立"}).content.decode()


def test_nothing_hidden_is_shown_whatever_the_hits_say(indexed) -> None:
    hidden = organisation(indexed.saxony, "Geheim", is_published=False, offers=({"de": "Laser"},))
    hits = [
        Hit("organisation", hidden.pk), Hit("offer", hidden.entries.get().pk), Hit("person", indexed.chinese.person_id)
    ]  # fmt: skip
    assert results.rows_of(indexed.owner, hits) == []
    assert len(results.rows_of(indexed.adviser, hits)) == 3


def test_every_address_has_its_state_and_is_clean(indexed, sign_in) -> None:
    ask = Ask("laser", "offer", {"country": ("CN", "DE"), "theme": ("smart-manufacturing",)})
    assert asking.from_address(asking.address(ask)) == ask
    assert dict(parse_qsl(asking.address(ask)[1:]))["q"] == "laser"
    assert asking.from_address("?country=CN&country=+CN+") == Ask(facets={"country": ("CN",)})
    odd = "?kind=planet&country=%00&country=&theme=" + "x" * 500 + "&" + "&".join(f"park=p{n}" for n in range(99))
    page = found(sign_in(indexed.owner), odd)
    assert page.ask.kind == ""
    assert [len(values) for values in page.ask.facets.values()] == [asking.MOST_VALUES, 1]
    assert page.rows == []


def test_nothing_found_says_what_to_do(indexed, sign_in) -> None:
    response = sign_in(indexed.owner).get(URL, {"q": "zzzzzz", "country": "CN"})
    content = response.content.decode()
    assert "Nichts passt." in content
    assert '<a class="button" href="?">' in content
    Organisation.objects.update(is_published=False)
    assert "Noch ist keine Organisation verzeichnet." in sign_in(indexed.stranger).get(URL).content.decode()


def test_pages_follow_each_other(indexed, sign_in) -> None:
    for number in range(30):
        organisation(indexed.saxony, f"Zahnrad {number:02}", offers=({"de": "Zahnräder"},))
    actions.index_stale()
    client = sign_in(indexed.owner)
    first, second = shown(client, "?q=zahnrad"), shown(client, "?q=zahnrad&page=2")
    assert (len(first), len(second)) == (24, 6)
    assert sorted(first + second) == sorted(f"Zahnrad {number:02}" for number in range(30))
    assert "?q=zahnrad&amp;page=2" in client.get(URL + "?q=zahnrad").content.decode()


@pytest.mark.parametrize("query", ["?q=zahnrad", "?q=zahnrad&kind=offer&country=DE", "?q=zahnrat+zacharias"])
def test_the_number_of_queries_is_fixed(indexed, sign_in, query, django_assert_num_queries) -> None:
    def more(count: int) -> None:
        for number in range(count):
            firm = organisation(indexed.saxony, f"Zahnrad {number}", offers=({"de": "Zahnräder"},))
            person(firm, f"Zacharias Zahnrat {number}")
        actions.index_stale()

    client = sign_in(indexed.owner)
    more(1)
    client.get(URL + query)
    with CaptureQueriesContext(connection) as few:
        client.get(URL + query)
    count = len(few)
    more(5)
    client.get(URL + query)
    with django_assert_num_queries(count):
        client.get(URL + query)


def follow(client, walk, way: str):
    key, address = getattr(walk, way)
    return client.get(reverse("organisation", args=[key]) + address)


def test_one_goes_from_result_to_result_and_back(indexed, sign_in) -> None:
    for number in range(30):
        organisation(indexed.saxony, f"Zahnrad {number:02}", offers=({"de": "Zahnräder"},))
    actions.index_stale()
    client = sign_in(indexed.owner)
    listed = shown(client, "?q=zahnrad") + shown(client, "?q=zahnrad&page=2")
    last = found(client, "?q=zahnrad").rows[23]
    page = client.get(reverse("organisation", args=[last.organisation.key]) + last.way)
    assert (page.context["walk"].place, page.context["walk"].total) == (24, 30)
    after = follow(client, page.context["walk"], "after")
    assert after.context["organisation"].name == listed[24]
    assert shown(client, after.context["walk"].back) == listed[24:]
    assert follow(client, after.context["walk"], "before").context["organisation"] == last.organisation
    assert "25 von 30" in after.content.decode()
    first = found(client, "?q=zahnrad").rows[0]
    assert client.get(reverse("organisation", args=[first.organisation.key]) + first.way).context["walk"].before is None


def test_one_goes_from_offer_to_offer(indexed, sign_in) -> None:
    client = sign_in(indexed.owner)
    rows = found(client, "?kind=offer").rows
    page = client.get(reverse("organisation", args=[rows[0].organisation.key]) + rows[0].way)
    assert follow(client, page.context["walk"], "after").context["organisation"] == rows[1].organisation


@pytest.mark.parametrize("place", ["0", "99", "-1", "x", "9" * 30, "²", "2"])
def test_a_place_that_is_another_ones_leads_nowhere(indexed, sign_in, place) -> None:
    client = sign_in(indexed.owner)
    first = found(client, "").rows[0]
    page = client.get(reverse("organisation", args=[first.organisation.key]), {"place": place})
    assert page.status_code == 200
    assert page.context["walk"] is None


def test_people_are_passed_by(indexed, sign_in) -> None:
    """Nobody's number is taken for that of an organisation."""
    lars = Person.objects.create(pk=4711, side=indexed.saxony, name="Laser Lars")
    Membership.objects.create(person=lars, organisation=indexed.german.organisation)
    organisation(indexed.saxony, "Zahlendreher", pk=lars.pk)
    actions.index_stale()
    client = sign_in(indexed.owner)
    rows = found(client, "?q=laser").rows
    assert rows[0].person
    page = client.get(reverse("organisation", args=[rows[1].organisation.key]) + rows[1].way)
    assert page.context["walk"].before is None


def test_what_was_changed_last_can_stand_first(indexed, sign_in) -> None:
    client = sign_in(indexed.owner)
    for firm in (indexed.chinese.organisation, indexed.german_en.organisation):
        actions.save_organisation(organisation=firm, values={"city": "Pirna"}, by=None)
    newest = next(one.address for one in found(client, "?kind=organisation").orders if not one.chosen)
    assert shown(client, newest)[:2] == [indexed.german_en.organisation.name, indexed.chinese.organisation.name]
    assert "geändert am" in client.get(URL + newest).content.decode()
    assert "geändert am" not in client.get(URL).content.decode()
    assert shown(client, "?q=pirna&kind=offer&sort=newest")[0] == indexed.german_en.organisation.name
    assert not found(client, "?sort=newest").can_be_kept


def test_the_order_is_not_kept_with_a_search(indexed) -> None:
    plain = actions.keep_search(ask=Ask("laser"), by=indexed.owner)
    assert actions.keep_search(ask=Ask("laser", newest=True), by=indexed.owner) == plain


def test_who_has_written_nothing_can_be_left_out(indexed, sign_in) -> None:
    silent = organisation(indexed.saxony, "Schweigen AG")
    actions.index_stale()
    client = sign_in(indexed.owner)
    assert silent.name in shown(client, "")
    assert silent.name not in shown(client, "?profile=filled")
    assert silent.name in shown(client, "?profile=empty")
    assert len(shown(client, "?profile=filled")) + len(shown(client, "?profile=empty")) == len(shown(client, ""))
    profile = next(facet for facet in found(client, "").facets if facet.heading == "Profil")
    assert {value.label for value in profile.values} == {"mit Angeboten oder Gesuchen", "noch nichts eingetragen"}


def test_the_office_lists_what_waits(indexed, sign_in) -> None:
    Organisation.objects.filter(pk=indexed.german_en.organisation_id).update(is_published=False)
    client = sign_in(indexed.adviser)
    assert "?review=on" in client.get(URL).content.decode()
    assert shown(client, "?review=on&country=DE") == [indexed.german_en.organisation.name]
    assert shown(client, "?review=on&country=CN") == []
    assert found(client, "").waiting == 1
    assert indexed.german_en.organisation.name not in shown(sign_in(indexed.owner), "?review=on")
    assert found(sign_in(indexed.owner), "").waiting == 0


@pytest.mark.parametrize("words", ["laser\x00", "x" * 201])
def test_what_cannot_be_looked_for_finds_nothing_and_says_why(indexed, sign_in, words) -> None:
    response = sign_in(indexed.owner).get(URL, {"q": words, "country": "DE"})
    page, content = response.context["found"], response.content.decode()
    assert (page.rows, page.can_be_kept, {choice.count for choice in page.lists}) == ([], False, {0})
    assert "errorlist" in content
    assert "Es wurde nichts gesucht." in content
    assert "Nichts passt" not in content


@pytest.mark.parametrize("number", ["0", "abc"])
def test_an_odd_number_of_a_page_leads_to_the_first(indexed, sign_in, number) -> None:
    for number_of_firm in range(25):
        organisation(indexed.saxony, f"Zahnrad {number_of_firm:02}")
    actions.index_stale()
    client = sign_in(indexed.admin)
    assert found(client, f"?q=zahnrad&page={number}").page.number == 1
    for name in ("people", "vocabulary", "doubles"):
        assert client.get(reverse(name), {"page": number}).context["page"].number == 1


def test_a_page_beyond_the_end_is_the_last(indexed, sign_in) -> None:
    for number in range(25):
        organisation(indexed.saxony, f"Zahnrad {number:02}")
    actions.index_stale()
    assert found(sign_in(indexed.owner), "?q=zahnrad&page=99").page.number == 2


def test_the_words_stand_in_the_box_and_harm_nobody(indexed, sign_in) -> None:
    content = sign_in(indexed.owner).get(URL, {"q": '"><script>alert(1)</script>', "theme": '"><b>'}).content.decode()
    assert "<script>alert" not in content
    assert '"><b>' not in content
    assert re.search(r'name="q" value="&quot;&gt;&lt;script', content)


def test_of_a_facet_the_most_frequent_values_and_what_is_chosen_are_read() -> None:
    counts = {f"c{n:02}": n for n in range(1, 61)}
    shown = list(results._most_frequent(counts, ["c01"]))
    assert shown[:3] == ["c01", "c60", "c59"]
    assert (len(shown), shown[-1]) == (41, "c21")
