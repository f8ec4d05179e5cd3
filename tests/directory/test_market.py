"""Opportunities: from the draft to the day they are over, and who reads what of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail, Office, Role
from qiao.directory import actions
from qiao.directory.actions.market_mails import renewal_token
from qiao.directory.actions.tending import tend_market
from qiao.directory.anonymity import leading_to
from qiao.directory.bridge import to_profile
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Entry, Organisation
from tests.directory.opportunities import draft, shown_opportunity, values
from tests.world import World, user

pytestmark = pytest.mark.db
State = Opportunity.State


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


def reviews(world: World, number: int) -> None:
    Office.objects.filter(pk=world.office.pk).update(reviews=number)


def second_adviser(world: World):
    made = user("Zweite Zora")
    Role.objects.create(user=made, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=world.office.pk)
    return made


def words(response) -> str:
    return response.content.decode()


# --- states


def test_a_draft_stands_nowhere_but_with_its_people(world: World, firm: Organisation, sign_in) -> None:
    made = draft(firm, by=world.owner)
    assert made.state == State.DRAFT
    assert firm.entries.count() == 2, "those of the profile"
    assert sign_in(world.chinese_user).get(reverse("opportunity", args=[made.public_key])).status_code == 404
    assert sign_in(world.colleague).get(reverse("opportunity-own", args=[made.key])).status_code == 404
    assert sign_in(world.owner).get(reverse("opportunity-own", args=[made.key])).status_code == 200


def test_the_office_approves_before_it_is_found(world: World, firm: Organisation, sign_in) -> None:
    made = actions.submit(opportunity=draft(firm, by=world.owner), by=world.owner)
    assert made.state == State.REVIEW
    assert made.entry is None
    made = actions.approve_opportunity(opportunity=made, by=world.adviser)
    assert (made.state, made.entry.key, made.entry.organisation) == (State.PUBLISHED, made.public_key, firm)
    assert Mail.objects.get(kind="directory.opportunity_decided").user == world.owner
    page = words(sign_in(world.chinese_user).get(reverse("opportunity", args=[made.public_key])))
    assert "Laser für dünne Bleche" in page
    assert firm.name in page


def test_without_review_it_is_published_at_once(world: World, firm: Organisation) -> None:
    reviews(world, 0)
    assert actions.submit(opportunity=draft(firm, by=world.owner), by=world.owner).is_open


def test_two_people_of_the_office(world: World, firm: Organisation) -> None:
    reviews(world, 2)
    made = actions.submit(opportunity=draft(firm, by=world.owner), by=world.owner)
    made = actions.approve_opportunity(opportunity=made, by=world.adviser)
    assert made.state == State.REVIEW
    with pytest.raises(Refused):
        actions.approve_opportunity(opportunity=made, by=world.adviser)
    assert actions.approve_opportunity(opportunity=made, by=second_adviser(world)).is_open


def test_what_an_adviser_wrote_a_second_one_looks_at(world: World, firm: Organisation) -> None:
    reviews(world, 2)
    made = actions.submit(opportunity=draft(firm, by=world.adviser), by=world.adviser)
    assert made.state == State.REVIEW
    assert actions.approve_opportunity(opportunity=made, by=second_adviser(world)).is_open


def test_sent_back_with_a_reason_and_handed_in_again(world: World, firm: Organisation) -> None:
    made = actions.submit(opportunity=draft(firm, by=world.owner), by=world.owner)
    with pytest.raises(Refused):
        actions.refuse_opportunity(opportunity=made, reason=" ", by=world.adviser)
    actions.refuse_opportunity(opportunity=made, reason="Bitte genauer.", by=world.adviser)
    made.refresh_from_db()
    assert (made.state, made.reason) == (State.REFUSED, "Bitte genauer.")
    assert "Bitte genauer." in Mail.objects.get().body
    assert actions.submit(opportunity=made, by=world.owner).state == State.REVIEW


def test_a_change_of_what_it_says_is_looked_at_anew(world: World, firm: Organisation) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    new = values(texts={"title": {"de": "Anderes"}, "text": {"de": "Ganz anders."}})
    made = actions.save_opportunity(organisation=firm, opportunity=made, values=new, by=world.owner)
    assert (made.state, made.entry) == (State.REVIEW, None)


def test_a_longer_time_needs_no_review(world: World, firm: Organisation) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    later = values(expires=timezone.localdate() + timedelta(days=300))
    made = actions.save_opportunity(organisation=firm, opportunity=made, values=later, by=world.owner)
    assert made.is_open


def test_a_step_that_was_overtaken_is_refused(world: World, firm: Organisation) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    for step in (actions.submit, actions.take_back, actions.remove_opportunity):
        with pytest.raises(Refused):
            step(opportunity=made, by=world.owner)


def test_an_organisation_that_waits_publishes_nothing(world: World, firm: Organisation) -> None:
    Organisation.objects.filter(pk=firm.pk).update(is_published=False)
    with pytest.raises(Refused):
        actions.submit(opportunity=draft(firm, by=world.owner), by=world.owner)


# --- the profile beside it


def test_a_profile_saved_anew_leaves_opportunities_alone(world: World, firm: Organisation) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    actions.save_organisation(organisation=firm, values={"offers": [{"de": "Etwas anderes"}]}, by=world.owner)
    assert Entry.objects.filter(pk=made.entry_id).exists()
    profile = to_profile(Organisation.objects.get(pk=firm.pk))
    assert [text.index for text in profile.offers] == [1, made.entry.position], "as vectors and reasons name them"


def test_a_table_imported_anew_changes_nothing(world: World, firm: Organisation) -> None:
    from qiao.core.tables import read_table
    from qiao.directory.exports import organisations_csv

    made = shown_opportunity(firm, by=world.adviser)
    report = actions.import_organisations(
        table=read_table(organisations_csv(), "organisations.csv"), by=world.adviser
    )  # fmt: skip
    assert report.updated == 0
    assert Entry.objects.filter(pk=made.entry_id).exists()


# --- time


def move_last_day(made: Opportunity, days: int) -> None:
    Opportunity.objects.filter(pk=made.pk).update(expires=timezone.localdate() + timedelta(days=days))


def test_its_people_are_reminded_once_and_renew_from_the_mail(world: World, firm: Organisation, client) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    Opportunity.objects.filter(pk=made.pk).update(published=timezone.now() - timedelta(days=150))
    move_last_day(made, 29)
    assert (tend_market(), tend_market()) == (1, 0)
    made.refresh_from_db()
    address = reverse("opportunity-renew", args=[renewal_token(made)])
    assert address in Mail.objects.get(kind="directory.opportunity_ending").body
    client.get(address)
    made.refresh_from_db()
    assert made.expires == timezone.localdate() + timedelta(days=29), "looking renews nothing"
    assert client.post(address).status_code == 200
    assert client.post(address).status_code == 200
    made.refresh_from_db()
    assert made.expires == timezone.localdate() + timedelta(days=180)
    assert AuditEntry.objects.filter(action="directory.renew_opportunity").count() == 1


def test_a_token_that_was_made_up_leads_nowhere(world: World, client) -> None:
    assert client.get(reverse("opportunity-renew", args=["made-up"])).status_code == 404


def test_it_ends_after_its_last_day_and_comes_back(world: World, firm: Organisation, sign_in) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    move_last_day(made, 0)
    tend_market()
    made.refresh_from_db()
    assert made.is_open, "the last day is shown"
    move_last_day(made, -1)
    tend_market()
    made.refresh_from_db()
    assert (made.state, made.entry) == (State.EXPIRED, None)
    page = words(sign_in(world.chinese_user).get(reverse("opportunity", args=[made.public_key])))
    assert "不再寻找" in page
    assert firm.name not in page
    assert actions.renew(opportunity=made, by=world.owner).is_open


def test_closed_says_no_more_than_that(world: World, firm: Organisation, sign_in) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    actions.close(opportunity=made, by=world.owner)
    page = words(sign_in(world.stranger).get(reverse("opportunity", args=[made.public_key])))
    assert "Schneidet Bleche" not in page
    assert firm.entries.count() == 2


# --- visitors


def test_visitors_read_what_is_public_and_never_whose_it_is(world: World, firm: Organisation, client) -> None:
    made = shown_opportunity(firm, by=world.adviser, is_public=True)
    other = shown_opportunity(firm, by=world.adviser, texts={"title": {"de": "Intern"}, "text": {"de": "Nur hier."}})
    pages = [
        words(client.get(reverse("marketplace"))),
        words(client.get(reverse("opportunity", args=[made.public_key]))),
    ]
    for page in pages:
        assert "Laser für dünne Bleche" in page
        assert "Intern" not in page
        assert "Elbe Lasertechnik" not in page
        assert "Otto" not in page
    assert client.get(reverse("opportunity", args=[other.public_key])).status_code == 302
    assert client.get(reverse("opportunity", args=["gibtesnicht2"])).status_code == 302


def test_a_visitor_narrows_the_list(world: World, firm: Organisation, client) -> None:
    shown_opportunity(firm, by=world.adviser, is_public=True)
    assert "Laser für" in words(client.get(reverse("marketplace"), {"area": "technology", "kind": "offer"}))
    assert "Laser für" not in words(client.get(reverse("marketplace"), {"area": "culture"}))


# --- anonymous

TRACES = ("Elbe Lasertechnik", "Otto", "Karla", "elbe-laser", "DE123456788")


def anonymous(world: World, firm: Organisation, **more) -> Opportunity:
    Organisation.objects.filter(pk=firm.pk).update(website="https://www.elbe-laser.example", vat_id="DE123456788")
    return shown_opportunity(firm, by=world.adviser, is_anonymous=True, **more)


def test_the_office_stands_in_for_who_stays_unnamed(world: World, firm: Organisation) -> None:
    made = anonymous(world, firm)
    stand_in = made.entry.organisation
    assert stand_in != firm
    assert (stand_in.stands_for, stand_in.name) == (world.saxony, "Kontaktbüro Quellstadt–Elbstadt")
    assert anonymous(world, firm).entry.organisation == stand_in, "one for all of a side"


def test_the_stand_in_is_nobody_to_be_taken_over(world: World, firm: Organisation, sign_in) -> None:
    stand_in = anonymous(world, firm).entry.organisation
    assert sign_in(world.adviser).get(reverse("claim-link", args=[stand_in.key])).status_code == 404
    other = world.chinese_en.organisation
    assert sign_in(world.adviser).get(reverse("claim-link", args=[other.key])).status_code == 200


def test_no_page_leads_from_what_is_anonymous_to_its_owner(
    world: World, firm: Organisation, sign_in, run_tasks
) -> None:
    """Everything that is reached from the marketplace by links, as people of three kinds see it."""
    made = anonymous(world, firm, is_public=True)
    run_tasks()
    stand_in = made.entry.organisation
    addresses = [
        reverse("opportunity", args=[made.public_key]), reverse("organisation", args=[stand_in.key]),
        f"{reverse('organisations')}?q=Bleche&kind=offer&country=DE&type=agency", f"{reverse('marketplace')}?q=Grat&type=agency",
    ]  # fmt: skip
    for who in (world.chinese_user, world.stranger, world.colleague, None):
        client = sign_in(who) if who else None
        for address in addresses:
            if client is None:
                from django.test import Client

                client = Client()
            response = client.get(address)
            page = words(response)
            found = [trace for trace in TRACES if trace in page and not (who and trace in who.name)]
            assert found == [], f"{who}: {address}"
            assert firm.key not in page
            assert made.key not in page, "the key of its owner's pages"


def test_the_owners_page_does_not_show_it(world: World, firm: Organisation, sign_in) -> None:
    anonymous(world, firm)
    page = words(sign_in(world.chinese_user).get(reverse("organisation", args=[firm.key])))
    assert "Laser für dünne Bleche" not in page


def test_searching_for_the_owner_does_not_find_it(world: World, firm: Organisation, sign_in, run_tasks) -> None:
    made = anonymous(world, firm)
    run_tasks()
    for query in ("Elbe Lasertechnik", "elbe-laser", "Dresden", "DE123456788"):
        page = words(sign_in(world.chinese_user).get(reverse("marketplace"), {"q": query, "kind": "offer"}))
        hit = reverse("opportunity", args=[made.public_key])
        # By its meaning it may be near; never because of its owner: then it stands with the stand-in's name only.
        assert hit not in page or "Kontaktbüro" in page


def test_becoming_anonymous_leaves_no_earlier_address(world: World, firm: Organisation, sign_in) -> None:
    made = shown_opportunity(firm, by=world.adviser)
    before = made.public_key
    made = actions.save_opportunity(
        organisation=firm, opportunity=made, values=values(is_anonymous=True), by=world.adviser
    )  # fmt: skip
    assert made.is_open
    assert made.public_key != before
    assert sign_in(world.stranger).get(reverse("opportunity", args=[before])).status_code == 404


def test_anonymous_is_always_looked_at(world: World, firm: Organisation) -> None:
    reviews(world, 0)
    made = actions.submit(opportunity=draft(firm, by=world.owner, is_anonymous=True), by=world.owner)
    assert made.state == State.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Fragen Sie ELBE-Lasertechnik!", "Wir, die Elbe Lasertechnik GmbH", "Schreiben Sie an info@firma.example",
        "Mehr unter www.firma.example", "Telefon +49 351 4567890", "Fragen Sie Otto Owner",
    ],
)  # fmt: skip
def test_words_that_lead_to_the_owner_are_named(world: World, firm: Organisation, text: str) -> None:
    assert leading_to(firm, [text])
    made = draft(firm, by=world.owner, is_anonymous=True, texts={"title": {"de": "Laser"}, "text": {"de": text}})
    with pytest.raises(Refused):
        actions.submit(opportunity=made, by=world.owner)


@pytest.mark.parametrize("text", ["Laser für Bleche", "An der Elbe", "50 Prozent schneller in 2027", "激光设备"])
def test_other_words_lead_nowhere(world: World, firm: Organisation, text: str) -> None:
    assert leading_to(firm, [text]) == ""


def test_a_chinese_name_is_found_without_gaps(world: World) -> None:
    assert leading_to(world.chinese.organisation, ["请联系济南激光设备有限公司。"])


# --- the form


def post_values(**more) -> dict[str, str]:
    return {
        "kind": "seek", "area": "talent", "title_de": "Azubis gesucht", "text_de": "Wir bilden aus.", "partner_types": "university",
        "expires": (timezone.localdate() + timedelta(days=90)).isoformat(),
    } | more  # fmt: skip


def test_written_handed_in_and_approved_through_the_pages(world: World, firm: Organisation, sign_in) -> None:
    client = sign_in(world.owner)
    page = words(client.get(reverse("opportunity-new", args=[firm.key])))
    assert "Wer würde bezahlen?" in page
    response = client.post(reverse("opportunity-new", args=[firm.key]), post_values(), follow=True)
    made = Opportunity.objects.get()
    assert "Gesuch zu Ausbildung und Fachkräften" in words(response)
    client.post(reverse("opportunity-step", args=[made.key, "submit"]))
    client = sign_in(world.adviser)
    assert "Azubis gesucht" in words(client.get(reverse("opportunities-review")))
    client.post(reverse("opportunity-review", args=[made.key]), {"decision": "approve"})
    made.refresh_from_db()
    assert made.is_open
    assert "Azubis gesucht" in words(client.get(reverse("marketplace"), {"kind": "seek"}))


def test_what_is_missing_is_said_beside_the_field(world: World, firm: Organisation, sign_in) -> None:
    response = sign_in(world.owner).post(reverse("opportunity-new", args=[firm.key]), post_values(title_de=""))
    assert response.status_code == 400
    assert not Opportunity.objects.exists()


def test_an_offer_of_a_profile_has_a_page_too(world: World, firm: Organisation, sign_in) -> None:
    entry = firm.entries.get(kind="offer")
    page = words(sign_in(world.chinese_user).get(reverse("opportunity", args=[entry.key])))
    assert "Laserschneidanlagen" in page
    assert firm.name in page


@pytest.mark.parametrize("number", [1, 12])
def test_the_marketplace_asks_the_same_number_of_queries(
    world: World, firm: Organisation, sign_in, number: int, django_assert_max_num_queries
) -> None:
    for _n in range(number):
        shown_opportunity(firm, by=world.adviser)
    client = sign_in(world.chinese_user)
    client.get(reverse("marketplace"))
    with django_assert_max_num_queries(32):
        client.get(reverse("marketplace"))
