"""What the demo's offices saw of its organisations, and what some of these have had certified."""

from datetime import timedelta

from django.utils import timezone

from qiao.core.models import User
from qiao.directory.actions import record_evidence, save_certificate
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.models import Organisation

Kind = OrganisationEvidence.Kind
# Every how many organisations, what was seen, and how many days ago at least.
SEEN = ((2, Kind.REGISTER, 40), (5, Kind.VISITED, 12), (7, Kind.REGISTER, 500), (11, Kind.MET, 90))
# Every how many firms, what is certified, and how many days it is still valid: one ends soon, one has ended.
CERTIFIED = ((6, "ISO 9001", 700), (9, "ISO 14001", 45), (13, "IATF 16949", -20))
ISSUERS = {"DE": "TÜV Nord", "CN": "中国质量认证中心"}


def show_evidence(adviser: User) -> int:
    """How many pieces of evidence."""
    today, count = timezone.localdate(), 0
    joined = Organisation.objects.filter(memberships__isnull=False).distinct().select_related("side__office")
    for number, one in enumerate(joined.order_by("external_id", "pk"), 1):
        for every, kind, days in SEEN:
            if number % every == 0 and one.side.office:
                day = today - timedelta(days=days + number)
                record_evidence(organisation=one, kind=kind, day=day, office=one.side.office, by=adviser)
                count += 1
        _certify(one, number, adviser)
    return count


def _certify(one: Organisation, number: int, by: User) -> None:
    for every, name, days in CERTIFIED:
        if number % every == 0 and one.type == Organisation.Type.COMPANY:
            values = {
                "name": name, "issuer": ISSUERS.get(one.country, ""), "number": f"{4700 + number}",
                "expires": timezone.localdate() + timedelta(days=days),
            }  # fmt: skip
            save_certificate(organisation=one, values=values, by=by)
