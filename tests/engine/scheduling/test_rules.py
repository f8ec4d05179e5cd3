"""One test per rule code: OkSmall passes, each test breaks one thing and names what must be found."""

import inspect
from typing import Any

import pytest

from qiao.engine.scheduling.model import Fixed, Meeting, Moved, Place, Seating, Unmet, Violation
from qiao.engine.scheduling.rules import RULES
from tests.engine.scheduling.conftest import Small

FORMAT_CODES = [
    "unknown-id",
    "duplicate-meeting",
    "not-listed",
    "participant-busy",
    "participant-unavailable",
    "max-meetings",
    "max-per-day",
    "slot-not-allowed",
    "fixed",
    "after",
    "required",
    "table-busy",
    "table-unavailable",
    "wrong-table",
    "table-features",
    "seating",
    "interpreter-missing",
    "interpreter-unneeded",
    "interpreter-language",
    "interpreter-busy",
    "interpreter-unavailable",
    "interpreter-rest",
    "interpreter-table",
    "fairness",
    "certificate",
    "wrong-problem",
]


def test_rules_are_those_of_the_format() -> None:
    assert sorted(RULES) == sorted(FORMAT_CODES)


def test_each_code_names_its_function_and_has_its_test() -> None:
    for code, rule in RULES.items():
        name = code.replace("-", "_")
        assert rule.__name__ == name
        assert inspect.getdoc(rule)
        assert any(test == f"test_{name}" or test.startswith(f"test_{name}_") for test in globals()), code


def test_ok_small_passes(ok_small: Small) -> None:
    assert ok_small.verify() == []


# Is it a plan of this problem at all?


def test_wrong_problem(ok_small: Small) -> None:
    assert ok_small.verify(digest="00") == []
    assert ok_small.verify(digest="11") == [Violation("wrong-problem")]


def test_unknown_id_of_a_request(ok_small: Small) -> None:
    extra = (*ok_small.plan.meetings, Meeting("m9", "s4", "t1"))
    assert ok_small.with_plan(meetings=extra).breaches() == [Violation("unknown-id", "m9", "s4", ("m9",))]


def test_unknown_id_of_a_slot(ok_small: Small) -> None:
    assert ok_small.meeting("m6", slot="s9").breaches() == [Violation("unknown-id", "m6", "s9", ("s9",))]


def test_unknown_id_of_a_table(ok_small: Small) -> None:
    assert ok_small.meeting("m3", table="t9").breaches() == [Violation("unknown-id", "m3", "s2", ("t9",))]


def test_unknown_id_of_an_interpreter(ok_small: Small) -> None:
    assert ok_small.meeting("m4", interpreter="i9").breaches() == [Violation("unknown-id", "m4", "s3", ("i9",))]


def test_unknown_id_of_a_move(ok_small: Small) -> None:
    moved = ok_small.with_plan(moved=(Moved("m9", Place("s1"), None), Moved("m1", Place("s9"), Place("s8"))))
    assert [one for one in moved.breaches() if one.rule == "unknown-id"] == [
        Violation("unknown-id", "m1", "s8", ("s8",)),
        Violation("unknown-id", "m9", None, ("m9",)),
    ]


def test_unknown_id_in_the_reason_of_an_unmet_request(ok_small: Small) -> None:
    unmet = (Unmet("m7", "participant-full", ("e1", "x")), Unmet("m8", "excluded"))
    assert ok_small.with_plan(unmet=unmet).breaches() == [
        Violation("unknown-id", "m7", None, ("x",)),
        Violation("unknown-id", "m8", None, ("m8",)),
    ]


def test_unknown_id_in_a_conflict(ok_small: Small) -> None:
    conflict = (Violation("required", "m1", "s9", ("e1", "t1", "i1", "m2", "s1", "x")), Violation("fairness"))
    empty = ok_small.request("m1", required=True).with_plan(meetings=(), unmet=(), conflict=conflict)
    assert empty.certificate(status="infeasible").breaches() == [
        Violation("unknown-id", "m1", "s9", ("s9",)),
        Violation("unknown-id", "m1", "s9", ("x",)),
    ]


def test_duplicate_meeting_planned_twice(ok_small: Small) -> None:
    # m7 has the same people as m3, but it is m3 that stands in the plan twice.
    twice = ok_small.with_plan(meetings=(*ok_small.plan.meetings, Meeting("m3", "s4", "t1")))
    assert twice.breaches() == [Violation("duplicate-meeting", "m3")]


def test_duplicate_meeting_planned_and_unmet(ok_small: Small) -> None:
    both = ok_small.with_plan(unmet=(*ok_small.plan.unmet, Unmet("m1", "excluded")))
    assert both.breaches() == [Violation("duplicate-meeting", "m1")]


def test_not_listed(ok_small: Small) -> None:
    assert ok_small.with_plan(unmet=()).breaches() == [Violation("not-listed", "m7")]


# Requests


def test_required(ok_small: Small) -> None:
    assert ok_small.request("m7", required=True).breaches() == [Violation("required", "m7")]
    assert ok_small.request("m1", required=True).breaches() == []


def test_required_is_not_asked_of_an_infeasible_plan(ok_small: Small) -> None:
    conflict = (Violation("required", "m7"),)
    none = ok_small.request("m7", required=True).with_plan(meetings=(), unmet=(), conflict=conflict)
    assert none.certificate(status="infeasible").breaches() == []


def test_slot_not_allowed(ok_small: Small) -> None:
    assert ok_small.request("m3", slots=("s1", "s5")).breaches() == [Violation("slot-not-allowed", "m3", "s2")]
    assert ok_small.request("m3", slots=("s1", "s2")).breaches() == []
    assert ok_small.request("m3", slots=()).breaches() == [Violation("slot-not-allowed", "m3", "s2")]


@pytest.mark.parametrize("elsewhere", [Fixed(slot="s4"), Fixed(table="t3"), Fixed("s2", "t3"), Fixed("s4", "t1")])
def test_fixed(ok_small: Small, elsewhere: Fixed) -> None:
    assert ok_small.request("m3", fixed=elsewhere).breaches() == [Violation("fixed", "m3", "s2")]


@pytest.mark.parametrize("here", [Fixed(), Fixed(slot="s2"), Fixed(table="t1"), Fixed("s2", "t1")])
def test_fixed_where_it_lies(ok_small: Small, here: Fixed) -> None:
    assert ok_small.request("m3", fixed=here).breaches() == []


def test_fixed_binds_only_if_planned(ok_small: Small) -> None:
    assert ok_small.request("m7", fixed=Fixed("s1", "t1")).breaches() == []


def test_after(ok_small: Small) -> None:
    late = Violation("after", "m3", "s2", ("m4",))
    assert ok_small.request("m3", after=("m1", "m4", "m7")).breaches() == [late]
    assert ok_small.request("m1", after=("m2",)).breaches() == [Violation("after", "m1", "s1", ("m2",))]
    assert ok_small.request("m3", after=("m1", "m7")).breaches() == []


# Participants


def test_participant_busy(ok_small: Small) -> None:
    assert ok_small.meeting("m6", slot="s5").breaches() == [Violation("participant-busy", "m6", "s5", ("e2",))]


def test_participant_unavailable(ok_small: Small) -> None:
    away = ok_small.person("e1", unavailable=("s4", "s5"))
    assert away.breaches() == [Violation("participant-unavailable", "m5", "s5", ("e1",))]


def test_max_meetings(ok_small: Small) -> None:
    assert ok_small.person("e2", max_meetings=3).breaches() == [Violation("max-meetings", "m6", "s6", ("e2",))]
    assert ok_small.person("e2", max_meetings=4).breaches() == []
    assert ok_small.person("e2", max_meetings=0).breaches() == [Violation("max-meetings", "m2", "s1", ("e2",))]


def test_max_per_day(ok_small: Small) -> None:
    assert ok_small.person("e1", max_per_day=1).breaches() == [Violation("max-per-day", "m3", "s2", ("e1",))]
    assert ok_small.person("e1", max_per_day=2).breaches() == []


# Tables


def test_table_busy(ok_small: Small) -> None:
    assert ok_small.meeting("m2", table="t1").breaches() == [Violation("table-busy", "m2", "s1", ("t1",))]


def test_table_unavailable(ok_small: Small) -> None:
    closed = ok_small.table("t1", unavailable=("s4", "s5"))
    assert closed.breaches() == [Violation("table-unavailable", "m5", "s5", ("t1",))]


def test_wrong_table_none_given(ok_small: Small) -> None:
    assert ok_small.meeting("m3", table=None).breaches() == [Violation("wrong-table", "m3", "s2")]


def test_wrong_table_for_an_online_meeting(ok_small: Small) -> None:
    assert ok_small.meeting("m6", table="t3").breaches() == [Violation("wrong-table", "m6", "s6", ("t3",))]


def test_wrong_table_not_the_participants_own(ok_small: Small) -> None:
    at_home = ok_small.person("c1", table="t1")  # m1 lies there, m6 is online
    assert at_home.breaches() == [Violation("wrong-table", "m4", "s3", ("t2",))]


def test_wrong_table_the_first_in_the_request_decides(ok_small: Small) -> None:
    both = ok_small.person("c1", table="t1").person("e2", table="t2").meeting("m5", table="t2")
    assert both.breaches() == []  # m4 names e2 first
    turned = both.request("m4", participants=("c1", "e2"))
    assert turned.breaches() == [Violation("wrong-table", "m4", "s3", ("t2",))]


def test_wrong_table_unless_the_request_fixes_another(ok_small: Small) -> None:
    assert ok_small.person("c1", table="t1").request("m4", fixed=Fixed(table="t2")).breaches() == []


def test_wrong_table_is_not_said_again_of_a_table_fixed_by_the_request(ok_small: Small) -> None:
    elsewhere = ok_small.person("c1", table="t1").request("m4", fixed=Fixed(table="t3"))
    assert elsewhere.breaches() == [Violation("fixed", "m4", "s3")]


def test_table_features(ok_small: Small) -> None:
    needy = ok_small.person("c2", needs=("screen",)).table("t1", features=("window", "screen"))
    assert needy.breaches() == [Violation("table-features", "m2", "s1", ("t2",))]
    assert needy.table("t2", features=("screen",)).breaches() == []


def test_table_features_of_all_participants_together(ok_small: Small) -> None:
    needy = ok_small.person("c2", needs=("screen",)).person("e2", needs=("ramp",))
    both = needy.table("t1", features=("screen", "ramp")).table("t2", features=("ramp",))
    assert both.breaches() == [Violation("table-features", "m2", "s1", ("t2",))]


def test_seating(ok_small: Small) -> None:
    assert ok_small.with_problem(seating=Seating("cn")).breaches() == [
        Violation("seating", "m4", "s3", ("c1",)),
        Violation("seating", "m3", "s2", ("c2",)),
    ]


def test_seating_holds_per_day_and_not_online(ok_small: Small) -> None:
    # e2 sits at t2 on the first day, at t1 on the second, and ends it online.
    assert ok_small.with_problem(seating=Seating("eu")).breaches() == []


# Interpreters


def test_interpreter_missing(ok_small: Small) -> None:
    assert ok_small.meeting("m4", interpreter=None).breaches() == [Violation("interpreter-missing", "m4", "s3")]


def test_interpreter_missing_where_required(ok_small: Small) -> None:
    wanted = ok_small.request("m2", interpreter="required")
    assert wanted.breaches() == [Violation("interpreter-missing", "m2", "s1")]


def test_interpreter_missing_is_decided_by_all_participants(ok_small: Small) -> None:
    # In pairs they understand each other (e1 and c2 in English, c2 and c1 in Chinese), but no language is everybody's.
    three = ok_small.request("m3", participants=("e1", "c2", "c1"))
    assert three.breaches() == [Violation("interpreter-missing", "m3", "s2")]


def test_interpreter_missing_for_somebody_without_languages(ok_small: Small) -> None:
    assert ok_small.person("c2", languages=()).breaches() == [
        Violation("interpreter-missing", "m2", "s1"),
        Violation("interpreter-missing", "m3", "s2"),
    ]


def test_interpreter_unneeded(ok_small: Small) -> None:
    assert ok_small.meeting("m3", interpreter="i1").breaches() == [
        Violation("interpreter-unneeded", "m3", "s2", ("i1",))
    ]
    assert ok_small.meeting("m6", interpreter="i1").breaches() == [
        Violation("interpreter-unneeded", "m6", "s6", ("i1",))
    ]


def test_interpreter_unneeded_but_helpful(ok_small: Small) -> None:
    assert ok_small.meeting("m5", interpreter="i1").breaches() == []


def test_interpreter_language(ok_small: Small) -> None:
    french = ok_small.meeting("m4", interpreter="i2")
    assert french.breaches() == [Violation("interpreter-language", "m4", "s3", ("i2",))]


def test_interpreter_language_by_primary_subtag(ok_small: Small) -> None:
    assert ok_small.interpreter("i1", languages=("DE-ch", "zh-Hant-TW")).breaches() == []


def test_interpreter_busy(ok_small: Small) -> None:
    both = ok_small.request("m2", interpreter="helpful").meeting("m2", interpreter="i1")
    assert both.breaches() == [Violation("interpreter-busy", "m2", "s1", ("i1",))]


def test_interpreter_unavailable(ok_small: Small) -> None:
    away = ok_small.interpreter("i1", unavailable=("s2", "s3"))
    assert away.breaches() == [Violation("interpreter-unavailable", "m4", "s3", ("i1",))]


def test_interpreter_rest(ok_small: Small) -> None:
    # m1, m4 and m3 in s1, s2 and s3: a run of three is named once for each bound it breaks.
    busy = ok_small.meeting("m4", slot="s2").meeting("m3", slot="s3", interpreter="i1")
    busy = busy.request("m3", interpreter="required")
    assert busy.interpreter("i1", max_consecutive=3).breaches() == []
    assert busy.interpreter("i1", max_consecutive=2).breaches() == [Violation("interpreter-rest", "m3", "s3", ("i1",))]
    assert busy.interpreter("i1", max_consecutive=1).breaches() == [Violation("interpreter-rest", "m4", "s2", ("i1",))]


def test_interpreter_rest_between_meetings_and_overnight(ok_small: Small) -> None:
    # s1 and s3 leave a rest in s2; s4 and s5 follow each other, but lie on two days.
    assert ok_small.interpreter("i1", max_consecutive=1).breaches() == []
    night = ok_small.meeting("m4", slot="s4").meeting("m5", interpreter="i1")
    assert night.interpreter("i1", max_consecutive=1).breaches() == []


def test_interpreter_table(ok_small: Small) -> None:
    seated = ok_small.interpreter("i1", table="t1")
    assert seated.breaches() == [Violation("interpreter-table", "m4", "s3", ("i1",))]
    online = seated.meeting("m4", table="t1").request("m6", interpreter="required").meeting("m6", interpreter="i1")
    assert online.breaches() == [Violation("interpreter-table", "m6", "s6", ("i1",))]


# The whole


def test_fairness(ok_small: Small) -> None:
    unfair = Violation("fairness", who=("e2", "c1"))  # one break each, the others none
    assert ok_small.objective(fairness=0).breaches() == [unfair]
    assert ok_small.objective(fairness=1).breaches() == []


def test_fairness_given_by_the_caller_comes_first(ok_small: Small) -> None:
    unfair = Violation("fairness", who=("e2", "c1"))
    assert ok_small.breaches(fairness=0) == [unfair]
    assert ok_small.objective(fairness=0).breaches(fairness=1) == []


def test_fairness_counts_only_people_with_a_meeting(ok_small: Small) -> None:
    one = ok_small.with_plan(
        meetings=(Meeting("m2", "s1", "t2"), Meeting("m6", "s3")),
        unmet=tuple(Unmet(f"m{n}", "lower-priority") for n in (1, 3, 4, 5, 7)),
    )
    # e2 has a break; c1 and c2 have one meeting each and none; e1 has no meeting and does not count.
    assert one.objective(fairness=0).breaches() == [Violation("fairness", who=("e2",))]
    nobody = ok_small.with_plan(
        meetings=(), unmet=tuple(Unmet(one.id, "lower-priority") for one in ok_small.problem.requests)
    )
    assert nobody.objective(fairness=0).breaches() == []


WRONG_VALUES: list[tuple[str, dict[str, Any]]] = [
    ("weight", {"weight": 14, "weight_best": 14}),
    ("weight_best", {"weight_best": 14}),
    ("weight_best", {"weight_best": 16}),  # weight_share is 1: nothing may be given up
    ("weight_bound", {"weight_bound": 14}),
    ("shortfall", {"shortfall": 1}),
    ("shortfall_bound", {"shortfall_bound": 1}),
    ("breaks", {"breaks": 1}),
    ("breaks_bound", {"breaks_bound": 3}),
    ("table_changes", {"table_changes": 1}),
    ("table_changes_bound", {"table_changes_bound": 1}),
    ("table_changes_bound", {"table_changes_bound": 3}),
    ("interpreter_changes", {"interpreter_changes": 1}),
    ("fairness_gap", {"fairness_gap": 0}),
    ("fairness", {"fairness": 0}),
    ("status", {"status": "optimal"}),
]


@pytest.mark.parametrize(("name", "stated"), WRONG_VALUES)
def test_certificate(ok_small: Small, name: str, stated: dict[str, Any]) -> None:
    assert ok_small.certificate(**stated).verify() == [Violation("certificate", who=(name,))]


@pytest.mark.parametrize("name", ["weight_bound", "shortfall_bound", "breaks_bound", "table_changes_bound", "fairness"])
def test_certificate_may_leave_out_a_bound(ok_small: Small, name: str) -> None:
    assert ok_small.certificate(**{name: None}).verify() == []


def test_certificate_optimal_where_all_three_bounds_are_reached(ok_small: Small) -> None:
    proven = ok_small.certificate(status="optimal", weight_bound=15, breaks_bound=2)
    assert proven.verify() == []
    for name in ("weight_bound", "shortfall_bound", "breaks_bound"):
        assert proven.certificate(**{name: None}).verify() == [Violation("certificate", who=("status",))]


def test_certificate_lets_later_goals_cost_weight_down_to_the_floor(ok_small: Small) -> None:
    # ceil(0.9 x 16) = 15 and ceil(0.9 x 17) = 16
    share = ok_small.objective(weight_share=0.9).certificate(weight_bound=20)
    assert share.certificate(weight_best=16).verify() == []
    assert share.certificate(weight_best=17).verify() == [Violation("certificate", who=("weight_best",))]


def test_certificate_of_an_infeasible_problem(ok_small: Small) -> None:
    clash = (Violation("required", "m1"), Violation("participant-busy", who=("e1",)))
    must = ok_small.request("m1", required=True)
    empty = must.with_plan(meetings=(), unmet=(), conflict=clash).certificate(status="infeasible")
    assert empty.breaches() == []
    for conflict in ((), clash[1:], (Violation("required", "m2"),), (Violation("after", "m1"),)):
        assert empty.with_plan(conflict=conflict).breaches() == [Violation("certificate", who=("conflict",))]
    may = ok_small.with_plan(meetings=(), unmet=(), conflict=clash).certificate(status="infeasible")
    assert may.breaches() == [Violation("certificate", who=("conflict",))]  # nobody need meet


def test_certificate_infeasible_with_meetings(ok_small: Small) -> None:
    must = ok_small.request("m1", required=True)
    both = must.with_plan(conflict=(Violation("required", "m1"),)).certificate(status="infeasible")
    assert both.verify() == [Violation("certificate", who=("status",))]


def test_certificate_conflict_of_a_feasible_plan(ok_small: Small) -> None:
    odd = ok_small.with_plan(conflict=(Violation("required", "m1"),))
    assert odd.verify() == [Violation("certificate", who=("conflict",))]


def test_certificate_moved_where_the_meeting_does_not_lie(ok_small: Small) -> None:
    true = (Moved("m1", Place("s9", "t9"), Place("s1", "t1", "i1")), Moved("m7", Place("s2", "t1"), None))
    assert ok_small.with_plan(moved=true).verify() == []
    false = (Moved("m1", Place("s2", "t1"), Place("s1", "t2", "i1")), Moved("m2", Place("s2", "t1"), None))
    assert ok_small.with_plan(moved=false).verify() == [
        Violation("certificate", "m1", who=("moved",)),
        Violation("certificate", "m2", who=("moved",)),
    ]
