"""Writing an imported table: all of it in one transaction, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.languages import reader_language
from qiao.core.models import User
from qiao.core.tables import Table
from qiao.directory.actions.indexing import index_organisations
from qiao.directory.actions.writing import (
    create_entries,
    embed_later,
    look_for_doubles_later,
    set_same_keys,
    write_entries,
)
from qiao.directory.columns import CellProblem
from qiao.directory.imports import Change, Plan, plan
from qiao.directory.models import Organisation, Park, Side
from qiao.directory.search import pinyin


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do: numbers of rows, the bad cells, and names of parks that are new."""

    created: int
    updated: int
    unchanged: int
    refused: int
    problems: tuple[CellProblem, ...] = ()
    new_parks: tuple[str, ...] = ()
    written: bool = False

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("created", "updated", "unchanged", "refused")}


@transaction.atomic
def import_organisations(
    *, table: Table, by: User | None = None, dry_run: bool = False, skip_bad: bool = False
) -> ImportReport:
    """Create and update organisations; a second import of the same table changes nothing.

    With any refused row nothing is written, unless `skip_bad`; then the report says what would have been done.
    """
    # Two imports at once follow each other, so that both find what the other wrote.
    list(Side.objects.select_for_update(no_key=True).order_by("pk"))
    planned = plan(table)
    write = not dry_run and (skip_bad or not planned.refused) and not all(c.is_empty for c in planned.changes)
    if write:
        try:
            with transaction.atomic():
                _write(planned, by)
        except IntegrityError:  # somebody registered one of them between reading and writing
            raise Refused(_("Somebody changed the directory at the same moment. Import the file once more.")) from None
    return _report(planned, written=write)


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
        written=written,
    )


def _write(planned: Plan, by: User | None) -> None:
    changes = [change for change in planned.changes if not change.is_empty]
    _create_parks(changes)
    for change in changes:
        set_same_keys(change.organisation)
    new = [change for change in changes if change.was_new]
    old = [change for change in changes if not change.was_new]
    Organisation.objects.bulk_create([change.organisation for change in new], batch_size=200)
    for change in old:
        change.organisation.save()
        for kind, texts in change.texts.items():
            write_entries(change.organisation, kind, texts)
    create_entries([(c.organisation, kind, texts) for c in new for kind, texts in c.texts.items()])
    _write_themes(new, old)
    _write_avoid(changes)
    index_organisations(change.organisation.pk for change in changes)
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
