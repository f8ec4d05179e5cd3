"""Private wishes and what they weigh."""

import pytest

from qiao.core.errors import Refused
from qiao.events.models import Event
from qiao.matchmaking import actions
from qiao.matchmaking.models import Request, Wish
from qiao.matchmaking.queries import request_weights, weight_of, wishes_page
from tests.world import participation

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.mark.parametrize(
    ("wish", "points"),
    [
        (None, 1),
        (("must", None), 5),
        (("gladly", None), 3),
        (("must", 1), 6),
        (("must", 10), 6),
        (("gladly", 11), 3),
        (("no", None), 0),
    ],
)
def test_points_of_one_side(wish, points) -> None:
    assert weight_of(wish) == points


def test_a_request_weighs_the_points_of_both_sides(world, django_assert_num_queries) -> None:
    request = actions.send_request(sender=world.german, recipient=world.chinese, by=world.owner)
    actions.set_wish(participation=world.german, target=world.chinese, kind="must", rank=1, by=world.owner)
    actions.set_wish(participation=world.chinese, target=world.german, kind="gladly", by=world.chinese_user)
    assert request_weights(world.event) == {}
    actions.accept(request=request, by=world.chinese_user)
    with django_assert_num_queries(2):
        assert request_weights(world.event) == {request.pk: 9}


def test_a_wish_is_replaced_and_taken_back(world) -> None:
    for kind in ("gladly", "must", "no"):
        actions.set_wish(participation=world.german, target=world.chinese, kind=kind, rank=2, by=world.owner)
    wish = Wish.objects.get()
    assert (wish.kind, wish.rank) == ("no", None)
    assert actions.clear_wish(participation=world.german, target=world.chinese, by=world.owner)
    assert not actions.clear_wish(participation=world.german, target=world.chinese, by=world.owner)
    assert not Wish.objects.exists()


def test_wishes_are_refused_where_they_mean_nothing(world, monkeypatch) -> None:
    with pytest.raises(Refused):
        actions.set_wish(participation=world.german, target=world.german, kind="must", by=world.owner)
    with pytest.raises(Refused, match="A wish is"):
        actions.set_wish(participation=world.german, target=world.chinese, kind="maybe", by=world.owner)
    monkeypatch.setattr(actions.wishes, "MOST_WISHES", 1)
    actions.set_wish(participation=world.german, target=world.chinese, kind="must", by=world.owner)
    actions.set_wish(participation=world.german, target=world.chinese, kind="gladly", by=world.owner)
    with pytest.raises(Refused, match="Remove one"):
        actions.set_wish(participation=world.german, target=world.chinese_en, kind="must", by=world.owner)
    Event.objects.update(phase=Event.Phase.AFTER)
    with pytest.raises(Refused, match="not open"):
        actions.set_wish(participation=world.german, target=world.chinese, kind="must", by=world.owner)


def test_no_does_not_go_together_with_an_agreed_talk(world) -> None:
    request = actions.send_request(sender=world.german, recipient=world.chinese, by=world.owner)
    actions.accept(request=request, by=world.chinese_user)
    with pytest.raises(Refused, match="Step back"):
        actions.set_wish(participation=world.german, target=world.chinese, kind="no", by=world.owner)
    assert Request.objects.get().state == Request.State.ACCEPTED


def test_places_are_numbered_in_the_order_typed(world) -> None:
    for target in (world.chinese, world.chinese_en, world.german_en):
        actions.set_wish(participation=world.german, target=target, kind="gladly", by=world.owner)
    keys = [one.person.key for one in (world.chinese, world.chinese_en, world.german_en)]
    actions.rank_wishes(participation=world.german, places={keys[0]: 7, keys[1]: 2, keys[2]: None}, by=world.owner)
    refused = participation(world.event, world.interpreter.person)
    actions.set_wish(participation=world.german, target=refused, kind="no", by=world.owner)
    rows = wishes_page(world.german).rows
    assert [(wish.partner, wish.rank) for wish in rows] == [
        (world.chinese_en, 1), (world.chinese, 2), (world.german_en, None),
    ]  # fmt: skip


def test_places_count_within_a_degree_only(world) -> None:
    """Whom one must meet comes first whatever was typed; what is sent to a taken place is put where it was sent."""
    targets = (world.chinese, world.chinese_en, world.german_en)
    for target, kind in zip(targets, ("gladly", "gladly", "must"), strict=True):
        actions.set_wish(participation=world.german, target=target, kind=kind, by=world.owner)
    one, two, must = (target.person.key for target in targets)

    def order(**places: int) -> list[str]:
        actions.rank_wishes(participation=world.german, places=places, by=world.owner)
        rows = wishes_page(world.german).rows
        assert [wish.rank for wish in rows] == [1, 2, 3]
        return [wish.partner.person.key for wish in rows]

    assert order(**{one: 1, two: 2, must: 9}) == [must, one, two]
    assert order(**{two: 2}) == [must, two, one]
    assert order(**{two: 3}) == [must, one, two]
    with pytest.raises(Refused, match="changed meanwhile"):
        actions.rank_wishes(participation=world.german, places={}, by=world.owner, seen="another")
