"""Targeted calls: written, sent once to each person, answered with one tap, and turned into an introduction or a case."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.languages import localized, primary
from qiao.core.models import Office, User
from qiao.core.telling import About, Letter, settle, tell
from qiao.directory.anonymity import leading_to
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation
from qiao.events.actions.mails import language_of
from qiao.events.models import Event
from qiao.meetings.words import address_of
from qiao.office.access import CALL_SALT
from qiao.office.actions.cases import open_case
from qiao.office.actions.cooperations import DOUBLE_CLICK
from qiao.office.actions.introductions import express_interest
from qiao.office.call_models import CallRecipient, TargetedCall
from qiao.office.call_queries import Answer, call_page, silent_of
from qiao.office.case_models import AdviceCase
from qiao.office.introduction_models import Introduction

MAIL = "office.call"


@transaction.atomic
def save_call(
    *,
    call: TargetedCall | None = None,
    office: Office,
    titles: Mapping[str, str],
    bodies: Mapping[str, str],
    until: date | None = None,
    opportunity: Opportunity | None = None,
    event: Event | None = None,
    by: User,
) -> TargetedCall:
    """Write a call, or change one that was not sent yet. The same once more within moments is a double click."""
    said: dict[str, Any] = {
        "office": office, "titles": dict(titles), "bodies": dict(bodies), "until": until, "opportunity": opportunity, "event": event,
    }  # fmt: skip
    _check(said)
    if call is not None:
        row = _locked(call)
        if row.sent:
            raise Refused(_("This call has been sent and stays as it was read."))
        for name, value in said.items():
            setattr(row, name, value)
        row.save()
    else:
        Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        recent = TargetedCall.objects.filter(adviser=by, sent=None, created__gte=timezone.now() - DOUBLE_CLICK)
        if same := next((one for one in recent.filter(office=office) if one.bodies == said["bodies"]), None):
            return same
        row = TargetedCall.objects.create(adviser=by, **said)
    record(by=by, action="office.save_call", subject=row)
    return row


def _check(said: Mapping[str, Any]) -> None:
    if said["until"] and said["until"] < timezone.localdate():
        raise Refused(_("Choose a day that is not in the past."))
    about = said["opportunity"]
    if about is not None and about.is_anonymous:
        texts = [*said["titles"].values(), *said["bodies"].values()]
        if found := leading_to(about.organisation, texts):
            raise Refused(
                _("“%(words)s” tells whose opportunity it is, and it is anonymous. Write it without.")
                % {"words": found}
            )


def _locked(call: TargetedCall) -> TargetedCall:
    rows = TargetedCall.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "office", "opportunity", "event"
    )
    return rows.get(pk=call.pk)


@transaction.atomic
def pick_for_call(*, call: TargetedCall, organisations: Collection[Organisation], by: User) -> None:
    row = _locked(call)
    if row.is_over:
        raise Refused(_("This call is over. Nobody can be asked any more."))
    about = row.opportunity
    if about and any(one.pk == about.organisation_id for one in organisations):
        raise Refused(_("One of these organisations has this opportunity itself."))
    row.organisations.add(*organisations)
    record(by=by, action="office.pick_for_call", subject=row, organisations=sorted(one.pk for one in organisations))


@transaction.atomic
def drop_from_call(*, call: TargetedCall, organisation: Organisation, by: User) -> None:
    """Nobody takes back what was asked."""
    row = _locked(call)
    if row.recipients.filter(organisation=organisation).exists():
        raise Refused(_("This organisation has been asked already."))
    row.organisations.remove(organisation)
    record(by=by, action="office.drop_from_call", subject=row, organisation=organisation.pk)


@transaction.atomic
def send_call(*, call: TargetedCall, by: User) -> int:
    """Ask everybody who was picked and not asked yet, each once in the own language; how many."""
    row = _locked(call)
    if row.is_over:
        raise Refused(_("This call is over. Nobody can be asked any more."))
    asked = set(row.recipients.values_list("person", flat=True))
    new = []
    for one in call_page(row).picked:
        for person in one.reach.people:
            if person.pk not in asked:
                asked.add(person.pk)
                new.append(CallRecipient.objects.create(call=row, organisation=one.organisation, person=person))
    if not new:
        raise Refused(_("Nobody is left to be asked: everybody who can be asked has the mail already."))
    for recipient in new:
        _mail(row, recipient)
    TargetedCall.objects.filter(pk=row.pk, sent=None).update(sent=timezone.now())
    record(by=by, action="office.send_call", subject=row, people=len(new))
    return len(new)


@transaction.atomic
def remind_of_call(*, call: TargetedCall, by: User) -> int:
    """Once, those who have not answered."""
    row = _locked(call)
    if not row.takes_answers:
        raise Refused(_("This call is over, or was not sent yet."))
    if row.reminded:
        raise Refused(_("They have been reminded already. Nobody is reminded twice."))
    silent = list(silent_of(row))
    if not silent:
        raise Refused(_("Everybody has answered."))
    for recipient in silent:
        _mail(row, recipient, variant="again")
    TargetedCall.objects.filter(pk=row.pk).update(reminded=timezone.now())
    record(by=by, action="office.remind_of_call", subject=row, people=len(silent))
    return len(silent)


@transaction.atomic
def close_call(*, call: TargetedCall, by: User) -> None:
    if not TargetedCall.objects.filter(pk=call.pk, closed=None).update(closed=timezone.now()):
        raise Refused(_("This call is closed already."))
    settle_call(call)
    record(by=by, action="office.close_call", subject=call)


def settle_call(call: TargetedCall) -> None:
    for pk in call.recipients.values_list("pk", flat=True):
        settle(kind=MAIL, subject=f"recipient {pk}")


def call_token(recipient: CallRecipient) -> str:
    """Of the link in the mail: signed, and bound to one person of one call."""
    return signing.dumps([recipient.call.key, recipient.person.key], salt=CALL_SALT)


def _mail(call: TargetedCall, recipient: CallRecipient, variant: str = "") -> None:
    person = recipient.person
    recipient.call = call
    language = language_of(person)
    path = reverse("call-answer", args=[call_token(recipient)])
    with translation.override(language):
        texts = {"title": localized(call.titles), "text": localized(call.bodies), "links": _links(call)}
    context = texts | {"call": call, "person": person, "again": bool(variant), "url": settings.PUBLIC_URL + path}
    subject, body = render(MAIL, language, context)
    letter = Letter(subject, body, language, cites=[person.key])
    about = About(path, {}, subject=f"recipient {recipient.pk}", variant=variant)
    tell(user=person.user, address=address_of(person), kind=MAIL, about=about, letter=letter)


def _links(call: TargetedCall) -> list[str]:
    paths = [reverse("opportunity", args=[call.opportunity.public_key])] if call.opportunity else []
    paths += [reverse("event", args=[call.event.slug])] if call.event else []
    return [settings.PUBLIC_URL + path for path in paths]


@transaction.atomic
def answer_call(*, recipient: CallRecipient, answer: str) -> None:
    """One tap. Asking to be left alone is heard at any time, everything else until the call is over."""
    if answer not in Answer.values:
        raise Refused(_("Choose one of the answers."))
    row = _locked(recipient.call)
    if answer != Answer.NEVER and not row.takes_answers:
        raise Refused(_("This call is over. Write to the contact office if you are still interested."))
    CallRecipient.objects.filter(pk=recipient.pk).update(answer=answer, answered=timezone.now())
    settle(kind=MAIL, subject=f"recipient {recipient.pk}")
    record(by=None, action="office.answer_call", subject=row, recipient=recipient.pk, answer=answer)


@transaction.atomic
def lift_refusal(*, recipient: CallRecipient, by: User) -> None:
    """Somebody who had asked to be left alone told the office that calls are welcome again."""
    rows = CallRecipient.objects.filter(person=recipient.person_id, answer=Answer.NEVER)
    if not rows.update(answer=Answer.LATER):
        raise Refused(_("This person can be asked already."))
    record(by=by, action="office.lift_refusal", subject=recipient.call, recipient=recipient.pk)


# --- what comes of it


def _interested(recipient: CallRecipient) -> CallRecipient:
    rows = CallRecipient.objects.select_for_update(no_key=True, of=("self",))
    found = rows.select_related(
        "call__office", "call__opportunity__organisation__side", "organisation__side", "person"
    ).get(pk=recipient.pk)
    if found.answer != Answer.INTERESTED:
        raise Refused(_("This is possible for those who are interested."))
    return found


@transaction.atomic
def introduce_from_call(*, recipient: CallRecipient, by: User) -> Introduction:
    """To the opportunity that the call is about; a second click finds the same."""
    row = _interested(recipient)
    if row.introduction:
        return row.introduction
    about = row.call.opportunity
    if about is None:
        raise Refused(_("This call is about no opportunity. Propose an introduction instead."))
    language = {"CN": "zh-hans"}.get(about.organisation.country, "de")
    with translation.override(language):
        title = localized(row.call.titles, primary(language))
        message = _("The organisation answered a call of the contact office with interest: “%(title)s”.") % {
            "title": title
        }
    made = express_interest(opportunity=about, organisation=row.organisation, message=message, by=by)
    CallRecipient.objects.filter(pk=row.pk).update(introduction=made)
    record(by=by, action="office.introduce_from_call", subject=row.call, recipient=row.pk)
    return made


@transaction.atomic
def case_from_call(*, recipient: CallRecipient, by: User) -> AdviceCase:
    """A search for partners, for the organisation that is interested; a second click finds the same."""
    row = _interested(recipient)
    if row.case:
        return row.case
    text = localized(row.call.bodies)
    made = open_case(
        office=row.call.office, kind=AdviceCase.Kind.PARTNERS, topic=str(row.call)[:200], organisation=row.organisation,
        person=row.person, text=text, by=by,
    )  # fmt: skip
    CallRecipient.objects.filter(pk=row.pk).update(case=made)
    record(by=by, action="office.case_from_call", subject=row.call, recipient=row.pk)
    return made
