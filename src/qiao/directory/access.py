"""Organisations and people as far as a user may see them; everything else does not exist (404)."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from qiao.core.access import is_organiser, load_user_by_token
from qiao.core.actions import hash_token
from qiao.core.models import User
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.evidence_queries import prefetch_evidence
from qiao.directory.import_models import ImportRun
from qiao.directory.joining import has_joined
from qiao.directory.market_models import Opportunity
from qiao.directory.models import ClaimLink, Entry, Keyword, Membership, Merge, Organisation, Person
from qiao.directory.roles import works_for_office
from qiao.directory.search_models import SavedSearch
from qiao.directory.showing_models import Certificate, ProfileFile

ALERTS_SALT = "qiao.alerts"
RENEWAL_SALT = "qiao.renewal"
STILL_SALT = "qiao.still"


def member(user: User | AnonymousUser) -> User:
    """Whoever is signed in."""
    if not isinstance(user, User):
        raise Http404
    return user


def require_office(user: User | AnonymousUser) -> User:
    if not isinstance(user, User) or not works_for_office(user):
        raise Http404
    return user


def organisations_for(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """Published organisations and the user's own; for the office all."""
    if not isinstance(user, User):
        return Organisation.objects.none()
    if works_for_office(user):
        return Organisation.objects.all()
    own = Organisation.objects.filter(people__user=user).values("pk")
    return Organisation.objects.filter(Q(is_published=True) | Q(pk__in=own))


def load_organisation_for(user: User | AnonymousUser, key: str) -> Organisation:
    shown = (
        organisations_for(user)
        .select_related("side__office", "park", "same_as")
        .prefetch_related("themes", "entries__texts", prefetch_evidence())
    )
    return get_object_or_404(shown, key=key)


def merged_into(user: User | AnonymousUser, key: str) -> Organisation | None:
    """Where the organisation went that had this key, as far as the user may see it."""
    merge = Merge.objects.filter(gone_key=key, undone=None).first()
    return organisations_for(user).filter(pk=merge.kept_id).first() if merge else None


def may_edit(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Its managers and the office."""
    if not isinstance(user, User):
        return False
    managed = organisation.memberships.filter(person__user=user, is_manager=True)
    return managed.exists() or works_for_office(user)


def load_organisation_to_edit(user: User | AnonymousUser, key: str) -> Organisation:
    organisation = load_organisation_for(user, key)
    if not may_edit(user, organisation):
        raise Http404
    return organisation


def load_colleague(user: User | AnonymousUser, key: str, person: str) -> Membership:
    """A member of an organisation, for its managers and the office."""
    organisation = load_organisation_to_edit(user, key)
    rows = Membership.objects.select_related("person__user", "person__side", "organisation")
    return get_object_or_404(rows, organisation=organisation, person__key=person)


def load_claim(token: str) -> ClaimLink:
    """A link that still serves: not used, ended or expired."""
    rows = ClaimLink.objects.select_related("organisation__side", "organisation__park")
    return get_object_or_404(rows, token_hash=hash_token(token), used=None, revoked=None, expires__gt=timezone.now())


def load_listed(user: User | AnonymousUser, key: str) -> Organisation:
    """A published organisation nobody of which has joined, for the office."""
    require_office(user)
    found = get_object_or_404(Organisation.objects.select_related("side"), key=key, is_published=True)
    if has_joined(found):
        raise Http404
    return found


def load_organisation_to_review(user: User | AnonymousUser, key: str) -> Organisation:
    """One that registered itself and waits for the office."""
    require_office(user)
    return get_object_or_404(Organisation.objects.select_related("same_as", "side"), key=key, is_published=False)


def load_evidence(user: User | AnonymousUser, key: str) -> OrganisationEvidence:
    require_office(user)
    return get_object_or_404(OrganisationEvidence.objects.select_related("organisation"), key=key)


def load_file_for(user: User | AnonymousUser, key: str, kind: str) -> ProfileFile:
    """A picture or brochure of a profile that the user may see."""
    rows = ProfileFile.objects.select_related("organisation").filter(removed=None, kind=kind)
    return get_object_or_404(rows, key=key, organisation__in=organisations_for(user))


def load_file_to_edit(user: User | AnonymousUser, key: str) -> ProfileFile:
    """Also one that was removed, to put it back."""
    found = get_object_or_404(ProfileFile.objects.select_related("organisation"), key=key)
    if not may_edit(user, found.organisation):
        raise Http404
    return found


def load_certificate_to_edit(user: User | AnonymousUser, key: str) -> Certificate:
    found = get_object_or_404(Certificate.objects.select_related("organisation"), key=key)
    if not may_edit(user, found.organisation):
        raise Http404
    return found


def load_person_for_office(user: User | AnonymousUser, key: str) -> Person:
    require_office(user)
    return get_object_or_404(Person.objects.select_related("user", "side"), key=key)


def own_person(user: User | AnonymousUser) -> Person | None:
    """The person behind an account; visitors and some accounts (administrators) have none."""
    return Person.objects.select_related("side").filter(user=user).first() if isinstance(user, User) else None


def load_own_person(user: User | AnonymousUser) -> Person:
    found = own_person(user)
    if found is None:
        raise Http404
    return found


def load_import_for(user: User | AnonymousUser, key: str) -> ImportRun:
    """A table that this very user handed in, and whose kind is still this user's business."""
    run = get_object_or_404(ImportRun.objects.defer("data"), key=key, by=member(user))
    if run.kind == ImportRun.Kind.ORGANISATIONS:
        require_office(user)
    elif not is_organiser(member(user), run.event_number):
        raise Http404
    return run


def load_keyword(code: str) -> Keyword:
    """A term of the vocabulary, also one that retired; the vocabulary is no secret."""
    return get_object_or_404(Keyword.objects.select_related("broader", "merged_into"), code=code)


def load_own_search(user: User | AnonymousUser, key: str) -> SavedSearch:
    return get_object_or_404(SavedSearch, user=member(user), key=key)


def load_user_to_leave_alone(token: str, salt: str = ALERTS_SALT) -> User:
    """Whom the link in a mail of some kind belongs to; it can do nothing but end these mails."""
    return load_user_by_token(token, salt)


@dataclass(frozen=True)
class Still:
    """What the link in a mail asks about a profile. is_valid: that nobody has answered or changed anything since."""

    organisation: Organisation
    is_valid: bool


def load_still(token: str) -> Still:
    """Whoever has the mail may say that the profile is still right; the link can do nothing else."""
    try:
        key, nudged = signing.loads(token, salt=STILL_SALT)
    except signing.BadSignature:
        raise Http404 from None
    found = get_object_or_404(Organisation, key=key)
    asked = found.nudged is not None and found.nudged.isoformat() == nudged and found.nudged > found.touched
    return Still(found, asked)


# --- the marketplace


def load_entry_for(user: User | AnonymousUser, key: str) -> Entry | Opportunity:
    """What stands at a public address: an opportunity that is or was shown, or an offer or seek of a profile."""
    opportunity = _opportunities().filter(public_key=key, organisation__is_published=True).first()
    if opportunity is not None and opportunity.was_shown and (isinstance(user, User) or opportunity.is_public):
        return opportunity
    entries = Entry.objects.filter(organisation__in=organisations_for(user), opportunity=None)
    return get_object_or_404(entries.select_related("organisation__side__office").prefetch_related("texts"), key=key)


def _opportunities() -> "QuerySet[Opportunity]":
    return Opportunity.objects.select_related("organisation__side__office", "entry").prefetch_related("texts")


def load_opportunity_to_edit(user: User | AnonymousUser, key: str) -> Opportunity:
    """For its organisation's managers and the office, in any state."""
    found = get_object_or_404(_opportunities(), key=key)
    if not may_edit(user, found.organisation):
        raise Http404
    return found


def load_opportunity_to_review(user: User | AnonymousUser, key: str) -> Opportunity:
    require_office(user)
    return get_object_or_404(_opportunities(), key=key)


@dataclass(frozen=True)
class Renewal:
    """What the link in a mail asks for. is_valid: that it has not been renewed, or anything else, since."""

    opportunity: Opportunity
    is_valid: bool


def load_renewal(token: str) -> Renewal:
    """Whoever has the mail may renew; the link can do nothing else."""
    try:
        key, expires = signing.loads(token, salt=RENEWAL_SALT)
    except signing.BadSignature:
        raise Http404 from None
    found = get_object_or_404(_opportunities(), key=key)
    open_states = (Opportunity.State.PUBLISHED, Opportunity.State.EXPIRED)
    return Renewal(found, found.expires.isoformat() == expires and found.state in open_states)
