"""`qiao whatif`, `qiao partners` and `qiao advise`: what is said in words and in files, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from rich.cells import cell_len
from typer.testing import CliRunner

from qiao.bench.conferences import random_conference
from qiao.cli import app
from qiao.cli.capacity import MANY
from qiao.engine.scheduling.files import problem_digest, write_problem
from qiao.wording import Language

EVENT = {
    "format": "qiao-problem/1",
    "slots": [
        {"id": "s1", "start": "2027-11-03T09:00+08:00", "end": "2027-11-03T09:30+08:00", "day": "2027-11-03"},
        {"id": "s2", "start": "2027-11-03T09:30+08:00", "end": "2027-11-03T10:00+08:00", "day": "2027-11-03"},
    ],
    "participants": [
        *({"id": f"g{n}", "side": "eu", "languages": ["de"]} for n in range(2)),
        *({"id": f"h{n}", "side": "cn", "languages": ["zh"]} for n in range(4)),
    ],
    "tables": [{"id": "t1"}],
    "interpreters": [{"id": "i1", "languages": ["de", "zh"]}, {"id": "i2", "languages": ["de", "zh"]}],
    "requests": [
        {"id": "m1", "participants": ["g0", "h0"], "weight": 9},
        {"id": "m2", "participants": ["g0", "h1"], "weight": 8},
        {"id": "m3", "participants": ["g1", "h2"], "weight": 2},
        {"id": "m4", "participants": ["g0", "h3"], "weight": 1},
    ],
    "objective": {"fair_minimum": 0},
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A problem and its plan: g0 meets h0 and h1 at the only table."""
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_text(json.dumps(EVENT))
    assert qiao("plan", problem, "--out", plan, "--work", 2000, "--quiet").exit_code == 0
    return problem, plan


def qiao(*words: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in words])


def lines(done: Result) -> list[Any]:
    return [json.loads(line) for line in done.stdout.splitlines()]


WORDS = {
    "en": ("tables: +1", "interpreters de–zh: +1", "More wishes than room:", "g0: 3 wishes, room for 2"),
    "de": ("Tische: +1", "Dolmetscher/innen de–zh: +1", "Mehr Wünsche als Platz:", "g0: 3 Wünsche, Platz für 2"),
    "zh": ("洽谈桌：+1", "口译员（de–zh）：+1", "意向多于可安排数：", "g0：意向3个，可安排2个"),
}


@pytest.mark.parametrize("language", Language)
def test_what_a_change_is_worth_stands_in_a_table(files: tuple[Path, Path], language: Language) -> None:
    done = qiao("whatif", *files, "--enough", "--lang", language)
    assert (done.exit_code, done.stderr) == (0, "")
    table, _, rest = done.stdout.partition("\n\n")
    head, *rows, vain = table.splitlines()
    assert len({cell_len(row) for row in (head, *rows)}) == 1
    gained = {row.split("  ")[0]: row.split()[-3:] for row in rows}
    assert gained[WORDS[language][0]] == ["+1", "+2", "+2"]
    assert WORDS[language][1] in vain
    assert head.split()
    assert all(words in rest for words in WORDS[language][2:])


def test_the_file_says_which_meetings_a_change_makes_possible(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "whatif.json"
    done = qiao("whatif", *files, "--enough", "--out", out)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")
    found = json.loads(out.read_text())
    assert (found["format"], found["weight"], found["at_most"]) == ("qiao-whatif/1", 17, 0)
    assert found["problem"] == problem_digest(files[0].read_bytes())
    by_change = {(one["change"]["add"], one["change"]["count"]): one for one in found["options"]}
    assert set(by_change) == {("table", 1), ("interpreter", 1), ("slot", 1), ("slot", 2)}
    table = by_change["table", 1]
    [meeting] = table["meetings"]
    assert (meeting["request"], meeting["table"]) == ("m3", "new-table-1")
    assert (table["weight"], table["at_most"]) == (2, 2)
    assert by_change["slot", 2]["weight"] == 3
    assert found["options"][0] == by_change["slot", 2]
    needs = found["enough"]
    assert (needs["wished"], needs["weight"], needs["at_least"], needs["slots"]) == (20, 19, 1, 1)
    assert needs["crowded"] == [{"who": "g0", "wishes": 3, "time": 2, "room": 2}]
    assert needs["tried"] == [{"changes": needs["changes"], "weight": 19}]


def test_many_requests_are_shared_among_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    event = random_conference(20, 40, seed=2, slots=6, tables=0.5, interpreters=0.5)
    problem, plan = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_bytes(write_problem(event))
    assert qiao("plan", problem, "--out", plan, "--work", 20_000).exit_code == 0
    assert len(event.requests) < MANY
    alone = qiao("whatif", problem, plan, "--out", "-").stdout
    monkeypatch.setattr("qiao.cli.capacity.MANY", 0)
    assert qiao("whatif", problem, plan, "--out", "-", "--workers", 2).stdout == alone


def test_a_plan_that_breaks_a_rule_or_belongs_elsewhere_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    problem, plan = files
    damaged = json.loads(plan.read_text())
    damaged["meetings"][1]["slot"] = damaged["meetings"][0]["slot"]
    plan.write_text(json.dumps(damaged))
    for words in (("whatif", problem, plan), ("partners", problem, plan, "--slot", "s1")):
        done = qiao(*words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "participant-busy, table-busy" in done.stderr
    other = tmp_path / "other.json"
    other.write_text(json.dumps({**EVENT, "name": "another"}))
    assert "wrong-problem" in qiao("whatif", other, plan).stderr


def test_an_infeasible_plan_is_refused(files: tuple[Path, Path]) -> None:
    problem, plan = files
    problem.write_text(
        json.dumps(
            {**EVENT, "requests": [{**one, "required": True, "fixed": {"slot": "s1"}} for one in EVENT["requests"]]}
        )
    )
    assert qiao("plan", problem, "--out", plan, "--limit", 5).exit_code == 1
    done = qiao("whatif", problem, plan)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "required" in done.stderr


def test_partners_are_found_for_those_who_are_free(files: tuple[Path, Path]) -> None:
    """g0 does not come: g1 and the table are free, and g1 has a wish."""
    slot = json.loads(files[1].read_text())["meetings"][0]["slot"]
    done = qiao("partners", *files, "--slot", slot, "--absent", "g0")
    assert (done.exit_code, done.stderr) == (0, "")
    assert lines(done) == [
        {"request": "m3", "slot": slot, "table": "t1", "interpreter": "i1", "participants": ["g1", "h2"], "new": False}
    ]
    [pair] = lines(qiao("partners", *files, "--slot", slot, "--absent", "g0", "--absent", "h2"))
    assert pair["new"]
    assert pair["participants"][0] == "g1"


@pytest.mark.parametrize(("language", "words"), [("en", "Nobody who is free"), ("de", "Für niemanden"), ("zh", "无法")])
def test_that_nobody_finds_a_partner_is_an_answer(files: tuple[Path, Path], language: str, words: str) -> None:
    done = qiao("partners", *files, "--slot", "s1", "--lang", language)
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr


@pytest.mark.parametrize("language", Language)
def test_an_unknown_slot_or_person_is_refused(files: tuple[Path, Path], language: Language) -> None:
    for words in (("--slot", "s9"), ("--slot", "s1", "--absent", "s9")):
        done = qiao("partners", *files, *words, "--lang", language)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "s9" in done.stderr


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "interpreters de–zh: 2, for 4"), ("de", "Tische: 2"), ("zh", "预计洽谈数：4。")],
)
def test_advice_needs_no_wishes(tmp_path: Path, language: str, words: str) -> None:
    problem, out = tmp_path / "problem.json", tmp_path / "advice.json"
    problem.write_text(json.dumps({**EVENT, "requests": []}))
    done = qiao("advise", problem, "--talks", 2, "--lang", language)
    assert (done.exit_code, done.stderr) == (0, "")
    assert words in done.stdout
    assert ("g0" in done.stdout) == ("g1" in done.stdout) is True  # three talks each, in two slots
    assert qiao("advise", problem, "--talks", 2, "--out", out).stdout == ""
    found = json.loads(out.read_text())
    assert (found["format"], found["talks"]) == ("qiao-advice/1", 4)
    assert found["served"] == [{"languages": ["de", "zh"], "talks": 4}]
    assert [one["who"] for one in found["crowded"]] == ["g0", "g1"]


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    for words in (("whatif", bad, bad), ("partners", bad, bad, "--slot", "s"), ("advise", bad, "--talks", 1)):
        done = qiao(*words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert str(bad) in done.stderr
