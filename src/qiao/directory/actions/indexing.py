"""The index for searching: written in the transaction that changes what it is made of; what is stale is found by query."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from qiao.core.models import Text
from qiao.core.queue import enqueue_once
from qiao.directory.models import Entry, Organisation, Person
from qiao.directory.queries import PERSON_NAMES
from qiao.directory.search import FOLDING, city_names, document_words
from qiao.directory.search_models import SearchDocument, SearchState
from qiao.directory.values import country_names

BATCH = 500


def next_version() -> int:
    """The version for what is written now. Locks the state until the transaction ends."""
    stamp = uuid4().hex
    if not SearchState.objects.filter(pk=1).update(version=F("version") + 1, stamp=stamp):
        SearchState.objects.create(pk=1, version=1, stamp=stamp)
    return SearchState.objects.values_list("version", flat=True).get(pk=1)


def _human(entry: Entry) -> list[str]:
    return [text.text for text in entry.texts.all() if text.origin == Text.Origin.HUMAN]


def _documents_of(organisation: Organisation, version: int) -> Iterator[SearchDocument]:
    """Of the organisation with all it says, and of each of its offers and seeks with name and place of the organisation."""
    names = [organisation.name, organisation.name_latin]
    place = [*city_names(organisation.city), *country_names(organisation.country), organisation.zone]
    if organisation.park:
        place += [*organisation.park.names.values(), *organisation.park.zone.values()]
    themes = [name for theme in organisation.themes.all() for name in theme.names.values()]
    entries = list(organisation.entries.all())
    columns = {"organisation": organisation, "changed": organisation.changed, "folding": FOLDING, "version": version}
    everything = [*themes, *(text for entry in entries for text in _human(entry))]
    yield SearchDocument(words=document_words(names, place, everything), **columns)
    for entry in entries:
        yield SearchDocument(entry=entry, words=document_words((), [*names, *place], _human(entry)), **columns)


@transaction.atomic
def index_organisations(organisations: Iterable[int]) -> int:
    """Write the documents of these organisations (primary keys) anew; how many organisations there were."""
    pks = list(organisations)
    if not pks:
        return 0
    version = next_version()
    for batch in batches(pks):
        rows = Organisation.objects.filter(pk__in=batch).select_related("park")
        rows = rows.prefetch_related("themes", "entries__texts")
        _write([document for row in rows for document in _documents_of(row, version)])
    return len(pks)


def unindex_organisation(organisation: Organisation) -> None:
    """Before its offers and seeks go to another one."""
    SearchDocument.objects.filter(organisation=organisation).delete()


def index_later(organisations: QuerySet[Organisation]) -> None:
    """Their documents count as stale and are written in the background, for example when a theme has another name."""
    SearchDocument.objects.filter(organisation__in=organisations, entry=None).update(folding=0)
    enqueue_once("qiao.directory.tasks.index_stale")


def index_now_or_later(organisations: Sequence[int]) -> None:
    """At once what is few. Many would hold the database for too long: they are found some seconds later."""
    if len(organisations) <= BATCH:
        index_organisations(organisations)
        return
    for batch in batches(organisations):
        index_later(Organisation.objects.filter(pk__in=batch))


def _write(documents: Sequence[SearchDocument]) -> None:
    """Documents keep their row where there is one, so that ids last as long as what they stand for."""
    own = {d.organisation_id: d for d in documents if d.entry_id is None and d.organisation_id}
    present = SearchDocument.objects.filter(organisation__in=own, entry=None).values_list("organisation_id", "pk")
    for organisation, pk in present:
        own[organisation].pk = pk
    columns = ["words", "changed", "names", "folding", "version"]
    SearchDocument.objects.bulk_update([d for d in own.values() if d.pk], columns, batch_size=100)
    SearchDocument.objects.bulk_create([d for d in own.values() if not d.pk], batch_size=BATCH)
    for kind in ("entry", "person"):
        SearchDocument.objects.bulk_create(
            [d for d in documents if getattr(d, f"{kind}_id")],
            batch_size=BATCH, update_conflicts=True, unique_fields=[kind], update_fields=["organisation", *columns],
        )  # fmt: skip


@transaction.atomic
def index_people(people: Iterable[int]) -> int:
    """Write the documents of these people (primary keys) anew; how many there were."""
    pks = list(people)
    if not pks:
        return 0
    columns = {"folding": FOLDING, "version": next_version()}
    for batch in batches(pks):
        rows = Person.objects.filter(pk__in=batch).annotate(names=PERSON_NAMES)
        _write(
            [
                SearchDocument(person=row, words=document_words([row.name, row.name_latin]), names=row.names, **columns)
                for row in rows
            ]
        )
    return len(pks)


def _stale_organisations() -> QuerySet[Organisation]:
    documents = SearchDocument.objects.filter(folding=FOLDING, organisation=OuterRef("pk"), changed=OuterRef("changed"))
    missing = Entry.objects.filter(organisation=OuterRef("pk"), document=None)
    return Organisation.objects.filter(Exists(missing) | ~Exists(documents.filter(entry=None)))


def _stale_people() -> QuerySet[Person]:
    current = SearchDocument.objects.filter(folding=FOLDING, person=OuterRef("pk"), names=OuterRef("names"))
    return Person.objects.annotate(names=PERSON_NAMES).filter(~Exists(current))


def index_stale() -> int:
    """Index everything that is not in the index as it is now; how many organisations and people that were."""
    organisations = list(_stale_organisations().order_by("pk").values_list("pk", flat=True))
    people = list(_stale_people().order_by("pk").values_list("pk", flat=True))
    count = sum(index_organisations(batch) for batch in batches(organisations))  # others may write in between
    count += sum(index_people(batch) for batch in batches(people))
    if count > BATCH:
        tidy_index()
    return count


def batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def rebuild_index() -> int:
    """Write every document anew while searches go on; how many organisations and people are in it."""
    SearchDocument.objects.update(folding=0)
    count = index_stale()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO qiao_search(qiao_search) VALUES ('rebuild')")
    return count


def tidy_index() -> None:
    """Make SQLite's many pieces of the index one: ten times as fast where much was written, and without what was deleted.

    PostgreSQL does so by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO qiao_search(qiao_search) VALUES ('optimize')")


@transaction.atomic
def mark_entries(entries: Iterable[int]) -> None:
    """Their vectors have changed: processes that hold them in memory read them again."""
    pks = list(entries)
    if pks:
        SearchDocument.objects.filter(entry__in=pks).update(version=next_version())


@transaction.atomic
def mark_organisations(organisations: Iterable[int]) -> None:
    """Their keywords have changed, whether or not they offer or seek anything."""
    pks = list(organisations)
    if pks:
        SearchDocument.objects.filter(organisation__in=pks, entry=None).update(version=next_version())
