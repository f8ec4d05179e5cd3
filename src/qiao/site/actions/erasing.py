"""Writes over all stages: erasing a person."""

from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Mail, MailCitation, User, public_key
from qiao.core.queue import enqueue, enqueue_once
from qiao.core.webhook_models import WebhookMessage
from qiao.directory.actions.indexing import index_people
from qiao.directory.models import Merge, Person
from qiao.events.actions import forget_travel, give_back_all, move_up
from qiao.events.models import InterpreterAbsence, Participation
from qiao.matchmaking.conversation_models import Bar, Block, Message, Reach, Report
from qiao.matchmaking.models import Evidence, Request, Suggestion, Wish
from qiao.meetings.models import AgendaNotice, Feed, Meeting, Objection, PlanVersion
from qiao.meetings.plan_queries import version_in_force
from qiao.meetings.rating_models import Rating
from qiao.meetings.record_models import RecordSheet
from qiao.office.case_models import AdviceCase

NOBODY = "–"
"""What stands in place of an erased name."""


@transaction.atomic
def erase(*, person: Person, by: User | None) -> None:
    """Take everything out that says something about a person, and the account. Cannot be undone.

    Participations, requests and talks stay as empty shells, so that partners' plans and calendars remain consistent:
    their talk is cancelled, and they and its interpreter are told once. What the person wrote for an organisation belongs
    to it and stays.
    """
    person = Person.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=person.pk)
    _check(person)
    record(by=by, action="site.erase", subject=person)
    requests = Request.objects.filter(Q(sender__person=person) | Q(recipient__person=person))
    _forget_mails(person)
    _empty_participations(person)
    _forget_journals(person, set(requests.values_list("pk", flat=True)))
    requests.update(message="")
    Message.objects.filter(request__in=requests).delete()
    Bar.objects.filter(participation__person=person).delete()
    Report.objects.filter(about__person=person).delete()
    Report.objects.filter(by__person=person, decision=Report.Decision.OPEN).delete()
    Report.objects.filter(by__person=person).update(note="", reason=Report.Reason.OTHER)
    Objection.objects.filter(participation__person=person).delete()
    Rating.objects.filter(participation__person=person).delete()
    RecordSheet.objects.filter(people__person=person).delete()  # no machine finds where it speaks of the person
    AdviceCase.objects.filter(person=person).update(person=None)
    person.calls.all().delete()
    person.advice_bookings.all().delete()
    Reach.objects.filter(person=person).delete()
    Block.objects.filter(Q(by=person) | Q(partner__person=person)).delete()
    person.speaking.all().delete()
    person.delegation_memberships.all().delete()
    person.delegation_applications.all().delete()
    person.memberships.all().delete()
    person.consents.all().delete()
    InterpreterAbsence.objects.filter(interpreter__person=person).delete()
    person.interpreting.update(languages=[], max_consecutive=None)
    WebhookMessage.objects.filter(data__participant=person.key).delete()
    user = person.user
    for field, value in (("name", NOBODY), ("name_latin", ""), ("email", ""), ("phone", ""), ("languages", []),
                         ("external_id", ""), ("user", None), ("key", public_key())):  # fmt: skip
        setattr(person, field, value)
    person.save()
    index_people([person.pk])
    enqueue_once("qiao.directory.tasks.tidy_index")
    if user is not None:
        _end_sessions(user)
        user.delete()


def _check(person: Person) -> None:
    if person.user is not None and person.user.roles.exists():
        raise Refused(_("This account holds an office. Let the contact office pass it on to somebody else first."))
    if Meeting.objects.filter(interpreter__person=person, slot__end__gt=timezone.now()).exists():
        raise Refused(_("Talks ahead are interpreted by this person. Plan them with somebody else first."))


def _empty_participations(person: Person) -> None:
    own = Participation.objects.filter(person=person)
    left = [(one.event, one.type) for one in own.select_related("event")]
    for one in own.select_related("event"):
        _tell_those_concerned(one)
        one.unavailabilities.all().delete()
        one.answers.all().delete()
        give_back_all(one)
        one.reservations.all().delete()
        one.contributions.all().delete()
        forget_travel(participation=one)
    Feed.objects.filter(participation__in=own).delete()
    AgendaNotice.objects.filter(participation__in=own).delete()
    for model in (Wish, Suggestion, Evidence):
        model.objects.filter(Q(participation__in=own) | Q(partner__in=own)).delete()
    own.update(
        state=Participation.State.CANCELLED,
        reason="",
        waiting_since=None,
        type="",
        needs=[],
        max_meetings=None,
        max_per_day=None,
        fixed_table=None,
    )
    for event, type in left:
        move_up(event=event, type=type)


def _tell_those_concerned(one: Participation) -> None:
    """Whoever has a talk with this participant, or interprets it, hears once that it is gone."""
    version = version_in_force(one.event)
    talks = Meeting.objects.filter(Q(request__sender=one) | Q(request__recipient=one), slot__end__gt=timezone.now())
    for sender, recipient, interpreter in talks.values_list("request__sender", "request__recipient", "interpreter"):
        _open_notice(version, participation_id=recipient if sender == one.pk else sender)
        if interpreter is not None:
            _open_notice(version, interpreter_id=interpreter)
    if version is not None and talks:
        enqueue("qiao.meetings.tasks.tell", version.pk)


def _open_notice(version: PlanVersion | None, **who: Any) -> None:
    """Also for those who were told of this version before."""
    AgendaNotice.objects.update_or_create(version=version, **who, defaults={"queued": None})


def _forget_mails(person: Person) -> None:
    """Mails to the person, and those to others that name or cite the person: requests, agendas and rotas."""
    own = Q(user=person.user) if person.user else Q(pk=None)
    for address in {person.email, (person.user.email if person.user else "") or ""} - {""}:
        own |= Q(address__iexact=address)
    Mail.objects.filter(own | Q(pk__in=MailCitation.objects.filter(person_key=person.key).values("mail"))).delete()


def _forget_journals(person: Person, requests: set[int]) -> None:
    """A merge of organisations that holds rows of this person can no longer be undone."""
    for merge in Merge.objects.exclude(journal={}):
        notes = merge.journal.get("notes", [])
        if any(_concerns(note, person.pk, person.user_id, requests) for note in notes):
            merge.journal = {}
            merge.save(update_fields=["journal"])


def _concerns(note: dict[str, Any], person: int, user: int | None, requests: set[int]) -> bool:
    model = note["model"].rsplit(".", 1)[-1]
    if model in ("Person", "Request"):
        return note["pk"] == person if model == "Person" else note["pk"] in requests
    if model == "Text":  # nobody could be named again as who confirmed it
        return user is not None and user in (
            note["before"].get("confirmed_by_id"),
            note["after"].get("confirmed_by_id"),
        )
    if model == "Message":
        return bool({note["before"].get("request_id"), note["after"].get("request_id")} & requests)
    return person in (note["before"].get("person_id"), note["after"].get("person_id"))


def _end_sessions(user: User) -> None:
    """Sessions name their user in what they hold, not in a column."""
    gone = [one.pk for one in Session.objects.all() if one.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=gone).delete()
