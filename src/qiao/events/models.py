"""Where and when people meet: events, slots, tables, interpreters, who takes part, delegations."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import localized
from qiao.core.models import Office
from qiao.directory.models import Organisation, Person, Side, Theme

__all__ = [
    "Delegation",
    "DelegationMember",
    "Event",
    "Interpreter",
    "InterpreterAbsence",
    "MeetingBlock",
    "Participation",
    "ProgrammeItem",
    "Series",
    "Slot",
    "Table",
    "Unavailability",
]


class Series(models.Model):
    """A conference that repeats; each edition is an Event."""

    slug = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    office = models.ForeignKey(Office, models.PROTECT, related_name="series")

    def __str__(self) -> str:
        return localized(self.names)


class Event(models.Model):
    """One edition of a conference or cooperation event."""

    class Phase(models.TextChoices):
        REGISTRATION = "registration", _("registration")
        WISHES = "wishes", _("wishes and requests")
        PLANNING = "planning", _("planning")
        PUBLISHED = "published", _("plan published")
        LIVE = "live", _("event is running")
        AFTER = "after", _("follow-up")

    slug = models.SlugField(unique=True)
    series = models.ForeignKey(Series, models.PROTECT, related_name="editions")
    office = models.ForeignKey(Office, models.PROTECT, related_name="events")
    names = models.JSONField(default=dict)
    mottos = models.JSONField(default=dict, blank=True)
    city = models.CharField(max_length=100)
    venue = models.JSONField(default=dict, blank=True)  # language -> name of the place
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=50)
    starts = models.DateField()
    ends = models.DateField()
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.REGISTRATION)
    phase_opens = models.JSONField(default=dict, blank=True)  # phase -> ISO date, as announced to everybody
    themes = models.ManyToManyField(Theme, blank=True, related_name="events")
    suggestions_shown = models.PositiveSmallIntegerField(default=12)  # per participant
    fair_minimum = models.PositiveSmallIntegerField(default=3)  # talks that nobody should stay below
    stays = models.ForeignKey(Side, models.PROTECT, null=True, blank=True, related_name="+")  # keeps its tables all day
    admits_mutual_wishes = models.BooleanField(default=False)  # plan them at weight 1 without a request
    conversations = models.BooleanField(
        default=True
    )  # those who agreed on a talk may write; else one message, one answer
    # Nobody is booked for talks during sessions with a place of his, and the other way round; else people are warned.
    sessions_block = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["-starts"]

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class MeetingBlock(models.Model):
    """A stretch of time that is cut into slots: each takes `minutes`, with a pause for walking before the next."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="blocks")
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=20)
    pause = models.PositiveSmallIntegerField(default=5)  # minutes

    class Meta:
        ordering: ClassVar = ["starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="block_ends_after_start"),
            models.CheckConstraint(condition=models.Q(minutes__gt=0), name="block_has_minutes"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk} of event {self.event_id}"


class Slot(models.Model):
    """A time in which one round of talks takes place."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="slots")
    # The block it was cut from; none for a slot that was set by itself.
    block = models.ForeignKey(MeetingBlock, models.CASCADE, null=True, blank=True, related_name="slots")
    position = models.PositiveSmallIntegerField()  # counts from 1 over the whole event, in time order
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["event_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "position"], name="slot_position_once"),
            models.UniqueConstraint(fields=["event", "start"], name="slot_start_once"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="slot_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"slot {self.position}"


class Table(models.Model):
    event = models.ForeignKey(Event, models.CASCADE, related_name="tables")
    number = models.PositiveSmallIntegerField()
    features = models.JSONField(default=list, blank=True)  # codes: "wheelchair", "screen"

    class Meta:
        ordering: ClassVar = ["event_id", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "number"], name="table_number_once")]

    def __str__(self) -> str:
        return str(self.number)


class Interpreter(models.Model):
    """A person who interprets at an event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="interpreters")
    person = models.ForeignKey(Person, models.PROTECT, related_name="interpreting")
    languages = models.JSONField(default=list)  # primary subtags
    max_consecutive = models.PositiveSmallIntegerField(null=True, blank=True)  # talks without a rest
    table = models.ForeignKey(Table, models.SET_NULL, null=True, blank=True, related_name="interpreters")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "person"], name="interpreter_once")]

    def __str__(self) -> str:
        return str(self.person)


class InterpreterAbsence(models.Model):
    """A slot in which an interpreter is not on duty."""

    interpreter = models.ForeignKey(Interpreter, models.CASCADE, related_name="absences")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["interpreter", "slot"], name="absence_once")]

    def __str__(self) -> str:
        return f"interpreter {self.interpreter_id} off in slot {self.slot_id}"


class Participation(models.Model):
    """A person at an event, for an organisation."""

    class State(models.TextChoices):
        APPLIED = "applied", pgettext_lazy("a participation", "waiting for approval")
        WAITING = "waiting", _("on the waiting list")  # would be admitted, but all places of this kind are taken
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("not admitted")
        CANCELLED = "cancelled", pgettext_lazy("a participation", "cancelled")

    event = models.ForeignKey(Event, models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="participations")
    type = models.CharField(max_length=20, blank=True)  # guest, host: named by the organiser
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    reason = models.CharField(max_length=500, blank=True)  # why not admitted, in the organiser's words
    waiting_since = models.DateTimeField(null=True, blank=True)  # the order of the waiting list
    fixed_table = models.ForeignKey(Table, models.SET_NULL, null=True, blank=True, related_name="owners")
    max_meetings = models.PositiveSmallIntegerField(null=True, blank=True)
    max_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    needs = models.JSONField(default=list, blank=True)  # table features this person depends on
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "person"], name="participation_once")]

    def __str__(self) -> str:
        return str(self.person)

    def get_type_display(self) -> str:
        """In the organiser's words; what came with a table and has none stands as its code."""
        return next((str(one) for one in self.event.types.all() if one.code == self.type), self.type)


class Unavailability(models.Model):
    """A slot in which a participant cannot be booked."""

    class Source(models.TextChoices):
        OWN = "own", _("blocked by the participant")
        ORGANISER = "organiser", _("blocked by the organiser")

    participation = models.ForeignKey(Participation, models.CASCADE, related_name="unavailabilities")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="+")
    source = models.CharField(max_length=10, choices=Source, default=Source.OWN)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["participation", "slot"], name="unavailability_once")]

    def __str__(self) -> str:
        return f"participation {self.participation_id} blocked in slot {self.slot_id}"


class Delegation(models.Model):
    """A group that an office sends: to an event of this installation, or to one that somebody else runs (`occasions`)."""

    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="delegations")
    slug = models.SlugField(unique=True)
    names = models.JSONField(default=dict)
    office = models.ForeignKey(Office, models.PROTECT, related_name="delegations")
    occasions = models.JSONField(
        default=dict, blank=True
    )  # language -> what it travels to, where that is no event here
    # Of the journey, which may be longer than the event.
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2)
    time_zone = models.CharField(max_length=50)
    starts = models.DateField()
    ends = models.DateField()
    is_announced = models.BooleanField(default=False)  # participants of the event see who comes
    etiquette = models.JSONField(default=dict, blank=True)  # language -> the office's advice, for the briefing book

    class Meta:
        ordering: ClassVar = ["-starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="delegation_ends_after_start")
        ]

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def destination(self) -> str:
        """What it travels to, in words."""
        return str(self.event) if self.event else localized(self.occasions)


class DelegationMember(models.Model):
    """Somebody who travels along, for an organisation. Who takes part in the delegation's event has a participation there."""

    class Field(models.TextChoices):
        BUSINESS = "business", pgettext_lazy("a field of society", "business")
        SCIENCE = "science", pgettext_lazy("a field of society", "science")
        CULTURE = "culture", pgettext_lazy("a field of society", "culture")
        POLITICS = "politics", _("politics and administration")

    delegation = models.ForeignKey(Delegation, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="delegation_memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="delegation_members")
    field = models.CharField(max_length=8, choices=Field, default=Field.BUSINESS)
    function = models.CharField(max_length=200, blank=True)  # in the delegation, else the role in the organisation
    position = models.PositiveSmallIntegerField(default=0)  # protocol order

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delegation", "person"], name="delegation_person_once")
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} in delegation {self.delegation_id}"


class ProgrammeItem(models.Model):
    """An item of the common programme; of one delegation only where one is named. It blocks its people's slots."""

    class Kind(models.TextChoices):
        TRAVEL = "travel", pgettext_lazy("an item of the programme", "travel")
        VISIT = "visit", _("company visit")
        RECEPTION = "reception", _("reception")
        OFFICIAL = "official", _("official talk")
        OTHER = "other", pgettext_lazy("an item of the programme", "other")

    event = models.ForeignKey(Event, models.CASCADE, null=True, blank=True, related_name="programme")
    delegation = models.ForeignKey(Delegation, models.CASCADE, null=True, blank=True, related_name="programme")
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.OTHER)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    names = models.JSONField(default=dict)
    place = models.JSONField(default=dict, blank=True)
    blocks = models.BooleanField(default=True)  # nobody concerned can be booked meanwhile
    # Only for these members of the delegation; said apart, for when the last of them leaves it is not everybody's.
    is_for_some = models.BooleanField(default=False)
    members = models.ManyToManyField(DelegationMember, blank=True, related_name="programme")

    class Meta:
        ordering: ClassVar = ["starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(event__isnull=False) | models.Q(delegation__isnull=False),
                name="programme_of_somebody",
            )
        ]

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def place_name(self) -> str:
        return localized(self.place)
