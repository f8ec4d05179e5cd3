"""The life of a meeting request as one table, and the diagram drawn from it.

`python -m qiao.matchmaking.states` prints docs/reference/request-states.md; a test keeps that page in step.
"""

from enum import StrEnum

DIAGRAM_PAGE = "docs/reference/request-states.md"


class State(StrEnum):
    """The values of `Request.State`, without Django; a test compares the two."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Action(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


class Actor(StrEnum):
    SENDER = "sender"
    RECIPIENT = "recipient"
    CLOCK = "clock"


TRANSITIONS: dict[tuple[State, Action, Actor], State] = {
    (State.PENDING, Action.ACCEPT, Actor.RECIPIENT): State.ACCEPTED,
    (State.PENDING, Action.DECLINE, Actor.RECIPIENT): State.DECLINED,
    (State.PENDING, Action.WITHDRAW, Actor.SENDER): State.WITHDRAWN,
    (State.PENDING, Action.EXPIRE, Actor.CLOCK): State.EXPIRED,
    (State.ACCEPTED, Action.WITHDRAW, Actor.SENDER): State.WITHDRAWN,
    (State.ACCEPTED, Action.WITHDRAW, Actor.RECIPIENT): State.WITHDRAWN,
}

OPEN = (State.PENDING, State.ACCEPTED)
"""States in which a pair has a request: no second one can be sent."""


def next_state(state: str, action: str, actor: str) -> State | None:
    """Where the action of this actor leads; None when the table does not allow it."""
    return TRANSITIONS.get((State(state), Action(action), Actor(actor)))


def possible(state: str, actor: str) -> list[Action]:
    """What this actor can do with a request in this state, in the order of the table."""
    return [action for (start, action, who) in TRANSITIONS if (start, who) == (state, actor)]


PAGE = """# States of a meeting request

A participant asks another for a talk. Only an accepted request reaches the planner; a pending one blocks no slot.
Drawn from the table in `src/qiao/matchmaking/states.py`:

```mermaid
{diagram}
```

Accepting, declining and withdrawing are each one statement in the database that names the state it starts from: when two
happen at once, one takes effect and the other person is told what happened.
"""


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.PENDING}: send (sender)"]
    lines += [f"    {start} --> {end}: {action} ({actor})" for (start, action, actor), end in TRANSITIONS.items()]
    starts = {start for start, _, _ in TRANSITIONS}
    lines += [f"    {state} --> [*]" for state in State if state not in starts]
    return "\n".join(lines)


def page() -> str:
    return PAGE.format(diagram=diagram())


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201 -- printing is what this is run for
