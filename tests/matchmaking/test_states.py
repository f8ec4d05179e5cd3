"""The table of states, and the page drawn from it."""

from pathlib import Path

from qiao.matchmaking import states
from qiao.matchmaking.models import Request
from qiao.matchmaking.states import Action, Actor, State

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_drawn_from_the_table() -> None:
    text = (ROOT / states.DIAGRAM_PAGE).read_text()
    assert text == states.page(), f"python -m qiao.matchmaking.states > {states.DIAGRAM_PAGE}"


def test_the_table_and_the_model_know_the_same_states() -> None:
    assert {state.value for state in State} == set(Request.State.values)


def test_only_the_one_who_was_asked_answers() -> None:
    assert states.next_state(State.PENDING, Action.ACCEPT, Actor.SENDER) is None
    assert states.next_state(State.PENDING, Action.DECLINE, Actor.SENDER) is None
    assert states.possible(State.PENDING, Actor.RECIPIENT) == [Action.ACCEPT, Action.DECLINE]
    assert states.possible(State.PENDING, Actor.SENDER) == [Action.WITHDRAW]


def test_both_can_step_back_from_an_agreed_talk_and_nothing_else() -> None:
    for actor in (Actor.SENDER, Actor.RECIPIENT):
        assert states.possible(State.ACCEPTED, actor) == [Action.WITHDRAW]


def test_what_is_closed_stays_closed() -> None:
    for state in (State.DECLINED, State.WITHDRAWN, State.EXPIRED):
        for actor in Actor:
            assert states.possible(state, actor) == []
