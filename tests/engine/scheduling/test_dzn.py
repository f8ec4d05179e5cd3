"""The benchmark's .dzn files: what they mean, and where a broken one is broken."""

from pathlib import Path

import pytest

from qiao.engine.files import CODES, InvalidFile
from qiao.engine.scheduling.dzn import MOST, MOST_NAMED
from qiao.engine.scheduling.files import read_problem
from qiao.engine.scheduling.model import Fixed, Objective, Participant, Problem, Request, Slot, Table

BENCHMARK = Path(__file__).parents[4] / "shared" / "bench" / "b2bsp"  # beside the repository; its licence is not stated

GOOD = """% a small one
nBusiness = 4;
nMeetings = 3; nTables = 2;
nTotalSlots = 5;
nMorningSlots = 3;

requested = [| 1, 2, 1,
             | 1, 3, 2,
             | 3, 4, 3, |];
forbidden = [{0}, {1, 4}, 2..3, {}];
fixed = [0, 5, 0];
precedences = [{}, {1, 3}, {0}];
"""


def read(text: str) -> Problem:
    return read_problem(text.encode(), "some/forum.DZN")


def problems_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidFile) as caught:
        read(text)
    for one in caught.value.problems:
        assert tuple(one.values) == CODES[one.code], one
    return [(one.place, one.code) for one in caught.value.problems]


def test_what_a_file_means() -> None:
    common = {"weight": 1, "required": True, "interpreter": "none"}
    assert read(GOOD) == Problem(
        name="forum",
        slots=tuple(Slot(f"s{n}", day=f"s{n}") for n in range(1, 6)),
        participants=(
            Participant("p1"),
            Participant("p2", unavailable=("s1", "s4")),
            Participant("p3", unavailable=("s2", "s3")),
            Participant("p4"),
        ),
        tables=(Table("t1"), Table("t2")),
        requests=(
            Request("m1", ("p1", "p2"), slots=("s1", "s2", "s3"), **common),  # type: ignore[arg-type]
            Request("m2", ("p1", "p3"), slots=("s4", "s5"), fixed=Fixed("s5"), after=("m1", "m3"), **common),  # type: ignore[arg-type]
            Request("m3", ("p3", "p4"), **common),  # type: ignore[arg-type]
        ),
        objective=Objective(fair_minimum=0, breaks="sequence", fairness=2),
    )


def test_layout_and_order_of_statements_do_not_matter() -> None:
    statements = [one.strip() for one in GOOD.split("\n", 1)[1].split(";")]
    turned = ";\r\n".join(one.replace(" ", "\t\n") for one in statements[-2::-1]) + ";"
    assert read(turned) == read(GOOD)


def test_derived_values_are_left_aside() -> None:
    assert read(GOOD + "nMeetingsBusiness = [2, 1, 2, 1];\nmeetingsxBusiness = [{1,2},{1},{2,3},{3}];\n") == read(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "place", "code"),
    [
        ("nTables = 2", "nTables = two", "line 3", "dzn-syntax"),
        ("nTables = 2", "nTables = -2", "line 3", "dzn-syntax"),
        ("nTables = 2", "nTables = 2.5", "line 3", "dzn-syntax"),
        ("nTables = 2", "nTables", "line 3", "dzn-syntax"),
        ("nTables = 2", "nTables = 1234567890", "line 3", "dzn-syntax"),
        ("nTables = 2", "nTables = 2 2", "line 3", "dzn-syntax"),
        ("nTables = 2;", "nTables = 2", "line 3", "dzn-syntax"),
        ("nTables = 2", "nTables = ２", "line 3", "dzn-syntax"),
        ("| 1, 3, 2,", "| 1, 3,", "line 7", "dzn-syntax"),
        ("| 1, 3, 2,", "| 1, 3, 2, 4,", "line 7", "dzn-syntax"),
        ("[{0}, {1, 4}", "[{0} {1, 4}", "line 10", "dzn-syntax"),
        ("[{0}, {1, 4}", "[{0}, {1, {4}}", "line 10", "dzn-syntax"),
        ("fixed = [0, 5, 0]", "fixed = 0, 5, 0", "line 11", "dzn-syntax"),
        ("{0}];\n", "{0}];\n\nrest", "line 14", "dzn-syntax"),
        ("nTables = 2", "nTables = 3; nTables = 2", "nTables", "duplicate-key"),
        ("nTables = 2", "nTables = 2; nChairs = 9", "nChairs", "unknown-key"),
        ("nTables = 2;", "", "", "missing-key"),
        ("fixed = [0, 5, 0];", "", "", "missing-key"),
        ("nTables = 2", f"nTables = {MOST + 1}", "nTables", "out-of-range"),
        ("nMorningSlots = 3", "nMorningSlots = 6", "nMorningSlots", "out-of-range"),
        ("nMeetings = 3", "nMeetings = 4", "requested", "wrong-count"),
        ("nBusiness = 4", "nBusiness = 5", "forbidden", "wrong-count"),
        ("[0, 5, 0]", "[0, 5]", "fixed", "wrong-count"),
        ("[0, 5, 0]", "[0, 6, 0]", "fixed[2]", "out-of-range"),
        ("[{}, {1, 3}, {0}]", "[{}, {1, 3}]", "precedences", "wrong-count"),
        ("[{}, {1, 3}, {0}]", "[{}, {1, 4}, {0}]", "precedences[2]", "out-of-range"),
        ("[{}, {1, 3}, {0}]", "[{}, {1, 2}, {0}]", "precedences[2]", "after-itself"),
        ("| 1, 3, 2,", "| 1, 1, 2,", "requested[2]", "repeated"),
        ("| 1, 3, 2,", "| 1, 5, 2,", "requested[2]", "out-of-range"),
        ("| 1, 3, 2,", "| 0, 3, 2,", "requested[2]", "out-of-range"),
        ("| 1, 3, 2,", "| 1, 3, 4,", "requested[2]", "out-of-range"),
        ("2..3", "2..6", "forbidden[3]", "out-of-range"),
    ],
)
def test_refused_with_the_place(old: str, new: str, place: str, code: str) -> None:
    assert old in GOOD
    assert (place, code) in problems_of(GOOD.replace(old, new))


def test_a_json_file_of_that_name_is_refused_by_its_line() -> None:
    assert problems_of('\n\n{"format": "qiao-problem/1"}') == [("line 3", "dzn-syntax")]
    assert problems_of("") == [("", "empty-file")]


def test_a_short_file_cannot_ask_for_much_memory() -> None:
    sets = ",".join(["1..10000"] * 10_000)
    text = f"nBusiness=10000; nMeetings=0; nTables=1; nTotalSlots=10000; nMorningSlots=1; requested=[||]; fixed=[]; forbidden=[{sets}]; precedences=[];"
    text = text.replace("[||]", "[|]")
    assert MOST_NAMED < 10_000 * 10_000
    assert problems_of(text) == [("forbidden", "too-many")]


@pytest.mark.parametrize(
    "text", [" " * 300_000, "a" * 300_000, "fixed=[" + "1," * 100_000, "{" * 200_000, ";" * 200_000]
)
def test_long_nonsense_is_refused_at_once(text: str) -> None:
    assert problems_of(text + "x") == [("line 1", "dzn-syntax")]


def originals() -> list[Path]:
    return sorted(BENCHMARK.glob("*.original.dzn"))


@pytest.mark.skipif(not BENCHMARK.is_dir(), reason="absent data: the B2B scheduling benchmark")
def test_the_benchmark_is_read() -> None:
    files = sorted(BENCHMARK.glob("*.dzn"))
    assert len(files) == 140
    assert len(originals()) == 20
    for file in files:
        problem = read_problem(file.read_bytes(), file.name)
        sizes = dict(line.rstrip(" ;").split(" = ") for line in file.read_text().splitlines()[:5])
        assert len(problem.participants) == int(sizes["nBusiness"])
        assert len(problem.requests) == int(sizes["nMeetings"])
        assert len(problem.tables) == int(sizes["nTables"])
        assert len(problem.slots) == int(sizes["nTotalSlots"])
        kind = file.name.split(".")[1]
        assert any(one.after for one in problem.requests) == kind.startswith("prec")
        if kind.startswith("fixed"):
            assert any(one.fixed for one in problem.requests)
