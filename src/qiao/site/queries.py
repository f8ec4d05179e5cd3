"""What the start page shows, over all stages: for each role what is open and what comes next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from qiao.core.models import Role, User
from qiao.core.queries import undelivered
from qiao.directory.embedder_status import EmbedderStatus, embedder_status
from qiao.directory.joining import was_asked
from qiao.directory.models import Organisation, Person
from qiao.directory.queries import managed_by, waiting_for_review
from qiao.directory.roles import OFFICE_ROLES
from qiao.events.delegation_call_queries import calls_for
from qiao.events.delegation_models import DelegationCall
from qiao.events.delegation_queries import delegations_with
from qiao.events.models import Delegation, Event, Interpreter, Participation
from qiao.events.queries import state_counts
from qiao.events.travel_queries import asks_about_journey
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.queries import allowed_suggestions, open_reports, team_waiting
from qiao.meetings.models import PlanRun, PlanVersion, Seat
from qiao.meetings.plan_queries import runs_of, version_in_force
from qiao.meetings.queries import Assignment, Talk, agenda_for, rota_for
from qiao.meetings.ratings import unrated
from qiao.office.case_queries import overdue_cases
from qiao.office.introduction_queries import turn_of
from qiao.office.models import Cooperation
from qiao.office.news_queries import to_approve
from qiao.office.queries import open_cooperations
from qiao.site.demo_people import DEMO_EMAILS
from qiao.site.installation_queries import InstallationPage, installation_page


@dataclass(frozen=True)
class OwnEvent:
    """An event in which the reader takes part."""

    participation: Participation
    undecided: int  # suggested partners about whom nothing was said yet
    waiting: int  # requests that wait for the reader's answer
    sent: int  # own requests that wait for the other side
    talks: int
    next: Talk | None
    to_rate: int  # talks that are over, about which the reader said nothing

    @property
    def event(self) -> Event:
        return self.participation.event

    @property
    def travel(self) -> bool:
        """The organiser asks about the journey, and nothing was said yet."""
        return asks_about_journey(self.participation)

    @property
    def choosing(self) -> bool:
        return self.event.phase == Event.Phase.WISHES


@dataclass(frozen=True)
class Step:
    """One step of the funnel, in people."""

    code: str  # admitted, wished, agreed, planned
    people: int


@dataclass(frozen=True)
class OrganisedEvent:
    """An event as its organiser sees it at a glance."""

    event: Event
    applied: int
    pending: int  # requests without an answer
    accepted: int
    reports: int  # of misuse, not decided
    funnel: list[Step]
    run: PlanRun | None  # the latest
    version: PlanVersion | None  # in force

    @property
    def admitted(self) -> int:
        return self.funnel[0].people


@dataclass(frozen=True)
class Duty:
    """An event at which the reader interprets."""

    interpreter: Interpreter
    talks: int
    next: Assignment | None

    @property
    def event(self) -> Event:
        return self.interpreter.event


@dataclass(frozen=True)
class OfficeState:
    organisations: int
    people: int
    waiting: int  # registrations that nobody has looked at
    cooperations: int  # that have not ended
    introductions: int  # that wait for the reader
    overdue: int  # of these
    cases: int  # open ones that the reader works on
    late_cases: int  # of these with a task that is overdue
    undelivered: int  # mails that were given up
    articles: int  # that wait for the reader's approval


@dataclass(frozen=True)
class PastEvent:
    """An event that is over, and what the reader was in it."""

    event: Event
    took_part: bool
    interpreted: bool
    organised: bool
    led: Delegation | None
    to_rate: int


@dataclass(frozen=True)
class Home:
    taking_part: list[OwnEvent]
    applied: list[Participation]
    organising: list[OrganisedEvent]
    interpreting: list[Duty]
    leading: list[Delegation]
    travelling: list[Delegation]  # of which the reader is a member
    calls: list[DelegationCall]  # for delegations that the reader could join
    office: OfficeState | None
    installation: InstallationPage | None  # for administrators
    embedder: EmbedderStatus | None  # for staff
    person: Person | None
    managed: list[Organisation]  # whose profile the reader keeps
    past: list[PastEvent]  # the latest first
    must_agree: bool  # entered by somebody else, and not asked yet
    introductions: int  # that wait for the reader, who is a member of one of the two organisations
    cooperations: int  # of the reader's organisations that have not ended
    team: list[Event]  # in which requests to colleagues wait, see matchmaking.queries.team_waiting

    @property
    def nothing(self) -> bool:
        return not (
            self.taking_part
            or self.applied
            or self.organising
            or self.interpreting
            or self.leading
            or self.travelling
            or self.office
            or self.team
        )


def home_for(user: User, now: datetime) -> Home:
    """Everything on the start page of somebody who is signed in; of events that are over only the way to what remains."""
    roles = list(user.roles.all())
    own = list(_participations(user))
    organised = [role.scope_id for role in roles if role.kind == Role.Kind.ORGANISER]
    led = [role.scope_id for role in roles if role.kind == Role.Kind.LEADER]
    person = Person.objects.filter(user=user).annotate(was_asked=was_asked()).first()
    to_rate = unrated(user, now) if person else {}
    office = any(role.kind in OFFICE_ROLES for role in roles)
    return Home(
        taking_part=[_own_event(one, now, to_rate) for one in own if one.state == Participation.State.APPROVED],
        applied=[one for one in own if one.state in (Participation.State.APPLIED, Participation.State.WAITING)],
        organising=[_organised_event(event) for event in _current().filter(pk__in=organised)],
        interpreting=[_duty(one, now) for one in _interpreting(user)],
        leading=list(_led(led)),
        calls=calls_for(user) if person else [],
        travelling=[one for one in delegations_with(user) if one.pk not in led] if person else [],
        office=_office(user) if office else None,
        installation=installation_page() if any(role.kind == Role.Kind.ADMIN for role in roles) else None,
        embedder=embedder_status()
        if any(role.kind in (*OFFICE_ROLES, Role.Kind.ORGANISER) for role in roles)
        else None,
        person=person,
        managed=managed_by(user),
        past=_past(user, organised, led, to_rate),
        must_agree=person is not None and not person.was_asked,
        introductions=turn_of(user, office=False)[0] if person and not office else 0,
        cooperations=open_cooperations(user) if person and not office else 0,
        team=team_waiting(user),
    )


MOST_PAST = 5


def _led(led: list[int]) -> QuerySet[Delegation]:
    """Until its event, or where that is none of ours the journey, is over."""
    rows = Delegation.objects.filter(pk__in=led).select_related("event")
    return rows.exclude(event__phase="after").exclude(event=None, ends__lt=timezone.now().date())


def _past(user: User, organised: list[int], led: list[int], to_rate: Mapping[int, int]) -> list[PastEvent]:
    event = OuterRef("pk")
    own = Participation.objects.filter(event=event, person__user=user, state=Participation.State.APPROVED)
    rows = Event.objects.filter(phase=Event.Phase.AFTER).annotate(
        took_part=Exists(own), interpreted=Exists(Interpreter.objects.filter(event=event, person__user=user))
    )
    mine = Q(took_part=True) | Q(interpreted=True) | Q(pk__in=organised) | Q(delegations__pk__in=led)
    delegations = {one.event_id: one for one in Delegation.objects.filter(pk__in=led)}
    return [
        PastEvent(
            one,
            one.took_part,
            one.interpreted,
            one.pk in organised,
            delegations.get(one.pk),
            to_rate.get(one.pk, 0),
        )
        for one in rows.filter(mine).distinct().order_by("-starts", "-pk")[:MOST_PAST]
    ]


def _current() -> QuerySet[Event]:
    return Event.objects.exclude(phase=Event.Phase.AFTER).order_by("starts", "pk")


def _participations(user: User) -> Iterator[Participation]:
    rows = Participation.objects.filter(person__user=user).exclude(event__phase=Event.Phase.AFTER)
    yield from rows.select_related("event__travel_call", "person", "organisation__side", "travel").order_by(
        "event__starts", "pk"
    )


def _interpreting(user: User) -> Iterator[Interpreter]:
    rows = Interpreter.objects.filter(person__user=user).exclude(event__phase=Event.Phase.AFTER)
    yield from rows.select_related("event", "person").order_by("event__starts", "pk")


def _own_event(own: Participation, now: datetime, to_rate: Mapping[int, int]) -> OwnEvent:
    agenda = agenda_for(own)
    partners = {row.partner_id for row in allowed_suggestions(own)}
    decided = set(own.wishes.values_list("partner_id", flat=True))
    for sender, recipient in Request.objects.filter(Q(sender=own) | Q(recipient=own)).values_list(
        "sender", "recipient"
    ):
        decided |= {sender, recipient}
    pending = Request.State.PENDING
    return OwnEvent(
        participation=own,
        undecided=len(partners - decided),
        waiting=own.received_requests.filter(state=pending, sender__state=Participation.State.APPROVED).count(),
        sent=own.sent_requests.filter(state=pending).count(),
        talks=len(agenda.talks),
        next=agenda.next(now),
        to_rate=to_rate.get(own.event_id, 0),
    )


def _organised_event(event: Event) -> OrganisedEvent:
    states = state_counts(event)
    requests = event.requests
    return OrganisedEvent(
        event=event,
        applied=states[Participation.State.APPLIED],
        pending=requests.filter(state=Request.State.PENDING).count(),
        accepted=requests.filter(state=Request.State.ACCEPTED).count(),
        reports=open_reports(event),
        funnel=_funnel(event),
        run=runs_of(event).first(),
        version=version_in_force(event),
    )


def _funnel(event: Event) -> list[Step]:
    """How many of those admitted went how far; each step counts people, so that steps can be compared."""
    people = event.participations.filter(state=Participation.State.APPROVED)
    own = OuterRef("pk")
    accepted = Request.objects.filter(Q(sender=own) | Q(recipient=own), state=Request.State.ACCEPTED)
    answered = Request.objects.filter(recipient=own, state__in=(Request.State.ACCEPTED, Request.State.DECLINED))
    asked, wished = Request.objects.filter(sender=own), Wish.objects.filter(participation=own)
    steps = {
        "admitted": people,
        "wished": people.filter(Exists(wished) | Exists(asked) | Exists(answered)),
        "agreed": people.filter(Exists(accepted)),
        "planned": people.filter(Exists(Seat.objects.filter(participation=own))),
    }
    return [Step(code, rows.count()) for code, rows in steps.items()]


def _duty(interpreter: Interpreter, now: datetime) -> Duty:
    rota = rota_for(interpreter)
    return Duty(interpreter, len(rota.talks), rota.next(now))


def _office(user: User) -> OfficeState:
    open_ = Cooperation.objects.exclude(stage=Cooperation.Stage.ENDED).count()
    waiting, overdue = turn_of(user, office=True)
    return OfficeState(
        Organisation.objects.count(),
        Person.objects.count(),
        waiting_for_review(),
        open_,
        waiting,
        overdue,
        *overdue_cases(user),
        undelivered().count(),
        to_approve(user),
    )


@dataclass(frozen=True)
class Door:
    """One of the demo's people, to be entered as with one click."""

    key: str
    user: User

    @property
    def who(self) -> Person | User:
        """The person, whose name is known in both scripts; the office's staff have an account only."""
        person: Person | None = getattr(self.user, "person", None)
        return person or self.user


def demo_doors() -> list[Door]:
    """Those of the six that the loaded demo world has, in their order. One query."""
    users = {
        user.email: user
        for user in User.objects.filter(email__in=DEMO_EMAILS.values(), is_active=True).select_related("person")
    }
    return [Door(key, users[email]) for key, email in DEMO_EMAILS.items() if email in users]
