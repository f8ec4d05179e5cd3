"""Every goal counted by hand. An agenda is drawn as one sign per slot: # meeting, . free, x not available; | is a night."""

import pytest

from qiao.engine.scheduling import goals
from qiao.engine.scheduling.model import Meeting, Objective, Participant, Problem, Request, Slot
from tests.engine.scheduling.conftest import Small


def drawn(agenda: str, mode: str = "day") -> tuple[Problem, list[Meeting]]:
    """Participant "a" with the drawn agenda, meeting a new partner each time."""
    days = agenda.split("|")
    slots = [Slot(f"{day}-{n}", day=f"day {day}") for day, signs in enumerate(days) for n in range(len(signs))]
    signs = "".join(days)
    away = tuple(slot.id for slot, sign in zip(slots, signs, strict=True) if sign == "x")
    busy = [slot.id for slot, sign in zip(slots, signs, strict=True) if sign == "#"]
    problem = Problem(
        slots=tuple(slots),
        participants=(Participant("a", unavailable=away), *(Participant(f"b{n}") for n in range(len(busy)))),
        requests=tuple(Request(f"m{n}", ("a", f"b{n}")) for n in range(len(busy))),
        objective=Objective(breaks=mode),  # type: ignore[arg-type]
    )
    return problem, [Meeting(f"m{n}", slot) for n, slot in enumerate(busy)]


@pytest.mark.parametrize(
    ("agenda", "by_day", "by_sequence"),
    [
        ("", 0, 0),
        ("...", 0, 0),
        (".#.", 0, 0),
        ("##", 0, 0),
        ("#.#", 1, 1),
        (".#.#.", 1, 1),
        ("#...#", 1, 1),  # once, whatever its length
        ("#.#..#", 2, 2),
        ("#.#.##.#", 3, 3),
        ("#x#", 0, 1),  # unavailable: no break by day, a gap in the sequence
        ("#xxx#", 0, 1),
        ("#.x.#", 1, 1),  # unavailable slots do not split a break
        ("#x.x#", 1, 1),
        ("#.x#x.#", 2, 2),
        ("x#x.#x", 1, 1),
        ("#|#", 0, 0),  # a night is no break
        ("#.|#", 0, 1),
        ("#..|..#", 0, 1),
        ("#.#|#.#", 2, 2),
        ("#.#|.|#x#", 1, 3),
    ],
)
def test_breaks(agenda: str, by_day: int, by_sequence: int) -> None:
    for mode, expected in (("day", by_day), ("sequence", by_sequence)):
        problem, meetings = drawn(agenda, mode)
        assert goals.breaks(problem, meetings) == expected
        assert goals.breaks_by_person(problem, meetings).get("a", 0) == expected
        assert goals.breaks(problem, meetings[::-1]) == expected


def test_a_day_need_not_be_one_piece_of_the_list() -> None:
    slots = (Slot("1", day="x"), Slot("2", day="y"), Slot("3", day="x"))
    problem = Problem(slots, (Participant("a"), Participant("b")), (Request("m", ("a", "b")), Request("n", ("a", "b"))))
    assert goals.breaks(problem, [Meeting("m", "1"), Meeting("n", "3")]) == 0


def test_a_meeting_where_somebody_is_unavailable_is_still_a_meeting() -> None:
    problem, meetings = drawn("#x.#")
    assert goals.breaks(problem, [*meetings, Meeting("m0", "0-1")]) == 1


def test_ok_small_by_hand(ok_small: Small) -> None:
    assert goals.figures(ok_small.problem, ok_small.plan.meetings) == goals.Figures(
        weight=15,
        shortfall=0,
        breaks=2,
        helpful=0,
        table_changes=2,
        table_changes_bound=2,
        interpreter_changes=0,
        fairness_gap=1,
    )
    assert goals.breaks_by_person(ok_small.problem, ok_small.plan.meetings) == {"e1": 0, "e2": 1, "c1": 1, "c2": 0}


def test_nothing_planned(ok_small: Small) -> None:
    # Shares of 3 for each of four people; nobody has breaks.
    assert goals.figures(ok_small.problem, []) == goals.Figures(0, 12, 0, 0, 0, 0, 0, 0)


def test_weight(ok_small: Small) -> None:
    assert goals.weight(ok_small.problem, [Meeting("m1", "s1"), Meeting("m5", "s2")]) == 7


def test_meetings_of_unknown_requests_or_slots_do_not_count(ok_small: Small) -> None:
    strangers = [Meeting("m1", "s9"), Meeting("m9", "s1")]
    assert goals.figures(ok_small.problem, strangers) == goals.figures(ok_small.problem, [])


@pytest.mark.parametrize(
    ("share", "best", "floor"),
    [
        (1.0, 17, 17),
        (0.0, 17, 0),
        (0.9, 10, 9),
        (0.9, 11, 10),
        (0.7, 10, 7),  # 0.7 x 10 is a little above 7 in binary numbers
        (0.29, 100, 29),
        (0.07, 100, 7),
        (1e-07, 10_000_000, 1),
        (0.999, 0, 0),
    ],
)
def test_weight_floor_is_reckoned_as_written(ok_small: Small, share: float, best: int, floor: int) -> None:
    assert goals.weight_floor(ok_small.objective(weight_share=share).problem, best) == floor


def test_shortfall_asks_for_no_more_than_somebody_can_have(ok_small: Small) -> None:
    # With a minimum of 4: e1 has 3 of 4 requests, e2 4 of 4, c1 3 of 3, c2 3 of 4.
    four = ok_small.objective(fair_minimum=4)
    planned = four.plan.meetings
    assert goals.shortfall(four.problem, planned) == 2
    assert goals.shortfall(ok_small.objective(fair_minimum=0).problem, []) == 0
    # max_meetings 3 asks e1 for no more; available in 3 slots only, nor c2.
    assert goals.shortfall(four.person("e1", max_meetings=3).problem, planned) == 1
    assert goals.shortfall(four.person("c2", unavailable=("s3", "s4", "s6")).problem, planned) == 1
    assert goals.shortfall(four.person("c2", max_meetings=0).problem, []) == 4 + 4 + 3
    # More than the minimum of one person does not help another.
    assert goals.shortfall(ok_small.problem, [one for one in planned if one.request != "m3"]) == 2


def test_fairness_gap(ok_small: Small) -> None:
    assert goals.fairness_gap(ok_small.problem, []) == 0
    # m5 in s4 instead of s5: a second break for e2 (s1, s3, s4: one) stays one; e1 (s1, s2, s4) and c2 get one: all equal.
    moved = ok_small.meeting("m5", slot="s4").plan.meetings
    assert goals.breaks_by_person(ok_small.problem, moved) == {"e1": 1, "e2": 1, "c1": 1, "c2": 1}
    assert goals.fairness_gap(ok_small.problem, moved) == 0


def test_helpful_interpreters(ok_small: Small) -> None:
    served = ok_small.meeting("m5", interpreter="i1")
    assert goals.helpful_served(served.problem, served.plan.meetings) == 1  # m1 and m4 need theirs


def at(tables: str, days: str = "", online: str = "") -> tuple[Problem, list[Meeting]]:
    """Participant "a" at tables named by one letter, slot by slot; "-" stands for no table."""
    count = len(tables)
    problem = Problem(
        slots=tuple(Slot(f"s{n}", day=days[n] if days else "") for n in range(count)),
        participants=(Participant("a"), *(Participant(f"b{n}") for n in range(count))),
        requests=tuple(Request(f"m{n}", ("a", f"b{n}"), online=str(n) in online) for n in range(count)),
    )
    return problem, [Meeting(f"m{n}", f"s{n}", None if sign == "-" else sign) for n, sign in enumerate(tables)]


@pytest.mark.parametrize(
    ("tables", "days", "changes"),
    [
        ("", "", 0),
        ("A", "", 0),
        ("AA", "", 0),
        ("AB", "", 1),
        ("ABA", "", 2),
        ("ABBC", "", 2),
        ("AB", "xy", 0),
        ("ABAB", "xxyy", 2),
        ("A-B", "", 0),
        ("A-", "", 0),
    ],
)
def test_table_changes(tables: str, days: str, changes: int) -> None:
    assert goals.table_changes(*at(tables, days)) == changes


def test_table_changes_need_not_be_between_neighbouring_slots() -> None:
    problem, (first, _, third) = at("AAB")
    assert goals.table_changes(problem, [third, first]) == 1


def meeting_of(problem: Problem, table: str | None, *pairs: tuple[str, str, str]) -> list[Meeting]:
    by_people = {request.participants: request.id for request in problem.requests}
    return [Meeting(by_people[one, other], slot, table) for one, other, slot in pairs]


@pytest.fixture
def four() -> Problem:
    """Everybody may meet everybody; three slots on one day, one on the next."""
    people = ("a", "b", "c", "d")
    pairs = [(one, other) for one in people for other in people if one < other]
    return Problem(
        slots=(*(Slot(f"s{n}", day="x") for n in (1, 2, 3)), Slot("s4", day="y")),
        participants=tuple(Participant(one) for one in people),
        requests=tuple(Request(f"{one}{other}", (one, other)) for one, other in pairs),
    )


@pytest.mark.parametrize("table", [None, "t"])
def test_table_changes_bound(four: Problem, table: str | None) -> None:
    def bound(*pairs: tuple[str, str, str]) -> int:
        return goals.table_changes_bound(four, meeting_of(four, table, *pairs))

    first = (("a", "b", "s1"), ("c", "d", "s1"))
    assert bound(*first) == 0
    assert bound(*first, ("a", "c", "s2")) == 1  # one of them must come from another table
    assert bound(*first, ("a", "c", "s2"), ("b", "d", "s2")) == 2
    assert bound(*first, ("a", "b", "s2"), ("c", "d", "s2")) == 0  # both come from the same meeting
    assert bound(*first, ("a", "c", "s3")) == 1  # the slots need not follow each other
    assert bound(*first, ("a", "c", "s4")) == 0  # the next day is a new start
    assert bound(("a", "b", "s1"), ("c", "d", "s2"), ("a", "c", "s3")) == 0  # one table may have served both before


def test_table_changes_bound_counts_a_meeting_of_three_once(four: Problem) -> None:
    trio = Request("abc", ("a", "b", "c"))
    problem = Problem(
        four.slots, (*four.participants, Participant("e")), (*four.requests, Request("be", ("b", "e")), trio)
    )
    before = [Meeting("ad", "s1"), Meeting("be", "s1")]
    assert goals.table_changes_bound(problem, [*before, Meeting("abc", "s2")]) == 1


@pytest.mark.parametrize("online", ["ab", "ac"])
def test_table_changes_bound_leaves_out_online_meetings(four: Problem, online: str) -> None:
    requests = tuple(Request(one.id, one.participants, online=one.id == online) for one in four.requests)
    problem = Problem(four.slots, four.participants, requests)
    meetings = meeting_of(problem, None, ("a", "b", "s1"), ("c", "d", "s1"), ("a", "c", "s2"))
    assert goals.table_changes_bound(problem, meetings) == 0


@pytest.mark.parametrize(
    ("slots", "changes"),
    [
        (["i"], 0),
        (["i", "i"], 0),
        (["i", "j"], 1),
        (["i", "j", "i"], 2),
        (["i", "", "j"], 1),  # over a slot without interpreted meetings
        (["ij", "ij"], 0),
        (["ij", "ik"], 1),
        (["ij", "kl"], 2),
        (["ij", "i"], 0),  # one of two had nothing more to do
        (["i", "ij"], 0),  # and one was added
        (["ij", "k"], 1),
    ],
)
def test_interpreter_changes_within_a_group(slots: list[str], changes: int) -> None:
    """One sign per interpreter who serves the group in that slot."""
    found = [(f"s{n}", sign) for n, signs in enumerate(slots) for sign in signs]
    problem = Problem(
        slots=tuple(Slot(f"s{n}") for n in range(len(slots))),
        participants=(Participant("a", group="g"), Participant("b"), Participant("c", group="other")),
        requests=(*(Request(f"m{n}", ("a", "b")) for n in range(len(found))), Request("x", ("b", "c"))),
    )
    meetings = [Meeting(f"m{n}", slot, None, who) for n, (slot, who) in enumerate(found)]
    assert goals.interpreter_changes(problem, meetings) == changes
    # What serves another group, or nobody's, is no matter.
    assert goals.interpreter_changes(problem, [*meetings, Meeting("x", "s0", None, "z")]) == changes


def test_people_of_one_group_in_one_meeting_count_once() -> None:
    problem = Problem(
        slots=(Slot("s1"), Slot("s2")),
        participants=(Participant("a", group="g"), Participant("b", group="g"), Participant("c", group="h")),
        requests=(Request("m", ("a", "b")), Request("n", ("a", "c"))),
    )
    meetings = [Meeting("m", "s1", None, "i"), Meeting("n", "s2", None, "j")]
    assert goals.interpreter_changes(problem, meetings) == 1


def test_agenda_is_in_time_order(ok_small: Small) -> None:
    own = goals.agenda(ok_small.problem, ok_small.plan.meetings[::-1])
    assert [(slot, one.request) for slot, one in own["e2"]] == [(0, "m2"), (2, "m4"), (4, "m5"), (5, "m6")]
    assert [(slot, one.request) for slot, one in own["c1"]] == [(0, "m1"), (2, "m4"), (5, "m6")]
