"""Advice hours: published once, booked once, told by both clocks, cancelled until the limit; each booking is a case."""

import base64
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from qiao.core.errors import Refused
from qiao.core.models import Mail, User
from qiao.office import actions
from qiao.office.actions import hours as hours_actions
from qiao.office.case_models import AdviceCase
from qiao.office.hours_models import AdviceBooking, AdviceHours
from qiao.office.hours_queries import free_slots
from tests.world import World

SHANGHAI = "Asia/Shanghai"


def offered(world: World, **more) -> AdviceHours:
    """From nine to eleven in nine days, in four slots of half an hour."""
    said = {"day": timezone.localdate() + timedelta(days=9), "begins": time(9), "ends": time(11), "minutes": 30}
    said |= {"place": "Büro 4", "link": "https://meet.example.org/x", "languages": ["de", "zh"]}
    return actions.publish_hours(office=world.office, by=world.adviser, **(said | more))


@pytest.fixture
def offer(world: World) -> AdviceHours:
    User.objects.filter(pk=world.chinese_user.pk).update(time_zone=SHANGHAI)
    world.chinese.person.user.refresh_from_db()
    made = offered(world)
    made.refresh_from_db()
    return made


def booked(offer: AdviceHours, who, **more) -> AdviceBooking:
    said = {
        "start": offer.starts,
        "organisation": who.organisation,
        "person": who.person,
        "kind": "law",
        "topic": "CE-Zeichen",
    }
    return actions.book_hours(hours=offer, by=who.person.user, **(said | more))


@pytest.mark.db
def test_from_an_offer_to_a_case(world, sign_in) -> None:
    client = sign_in(world.adviser)
    day = timezone.localdate() + timedelta(days=9)
    said = {
        "day": day.isoformat(), "begins": "09:00", "ends": "10:45", "minutes": 30, "place": "Büro 4", "languages": ["de"],
        "cancel_hours": 24, "office": world.office.pk,
    }  # fmt: skip
    for _click in range(2):
        answer = client.post(reverse("advice-new"), said)
    made = AdviceHours.objects.get()
    assert made.starts == datetime.combine(day, time(9), tzinfo=ZoneInfo("Europe/Berlin"))
    assert len(list(made.beginnings())) == 3
    assert client.post(reverse("advice-new"), said | {"place": ""}).status_code == 400
    client = sign_in(world.owner)
    assert reverse("advice-hours", args=[made.key]) in client.get(reverse("advice")).content.decode()
    start = made.starts.isoformat()
    booking = {"start": start, "kind": "law", "topic": "Vertrag", "organisation": world.german.organisation.key}
    for _click in range(2):
        client.post(answer["Location"], booking)
    one = AdviceBooking.objects.get()
    assert (one.case.organisation, one.case.person, one.case.kind) == (one.organisation, one.person, "law")
    assert "Vertrag" in one.case.entries.get().text
    assert sorted(Mail.objects.values_list("kind", "address")) == [
        ("office.hours_booked", "owner@example.org"), ("office.hours_taken", world.adviser.email),
    ]  # fmt: skip
    day_list = sign_in(world.adviser).get(answer["Location"]).content.decode()
    assert reverse("case", args=[one.case.key]) in day_list


@pytest.mark.db
def test_of_two_who_want_the_same_the_later_reads_what_is_free(world, offer, sign_in, monkeypatch) -> None:
    booked(offer, world.german)
    with pytest.raises(IntegrityError), transaction.atomic():
        AdviceBooking.objects.create(
            hours=offer,
            start=offer.starts,
            organisation=world.chinese.organisation,
            person=world.chinese.person,
            topic="x",
            kind="ip",
        )
    client = sign_in(world.chinese_user)
    said = {
        "start": offer.starts.isoformat(),
        "kind": "ip",
        "topic": "商标",
        "organisation": world.chinese.organisation.key,
    }
    answer = client.post(reverse("advice-hours", args=[offer.key]), said)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "该时段刚被预约。接下来的空闲时段" in page
    assert "商标" in page, "what was typed stays"
    free = free_slots(offer)
    both = [type(free[0])(offer.starts, offer.starts + offer.length, None, True), *free]
    stale = iter([both, free])
    monkeypatch.setattr(hours_actions, "free_slots", lambda hours: next(stale))
    with pytest.raises(Refused):  # both saw it free: the database decides
        booked(offer, world.chinese)
    assert offer.bookings.get().person == world.german.person


def test_it_is_told_by_both_clocks(world, offer) -> None:
    booked(offer, world.chinese, topic="商标")
    mail = Mail.objects.get(kind="office.hours_booked")
    there = offer.starts.astimezone(ZoneInfo(SHANGHAI))
    assert f"{there:%H:%M}" in mail.body
    assert "09:00–09:30" in mail.body
    entry = Calendar.from_ical(base64.b64decode(mail.attachments[0]["base64"])).walk("VEVENT")[0]
    assert entry["DTSTART"].params["TZID"] == SHANGHAI
    assert entry["DTSTART"].dt == offer.starts
    assert "商标" in entry["DESCRIPTION"]
    assert "商标" not in Mail.objects.get(kind="office.hours_taken").body, "confidential: it stands on the page"


def test_its_day_on_the_case_is_the_offices(world, offer) -> None:
    with timezone.override("Pacific/Kiritimati"):
        case = booked(offer, world.chinese).case
    today = timezone.localdate(timezone=offer.zone)
    assert (case.opened, case.entries.get().day) == (today, today)


def test_a_booking_joins_the_open_case_of_its_kind(world, offer) -> None:
    case = actions.open_case(
        office=world.office, kind="law", topic="Vertrag", organisation=world.german.organisation, by=world.adviser
    )
    assert booked(offer, world.german).case == case
    assert booked(offer, world.chinese, start=offer.starts + offer.length).case != case
    assert AdviceCase.objects.count() == 2


def test_who_booked_may_cancel_until_the_limit_and_the_slot_is_free_again(world, offer, sign_in) -> None:
    one = booked(offer, world.german)
    with pytest.raises(Refused):
        booked(offer, world.german, start=offer.starts + offer.length)
    client = sign_in(world.owner)
    assert client.get(reverse("booking-calendar", args=[one.key]))["Content-Type"].startswith("text/calendar")
    AdviceHours.objects.filter(pk=offer.pk).update(cancel_hours=24 * 20)
    client.post(reverse("booking-cancel", args=[one.key]))
    one.refresh_from_db()
    assert one.cancelled is None, "too late"
    AdviceHours.objects.filter(pk=offer.pk).update(cancel_hours=24)
    client.post(reverse("booking-cancel", args=[one.key]))
    one.refresh_from_db()
    assert one.cancelled is not None
    assert not one.by_office
    assert offer.starts in [slot.start for slot in free_slots(offer)]
    gone = Mail.objects.get(kind="office.hours_taken", subject__startswith="Abgesagt")
    entry = Calendar.from_ical(base64.b64decode(gone.attachments[0]["base64"])).walk("VEVENT")[0]
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 1)


def test_the_office_cancels_with_a_reason_that_is_read(world, offer, sign_in) -> None:
    booked(offer, world.german)
    booked(offer, world.chinese, start=offer.starts + offer.length)
    client = sign_in(world.adviser)
    client.post(reverse("advice-cancel", args=[offer.key]))
    assert AdviceBooking.objects.filter(cancelled=None).count() == 2, "no reason"
    for _click in range(2):
        client.post(reverse("advice-cancel", args=[offer.key]), {"reason": "Krank"})
    told = Mail.objects.filter(kind="office.hours_booked", body__contains="Krank")
    assert {mail.user for mail in told} == {world.owner, world.chinese_user} - {None}
    assert told.count() == 2
    assert sign_in(world.stranger).get(reverse("advice-hours", args=[offer.key])).status_code == 404
    assert sign_in(world.owner).get(reverse("advice-hours", args=[offer.key])).status_code == 200


def test_nobody_reads_who_comes_or_the_link_but_those_concerned(world, offer, sign_in) -> None:
    one = booked(offer, world.german)
    for who in (world.organiser, world.stranger, world.chinese_user, world.colleague):
        client = sign_in(who)
        page = client.get(reverse("advice-hours", args=[offer.key])).content.decode()
        assert "CE-Zeichen" not in page
        assert offer.link not in page
        assert client.get(reverse("booking-calendar", args=[one.key])).status_code == 404
        assert client.post(reverse("booking-cancel", args=[one.key]), {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"ends": time(9, 20)},
        {"day": timezone.localdate() - timedelta(days=1)},
        {"day": date(9999, 12, 31)},
        {"begins": time(10)},
    ],
)
def test_hours_that_cannot_be_are_refused(world, offer, more) -> None:
    with pytest.raises(Refused):
        offered(world, **more)


@pytest.mark.parametrize("minutes", [-30, 7, 600])
def test_only_a_slot_of_the_hours_can_be_booked(world, offer, minutes: int) -> None:
    """Before they begin, between two slots, after they end."""
    with pytest.raises(Refused):
        booked(offer, world.german, start=offer.starts + timedelta(minutes=minutes))
    assert not AdviceBooking.objects.exists()


def test_the_number_of_queries_does_not_grow(world, offer, sign_in) -> None:
    client, counts = sign_in(world.adviser), []
    for n, who in enumerate((world.german, world.chinese)):
        booked(offer, who, start=offer.starts + n * offer.length)
        offered(world, day=timezone.localdate() + timedelta(days=20 + n))
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("advice"))
            client.get(reverse("advice-hours", args=[offer.key]))
        counts.append(len(found))
    assert counts[0] == counts[1]
