"""Writing an imported table: all of it in one transaction, or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import reader_language
from qiao.core.models import Text, User
from qiao.core.tables import Table
from qiao.directory.actions.indexing import index_now_or_later
from qiao.directory.actions.writing import (
    create_entries,
    embed_later,
    look_for_doubles_later,
    set_same_keys,
    write_entries,
)
from qiao.directory.columns import CellProblem
from qiao.directory.doubles import RowDouble
from qiao.directory.imports import Change, Plan, Progress, plan
from qiao.directory.models import Entry, Merge, Organisation, Park, Side, Theme
from qiao.directory.search import pinyin

DERIVED = ("park", "same_keys", "changed")  # beside the fields that a row changes


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: numbers of rows, the bad cells, and names of parks that are new."""

    created: int
    updated: int
    unchanged: int
    refused: int
    problems: tuple[CellProblem, ...] = ()
    new_parks: tuple[str, ...] = ()
    doubles: tuple[RowDouble, ...] = ()  # new rows that may be there already
    written: bool = False
    fingerprint: str = ""  # of what is done: a later import may ask for exactly this

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "updated", "unchanged", "refused")}


def import_organisations(
    *,
    table: Table,
    by: User | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    expected: str | None = None,
    progress: Progress | None = None,
    afterwards: Callable[[ImportReport], None] | None = None,
) -> ImportReport:
    """Create and update organisations; a second import of the same table changes nothing.

    With any refused row nothing is written, unless `skip_bad`; nor when something else would be done than a dry run said
    whose report has the fingerprint `expected`. Then the report says what would have been done. Planned before the
    transaction, so that a long table keeps nobody from writing meanwhile; `afterwards` is called within it.
    """
    for last in (False, False, True):
        seen = _state_of_directory()
        planned = _plan(table, progress)
        if dry_run:
            return _report(planned, written=False)
        with transaction.atomic():
            _wait_for_other_imports()
            if _state_of_directory() != seen:
                if not last:
                    continue  # somebody changed the directory meanwhile: planned anew, without holding anybody up
                planned = _plan(table, None)
            return _write(planned, by, skip_bad=skip_bad, expected=expected, afterwards=afterwards)
    raise AssertionError  # the last attempt returns


def _wait_for_other_imports() -> None:
    """Two imports at once follow each other, so that both find what the other wrote."""
    list(Side.objects.select_for_update(no_key=True).order_by("pk"))


def _write(
    planned: Plan,
    by: User | None,
    *,
    skip_bad: bool,
    expected: str | None,
    afterwards: Callable[[ImportReport], None] | None,
) -> ImportReport:
    """Write the plan, if it may be written; within a transaction."""
    wanted = expected in (None, planned.fingerprint) and (skip_bad or not planned.refused)
    write = wanted and not all(change.is_empty for change in planned.changes)
    if write:
        try:
            with transaction.atomic():
                _write_changes(planned, by)
        except IntegrityError:  # somebody registered one of them between reading and writing
            raise Refused(_("Somebody changed the directory at the same moment. Import the file once more.")) from None
    report = _report(planned, written=write)
    if afterwards:
        afterwards(report)
    return report


def _state_of_directory() -> tuple[Any, ...]:
    """Different whenever something changed that a plan was made from."""
    firms = Organisation.objects.aggregate(Count("pk"), Max("pk"), Max("changed"))
    counts = [model.objects.aggregate(Count("pk"), Max("pk")) for model in (Park, Theme, Side, Entry, Text)]
    merges = Merge.objects.aggregate(Count("pk"), Count("undone"))
    return (*firms.values(), *(value for count in counts for value in count.values()), *merges.values())


def _plan(table: Table, progress: Progress | None) -> Plan:
    """With all that can be calculated beforehand."""
    planned = plan(table, progress)
    for change in planned.changes:
        if not change.is_empty and not change.was_new:  # new ones have them since the plan looked for doubles
            set_same_keys(change.organisation)
    return planned


def _report(planned: Plan, *, written: bool) -> ImportReport:
    created = sum(change.was_new for change in planned.changes)
    unchanged = sum(change.is_empty for change in planned.changes)
    return ImportReport(
        created=created,
        updated=len(planned.changes) - created - unchanged,
        unchanged=unchanged,
        refused=planned.refused,
        problems=tuple(planned.problems),
        new_parks=tuple(planned.new_parks),
        doubles=tuple(planned.doubles),
        written=written,
        fingerprint=planned.fingerprint,
    )


def _write_changes(planned: Plan, by: User | None) -> None:
    changes = [change for change in planned.changes if not change.is_empty]
    _create_parks(changes)
    new = [change for change in changes if change.was_new]
    old = [change for change in changes if not change.was_new]
    Organisation.objects.bulk_create([change.organisation for change in new], batch_size=200)
    for change in old:
        change.organisation.save(update_fields=[*change.fields, *DERIVED])
        for kind, texts in change.texts.items():
            write_entries(change.organisation, kind, texts)
    create_entries([(c.organisation, kind, texts) for c in new for kind, texts in c.texts.items()])
    _write_themes(new, old)
    _write_avoid(changes)
    index_now_or_later([change.organisation.pk for change in changes])
    record(by=by, action="directory.import_organisations", created=len(new), updated=len(old))
    embed_later()
    look_for_doubles_later()


def _create_parks(changes: Iterable[Change]) -> None:
    made: dict[tuple[str, int], Park] = {}
    for change in changes:
        if not change.park:
            continue
        side = change.organisation.side
        key = (change.park.casefold(), side.pk)
        if key not in made:
            zone = {reader_language(): change.organisation.zone} if change.organisation.zone else {}
            language = "zh" if pinyin(change.park) else "de" if side.country == "DE" else "en"
            made[key] = Park.objects.create(
                code=_park_code(change.park), names={language: change.park}, zone=zone, side=side
            )
        change.organisation.park = made[key]


def _park_code(name: str) -> str:
    """A code from the name's letters or pinyin, with a number where it is taken."""
    base = slugify(f"{pinyin(name)} {name}")[:40] or "park"
    taken = set(Park.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := base if n == 1 else f"{base}-{n}") not in taken)


def _write_themes(new: Iterable[Change], old: Iterable[Change]) -> None:
    through = Organisation.themes.through
    rows = [through(organisation_id=c.organisation.pk, theme_id=pk) for c in new for pk in c.themes or ()]
    through.objects.bulk_create(rows, batch_size=500)
    for change in old:
        if change.themes is not None:
            change.organisation.themes.set(change.themes)


def _write_avoid(changes: Iterable[Change]) -> None:
    named = [change for change in changes if change.avoid is not None]
    if not any(change.avoid or not change.was_new for change in named):
        return
    ids = {key: pk for pk, key in Organisation.objects.values_list("pk", "key")}
    ids |= {
        external: pk for pk, external in Organisation.objects.exclude(external_id="").values_list("pk", "external_id")
    }
    for change in named:
        wanted = {ids[mark] for mark in change.avoid or ()} - {change.organisation.pk}
        if wanted or not change.was_new:
            change.organisation.avoid.set(wanted)
