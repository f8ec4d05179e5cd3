"""Pages of partners, wishes and requests."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.core.texts import write_texts
from qiao.directory.actions import (
    embed_stale,
    give_consent,
    index_stale,
    record_evidence,
    set_avoid,
    set_opted_out,
    tag_stale,
    withdraw_consent,
)
from qiao.directory.models import Double, Membership
from qiao.directory.purposes import CROSS_BORDER
from qiao.events.models import Event, Participation
from qiao.matchmaking import actions, rules
from qiao.matchmaking.models import Request, Rule, Suggestion, Wish
from qiao.matchmaking.queries import suggestions_due
from qiao.site.queries import home_for
from tests.world import join, join_all, organisation, participation, person, user

pytestmark = [pytest.mark.pages, pytest.mark.django_db]
SLUG = "konferenz-2027"


@pytest.fixture
def suggested(world):
    embed_stale()
    join_all(world.event)
    actions.refresh_suggestions(event=world.event)
    return world


def url(name: str, *args: str) -> str:
    return reverse(name, args=[SLUG, *args])


def text_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def request_to(world, **fields) -> Request:
    return actions.send_request(sender=world.german, recipient=world.chinese, by=world.owner, **fields)


def more_partners(world, count: int) -> None:
    for number in range(count):
        firm = organisation(
            world.jinan, f"济南第{number}公司", offers=({"zh": "激光设备销售"},), city="Jinan", languages=["zh"]
        )
        other = participation(world.event, person(firm, f"赵{number}"))
        join(other.person)
        Suggestion.objects.create(
            participation=world.german, partner=other, rank=10 + number, score=0.5, engine="test",
            reasons=[{
                "code": "seek-meets-offer",
                "mine": {"field": "seeks", "index": 1, "lang": "de"},
                "theirs": {"field": "offers", "index": 1, "lang": "zh"},
            }],
        )  # fmt: skip


# --- suggestions


def test_a_card_shows_both_voices_name_in_both_scripts_and_the_way_to_talk(suggested, sign_in) -> None:
    entry = suggested.chinese.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {"zh": "激光设备在中国的销售与售后服务", "de": "Vertrieb und Service, auch für Laser"})
    page = text_of(sign_in(suggested.owner).get(url("partners")))
    assert "济南激光设备有限公司" in page
    assert "Jinan Laser Equipment" in page
    assert "Vertriebspartner für Laseranlagen in China" in page
    assert "Vertrieb und Service" in page
    assert '<blockquote lang="zh-Hans">激光设备在中国的销售与售后服务</blockquote>' in page
    assert "<mark>" not in page  # underlined is the phrase that carries, never a whole text
    assert "0.9" not in page


def test_the_phrase_that_carries_the_match_is_marked(suggested, sign_in) -> None:
    row = suggested.german.suggestions.get(rank=1)
    row.reasons[0]["mine"]["phrases"] = {"de": "Laseranlagen"}
    row.save()
    page = text_of(sign_in(suggested.owner).get(url("partners")))
    assert "Vertriebspartner für <mark>Laseranlagen</mark> in China" in page


def test_what_a_machine_translated_says_so(suggested, sign_in) -> None:
    entry = suggested.chinese.organisation.entries.get(kind="offer")
    entry.texts.create(field="text", language="de", text="Laservertrieb", origin="machine")
    page = text_of(sign_in(suggested.owner).get(url("partners")))
    assert "Laservertrieb" in page
    assert 'class="machine"' in page


def test_the_own_profile_says_what_the_other_side_reads_translated(suggested, sign_in) -> None:
    for entry in suggested.german.organisation.entries.all():
        entry.texts.create(field="text", language="zh", text="激光切割", origin="machine")
    client = sign_in(suggested.owner)
    for page in (url("partners"), url("partner", suggested.chinese.person.key)):
        seen = text_of(client.get(page)).split("So sieht")[1]
        assert seen.count('激光切割 <span class="machine" lang="de">maschinell übersetzt</span>') == 2


def test_an_offer_without_a_reason_says_that_a_machine_translated_it(suggested, sign_in) -> None:
    entry = suggested.chinese.organisation.entries.get(kind="offer")
    entry.texts.create(field="text", language="de", text="Laservertrieb", origin="machine")
    Suggestion.objects.update(reasons=[])
    client = sign_in(suggested.owner)
    for page in (url("partners"), url("partner-search")):
        assert 'Laservertrieb <span class="machine"' in text_of(client.get(page))


def test_a_card_carries_the_latest_evidence(suggested, sign_in) -> None:
    firm, day = suggested.chinese.organisation, timezone.localdate()
    record_evidence(organisation=firm, kind="register", day=day, office=suggested.office, by=suggested.adviser)
    client = sign_in(suggested.owner)
    for page in (url("partners"), url("partner-search"), url("partner", suggested.chinese.person.key)):
        assert text_of(client.get(page)).count("Registerauszug eingesehen: Kontaktbüro") == 1, page


def test_three_cards_first_and_the_others_below(suggested, sign_in, django_assert_num_queries) -> None:
    more_partners(suggested, 1)
    client = sign_in(suggested.owner)
    with CaptureQueriesContext(connection) as few:
        client.get(url("partners"))
    Suggestion.objects.all().delete()
    more_partners(suggested, 5)
    with django_assert_num_queries(len(few)):
        response = client.get(url("partners"))
    page = response.context["page"]
    assert (len(page.first), len(page.more)) == (3, 2)


def test_names_of_people_of_the_other_country_need_their_consent(suggested, sign_in) -> None:
    client = sign_in(suggested.owner)
    pages = (url("partners"), url("partner", suggested.chinese.person.key), url("partner-search"))
    assert all("王立" in text_of(client.get(page)) for page in pages)
    withdraw_consent(person=suggested.chinese.person, purpose=CROSS_BORDER.code, by=None)
    assert not any("王立" in text_of(client.get(page)) for page in pages)
    give_consent(person=suggested.chinese.person, purpose=CROSS_BORDER.code, by=None)
    assert all("王立" in text_of(client.get(page)) for page in pages)


def test_who_withdraws_the_consent_is_suggested_no_more_at_the_next_request(suggested, sign_in) -> None:
    client, seeks = sign_in(suggested.owner), "寻求德国激光切割技术"
    reason = "激光设备在中国的销售与售后服务"
    key = suggested.chinese.person.key
    assert reason in text_of(client.get(url("partners")))
    before = home_for(suggested.owner, datetime.now(UTC)).taking_part[0].undecided
    withdraw_consent(person=suggested.chinese.person, purpose=CROSS_BORDER.code, by=None)
    page = client.get(url("partners"))
    assert suggested.chinese not in [card.partner for card in (*page.context["page"].first, *page.context["page"].more)]
    assert reason not in text_of(page)
    assert seeks not in text_of(page)
    assert client.get(url("partner", key)).context["page"].card.meetings == []
    found = client.get(url("partner-search")).context["found"].cards
    assert [card.meetings for card in found if card.partner == suggested.chinese] == [[]]
    assert home_for(suggested.owner, datetime.now(UTC)).taking_part[0].undecided == before - 1
    told = text_of(sign_in(suggested.chinese_user).get(url("partners")))
    assert reverse("consents") in told


@pytest.mark.parametrize("how", ["avoid", "avoided", "opted out", "rule", "double"])
def test_every_rule_counts_at_the_next_request(suggested, sign_in, how: str) -> None:
    mine, theirs = suggested.german.organisation, suggested.chinese.organisation
    if how == "avoid":
        set_avoid(organisation=mine, other=theirs, avoid=True, by=suggested.owner)
    elif how == "avoided":
        set_avoid(organisation=theirs, other=mine, avoid=True, by=suggested.chinese_user)
    elif how == "opted out":
        set_opted_out(organisation=theirs, opted_out=True, by=suggested.chinese_user)
    elif how == "rule":
        theirs.size = "large"
        theirs.save()
        actions.add_rule(event=suggested.event, values={"one_type": "company", "other_size": "large"}, by=None)
    else:
        low, high = sorted((mine, theirs), key=lambda one: one.pk)
        Double.objects.create(low=low, high=high, level=Double.Level.LIKELY)
    page = sign_in(suggested.owner).get(url("partners")).context["page"]
    assert [card.partner for card in page.first] == [suggested.chinese_en]
    assert suggestions_due() == [suggested.event]
    actions.refresh_suggestions(event=suggested.event)
    assert suggestions_due() == []
    assert not Suggestion.objects.filter(participation=suggested.german, partner=suggested.chinese).exists()


def test_notes_in_the_directory_order_the_suggestions_and_leave_out_who_is_skipped(suggested, sign_in) -> None:
    client, firms = sign_in(suggested.owner), [suggested.chinese.organisation, suggested.chinese_en.organisation]
    Suggestion.objects.filter(participation=suggested.german).update(score=0.95)

    def shown() -> list[object]:
        return [card.organisation for card in client.get(url("partners")).context["page"].first]

    def note(firm, kind: str) -> None:
        assert client.post(reverse("organisation-mark", args=[firm.key]), {"kind": kind}).status_code == 302

    assert shown() == firms
    note(firms[1], "interested")
    assert shown() == firms[::-1]
    Suggestion.objects.filter(partner=suggested.chinese).update(score=0.99)
    assert shown() == firms, "a better fit comes first all the same"
    note(firms[0], "skipped")
    assert shown() == firms[1:]
    page = text_of(client.get(reverse("marks")))
    assert page.index("山东钛业有限公司") < page.index("济南激光设备有限公司")
    note(firms[0], "nonsense")
    note(firms[0], "")
    assert shown() == firms
    assert "Shandong Titanium" not in text_of(sign_in(suggested.chinese_user).get(reverse("marks")))


# --- the organiser's rules


def test_the_organiser_finds_names_where_the_alphabet_puts_them(world, sign_in) -> None:
    for side, name in ((world.jinan, "安达机械"), (world.saxony, "Ähren Mühle"), (world.saxony, "Zwirn KG")):
        join(participation(world.event, person(organisation(side, name), f"L {name}")).person)
    shown = [
        row.organisation.name for row in sign_in(world.organiser).get(url("matching-rules")).context["page"].people
    ]
    assert [shown.index(name) for name in ("Ähren Mühle", "安达机械")] == [0, 1]
    assert shown[-1] == "Zwirn KG"


def test_the_organiser_sets_rules_and_asks_why_two_do_not_meet(suggested, sign_in) -> None:
    client, page = sign_in(suggested.organiser), url("matching-rules")
    ask = {"one": suggested.german.person.key, "other": suggested.chinese.person.key}
    assert "Platz 1" in text_of(client.get(page, ask))
    theirs = suggested.chinese.organisation
    theirs.size, theirs.nace = "large", "C2822"
    theirs.save()
    values = {"one_type": "company", "other_size": "large", "other_division": "28.4"}
    assert client.post(page, values).status_code == 302
    rule = Rule.objects.get()
    assert (rule.one_type, rule.other_size, rule.other_division) == ("company", "large", "28")
    told = client.get(page, ask)
    assert [why.code for why in told.context["page"].answer.found] == ["bar"]
    assert "NACE/ISIC 28" in text_of(told)
    withdraw_consent(person=suggested.chinese.person, purpose=CROSS_BORDER.code, by=None)
    set_avoid(organisation=theirs, other=suggested.german.organisation, avoid=True, by=suggested.chinese_user)
    told = client.get(page, ask).context["page"]
    assert [why.code for why in told.answer.found] == ["avoids", "no-consent", "bar"]
    assert told.kept_back == {"no-consent": 1}
    assert client.post(page, values).status_code == 400  # there already
    assert client.post(page, {"one_type": ""}).status_code == 400
    assert client.post(page, {"one_division": "metal"}).status_code == 400
    assert client.post(reverse("matching-rule-remove", args=[SLUG, rule.pk])).status_code == 302
    assert not Rule.objects.exists()
    assert {"matchmaking.rule_added", "matchmaking.rule_removed"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_contact_data_is_on_no_page_of_a_partner(suggested, sign_in) -> None:
    suggested.chinese.person.email, suggested.chinese.person.phone = "wang@example.com", "+86 531 5555"
    suggested.chinese.person.save()
    give_consent(person=suggested.chinese.person, purpose=CROSS_BORDER.code, by=None)
    actions.accept(request=request_to(suggested), by=suggested.chinese_user)
    client = sign_in(suggested.owner)
    for page in (url("partners"), url("partner", suggested.chinese.person.key), url("requests"), url("partner-search")):
        assert "wang@example.com" not in text_of(client.get(page))
        assert "5555" not in text_of(client.get(page))


def test_the_reader_learns_what_the_other_side_cannot_read(suggested, sign_in) -> None:
    client = sign_in(suggested.owner)
    assert client.get(url("partners")).context["page"].seen_as.profile.is_foreign
    for entry in suggested.german.organisation.entries.all():
        write_texts(entry, "text", {"de": "Laser", "zh": "激光"})
    seen = client.get(url("partners")).context["page"].seen_as.profile
    assert not seen.is_foreign
    assert [quote.shown.text for quote in seen.offers] == ["激光"]


def test_only_who_may_edit_the_organisation_is_sent_there(suggested, sign_in) -> None:
    client = sign_in(suggested.owner)
    edit = reverse("organisation-edit", args=[suggested.german.organisation.key])
    pages = (url("partners"), url("partner", suggested.chinese.person.key))
    assert all(f'href="{edit}"' in text_of(client.get(page)) for page in pages)
    Membership.objects.filter(person=suggested.german.person).update(is_manager=False)
    Membership.objects.filter(person__user=suggested.colleague).update(is_manager=True)
    assert client.get(edit).status_code == 404
    for page in pages:
        shown = text_of(client.get(page))
        assert f'href="{edit}"' not in shown
        assert "Karla Colleague" in shown
    Membership.objects.update(is_manager=False)
    assert all(
        "Kontaktbüro Quellstadt–Elbstadt verbessert dieses Profil" in text_of(client.get(page)) for page in pages
    )


def test_suggestions_that_are_on_their_way_are_not_called_none(world, sign_in) -> None:
    client = sign_in(world.owner)
    page = text_of(client.get(url("partners")))
    assert "Ihre Vorschläge werden gerade berechnet." in page
    assert "passt niemand" not in page
    world.german.organisation.entries.all().delete()
    page = text_of(client.get(url("partners")))
    assert "werden gerade berechnet" not in page
    assert "passt niemand" in page


def test_when_nothing_fits_the_page_names_the_adviser(world, sign_in) -> None:
    embed_stale()
    Participation.objects.filter(organisation__side=world.jinan).delete()
    actions.refresh_suggestions(event=world.event)
    page = text_of(sign_in(world.owner).get(url("partners")))
    assert "Adviser Anna" in page
    assert "office@example.org" in page


def test_not_for_me_moves_below_and_can_be_undone(suggested, sign_in) -> None:
    client = sign_in(suggested.owner)
    wish = url("wish", suggested.chinese.person.key)
    assert client.post(wish, {"kind": "no"}).status_code == 302
    page = client.get(url("partners")).context["page"]
    assert [card.partner for card in page.refused] == [suggested.chinese]
    assert suggested.chinese not in [card.partner for card in page.first]
    client.post(wish, {"kind": ""})
    assert client.get(url("partners")).context["page"].refused == []
    client.post(wish, {"kind": "gladly", "next": url("partner-search")})
    assert Wish.objects.get().kind == "gladly"
    client.post(wish, {"kind": "nonsense"})
    assert Wish.objects.get().kind == "gladly"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_a_wish_leads_to_no_other_host(world, sign_in, target) -> None:
    response = sign_in(world.owner).post(url("wish", world.chinese.person.key), {"kind": "gladly", "next": target})
    assert response["Location"] == url("partners")


def test_wishes_and_requests_of_others_are_nowhere_to_be_seen(suggested, sign_in) -> None:
    actions.set_wish(participation=suggested.chinese, target=suggested.german, kind="must", rank=1, by=None)
    client = sign_in(suggested.owner)
    before = [
        text_of(client.get(url(*page)))
        for page in (("partners",), ("partner", suggested.chinese.person.key), ("wishes",))
    ]
    actions.set_wish(participation=suggested.chinese, target=suggested.german, kind="no", by=None)
    after = [
        text_of(client.get(url(*page)))
        for page in (("partners",), ("partner", suggested.chinese.person.key), ("wishes",))
    ]

    def plain(pages: list[str]) -> list[list[str]]:
        return [[line for line in page.splitlines() if "csrf" not in line] for page in pages]

    assert plain(before) == plain(after)


def declined_request(sender, recipient) -> None:
    request = actions.send_request(sender=sender, recipient=recipient, by=None)
    actions.decline(request=request, by=recipient.person.user)


def test_who_declined_is_not_offered_to_be_asked_again(suggested, sign_in) -> None:
    more_partners(suggested, 3)
    declined_request(suggested.german, suggested.chinese)
    later = actions.send_request(sender=suggested.chinese, recipient=suggested.german, by=None)
    client = sign_in(suggested.owner)
    assert "Anfrage ansehen" in text_of(client.get(url("partners")))
    actions.withdraw(request=later, by=suggested.chinese_user)
    with pytest.raises(Refused):
        request_to(suggested)
    response = client.get(url("partners"))
    page = response.context["page"]
    assert [one.declined for one in page.first] == ["", "", ""]
    assert page.more[-1].partner == suggested.chinese
    assert "Hat abgelehnt" in text_of(response)
    way = url("partner", suggested.chinese.person.key)
    assert f'href="{way}#ask"' not in text_of(response)
    shown = text_of(client.get(way))
    assert url("request-send", suggested.chinese.person.key) not in shown
    assert "Anfragen kann jetzt nur noch er." in shown


def test_whom_one_declined_oneself_comes_last_but_can_be_asked(suggested, sign_in) -> None:
    more_partners(suggested, 3)
    declined_request(suggested.chinese, suggested.german)
    response = sign_in(suggested.owner).get(url("partners"))
    page = response.context["page"]
    assert page.more[-1].partner == suggested.chinese
    assert "Sie haben abgelehnt" in text_of(response)
    assert f'href="{url("partner", suggested.chinese.person.key)}#ask"' in text_of(response)
    request_to(suggested)


def test_what_the_rules_refuse_is_not_offered_on_the_partners_page(suggested, sign_in, monkeypatch) -> None:
    client = sign_in(suggested.owner)
    key = suggested.chinese.person.key
    assert url("request-send", key) in text_of(client.get(url("partner", key)))
    actions.set_wish(participation=suggested.german, target=suggested.chinese, kind="no", by=None)
    assert url("request-send", key) not in text_of(client.get(url("partner", key)))
    actions.clear_wish(participation=suggested.german, target=suggested.chinese, by=None)
    monkeypatch.setattr(rules, "MOST_PENDING", 0)
    assert url("request-send", key) not in text_of(client.get(url("partner", key)))
    assert "#ask" not in text_of(client.get(url("partners")))


# --- search


def test_the_search_covers_all_participants_but_the_own_organisation(world, sign_in) -> None:
    response = sign_in(world.owner).get(url("partner-search"))
    assert {card.partner for card in response.context["found"].cards} == {
        world.german_en,
        world.chinese,
        world.chinese_en,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("side=jinan", {"chinese", "chinese_en"}),
        ("theme=smart-manufacturing", {"chinese"}),
        ("type=company", {"german_en", "chinese", "chinese_en"}),
        ("type=institute", set()),
        ("type=nonsense", {"german_en", "chinese", "chinese_en"}),
        ("page=999999999", {"german_en", "chinese", "chinese_en"}),
        ("q=%00", set()),
    ],
)
def test_filters_of_the_search(world, sign_in, query, expected) -> None:
    response = sign_in(world.owner).get(f"{url('partner-search')}?{query}")
    found = {card.partner for card in response.context["found"].cards}
    assert found == {getattr(world, name) for name in expected} or query == "q=%00"


@pytest.mark.parametrize("words", ["Feinmechanik", "feinmechanik meissen"])
def test_words_of_the_search_are_folded(world, sign_in, words) -> None:
    index_stale()
    response = sign_in(world.owner).get(url("partner-search"), {"q": words})
    assert [card.partner for card in response.context["found"].cards] == [world.german_en]


def test_the_search_finds_what_another_language_says(world, sign_in) -> None:
    """Nothing of the Chinese firm has the word; keywords and meaning find it as they do in the directory."""
    index_stale(), embed_stale(), tag_stale()
    response = sign_in(world.owner).get(url("partner-search"), {"q": "Laserschneiden"})
    assert world.chinese in {card.partner for card in response.context["found"].cards}


def test_the_search_puts_who_fits_best_first(world, sign_in) -> None:
    named = organisation(world.saxony, "Zwickauer Drehteile GmbH", offers=({"de": "Fräsen"},))
    speaking = organisation(world.saxony, "Ankerbau Pirna", offers=({"de": "Drehteile aus Titan"},))
    for firm in (speaking, named):
        join(participation(world.event, person(firm, f"Leitung {firm.name}")).person)
    index_stale()
    cards = sign_in(world.owner).get(url("partner-search"), {"q": "Drehteile"}).context["found"].cards
    assert [card.organisation for card in cards] == [named, speaking]
    everybody = [
        card.organisation.name for card in sign_in(world.owner).get(url("partner-search")).context["found"].cards
    ]
    assert everybody.index(speaking.name) < everybody.index(named.name)


def test_the_search_says_that_it_allowed_for_typing_errors(world, sign_in) -> None:
    index_stale()
    response = sign_in(world.owner).get(url("partner-search"), {"q": "Feinmechnik"})
    assert [card.partner for card in response.context["found"].cards] == [world.german_en]
    assert "Genau diese Wörter stehen nirgends." in text_of(response)


def test_the_search_reads_as_much_for_many_as_for_one(world, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    Participation.objects.filter(pk__in=[world.german_en.pk, world.chinese_en.pk]).update(state="cancelled")
    with CaptureQueriesContext(connection) as few:
        client.get(url("partner-search"))
    more_partners(world, 24)
    with django_assert_num_queries(len(few)):
        page = client.get(url("partner-search")).context["found"].page
    assert (len(page), page.paginator.count) == (20, 25)


# --- wishes


def test_wishes_are_put_in_order_without_script(world, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    actions.set_wish(participation=world.german, target=world.chinese, kind="gladly", by=None)
    with CaptureQueriesContext(connection) as few:
        client.get(url("wishes"))
    for target in (world.chinese_en, world.german_en):
        actions.set_wish(participation=world.german, target=target, kind="gladly", by=None)
    with django_assert_num_queries(len(few)):
        client.get(url("wishes"))
    seen = client.get(url("wishes")).context["page"].seen
    client.post(url("wishes"), {"seen": seen, world.chinese_en.person.key: "1", world.chinese.person.key: "2"})
    assert dict(Wish.objects.values_list("partner_id", "rank")) == {
        world.chinese_en.pk: 1, world.chinese.pk: 2, world.german_en.pk: None,
    }  # fmt: skip
    response = client.post(url("wishes"), {world.chinese.person.key: "-3"})
    assert response.status_code == 200
    assert Wish.objects.get(partner=world.chinese).rank == 2
    stale = client.post(url("wishes"), {"seen": seen, world.chinese.person.key: "1"}, follow=True)
    assert "inzwischen geändert" in text_of(stale)
    assert Wish.objects.get(partner=world.chinese).rank == 2


def test_arrows_move_a_wish_and_back_again(world, sign_in) -> None:
    client = sign_in(world.owner)
    for target in (world.chinese, world.chinese_en):
        actions.set_wish(participation=world.german, target=target, kind="gladly", by=None)
    actions.set_wish(participation=world.german, target=world.german_en, kind="must", by=None)
    key = world.chinese_en.person.key

    def press(move: str) -> list[int]:
        page = client.get(url("wishes"))
        answer = client.post(url("wishes"), {"seen": page.context["page"].seen, "move": move})
        assert answer["Location"] == url("wishes") + f"#wish-{key}"
        return [wish.partner_id for wish in client.get(url("wishes")).context["page"].rows]

    must, first, second = world.german_en.pk, world.chinese.pk, world.chinese_en.pk
    assert press(f"up-{key}") == [must, second, first]
    assert press(f"up-{key}") == [must, second, first]  # never past whom one must meet
    assert press(f"down-{key}") == [must, first, second]


def test_a_wrong_place_is_marked_and_stays_as_typed(world, sign_in) -> None:
    for target in (world.chinese, world.chinese_en):
        actions.set_wish(participation=world.german, target=target, kind="gladly", by=None)
    wrong, right = world.chinese.person.key, world.chinese_en.person.key
    page = text_of(sign_in(world.owner).post(url("wishes"), {wrong: "-3", right: "7"}))
    fields = {re.search(r'name="(\w+)"', tag)[1]: tag for tag in re.findall(r'<input type="number"[^>]*>', page)}
    assert 'value="-3"' in fields[wrong]
    assert 'aria-invalid="true"' in fields[wrong]
    assert 'value="7"' in fields[right]
    assert "aria-invalid" not in fields[right]
    assert page.count("eine ganze Zahl von 1 bis 100") == 1


def test_buttons_of_a_wish_say_what_they_do(world, sign_in) -> None:
    actions.set_wish(participation=world.german, target=world.chinese, kind="gladly", by=None)
    client = sign_in(world.owner)
    assert "Auf „unbedingt“ setzen</button>" in text_of(client.get(url("wishes")))
    actions.set_wish(participation=world.german, target=world.chinese, kind="must", by=None)
    assert "Auf „gern“ setzen</button>" in text_of(client.get(url("wishes")))


# --- requests


def test_a_request_goes_its_way_from_page_to_page(suggested, sign_in) -> None:
    client = sign_in(suggested.owner)
    key = suggested.chinese.person.key
    response = client.post(url("request-send", key), {"message": "Guten Tag"})
    assert response["Location"] == url("requests")
    request = Request.objects.get()
    assert "Guten Tag" in text_of(client.get(url("requests")))
    client = sign_in(suggested.chinese_user)
    page = text_of(client.get(url("requests")))
    assert "Elbe Lasertechnik GmbH" in page
    assert '<blockquote lang="de">Guten Tag</blockquote>' in page
    accept = reverse("request-action", args=[request.key, "accept"])
    assert text_of(client.get(accept))
    assert Request.objects.get().state == Request.State.PENDING, "opening the link changes nothing"
    response = client.post(accept, follow=True)
    assert Request.objects.get().state == Request.State.ACCEPTED
    assert "已接受" in response.content.decode() or "Accepted" in response.content.decode()


def test_a_second_click_is_explained(world, sign_in) -> None:
    request = request_to(world)
    client = sign_in(world.chinese_user)
    accept = reverse("request-action", args=[request.key, "accept"])
    client.post(accept)
    mails = Mail.objects.count()
    response = client.post(accept, follow=True)
    assert [message.level_tag for message in response.context["messages"]][-1] == "error"
    assert Mail.objects.count() == mails


def test_a_message_that_is_too_long_comes_back_with_the_text(world, sign_in) -> None:
    response = sign_in(world.owner).post(url("request-send", world.chinese.person.key), {"message": "x" * 1001})
    assert response.status_code == 422
    assert "x" * 1001 in response.content.decode()
    assert not Request.objects.exists()


def test_requests_read_as_much_for_many_as_for_one(world, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    request_to(world)
    with CaptureQueriesContext(connection) as few:
        client.get(url("requests"))
    for partner in (world.chinese_en, world.german_en):
        actions.send_request(sender=partner, recipient=world.german, by=None)
    with django_assert_num_queries(len(few)):
        page = client.get(url("requests")).context["page"]
    assert (len(page.sent), len(page.received)) == (1, 2)


def test_two_people_of_one_firm_are_told_apart_as_far_as_they_may_be_named(world, sign_in) -> None:
    second = participation(world.event, person(world.chinese.organisation, "张伟"))
    Membership.objects.filter(person=second.person).update(role="总经理")
    Membership.objects.filter(person=world.chinese.person).update(role="技术总监")
    give_consent(person=second.person, purpose=CROSS_BORDER.code, by=None)
    asked = request_to(world)
    request = actions.send_request(sender=second, recipient=world.german, by=None)
    Request.objects.filter(pk=asked.pk).update(created=datetime(2027, 9, 30, 12, tzinfo=UTC))
    client = sign_in(world.owner)
    page = text_of(client.get(url("requests")))
    assert "张伟" in page
    assert "总经理" in page
    assert "王立" not in page
    assert "技术总监" not in page, "the role is as private as the name"
    assert "Angefragt am 30. September 2027" in page
    answer = text_of(client.get(reverse("request-action", args=[request.key, "accept"])))
    assert "张伟" in answer


def test_markup_in_a_message_stays_text(world, sign_in) -> None:
    request_to(world, message="<script>alert(1)</script>")
    page = text_of(sign_in(world.chinese_user).get(url("requests")))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- leaving


def test_who_leaves_reads_first_which_agreed_talks_are_lost(world, sign_in) -> None:
    client = sign_in(world.owner)
    assert "Lasertechnik" not in text_of(client.get(url("event-withdraw")))
    actions.accept(request=request_to(world), by=world.chinese_user)
    actions.send_request(sender=world.german, recipient=world.chinese_en, by=world.owner)
    page = text_of(client.get(url("event-withdraw")))
    assert "Damit entfällt 1 vereinbartes Gespräch:" in page
    assert "济南激光设备有限公司" in page
    assert "山东钛业有限公司" not in page, "nothing is agreed with them"
    page = text_of(client.post(url("event-withdraw"), follow=True))
    assert "Sie haben Ihre Teilnahme abgesagt" in page
    assert "nicht registriert" not in page


def test_whose_partner_left_reads_that_the_talk_does_not_take_place(world, sign_in) -> None:
    actions.accept(request=request_to(world), by=world.chinese_user)
    pending = actions.send_request(sender=world.german, recipient=world.chinese_en, by=world.owner)
    actions.send_request(sender=world.german_en, recipient=world.german, by=None)
    Participation.objects.exclude(pk=world.german.pk).update(state="cancelled")
    response = sign_in(world.owner).get(url("requests"))
    page = response.context["page"]
    assert (page.received, page.agreed, len(page.closed)) == ([], [], 2)
    assert [(row.request, row.actions) for row in page.sent] == [(pending, ["withdraw"])]
    assert not any(row.actions for row in page.closed)
    shown = text_of(response)
    assert shown.count("nimmt nicht mehr an der Veranstaltung teil") == 3
    assert url("partner", world.chinese.person.key) not in shown
    assert home_for(world.owner, datetime(2027, 1, 1, tzinfo=UTC)).taking_part[0].waiting == 0


# --- access


def all_pages(world, request: Request) -> list[tuple[str, str]]:
    key = world.german_en.person.key
    return [
        ("get", url("partners")), ("get", url("partner-search")), ("get", url("partner", key)), ("get", url("wishes")),
        ("get", url("requests")), ("post", url("wish", key)), ("post", url("request-send", key)), ("post", url("wishes")),
        ("get", reverse("request-action", args=[request.key, "accept"])),
        ("post", reverse("request-action", args=[request.key, "accept"])),
        ("post", url("partners-refresh")),
    ]  # fmt: skip


def test_who_does_not_take_part_finds_nothing(world, sign_in) -> None:
    request = request_to(world)
    applied = user("Applied Arno")
    participation(world.event, person(world.german.organisation, "Arno", account=applied), state="applied")
    for who in (world.stranger, world.colleague, world.interpreter_user, world.adviser, applied):
        client = sign_in(who)
        for method, page in all_pages(world, request):
            assert getattr(client, method)(page).status_code == 404, (who, page)
    assert Request.objects.get().state == Request.State.PENDING


def test_visitors_are_sent_to_sign_in(world, client) -> None:
    request = request_to(world)
    for method, page in all_pages(world, request):
        response = getattr(client, method)(page)
        assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("account_login")), page


def test_others_requests_and_made_up_actions_are_not_there(world, sign_in) -> None:
    request = request_to(world)
    other = user("Eva Ernst")
    world.german_en.person.user = other
    world.german_en.person.save()
    assert sign_in(other).get(reverse("request-action", args=[request.key, "accept"])).status_code == 404
    client = sign_in(world.chinese_user)
    assert client.post(reverse("request-action", args=[request.key, "explode"])).status_code == 404
    assert client.get(url("partner", world.chinese.person.key)).status_code == 404, "oneself"
    Event.objects.create(
        slug="andere", series=world.event.series, office=world.office, city="Dresden", country="DE", names={},
        time_zone="Europe/Berlin", starts=world.event.starts, ends=world.event.ends,
    )  # fmt: skip
    assert client.get(reverse("partners", args=["andere"])).status_code == 404


def test_organisers_order_suggestions_and_participants_do_not(world, sign_in, run_tasks) -> None:
    assert sign_in(world.owner).post(url("partners-refresh")).status_code == 404
    assert sign_in(world.organiser).post(url("partners-refresh")).status_code == 302
    assert run_tasks() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Gern treffen", "Nicht für mich")),
        ("zh-hans", ("愿意洽谈", "不考虑")),
        ("en", ("Would gladly meet", "Not for me")),
    ],
)
def test_pages_speak_three_languages(suggested, sign_in, language, words) -> None:
    suggested.owner.language = language
    suggested.owner.save()
    client = sign_in(suggested.owner)
    page = text_of(client.get(url("partners")))
    assert all(word in page for word in words)
    for name in ("partner-search", "wishes", "requests"):
        text_of(client.get(url(name)))


def test_once_a_talk_is_agreed_the_wish_steps_back(suggested, sign_in) -> None:
    client = sign_in(suggested.owner)
    page = text_of(client.get(url("partner", suggested.chinese.person.key)))
    assert '<button class="button" name="kind" value="gladly"' in page
    assert 'name="kind" value="no"' in page
    actions.accept(request=request_to(suggested), by=suggested.chinese_user)
    page = text_of(client.get(url("partner", suggested.chinese.person.key)))
    assert '<button class="button quiet" name="kind" value="gladly"' in page
    assert 'name="kind" value="no"' not in page
