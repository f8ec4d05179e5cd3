"""Two at the same moment: exactly one result, and the other person is told what happened."""

from functools import partial

import pytest

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.matchmaking import actions, rules
from qiao.matchmaking.conversation_models import Message
from qiao.matchmaking.models import Request
from tests.matchmaking.racing import at_once, look, shared_database

pytestmark = [pytest.mark.db, pytest.mark.django_db(transaction=True)]
ROUNDS = 5


@pytest.fixture
def asked(world, tmp_path):
    """Pending requests, one for each round of a race."""
    made = []
    for _ in range(ROUNDS):
        request = actions.send_request(sender=world.german, recipient=world.chinese, by=world.owner)
        Request.objects.filter(pk=request.pk).update(state=Request.State.WITHDRAWN)  # makes way for the next one
        made.append(request.pk)
    with shared_database(tmp_path):
        yield made


def opened(pk: int) -> None:
    Request.objects.exclude(pk=pk).update(state=Request.State.WITHDRAWN)
    Request.objects.filter(pk=pk).update(state=Request.State.PENDING)
    Mail.objects.all().delete()
    AuditEntry.objects.all().delete()


def accepted(pk: int) -> None:
    Request.objects.filter(pk=pk).update(state=Request.State.ACCEPTED)
    Message.objects.all().delete()


def loaded(pk: int) -> Request:
    names = (
        "event",
        "sender__person__user",
        "sender__person__side",
        "recipient__person__user",
        "recipient__person__side",
    )
    return Request.objects.select_related(*names).get(pk=pk)


def outcome(pk: int) -> tuple[str, int, int]:
    """(state, audit entries, mails)"""
    changes = AuditEntry.objects.filter(subject_kind="request", subject_id=pk)
    return Request.objects.get(pk=pk).state, changes.count(), Mail.objects.count()


def test_accepting_twice_at_once_accepts_once(world, asked) -> None:
    for pk in asked:
        look(partial(opened, pk))
        pages = [look(partial(loaded, pk)) for _ in range(2)]
        results = at_once(*(partial(actions.accept, request=page, by=world.chinese_user) for page in pages))
        refused = [one for one in results if isinstance(one, Refused)]
        assert len(refused) == 1
        assert look(partial(outcome, pk)) == (Request.State.ACCEPTED, 1, 1)


def test_accepting_and_withdrawing_at_once_leaves_one_winner_and_an_explained_loser(world, asked) -> None:
    for pk in asked:
        look(partial(opened, pk))
        one, other = (look(partial(loaded, pk)) for _ in range(2))
        accept = partial(actions.accept, request=one, by=world.chinese_user)
        results = at_once(accept, partial(actions.withdraw, request=other, by=world.owner))
        losers = [place for place, result in enumerate(results) if isinstance(result, Refused)]
        assert len(losers) == 1
        state, entries, _mails = look(partial(outcome, pk))
        assert state == (Request.State.WITHDRAWN if losers == [0] else Request.State.ACCEPTED)
        assert entries == 1
        assert results[losers[0]].message


def test_a_message_sent_twice_at_once_is_one(world, asked) -> None:
    for pk in asked:
        look(partial(opened, pk))
        look(partial(accepted, pk))
        pages = [look(partial(loaded, pk)) for _ in range(3)]
        send = partial(actions.send_message, author=world.german, text="Guten Tag", form="form", by=world.owner)
        results = at_once(*(partial(send, request=page) for page in pages))
        assert len({one.pk for one in results}) == 1
        assert look(Message.objects.count) == 1


def test_writing_and_stepping_back_at_once_leaves_no_message_after_the_end(world, asked) -> None:
    for pk in asked:
        look(partial(opened, pk))
        look(partial(accepted, pk))
        one, other = (look(partial(loaded, pk)) for _ in range(2))
        send = partial(
            actions.send_message, request=one, author=world.german, text="Guten Tag", form="form", by=world.owner
        )
        sent, _withdrawn = at_once(send, partial(actions.withdraw, request=other, by=world.chinese_user))
        assert isinstance(sent, Refused | Message)
        assert look(Message.objects.count) == isinstance(sent, Message)
        assert look(partial(outcome, pk))[0] == Request.State.WITHDRAWN


def test_asking_at_once_from_both_sides_makes_one_request(world, tmp_path) -> None:
    there = partial(actions.send_request, sender=world.german, recipient=world.chinese, by=world.owner)
    back = partial(actions.send_request, sender=world.chinese, recipient=world.german, by=world.chinese_user)
    with shared_database(tmp_path):
        for _ in range(ROUNDS):
            look(Request.objects.all().delete)
            results = at_once(there, back, there, back)
            assert len([one for one in results if isinstance(one, Request)]) == 1
            assert len([one for one in results if isinstance(one, Refused)]) == 3
            assert look(Request.objects.count) == 1


def test_asking_two_partners_at_once_keeps_to_the_quota(world, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(rules, "MOST_PENDING", 1)
    partners = (world.chinese, world.chinese_en)
    calls = [partial(actions.send_request, sender=world.german, recipient=one, by=world.owner) for one in partners]
    with shared_database(tmp_path):
        for _ in range(ROUNDS):
            look(Request.objects.all().delete)
            assert sum(isinstance(one, Refused) for one in at_once(*calls)) == 1
            assert look(Request.objects.count) == 1
