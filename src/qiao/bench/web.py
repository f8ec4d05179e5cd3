"""How long pages take at an event of 2,000 people, one reader at a time, and how long its print pack takes.

Needs a database of its own, as `qiao bench search`: `QIAO_HOME=/tmp/bench qiao bench web`. After `qiao bench search` in the same
place the directory has 30,000 organisations. The event is the tight conference of `qiao bench planning`.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from qiao.bench.conferences import conference
from qiao.bench.search import MARK, SEED, fill
from qiao.core.models import Mail, Office, Role, User
from qiao.core.views import BACKEND
from qiao.directory.actions import give_consent
from qiao.directory.models import Membership, Organisation, Person
from qiao.events.models import Event, Interpreter, Participation, Series, Slot, Table
from qiao.matchmaking.models import Request
from qiao.meetings import actions, exports
from qiao.meetings.models import PlanRun
from qiao.meetings.print_pack import PARTS
from qiao.wording import Language

SLUG = "bench"
EACH = 40  # times each page is opened
LIMIT = 60  # seconds for the plan
START = datetime(2027, 11, 3, 1, 0, tzinfo=UTC)
TALK, PAUSE = timedelta(minutes=25), timedelta(minutes=5)
Page = tuple[Client, str]


def run(language: Language, people: int) -> dict[str, Any]:
    """Print and return milliseconds and queries by page, and seconds by part of the print pack."""
    fill(2 * people, language)  # half of them on each side
    event = Event.objects.filter(slug=SLUG).first() or _event(people)
    plan = event.plan_runs.filter(state=PlanRun.State.DONE).latest("pk")
    pages = {name: [_opened(*make()) for _ in range(EACH)] for name, make in _pages(event, plan).items()}
    figures: dict[str, Any] = {
        "database": connection.vendor, "organisations": Organisation.objects.count(), "load": os.getloadavg()[0],
        "participants": event.participations.count(), "talks": event.requests.exclude(meeting=None).count(),
        "pages, milliseconds": {name: _summary(times) for name, times in pages.items()},
        "print pack, seconds": {part: _printed(event, part) for part in PARTS},
    }  # fmt: skip
    sys.stdout.write("\n".join(_lines(figures)) + "\n")
    return figures


# --- the event


def _event(people: int) -> Event:
    """The tight conference in rows, planned and published."""
    problem = conference("tight", people, seed=1)
    office = Office.objects.create(slug=SLUG, country="DE", is_lead=True, names={"de": "Bench", "en": "Bench"})
    series = Series.objects.create(slug=SLUG, office=office, names={"de": "Konferenz"})
    event = Event.objects.create(
        slug=SLUG, series=series, office=office, city="Jinan", country="CN", time_zone="Asia/Shanghai",
        starts=START.date(), ends=(START + timedelta(days=1)).date(), phase=Event.Phase.WISHES,
        names={"de": "Konferenz", "zh": "大会", "en": "Conference"},
    )  # fmt: skip
    per_day = len(problem.days[0])
    for n in range(len(problem.slots)):
        begin = START + timedelta(days=n // per_day) + (n % per_day) * (TALK + PAUSE)
        Slot.objects.create(event=event, position=n + 1, start=begin, end=begin + TALK)
    Table.objects.bulk_create(Table(event=event, number=n) for n in range(1, len(problem.tables) + 1))
    firms = {country: iter(Organisation.objects.filter(country=country).order_by("pk")) for country in ("DE", "CN")}
    rows: dict[str, Participation] = {}
    for one in problem.participants:
        firm = next(firms["DE" if one.side == "eu" else "CN"])
        rows[one.id] = _joined(event, firm, list(one.languages), number=len(rows))
    for interpreter in problem.interpreters:
        person = Person.objects.create(
            side=rows["p1"].person.side, name=f"Interpreter {interpreter.id}", languages=list(interpreter.languages)
        )
        Interpreter.objects.create(event=event, person=person, languages=list(interpreter.languages))
    pairs = {one.id: [rows[who] for who in one.participants] for one in problem.requests}
    Request.objects.bulk_create(
        Request(
            event=event, sender=one, recipient=other, key=key, state=Request.State.ACCEPTED, message="Guten Tag",
            pair_low=min(one.pk, other.pk), pair_high=max(one.pk, other.pk),
        )
        for key, (one, other) in pairs.items()
    )  # fmt: skip
    planned = actions.start_run(event=event, by=None, limit=LIMIT)
    actions.calculate(planned.pk, planned.token)
    planned.refresh_from_db()
    actions.publish(run=planned, by=None)
    Mail.objects.all().delete()
    return event


def _joined(event: Event, firm: Organisation, languages: list[str], *, number: int) -> Participation:
    user = User.objects.create(name=f"Person {number}", email=f"{MARK}{number}@example.org", language="de")
    person = Person.objects.create(side=firm.side, name=f"Person {number}", user=user, languages=languages)
    for purpose in ("profile", "cross_border"):
        give_consent(person=person, purpose=purpose, by=user)
    Membership.objects.create(person=person, organisation=firm, is_manager=True)
    approved = Participation.State.APPROVED
    return Participation.objects.create(event=event, person=person, organisation=firm, state=approved)


# --- the pages


def _pages(event: Event, plan: PlanRun) -> dict[str, Callable[[], Page]]:
    """For each kind of page: another reader, or another page of it, each time."""
    dice = Random(SEED)
    users = list(User.objects.filter(person__participations__event=event).order_by("pk"))
    firms = list(Organisation.objects.order_by("pk").values_list("key", flat=True)[:1000])
    organiser, _new = User.objects.get_or_create(email="bench-office@example.org", defaults={"name": "Office"})
    Role.objects.get_or_create(user=organiser, kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=event.pk)
    desk = _client(organiser)

    def reader(name: str, *arguments: object, query: str = "") -> Callable[[], Page]:
        return lambda: (_client(dice.choice(users)), reverse(name, args=arguments) + query)

    def office(name: str, *arguments: object, query: str = "") -> Callable[[], Page]:
        return lambda: (desk, reverse(name, args=arguments) + query)

    return {
        "start": reader("home"), "event": reader("event", SLUG), "requests": reader("requests", SLUG),
        "partners": reader("partners", SLUG), "agenda": reader("agenda", SLUG),
        "calendar file": reader("agenda-ics", SLUG), "directory": reader("organisations"),
        "directory, page 40": reader("organisations", query="?page=40"),
        "an organisation": lambda: (_client(dice.choice(users)), reverse("organisation", args=[dice.choice(firms)])),
        "desk": office("desk", SLUG), "plan": office("run", SLUG, plan.pk), "board": office("run-board", SLUG, plan.pk),
        "board by person": office("run-board", SLUG, plan.pk, query="?by=person"),
        "participants, organiser": office("participants", SLUG), "dashboard": office("dashboard", SLUG),
        "schedule": office("schedule", SLUG),
    }  # fmt: skip


def _client(user: User) -> Client:
    address = urlsplit(settings.PUBLIC_URL)
    client = Client(headers={"host": address.netloc, "accept-language": "de"})
    client.defaults["wsgi.url_scheme"] = address.scheme
    client.force_login(user, backend=BACKEND)
    return client


def _opened(client: Client, address: str) -> tuple[float, int]:
    """Milliseconds and queries of one page."""
    queries = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    started = time.perf_counter()
    with connection.execute_wrapper(count):
        answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return (time.perf_counter() - started) * 1000, queries


def _printed(event: Event, part: str) -> float:
    started = time.perf_counter()
    exports.print_pdf(event=event, part=part)
    return time.perf_counter() - started


# --- figures


def _summary(times: list[tuple[float, int]]) -> dict[str, float]:
    clock, queries = zip(*times, strict=True)
    return {
        "median": statistics.median(clock), "p95": statistics.quantiles(clock, n=20)[-1], "most": max(clock),
        "queries": max(queries),
    }  # fmt: skip


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    for name, value in figures.items():
        if not isinstance(value, dict):
            yield f"{name}: {f'{value:.1f}' if isinstance(value, float) else value}"
            continue
        yield name
        for each, one in value.items():
            row = (
                "  ".join(f"{key} {number:7.1f}" for key, number in one.items())
                if isinstance(one, dict)
                else f"{one:7.1f}"
            )
            yield f"  {each:<24}  {row}"
