"""The plan and what is in force: planning runs, published versions, meetings and their seats."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import localized
from qiao.core.models import User, public_key
from qiao.directory.values import detect_language
from qiao.events.models import Event, Interpreter, Participation, Slot, Table
from qiao.matchmaking.models import Request

__all__ = [
    "AgendaNotice",
    "Announcement",
    "CancelledMeeting",
    "Feed",
    "Lock",
    "Meeting",
    "Objection",
    "PlanEdit",
    "PlanRun",
    "PlanVersion",
    "Seat",
]

# The people of a talk with their organisations, for `select_related`.
PARTNERS = [
    f"request__{who}__{what}" for who in ("sender", "recipient") for what in ("person__user", "organisation__side")
]


class PlanRun(models.Model):
    """One run of the planner, with the exact problem it was given and the verified plan it found."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to start")
        RUNNING = "running", _("calculating")
        DONE = "done", _("finished")
        INFEASIBLE = "infeasible", _("no plan is possible")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")
        CANCELLED = "cancelled", _("cancelled")

    event = models.ForeignKey(Event, models.CASCADE, related_name="plan_runs")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)  # last sign of life of the process that calculates
    finished = models.DateTimeField(null=True, blank=True)
    seed = models.PositiveIntegerField(default=1)
    limit = models.PositiveIntegerField(default=60)  # seconds
    only_gaps = models.BooleanField(default=False)  # what is in force stays where it is
    progress = models.JSONField(default=list, blank=True)  # [{"phase", "value", "bound", "placed", "seconds"}]
    problem = models.JSONField(default=dict, blank=True)  # qiao-problem/1
    plan = models.JSONField(default=dict, blank=True)  # qiao-plan/1, empty until one is found
    stop_requested = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)  # what went wrong, as a code
    token = models.CharField(max_length=32, blank=True)  # of the attempt that may still write

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event"], condition=models.Q(state__in=["queued", "running"]), name="one_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"run {self.pk} of event {self.event_id}: {self.state}"


class PlanEdit(models.Model):
    """One change of a run's plan by hand: where its meetings were before and after, as in qiao-plan/1. Can be undone."""

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField()
    before = models.JSONField(default=list)
    after = models.JSONField(default=list)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    undone = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="plan_edit_once")]

    def __str__(self) -> str:
        return f"change {self.number} of run {self.run_id}"


class Lock(models.Model):
    """Where a talk has to stay: each run plans it there."""

    request = models.OneToOneField(Request, models.CASCADE, related_name="lock")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="locks")
    table = models.ForeignKey(Table, models.SET_NULL, null=True, blank=True, related_name="locks")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"lock of request {self.request_id} in slot {self.slot_id}"


class PlanVersions(models.QuerySet["PlanVersion"]):
    def in_force(self) -> "PlanVersion | None":
        """Of one event's versions: the highest that is not withdrawn, without the bulk of its plan."""
        return self.filter(withdrawn=None).defer("problem", "plan").order_by("-number").first()


class PlanVersion(models.Model):
    """A published plan. Immutable; the highest number that is not withdrawn is in force."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="plan_versions")
    number = models.PositiveIntegerField()
    run = models.ForeignKey(PlanRun, models.PROTECT, related_name="versions")
    problem = models.JSONField()
    plan = models.JSONField()
    published = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn = models.DateTimeField(null=True, blank=True)
    objections_until = models.DateTimeField(null=True, blank=True)  # published provisionally; empty: final

    objects = PlanVersions.as_manager()

    class Meta:
        ordering: ClassVar = ["event_id", "-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"version {self.number} of event {self.event_id}"

    @property
    def is_provisional(self) -> bool:
        return self.objections_until is not None

    @property
    def takes_objections(self) -> bool:
        return self.objections_until is not None and timezone.now() < self.objections_until


class Objection(models.Model):
    """What somebody has against a provisional plan: about one of his talks, or in general; and what the organiser says."""

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="objections")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="objections")
    request = models.ForeignKey(Request, models.CASCADE, null=True, blank=True, related_name="objections")
    text = models.TextField(blank=True)
    created = models.DateTimeField(auto_now_add=True)
    answer = models.TextField(blank=True)
    settled = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participation", "request"], condition=models.Q(settled=None), name="one_open_objection_a_talk"
            ),
            models.UniqueConstraint(
                fields=["participation"],
                condition=models.Q(settled=None, request=None),
                name="one_open_objection_to_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"objection {self.key} against version {self.version_id}"

    @property
    def text_language(self) -> str:
        return detect_language(self.text)

    @property
    def answer_language(self) -> str:
        return detect_language(self.answer)


class Meeting(models.Model):
    """A talk that is in force. What the plan must keep the database keeps as well."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="meetings")
    request = models.OneToOneField(Request, models.PROTECT, related_name="meeting")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="meetings")
    table = models.ForeignKey(Table, models.PROTECT, null=True, blank=True, related_name="meetings")
    interpreter = models.ForeignKey(Interpreter, models.PROTECT, null=True, blank=True, related_name="meetings")
    # iCalendar SEQUENCE: rises when time, table or interpreter changes
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["slot__position", "table__number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slot", "table"], name="table_once_per_slot"),
            models.UniqueConstraint(fields=["slot", "interpreter"], name="interpreter_once_per_slot"),
        ]

    def __str__(self) -> str:
        return f"request {self.request_id} in slot {self.slot_id}"


class Seat(models.Model):
    """One person's place in a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="seats")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="seats")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="seats")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slot", "participation"], name="person_once_per_slot")]

    def __str__(self) -> str:
        return f"participation {self.participation_id} in meeting {self.meeting_id}"


class CancelledMeeting(models.Model):
    """A talk that was in force and is no more: calendars that hold it must hear of the end, with a higher SEQUENCE."""

    request = models.OneToOneField(Request, models.CASCADE, related_name="cancelled_meeting")
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="+")  # a time that is gone cannot be cancelled in
    sequence = models.PositiveIntegerField()
    cancelled = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"cancelled talk of request {self.request_id}"


class AgendaNotice(models.Model):
    """Somebody who is to be told about a version: written with it in one transaction, mailed once by a task."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="notices")
    participation = models.ForeignKey(Participation, models.CASCADE, null=True, related_name="agenda_notices")
    interpreter = models.ForeignKey(Interpreter, models.CASCADE, null=True, related_name="agenda_notices")
    queued = models.DateTimeField(null=True, blank=True)  # when the mail was put into the outbox

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "participation"], name="participant_told_once"),
            models.UniqueConstraint(fields=["version", "interpreter"], name="interpreter_told_once"),
            models.CheckConstraint(
                condition=models.Q(participation=None) ^ models.Q(interpreter=None), name="notice_for_one_person"
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk} of version {self.version_id}"


class Feed(models.Model):
    """A person's private calendar address; only the token's SHA-256 is kept, and it can be revoked."""

    participation = models.OneToOneField(Participation, models.CASCADE, related_name="feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"feed of participation {self.participation_id}"


EVERYBODY = "admitted"
"""The segment of an announcement that is everybody who takes part."""


class Announcement(models.Model):
    """A mail of the organiser to a part of the event's people, in one language or several."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="announcements")
    key = models.CharField(max_length=32, unique=True)  # drawn with the form: a second click sends nothing
    segment = models.CharField(max_length=20)
    subjects = models.JSONField(default=dict)  # language -> text
    bodies = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    queued = models.DateTimeField(null=True, blank=True)  # when the mails were put into the outbox
    recipients = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]

    def __str__(self) -> str:
        return localized(self.subjects)

    @property
    def text(self) -> str:
        return localized(self.bodies)
