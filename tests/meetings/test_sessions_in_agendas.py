"""Sessions and talks in one agenda, on every channel, and what the event rules about both at the same time."""

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from qiao.core.errors import Refused
from qiao.events import actions as events
from qiao.events.models import ProgrammeItem
from qiao.events.session_models import Speaker
from qiao.meetings import actions
from qiao.meetings.actions import leave_place, publish, take_place
from qiao.meetings.ics import agenda_calendar
from qiao.meetings.pdf import agenda_data
from qiao.meetings.queries import agenda_for
from tests.events.sessions import room, session
from tests.meetings.plans import agreed, finished_run, meeting

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"


def entries(world) -> dict[str, tuple[str, str, int]]:
    calendar = Calendar.from_ical(agenda_calendar(agenda_for(world.german), timezone.now()))
    return {
        str(one["uid"]).split("@")[0]: (str(one["summary"]), str(one.get("status", "")), int(one["sequence"]))
        for one in calendar.walk("VEVENT")
    }


@pytest.fixture
def planned(world):
    """Otto has a talk in the first slot."""
    agreed(world.german, world.chinese, "otto-wang")
    publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=world.organiser)
    world.event.refresh_from_db()
    return world


def test_one_agenda_holds_talks_sessions_and_the_programme(planned, sign_in) -> None:
    world = planned
    later, spoken = session(world, "Nachmittag", at=120, room=room(world)), session(world, "Vortrag", at=240)
    take_place(session=later, participation=world.german, by=world.owner)
    Speaker.objects.create(session=spoken, person=world.german.person)
    ProgrammeItem.objects.create(
        event=world.event, names={"de": "Empfang"}, starts=spoken.ends, ends=spoken.ends + (later.ends - later.starts)
    )
    page = sign_in(world.owner).get(reverse("agenda", args=[SLUG])).content.decode()
    places = [page.index(words) for words in ("Jinan Laser Equipment", "Nachmittag", "Vortrag", "Empfang")]
    assert places[1:] == sorted(places[1:])
    assert "Sie sprechen hier" in page
    data = agenda_data(agenda_for(world.german))
    assert [one["partner"] for one in data["days"][0]["talks"]][1:] == ["Nachmittag", "Vortrag", "Empfang"]
    assert entries(world)[f"session-{later.key}"] == ("Nachmittag", "CONFIRMED", 0)


def test_calendars_hear_of_every_change_with_a_higher_number(world) -> None:
    made = session(world, at=120)
    name = f"session-{made.key}"
    for step, status in ((take_place, "CONFIRMED"), (leave_place, "CANCELLED"), (take_place, "CONFIRMED")):
        step(session=made, participation=world.german, by=world.owner)
        assert entries(world)[name][1] == status
    assert entries(world)[name][2] == 2
    actions_seen = entries(world)[name][2]
    made.refresh_from_db()
    made.cancelled, made.sequence = timezone.now(), made.sequence + 1
    made.save()
    assert entries(world)[name][1:] == ("CANCELLED", actions_seen + 1)


def test_calendars_of_those_who_wait_hear_of_a_cancelled_session_as_well(world) -> None:
    made = session(world, at=120, places=1)
    for who in (world.chinese, world.german):
        take_place(session=made, participation=who, by=world.owner)
    name = f"session-{made.key}"
    assert entries(world)[name][1:] == ("TENTATIVE", 0)
    events.remove_session(session=made, by=world.organiser)
    assert entries(world)[name][1:] == ("CANCELLED", 1)


def test_the_organiser_reads_whose_talk_a_session_disturbs(planned, sign_in) -> None:
    made = session(planned, at=120)
    take_place(session=made, participation=planned.german, by=planned.owner)
    Speaker.objects.create(session=made, person=planned.chinese.person)
    address = reverse("sessions", args=[SLUG])
    client = sign_in(planned.organiser)
    assert "Nichts überschneidet sich" in client.get(address).content.decode()
    times = {"starts": planned.slots[0].start, "ends": planned.slots[0].end}
    events.save_session(event=planned.event, session=made, values=times, by=planned.organiser)
    text = client.get(address).content.decode()
    assert "1 Person mit Platz hat zur selben Zeit ein Gespräch" in text
    assert "hat um 09:00 ein Gespräch" in text


def test_who_has_a_talk_takes_no_place_meanwhile(planned, sign_in) -> None:
    made = session(planned)
    with pytest.raises(Refused):
        take_place(session=made, participation=planned.german, by=planned.owner)
    client = sign_in(planned.owner)
    page = client.get(reverse("session", args=[SLUG, made.key])).content.decode()
    assert "Sie haben zu dieser Zeit ein Gespräch" in page
    assert reverse("place-take", args=[SLUG, made.key]) not in page
    assert take_place(session=made, participation=planned.german_en, by=planned.organiser).seat == 1


def test_where_the_event_only_warns_one_is_asked_once(planned, sign_in) -> None:
    planned.event.sessions_block = False
    planned.event.save()
    made, client = session(planned), sign_in(planned.owner)
    address = reverse("place-take", args=[SLUG, made.key])
    asked = client.post(address)
    assert "Noch ist nichts reserviert" in asked.content.decode()
    assert not made.reservations.exists()
    client.post(address, {"confirmed": asked.context["shown"]})
    assert made.reservations.get().seat == 1
    agenda = client.get(reverse("agenda", args=[SLUG])).content.decode()
    assert agenda.count("Zur selben Zeit ist noch etwas") == 2


def test_a_plan_from_before_a_place_was_taken_is_not_published(world) -> None:
    agreed(world.german, world.chinese, "otto-wang")
    run = finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)])
    take_place(session=session(world), participation=world.german, by=world.owner)
    with pytest.raises(Refused):
        actions.publish(run=run, by=world.organiser)


def test_who_got_a_talk_meanwhile_is_passed_over_and_goes_on_waiting(world) -> None:
    made = session(world, places=1)
    for who in (world.german_en, world.german, world.chinese_en):
        take_place(session=made, participation=who, by=world.organiser)
    agreed(world.german, world.chinese, "otto-wang")
    publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=world.organiser)
    leave_place(session=made, participation=world.german_en, by=world.organiser)
    states = dict(made.reservations.values_list("participation__person__name", "seat"))
    assert states == {"Eva Ernst": None, "Otto Owner": None, "李娜": 1}
