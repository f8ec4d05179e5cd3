"""Sessions of an event: in which room and track, who speaks, and who has a place in them."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from qiao.core.languages import localized
from qiao.core.models import public_key
from qiao.directory.models import Person, Theme
from qiao.events.models import Event, Participation

__all__ = ["EventSession", "Reservation", "Room", "Speaker", "Track"]

LONGEST_TITLE, LONGEST_ABSTRACT = 200, 3000


class Room(models.Model):
    """Where sessions take place."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="rooms")
    names = models.JSONField(default=dict)
    seats = models.PositiveIntegerField(null=True, blank=True)  # none: no limit
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return localized(self.names)


class Track(models.Model):
    """Sessions that belong together."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="tracks")
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return localized(self.names)


class EventSession(models.Model):
    """A lecture, panel or workshop. One without a time is not in the programme yet."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("opening")
        LECTURE = "lecture", _("lecture")
        PANEL = "panel", _("panel discussion")
        WORKSHOP = "workshop", _("workshop")
        PITCH = "pitch", _("presentation of firms")
        OTHER = "other", _("other session")

    class Audience(models.TextChoices):
        """Who sees it in the programme."""

        DRAFT = "draft", _("only the organisers: a draft")
        MEMBERS = "members", _("everybody who is registered here")
        PUBLIC = "public", _("everybody, also on the open web")

    key = models.CharField(max_length=12, unique=True, default=public_key, editable=False)
    external_id = models.CharField(max_length=60, blank=True)  # in the organiser's own table
    event = models.ForeignKey(Event, models.CASCADE, related_name="sessions")
    names = models.JSONField(default=dict)  # language -> title
    abstracts = models.JSONField(default=dict, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.LECTURE)
    audience = models.CharField(max_length=7, choices=Audience, default=Audience.DRAFT)
    starts = models.DateTimeField(null=True, blank=True)
    ends = models.DateTimeField(null=True, blank=True)
    room = models.ForeignKey(Room, models.SET_NULL, null=True, blank=True, related_name="sessions")
    track = models.ForeignKey(Track, models.SET_NULL, null=True, blank=True, related_name="sessions")
    themes = models.ManyToManyField(Theme, blank=True, related_name="sessions")
    languages = models.JSONField(default=list, blank=True)  # primary subtags that are spoken
    interpreted = models.JSONField(default=list, blank=True)  # primary subtags that it is interpreted into
    takes_reservations = models.BooleanField(default=False)
    places = models.PositiveIntegerField(null=True, blank=True)  # none: as many as the room has seats
    stream_url = models.URLField(max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0)  # iCalendar SEQUENCE: rises when time, room or title changes
    cancelled = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(starts=None, ends=None)
                | models.Q(starts__isnull=False, ends__isnull=False, ends__gt=models.F("starts")),
                name="session_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["event", "external_id"], condition=~models.Q(external_id=""), name="session_external_id_once"
            ),
        ]

    def __str__(self) -> str:
        return localized(self.names)

    @property
    def abstract(self) -> str:
        return localized(self.abstracts)

    @property
    def capacity(self) -> int | None:
        """How many people find a place; None: any number."""
        if self.places is not None:
            return self.places
        return self.room.seats if self.room else None

    @property
    def named_speakers(self) -> "list[Speaker]":
        """Those whom everybody who sees the session may read; with `prefetch_related("speakers")` no query."""
        return [one for one in self.speakers.all() if one.agreed]


class Speaker(models.Model):
    """Who speaks: somebody of the directory, who is asked and agrees to be named, or a guest who has told the organiser so."""

    session = models.ForeignKey(EventSession, models.CASCADE, related_name="speakers")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="speaking")
    # Of a guest; of somebody of the directory empty.
    name = models.CharField(max_length=200, blank=True)
    name_latin = models.CharField(max_length=200, blank=True)
    organisation = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    asked = models.DateTimeField(auto_now_add=True)
    agreed = models.DateTimeField(null=True, blank=True)  # to be named with the session
    declined = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person"], name="speaker_once"),
            models.CheckConstraint(condition=~models.Q(person=None, name=""), name="speaker_is_somebody"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.person)

    @property
    def who(self) -> "Person | Speaker":
        """What has the name."""
        return self.person or self

    @property
    def organisations(self) -> list[Any]:
        """Those of the directory that everybody may see; of a guest none."""
        rows = self.person.memberships.all() if self.person else ()
        return [one.organisation for one in rows if one.organisation.is_published]


class Reservation(models.Model):
    """A participant's place in a session. The number of the seat is what keeps two people from the last one."""

    session = models.ForeignKey(EventSession, models.CASCADE, related_name="reservations")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="reservations")
    seat = models.PositiveIntegerField(null=True, blank=True)  # counts from 1; none: on the waiting list, or given back
    since = models.DateTimeField()  # the order of the waiting list
    given_back = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0)  # rises with each change, for calendars that know it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "participation"], name="reservation_once"),
            models.UniqueConstraint(fields=["session", "seat"], name="seat_once"),
            models.CheckConstraint(
                condition=models.Q(given_back=None) | models.Q(seat=None), name="given_back_seat_is_free"
            ),
        ]

    def __str__(self) -> str:
        return f"place of participation {self.participation_id} in session {self.session_id}"

    @property
    def is_waiting(self) -> bool:
        return self.seat is None and self.given_back is None
