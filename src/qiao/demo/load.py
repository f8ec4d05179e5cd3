"""Load the demo world: `python -m qiao.demo.load PHASE`, with the settings of the demo's home.

Everything goes the way that an office's own data would go: tables are imported, texts embedded, partners suggested,
people wish, ask and answer by a seeded model of behaviour, the planner plans, the organiser publishes.
"""

import csv
import io
import sys
from datetime import date, timedelta
from random import Random
from typing import Any

import django
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation

PHASES = {"wishes": 20, "published": 3, "live": -1, "after": -12}
"""Days from today to the conference's opening; the talks begin on the day after it."""

SEED = 2018
PLANNING_SECONDS = 10


def say(step: str) -> None:
    """The code of the step that begins, a line each; the command line has the words (`qiao.wording`, demo-…)."""
    print(step, flush=True)  # noqa: T201


def load(phase: str) -> None:
    from qiao.core.prepare import prepare

    say("database")
    prepare()
    with translation.override("de"), transaction.atomic():
        _load(phase, timezone.localdate(), Random(SEED))  # noqa: S311 - a play, no secret


def _load(phase: str, today: date, random: Random) -> None:
    from qiao.core.models import User
    from qiao.demo import company
    from qiao.demo.abstracts import write_abstracts
    from qiao.demo.advice import advise
    from qiao.demo.cast import build_cast, world
    from qiao.demo.delegations import build_delegation, send_elsewhere
    from qiao.demo.evidence import show_evidence
    from qiao.demo.introductions import introduce
    from qiao.demo.market import open_market
    from qiao.demo.networks import arrange_visits, join_networks
    from qiao.demo.news import fill_the_year, hand_in_one, report_news
    from qiao.demo.outcomes import bring_forward, rate_talks, record_talks
    from qiao.demo.programme import open_programme
    from qiao.demo.stage import ROUNDS_A, ROUNDS_B, build_event, build_staff, build_stage
    from qiao.demo.waiting import ask_late, register_some
    from qiao.events.actions import prefill_glossary
    from qiao.meetings.actions import note_talks
    from qiao.site.demo_people import DEMO_EMAILS

    scenarios, cast, stage = world()["scenarios"], build_cast(SEED), build_stage()
    opening = today + timedelta(days=PHASES[phase])
    before = build_event(stage, date(opening.year - 1, 10, 14), scenarios["A"], ROUNDS_A, fair_minimum=1)
    event = build_event(stage, opening, scenarios["B"], ROUNDS_B, fair_minimum=3)
    organiser = build_staff(stage, [event, before])
    say("people")
    people = _import(cast, event, before, scenarios, random)
    for edition, scenario in ((event, scenarios["B"]), (before, scenarios["A"])):
        _hire(edition, cast, scenario, random)
    appoint_managers()
    adviser = User.objects.get(email=DEMO_EMAILS["adviser"])
    write_abstracts(adviser)
    show_evidence(adviser)
    company.claim_one(adviser)
    open_market()
    delegation = [people[f"{code}.1"] for code in [world()["delegation"]["leader"], *world()["delegation"]["members"]]]
    build_delegation(stage, event, delegation, delegation[0].person.user)
    send_elsewhere(stage, adviser)
    open_programme(event, organiser)
    _embed()
    prefill_glossary(event=event, by=organiser)
    _live_through(before, "after", organiser, scenarios["A"], random)
    _live_through(event, phase, organiser, scenarios["B"], random)
    note_talks()
    rate_talks(before, random)
    record_talks(before)
    if phase == "after":
        rate_talks(event, random)
    bring_forward(random)
    introduce(adviser)
    advise(adviser)
    join_networks(adviser)
    arrange_visits(adviser)
    report_news(adviser, organiser, before, event)
    if phase == "after":
        fill_the_year(adviser, random)
        hand_in_one(adviser)
    if phase != "after":
        company.talk(event)
        company.fill_up(event, organiser)
        company.ask_about_journeys(event, organiser)
    register_some()
    if phase == "published":
        ask_late(event)


def _table(rows: list[dict[str, str]]) -> Any:
    """Rows as the CSV file that an office would hand in, read back by the import's own reader."""
    from qiao.core.tables import read_table

    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return read_table(text.getvalue().encode(), "demo.csv")


def _import(cast: Any, event: Any, before: Any, scenarios: Any, random: Random) -> dict[str, Any]:
    """All organisations, then those who take part; returns participations of the present edition by person's id."""
    from qiao.demo.cast import data_of
    from qiao.demo.translate import translate
    from qiao.directory.actions import import_organisations
    from qiao.events.actions import import_participants
    from qiao.events.models import Participation

    _must(import_organisations(table=_table(cast.organisations)))
    _must(import_organisations(table=_table(data_of("listed")["organisations"])))
    translate()
    rows = [{**_row(player), "unavailable": _absence(player, event, random)} for player in cast.people]
    _must(import_participants(event=event, table=_table(rows)))
    guests = [_row(one) for one in cast.guests()][: scenarios["A"]["guests"]]
    hosts = [_row(one) for one in cast.hosts() if one.id.startswith("Z") and one.id.endswith(".1")]
    _must(import_participants(event=before, table=_table(guests + hosts)))
    present = Participation.objects.filter(event=event).select_related("person", "organisation__side")
    found = {row.person.external_id: row for row in present}
    for row in found.values():
        _open_account(row.person, row.organisation.side)
    return found


def _must(report: Any) -> None:
    if report.problems:
        raise RuntimeError("; ".join(str(problem) for problem in report.problems[:5]))


def _row(player: Any) -> dict[str, str]:
    return {
        "id": player.id, "organisation": player.organisation, "name": player.name, "name_latin": player.name_latin,
        "role": player.role, "email": player.email, "type": player.type, "languages": ";".join(player.languages),
    }  # fmt: skip


def _absence(player: Any, event: Any, random: Random) -> str:
    """Half of the hosts come on one of the two days only; some guests miss a talk or two."""
    slots = list(event.slots.all())
    first = slots[0].start.date()
    if player.type == "host" and random.random() < 0.5:
        stays = random.random() < 0.6
        return ";".join(f"s{slot.position:02d}" for slot in slots if (slot.start.date() == first) is not stays)
    if random.random() < 0.3:
        return ";".join(f"s{slot.position:02d}" for slot in sorted(random.sample(slots, 2), key=lambda s: s.position))
    return ""


def _open_account(person: Any, side: Any) -> None:
    """Everybody of the demo can sign in, reads in the first language, and agreed to be shown across the border."""
    from qiao.core.models import User
    from qiao.directory.actions import give_consent
    from qiao.directory.purposes import PURPOSES

    language = {"de": "de", "zh": "zh-hans"}.get(person.languages[0].split(":")[0], "en")
    person.user, _new = User.objects.update_or_create(
        email=person.email, defaults={"name": person.name, "language": language, "time_zone": side.time_zone}
    )
    person.save(update_fields=["user"])
    for purpose in PURPOSES:
        give_consent(person=person, purpose=purpose, by=person.user, language=language.split("-")[0])


def appoint_managers() -> None:
    """The first person of each organisation keeps its profile, as whoever registers one does."""
    from qiao.directory.models import Membership

    Membership.objects.filter(person__external_id__endswith=".1").update(is_manager=True)


def _hire(event: Any, cast: Any, scenario: dict[str, Any], random: Random) -> None:
    """The scenario's interpreters; on the second afternoon round some of the German-Chinese ones are needed elsewhere."""
    from qiao.core.models import User
    from qiao.directory.actions import give_consent
    from qiao.directory.models import Person, Side
    from qiao.directory.purposes import PURPOSES
    from qiao.events.actions import add_interpreter

    side = Side.objects.get(code="jinan")
    slots = list(event.slots.all())
    for pair, count in scenario["interpreters"].items():
        named = [one for one in cast.interpreters if one.id.startswith(f"{pair}.")][:count]
        for number, player in enumerate(named):
            person, new = Person.objects.get_or_create(
                external_id=player.id,
                defaults={
                    "side": side, "name": player.name, "name_latin": player.name_latin, "email": player.email,
                    "languages": list(player.languages),
                },
            )  # fmt: skip
            if new:
                language = "zh-hans" if player.name_latin else "de"
                person.user = User.objects.create(
                    name=player.name, email=player.email, language=language, time_zone="Asia/Shanghai"
                )
                person.save(update_fields=["user"])
                for purpose in PURPOSES:
                    give_consent(person=person, purpose=purpose, by=person.user, language=language.split("-")[0])
            absent = slots[7:10] if number and number % 2 == 0 and len(slots) > 10 else []
            add_interpreter(
                event=event, person=person, languages=[code.split(":")[0] for code in player.languages],
                max_consecutive=5, absent=absent, by=None,
            )  # fmt: skip


def _embed() -> None:
    from qiao.directory.actions import embed_stale, tag_stale

    say("texts")
    embed_stale()
    tag_stale()


def _live_through(event: Any, phase: str, organiser: Any, scenario: dict[str, Any], random: Random) -> None:
    """Suggest, ask and answer, and from the phase `published` on plan and publish."""
    from qiao.demo.behaviour import live
    from qiao.events.actions import move_phase
    from qiao.events.models import Event
    from qiao.matchmaking.actions import refresh_suggestions

    say("partners")
    refresh_suggestions(event=event)
    live(event, scenario, random, finished=phase != "wishes")
    if phase == "wishes":
        return
    _plan(event, organiser)
    date_back(event)
    if phase in ("live", "after"):
        move_phase(event=event, phase=Event.Phase.LIVE if phase == "live" else Event.Phase.AFTER, by=organiser)


def _plan(event: Any, organiser: Any) -> None:
    from qiao.meetings.actions import calculate, publish, start_run
    from qiao.meetings.models import PlanRun

    say("plan")
    run = start_run(event=event, by=organiser, limit=PLANNING_SECONDS)
    calculate(run.pk, run.token)
    run.refresh_from_db()
    if run.state != PlanRun.State.DONE:
        raise RuntimeError(f"the planning run ended as {run.state}: {run.note}")
    publish(run=run, by=organiser)


def date_back(event: Any) -> None:
    """What was played just now happened before the plan's announced day, if that lies behind us."""
    from qiao.demo.stage import OPENS
    from qiao.events.models import Event
    from qiao.meetings.models import PlanRun, PlanVersion

    announced = event.starts + OPENS[Event.Phase.PUBLISHED]
    ago = timezone.localdate() - announced
    if ago <= timedelta(0):
        return
    event.requests.update(
        created=F("created") - ago - timedelta(days=14), answered=F("answered") - ago - timedelta(days=7)
    )
    PlanRun.objects.filter(event=event).update(
        created=F("created") - ago, started=F("started") - ago, seen_at=F("seen_at") - ago, finished=F("finished") - ago
    )
    PlanVersion.objects.filter(event=event).update(published=F("published") - ago)


if __name__ == "__main__":
    django.setup()
    load(sys.argv[1])
