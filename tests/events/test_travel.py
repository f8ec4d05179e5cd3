"""What admitted participants tell about journey, visa and food: asked, encrypted, read by few, withdrawn, deleted."""

import io
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail, Role
from qiao.core.stored import stored_about
from qiao.directory.models import Consent
from qiao.events import actions, travel_queries
from qiao.events.exports import participants_xlsx
from qiao.events.models import Participation
from qiao.events.travel_fields import DETAILS, opened
from qiao.events.travel_models import TravelCall, TravelDetails
from qiao.site.actions import erase
from tests.world import user

pytestmark = pytest.mark.db
TOLD = {
    "letter": {"passport_number": "ZQPASS77", "birth_date": "1980-02-03", "nationality": "CN"},
    "food": {"diet": ["vegan"]},
}


@pytest.fixture
def call(world) -> TravelCall:
    asked = ["passport_number", "birth_date", "nationality", "diet", "diet_note", "arrival"]
    day = actions.last_day(world.event)
    return actions.save_travel_call(event=world.event, asked=asked, delete_on=day, readers=[], by=world.organiser)


def tell(world, values=TOLD) -> None:
    actions.save_travel(participation=world.german, values=values, by=world.owner)


def in_force(world) -> set[str]:
    rows = Consent.objects.filter(person=world.german.person, withdrawn=None, purpose__contains="@")
    return {code.partition("@")[0] for code in rows.values_list("purpose", flat=True)}


def page(world, client) -> str:
    return client.get(reverse("travel", args=[world.event.slug])).content.decode()


def form(**values) -> dict[str, object]:
    return {"passport_number": "ZQPASS77", "diet": ["vegan"], **values}


# --- asked


def test_who_is_admitted_is_asked_once_and_reminded_once(world, call, run_tasks) -> None:
    Participation.objects.filter(pk=world.chinese.pk).update(state="applied")
    run_tasks()
    assert set(Mail.objects.values_list("address", "kind")) == {("owner@example.org", "events.travel_asked")}
    assert actions.tend_travel() == 0
    TravelDetails.objects.update(asked=timezone.now() - timedelta(days=5))
    assert actions.tend_travel() == 3  # also those without an address: the start page tells them
    assert actions.tend_travel() == 0
    assert Mail.objects.filter(kind="events.travel_reminder").count() == 1
    world.chinese.refresh_from_db()
    actions.approve(participation=world.chinese, by=world.organiser)
    run_tasks()
    assert Mail.objects.get(kind="events.travel_asked", address="wang@example.org").language == "zh-hans"


def test_who_has_answered_is_not_reminded(world, call) -> None:
    tell(world, {})
    TravelDetails.objects.update(asked=timezone.now() - timedelta(days=9))
    actions.tend_travel()
    assert not Mail.objects.filter(kind="events.travel_reminder", address="owner@example.org").exists()


def test_start_page_and_event_say_what_to_do_next(world, call, sign_in) -> None:
    client, address = sign_in(world.owner), reverse("travel", args=[world.event.slug])
    event = reverse("event", args=[world.event.slug])
    assert address in client.get("/").content.decode()
    assert "Angaben zur Reise machen" in client.get(event).content.decode()
    tell(world)
    assert address not in client.get("/").content.decode()
    assert "Ihre Angaben zur Reise" in client.get(event).content.decode()


@pytest.mark.parametrize("who", ["colleague", "organiser", "adviser", "interpreter_user"])
def test_nobody_else_is_asked(world, call, sign_in, who) -> None:
    client = sign_in(getattr(world, who))
    assert client.get(reverse("travel", args=[world.event.slug])).status_code == 404


def test_without_a_call_or_after_its_day_there_is_no_form(world, sign_in, call) -> None:
    client = sign_in(world.owner)
    assert client.get(reverse("travel", args=[world.event.slug])).status_code == 200
    TravelCall.objects.update(delete_on=timezone.now().date())
    assert client.get(reverse("travel", args=[world.event.slug])).status_code == 404
    with pytest.raises(Refused):
        tell(world)


# --- told


def test_nothing_is_kept_without_consent_to_its_group(world, call, sign_in) -> None:
    client = sign_in(world.owner)
    with translation.override("de"):
        answer = client.post(reverse("travel", args=[world.event.slug]), form(agree_letter="on"))
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"agree_food"}
    assert "ZQPASS77" in answer.content.decode()  # what was typed stays
    assert not TravelDetails.objects.exclude(sealed="").exists()


def test_what_is_told_stands_encrypted_and_in_the_ledger(world, call, sign_in) -> None:
    client = sign_in(world.owner)
    client.post(reverse("travel", args=[world.event.slug]), form(agree_letter="on", agree_food="on"))
    assert opened(TravelDetails.objects.get(participation=world.german).sealed) == {
        "letter": {"passport_number": "ZQPASS77"}, "food": {"diet": ["vegan"]},
    }  # fmt: skip
    assert in_force(world) == {"letter", "food"}
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            assert "ZQPASS77" not in str(row), model
    assert 'value="ZQPASS77"' in page(world, client)
    assert "no-store" in client.get(reverse("travel", args=[world.event.slug]))["Cache-Control"]
    assert "Kontaktbüro Quellstadt–Elbstadt (office@example.org)" in page(world, client)
    shown = [str(value) for stored in stored_about(world.owner) for value in stored.shown]
    assert any("ZQPASS77" in value for value in shown)
    assert "letter@" not in client.get(reverse("consents")).content.decode()


def test_what_is_not_asked_is_not_kept(world, call) -> None:
    tell(world, {"journey": {"arrival": "2027-11-02", "hotel": "x"}})
    assert opened(world.german.travel.sealed) == {"journey": {"arrival": "2027-11-02"}}


@pytest.mark.parametrize("how", ["button", "box"])
def test_a_withdrawal_deletes_at_once(world, call, sign_in, how) -> None:
    tell(world)
    client = sign_in(world.owner)
    client.post(reverse("travel", args=[world.event.slug]), {"withdraw": "1"} if how == "button" else {})
    row = TravelDetails.objects.get(participation=world.german)
    assert (row.sealed, bool(row.saved), in_force(world)) == ("", True, set())


def test_one_group_is_withdrawn_by_itself(world, call, sign_in) -> None:
    tell(world)
    sign_in(world.owner).post(reverse("travel", args=[world.event.slug]), {"diet": ["halal"], "agree_food": "on"})
    assert opened(TravelDetails.objects.get(participation=world.german).sealed) == {"food": {"diet": ["halal"]}}
    assert in_force(world) == {"food"}


# --- read


def test_only_entrusted_organisers_read_and_each_reading_is_noted(world, call, sign_in) -> None:
    tell(world)
    second = user("Zweite Zoe")
    Role.objects.create(user=second, kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=world.event.pk)
    addresses = [reverse("travel-people", args=[world.event.slug]), reverse("travel-table", args=[world.event.slug]),
                 reverse("travel-person", args=[world.event.slug, world.german.person.key])]  # fmt: skip
    for who in (second, world.adviser, world.admin, world.owner):
        assert [sign_in(who).get(one).status_code for one in addresses] == [404, 404, 404]
    assert not AuditEntry.objects.filter(action="events.read_travel").exists()
    client = sign_in(world.organiser)
    assert "ZQPASS77" not in client.get(addresses[0]).content.decode()
    assert "ZQPASS77" in client.get(addresses[2]).content.decode()
    book = load_workbook(io.BytesIO(client.get(addresses[1]).content))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert {"ZQPASS77", "Otto Owner"} <= set(cells)
    assert all("VERTRAULICH" in str(sheet["A1"].value) for sheet in book)
    read = AuditEntry.objects.filter(action="events.read_travel", actor=world.organiser)
    assert [(e.details["how"], e.details["participations"]) for e in read.order_by("pk")] == [
        ("page", [world.german.pk]), ("table", [world.german.pk]),
    ]  # fmt: skip


def test_the_right_to_read_is_passed_on_by_who_has_it(world, call) -> None:
    second = user("Zweite Zoe")
    again = {"event": world.event, "asked": ["diet"], "delete_on": call.delete_on}
    actions.save_travel_call(**again, readers=[second], by=second)
    assert not travel_queries.may_read(second, call)
    actions.save_travel_call(**again, readers=[second, world.organiser], by=world.organiser)
    assert travel_queries.may_read(second, call)


def test_nothing_of_it_stands_in_the_table_of_participants_or_in_mails(world, call, run_tasks) -> None:
    tell(world)
    run_tasks()
    book = load_workbook(io.BytesIO(participants_xlsx(world.event)))
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    texts += Mail.objects.values_list("body", flat=True)
    assert not [text for text in texts if "ZQPASS77" in text or "vegan" in text]


# --- deleted


@pytest.mark.parametrize("how", ["day", "left", "refused", "undone", "erased", "ended"])
def test_it_goes_when_its_time_has_come(world, call, how) -> None:
    tell(world)
    if how == "day":
        TravelCall.objects.update(delete_on=timezone.now().date())
        assert actions.tend_travel() == 1
    elif how == "left":
        actions.withdraw(participation=world.german, by=world.owner)
    elif how == "refused":
        actions.reject(participation=world.german, by=world.organiser)
    elif how == "undone":
        actions.readmit(participation=world.german, by=world.organiser)
    elif how == "erased":
        erase(person=world.german.person, by=world.owner)
    else:
        actions.end_travel_call(call=call, by=world.organiser)
    assert not TravelDetails.objects.exists()
    assert in_force(world) == set()


def test_what_is_asked_no_more_is_deleted(world, call) -> None:
    tell(world)
    actions.save_travel_call(
        event=world.event,
        asked=["nationality"],
        delete_on=call.delete_on,
        readers=[world.organiser],
        by=world.organiser,
    )
    assert opened(TravelDetails.objects.get(participation=world.german).sealed) == {"letter": {"nationality": "CN"}}


@pytest.mark.parametrize("days", [-400, 31])
def test_no_day_of_deletion_in_the_past_or_too_late(world, days) -> None:
    day = (timezone.now().date() if days < 0 else world.event.ends) + timedelta(days=days)
    with pytest.raises(Refused):
        actions.save_travel_call(event=world.event, asked=["diet"], delete_on=day, readers=[], by=world.organiser)


# --- the organiser's form, and keys


def test_an_organiser_says_what_is_asked(world, sign_in) -> None:
    client, address = sign_in(world.organiser), reverse("travel-setup", args=[world.event.slug])
    assert client.post(address, {"delete_on": "2027-11-20", "readers": [world.organiser.key]}).status_code == 400
    data = {"food": ["diet"], "letter": ["passport_name"], "delete_on": "2027-11-20", "readers": [world.organiser.key]}
    assert client.post(address, data).status_code == 302
    made = TravelCall.objects.get()
    assert (made.asked, str(made.delete_on)) == (["diet", "passport_name"], "2027-11-20")
    assert list(made.readers.all()) == [world.organiser]
    client.post(reverse("travel-end", args=[world.event.slug]))
    assert not TravelCall.objects.exists()


def test_the_key_is_changed_by_a_command_and_a_lost_one_is_said(world, call, settings, sign_in, capsys) -> None:
    settings.SEALING_KEYS = ["o" * 50]
    tell(world)
    settings.SEALING_KEYS = ["n" * 50, "o" * 50]
    call_command("reseal")
    assert "1 sealed anew, 0" in capsys.readouterr().out
    settings.SEALING_KEYS = ["n" * 50]
    assert opened(TravelDetails.objects.get(participation=world.german).sealed) == TOLD
    settings.SEALING_KEYS = ["x" * 50]
    call_command("reseal")
    assert "0 sealed anew, 1" in capsys.readouterr().out
    assert "lassen sich nicht mehr öffnen" in page(world, sign_in(world.owner))
    person = reverse("travel-person", args=[world.event.slug, world.german.person.key])
    assert "lässt sich nicht mehr öffnen" in sign_in(world.organiser).get(person).content.decode()


def test_every_detail_has_a_code_of_its_own() -> None:
    from qiao.events.travel_fields import GROUPS

    assert len(DETAILS) == sum(len(group.details) for group in GROUPS)
