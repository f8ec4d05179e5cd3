"""Sessions: set up by the organiser, seen by whom they are for, places that nobody gets twice."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiao.core.errors import Refused
from qiao.core.models import Mail
from qiao.events import actions
from qiao.events.queries import unavailable_slots
from qiao.events.session_models import EventSession, Reservation, Room, Speaker, Track
from qiao.events.session_queries import bindings_of, sessions_of
from qiao.meetings.actions import fill_places, leave_place, take_place
from qiao.meetings.clashes import clashes_of
from tests.events.sessions import room, session
from tests.world import START, participation, person

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"
VALUES = {
    "names_de": "Laser in der Praxis", "names_zh": "激光实践", "names_en": "", "kind": "workshop", "audience": "public",
    "day": "2027-11-03", "begins": "10:00", "ends": "11:30", "languages": ["de"], "interpreted": ["zh", "en"],
    "takes_reservations": "on", "places": "2", "stream_url": "stream.example.org/1",
}  # fmt: skip


def url(name: str, *args: object) -> str:
    return reverse(name, args=[SLUG, *args])


def read(client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_organiser_sets_rooms_tracks_and_sessions_up(world, sign_in, client) -> None:
    boss = sign_in(world.organiser)
    assert "noch keine Sessions" in read(boss, url("sessions"))
    boss.post(url("room-new"), {"names_de": "Saal A", "names_zh": "A厅", "seats": "80"})
    boss.post(url("track-new"), {"names_de": "Produktion"})
    hall, track = Room.objects.get(), Track.objects.get()
    more = {"room": hall.pk, "track": track.pk, "themes": [world.themes[0].pk]}
    response = boss.post(url("session-new"), VALUES | more)
    made = EventSession.objects.get()
    assert response["Location"] == url("session-speakers", made.key)
    assert (made.starts.astimezone(world.event.zone).hour, made.ends.astimezone(world.event.zone).minute) == (10, 30)
    assert (made.room, made.track, made.capacity) == (hall, track, 2)
    assert made.stream_url == "https://stream.example.org/1"
    boss.post(url("session-speakers", made.key), {"name": "Dr. Gast", "organisation": "TU", "agrees": "on"})
    client.logout()
    page = read(client, url("session", made.key))  # a visitor: the session is public
    for words in ("Laser in der Praxis", "Saal A", "Dr. Gast", "verdolmetscht", "10:00–11:30"):
        assert words in page
    sign_in(world.organiser).post(url("room-remove", hall.pk))
    made.refresh_from_db()
    assert made.room is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends": ""}, "wann sie endet"),
        ({"ends": "09:00"}, "nicht nach dem Beginn"),
        ({"day": "2027-11-04"}, "außerhalb der Tage"),
        ({"interpreted": ["de"]}, "nicht verdolmetscht"),
        ({"stream_url": "ftp://x.example.org"}, "https://"),
    ],
)
def test_what_is_wrong_stands_in_the_form(world, sign_in, change, words) -> None:
    response = sign_in(world.organiser).post(url("session-new"), VALUES | change)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not EventSession.objects.exists()


def test_each_reader_sees_the_sessions_that_are_for_him(world, sign_in, client) -> None:
    for level in EventSession.Audience.values:
        session(world, f"Für {level}", audience=level)
    EventSession.objects.filter(pk=session(world, "Ohne Zeit", audience="public").pk).update(starts=None, ends=None)
    seen = {}
    for who, user in (("visitor", None), ("member", world.stranger), ("organiser", world.organiser)):
        text = read(sign_in(user) if user else client, url("programme"))
        seen[who] = [level for level in EventSession.Audience.values if f"Für {level}" in text]
    client.logout()
    assert seen == {
        "visitor": ["public"], "member": ["members", "public"], "organiser": ["draft", "members", "public"],
    }  # fmt: skip
    assert "Ohne Zeit" not in read(client, url("programme"))
    hidden = EventSession.objects.get(audience="members")
    assert client.get(url("session", hidden.key)).status_code == 302, "to the sign-in page, as everywhere"
    EventSession.objects.filter(audience="public").delete()
    assert client.get(url("programme")).status_code == 302
    assert client.get(reverse("programme", args=["nicht-da"])).status_code == 302


def test_the_programme_can_be_narrowed_and_shown_room_by_room(world, sign_in) -> None:
    one, other = room(world), room(world, "Saal B")
    german = session(world, "Deutsch", room=one)
    german.themes.add(world.themes[0])
    session(world, "英文报告", room=other, languages=["en"], interpreted=[], at=30)
    client = sign_in(world.owner)
    for query, titles in (
        ("language=zh", {"Deutsch"}), ("language=en", {"英文报告"}), ("theme=smart-manufacturing", {"Deutsch"}), ("", {"Deutsch", "英文报告"}),
    ):  # fmt: skip
        text = read(client, f"{url('programme')}?{query}")
        assert {title for title in ("Deutsch", "英文报告") if f">{title}</span></a>" in text} == titles, query
    grid = read(client, f"{url('programme')}?view=rooms")
    assert 'rowspan="2"' in grid, "from 9:00 to 10:00 in two rows, as the other begins at 9:30"
    assert "Saal B" in grid
    assert client.get(f"{url('programme')}?view=rooms&day=x&track=%00").status_code == 200


def test_the_number_of_queries_does_not_grow(world, sign_in) -> None:
    client = sign_in(world.owner)
    counts = []
    for n in range(3):
        made = session(world, f"Nr. {n}", at=10 * n, room=room(world, f"R{n}"))
        Speaker.objects.create(session=made, person=world.chinese.person, agreed=made.starts)
        for page in (url("programme"), f"{url('programme')}?view=rooms"):
            with CaptureQueriesContext(
                connection,
            ) as found:
                client.get(page)
            counts.append(len(found))
    assert counts[2:4] == counts[4:6], counts


def test_a_speaker_is_asked_and_named_only_after_agreeing(world, sign_in) -> None:
    made = session(world, audience="public")
    boss = sign_in(world.organiser)
    found = read(boss, f"{url('session-speakers', made.key)}?q=激光")
    assert world.chinese.person.key in found
    boss.post(url("speaker-add", made.key), {"person": world.chinese.person.key})
    assert "演讲" in Mail.objects.get(user=world.chinese_user).subject
    page = url("session", made.key)
    assert "Wáng Lì" not in read(sign_in(world.owner), page)
    sign_in(world.chinese_user).post(url("speaking", made.key), {"agrees": "yes"})
    assert "Wáng Lì" in read(sign_in(world.owner), page)
    sign_in(world.chinese_user).post(url("speaking", made.key), {"agrees": "no"})
    assert "Wáng Lì" not in read(sign_in(world.owner), page)
    assert sign_in(world.stranger).post(url("speaking", made.key), {"agrees": "yes"}).status_code == 404


def test_who_is_asked_to_speak_answers_on_the_page_of_the_draft(world, sign_in) -> None:
    made = session(world, audience="draft")
    actions.add_speaker(session=made, person=world.chinese.person, by=world.organiser)
    client = sign_in(world.chinese_user)
    for answer in ("no", "yes"):
        assert url("speaking", made.key) in read(client, url("session", made.key))
        client.post(url("speaking", made.key), {"agrees": answer})
    assert made.speakers.get().agreed is not None
    assert sign_in(world.owner).get(url("session", made.key)).status_code == 404


@pytest.mark.parametrize("audience", ["members", "public"])
def test_whoever_agrees_has_read_that_the_programme_may_stand_on_the_open_web(world, sign_in, audience) -> None:
    made = session(world, audience=audience)  # the organiser may publish it later
    Speaker.objects.create(session=made, person=world.german.person)
    assert "im offenen Internet" in read(sign_in(world.owner), url("session", made.key))


def test_the_last_place_goes_to_one_and_the_waiting_list_moves_up(world, sign_in) -> None:
    made = session(world, places=1)
    client = sign_in(world.owner)
    client.post(url("place-take", made.key))
    assert "Sie haben einen Platz" in read(client, url("session", made.key))
    second = take_place(session=made, participation=world.chinese, by=world.chinese_user)
    third = take_place(session=made, participation=world.chinese_en, by=world.organiser)
    assert (second.is_waiting, third.is_waiting) == (True, True)
    client.post(url("place-leave", made.key))
    second.refresh_from_db()
    assert (second.seat, Mail.objects.get(user=world.chinese_user).kind) == (1, "events.session_place")
    again = take_place(session=made, participation=world.german, by=world.owner)
    assert again.is_waiting, "behind those who wait already"
    with pytest.raises(IntegrityError), transaction.atomic():
        Reservation.objects.filter(pk=third.pk).update(seat=1)
    with pytest.raises(Refused):
        actions.save_session(event=world.event, session=made, values={"audience": "draft"}, by=world.organiser)
    actions.withdraw(participation=world.chinese, by=None)
    assert fill_places() == 1
    third.refresh_from_db()
    assert third.seat == 1


def test_a_session_with_people_is_cancelled_and_they_are_told(world, sign_in) -> None:
    made, empty = session(world), session(world, "Leer")
    take_place(session=made, participation=world.german, by=world.owner)
    boss = sign_in(world.organiser)
    boss.post(url("session-remove", made.key))
    boss.post(url("session-remove", empty.key))
    assert [one.kind for one in Mail.objects.all()] == ["events.session_cancelled"]
    assert list(EventSession.objects.values_list("names__de", flat=True)) == ["Laser in der Praxis"]
    assert unavailable_slots(world.event)[world.german.pk] == set()
    assert "findet nicht statt" in read(sign_in(world.owner), url("session", made.key))
    sign_in(world.organiser).post(url("session-restore", made.key))
    made.refresh_from_db()
    assert (made.cancelled, made.sequence) == (None, 2)
    actions.save_session(event=world.event, session=made, values={"room": room(world)}, by=world.organiser)
    assert Mail.objects.filter(kind="events.session_changed", body__contains="Saal A").count() == 1


def test_of_a_cancelled_session_nobody_is_told_a_new_time(world) -> None:
    made = session(world, places=1)
    for who in (world.german, world.chinese):
        take_place(session=made, participation=who, by=world.organiser)
    actions.remove_session(session=made, by=world.organiser)
    actions.save_session(event=world.event, session=made, values={"room": room(world)}, by=world.organiser)
    assert {one.kind for one in Mail.objects.all()} == {"events.session_cancelled"}


def test_a_session_in_which_somebody_only_speaks_is_cancelled_too(world) -> None:
    made = session(world)
    Speaker.objects.create(session=made, person=world.german.person)
    assert actions.remove_session(session=made, by=world.organiser)
    assert Mail.objects.get().user == world.owner


def test_places_that_people_have_cannot_be_taken_away(world) -> None:
    hall = room(world, seats=2)
    made = session(world, room=hall)
    for who in (world.german, world.chinese):
        take_place(session=made, participation=who, by=world.organiser)
    with pytest.raises(Refused):
        actions.save_session(event=world.event, session=made, values={"places": 1}, by=world.organiser)
    with pytest.raises(Refused):
        actions.save_room(event=world.event, room=hall, names=hall.names, seats=1, by=world.organiser)
    small = room(world, "Klein", seats=1)
    with pytest.raises(Refused):
        actions.save_session(event=world.event, session=made, values={"room": small}, by=world.organiser)


@pytest.mark.parametrize(
    "fields",
    [{"takes_reservations": False}, {"audience": "draft"}, {"cancelled": START}, {"starts": START.replace(year=2020)}],
)
def test_no_place_is_given_in_what_is_not_open(world, fields) -> None:
    made = session(world)
    EventSession.objects.filter(pk=made.pk).update(**fields)
    with pytest.raises(Refused):
        take_place(session=made, participation=world.german, by=world.owner)


def test_who_declined_to_speak_is_expected_nowhere(world) -> None:
    made = session(world, minutes=20)
    own = Speaker.objects.create(session=made, person=world.german.person)
    other = session(world, "Zur selben Zeit", minutes=20)
    Speaker.objects.create(session=other, person=world.german.person)
    assert unavailable_slots(world.event)[world.german.pk] == {world.slots[0].pk}
    assert clashes_of(world.event, sessions_of(world.event))[made.pk].speakers
    for one in (own, other.speakers.get()):
        actions.answer_speaking(speaker=one, agrees=False, by=world.owner)
    assert unavailable_slots(world.event)[world.german.pk] == set()
    assert clashes_of(world.event, sessions_of(world.event)) == {}
    assert bindings_of(world.event, [world.german]) == {}


def test_what_clashes_is_said_to_the_organiser(world, sign_in) -> None:
    hall = room(world, seats=10)
    one, other = session(world, "Eins", room=hall, places=12), session(world, "Zwei", room=hall, at=30)
    late = session(world, "Spät", room=hall, at=200)
    for made in (one, other, late):
        Speaker.objects.create(session=made, person=world.german.person)
        actions.add_guest(session=made, name="Dr. Gast", name_latin="", organisation="TU", by=world.organiser)
    world.german.unavailabilities.create(slot=world.slots[0])
    text = read(sign_in(world.organiser), url("sessions"))
    assert "2 überschneiden sich" in text
    for words in (
        "„Zwei“ ist zur selben Zeit im Raum Saal A",
        "2 Plätze mehr",
        "Otto Owner ist um 09:00 nicht verfügbar",
    ):
        assert words in text, words
    assert text.count("spricht zur selben Zeit in") == 4
    assert "Otto Owner spricht zur selben Zeit in „Zwei“" in read(
        sign_in(world.organiser), url("session-speakers", one.key)
    )


def test_a_session_keeps_its_people_from_being_planned(world) -> None:
    made = session(world, minutes=40)  # slots 1 and 2
    take_place(session=made, participation=world.german, by=world.owner)
    Speaker.objects.create(session=made, person=world.chinese.person)
    waiting = session(world, at=90, places=1, minutes=20)
    take_place(session=waiting, participation=world.german_en, by=world.organiser)
    assert take_place(session=waiting, participation=world.german, by=world.owner).is_waiting
    first = {slot.pk for slot in world.slots[:2]}
    taken = unavailable_slots(world.event)
    assert taken[world.german.pk] == first, "a place on the waiting list blocks nothing"
    assert taken[world.chinese.pk] == first
    assert taken[world.chinese_en.pk] == set()
    world.event.sessions_block = False
    world.event.save()
    assert unavailable_slots(world.event)[world.german.pk] == set()


def test_leaving_what_one_has_not_changes_nothing(world) -> None:
    made = session(world)
    extra = participation(world.event, person(world.german.organisation, "Neu Nina"))
    leave_place(session=made, participation=extra, by=world.organiser)
    assert not Reservation.objects.exists()
