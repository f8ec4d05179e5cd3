"""The booking rules: when requests can be sent and answered, how many, and for how long."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext

from qiao.core.errors import Refused
from qiao.core.languages import primary
from qiao.events.models import Event, Participation

MOST_PENDING = 40
"""Requests of one participant that wait for an answer; each answer gives one back."""
MOST_WISHES = 100
LONGEST_MESSAGE = 1000
MOST_IN_A_ROW = 10
"""Messages of one person that the other has not answered, within one conversation."""
DAYS_TO_ANSWER = 10

_HAN = re.compile(r"[㐀-鿿]")
_PHASES_OF_REQUESTS = {Event.Phase.WISHES, Event.Phase.PLANNING, Event.Phase.PUBLISHED}


@dataclass(frozen=True)
class Window:
    """What an event's phase allows. Late requests enter the next plan; agreed talks stand once planning has begun."""

    phase: str

    @property
    def sending(self) -> bool:
        return self.phase in _PHASES_OF_REQUESTS

    @property
    def stepping_back(self) -> bool:
        return self.phase == Event.Phase.WISHES

    def check_sending(self) -> None:
        if not self.sending:
            raise Refused(
                gettext("Wishes and requests are not open at this time. The event page says what comes next.")
            )

    def check_answering(self, *, agreed: bool) -> None:
        """Raises Refused; `agreed`: the request was accepted before, so that a plan may already hold its talk."""
        self.check_sending()
        if agreed and not self.stepping_back:
            raise Refused(
                gettext("The talks are being planned. Please tell the organiser if you cannot keep this one.")
            )


def why_not(*, refused: bool, declined: bool, pending: int, closed: bool = False, barred: bool = False) -> str:
    """Why a request would be refused, as a sentence; empty where it may be sent.

    refused: the sender wants no talk with this partner; declined: the partner has declined a request of the sender;
    pending: requests of the sender that wait for an answer; closed: the partner takes no requests, or none of this sender;
    barred: the organiser lets the sender ask nobody.
    """
    if barred:
        return barred_sentence()
    if refused:
        return gettext("You have marked this partner as “not for me”. Take that back first.")
    if declined:
        return gettext("This partner has declined your request. Only the partner can ask now.")
    if closed:
        return gettext("This partner takes no requests at the moment.")
    if pending >= MOST_PENDING:
        return gettext("You have %(count)d requests without an answer. Withdraw one before you send the next.") % {
            "count": MOST_PENDING
        }
    return ""


def barred_sentence() -> str:
    return gettext(
        "The organiser lets you neither ask nor write at this event. Turn to the organiser if that is a mistake."
    )


def window_of(event: Event) -> Window:
    """The window as it stands in the database: the caller's event may be minutes old."""
    phase = Event.objects.filter(pk=event.pk).values_list("phase", flat=True).get()
    return Window(phase)


def language_of(message: str, sender: Participation) -> str:
    """The primary subtag of the language a message is written in, as far as its script and its author tell."""
    if not message:
        return ""
    if _HAN.search(message):
        return "zh"
    user = sender.person.user
    own = primary(user.language) if user else "en"
    return own if own != "zh" else "en"
