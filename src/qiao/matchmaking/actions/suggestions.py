"""Computing the suggested partners of an event anew."""

from collections.abc import Iterable

from django.db import transaction

from qiao.core.actions import record
from qiao.core.models import User
from qiao.core.queue import enqueue
from qiao.events.models import Event
from qiao.matchmaking.bridge import match_lists, pool_of, to_suggestions
from qiao.matchmaking.models import Suggestion, SuggestionRun
from qiao.matchmaking.queries.exclusion import fingerprint

CONTENT = ("partner_id", "rank", "score", "fit", "reasons", "engine")


def refresh_suggestions(*, event: Event) -> int:
    """Make the suggestions of the event what the engine finds now; returns how many there are.

    Lists that stay the same keep their rows, so a second call changes nothing. The engine calculates before the
    transaction begins: nobody else's writing waits for it.
    """
    made_from = fingerprint(event)
    new = _computed(event)
    _replace(event, new, made_from)
    return sum(len(rows) for rows in new.values())


@transaction.atomic
def _replace(event: Event, new: dict[int, list[Suggestion]], made_from: str) -> None:
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    old = _by_participation(Suggestion.objects.filter(participation__event=event).order_by("rank"))
    changed = [pk for pk in old | new if _content(old.get(pk, [])) != _content(new.get(pk, []))]
    Suggestion.objects.filter(participation__event=event, participation__in=changed).delete()
    Suggestion.objects.bulk_create([row for pk in changed for row in new.get(pk, [])], batch_size=500)
    SuggestionRun.objects.update_or_create(event=event, defaults={"fingerprint": made_from})
    if changed:
        record(by=None, action="matchmaking.refresh_suggestions", subject=event, changed=len(changed))


@transaction.atomic
def order_refresh(*, event: Event, by: User | None) -> str:
    """Have the suggestions computed anew in the background; returns the task's id."""
    record(by=by, action="matchmaking.order_refresh", subject=event)
    return enqueue("qiao.matchmaking.tasks.refresh_suggestions", event.pk)


def _computed(event: Event) -> dict[int, list[Suggestion]]:
    pool = pool_of(event)
    if not (len(pool.space) and event.suggestions_shown):
        return {}
    return _by_participation(to_suggestions(pool, match_lists(pool, top=event.suggestions_shown)))


def _by_participation(rows: Iterable[Suggestion]) -> dict[int, list[Suggestion]]:
    found: dict[int, list[Suggestion]] = {}
    for row in rows:
        found.setdefault(row.participation_id, []).append(row)
    return found


def _content(rows: list[Suggestion]) -> list[tuple[object, ...]]:
    return [tuple(getattr(row, name) for name in CONTENT) for row in rows]
