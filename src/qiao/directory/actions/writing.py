"""Pieces of the writes: the texts of an organisation. Called inside a transaction."""

from collections.abc import Mapping, Sequence

from qiao.core.models import Text
from qiao.core.queue import enqueue_once
from qiao.core.texts import write_texts
from qiao.directory.doubles import same_keys, to_record
from qiao.directory.models import Entry, Organisation

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


def write_entries(organisation: Organisation, kind: str, texts: Texts) -> None:
    """Make the offers or seeks exactly `texts`; translations of what changed go, all else stays as it is."""
    entries = {entry.position: entry for entry in organisation.entries.filter(kind=kind).prefetch_related("texts")}
    for position, wanted in enumerate(texts, 1):
        entry = entries.pop(position, None)
        if entry is None:
            entry = Entry.objects.create(organisation=organisation, kind=kind, position=position)
            write_texts(entry, "text", wanted)
        elif {t.language: t.text for t in entry.texts.all() if t.origin == Text.Origin.HUMAN} != dict(wanted):
            write_texts(entry, "text", wanted)
    for entry in entries.values():
        entry.delete()
