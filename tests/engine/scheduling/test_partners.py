"""Who has become free meets somebody: the best set of meetings that may take place now, judged by trying every set."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qiao.bench.conferences import random_conference
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.model import Interpreter, Meeting, Participant, Plan, Problem, Request, Slot, Table, Unmet
from qiao.engine.scheduling.partners import Proposal, Worth, as_it_is_now, partners
from qiao.engine.scheduling.rules import RULES
from qiao.engine.scheduling.solve import solve
from qiao.engine.scheduling.verify import verify
from tests.engine.scheduling.small import _breaches, _places, certificate_of, problems

SMALL = problems(people=5, requests=4, slots=2)
tried = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
RULES_NOW = tuple(set(RULES) - {"not-listed", "required", "fairness", "certificate", "wrong-problem", "unknown-id"})


def kind_of_worth(seed: int) -> Worth:
    """From 0 to 3 for each pair."""

    def worth(one: str, other: str) -> float:
        return Random(f"{seed} {sorted((one, other))}").randrange(4)

    return worth


def with_proposals(problem: Problem, plan: Plan, found: tuple[Proposal, ...]) -> tuple[Problem, Plan]:
    """The problem with the new requests, and the plan with the proposed meetings."""
    problem = replace(problem, requests=(*problem.requests, *(one.request for one in found if one.new)))
    meetings = (*plan.meetings, *(one.meeting for one in found))
    planned = {one.request for one in meetings}
    unmet = tuple(Unmet(one.id, "lower-priority") for one in problem.requests if one.id not in planned)
    certificate = certificate_of(goals.figures(problem, meetings))
    return problem, replace(plan, meetings=meetings, unmet=unmet, moved=(), conflict=(), certificate=certificate)


def value(problem: Problem, worth: Worth, found: list[Request], best: float) -> tuple[int, float]:
    """What the best set has most of: weight of wishes, then worth."""
    wishes = [one for one in found if one in problem.requests]
    pairs = [worth(*one.participants) for one in found if one not in problem.requests]
    return sum(one.weight for one in wishes), sum(pairs) + best * len(wishes)


def every_set(problem: Problem, plan: Plan, slot: str, candidates: list[Request]) -> Iterator[list[Request]]:
    """All sets of candidates that can take place together in the slot."""
    everything = replace(problem, requests=tuple(dict.fromkeys((*problem.requests, *candidates))))

    def go_on(left: list[Request], chosen: list[Request], meetings: tuple[Meeting, ...]) -> Iterator[list[Request]]:
        yield chosen
        for n, one in enumerate(left):
            if any(set(one.participants) & set(other.participants) for other in chosen):
                continue
            for table, who in _places(everything, one):
                more = (*meetings, Meeting(one.id, slot, table, who))
                if not _breaches(everything, more, RULES_NOW):
                    yield from go_on(left[n + 1 :], [*chosen, one], more)

    yield from go_on(candidates, [], plan.meetings)


@tried
@given(SMALL, st.integers(0, 5), st.data())
def test_the_best_set_of_meetings_is_found_and_keeps_every_rule(
    problem: Problem, seed: int, data: st.DataObject
) -> None:
    problem = replace(problem, objective=replace(problem.objective, fairness=None))
    if not problem.slots:
        return
    slot = data.draw(st.sampled_from(problem.slots)).id
    absent = (
        data.draw(st.lists(st.sampled_from([one.id for one in problem.participants]), max_size=2))
        if problem.participants
        else []
    )
    full = solve(problem, work=20_000)
    half = replace(full, meetings=full.meetings[::2])
    for plan in (full, half):
        worth = kind_of_worth(seed)
        now, there = as_it_is_now(problem, plan, slot, absent)
        found = partners(problem, plan, slot, absent=absent, worth=worth)
        assert [one for one in verify(*with_proposals(now, there, found)) if one.rule != "required"] == []
        planned = {one.request for one in there.meetings}
        wishes = [one for one in now.requests if one.id not in planned]
        known = {frozenset(two) for one in now.requests for two in combinations(one.participants, 2)}
        pairs = [
            Request(f"{a.id}-{b.id}", (a.id, b.id), slots=(slot,))
            for a, b in combinations(now.participants, 2)
            if a.side != b.side and worth(a.id, b.id) > 0 and frozenset((a.id, b.id)) not in known
        ]
        top = max(
            (worth(*one.participants) for one in pairs if [one] in list(every_set(now, there, slot, [one]))),
            default=1.0,
        )
        most = max(value(now, worth, one, top) for one in every_set(now, there, slot, wishes + pairs))
        assert value(now, worth, [one.request for one in found], top) == pytest.approx(most)


def small(tables: int = 2, wishes: tuple[Request, ...] = ()) -> tuple[Problem, Plan]:
    """Two Europeans and three Chinese meet; a and x have a meeting in the only slot."""
    people = (
        Participant("a", side="eu", languages=("de",)),
        Participant("b", side="eu", languages=("de",)),
        *(Participant(name, side="cn", languages=("zh",)) for name in "xyz"),
    )
    problem = Problem(
        (Slot("s"),),
        people,
        (Request("m", ("a", "x")), *wishes),
        tuple(Table(f"t{n}") for n in range(tables)),
        (Interpreter("i", ("de", "zh")), Interpreter("j", ("de", "zh"))),
    )
    return problem, solve(replace(problem, requests=problem.requests[:1]))


def pairs(found: tuple[Proposal, ...]) -> list[tuple[str, ...]]:
    return [one.request.participants for one in found]


def test_who_waits_in_vain_meets_somebody_else() -> None:
    """x does not come: a, the table and the interpreter are free."""
    problem, plan = small(tables=1)
    assert partners(problem, plan, "s") == ()  # one table, and it is taken
    [found] = partners(problem, plan, "s", absent=["x"], worth=lambda a, b: 2 if (a, b) == ("a", "z") else 1)
    assert found.request == Request("new-request-1", ("a", "z"), slots=("s",))
    assert found.meeting == Meeting("new-request-1", "s", "t0", "i")
    assert found.new


def test_a_wish_comes_before_what_nobody_asked_for() -> None:
    wish = Request("n", ("b", "y"), weight=1)
    problem, plan = small(wishes=(wish,))
    [found] = partners(problem, plan, "s", worth=lambda a, b: 100.0)
    assert (found.request, found.new) == (wish, False)


def test_the_second_best_partners_may_be_best_for_all() -> None:
    problem, plan = small()
    strangers, free = replace(problem, requests=()), replace(plan, meetings=())
    worth = {("a", "x"): 3.0, ("b", "x"): 2.9, ("a", "y"): 2.0, ("b", "y"): 0.1}
    found = partners(strangers, free, "s", worth=lambda a, b: worth.get((a, b), 0.0))
    assert pairs(found) == [("b", "x"), ("a", "y")]


def test_nobody_is_brought_together_who_should_not_be() -> None:
    problem, plan = small(tables=5)
    assert len(pairs(partners(problem, plan, "s"))) == 1
    assert pairs(partners(problem, plan, "s", worth=lambda a, b: 0 if "z" in (a, b) or "y" in (a, b) else 1)) == []
    one_side = replace(problem, participants=tuple(replace(one, side="eu") for one in problem.participants))
    assert pairs(partners(one_side, plan, "s")) == []
    no_sides = replace(problem, participants=tuple(replace(one, side=None) for one in problem.participants))
    assert len(pairs(partners(no_sides, plan, "s"))) == 1


def test_an_interpreter_with_a_table_serves_there() -> None:
    problem, plan = small(tables=2)
    bound = replace(problem, interpreters=(Interpreter("i", ("de", "zh"), table="t1"),))
    [found] = partners(bound, replace(plan, meetings=()), "s", worth=lambda a, b: float((a, b) == ("b", "z")))
    assert found.meeting == Meeting("m", "s", "t1", "i")  # the wish comes first
    [found] = partners(bound, replace(plan, meetings=()), "s", absent=["x"])
    assert found.meeting == Meeting("new-request-1", "s", "t1", "i")


def test_an_unknown_slot_or_person_is_no_answer() -> None:
    problem, plan = small()
    with pytest.raises(KeyError):
        partners(problem, plan, "t")
    with pytest.raises(KeyError):
        partners(problem, plan, "s", absent=["q"])


def test_at_a_large_event_most_who_can_meet_do() -> None:
    problem = random_conference(200, 600, seed=1, slots=16)
    plan = solve(problem, work=20_000)
    slot = problem.slots[5].id
    here = [one for one in plan.meetings if one.slot == slot]
    absent = [problem.request_by_id[one.request].participants[0] for one in here[:6]]
    found = partners(problem, plan, slot, absent=absent, worth=kind_of_worth(1))
    now, there = as_it_is_now(problem, plan, slot, absent)
    assert verify(*with_proposals(now, there, found)) == []
    assert len(found) == len(problem.tables) - len(here) + 6


@pytest.mark.parametrize("seed", range(4))
def test_to_think_of_the_best_partners_only_loses_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_conference(60, 40, seed=seed, slots=8, tables=1.2, interpreters=2.0)
    full = solve(problem, work=2_000)
    plan, worth = replace(full, meetings=full.meetings[::2]), kind_of_worth(seed)
    planned = {one.request for one in plan.meetings}
    problem = replace(problem, requests=tuple(one for one in problem.requests if one.id in planned))

    def reached() -> tuple[int, float]:
        found = [one.request for one in partners(problem, plan, "s04", worth=worth)]
        return value(problem, worth, found, 3.0)

    some = reached()
    monkeypatch.setattr("qiao.engine.scheduling.partners.partners_enough", lambda tables, wishes: 1_000)
    assert reached() == some > (0, 0)
