"""The life of an introduction: interest is expressed, checked, forwarded, answered; names are exchanged once both agree."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.texts import tidy_lines
from qiao.directory.anonymity import leading_to
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation
from qiao.directory.roles import office_of, works_for_office
from qiao.office.actions.cooperations import open_cooperation
from qiao.office.actions.introduction_mails import settle_all, tell_agreed, tell_asked, tell_offices, tell_side
from qiao.office.introduction_models import Introduction, IntroductionStep
from qiao.office.introduction_rules import TRANSITIONS, deadline
from qiao.office.queries import between
from qiao.office.told import DECLINE_REASONS, ONE, OTHER, REJECT_REASONS, RETURN_REASONS

State, Kind = Introduction.State, IntroductionStep.Kind


@transaction.atomic
def express_interest(
    *, opportunity: Opportunity, organisation: Organisation, message: str, named: bool = False, by: User
) -> Introduction:
    """Write that an organisation is interested in an opportunity; its office checks it. What the office writes is checked."""
    message = tidy_lines(message)
    if not opportunity.is_open or not opportunity.organisation.is_published:
        raise Refused(_("No more partners are sought for this."))
    if organisation.pk == opportunity.organisation_id:
        raise Refused(_("This is an opportunity of your own organisation."))
    if not organisation.is_published:
        raise Refused(_("The contact office has not approved your organisation yet."))
    _check_message(organisation, message, named=named)
    row = Introduction(
        origin=Introduction.Origin.INTEREST, state=State.CHECK, one=organisation, other=opportunity.organisation,
        opportunity=opportunity, message=message, one_named=named, other_named=not opportunity.is_anonymous,
        one_agreed=timezone.now(), one_office=organisation.side.office, other_office=opportunity.organisation.side.office,
        due=timezone.localdate(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("Your organisation has expressed its interest already. You find it in the list.")) from None
    _note(row, Kind.SENT, by=by, organisation=organisation)
    record(by=by, action="office.express_interest", subject=row, opportunity=opportunity.pk)
    if works_for_office(by):
        _on_from_check(row, note="", by=by)
    else:
        _move(row, State.CHECK)
        tell_offices(row)
    return row


def _check_message(organisation: Organisation, message: str, *, named: bool) -> None:
    if not message:
        raise Refused(_("Write why you are interested and what you have in mind."))
    if not named and (found := leading_to(organisation, [message])):
        raise Refused(
            _("“%(words)s” leads to your organisation. Write it without, or let your name be shown at once.")
            % {"words": found}
        )


def _locked(introduction: Introduction, step: str) -> Introduction:
    """The row as it is now; refuses a step that somebody else's has overtaken."""
    rows = Introduction.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "one__side", "other__side", "one_office", "other_office", "opportunity"
    )
    found = rows.filter(pk=introduction.pk).first()
    if found is None or found.state not in TRANSITIONS[step]:
        raise Refused(_("This has changed meanwhile. Please look at it again."))
    return found


def _move(row: Introduction, state: str) -> None:
    row.state, row.due, row.changed = state, deadline(row, state), timezone.now()
    row.save()
    settle_all(row)


def _note(
    row: Introduction,
    kind: str,
    *,
    by: User | None,
    organisation: Organisation | None = None,
    reason: str = "",
    note: str = "",
) -> None:
    """One line of the history; what no organisation did an office did."""
    office = office_of(by) if by and organisation is None else None
    IntroductionStep.objects.create(
        introduction=row, kind=kind, organisation=organisation, office=office, by=by, reason=reason, note=note
    )


def _check_note(row: Introduction, note: str, side: str) -> None:
    """What an office writes to one side must not tell who the other is, as long as that stays unnamed."""
    unnamed = (
        row.one if side == OTHER and not row.names_one else row.other if side == ONE and not row.names_other else None
    )
    if unnamed is not None and (found := leading_to(unnamed, [note])):
        raise Refused(
            _("“%(words)s” tells who the other side is. Write it without; names are exchanged once both agree.")
            % {"words": found}
        )


class _Said(TypedDict):
    reason: str
    note: str


def _reason(code: str, note: str, known: Iterable[str]) -> _Said:
    """A code of the reasons to choose from, or a note, or both."""
    if code and code not in known:
        raise Refused(_("Choose a reason from the list."))
    if not code and not note.strip():
        raise Refused(_("Choose a reason, or write one."))
    return {"reason": code, "note": tidy_lines(note)}


# --- the office of the interested side


@transaction.atomic
def pass_on(*, introduction: Introduction, note: str = "", by: User) -> Introduction:
    """It is in order: on to the office of the other side, or to the other side itself where the office is the same."""
    row = _locked(introduction, "pass")
    record(by=by, action="office.pass_introduction", subject=row)
    _on_from_check(row, note=note, by=by)
    return row


def _on_from_check(row: Introduction, *, note: str, by: User) -> None:
    if row.one_office_id == row.other_office_id or row.other_office_id is None:
        _forward(row, note=note, by=by)
        return
    _note(row, Kind.PASSED, note=tidy_lines(note), by=by)
    _move(row, State.FORWARD)
    tell_offices(row)


@transaction.atomic
def return_to_author(*, introduction: Introduction, reason: str = "", note: str = "", by: User) -> None:
    row = _locked(introduction, "return")
    _check_note(row, note, ONE)
    _note(row, Kind.RETURNED, **_reason(reason, note, RETURN_REASONS), by=by)
    _move(row, State.RETURNED)
    record(by=by, action="office.return_introduction", subject=row)
    tell_side(row, ONE)


@transaction.atomic
def resend(*, introduction: Introduction, message: str, named: bool = False, by: User) -> None:
    """Changed by the interested side, and to be checked anew."""
    row = _locked(introduction, "resend")
    message = tidy_lines(message)
    _check_message(row.one, message, named=named)
    row.message, row.one_named = message, named
    _note(row, Kind.SENT, by=by, organisation=row.one)
    _move(row, State.CHECK)
    record(by=by, action="office.resend_introduction", subject=row)
    tell_offices(row)


@transaction.atomic
def reject(*, introduction: Introduction, reason: str = "", note: str = "", by: User) -> None:
    """An office ends it, before the other side has heard of it."""
    row = _locked(introduction, "reject")
    _check_note(row, note, ONE)
    _note(row, Kind.REJECTED, **_reason(reason, note, REJECT_REASONS), by=by)
    _move(row, State.REJECTED)
    record(by=by, action="office.reject_introduction", subject=row)
    tell_side(row, ONE)


# --- the office of the other side


@transaction.atomic
def forward(*, introduction: Introduction, note: str = "", by: User) -> None:
    row = _locked(introduction, "forward")
    record(by=by, action="office.forward_introduction", subject=row)
    _forward(row, note=note, by=by)


def _forward(row: Introduction, *, note: str, by: User) -> None:
    _check_note(row, note, OTHER)
    row.forwarded = timezone.now()
    _note(row, Kind.FORWARDED, note=tidy_lines(note), by=by)
    _move(row, State.ANSWER)
    tell_asked(row, OTHER)


@transaction.atomic
def give_back(*, introduction: Introduction, note: str, by: User) -> None:
    """To the office of the interested side once more, with a question."""
    row = _locked(introduction, "back")
    if not note.strip():
        raise Refused(_("Write what the other office has to clear up."))
    _note(row, Kind.BACK, note=tidy_lines(note), by=by)
    _move(row, State.CHECK)
    record(by=by, action="office.give_back_introduction", subject=row)
    tell_offices(row)


# --- the sides


@transaction.atomic
def agree(*, introduction: Introduction, side: str, by: User | None) -> Introduction:
    """One side wants to know the other; once both do, names are exchanged and a cooperation begins."""
    row = _locked(introduction, "agree")
    organisation = row.one if side == ONE else row.other
    if (row.one_agreed if side == ONE else row.other_agreed) is not None:
        raise Refused(_("You have agreed already; the other side has not answered yet."))
    setattr(row, "one_agreed" if side == ONE else "other_agreed", timezone.now())
    _note(row, Kind.AGREED, by=by, organisation=organisation)
    record(by=by, action="office.agree_to_introduction", subject=row, side=side)
    if row.one_agreed and row.other_agreed:
        _introduce(row)
    else:
        row.save()
    return row


def _introduce(row: Introduction) -> None:
    row.cooperation = between(row.one_id, row.other_id).first() or open_cooperation(
        one=row.one, other=row.other, by=None
    )
    _move(row, State.AGREED)
    tell_agreed(row)


@transaction.atomic
def decline(*, introduction: Introduction, side: str, reason: str = "none", note: str = "", by: User | None) -> None:
    """reason: a code, which both sides read; note: for the offices alone."""
    row = _locked(introduction, "decline")
    organisation = row.one if side == ONE else row.other
    _note(row, Kind.DECLINED, **_reason(reason, note, DECLINE_REASONS), by=by, organisation=organisation)
    _move(row, State.DECLINED)
    record(by=by, action="office.decline_introduction", subject=row, side=side)
    tell_side(row, OTHER if side == ONE else ONE)


@transaction.atomic
def withdraw(*, introduction: Introduction, organisation: Organisation | None = None, by: User) -> None:
    """By the interested side; a proposal by an office."""
    row = _locked(introduction, "withdraw")
    _note(row, Kind.WITHDRAWN, by=by, organisation=organisation)
    _move(row, State.WITHDRAWN)
    record(by=by, action="office.withdraw_introduction", subject=row)
    if row.origin == Introduction.Origin.PROPOSAL:
        tell_side(row, ONE)
    if row.forwarded:
        tell_side(row, OTHER)


# --- the office's own proposals


@transaction.atomic
def propose(
    *, one: Organisation, other: Organisation, message: str, reasons: Iterable[Mapping[str, Any]] = (), by: User
) -> Introduction:
    """ "You two should talk": both sides are asked, and neither learns who the other is before both agree."""
    message = tidy_lines(message)
    if one.pk == other.pk:
        raise Refused(_("An introduction needs two different organisations."))
    if not (one.is_published and other.is_published):
        raise Refused(_("Both organisations have to be approved first."))
    for organisation in (one, other):
        if found := leading_to(organisation, [message]):
            raise Refused(_("“%(words)s” leads to one of the two. Write it without.") % {"words": found})
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=[one.pk, other.pk]).order_by("pk"))
    asked = Introduction.objects.filter(state=State.ASKED)
    if asked.filter(one=one, other=other).exists() or asked.filter(one=other, other=one).exists():
        raise Refused(_("These two are being asked already. You find it in the list."))
    row = Introduction(
        origin=Introduction.Origin.PROPOSAL, state=State.ASKED, one=one, other=other, message=message, reasons=list(reasons),
        one_office=one.side.office, other_office=other.side.office, forwarded=timezone.now(),
    )  # fmt: skip
    row.save()
    _note(row, Kind.PROPOSED, by=by)
    _move(row, State.ASKED)
    record(by=by, action="office.propose_introduction", subject=row, one=one.pk, other=other.pk)
    for side in (ONE, OTHER):
        tell_asked(row, side)
    return row


@transaction.atomic
def add_note(*, introduction: Introduction, note: str, by: User) -> None:
    """For the offices alone."""
    note = tidy_lines(note)
    if not note:
        raise Refused(_("Write a note first."))
    _note(introduction, Kind.NOTE, note=note, by=by)
    record(by=by, action="office.note_on_introduction", subject=introduction)
