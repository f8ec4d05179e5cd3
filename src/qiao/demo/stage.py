"""The stage the demo plays on: offices, sides, themes, parks, two editions of the conference with slots and programme."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from qiao.core.models import Office, Role, User
from qiao.demo.cast import world
from qiao.directory.models import Park, Side, Theme
from qiao.events.actions import (
    announce_phases,
    appoint_organiser,
    create_event,
    create_series,
    save_block,
)
from qiao.events.models import Event, Series
from qiao.site.demo_people import DEMO_EMAILS

JINAN = ZoneInfo("Asia/Shanghai")
ELBE, QUAN = "kontaktbuero-elbstadt", "kontaktbuero-quellstadt"
NAMES = {
    ELBE: {
        "de": "Kontaktbüro Quellstadt–Elbstadt",
        "zh": "泉城—易北城联络处",
        "en": "Contact Office Quellstadt–Elbstadt",
    },
    QUAN: {"de": "Kontaktbüro Jinan", "zh": "济南联络处", "en": "Contact Office Jinan"},
}
ZONE = {"de": "Hightech-Zone Jinan", "zh": "济南高新区", "en": "Jinan High-tech Zone"}
VENUE = {"de": "Kongresszentrum Donghu, Halle 2", "zh": "东湖会展中心2号馆", "en": "Donghu Congress Centre, hall 2"}
# (day of the conference, first slot's start, number of slots)
ROUNDS_B = ((1, time(9, 30), 5), (1, time(13, 30), 5), (2, time(9, 0), 6))
ROUNDS_A = ((1, time(13, 0), 7),)
Rounds = tuple[tuple[int, time, int], ...]
PAUSE = 5  # minutes
OPENS = {
    Event.Phase.REGISTRATION: timedelta(days=-150), Event.Phase.WISHES: timedelta(days=-40),
    Event.Phase.PLANNING: timedelta(days=-14), Event.Phase.PUBLISHED: timedelta(days=-10),
    Event.Phase.LIVE: timedelta(0), Event.Phase.AFTER: timedelta(days=5),
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    offices: dict[str, Office]
    sides: dict[str, Side]
    themes: list[Theme]
    series: Series


def languages(entry: dict[str, Any]) -> dict[str, str]:
    return {code: entry[code] for code in ("de", "zh", "en")}


def build_stage() -> Stage:
    facts = world()
    offices = {
        ELBE: Office.objects.create(
            slug=ELBE, names=NAMES[ELBE], city="Dresden", country="DE", email="office@example.org", is_lead=True
        ),
        QUAN: Office.objects.create(
            slug=QUAN,
            names=NAMES[QUAN],
            city="济南",
            country="CN",
            time_zone="Asia/Shanghai",
            email="jinan@example.org",
        ),
    }
    sides = {
        region["id"]: Side.objects.create(
            code=region["id"], names=languages(region), country=region["country"], time_zone=region["timezone"],
            office=offices[ELBE if region["country"] == "DE" else QUAN],
        )
        for region in facts["regions"]
    }  # fmt: skip
    themes = [
        Theme.objects.create(code=theme["id"], names=languages(theme), position=position)
        for position, theme in enumerate(facts["themes"], 1)
    ]
    for park in facts["parks"]:
        Park.objects.create(code=park["id"], names=languages(park), zone=ZONE, side=sides["jinan"])
    series = create_series(slug="konferenz", names=languages(facts["conference"]), office=offices[ELBE], by=None)
    return Stage(offices, sides, themes, series)


def build_event(stage: Stage, opening: date, scenario: dict[str, Any], rounds: Rounds, *, fair_minimum: int) -> Event:
    """An edition of the conference: its opening is day 0, the talks follow."""
    conference = world()["conference"]
    event = create_event(
        series=stage.series, slug=f"konferenz-{opening.year}", by=None,
        names={code: f"{conference[code]} {opening.year}" for code in ("de", "zh", "en")},
        city="济南", country="CN", time_zone=JINAN.key, starts=opening,
        ends=opening + timedelta(days=max(day for day, _start, _count in rounds)),
        slots=(), tables=scenario["tables"], themes=stage.themes,
        mottos=conference["motto"], venue=VENUE, phase=Event.Phase.WISHES, fair_minimum=fair_minimum,
    )  # fmt: skip
    for day, start, count in rounds:
        begins = datetime.combine(opening + timedelta(days=day), start, JINAN)
        minutes = scenario["slot_minutes"]
        ends = begins + timedelta(minutes=(minutes + PAUSE) * count - PAUSE)
        save_block(event=event, starts=begins, ends=ends, minutes=minutes, pause=PAUSE, by=None)
    announce_phases(event=event, opens={phase: opening + days for phase, days in OPENS.items()}, by=None)
    return event


def build_staff(stage: Stage, events: list[Event]) -> User:
    """Organiser and adviser: people of the office, who take part in nothing themselves. Returns the organiser."""
    organiser = User.objects.create(name="Katrin Lehnert", email=DEMO_EMAILS["organiser"], language="de")
    adviser = User.objects.create(name="Zhōu Mǐn 周敏", email=DEMO_EMAILS["adviser"], language="de")
    for event in events:
        appoint_organiser(event=event, user=organiser, by=None)
    for office in stage.offices.values():
        Role.objects.create(user=adviser, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=office.pk)
    return organiser
