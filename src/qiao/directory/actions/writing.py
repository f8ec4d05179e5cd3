"""Pieces of the writes: the texts of an organisation. Called inside a transaction."""

from collections.abc import Mapping, Sequence

from django.db.models import Max

from qiao.core.models import Text
from qiao.core.queue import enqueue_once
from qiao.core.texts import write_texts
from qiao.directory.doubles import same_keys, to_record
from qiao.directory.models import OPPORTUNITIES_FROM, Entry, Organisation

EMBED = "qiao.directory.tasks.embed_stale"
LOOK_FOR_DOUBLES = "qiao.directory.tasks.look_for_doubles"
Texts = Sequence[Mapping[str, str]]


def embed_later() -> None:
    enqueue_once(EMBED)


def look_for_doubles_later() -> None:
    enqueue_once(LOOK_FOR_DOUBLES)


def set_same_keys(organisation: Organisation) -> None:
    """What doubles are found by; does not save."""
    organisation.same_keys = same_keys(to_record(organisation))


def next_position(organisation: int, kind: str, *, in_profile: bool) -> int:
    """Where one more offer or seek of this organisation (primary key) stands."""
    rows = Entry.objects.filter(organisation=organisation, kind=kind)
    if in_profile:
        last = rows.filter(position__lt=OPPORTUNITIES_FROM).aggregate(Max("position"))["position__max"]
        return int(last or 0) + 1
    last = rows.filter(position__gte=OPPORTUNITIES_FROM).aggregate(Max("position"))["position__max"]
    return int(last or OPPORTUNITIES_FROM - 1) + 1


def write_entries(organisation: Organisation, kind: str, texts: Texts) -> None:
    """Make the profile's offers or seeks exactly `texts`; translations of what changed go, all else stays as it is."""
    rows = organisation.entries.filter(kind=kind, position__lt=OPPORTUNITIES_FROM).prefetch_related("texts")
    entries = {entry.position: entry for entry in rows}
    for position, wanted in enumerate(texts, 1):
        entry = entries.pop(position, None)
        if entry is None:
            entry = Entry.objects.create(organisation=organisation, kind=kind, position=position)
            write_texts(entry, "text", wanted)
        elif {t.language: t.text for t in entry.texts.all() if t.origin == Text.Origin.HUMAN} != dict(wanted):
            write_texts(entry, "text", wanted)
    for entry in entries.values():
        entry.delete()
