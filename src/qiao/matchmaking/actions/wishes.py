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
from qiao.matchmaking.queries import open_request
from qiao.matchmaking.rules import MOST_WISHES, window_of


@transaction.atomic
def set_wish(
    *, participation: Participation, target: Participation, kind: str, rank: int | None = None, by: User | None
) -> Wish:
    """Make this the participant's wish for `target`, in place of an earlier one. A rank counts from 1; "no" has none."""
    if participation.event_id != target.event_id or participation.organisation_id == target.organisation_id:
        raise Refused(gettext("Talks are between different organisations of the same event."))
    window_of(participation.event).check_sending()
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
    count, _ = Wish.objects.filter(participation=participation, partner=target).delete()
    if count:
        forget_evidence(participation=participation, partner=target)
        record(by=by, action="matchmaking.wish_cleared", subject=participation, event=participation.event_id)
    return bool(count)


@transaction.atomic
def rank_wishes(*, participation: Participation, places: Mapping[str, int | None], by: User | None) -> int:
    """Put the wishes in order: partner's person key -> place as typed (None: unranked). Returns how many are ranked.

    Equal and missing numbers are no mistake: the given order is kept and numbered 1, 2, 3 …
    """
    window_of(participation.event).check_sending()
    own = participation.wishes.exclude(kind=Wish.Kind.NO).select_related("partner__person")
    wishes = list(own.order_by("rank", "pk"))
    asked = {wish: places.get(wish.partner.person.key, wish.rank) for wish in wishes}
    ordered = sorted((wish for wish in wishes if asked[wish]), key=lambda wish: asked[wish] or 0)
    for wish in wishes:
        wish.rank = ordered.index(wish) + 1 if wish in ordered else None
    Wish.objects.bulk_update(wishes, ["rank"])
    record(by=by, action="matchmaking.wishes_ranked", subject=participation, count=len(ordered))
    return len(ordered)
