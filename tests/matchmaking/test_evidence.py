"""What participants answer is kept as evidence, and the ranking learns from it."""

import pytest

from qiao.directory.actions import embed_stale, mark
from qiao.engine.matching.model import Weights
from qiao.matchmaking import actions
from qiao.matchmaking.bridge import weights_in_force
from qiao.matchmaking.models import Evidence, Weighting

pytestmark = [pytest.mark.db, pytest.mark.django_db]


def words() -> set[tuple[int, int, str]]:
    return set(Evidence.objects.values_list("participation", "partner", "answer"))


def test_every_answer_is_kept_the_newest_only(world) -> None:
    german, chinese = world.german, world.chinese
    actions.set_wish(participation=german, target=chinese, kind="gladly", by=None)
    assert words() == {(german.pk, chinese.pk, "gladly")}
    request = actions.send_request(sender=german, recipient=chinese, by=None)
    assert words() == {(german.pk, chinese.pk, "asked")}
    actions.accept(request=request, by=None)
    assert words() == {(german.pk, chinese.pk, "asked"), (chinese.pk, german.pk, "accepted")}


def test_notes_in_the_directory_are_learned_from_where_both_take_part(world) -> None:
    embed_stale()
    mark(organisation=world.chinese.organisation, kind="skipped", by=world.owner)
    mark(organisation=world.german_en.organisation, kind="interested", by=world.chinese_user)
    assert actions.learn_weights() is False, "one word alone compares nobody with nobody"
    mark(organisation=world.chinese_en.organisation, kind="interested", by=world.owner)
    assert actions.learn_weights() is True
    by_note = weights_in_force()
    actions.record_evidence(participation=world.german, partner=world.chinese, answer="must")
    assert actions.learn_weights() is True, "an answer at the event counts more"
    assert weights_in_force() != by_note
    mark(organisation=world.chinese_en.organisation, kind="", by=world.owner)
    Evidence.objects.all().delete()
    actions.learn_weights()
    assert weights_in_force() == Weights()


def test_declining_and_taking_back(world) -> None:
    german, chinese = world.german, world.chinese
    request = actions.send_request(sender=german, recipient=chinese, by=None)
    actions.decline(request=request, by=None)
    assert (chinese.pk, german.pk, "declined") in words()
    actions.set_wish(participation=chinese, target=german, kind="no", by=None)
    assert (chinese.pk, german.pk, "no") in words()
    actions.clear_wish(participation=chinese, target=german, by=None)
    assert words() == {(german.pk, chinese.pk, "asked")}


def test_answers_move_the_weights_and_a_second_call_changes_nothing(world) -> None:
    embed_stale()
    assert actions.learn_weights() is False
    assert weights_in_force() == Weights()
    good, bad = world.chinese, world.chinese_en
    actions.record_evidence(participation=world.german, partner=good, answer="no")
    assert actions.learn_weights() is False  # one word alone compares nobody with nobody
    actions.record_evidence(participation=world.german, partner=bad, answer="must")
    assert actions.learn_weights() is True
    learned = weights_in_force()
    assert learned != Weights()
    assert Weighting.objects.get().answers == 2
    assert actions.learn_weights() is False
    Evidence.objects.all().delete()
    assert actions.learn_weights() is True
    assert weights_in_force() == Weights()
