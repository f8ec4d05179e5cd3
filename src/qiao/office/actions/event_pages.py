"""Writes about the pages of an event besides its programme."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.texts import tidy
from qiao.events.models import Event
from qiao.office.event_models import LONGEST_TAG, EventPages, TalkTag
from qiao.office.first_time import SECTIONS, minutes_of, usual_texts
from qiao.office.outcome import promised


def _row(event: Event) -> EventPages:
    """Locked; there is one from now on."""
    Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    return EventPages.objects.get_or_create(event=event)[0]


@transaction.atomic
def save_first_time(*, event: Event, texts: Mapping[str, Mapping[str, str]], public: bool, by: User) -> None:
    """texts: section -> language -> text. What reads as the usual words, or nothing, is not kept: it follows them."""
    row, usual = _row(event), usual_texts(minutes_of(event))
    row.first_time = {
        code: own
        for code in SECTIONS
        if (own := {lang: text for lang, text in texts.get(code, {}).items() if text and text != usual[code][lang]})
    }
    row.first_time_shown = (row.first_time_shown or timezone.now()) if public else None
    row.changed = timezone.now()
    row.save()
    record(by=by, action="office.save_first_time", subject=event, sections=sorted(row.first_time), public=public)


@transaction.atomic
def save_outcome(*, event: Event, words: Mapping[str, str], public: bool, by: User) -> None:
    """What the organiser says to the figures, and whether everybody may read them."""
    row = _row(event)
    row.outcome = dict(words)
    row.outcome_shown = (row.outcome_shown or timezone.now()) if public else None
    row.changed = timezone.now()
    row.save()
    record(by=by, action="office.save_outcome", subject=event, public=public)


@transaction.atomic
def tag_talks(*, event: Event, keys: Collection[str], name: str, remove: bool, by: User) -> int:
    """Put a tag on talks that both sides agreed to, or take it off; how many of them there are."""
    name = tidy(name)[:LONGEST_TAG]
    talks = list(promised(event).filter(key__in=[tidy(key) for key in keys]))
    if not name or not talks:
        raise Refused(_("Tick at least one talk, and write the tag."))
    if remove:
        TalkTag.objects.filter(request__in=talks, name=name).delete()
    else:
        TalkTag.objects.bulk_create([TalkTag(request=one, name=name) for one in talks], ignore_conflicts=True)
    record(by=by, action="office.tag_talks", subject=event, count=len(talks), remove=remove)
    return len(talks)
