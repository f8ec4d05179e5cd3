"""When somebody can be booked, beside the talks that the plan in force has put there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from qiao.events import queries as events
from qiao.events.models import Event, Participation
from qiao.meetings.queries import Talk, agenda_for


@dataclass(frozen=True)
class Time:
    """A slot with its tick, and the talk that lies in it."""

    choice: events.SlotChoice
    ticked: bool
    talk: Talk | None

    @property
    def is_new(self) -> bool:
        """Ticked now, and not before."""
        return self.ticked and not (self.choice.blocked or self.choice.taken)


@dataclass(frozen=True)
class AvailabilityPage:
    event: Event
    days: list[tuple[date, list[Time]]]

    @property
    def _new(self) -> list[Time]:
        return [time for _day, times in self.days for time in times if time.is_new]

    @property
    def hit(self) -> list[Talk]:
        """Talks in force that lie in newly ticked times: they stay until another plan is published."""
        return [time.talk for time in self._new if time.talk]

    @property
    def leaves_nothing(self) -> bool:
        """The new ticks take the last times in which a talk could be planned."""
        return bool(self._new) and all(time.ticked for _day, times in self.days for time in times)

    @property
    def is_doubtful(self) -> bool:
        return bool(self.hit) or self.leaves_nothing


def availability_page(own: Participation, ticked: Collection[int] | None = None) -> AvailabilityPage:
    """As stored, or with these slots (primary keys) ticked instead, as they were sent but are not saved yet."""
    talks = {talk.slot.pk: talk for talk in agenda_for(own).talks}

    def time(choice: events.SlotChoice) -> Time:
        stored = choice.blocked if ticked is None else choice.slot.pk in ticked
        return Time(choice, stored or choice.taken, talks.get(choice.slot.pk))

    return AvailabilityPage(
        own.event, [(day.date, [time(choice) for choice in day.choices]) for day in events.availability(own)]
    )
