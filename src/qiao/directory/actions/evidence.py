"""What an office saw of an organisation: recorded, taken back, put back."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Office, User
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.models import Organisation

Kind = OrganisationEvidence.Kind


@transaction.atomic
def record_evidence(
    *, organisation: Organisation, kind: str, day: date, office: Office, by: User
) -> OrganisationEvidence:
    """The office answers for what it says: register extract seen, visited or met in person on this day."""
    if day > timezone.localdate():
        raise Refused(_("This day lies ahead. Record it when it is over."))
    row = OrganisationEvidence(organisation=organisation, kind=kind, day=day, office=office, recorded_by=by)
    _save(row)
    record(by=by, action="directory.record_evidence", subject=organisation, kind=kind, evidence=row.pk)
    return row


def _save(row: OrganisationEvidence) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("This has been recorded already.")) from None


@transaction.atomic
def remove_evidence(*, evidence: OrganisationEvidence, by: User) -> None:
    """Take it back: nobody sees it any more, and it can be put back."""
    if OrganisationEvidence.objects.filter(pk=evidence.pk, removed=None).update(removed=timezone.now()):
        record(by=by, action="directory.remove_evidence", subject=evidence.organisation, evidence=evidence.pk)


@transaction.atomic
def restore_evidence(*, evidence: OrganisationEvidence, by: User) -> None:
    row = OrganisationEvidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if row.removed is None:
        return
    row.removed = None
    _save(row)
    record(by=by, action="directory.restore_evidence", subject=evidence.organisation, evidence=row.pk)


@transaction.atomic
def note_talks(*, slug: str, names: Mapping[str, str], office: Office, days: Iterable[tuple[int, date]]) -> int:
    """That organisations (primary key, day of the last talk) had talks at an edition; how many were new."""
    rows = [
        OrganisationEvidence(
            organisation_id=pk, kind=Kind.TALKS, day=day, office=office, edition=dict(names), edition_slug=slug
        )
        for pk, day in days
    ]
    known = OrganisationEvidence.objects.filter(edition_slug=slug).values_list("organisation", flat=True)
    fresh = {row.organisation_id: row for row in rows if row.organisation_id not in set(known)}
    OrganisationEvidence.objects.bulk_create(fresh.values())
    if fresh:
        record(by=None, action="directory.note_talks", count=len(fresh))
    return len(fresh)
