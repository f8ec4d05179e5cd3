"""Whom somebody can reach, and what somebody wants to be reached by."""

from dataclasses import dataclass

from django.utils.translation import gettext

from qiao.core.models import User
from qiao.directory.models import Person
from qiao.directory.queries import people_for
from qiao.events.models import Participation
from qiao.matchmaking.conversation_models import Block, Reach


def reach_of(person: Person) -> Reach:
    """What this person takes; not saved where nothing was chosen yet."""
    return Reach.objects.filter(person=person).first() or Reach(person=person)


def closed_to(own: Participation, what: str) -> set[int]:
    """The people of the event who take no `what` ("requests", "messages"), or none of this one. Two queries."""
    switched_off = Reach.objects.filter(person__participations__event=own.event_id, **{what: False})
    blocking = Block.objects.filter(partner__person=own.person_id)
    return {*switched_off.values_list("person_id", flat=True), *blocking.values_list("by_id", flat=True)}


def blocks(own: Participation, partner: Participation) -> bool:
    return Block.objects.filter(by=own.person_id, partner__person=partner.person_id).exists()


def why_unreachable(own: Participation, partner: Participation) -> str:
    """Why no message gets from one to the other, as a sentence: whether somebody was blocked is not said."""
    if blocks(own, partner):
        return gettext("You have blocked this person. Under “What reaches you” you can take that back.")
    if not reach_of(own.person).messages:
        return gettext("You take no messages yourself. Under “What reaches you” you can change that.")
    if partner.person_id in closed_to(own, "messages"):
        return gettext("This partner takes no messages at the moment.")
    return ""


@dataclass(frozen=True)
class BlockRow:
    block: Block
    named: bool  # the reader may know the person's name


def blocked_by(user: User) -> list[BlockRow]:
    """Whom this person has blocked. A fixed number of queries."""
    rows = list(Block.objects.filter(by__user=user).select_related("partner__person", "partner__organisation"))
    visible = people_for(user, Person.objects.filter(pk__in=[one.partner.person_id for one in rows]))
    named = set(visible.values_list("pk", flat=True))
    return [BlockRow(one, one.partner.person_id in named) for one in rows]
