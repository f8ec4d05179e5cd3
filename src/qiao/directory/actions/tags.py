"""Finding the keywords of texts in the background, and bringing Qiao's own vocabulary into the database."""

from collections.abc import Sequence

import numpy as np
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from qiao.core.models import Text
from qiao.core.queue import enqueue_once
from qiao.directory import embedders
from qiao.directory.actions.indexing import mark_entries, next_version
from qiao.directory.models import Entry, EntryKeyword, Keyword, OrganisationKeyword, Vector
from qiao.directory.tagging import tagger_for, terms_in_force, version_of
from qiao.engine.matching.embed import EmbedderError, vector_from_bytes
from qiao.engine.matching.keywords import Tag, Tagger
from qiao.engine.matching.vocabulary import LANGUAGES, Term, shipped_vocabulary

TAG = "qiao.directory.tasks.tag_stale"
BATCH = 256  # texts in one transaction


def tag_later() -> None:
    enqueue_once(TAG)


def vocabulary_changed() -> None:
    """Texts are read anew; a search knows the new words at once."""
    next_version()
    tag_later()


def tag_stale() -> int:
    """Find the keywords of every embedded text that has none yet, has changed, or was read with another vocabulary or embedder.

    Returns how many texts were read. Safe to run twice at once and after being killed. Without the embedder, which reads
    the vocabulary, texts keep the keywords that they have.
    """
    load_vocabulary()
    terms, now = terms_in_force(), embedders.state()
    version = version_of(terms, model=now.model)
    _forget()
    current = Concat(F("text_hash"), Value(f":{version}"))
    stale = Vector.objects.filter(model=now.model).exclude(entry__keywords_from=current).order_by("pk")
    keys = list(stale.values_list("pk", flat=True))
    try:
        for start in range(0, len(keys), BATCH):
            _tag(keys[start : start + BATCH], tagger_for(terms, now), version)
    except EmbedderError:
        return 0
    return len(keys)


@transaction.atomic
def _forget() -> None:
    """A text that is gone has no keywords."""
    gone = Entry.objects.exclude(keywords_from="").filter(vectors=None)
    EntryKeyword.objects.filter(entry__in=gone).delete()
    gone.update(keywords_from="")


def _tag(keys: Sequence[int], tagger: Tagger, version: str) -> None:
    vectors = list(Vector.objects.filter(pk__in=keys).select_related("entry").prefetch_related("entry__texts"))
    words = [_words(vector) for vector in vectors]
    read = [(vector, one) for vector, one in zip(vectors, words, strict=True) if one]
    if not read:
        return
    raw = np.stack([vector_from_bytes(bytes(vector.data)) for vector, _one in read])
    found = tagger.find([(vector.language, one) for vector, one in read], raw)
    codes = dict(Keyword.objects.values_list("code", "pk"))
    marks = [(vector.entry_id, f"{vector.text_hash}:{version}") for vector, _one in read]
    _store({entry: (mark, tags) for (entry, mark), tags in zip(marks, found, strict=True)}, codes)


def _words(vector: Vector) -> str:
    """The text that was embedded, as it stands now; an entry that changed meanwhile is embedded and read once more."""
    texts = vector.entry.texts.all()
    return next((t.text for t in texts if t.language == vector.language and t.origin == Text.Origin.HUMAN), "")


@transaction.atomic
def _store(found: dict[int, tuple[str, tuple[Tag, ...]]], codes: dict[str, int]) -> None:
    rows = Entry.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=found).order_by("pk")
    entries = {entry.pk: entry for entry in rows}  # those that are still there
    removed = set(
        OrganisationKeyword.objects.filter(
            organisation__in={entry.organisation_id for entry in entries.values()},
            origin=OrganisationKeyword.Origin.REMOVED,
        ).values_list("organisation_id", "keyword_id")
    )
    EntryKeyword.objects.filter(entry__in=entries).delete()
    EntryKeyword.objects.bulk_create(
        EntryKeyword(entry=entry, keyword_id=codes[tag.code], score=tag.score)
        for pk, entry in entries.items()
        for tag in found[pk][1]
        if (entry.organisation_id, codes[tag.code]) not in removed
    )
    for pk, entry in entries.items():
        entry.keywords_from = found[pk][0]
    Entry.objects.bulk_update(entries.values(), ["keywords_from"])
    mark_entries(entries)


@transaction.atomic
def load_vocabulary() -> int:
    """Add the shipped terms that are missing and renew those that the office did not touch; how many were written."""
    present = {row.code: row for row in Keyword.objects.select_related("broader")}
    new = [term for term in shipped_vocabulary() if term.code not in present]
    Keyword.objects.bulk_create([Keyword(code=term.code, **_words_of(term)) for term in new], ignore_conflicts=True)
    rows = present if not new else {row.code: row for row in Keyword.objects.select_related("broader")}
    fresh = {term.code for term in new}
    changed = [rows[term.code] for term in shipped_vocabulary() if _renew(term, rows, is_new=term.code in fresh)]
    Keyword.objects.bulk_update(changed, ["names", "synonyms", "broader"], batch_size=200)
    if changed:
        next_version()
    return len(changed)


def _words_of(term: Term) -> dict[str, dict[str, object]]:
    return {
        "names": {lang: term.labels[lang][0] for lang in LANGUAGES},
        "synonyms": {lang: list(term.labels[lang][1:]) for lang in LANGUAGES},
    }


def _renew(term: Term, rows: dict[str, Keyword], *, is_new: bool) -> bool:
    row = rows[term.code]
    broader = rows[term.broader].pk if term.broader else None
    words = _words_of(term)
    if row.is_edited or (not is_new and (row.names, row.synonyms, row.broader_id) == (*words.values(), broader)):
        return False
    row.names, row.synonyms, row.broader_id = words["names"], words["synonyms"], broader
    return True
