"""Who has joined in person, and who was only entered by somebody else."""

from django.db.models import Exists, OuterRef, QuerySet

from qiao.core.models import Role
from qiao.directory.models import Consent, Membership, Organisation, Person
from qiao.directory.purposes import PROFILE


def never_signed_in(person: Person) -> bool:
    """Then nothing in the account is the person's own yet, and whoever entered the person may open it for him."""
    return person.user is None or (person.user.is_active and person.user.last_login is None)


def with_ties(memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Each with `has_ties`: its person belongs to another organisation too, or has a role, for which no manager answers."""
    elsewhere = Membership.objects.filter(person=OuterRef("person")).exclude(organisation=OuterRef("organisation"))
    roles = Role.objects.filter(user=OuterRef("person__user"))
    return memberships.annotate(has_ties=Exists(elsewhere) | Exists(roles))


def is_kept(membership: Membership) -> bool:
    """May the organisation's managers change the address and hand over a link? Of `with_ties`, its person and user read."""
    return never_signed_in(membership.person) and not membership.has_ties  # type: ignore[attr-defined]


def has_joined(organisation: Organisation) -> bool:
    """Somebody of it agreed in person; else it was only listed by an office. The office itself is never taken over."""
    if organisation.stands_for_id is not None:
        return True
    agreed = Consent.objects.filter(person__organisations=organisation, purpose=PROFILE.code, withdrawn=None)
    return agreed.exists()


def was_asked() -> Exists:
    """For a query over people: who has said something; others were entered by somebody else and know nothing of it."""
    return Exists(Consent.objects.filter(person=OuterRef("pk"), purpose=PROFILE.code))
