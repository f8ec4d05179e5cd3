"""The page from which an event's plan is printed: each part, when it was printed last, and what has changed since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from qiao.events.models import Event
from qiao.events.queries import approved
from qiao.meetings.models import PlanVersion
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.print_pack import PARTS, sort_name
from qiao.meetings.printed import Changed, Printing, last_printings
from qiao.meetings.words import full_name
from qiao.templatetags.wording import moment_text

FOLLOWS_THE_PLAN = ("agendas", "cards", "records", "rounds", "names", "rotas")


@dataclass(frozen=True)
class Part:
    """`stale`: in words, the sheets that are no longer right; empty where all are, or nothing was printed."""

    code: str
    title: Any
    what: Any
    printing: Printing | None
    stale: list[str]


@dataclass(frozen=True)
class PrintPage:
    version: PlanVersion | None
    parts: list[Part]


def print_page(event: Event) -> PrintPage:
    """Constant queries but for the versions that were printed, see `last_printings`."""
    version = version_in_force(event)
    printings = last_printings(event, FOLLOWS_THE_PLAN) if version else {}
    words = _words(event) if any(one.changed for one in printings.values()) else {}
    parts = [
        Part(code, title, what, printings.get(code), _stale(code, printings.get(code), words))
        for code, (title, what, _make) in PARTS.items()
        if version or code not in FOLLOWS_THE_PLAN
    ]
    return PrintPage(version, parts)


def _words(event: Event) -> dict[str, dict[int, str]]:
    """By kind of sheet the names of all there are, in the order in which they are printed."""
    people = sorted(approved(event).select_related("person__side"), key=sort_name)
    interpreters = event.interpreters.select_related("person")
    tables = {one.pk: str(one.number) for one in event.tables.all()}
    return {
        "agendas": {one.pk: full_name(one.person) for one in people},
        "cards": tables,
        "records": tables,
        "rounds": {
            one.pk: moment_text(one.start.astimezone(event.zone), one.end.astimezone(event.zone))
            for one in event.slots.all()
        },
        "rotas": {one.pk: full_name(one.person) for one in interpreters},
    }


def _stale(code: str, printing: Printing | None, words: dict[str, dict[int, str]]) -> list[str]:
    if printing is None or not printing.changed or code not in words:
        return []
    wanted = set(_concerned(code, printing.changed))
    return [text for pk, text in words[code].items() if pk in wanted]


def _concerned(code: str, changed: Changed) -> Iterable[int]:
    by_code = {
        "agendas": changed.people, "cards": changed.tables, "records": changed.tables, "rounds": changed.slots, "rotas": changed.interpreters,
    }  # fmt: skip
    return by_code[code]
