"""Reading texts: what is new or has changed, and everything once more where another embedder is wanted.

That is a move in small steps: the vectors of both embedders stand side by side, those in force are kept up to date and
used by everybody, and are deleted after the new ones were put in force, all at once.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from importlib.metadata import version

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, Max, QuerySet, Sum
from django.utils import timezone

from qiao.core.actions import record
from qiao.core.models import Text
from qiao.core.queue import SUGGEST, enqueue_once
from qiao.directory import embedders
from qiao.directory.actions.indexing import mark_entries, next_version
from qiao.directory.actions.tags import TAG
from qiao.directory.actions.writing import EMBED
from qiao.directory.bridge import KINDS, profiles_for, text_hash
from qiao.directory.embedders import Loaded
from qiao.directory.models import EmbedderState, Entry, Organisation, Vector
from qiao.engine.matching.embed import EmbedderError, encode_unique, model_name, vector_to_bytes
from qiao.engine.matching.model import TextKey
from qiao.engine.matching.space import texts_to_embed

log = logging.getLogger("qiao.texts")

COMPLETE = "directory.embedded"  # key of the cache: what stood there when everything was embedded
BATCH = 256  # texts in one transaction: what a killed worker has to do again at most
DELETED_AT_ONCE = 1000
PAUSES = (1, 2, 4, 8, 10)  # minutes until an embedder that failed is asked again

Marks = Mapping[int, str]  # by entry, see _marks


def embed_stale(*, seconds: float = float("inf")) -> int:
    """Embed every offer and seek whose vector is missing or was made from another text or by another embedder.

    Returns how many were embedded; what is not done after so many seconds is queued, so that other work comes in between.
    Safe to run twice at once and after being killed. An embedder that does not answer is noted and asked again later.
    """
    now = embedders.state()
    failing = now.problem.get("choice") == settings.EMBEDDER
    if failing and now.again and now.again > timezone.now():
        return 0
    try:
        target = embedders.wanted()
        target.check()
        if now.problem:
            _note_recovery()
        return _bring_up_to_date(target, time.monotonic() + seconds)
    except EmbedderError as error:
        _note(error)
        return 0


def _bring_up_to_date(target: Loaded, until: float) -> int:
    """Where nothing was written since everything was embedded, nothing is looked at: the task recurs each minute."""
    name, stamp = model_name(target), _texts_stamp()
    if cache.get(COMPLETE) == [name, stamp, _vectors_stamp()]:
        return 0
    marks, now = _marks(), embedders.state()
    _delete(Vector.objects.exclude(model__in={now.model, name}))
    in_force = Vector.objects.filter(model=now.model).count()
    if now.model == name or not in_force:
        now = _put_in_force(target)
    else:
        _announce(name, in_force)
    count = _keep_up_to_date(now, marks, until) if now.model != name else 0
    made, done = _embed(target, marks, until, in_force=now.model == name)
    if done and now.model != name and _texts_stamp() == stamp:
        now = _put_in_force(target)
        _delete(Vector.objects.exclude(model=name))
    if count + made and now.model == name:
        enqueue_once(TAG)
        enqueue_once(SUGGEST)
    if not done or now.model != name:
        enqueue_once(EMBED)
    else:
        cache.set(COMPLETE, [name, stamp, _vectors_stamp()], timeout=None)
    return count + made


def _marks() -> Marks:
    """By entry what its vector is made from, without reading texts, of which a region may have 60,000; "" without a text.

    The languages of the organisation say which of several texts counts, and the program how it is read.
    """
    of_entries = Text.objects.filter(owner_type=ContentType.objects.get_for_model(Entry), origin=Text.Origin.HUMAN)
    texts: dict[int, list[str]] = defaultdict(list)
    for entry, pk, number in of_entries.order_by("pk").values_list("owner_id", "pk", "version"):
        texts[entry].append(f"{pk}.{number}")
    program = version("qiao")
    languages = dict(Organisation.objects.values_list("pk", "languages"))
    rows = Entry.objects.order_by("organisation_id", "pk").values_list("pk", "organisation_id")
    read = [(pk, f"{program} {languages.get(owner)} {texts[pk]}" if pk in texts else "") for pk, owner in rows]
    return {pk: sha256(words.encode()).hexdigest()[:32] if words else "" for pk, words in read}


def _texts(entries: Collection[int]) -> dict[int, tuple[TextKey, str]]:
    """By entry the text that counts; those without anything readable are left out."""
    wanted = texts_to_embed(profiles_for(Organisation.objects.filter(entries__in=entries).distinct().order_by("pk")))
    rows = Entry.objects.filter(pk__in=entries).values_list("organisation__key", "kind", "position", "pk")
    places = {(key, kind, position): pk for key, kind, position, pk in rows}
    found = {places.get((key.profile, KINDS[key.role], key.number)): (key, text) for key, text in wanted.items()}
    return {pk: one for pk, one in found.items() if pk is not None}


def _texts_stamp() -> list[str]:
    """Changes whenever an offer or seek is written or removed, or an organisation changes: its languages say which text counts."""
    of_entries = Text.objects.filter(owner_type=ContentType.objects.get_for_model(Entry))
    texts = of_entries.aggregate(newest=Max("pk"), versions=Sum("version"))
    organisations = Organisation.objects.aggregate(organisations=Count("pk"), changed=Max("changed"))
    return [str(value) for value in (*texts.values(), *organisations.values())]


def _vectors_stamp() -> list[list[object]]:
    return [list(row) for row in Vector.objects.values_list("model").annotate(Count("pk"), Max("pk")).order_by("model")]


# --- which embedder


def _put_in_force(target: Loaded) -> EmbedderState:
    """From now on everybody uses the vectors of this embedder; processes that hold others read them anew."""
    choice, model = target.choice, model_name(target)
    with transaction.atomic():
        row = _locked()
        if (row.choice, row.model, row.coming) != (choice, model, ""):
            if row.model != model:
                next_version()
                record(by=None, action="directory.embedder_in_force", before=row.model, after=model)
            row.choice, row.model, row.dim, row.coming, row.texts = choice, model, target.dim, "", 0
            row.save()
    return row


def _announce(coming: str, texts: int) -> None:
    EmbedderState.objects.exclude(coming=coming, texts=texts).update(coming=coming, texts=texts)


def _locked() -> EmbedderState:
    return EmbedderState.objects.select_for_update(no_key=True).get_or_create(pk=1)[0]


def _note(error: EmbedderError) -> None:
    """One line in the log when it begins, and one when it is over."""
    with transaction.atomic():
        row, now = _locked(), timezone.now()
        if row.problem.get("choice") != settings.EMBEDDER:
            row.failing_since, row.failures = now, 0
            log.warning("the embedder makes no vectors: %s %s", error.code, error.values)
        row.problem = {"choice": settings.EMBEDDER, "code": error.code, "values": error.values}
        row.again = now + timedelta(minutes=PAUSES[min(row.failures, len(PAUSES) - 1)])
        row.failures += 1
        row.save()


def _note_recovery() -> None:
    EmbedderState.objects.update(problem={}, failing_since=None, failures=0, again=None)
    log.info("the embedder makes vectors again")


# --- vectors


def _delete(rows: QuerySet[Vector]) -> None:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:DELETED_AT_ONCE]):
        Vector.objects.filter(pk__in=keys).delete()


def _keep_up_to_date(now: EmbedderState, marks: Marks, until: float) -> int:
    """What is written during a move is found before its end as well, if the old embedder is still there."""
    with suppress(EmbedderError):
        return _embed(embedders.in_force(now), marks, until, in_force=True)[0]
    return 0


def _embed(target: Loaded, marks: Marks, until: float, *, in_force: bool) -> tuple[int, bool]:
    """(how many were embedded, whether that was all)."""
    known = dict(Vector.objects.filter(model=model_name(target)).values_list("entry_id", "read_from"))
    stale = [(pk, mark) for pk, mark in marks.items() if known.get(pk, "") != mark]
    count = 0
    for start in range(0, len(stale), BATCH):
        count += _embed_batch(target, dict(stale[start : start + BATCH]), in_force=in_force)
        if time.monotonic() > until and start + BATCH < len(stale):
            return count, False
    return count, True


def _embed_batch(target: Loaded, marks: Marks, *, in_force: bool) -> int:
    """Embed what says something else than before; how many. A vector whose text is gone goes."""
    model, texts = model_name(target), _texts(marks)
    present = Vector.objects.filter(model=model, entry__in=marks)
    hashes = dict(present.values_list("entry_id", "text_hash"))
    fresh = {pk: one for pk, one in texts.items() if hashes.get(pk) != text_hash(one[1])}
    vectors = encode_unique(target, [text for _key, text in fresh.values()])
    rows = [
        Vector(
            entry_id=pk, language=key.lang, model=model, text_hash=text_hash(text), read_from=marks[pk],
            data=vector_to_bytes(vector),
        )
        for (pk, (key, text)), vector in zip(fresh.items(), vectors, strict=True)
    ]  # fmt: skip
    with transaction.atomic():
        there = set(Entry.objects.filter(pk__in=fresh).values_list("pk", flat=True))
        Vector.objects.bulk_create(
            [row for row in rows if row.entry_id in there],  # an entry may have been deleted meanwhile
            update_conflicts=True,
            unique_fields=["entry", "model"],
            update_fields=["language", "text_hash", "read_from", "data"],
        )
        same = list(present.filter(entry__in=texts.keys() - fresh.keys()).only("entry_id"))
        for row in same:
            row.read_from = marks[row.entry_id]
        Vector.objects.bulk_update(same, ["read_from"])
        gone = marks.keys() - texts.keys()
        present.filter(entry__in=gone).delete()
        if in_force:
            mark_entries(there | gone)
    return len(rows)
