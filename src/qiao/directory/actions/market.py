"""The life of an opportunity: written, looked at, published, renewed, closed. TRANSITIONS says which step leads where."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User, public_key
from qiao.core.texts import write_texts
from qiao.directory.actions.indexing import index_organisations
from qiao.directory.actions.market_mails import tell_decision
from qiao.directory.actions.stand_ins import stand_in_for
from qiao.directory.actions.writing import embed_later, next_position
from qiao.directory.anonymity import leading_to
from qiao.directory.market_models import Opportunity
from qiao.directory.market_queries import TEXT_FIELDS, announced, reviews_needed, wordings
from qiao.directory.models import Entry, Organisation
from qiao.directory.roles import works_for_office

State = Opportunity.State
FIELDS = (
    "kind", "area", "stage", "rights", "partner_types", "cooperation", "countries", "is_anonymous", "is_public", "expires",
    "external_id",
)  # fmt: skip
VALID = timedelta(days=180)  # what a renewal adds
LONGEST_VALID = timedelta(days=366)
MOST = 50  # of one organisation

# From which states a step may be taken. Where it leads is said by the action of that name.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "submit": frozenset({State.DRAFT, State.REFUSED, State.EXPIRED, State.CLOSED}),
    "take_back": frozenset({State.REVIEW}),
    "approve": frozenset({State.REVIEW}),
    "refuse": frozenset({State.REVIEW}),
    "renew": frozenset({State.PUBLISHED, State.EXPIRED}),
    "close": frozenset({State.PUBLISHED, State.EXPIRED}),
    "remove": frozenset({State.DRAFT, State.REFUSED, State.EXPIRED, State.CLOSED}),
}


def steps(opportunity: Opportunity) -> list[str]:
    """The steps that can be taken now, whoever takes them."""
    return [step for step, states in TRANSITIONS.items() if opportunity.state in states]


def _locked(opportunity: Opportunity, step: str = "") -> Opportunity:
    """The row as it is now; refuses a step that somebody else's has overtaken."""
    row = Opportunity.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation__side__office")
    found = row.filter(pk=opportunity.pk).first()
    if found is None or (step and found.state not in TRANSITIONS[step]):
        raise Refused(_("This has changed meanwhile. Please look at it again."))
    return found


# --- writing


@transaction.atomic
def save_opportunity(
    *, organisation: Organisation, values: Mapping[str, Any], by: User, opportunity: Opportunity | None = None
) -> Opportunity:
    """Write a draft, or change what there is: FIELDS, and `texts` (field -> language -> text).

    What has been published is looked at anew where the office wants that, and shown as it reads now otherwise.
    """
    if opportunity is None:
        if organisation.stands_for_id is None and organisation.opportunities.count() >= MOST:
            raise Refused(
                _("An organisation has at most %(count)s opportunities. Remove one that is over.") % {"count": MOST}
            )
        row = Opportunity(organisation=organisation, expires=values["expires"])
    else:
        row = _locked(opportunity)
    changed = [name for name in FIELDS if name in values and getattr(row, name) != values[name]]
    if "is_anonymous" in changed:
        row.public_key = public_key()
    for name in changed:
        setattr(row, name, values[name])
    row.changed = timezone.now()
    row.save()
    changed += [field for field in TEXT_FIELDS if write_texts(row, field, values["texts"].get(field, {}))]
    if changed:
        record(by=by, action="directory.save_opportunity", subject=row, fields=changed)
        _after_change(row, changed, by)
    return row


def _after_change(row: Opportunity, changed: list[str], by: User) -> None:
    if row.state == State.PUBLISHED:
        if "expires" in changed:
            row.reminded = None
            row.save(update_fields=["reminded"])
        if set(changed) <= {"expires", "is_public"}:
            return
        take_down(row)
        _to_review_or_market(row, by)
    elif row.state == State.REVIEW:
        row.first_approved_by = by if works_for_office(by) else None
        row.save(update_fields=["first_approved_by"])
    elif row.state in (State.EXPIRED, State.CLOSED):
        row.state = State.DRAFT
        row.save(update_fields=["state"])


@transaction.atomic
def remove_opportunity(*, opportunity: Opportunity, by: User) -> None:
    row = _locked(opportunity, "remove")
    record(by=by, action="directory.remove_opportunity", subject=row)
    row.delete()


# --- on its way to the market


@transaction.atomic
def submit(*, opportunity: Opportunity, by: User) -> Opportunity:
    """To the office for review, or to the market at once where it wants none."""
    row = _locked(opportunity, "submit")
    _check(row)
    record(by=by, action="directory.submit_opportunity", subject=row)
    row.first_approved_by = None
    return _to_review_or_market(row, by)


def _check(row: Opportunity) -> None:
    texts = wordings(row)
    if not set(texts["title"]) & set(texts["text"]):
        raise Refused(_("Write a title and a description in the same language, at least in one."))
    if not row.organisation.is_published:
        raise Refused(_("The contact office has not approved your organisation yet. Until then this stays a draft."))
    today = timezone.localdate()
    if not today <= row.expires <= today + LONGEST_VALID:
        raise Refused(_("Choose a last day that lies ahead, at most a year from now."))
    if row.is_anonymous:
        if row.organisation.side.office is None:
            raise Refused(
                _("Your region has no contact office that could stand in for you. Publish it with your name.")
            )
        if found := leading_to(row.organisation, (text for some in texts.values() for text in some.values())):
            raise Refused(
                _("“%(words)s” leads to your organisation. Write it without, or publish it with your name.")
                % {"words": found}
            )


def _to_review_or_market(row: Opportunity, by: User) -> Opportunity:
    """What somebody of the office wrote or changed has been looked at by one person already."""
    if works_for_office(by):
        return _approve(row, by)
    if reviews_needed(row) == 0:
        return _publish(row)
    row.state, row.first_approved_by = State.REVIEW, None
    row.save(update_fields=["state", "first_approved_by"])
    return row


def _approve(row: Opportunity, by: User) -> Opportunity:
    looked_at = 1 if row.first_approved_by is None else 2
    if looked_at >= reviews_needed(row):
        return _publish(row)
    row.state, row.first_approved_by = State.REVIEW, by
    row.save(update_fields=["state", "first_approved_by"])
    return row


@transaction.atomic
def take_back(*, opportunity: Opportunity, by: User) -> None:
    """Its people want to go on writing."""
    row = _locked(opportunity, "take_back")
    row.state, row.first_approved_by = State.DRAFT, None
    row.save(update_fields=["state", "first_approved_by"])
    record(by=by, action="directory.take_back_opportunity", subject=row)


@transaction.atomic
def approve_opportunity(*, opportunity: Opportunity, by: User) -> Opportunity:
    """Publish it, or hand it on where two people have to look at it."""
    row = _locked(opportunity, "approve")
    if row.first_approved_by == by and reviews_needed(row) > 1:
        raise Refused(_("You have approved it already. Another person of the office has to look at it, too."))
    _check(row)
    record(by=by, action="directory.approve_opportunity", subject=row)
    _approve(row, by)
    if row.is_open:
        tell_decision(row)
    return row


@transaction.atomic
def refuse_opportunity(*, opportunity: Opportunity, reason: str, by: User) -> None:
    """Back to its people, with the reason."""
    if not reason.strip():
        raise Refused(_("Say what has to change, so that it can be published."))
    row = _locked(opportunity, "refuse")
    row.state, row.reason, row.first_approved_by = State.REFUSED, reason.strip(), None
    row.save(update_fields=["state", "reason", "first_approved_by"])
    record(by=by, action="directory.refuse_opportunity", subject=row)
    tell_decision(row)


# --- on the market


def _publish(row: Opportunity) -> Opportunity:
    """From now on an entry stands for it: that of the organisation, or of its contact office."""
    owner = stand_in_for(row.organisation.side) if row.is_anonymous else row.organisation
    entry = Entry.objects.create(
        key=row.public_key, organisation=owner, kind=row.kind,
        position=next_position(owner.pk, row.kind, in_profile=False),
    )  # fmt: skip
    write_texts(entry, "text", announced(wordings(row)))
    row.entry, row.state, row.reason, row.reminded = entry, State.PUBLISHED, "", None
    row.published = timezone.now()
    row.save()
    index_organisations([owner.pk])
    embed_later()
    return row


def take_down(row: Opportunity) -> None:
    entry = row.entry
    row.entry = None
    row.save(update_fields=["entry"])
    if entry is not None:
        owner = entry.organisation_id
        entry.delete()
        index_organisations([owner])


@transaction.atomic
def close(*, opportunity: Opportunity, by: User | None) -> None:
    """No more partners are sought; its page says so and nothing else."""
    row = _locked(opportunity, "close")
    take_down(row)
    row.state = State.CLOSED
    row.save(update_fields=["state"])
    record(by=by, action="directory.close_opportunity", subject=row)


@transaction.atomic
def renew(*, opportunity: Opportunity, by: User | None) -> Opportunity:
    """Half a year more from today. by: None from the link in a mail."""
    row = _locked(opportunity, "renew")
    row.expires, row.reminded = timezone.localdate() + VALID, None
    row.save(update_fields=["expires", "reminded"])
    record(by=by, action="directory.renew_opportunity", subject=row)
    if row.state == State.EXPIRED:
        _check(row)
        _publish(row)
    return row
