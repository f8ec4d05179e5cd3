"""The result in plain words: true, whole sentences in three languages."""

from dataclasses import replace

import pytest
from django.utils import translation

from qiao.engine.scheduling.model import (
    Interpreter,
    Meeting,
    Objective,
    Participant,
    Plan,
    Problem,
    Request,
    Slot,
    Table,
    Unmet,
)
from qiao.meetings import bridge, sentences


def day(number: int, hour: int, slot: int) -> Slot:
    date = f"2027-11-{number:02}"
    return Slot(f"s{slot}", f"{date}T{hour:02}:00+08:00", f"{date}T{hour:02}:30+08:00", date)


GERMANS, CHINESE = [f"g{n}" for n in range(4)], [f"c{n}" for n in range(4)]
PROBLEM = Problem(
    slots=(day(3, 9, 1), day(3, 10, 2), day(4, 14, 3)),  # 4 November 2027 is a Thursday
    participants=(
        *(Participant(one, "de", languages=("de",)) for one in GERMANS),
        *(Participant(one, "cn", languages=("zh",)) for one in CHINESE),
    ),
    tables=tuple(Table(f"t{n}") for n in range(4)),
    interpreters=(Interpreter("i1", ("de", "zh")), Interpreter("i2", ("de", "zh"))),
    requests=tuple(Request(f"{a}-{b}", (a, b), weight=3) for a in GERMANS for b in CHINESE if a[1] <= b[1]),
    objective=Objective(fair_minimum=1),
)
BY_NUMBER = ["g0-c0", "g1-c1", "g2-c2", "g3-c3"]


def plan(**certificate) -> Plan:
    """Two talks at a time with the two interpreters in slots 1 and 2; the rest lacks an interpreter on Thursday."""
    meetings = [Meeting(request, f"s{1 + n // 2}", f"t{n % 2}", f"i{1 + n % 2}") for n, request in enumerate(BY_NUMBER)]
    made = bridge.plan_of(PROBLEM, meetings)
    return replace(made, certificate=replace(made.certificate, **certificate))


def unmet_plan(reason: str, count: int = 2) -> Plan:
    made = plan()
    return replace(made, unmet=tuple(replace(one, reason=reason) for one in made.unmet[:count]))


LANGUAGES = ["de", "zh-hans", "en"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["4 of 10 wishes.", "No plan can hold more than 5.", "Nobody has fewer than 1 talk.", "No clashes."]),
        (
            "de",
            [
                "4 von 10 Wünschen sind erfüllt.",
                "Kein Plan kann mehr als 5 enthalten.",
                "Niemand hat weniger als 1 Gespräch.",
                "Keine Überschneidungen.",
            ],
        ),
        (
            "zh-hans",
            ["10个意向中已满足4个。", "任何方案最多只能安排5个。", "每人至少有1场洽谈。", "没有时间冲突。"],
        ),
    ],
)
def test_the_result_is_said_in_whole_sentences(language, expected) -> None:
    with translation.override(language):
        assert sentences.result(PROBLEM, plan(weight_bound=17))[:4] == expected


def test_all_wishes_met_need_no_bound() -> None:
    problem = replace(PROBLEM, requests=tuple(one for one in PROBLEM.requests if one.id in BY_NUMBER))
    made = bridge.plan_of(problem, plan().meetings)
    made = replace(made, certificate=replace(made.certificate, weight_bound=12))
    with translation.override("en"):
        assert sentences.result(problem, made) == [
            "All 4 wishes are met.",
            "Nobody has fewer than 1 talk.",
            "No clashes.",
        ]


def test_what_is_proven_is_said_and_nothing_more() -> None:
    with translation.override("en"):
        assert sentences.best_possible(PROBLEM, plan(weight_bound=None)) is None
        assert sentences.best_possible(PROBLEM, plan(weight_bound=12)) == "No plan can do better."
        assert sentences.best_possible(PROBLEM, plan(weight_bound=14)) == "No plan can do better."  # no fifth of 3
        mixed = replace(PROBLEM, requests=(replace(PROBLEM.requests[0], weight=5), *PROBLEM.requests[1:]))
        made = bridge.plan_of(mixed, plan().meetings)
        made = replace(made, certificate=replace(made.certificate, weight_bound=16))
        assert sentences.best_possible(mixed, made) == "No plan can be better by more than 14.3 %."  # 2/14, rounded up
    with translation.override("de"):
        assert sentences.best_possible(mixed, made) == "Kein Plan kann um mehr als 14,3 % besser sein."


def test_who_has_too_few_talks_is_counted() -> None:
    problem = replace(PROBLEM, objective=Objective(fair_minimum=2))
    with translation.override("en"):
        said = sentences.fewest(problem, plan())
    # g0 and g1 have four and three wishes; of g3 and c0, with one wish each, no more can be asked.
    assert said == "6 people have fewer talks than planned for everybody (2)."
    limited = replace(problem, participants=tuple(replace(one, max_meetings=1) for one in problem.participants))
    with translation.override("en"):
        assert sentences.fewest(limited, plan()).startswith("Everybody has as many talks as planned")
    off = replace(PROBLEM, objective=Objective(fair_minimum=0))
    assert sentences.fewest(off, replace(plan(), meetings=plan().meetings[:1])) is None


def lacking(**changes) -> list[str]:
    problem = replace(PROBLEM, **changes)
    return list(sentences.missing(problem, unmet_plan("no-interpreter")))


def test_a_missing_interpreter_is_named_with_languages_and_time_where_it_is_one_day() -> None:
    busy_first_day = tuple(replace(one, unavailable=("s1", "s2")) for one in PROBLEM.participants)
    with translation.override("en"):
        assert lacking() == ["2 wishes lack a German–Chinese interpreter."]
        assert lacking(participants=busy_first_day) == [
            "2 wishes lack a German–Chinese interpreter on Thursday from 14:00."
        ]
    with translation.override("de"):
        assert lacking(participants=busy_first_day) == [
            "2 Wünschen fehlt am Donnerstag ab 14:00 Uhr eine Dolmetschung Deutsch–Chinesisch."
        ]
    with translation.override("zh-hans"):
        assert lacking(participants=busy_first_day) == ["星期四14:00起，2个意向缺少德语–中文口译员。"]


REASONS = ["no-common-slot", "participant-full", "tables-full", "no-interpreter", "excluded", "lower-priority"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_its_sentences(language, reason) -> None:
    with translation.override(language):
        (one,) = sentences.missing(PROBLEM, unmet_plan(reason, 1))
        (two,) = sentences.missing(PROBLEM, unmet_plan(reason, 2))
        assert one.startswith("1") or "1" in one
        assert one != two
        said = sentences.reason(PROBLEM, Unmet("g0-c0", reason, ("g0", "c0")), {"g0": "Otto", "c0": "王立"})
        assert said.endswith((".", "。"))
        assert "%" not in said


CHANGES = [
    ({"open": "s3", "of": "g0"}, "It would fit if Otto were free at Thu 4 Nov 14:00."),
    ({"raise": "max_meetings", "of": "g0"}, "It would fit if Otto took one more talk."),
    ({"raise": "max_per_day", "of": "g0"}, "It would fit if Otto took one more talk a day."),
    ({"add": "table"}, "It would fit with one more table."),
    ({"add": "interpreter", "languages": "de;zh"}, "It would fit with one more German–Chinese interpreter."),
    (None, ""),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_every_change_that_would_help_has_its_sentence(change, expected) -> None:
    unmet = Unmet("g0-c0", "participant-full", ("g0",), change)
    with translation.override("en"):
        assert sentences.remedy(PROBLEM, unmet, {"g0": "Otto"}) == expected
    for language in ("de", "zh-hans"):
        with translation.override(language):
            assert bool(sentences.remedy(PROBLEM, unmet, {"g0": "Otto"})) == bool(expected)


def test_one_full_agenda_is_named() -> None:
    with translation.override("en"):
        assert sentences.reason(PROBLEM, Unmet("g0-c0", "participant-full", ("g0",)), {"g0": "Otto"}) == (
            "Otto has no time left."
        )


def advice(problem: Problem, language: str = "en") -> list[str]:
    from qiao.meetings import desk

    with translation.override(language):
        return desk._advice(problem)


def test_the_desk_says_before_planning_what_cannot_suffice() -> None:
    assert advice(replace(PROBLEM, interpreters=(*PROBLEM.interpreters, *more(2)))) == []
    few = replace(PROBLEM, tables=PROBLEM.tables[:2], interpreters=(*PROBLEM.interpreters, *more(2)))
    assert advice(few) == ["At least 4 wishes will stay unmet: 10 wishes, 6 places. One more table gives 3 places."]
    assert advice(PROBLEM) == [
        "10 wishes need an interpreter, the interpreters can take 6 talks. One more adds up to 3 talks."
    ]
    wrong = replace(PROBLEM, interpreters=more(4, ("en", "zh")))
    assert advice(wrong) == ["10 wishes need a German–Chinese interpreter, and there is none."]
    assert advice(wrong, "zh-hans") == ["10个意向需要德语–中文口译员，目前没有。"]


def more(count: int, languages=("de", "zh")) -> tuple[Interpreter, ...]:
    return tuple(Interpreter(f"more{n}", languages) for n in range(count))
