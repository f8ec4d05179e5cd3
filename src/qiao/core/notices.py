"""The kinds of notices, in one table: what each says, and whether somebody may choose how to hear of it by mail.

Sentences name things by placeholders; `notice_lines` fills them in when somebody reads. Quiet hours and the day's mail too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.models import Role, User
from qiao.core.notice_models import NoticeChoice

Label = Any  # a lazily translated word
Way = NoticeChoice.Way
HOUR = 7  # of the day where the person lives, from which on bundled mails are sent
DAYS_KEPT = 90


class Topic(models.TextChoices):
    REQUESTS = "requests", _("Meeting requests")
    EVENTS = "events", _("Your events")
    TALKS = "talks", _("Plan and agenda")
    PROFILE = "profile", _("Profile and opportunities")
    OFFICE = "office", _("Introductions and cooperations")
    ORGANISING = "organising", _("What you organise")


@dataclass(frozen=True)
class Kind:
    """One kind of notice. `sentences`: by variant, the usual one under "".

    `required`: its mail cannot be switched off. `urgent`: its mail comes in quiet hours as well.
    `insists`: its mail comes again although the notice before is still unread.
    `usual`: the way of its mails where nothing was chosen. `roles`: only for holders of one of these.
    """

    topic: Topic
    label: Label
    sentences: Mapping[str, Label]
    required: bool = False
    urgent: bool = False
    insists: bool = False
    usual: Way = Way.AT_ONCE
    roles: tuple[str, ...] = ()

    def sentence(self, variant: str) -> str:
        return str(self.sentences.get(variant) or next(iter(self.sentences.values())))


ORGANISERS = (Role.Kind.ORGANISER,)
OFFICES = (Role.Kind.ADVISER, Role.Kind.ADMIN)

KINDS: dict[str, Kind] = {
    "matchmaking.request_received": Kind(
        Topic.REQUESTS, _("Somebody asks you for a talk"), {"": _("%(partner)s would like to meet you at %(event)s.")}
    ),
    "matchmaking.request_accepted": Kind(
        Topic.REQUESTS,
        _("A partner accepts your request"),
        {"": _("%(partner)s has accepted your request for a talk at %(event)s.")},
    ),
    "matchmaking.request_declined": Kind(
        Topic.REQUESTS,
        _("A partner declines your request"),
        {"": _("%(partner)s has declined your request for a talk at %(event)s.")},
    ),
    "matchmaking.request_expired": Kind(
        Topic.REQUESTS,
        _("A partner has not answered in time"),
        {"": _("%(partner)s has not answered your request for a talk at %(event)s in time.")},
    ),
    "matchmaking.request_withdrawn": Kind(
        Topic.REQUESTS,
        _("A partner steps back from an agreed talk"),
        {"": _("%(partner)s has stepped back from the agreed talk at %(event)s.")},
        required=True,
    ),
    "matchmaking.pending": Kind(
        Topic.REQUESTS,
        _("Reminders that requests wait for your answer"),
        {"": _("Requests wait for your answer: %(event)s.")},
        insists=True,
    ),
    "matchmaking.idle": Kind(
        Topic.REQUESTS,
        _("Reminders that you have asked nobody yet"),
        {"": _("Partners are suggested to you, and you have asked nobody yet: %(event)s.")},
        insists=True,
    ),
    "matchmaking.answered_for_you": Kind(
        Topic.REQUESTS,
        _("A colleague answers a request for you"),
        {
            "accepted": _("A colleague has accepted the request of %(partner)s at %(event)s for you."),
            "declined": _("A colleague has declined the request of %(partner)s at %(event)s for you."),
        },
    ),
    "matchmaking.measure": Kind(
        Topic.REQUESTS,
        _("The organiser decides on a report"),
        {
            "warned": _("The organiser of %(event)s has a word for you about a conversation."),
            "barred": _("You can no longer ask or write at %(event)s."),
            "lifted": _("You can ask and write again at %(event)s."),
            "decided": _("The organiser of %(event)s has decided on your report."),
        },
        required=True,
    ),
    "events.approved": Kind(
        Topic.EVENTS, _("You are admitted"), {"": _("You are admitted to %(event)s.")}, required=True
    ),
    "events.declined": Kind(
        Topic.EVENTS,
        _("You are not admitted"),
        {"": _("The organiser could not admit you to %(event)s.")},
        required=True,
    ),
    "events.waiting": Kind(
        Topic.EVENTS,
        _("You are on the waiting list"),
        {"": _("You are on the waiting list of %(event)s.")},
        required=True,
    ),
    "events.travel_asked": Kind(
        Topic.EVENTS,
        _("Details for your journey are asked"),
        {"": _("%(event)s: please tell how you travel and what you need.")},
    ),
    "events.travel_reminder": Kind(
        Topic.EVENTS,
        _("A reminder about your journey"),
        {"": _("%(event)s: the organiser has not heard yet how you travel and what you need.")},
    ),
    "events.session_changed": Kind(
        Topic.EVENTS, _("A session has another time or room"), {"": _("New time or room: %(session)s (%(event)s).")}
    ),
    "events.session_cancelled": Kind(
        Topic.EVENTS, _("A session is cancelled"), {"": _("Does not take place: %(session)s (%(event)s).")}
    ),
    "events.session_place": Kind(
        Topic.EVENTS,
        _("A place in a session has become free for you"),
        {"": _("You have a place: %(session)s (%(event)s).")},
        required=True,
    ),
    "events.speaker_asked": Kind(
        Topic.EVENTS,
        _("You are asked whether you may be named as a speaker"),
        {"": _("May we name you as a speaker? %(session)s (%(event)s)")},
        required=True,
    ),
    "events.contribution_decided": Kind(
        Topic.EVENTS,
        _("The organiser has decided about your contribution"),
        {"": _("The organiser of %(event)s has decided about your contribution.")},
        required=True,
    ),
    "events.delegation_joined": Kind(
        Topic.EVENTS,
        _("You are taken along by a delegation"),
        {"": _("You travel with the delegation: %(delegation)s.")},
    ),
    "events.delegation_led": Kind(
        Topic.EVENTS,
        _("You are appointed head of a delegation"),
        {"": _("You now lead the delegation: %(delegation)s.")},
        required=True,
    ),
    "events.application_decided": Kind(
        Topic.EVENTS,
        _("The office decides about your application for a delegation"),
        {
            "selected": _("You are selected and travel with the delegation: %(delegation)s."),
            "waiting": _("You are on the waiting list of the delegation: %(delegation)s."),
            "declined": _("The office could not select you for the delegation: %(delegation)s."),
        },
        required=True,
    ),
    "events.delegation_travel": Kind(
        Topic.EVENTS,
        _("Details for the journey of your delegation are asked"),
        {
            "": _("%(delegation)s: please tell how you travel and what you need."),
            "again": _("%(delegation)s: the office has not heard yet how you travel and what you need."),
        },
    ),
    "events.delegation_programme": Kind(
        Topic.EVENTS,
        _("The programme of your delegation changes"),
        {"": _("The programme of the delegation is new or has changed: %(delegation)s.")},
    ),
    "meetings.announcement": Kind(
        Topic.EVENTS, _("Announcements of the organiser"), {"": _("%(event)s: %(announcement)s")}
    ),
    "meetings.agenda": Kind(
        Topic.TALKS,
        _("Your agenda is published or changes"),
        {"": _("The plan of %(event)s has been published or changed. See your agenda.")},
        required=True,
        urgent=True,
    ),
    "meetings.rota": Kind(
        Topic.TALKS,
        _("Your assignments as an interpreter change"),
        {"": _("The plan of %(event)s has been published or changed. See your assignments.")},
        required=True,
        urgent=True,
    ),
    "meetings.objection_settled": Kind(
        Topic.TALKS,
        _("Your objection is answered"),
        {"": _("The organiser has answered your objection to the plan of %(event)s.")},
        required=True,
    ),
    "directory.approved": Kind(
        Topic.PROFILE,
        _("Your registration is approved"),
        {"": _("The contact office has approved the registration of %(organisation)s.")},
        required=True,
    ),
    "directory.profile_stale": Kind(
        Topic.PROFILE,
        _("Your profile has not changed for long"),
        {"": _("Is the profile of %(organisation)s still right?")},
    ),
    "directory.certificate_ending": Kind(
        Topic.PROFILE,
        _("A certificate ends soon"),
        {"": _("A certificate in the profile of %(organisation)s ends soon.")},
    ),
    "directory.opportunity_decided": Kind(
        Topic.PROFILE,
        _("The office decides on an opportunity"),
        {
            "published": _("An opportunity of %(organisation)s is published."),
            "sent-back": _("An opportunity of %(organisation)s needs a change before it is published."),
        },
        required=True,
    ),
    "directory.opportunity_ending": Kind(
        Topic.PROFILE,
        _("An opportunity ends"),
        {
            "soon": _("An opportunity of %(organisation)s ends soon. Does it still hold?"),
            "ended": _("An opportunity of %(organisation)s is no longer shown."),
        },
    ),
    "events.registered": Kind(
        Topic.ORGANISING,
        _("Registrations for your event wait for approval"),
        {"": _("New registrations for %(event)s: %(count)s")},
        usual=Way.DAILY,
        roles=ORGANISERS,
    ),
    "events.delegation_applied": Kind(
        Topic.ORGANISING,
        _("Applications for a delegation wait for your office"),
        {"": _("New applications for the delegation %(delegation)s: %(count)s")},
        usual=Way.DAILY,
        roles=OFFICES,
    ),
    "meetings.objected": Kind(
        Topic.ORGANISING,
        _("Participants object to the plan"),
        {"": _("New objections to the plan of %(event)s: %(count)s")},
        usual=Way.DAILY,
        roles=ORGANISERS,
    ),
    "matchmaking.report": Kind(
        Topic.ORGANISING,
        _("A conversation is reported"),
        {"": _("A conversation at %(event)s was reported.")},
        required=True,
        roles=ORGANISERS,
    ),
    # Sentences about introductions name nobody: who is who stands on the page, for whom it may.
    "office.introduction_asked": Kind(
        Topic.OFFICE,
        _("Somebody would like to know you"),
        {
            "interest": _("Somebody is interested in your opportunity. Do you want to know each other?"),
            "proposal": _("The contact office sees a partner for you. Do you want to know each other?"),
        },
        required=True,
    ),
    "office.introduction_told": Kind(
        Topic.OFFICE,
        _("What becomes of introductions"),
        {
            "returned": _("Your expression of interest needs a change."),
            "rejected": _("Your expression of interest was not passed on."),
            "declined": _("The other side of an introduction has declined."),
            "withdrawn": _("An introduction was withdrawn."),
        },
        required=True,
    ),
    "office.introduction_agreed": Kind(
        Topic.OFFICE,
        _("Names are exchanged"),
        {"": _("Both sides of an introduction have agreed. You can write to each other now.")},
        required=True,
    ),
    "office.follow_up": Kind(
        Topic.OFFICE, _("Questions how a cooperation stands"), {"": _("How does it stand with %(organisation)s?")}
    ),
    "office.call": Kind(
        Topic.OFFICE,
        _("Calls of the contact office"),
        {
            "": _("The contact office asks whether something interests you."),
            "again": _("A call of the contact office still waits for your answer."),
        },
    ),
    "office.hours_booked": Kind(
        Topic.OFFICE,
        _("Advice hours that you have booked"),
        {
            "": _("Your advice hour is booked."),
            "cancelled": _("The contact office had to cancel your advice hour."),
        },
        required=True,
    ),
    "office.hours_taken": Kind(
        Topic.ORGANISING,
        _("Your advice hours are booked or cancelled"),
        {
            "": _("Somebody has booked one of your advice hours."),
            "cancelled": _("A booked advice hour of yours was cancelled."),
        },
        roles=OFFICES,
    ),
    "office.network": Kind(
        Topic.OFFICE,
        _("What happens between your organisation and networks"),
        {
            "invited": _("%(organisation)s invites your organisation to join."),
            "asked": _("%(organisation)s asks to join your network."),
            "accepted": _("Your organisation is now a member of %(organisation)s."),
        },
    ),
    "office.visit_answered": Kind(
        Topic.OFFICE,
        _("The office answers your visit request"),
        {
            "agreed": _("A visit that you asked for is agreed."),
            "declined": _("A visit that you asked for is not possible."),
        },
    ),
    "office.visit_asked": Kind(
        Topic.ORGANISING,
        _("Visit requests wait for your office"),
        {
            "": _("%(organisation)s asks for a visit."),
            "withdrawn": _("%(organisation)s has withdrawn an agreed visit."),
        },
        roles=OFFICES,
    ),
    "office.pair_asked": Kind(
        Topic.ORGANISING,
        _("Networks ask your office for introductions"),
        {"": _("%(organisation)s asks your office to introduce two organisations.")},
        roles=OFFICES,
    ),
    "office.introduction_waits": Kind(
        Topic.ORGANISING,
        _("Expressions of interest wait for your office"),
        {"": _("An expression of interest waits for your office.")},
        roles=OFFICES,
    ),
    "office.case_handed_over": Kind(
        Topic.ORGANISING,
        _("An advice case is handed over to your office"),
        {"": _("An advice case was handed over to your office.")},
        roles=OFFICES,
    ),
    "core.webhook": Kind(
        Topic.PROFILE,
        _("A webhook of yours does not work"),
        {
            "": _("A message to your webhook “%(webhook)s” was given up after three days."),
            "stopped": _("Your webhook “%(webhook)s” has not answered for days and is stopped."),
        },
    ),
    "directory.registered_here": Kind(
        Topic.ORGANISING,
        _("Registrations of organisations wait for approval"),
        {"": _("New registrations of organisations: %(count)s")},
        usual=Way.DAILY,
        roles=OFFICES,
    ),
}


def label_of(kind: str) -> str:
    """What is chosen about, in words; the code itself where an earlier version knew the kind."""
    return str(KINDS[kind].label) if kind in KINDS else kind


def quiet_until(user: User, now: datetime) -> datetime | None:
    """When this person's quiet hours end; None outside of them, and for who keeps none."""
    start, end = user.quiet_from, user.quiet_until
    if start is None or end is None or start == end:
        return None
    here = now.astimezone(ZoneInfo(user.time_zone))
    late = here.time() >= start
    inside = start <= here.time() < end if start < end else late or here.time() < end
    if not inside:
        return None
    day = here.date() + timedelta(days=1 if start > end and late else 0)
    return datetime.combine(day, end, here.tzinfo)


def bundle_is_due(user: User, last: datetime | None, now: datetime) -> bool:
    """From seven in the morning where the person lives, once a day, and not in quiet hours."""
    here = now.astimezone(ZoneInfo(user.time_zone))
    told = last is not None and last.astimezone(here.tzinfo).date() >= here.date()
    return here.hour >= HOUR and not told and quiet_until(user, now) is None
