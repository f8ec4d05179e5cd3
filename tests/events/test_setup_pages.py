"""The organiser's pages for setting an event up, as a browser without scripts uses them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.models import Role, User
from qiao.events.models import Event, Interpreter, InterpreterAbsence, MeetingBlock, ProgrammeItem, Unavailability
from qiao.meetings.bridge import to_problem
from tests.meetings.plans import agreed
from tests.world import user

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"
FACTS = {
    "names_de": "Konferenz 2028", "names_zh": "2028年大会", "names_en": "", "starts": "2028-10-28", "ends": "2028-10-29",
    "city": "Dresden", "country": "DE", "time_zone": "Europe/Berlin", "fair_minimum": "3", "suggestions_shown": "12",
}  # fmt: skip
BLOCK = {"day": "2027-11-03", "begins": "14:00", "ends": "16:00", "minutes": "20", "pause": "10"}


def url(name: str, *args: object) -> str:
    return reverse(name, args=[SLUG, *args])


def shown(client, address: str) -> str:
    return client.get(address).content.decode()


def test_from_nothing_to_an_event_that_can_be_planned(world, sign_in) -> None:
    client = sign_in(world.adviser)
    assert reverse("event-new") in shown(client, reverse("events"))
    response = client.post(reverse("event-new"), FACTS | {"office": world.office.pk})
    made = Event.objects.get(slug="konferenz-2028")
    page = reverse("event-setup", args=[made.slug])
    assert response["Location"] == page
    assert made.names == {"de": "Konferenz 2028", "zh": "2028年大会"}
    assert "noch keine Zeit für Gespräche" in shown(client, page)
    client.post(reverse("block-new", args=[made.slug]), BLOCK | {"day": "2028-10-28"})
    client.post(reverse("event-tables", args=[made.slug]), {"count": "30"})
    text = shown(client, page)
    assert (made.slots.count(), made.tables.count()) == (4, 30)
    assert "je 20 Minuten, dazwischen 10 Minuten" in text
    assert ">120<" in text, "at most 4 times 30 talks"


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(world, sign_in) -> None:
    client = sign_in(world.adviser)
    wrong = FACTS | {"office": world.office.pk, "names_de": "", "names_zh": "", "ends": "2028-10-01", "city": "Meißen"}
    response = client.post(reverse("event-new"), wrong)
    text = response.content.decode()
    assert response.status_code == 200
    assert "endet, bevor sie beginnt" in text
    assert 'value="Meißen"' in text
    assert Event.objects.count() == 1


def test_changing_a_block_says_first_what_it_touches(world, sign_in) -> None:
    client = sign_in(world.organiser)
    client.post(url("block-new"), BLOCK)
    block = MeetingBlock.objects.get()
    first = block.slots.first()
    Unavailability.objects.create(participation=world.german, slot=first)
    response = client.post(url("block-edit", block.pk), BLOCK | {"minutes": "30"})
    text = response.content.decode()
    assert "Noch ist nichts gespeichert" in text
    assert "1 freigehaltene Zeit wird" in text
    assert block.slots.filter(pk=first.pk).exists()
    shown = response.context["shown"]
    other = client.post(url("block-edit", block.pk), BLOCK | {"minutes": "40", "confirmed": shown})
    assert "Noch ist nichts gespeichert" in other.content.decode(), "not what was shown"
    late = Unavailability.objects.create(participation=world.chinese, slot=first)
    other = client.post(url("block-edit", block.pk), BLOCK | {"minutes": "30", "confirmed": shown})
    assert "2 freigehaltene Zeiten werden" in other.content.decode(), "it would do more than was shown"
    late.delete()
    response = client.post(url("block-edit", block.pk), BLOCK | {"minutes": "30", "confirmed": shown})
    assert response.status_code == 302
    assert [slot.end - slot.start for slot in block.slots.all()] == [timedelta(minutes=30)] * 3
    assert Unavailability.objects.get(participation=world.german).slot.start == block.starts


def test_a_block_is_removed_after_a_question(world, sign_in) -> None:
    client = sign_in(world.organiser)
    client.post(url("block-new"), BLOCK)
    block = MeetingBlock.objects.get()
    assert "entfernen?" in shown(client, url("block-remove", block.pk))
    client.post(url("block-remove", block.pk))
    assert not MeetingBlock.objects.exists()
    assert world.event.slots.count() == 4, "those that belong to no block stay"


def test_tables_and_what_they_offer(world, sign_in) -> None:
    client = sign_in(world.organiser)
    client.post(url("event-tables"), {"count": "3", "features-1": ["wheelchair", "quiet"]})
    assert list(world.event.tables.values_list("number", "features")) == [
        (1, ["quiet", "wheelchair"]),
        (2, []),
        (3, []),
    ]
    world.german.fixed_table = world.event.tables.get(number=3)
    world.german.save()
    response = client.post(url("event-tables"), {"count": "2"})
    assert "fest zugeordnet" in response.content.decode()
    assert world.event.tables.count() == 3


def test_an_interpreter_is_entered_changed_and_removed(world, sign_in) -> None:
    client = sign_in(world.organiser)
    off = [slot.pk for slot in world.slots[:2]]
    new = {
        "name": "林悦",
        "name_latin": "Lín Yuè",
        "email": "lin@example.org",
        "side": world.jinan.pk,
        "max_consecutive": "4",
    }
    response = client.post(url("interpreter-new"), new | {"languages": ["zh"], "absent": off})
    text = response.content.decode()
    assert "mindestens zwei Sprachen" in text
    assert text.count("checked") == 3, "one language, two absences"
    client.post(url("interpreter-new"), new | {"languages": ["zh", "de"], "absent": off})
    made = Interpreter.objects.get(person__name="林悦")
    assert (made.languages, made.max_consecutive) == (["zh", "de"], 4)
    assert set(made.absences.values_list("slot", flat=True)) == set(off)
    account = User.objects.get(email="lin@example.org")
    assert (account.language, account.person) == ("zh-hans", made.person)
    again = client.post(url("interpreter-new"), new | {"languages": ["zh", "de"]}).content.decode()
    assert "dolmetscht bereits" in again
    client.post(url("interpreter-edit", made.pk), {"languages": ["zh", "de", "en"], "absent": off[:1]})
    made.refresh_from_db()
    assert (made.languages, made.max_consecutive) == (["zh", "de", "en"], None)
    assert InterpreterAbsence.objects.get(interpreter=made).slot_id == off[0]
    client.post(url("interpreter-remove", made.pk))
    assert not Interpreter.objects.filter(pk=made.pk).exists()


def test_the_programme_in_the_time_of_the_place(world, sign_in) -> None:
    client = sign_in(world.organiser)
    item = {
        "kind": "reception",
        "names_de": "Empfang",
        "names_zh": "招待会",
        "day": "2027-11-03",
        "begins": "18:00",
        "ends": "17:00",
        "blocks": "on",
    }
    assert "nicht nach dem Beginn" in client.post(url("programme-new"), item).content.decode()
    client.post(url("programme-new"), item | {"ends": "20:00"})
    made = ProgrammeItem.objects.get()
    assert made.starts.isoformat() == "2027-11-03T10:00:00+00:00"
    client.post(url("programme-edit", made.pk), item | {"ends": "21:30", "blocks": ""})
    made.refresh_from_db()
    assert made.ends.isoformat() == "2027-11-03T13:30:00+00:00"
    assert not made.blocks
    assert 'value="21:30"' in shown(client, url("programme-edit", made.pk))
    client.post(url("programme-remove", made.pk))
    assert not ProgrammeItem.objects.exists()


def test_everybody_sees_when_the_phases_begin(world, sign_in) -> None:
    sign_in(world.organiser).post(url("event-phases"), {"wishes": "2027-09-01", "published": "2027-10-20"})
    text = shown(sign_in(world.owner), url("event"))
    assert "ab 20. Oktober 2027" in text
    assert 'aria-current="step"' in text
    world.event.refresh_from_db()
    assert world.event.phase_opens == {"wishes": "2027-09-01", "published": "2027-10-20"}


def test_organisers_are_appointed_and_dismissed(world, sign_in) -> None:
    client, second = sign_in(world.organiser), user("Zweite Zoe")
    client.post(url("organiser-appoint"), {"email": second.email})
    assert Role.objects.filter(user=second, kind="organiser", scope_id=world.event.pk).exists()
    text = client.post(url("organiser-appoint"), {"email": "nobody@example.org"}, follow=True).content.decode()
    assert "kein Konto" in text
    client.post(url("organiser-dismiss", second.key))
    assert not Role.objects.filter(user=second, kind="organiser").exists()
    assert client.post(url("organiser-dismiss", world.owner.key)).status_code == 404


@pytest.mark.parametrize("name", ["block-edit", "interpreter-edit", "programme-edit"])
def test_nothing_of_another_event_can_be_changed_here(world, sign_in, name) -> None:
    other = Event.objects.create(
        slug="andere", series=world.event.series, office=world.office, city="Dresden", country="DE",
        time_zone="Europe/Berlin", starts=date(2028, 1, 1), ends=date(2028, 1, 1), names={"de": "Andere"},
    )  # fmt: skip
    moment = world.slots[0].start
    rows = {
        "block-edit": MeetingBlock.objects.create(event=other, starts=moment, ends=moment + timedelta(hours=1)),
        "interpreter-edit": Interpreter.objects.create(event=other, person=world.german.person, languages=["de", "zh"]),
        "programme-edit": ProgrammeItem.objects.create(event=other, starts=moment, ends=moment, names={"de": "X"}),
    }
    assert sign_in(world.organiser).get(url(name, rows[name].pk)).status_code == 404


def test_the_page_asks_the_database_the_same_however_much_is_set_up(world, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.organiser)
    client.post(url("block-new"), BLOCK)
    with CaptureQueriesContext(connection) as few:
        client.get(url("event-setup"))
    count = len(few)  # the log is emptied with the next request
    client.post(url("block-new"), BLOCK | {"begins": "17:00", "ends": "18:00"})
    for number in range(3):
        ProgrammeItem.objects.create(
            event=world.event, starts=world.slots[0].start, ends=world.slots[0].end, names={"de": f"P{number}"}
        )
    with django_assert_num_queries(count):
        client.get(url("event-setup"))


def test_what_is_arranged_for_one_participant_reaches_the_planner(world, sign_in) -> None:
    client = sign_in(world.organiser)
    agreed(world.german, world.chinese_en, "otto-li")
    world.event.tables.filter(number=2).update(features=["wheelchair"])
    address = url("participant", world.german.person.key)
    assert address in shown(client, url("participants"))
    Unavailability.objects.create(participation=world.german, slot=world.slots[0])  # own choice, now the organiser's
    Unavailability.objects.create(participation=world.german, slot=world.slots[3])
    values = {
        "type": "Gast", "fixed_table": world.tables[1].pk, "max_meetings": "5", "max_per_day": "", "needs": ["wheelchair"],
        "blocked": [world.slots[0].pk, world.slots[1].pk],
    }  # fmt: skip
    client.post(address, values)
    client.post(url("event-facts"), FACTS | {"starts": "2027-11-03", "ends": "2027-11-03", "time_zone": "Asia/Shanghai", "stays": world.jinan.pk})  # fmt: skip
    world.event.refresh_from_db()
    problem = to_problem(world.event)
    person = problem.participant_by_id[f"p{world.german.pk}"]
    assert (person.table, person.max_meetings, person.max_per_day, person.needs) == ("t2", 5, None, ("wheelchair",))
    assert person.unavailable == ("s1", "s2", "s4")
    assert problem.seating.stays == "jinan"
    assert shown(client, address).count(" checked") == 3
    client.post(address, values | {"blocked": [], "needs": []})
    assert set(world.german.unavailabilities.values_list("slot__position", "source")) == {(4, "own")}


def test_what_the_organiser_blocks_the_participant_cannot_undo(world, sign_in) -> None:
    values = {"type": "", "fixed_table": "", "max_meetings": "", "max_per_day": "", "blocked": [world.slots[0].pk]}
    sign_in(world.organiser).post(url("participant", world.german.person.key), values)
    sign_in(world.owner).post(url("availability"), {"blocked": []})
    assert world.german.unavailabilities.get().slot == world.slots[0]
