"""The same organisation twice becomes one, over all stages, and can be taken back."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.actions.indexing import index_organisations, unindex_organisation
from qiao.directory.actions.organisations import FIELDS
from qiao.directory.actions.writing import embed_later, look_for_doubles_later, set_same_keys
from qiao.directory.models import EntryKeyword, Merge, Organisation, OrganisationKeyword
from qiao.site.actions.absorbing import absorb
from qiao.site.actions.journal import Journal, take_back

UNDO_DAYS = 30
CHOSEN = (*FIELDS, "name_language", "external_id")
_ALIASES = ("external_id", "name", "city", "country", "uscc", "vat_id", "lei")


@transaction.atomic
def merge(*, kept: Organisation, gone: Organisation, take: Collection[str] = (), by: User) -> Merge:
    """Make one of two organisations: people, offers and seeks, participations and all else of `gone` go to `kept`.

    Of `gone`, the fields in `take` (names in FIELDS) are taken, and all that `kept` leaves empty.
    """
    rows = {
        row.pk: row for row in Organisation.objects.select_for_update(no_key=True).filter(pk__in=[kept.pk, gone.pk])
    }
    if len(rows) != 2:
        raise Refused(_("One of the two organisations is no longer there. Please look at the list again."))
    kept, gone = rows[kept.pk], rows[gone.pk]
    values = _values(kept, gone, take)
    aliases = {name: getattr(gone, name) for name in _ALIASES}
    key, name, pk = gone.key, gone.name, gone.pk
    unindex_organisation(gone)
    journal = Journal()
    absorb(kept, gone, journal)
    _forget_removed(kept, journal)
    journal.change(kept, values)
    journal.change(kept, _derived(kept))
    made = Merge.objects.create(
        kept=kept, gone_key=key, gone_name=name, by=by, journal={"notes": journal.notes}, aliases=aliases
    )
    index_organisations([kept.pk])
    record(by=by, action="site.merge", subject=kept, gone=pk, taken=sorted(take), rows=len(journal.notes))
    embed_later()
    look_for_doubles_later()
    return made


def _forget_removed(kept: Organisation, journal: Journal) -> None:
    """A keyword that one of the two said does not fit goes from the texts of both."""
    removed = kept.keywords.filter(origin=OrganisationKeyword.Origin.REMOVED).values("keyword")
    for row in EntryKeyword.objects.filter(entry__organisation=kept, keyword__in=removed).order_by("pk"):
        journal.delete(row)


def _values(kept: Organisation, gone: Organisation, take: Collection[str]) -> dict[str, Any]:
    """Attribute -> value of what `kept` gets from `gone`."""
    taken = {*take, *(["name_language"] if "name" in take else [])}
    names = [name for name in CHOSEN if name in taken or (not _filled(kept, name) and _filled(gone, name))]
    attributes = {name: Organisation._meta.get_field(name).attname for name in names}  # type: ignore[union-attr]
    values = {attribute: getattr(gone, attribute) for attribute in attributes.values()}
    return values | {
        "texts_version": kept.texts_version + 1,  # it says what both said
        "is_published": kept.is_published or gone.is_published,
        "opted_out": kept.opted_out or gone.opted_out,
    }


def _filled(organisation: Organisation, name: str) -> bool:
    return bool(getattr(organisation, name))


def _derived(kept: Organisation) -> dict[str, Any]:
    """What is derived from the names."""
    fresh = Organisation.objects.get(pk=kept.pk)
    set_same_keys(fresh)
    return {"same_keys": fresh.same_keys}


@transaction.atomic
def undo_merge(*, merge: Merge, by: User) -> tuple[Organisation, int]:
    """Take a merge back; returns the organisation that is there again, and how many later changes were left alone."""
    row = Merge.objects.select_for_update(no_key=True).filter(pk=merge.pk, undone=None).first()
    if row is None or not row.journal:
        raise Refused(_("This can no longer be undone."))
    if Merge.objects.filter(kept=row.kept_id, undone=None, pk__gt=row.pk).exists():
        raise Refused(_("Another organisation was merged into this one later. Please undo that first."))
    try:
        with transaction.atomic():
            left = take_back(row.journal["notes"])
    except IntegrityError:
        raise Refused(
            _("This cannot be undone: another organisation has one of its numbers by now. Please correct that first.")
        ) from None
    row.undone, row.journal = timezone.now(), {}
    row.save(update_fields=["undone", "journal"])
    if left:  # somebody wrote meanwhile: what is derived from it follows what is there now
        Organisation.objects.filter(pk=row.kept_id).update(**_derived(row.kept))
    back = Organisation.objects.get(key=row.gone_key)
    index_organisations([row.kept_id, back.pk])
    record(by=by, action="site.undo_merge", subject=back, kept=row.kept_id, left=len(left))
    embed_later()
    look_for_doubles_later()
    return back, len(left)


def forget_journals() -> int:
    """Merges older than UNDO_DAYS cannot be undone any more: what their journals kept of the past goes."""
    old = Merge.objects.filter(at__lt=timezone.now() - timedelta(days=UNDO_DAYS), undone=None).exclude(journal={})
    return old.update(journal={})
