"""An erased person leaves no word behind in any table, and the partners' plans stay whole."""

import base64
import subprocess
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from qiao.core.actions import queue_mail
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail, Role, User
from qiao.core.personal import REGISTER
from qiao.core.personal_models import PATHS
from qiao.core.sealing import seal
from qiao.core.stored import model_named
from qiao.core.views import BACKEND
from qiao.directory import actions as directory
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.models import Merge, Person
from qiao.engine.scheduling.verify import verify
from qiao.events.contribution_models import Contribution
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.form_models import Answer, Question
from qiao.events.models import DelegationMember, Interpreter, Unavailability
from qiao.events.session_models import EventSession, Reservation, Speaker
from qiao.events.travel_models import MemberTravel, TravelDetails
from qiao.matchmaking.actions import send_message, send_request, set_wish
from qiao.matchmaking.conversation_models import Bar, Block, Reach, Report
from qiao.matchmaking.models import Request, Suggestion
from qiao.meetings import actions as meetings
from qiao.meetings import bridge
from qiao.meetings.ics import agenda_calendar
from qiao.meetings.models import AgendaNotice, Feed, Meeting, Objection
from qiao.meetings.queries import agenda_for
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet
from qiao.office.call_models import CallRecipient, TargetedCall
from qiao.office.case_models import AdviceCase
from qiao.office.hours_models import AdviceBooking, AdviceHours
from qiao.site.actions import erase
from tests.attacks.canaries import CANARY, Canaries, Place, build
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import World, delegation, travels_with

pytestmark = pytest.mark.db


@pytest.fixture
def scene(db) -> tuple[Canaries, Place]:
    canaries = Canaries()
    place = build(canaries, "here")
    meetings.tell(place.event.plan_versions.get().pk)
    directory.index_stale()
    return canaries, place


def readable(value: object) -> str:
    """The words of a column; attachments are unpacked."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and "base64" in value[0]:
        return " ".join(_unpacked(one) for one in value)
    return str(value)


def _unpacked(one: dict[str, str]) -> str:
    data = base64.b64decode(one["base64"])
    if one["name"].endswith(".pdf"):
        return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    return data.replace(b"\r\n ", b"").decode()


def places_of(canaries: Canaries, who: str) -> set[str]:
    """Tables and columns in which a word about this person stands."""
    mine = {
        word
        for word, (what, _rule) in canaries.made.items()
        if what.startswith(f"here {who} ") or f"of {who} to" in what
    }
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                for value in model._default_manager.values_list(field.name, flat=True):
                    if mine & set(CANARY.findall(readable(value))):
                        found.add(f"{model.__name__}.{field.name}")
    return found


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.mark.parametrize("who", ["cn_first", "cn_second", "de_colleague"])
def test_no_table_holds_a_word_about_an_erased_person(scene, who) -> None:
    canaries, place = scene
    client = signed_in(place.users[who])
    assert len(places_of(canaries, who)) >= 5
    page = client.get(reverse("erase-me"))
    assert page.status_code == 200
    answer = client.post(reverse("erase-me"))
    assert answer["Location"] == reverse("home")
    assert places_of(canaries, who) == set()
    assert client.get(reverse("me")).status_code == 302
    assert AuditEntry.objects.filter(action="site.erase", subject_id=place.people[who].pk).count() == 1


def test_mails_to_others_stay_unless_they_cite_the_erased_person(world, sign_in) -> None:
    """Names are chosen freely and messages may be a word: neither may empty the outbox."""
    world.owner.name = "e"
    world.owner.save()
    world.german.person.name = "Li"
    world.german.person.save()
    send_request(sender=world.german, recipient=world.chinese, by=world.owner, message="ok")
    request = Mail.objects.get()
    assert request.user == world.chinese_user
    for body in ("Liebe Gäste, Ihr Tisch: 4", "ok"):
        queue_mail(user=world.stranger, address="s@example.org", kind="a.b", subject="x", body=body, language="de")
    sign_in(world.owner).post(reverse("erase-me"))
    assert not Mail.objects.filter(pk=request.pk).exists()
    assert Mail.objects.filter(user=world.stranger, state=Mail.State.QUEUED).count() == 2


def indexed_texts() -> list[str]:
    """What each table of the index holds on disk: its rows, and on SQLite the files of the full-text index."""
    tables = ["qiao_searchdocument", *(["qiao_search_data"] if connection.vendor == "sqlite" else [])]
    with connection.cursor() as cursor:
        return [str(cursor.execute(f"SELECT * FROM {table}").fetchall()) for table in tables]


def test_the_index_for_searching_forgets_an_erased_person(world, run_tasks) -> None:
    """On disk an index writes only the end of a word that begins like the one before: this one begins like no other."""
    person = world.german.person
    person.name = "Yggdra"
    person.save()
    directory.index_stale()
    assert [hit.kind for hit in find(world.colleague, Ask(person.name)).hits[:1]] == ["person"]
    assert all("yggdra" in text for text in indexed_texts())
    erase(person=person, by=world.owner)
    assert "person" not in [hit.kind for hit in find(world.colleague, Ask("Yggdra")).hits]
    run_tasks()
    assert not any("yggdra" in text for text in indexed_texts())


def test_the_partners_plan_stays_whole_and_the_partner_is_told_once(scene, run_tasks, mail_folder) -> None:
    _canaries, place = scene
    run_tasks()
    Mail.objects.all().delete()
    signed_in(place.users["cn_first"]).post(reverse("erase-me"))
    run_tasks()
    partner = place.taking_part["de_first"]
    partner.refresh_from_db()
    agenda = agenda_for(partner)
    assert [talk.key for talk in agenda.talks] != []  # the talk with the other partner
    assert place.more["agreed"].key in [talk.key for talk in agenda.cancelled]
    events = Calendar.from_ical(agenda_calendar(agenda, timezone.now())).walk("VEVENT")
    talks = [event for event in events if not event["UID"].startswith(("session-", "programme-"))]
    assert sorted(event["STATUS"] for event in talks) == ["CANCELLED", "CONFIRMED"]
    assert [mail.kind for mail in Mail.objects.filter(user=partner.person.user)] == ["meetings.agenda"]
    problem = bridge.to_problem(place.event)
    held = [one for one in bridge.plan_in_force(place.event).meetings if one.request in problem.request_by_id]
    assert verify(problem, bridge.plan_of(problem, held)) == []
    for part, name in (
        ("de_first", "agenda"),
        ("organiser", "schedule"),
        ("organiser", "desk"),
        ("organiser", "participants"),
        ("interpreter", "rota"),
    ):
        assert signed_in(place.users[part]).get(reverse(name, args=[place.event.slug])).status_code == 200, name


def test_who_interprets_is_erased_once_the_talks_are_over(scene) -> None:
    canaries, place = scene
    client = signed_in(place.users["interpreter"])
    page = client.post(reverse("erase-me"), follow=True)
    assert "dolmetscht" in page.content.decode()
    assert User.objects.filter(pk=place.users["interpreter"].pk).exists()
    for slot in place.event.slots.all():
        slot.start, slot.end = slot.start.replace(year=2020), slot.end.replace(year=2020)
        slot.save()
    client.post(reverse("erase-me"))
    assert places_of(canaries, "interpreter") == set()


def test_other_sessions_end_and_the_office_erases_by_command(scene) -> None:
    _canaries, place = scene
    thief = signed_in(place.users["cn_second"])
    before = Session.objects.count()
    call_command("erase_person", place.people["cn_second"].email.upper())
    assert thief.get(reverse("me")).status_code == 302
    assert Session.objects.count() < before
    with pytest.raises(CommandError):
        call_command("erase_person", "nobody@example.org")


# --- what holds no word of its own: numbers, answers, rows that only point


SHELLS = {
    ("Person", "name"), ("Participation", "event"), ("Participation", "organisation"), ("Participation", "state"), ("Interpreter", "event"),
    ("SearchDocument", "names"), ("Request", "recipient"), ("Request", "state"), ("Seat", "slot"),
}  # fmt: skip
"""Fields that still hold something afterwards: nobody's name, and what the partners' plans need."""


def still_stored(person: Person) -> set[tuple[str, str]]:
    """The personal fields that hold something about a person, whether or not there is an account."""
    found = set()
    for name, path in PATHS.items():
        if name != "Person" and "person__" not in path:
            continue  # hangs on the account alone
        way = path.removesuffix("__user") if name != "Person" else "pk"
        for row in model_named(name)._default_manager.filter(**{way: person.pk}):
            found |= {key for key in REGISTER if key[0] == name and getattr(row, key[1]) not in ("", None, [], {})}
    return found


@pytest.fixture
def busy(world) -> World:
    """A plan is in force; Otto has a talk as sender in each of the first two slots, and a row of every kind."""
    wishes(world)
    meetings.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    AgendaNotice.objects.update(queued=timezone.now())
    otto = world.german
    otto.needs, otto.type, otto.fixed_table = ["loop"], "guest", world.tables[0]
    otto.max_meetings, otto.max_per_day = 3, 2
    otto.reason, otto.waiting_since = "zu spät", timezone.now()
    otto.save()
    Unavailability.objects.create(participation=otto, slot=world.slots[3])
    question = Question.objects.create(event=world.event, names={"de": "Woher?"}, delete_on=world.event.ends)
    TravelDetails.objects.create(
        participation=world.german,
        sealed=seal({"food": {"diet": ["vegan"]}}),
        reminded=timezone.now(),
        saved=timezone.now(),
    )
    Answer.objects.create(question=question, participation=otto, value="aus Dresden")
    travels_with(delegation(world.event, "d"), otto, function="Sprecher", position=1)
    MemberTravel.objects.create(member=DelegationMember.objects.get(), sealed=seal({"food": {"diet": ["vegan"]}}))
    call = DelegationCall.objects.create(delegation=delegation(world.event, "e"), closes=timezone.now())
    DelegationApplication.objects.create(
        call=call, person=otto.person, organisation=otto.organisation, hopes="Kunden", contributes="Vortrag",
        reason="Gern", decided=timezone.now(),
    )  # fmt: skip
    for one, other in ((otto, world.chinese), (world.chinese, otto)):
        set_wish(participation=one, target=other, kind="must", by=one.person.user)
        Suggestion.objects.create(
            participation=one, partner=other, rank=1, score=1, engine="x", reasons=[{"code": "x"}]
        )
    meetings.make_feed(participation=otto, by=world.owner)
    directory.give_consent(person=otto.person, purpose="profile", by=world.owner)
    duty = Interpreter.objects.create(event=world.event, person=otto.person, languages=["de", "zh"], max_consecutive=2)
    duty.absences.create(slot=world.slots[3])
    Request.objects.update(message="Guten Tag")
    talk = Request.objects.filter(sender=otto, state=Request.State.ACCEPTED).first()
    Reach.objects.create(person=otto.person, told=timezone.now())
    Report.objects.create(request=talk, by=otto, about=world.chinese, reason="fraud", note="x")
    Block.objects.create(by=otto.person, partner=world.german_en)
    send_message(request=talk, author=otto, text="Guten Tag", form="form", by=world.owner)
    Bar.objects.create(participation=otto)
    version = world.event.plan_versions.first()
    Objection.objects.create(version=version, participation=otto, text="Zu früh", answer="Ja", settled=timezone.now())
    now = timezone.now()
    session = EventSession.objects.create(event=world.event, names={"de": "Eröffnung"})
    Speaker.objects.create(
        session=session, person=otto.person, name="O", name_latin="O", organisation="O", agreed=now, declined=now
    )
    Reservation.objects.create(session=session, participation=otto, since=now, given_back=now)
    AdviceCase.objects.create(
        office=world.office, person=otto.person, kind="law", topic="x", next_step="x", closed=timezone.localdate()
    )
    hours = AdviceHours.objects.create(office=world.office, starts=now, ends=now + timedelta(hours=1), minutes=30)
    AdviceBooking.objects.create(
        hours=hours, start=now, organisation=otto.organisation, person=otto.person, topic="x", kind="law", reason="x",
        cancelled=now,
    )  # fmt: skip
    asked = TargetedCall.objects.create(office=world.office)
    CallRecipient.objects.create(
        call=asked, organisation=otto.organisation, person=otto.person, answer="never", answered=now
    )
    Rating.objects.create(request=talk, participation=otto, held=True, next="sample", score=4)
    sheet = RecordSheet.objects.create(
        request=talk,
        topics="Laser",
        interest_sender="high",
        interest_recipient="some",
        questions="Preis?",
        hand="sender",
    )
    sheet.people.set([talk.sender, talk.recipient])
    sheet.steps.create(position=1, text="Muster", who="sender", until=timezone.localdate())
    Contribution.objects.create(
        event=world.event,
        participation=otto,
        names={"de": "Laser"},
        abstracts={"de": "Ein Muster."},
        decided=now,
        reason="Ja",
    )
    directory.index_stale()
    return world


def test_nothing_that_the_register_declares_outlasts_the_person(busy) -> None:
    otto = busy.german
    before = still_stored(otto.person)
    assert {name for name, _field in before} == {
        name for name in PATHS if name == "Person" or "person__" in PATHS[name]
    }
    key = otto.person.key
    erase(person=otto.person, by=busy.owner)
    assert still_stored(otto.person) <= SHELLS
    otto.refresh_from_db()
    assert otto.fixed_table is None
    assert otto.person.key != key, "old addresses lead nowhere"
    for rows in (otto.suggestions, otto.wished_by, otto.evidence_about, otto.agenda_notices, Feed.objects.all()):
        assert not rows.exists(), rows.model
    assert not Suggestion.objects.filter(partner=otto).exists()
    assert AuditEntry.objects.get(action="site.erase").actor is None


def test_all_mails_to_somebody_go_whatever_address_they_went_to(busy) -> None:
    busy.owner.email = "account@example.org"
    busy.owner.save()
    for user, address in (
        (busy.owner, "earlier@example.org"), (None, "account@example.org"), (None, "OWNER@example.org"), (None, "other@example.org"),
    ):  # fmt: skip
        queue_mail(user=user, address=address, kind="a.b", subject="x", body="x", language="de")
    erase(person=busy.german.person, by=busy.owner)
    assert [mail.address for mail in Mail.objects.all()] == ["other@example.org"]


def test_partners_and_interpreters_of_talks_ahead_are_told_and_no_others(busy) -> None:
    interpreted, past = Meeting.objects.get(request__key="otto-wang"), busy.slots[3]
    Meeting.objects.filter(request__key="otto-li").update(slot=past)
    past.start, past.end = (at.replace(year=2020) for at in (past.start, past.end))
    past.save()
    erase(person=busy.german.person, by=busy.admin)
    told = AgendaNotice.objects.filter(queued=None).values_list("participation", "interpreter")
    assert set(told) == {(busy.chinese.pk, None), (None, interpreted.interpreter_id)}
    assert AuditEntry.objects.get(action="site.erase").actor == busy.admin


def test_who_holds_an_office_passes_it_on_first(busy) -> None:
    Role.objects.create(user=busy.owner, kind=Role.Kind.LEADER, scope=Role.Scope.DELEGATION, scope_id=1)
    with pytest.raises(Refused):
        erase(person=busy.german.person, by=busy.owner)
    assert Person.objects.get(pk=busy.german.person_id).name == "Otto Owner"


def test_merges_that_hold_rows_of_the_person_cannot_be_undone_any_more(busy) -> None:
    person, request = busy.german.person, Request.objects.get(key="otto-li")
    other = {"model": "qiao.Person", "pk": busy.chinese.person_id, "before": {}, "after": {}}
    notes = [
        other,
        {**other, "pk": person.pk},
        {**other, "model": "qiao.Request", "pk": request.pk},
        {**other, "model": "qiao.Request", "pk": Request.objects.get(key="eva-li").pk},
        {**other, "model": "qiao.Message", "pk": 1, "before": {"request_id": request.pk, "text": "x"}},
        {**other, "model": "qiao.Membership", "pk": 1, "before": {"person_id": person.pk}},
        {**other, "model": "qiao.Membership", "pk": 1, "after": {"person_id": person.pk}},
    ]
    for number, note in enumerate(notes):
        Merge.objects.create(
            kept=busy.german_en.organisation, gone_key=str(number), gone_name="x", journal={"notes": [other, note]}
        )
    erase(person=person, by=busy.owner)
    assert [bool(merge.journal) for merge in Merge.objects.order_by("pk")] == [
        True,
        False,
        False,
        True,
        False,
        False,
        False,
    ]
