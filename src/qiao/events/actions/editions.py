"""An edition of a series: from the one before, its facts, when its phases open."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import pick_language
from qiao.core.models import Office, Role, User
from qiao.directory.models import Theme
from qiao.engine.pinyin import syllables
from qiao.events.actions.blocks import save_block
from qiao.events.actions.setup import appoint_organiser, create_event, create_series
from qiao.events.form_models import ParticipantType, Question
from qiao.events.models import Event, ProgrammeItem, Series, Table
from qiao.events.session_models import Room, Track

FACTS = (
    "names", "mottos", "city", "country", "venue", "time_zone", "starts", "ends", "fair_minimum", "suggestions_shown",
    "stays", "admits_mutual_wishes", "conversations", "sessions_block",
)  # fmt: skip
TYPE_FACTS = ("code", "names", "places", "is_offered", "position")
QUESTION_FACTS = (
    "kind", "names", "helps", "options", "types", "is_required", "visibility", "purposes", "position",
)  # fmt: skip


@transaction.atomic
def open_edition(
    *,
    office: Office,
    names: Mapping[str, str],
    starts: date,
    ends: date,
    by: User,
    series: Series | None = None,
    like: Event | None = None,
    **facts: Any,
) -> Event:
    """A new event of a series (a new series of the same name without one); `by` becomes its organiser.

    `like`: an earlier event whose set-up is taken over on the corresponding days: meeting blocks, tables, common
    programme, organisers, registration form, and themes unless some are named. Nothing of its participants is.
    """
    series = series or create_series(slug=free_slug(Series, names), names=names, office=office, by=by)
    event = create_event(
        series=series, slug=free_slug(Event, names), names=names, starts=starts, ends=ends, slots=(), tables=0, by=by,
        **facts,
    )  # fmt: skip
    appoint_organiser(event=event, user=by, by=by)
    if like is not None:
        _take_over(event, like, by)
    return event


def free_slug(model: type[Event] | type[Series], names: Mapping[str, str]) -> str:
    """A short name for addresses that nothing else has: from the Latin name, else from pinyin."""
    languages = [code for code in ("en", "de") if names.get(code)] or [pick_language(names) or ""]
    words = names.get(languages[0], "")
    base = slugify(" ".join(syllables(words)))[:40].strip("-") or "event"
    taken = {"new", *model.objects.filter(slug__startswith=base).values_list("slug", flat=True)}
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _take_over(event: Event, like: Event, by: User) -> None:
    shift = event.starts - like.starts
    if not event.themes.exists():
        event.themes.set(like.themes.all())
    Table.objects.bulk_create(Table(event=event, number=one.number, features=one.features) for one in like.tables.all())
    Room.objects.bulk_create(
        Room(event=event, names=one.names, seats=one.seats, position=one.position) for one in like.rooms.all()
    )
    Track.objects.bulk_create(Track(event=event, names=one.names, position=one.position) for one in like.tracks.all())
    ParticipantType.objects.bulk_create(
        ParticipantType(event=event, **{name: getattr(one, name) for name in TYPE_FACTS}) for one in like.types.all()
    )
    Question.objects.bulk_create(
        Question(event=event, delete_on=one.delete_on + shift, **{name: getattr(one, name) for name in QUESTION_FACTS})
        for one in like.questions.filter(retired=None)
    )
    for block in like.blocks.all():
        times = [_moved(time, shift, like, event) for time in (block.starts, block.ends)]
        if times[-1].astimezone(event.zone).date() <= event.ends:  # a shorter edition has fewer days
            save_block(event=event, starts=times[0], ends=times[1], minutes=block.minutes, pause=block.pause, by=by)
    ProgrammeItem.objects.bulk_create(
        ProgrammeItem(
            event=event, starts=_moved(item.starts, shift, like, event), ends=_moved(item.ends, shift, like, event),
            kind=item.kind, names=item.names, place=item.place, blocks=item.blocks,
        )
        for item in like.programme.filter(delegation=None)
    )  # fmt: skip
    for role in Role.objects.filter(kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=like.pk):
        if role.user_id != by.pk:
            appoint_organiser(event=event, user=role.user, by=by)


def _moved(time: Any, shift: timedelta, like: Event, event: Event) -> Any:
    """The same time of day, on the corresponding day, where the new event takes place."""
    local = time.astimezone(like.zone).replace(tzinfo=None) + shift
    return local.replace(tzinfo=event.zone)


@transaction.atomic
def edit_event(*, event: Event, themes: Iterable[Theme], by: User, **facts: Any) -> Event:
    """Change the facts of an event; `facts`: all of FACTS or some."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    changed = [name for name in FACTS if name in facts and getattr(event, name) != facts[name]]
    if "time_zone" in changed and event.slots.exists():
        raise Refused(gettext("The time zone cannot change any more: there are time slots already."))
    for name in changed:
        setattr(event, name, facts[name])
    if event.ends < event.starts:
        raise Refused(gettext("The event ends before it starts."))
    _keep_within(event)
    event.save(update_fields=changed or ["phase"])
    event.themes.set(themes)
    record(by=by, action="events.edit_event", subject=event, fields=changed)
    return event


def _keep_within(event: Event) -> None:
    """No slot may be left outside the event's days."""
    days = {slot.start.astimezone(event.zone).date() for slot in event.slots.all()}
    if days and not event.starts <= min(days) <= max(days) <= event.ends:
        raise Refused(
            gettext("There are time slots outside of these days. Change or remove their meeting blocks first.")
        )


@transaction.atomic
def announce_phases(*, event: Event, opens: Mapping[str, date | None], by: User | None) -> Event:
    """Say when each phase begins; shown to everybody. The organiser still opens each phase by hand."""
    order = [phase for phase in Event.Phase.values if opens.get(phase)]
    dates = [opens[phase] for phase in order]
    if dates != sorted(dates, key=lambda day: day or date.min):
        raise Refused(gettext("A phase begins before the one that precedes it."))
    event.phase_opens = {phase: day.isoformat() for phase, day in zip(order, dates, strict=True) if day}
    event.save(update_fields=["phase_opens"])
    record(by=by, action="events.announce_phases", subject=event, phases=order)
    return event
