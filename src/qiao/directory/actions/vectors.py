"""Embedding what is new or has changed."""

from itertools import islice

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Max, Sum

from qiao.core.models import Text
from qiao.core.queue import enqueue_once
from qiao.directory.actions.indexing import mark_entries
from qiao.directory.actions.tags import TAG
from qiao.directory.bridge import KINDS, embedder, profiles_for, text_hash
from qiao.directory.models import Entry, Organisation, Vector
from qiao.engine.matching.embed import encode_unique, model_name, vector_to_bytes
from qiao.engine.matching.model import TextKey
from qiao.engine.matching.space import texts_to_embed

COMPLETE = "directory.embedded"  # key of the cache: what stood there when everything was embedded
BATCH = 256  # texts in one transaction: what a killed worker has to do again at most


def embed_stale() -> int:
    """Embed every offer and seek whose vector is missing or was made from another text or by another embedder.

    Returns how many were embedded. Safe to run twice at once and after being killed. Where nothing was written since
    everything was embedded, the texts are not read again: the task recurs each minute, and a region may have 60,000 of them.
    """
    model = model_name(embedder())
    texts = _texts_stamp()
    if cache.get(COMPLETE) == [model, texts, _vectors_stamp()]:
        return 0
    wanted = texts_to_embed(profiles_for(Organisation.objects.only("pk").order_by("pk")))
    columns = ("organisation__key", "kind", "position", "pk")
    entries = {(key, kind, position): pk for key, kind, position, pk in Entry.objects.values_list(*columns)}
    known = dict(Vector.objects.filter(model=model).values_list("entry_id", "text_hash"))
    by_entry = {entries.get((key.profile, KINDS[key.role], key.number)): (key, text) for key, text in wanted.items()}
    stale = [(pk, *one) for pk, one in by_entry.items() if pk is not None and known.get(pk) != text_hash(one[1])]
    _forget(model, set(by_entry))
    rest = iter(stale)
    while batch := list(islice(rest, BATCH)):
        _embed(model, batch)
    if stale:
        enqueue_once(TAG)
    cache.set(COMPLETE, [model, texts, _vectors_stamp()], timeout=None)
    return len(stale)


def _texts_stamp() -> list[str]:
    """Changes whenever an offer or seek is written or removed, or an organisation changes: its languages say which text counts."""
    of_entries = Text.objects.filter(owner_type=ContentType.objects.get_for_model(Entry))
    texts = of_entries.aggregate(newest=Max("pk"), versions=Sum("version"))
    organisations = Organisation.objects.aggregate(organisations=Count("pk"), changed=Max("changed"))
    return [str(value) for value in (*texts.values(), *organisations.values())]


def _vectors_stamp() -> list[list[object]]:
    return [list(row) for row in Vector.objects.values_list("model").annotate(Count("pk"), Max("pk")).order_by("model")]


@transaction.atomic
def _forget(model: str, embedded: set[int | None]) -> None:
    """Vectors of texts that are gone, and those of earlier embedders, mislead."""
    Vector.objects.exclude(model=model).delete()
    gone = set(Vector.objects.values_list("entry_id", flat=True)) - embedded
    for pk in gone:
        Vector.objects.filter(entry=pk).delete()


def _embed(model: str, batch: list[tuple[int, TextKey, str]]) -> None:
    vectors = encode_unique(embedder(), [text for _pk, _key, text in batch])
    rows = [
        Vector(entry_id=pk, language=key.lang, model=model, text_hash=text_hash(text), data=vector_to_bytes(vector))
        for (pk, key, text), vector in zip(batch, vectors, strict=True)
    ]
    with transaction.atomic():
        there = set(Entry.objects.filter(pk__in=[row.entry_id for row in rows]).values_list("pk", flat=True))
        Vector.objects.bulk_create(
            [row for row in rows if row.entry_id in there],  # an entry may have been deleted meanwhile
            update_conflicts=True,
            unique_fields=["entry", "model"],
            update_fields=["language", "text_hash", "data"],
        )
        mark_entries(there)
