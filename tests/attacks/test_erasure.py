"""An erased person leaves no word behind in any table, and the partners' plans stay whole."""

import base64
import subprocess

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
from qiao.core.models import AuditEntry, Mail, User
from qiao.core.views import BACKEND
from qiao.directory import actions as directory
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.search import document_words
from qiao.engine.scheduling.verify import verify
from qiao.matchmaking.actions import send_request
from qiao.meetings import actions as meetings
from qiao.meetings import bridge
from qiao.meetings.ics import agenda_calendar
from qiao.meetings.queries import agenda_for
from tests.attacks.canaries import CANARY, Canaries, Place, build

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


def indexed_texts() -> str:
    """All that the index holds on disk: its rows, and on SQLite the files of the full-text index."""
    tables = ["qiao_searchdocument", *(["qiao_search_data"] if connection.vendor == "sqlite" else [])]
    with connection.cursor() as cursor:
        rows = [row for table in tables for row in cursor.execute(f"SELECT * FROM {table}").fetchall()]
    return str(rows)


def test_the_index_for_searching_forgets_an_erased_person(scene, run_tasks) -> None:
    _canaries, place = scene
    person = place.people["cn_second"]
    words = max(document_words([person.name]).split(), key=len)
    assert [hit.kind for hit in find(None, Ask(person.name)).hits[:1]] == ["person"]
    assert words in indexed_texts()
    signed_in(place.users["cn_second"]).post(reverse("erase-me"))
    assert "person" not in [hit.kind for hit in find(None, Ask(person.name)).hits]
    run_tasks()
    assert words not in indexed_texts()


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
    assert sorted(event["STATUS"] for event in events) == ["CANCELLED", "CONFIRMED"]
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


def test_who_holds_an_office_or_interprets_is_not_erased_by_a_click(scene) -> None:
    _canaries, place = scene
    client = signed_in(place.users["interpreter"])
    page = client.post(reverse("erase-me"), follow=True)
    assert "dolmetscht" in page.content.decode()
    assert User.objects.filter(pk=place.users["interpreter"].pk).exists()


def test_other_sessions_end_and_the_office_erases_by_command(scene) -> None:
    _canaries, place = scene
    thief = signed_in(place.users["cn_second"])
    before = Session.objects.count()
    call_command("erase_person", place.people["cn_second"].email.upper())
    assert thief.get(reverse("me")).status_code == 302
    assert Session.objects.count() < before
    with pytest.raises(CommandError):
        call_command("erase_person", "nobody@example.org")
