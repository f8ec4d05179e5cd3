"""Evidence as readers see it: all of it on a profile, one line elsewhere."""

from collections.abc import Sequence

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from qiao.core.languages import localized
from qiao.core.models import Office, Role, User
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.models import Organisation

Kind = OrganisationEvidence.Kind
SHOWN = "shown_evidence"
_SENTENCES = {
    Kind.REGISTER: _("Register extract seen by the %(office)s, %(day)s"),
    Kind.VISITED: _("Visited by the %(office)s, %(day)s"),
    Kind.MET: _("Met in person by the %(office)s, %(day)s"),
    Kind.TALKS: _("In talks at %(edition)s, %(day)s"),
}


def in_force() -> QuerySet[OrganisationEvidence]:
    """What counts, the latest first, with its office."""
    return OrganisationEvidence.objects.filter(removed=None).select_related("office")


def prefetch_evidence(before: str = "") -> Prefetch[str]:
    """For lists: one query whatever the number; `before` leads to the organisation, "organisation__" for example."""
    return Prefetch(f"{before}evidence", in_force(), to_attr=SHOWN)


def latest(organisation: Organisation) -> OrganisationEvidence | None:
    """What one line says, of an organisation read with `prefetch_evidence`; None without it."""
    found: Sequence[OrganisationEvidence] = getattr(organisation, SHOWN, ())
    return found[0] if found else None


def sentence(one: OrganisationEvidence) -> str:
    """ "Visited by the Contact Office Jinan, 3 March 2026"."""
    values = {"office": one.office.name, "edition": localized(one.edition), "day": date_format(one.day)}
    return str(_SENTENCES[Kind(one.kind)]) % values


def age(one: OrganisationEvidence) -> str:
    """ "2 years ago"; empty for what is not yet a year old."""
    years = one.years(timezone.localdate())
    return ngettext("%(count)s year ago", "%(count)s years ago", years) % {"count": years} if years > 0 else ""


def all_of(organisation: Organisation) -> list[OrganisationEvidence]:
    """For the office: also what was taken back, which comes last."""
    rows = organisation.evidence.select_related("office")
    return sorted(rows, key=lambda row: row.removed is not None)


def offices_of(user: User) -> QuerySet[Office]:
    """For which the user may say what was seen: advisers their own, administrators every one."""
    if user.roles.filter(kind=Role.Kind.ADMIN).exists():
        return Office.objects.all()
    own = user.roles.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE).values("scope_id")
    return Office.objects.filter(pk__in=own)
