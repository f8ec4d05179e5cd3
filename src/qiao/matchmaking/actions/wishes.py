"""Private wishes: nobody but the participant and the planner ever learns of them."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Participation
from qiao.matchmaking.actions.evidence import forget_evidence, record_evidence
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.queries import LAST_PLACE, open_request, order_seen, ordered_wishes
from qiao.matchmaking.rules import MOST_WISHES, window_of


@transaction.atomic
def set_wish(
    *, participation: Participation, target: Participation, kind: str, rank: int | None = None, by: User | None
) -> Wish:
    """Make this the participant's wish for `target`, in place of an earlier one. A rank counts from 1; "no" has none."""
    if participation.event_id != target.event_id or participation.organisation_id == target.organisation_id:
        raise Refused(gettext("Talks are between different organisations of the same event."))
    window_of(participation.event).check_sending()
    _one_after_the_other(participation)
    _check(participation, target, kind)
    wish, _ = Wish.objects.update_or_create(
        participation=participation,
        partner=target,
        defaults={"kind": kind, "rank": None if kind == Wish.Kind.NO else rank},
    )
    record_evidence(participation=participation, partner=target, answer=kind)
    record(by=by, action="matchmaking.wish_set", subject=participation, event=participation.event_id)
    return wish


def _check(participation: Participation, target: Participation, kind: str) -> None:
    if kind not in Wish.Kind.values:
        raise Refused(gettext("A wish is “must meet”, “gladly” or “no, thanks”."))
    request = open_request(participation, target)
    if kind == Wish.Kind.NO and request and request.state == Request.State.ACCEPTED:
        raise Refused(
            gettext("You have agreed on a talk with this partner. Step back from it first, under “Requests”.")
        )
    if participation.wishes.exclude(partner=target).count() >= MOST_WISHES:
        raise Refused(gettext("You have %(count)d wishes. Remove one first.") % {"count": MOST_WISHES})


@transaction.atomic
def clear_wish(*, participation: Participation, target: Participation, by: User | None) -> bool:
    """Take a wish back; False where there was none."""
    _one_after_the_other(participation)
    count, _ = Wish.objects.filter(participation=participation, partner=target).delete()
    if count:
        forget_evidence(participation=participation, partner=target)
        record(by=by, action="matchmaking.wish_cleared", subject=participation, event=participation.event_id)
    return bool(count)


@transaction.atomic
def rank_wishes(
    *,
    participation: Participation,
    places: Mapping[str, int | None],
    by: User | None,
    seen: str | None = None,
    move: tuple[str, str] | None = None,
) -> int:
    """Put the wishes in order: partner's person key -> place as typed (None: unranked). Returns how many are ranked.

    The order is one within each degree: whom one must meet always comes before whom one would gladly meet. Equal and missing
    numbers are no mistake: the given order is kept and numbered 1, 2, 3 …

    `seen`: the word for the order that was changed (`queries.order_seen`); None asks nothing. `move`: (partner's key, "up" or
    "down"), one step further after that; all wishes of its degree have a place then.
    """
    window_of(participation.event).check_sending()
    _one_after_the_other(participation)
    wishes = list(ordered_wishes(participation).select_related("partner__person"))
    if seen is not None and seen != order_seen(wishes):
        raise Refused(
            gettext("Your wishes have been changed meanwhile, perhaps in another window. This is how they stand.")
        )
    ordered, ranked = _in_order(wishes, places), {wish for wish in wishes if _typed(wish, places)}
    if move is not None:
        ranked |= _move(ordered, *move)
    ordered = [wish for wish in ordered if wish in ranked]
    for wish in wishes:
        wish.rank = ordered.index(wish) + 1 if wish in ranked else None
    Wish.objects.bulk_update(wishes, ["rank"])
    record(by=by, action="matchmaking.wishes_ranked", subject=participation, count=len(ordered))
    return len(ordered)


def _one_after_the_other(participation: Participation) -> None:
    """What changes the wishes of one participant takes turns."""
    Participation.objects.select_for_update(no_key=True).get(pk=participation.pk)


def _typed(wish: Wish, places: Mapping[str, int | None]) -> int | None:
    return places.get(wish.partner.person.key, wish.rank)


def _in_order(wishes: list[Wish], places: Mapping[str, int | None]) -> list[Wish]:
    """What was given the place of another one comes where it was sent: before it on the way up, after it on the way down."""

    def key(wish: Wish) -> tuple[bool, int, int]:
        place, last = _typed(wish, places) or LAST_PLACE, wish.rank or LAST_PLACE
        return wish.kind != Wish.Kind.MUST, place, (place > last) - (place < last)

    return sorted(wishes, key=key)


def _move(ordered: list[Wish], key: str, way: str) -> set[Wish]:
    """One step up or down among those of the same degree, who are handed back; nothing for a wish that is not there."""
    at = next((at for at, wish in enumerate(ordered) if wish.partner.person.key == key), None)
    if at is None:
        return set()
    kind, to = ordered[at].kind, at + (-1 if way == "up" else 1)
    if 0 <= to < len(ordered) and ordered[to].kind == kind:
        ordered[at], ordered[to] = ordered[to], ordered[at]
    return {wish for wish in ordered if wish.kind == kind}
