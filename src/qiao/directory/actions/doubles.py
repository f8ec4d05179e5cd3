"""Likely doubles: looked for in the background, kept apart by an adviser. What makes one of two is `site.actions.merge`."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from qiao.core.actions import record
from qiao.core.models import User
from qiao.directory.doubles import mails_of, records, same_keys, to_record
from qiao.directory.models import Double, Organisation
from qiao.engine.same.compare import Likeness
from qiao.engine.same.find import likenesses, pairs

_CHUNK = 2_000


def look_for_doubles() -> int:
    """Compare the whole directory with itself and store the likely doubles; how many there are.

    What an adviser has kept apart stays so. Calculated before the transaction, so that nobody's writing waits.
    """
    _fill_keys()
    mails = mails_of()
    keyed = {pk: set(keys.split()) for pk, keys in Organisation.objects.values_list("pk", "same_keys")}
    for pk, domains in mails.items():
        if pk in keyed:
            keyed[pk] |= domains
    candidates = list(pairs(keyed))
    known = records({pk for pair in candidates for pk in pair}, mails)
    found = likenesses(((a, b) for a, b in candidates if a in known and b in known), known.__getitem__)
    _store(found)
    return len(found)


def _fill_keys() -> None:
    """The keys of organisations that came in another way than through the directory's actions."""
    while rows := list(Organisation.objects.filter(same_keys="")[:_CHUNK]):
        for row in rows:
            row.same_keys = same_keys(to_record(row))
        Organisation.objects.bulk_update(rows, ["same_keys"], batch_size=200)


@transaction.atomic
def _store(found: Iterable[Likeness]) -> None:
    present = {(row.low_id, row.high_id): row for row in Double.objects.select_for_update(no_key=True)}
    alive = set(Organisation.objects.values_list("pk", flat=True))
    new, changed = [], []
    for likeness in found:
        values = {
            "level": likeness.level,
            "reasons": [asdict(reason) for reason in likeness.reasons],
            "against": [asdict(reason) for reason in likeness.against],
        }
        row = present.pop((likeness.low, likeness.high), None)
        if row is None and {likeness.low, likeness.high} <= alive:
            new.append(Double(low_id=likeness.low, high_id=likeness.high, **values))
        elif row is not None and any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    Double.objects.filter(pk__in=[row.pk for row in present.values() if row.kept_apart is None]).delete()
    Double.objects.bulk_create(new, batch_size=500)
    Double.objects.bulk_update(changed, ["level", "reasons", "against"], batch_size=200)


@transaction.atomic
def keep_apart(*, one: Organisation, other: Organisation, by: User) -> None:
    """The two are different organisations: never asked again."""
    low, high = sorted((one, other), key=lambda row: row.pk)
    row, _new = Double.objects.get_or_create(low=low, high=high, defaults={"level": Double.Level.POSSIBLE})
    if row.kept_apart is None:
        row.kept_apart, row.kept_apart_by = timezone.now(), by
        row.save(update_fields=["kept_apart", "kept_apart_by"])
        record(by=by, action="directory.keep_apart", subject=low, other=high.pk)
