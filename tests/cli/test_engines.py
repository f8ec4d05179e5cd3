"""The engines' commands as a user runs them: files in, files out, exit status, language, and no Django."""

import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer

from qiao.bench.conferences import random_conference
from qiao.cli.engines import match, plan
from qiao.cli.output import complain, write_bytes
from qiao.engine.jobs import Each
from qiao.engine.matching.listing import Listing
from qiao.engine.scheduling.model import Plan, Problem
from qiao.engine.scheduling.problem_file import write_problem
from qiao.engine.scheduling.solve import solve
from qiao.wording import Language
from qiao.wording import sentence as in_words
from tests.cli.command import run

PROBLEM = {
    "format": "qiao-problem/1",
    "slots": [{"id": f"s{n}", "start": f"2027-11-03T{8 + n:02d}:00+08:00", "end": f"2027-11-03T{8 + n:02d}:25+08:00"} for n in (1, 2)],
    "participants": [{"id": one, "languages": ["en"]} for one in ("p1", "p2", "p3")],
    "tables": [{"id": "t1"}],
    "requests": [{"id": "m1", "participants": ["p1", "p2"]}, {"id": "m2", "participants": ["p1", "p3"]}],
}  # fmt: skip


def qiao(*arguments: object, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """`redirect` as a shell understands it: `>&-` closes standard output."""
    code = "import sys; sys.argv[0] = 'qiao'; from qiao.cli import main; main()"
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    told = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": "src", **measured, **environment}
    if not redirect:
        return run([str(one) for one in arguments], told)
    command = ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=told, check=False)


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    return path


def test_a_problem_is_planned_and_the_plan_verified(problem: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    done = qiao("plan", problem, "--out", plan, "--limit", 5)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    written = json.loads(plan.read_text())
    assert {meeting["request"] for meeting in written["meetings"]} == {"m1", "m2"}
    assert written["certificate"]["status"] == "optimal"
    judged = qiao("verify", problem, plan)
    assert (judged.returncode, judged.stdout) == (0, "")


@pytest.mark.parametrize("option", ["seed", "fairness"])
def test_what_a_plan_file_cannot_hold_is_refused_before_the_calculation(problem: Path, option: str) -> None:
    found = qiao("plan", problem, f"--{option}", 10**16, "--lang", "en")
    assert (found.returncode, found.stdout) == (2, "")
    assert "between 0 and" in found.stderr or "from 0 to" in found.stderr


def test_the_largest_seed_makes_a_plan_that_is_read_again(problem: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert qiao("plan", problem, "--out", plan, "--seed", 10**15, "--fairness", 10**6).returncode == 0
    assert qiao("verify", problem, plan).returncode == 0


def test_a_plan_with_violations_is_told_line_by_line_with_status_1(problem: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert qiao("plan", problem, "--out", plan, "--limit", 5).returncode == 0
    broken = json.loads(plan.read_text())
    for meeting in broken["meetings"]:
        meeting["slot"] = "s1"
    plan.write_text(json.dumps(broken))
    judged = qiao("verify", problem, plan)
    assert judged.returncode == 1
    rows = [json.loads(line) for line in judged.stdout.splitlines()]
    assert {"participant-busy", "table-busy"} <= {row["rule"] for row in rows}
    assert set(rows[0]) == {"rule", "request", "slot", "who"}


def test_an_infeasible_problem_has_status_1_and_names_the_conflict(tmp_path: Path) -> None:
    both = [{**request, "required": True, "fixed": {"slot": "s1"}} for request in PROBLEM["requests"]]
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({**PROBLEM, "requests": both}))
    done = qiao("plan", path, "--limit", 5)
    assert done.returncode == 1
    plan = json.loads(done.stdout)
    assert plan["certificate"]["status"] == "infeasible"
    assert plan["meetings"] == []
    assert plan["conflict"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "and none is written"), ("de", "kein Plan gefunden"), ("zh", "未找到")],
)
def test_a_search_that_ends_before_it_has_a_sound_plan_says_so_with_status_1_and_writes_none(
    problem: Path, tmp_path: Path, monkeypatch, capsys, language: str, sentence: str
) -> None:
    """Where the clock runs out is not to be foreseen: the search is replaced by one that lacks a required meeting."""
    asked = {
        **PROBLEM,
        "slots": PROBLEM["slots"][:1],
        "requests": [{**one, "required": True} for one in PROBLEM["requests"]],
    }
    problem.write_text(json.dumps(asked))
    out = tmp_path / "plan.json"

    def hurried(given: Problem, **settings: object) -> Plan:
        return solve(replace(given, requests=tuple(replace(one, required=False) for one in given.requests)))

    monkeypatch.setattr("qiao.engine.scheduling.solve.solve", hurried)
    with pytest.raises(typer.Exit) as ended:
        plan(
            problem,
            out,
            limit=60,
            work=None,
            workers=2,
            seed=1,
            previous=None,
            fairness=None,
            lang=language,
            quiet=True,
        )
    assert ended.value.exit_code == 1
    told = capsys.readouterr().err
    assert sentence in told
    assert "required" in told
    assert not out.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Der Schlüssel „tabels“ ist unbekannt."),
        ("zh", "未知的键“tabels”。"),
        ("en", "The key “tabels” is unknown."),
    ],
)
def test_bad_input_is_refused_in_the_language_with_status_2_and_no_file(
    tmp_path: Path, language: str, words: str
) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "plan.json"
    path.write_text(json.dumps({**PROBLEM, "tabels": []}))
    done = qiao("plan", path, "--out", out, "--lang", language)
    assert done.returncode == 2
    assert f"{path}: tabels: {words}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not out.exists()


def test_the_locale_chooses_the_language(tmp_path: Path) -> None:
    done = qiao("plan", tmp_path / "nowhere.json", LANG="zh_CN.UTF-8")
    assert done.returncode == 2
    assert "无法读取文件" in done.stderr


def test_profiles_become_matches_with_reasons(tmp_path: Path) -> None:
    profiles = [
        {"id": "D1", "side": "eu", "seeks": [{"de": "Vertriebspartner für Lasermaschinen"}], "languages": ["de", "en"]},
        {"id": "Z1", "side": "cn", "offers": [{"zh": "激光设备销售与售后服务"}], "languages": ["zh", "en"]},
        {
            "id": "Z2",
            "side": "cn",
            "offers": [{"zh": "中药饮片"}],
            "languages": ["zh"],
            "keywords": ["laser-processing"],
        },
    ]
    path = tmp_path / "profiles.json"
    path.write_text(json.dumps(profiles))
    done = qiao("match", path, "--across", "side", "--top", 2)
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout.splitlines()[0])
    assert (row["seeker"], row["seek"]) == ("D1", 1)
    assert row["matches"][0]["candidate"] == "Z1"
    assert shared_keywords(row["matches"][0]) > {"laser-processing"}  # found in both texts
    assert shared_keywords(row["matches"][1]) == {"laser-processing"}  # named by the file, which counts


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "“avoid” of D1 names Z8, which does not exist in this file."),
        ("de", "„avoid“ von D1 nennt Z8"),
        ("zh", "D1的“avoid”列出了Z8"),
    ],
)
def test_whom_a_profile_avoids_and_the_file_does_not_have_is_said_and_no_error(
    tmp_path: Path, language: str, words: str
) -> None:
    path = tmp_path / "profiles.json"
    profiles = [
        {"id": "D1", "seeks": [{"de": "Laser"}], "avoid": ["Z1", "Z8", *(f"Z{n}" for n in range(10, 40))]},
        {"id": "Z1", "offers": [{"de": "Laser"}]},
    ]
    path.write_text(json.dumps(profiles))
    done = qiao("match", path, "--lang", language, "--quiet")
    assert done.returncode == 0
    told = done.stderr.splitlines()
    assert words in told[0]
    assert (len(told), "11" in told[20]) == (22, True)
    assert told[21] == in_words("no-partners", language)
    assert json.loads(done.stdout.splitlines()[0]) == {"seeker": "D1", "seek": 1, "matches": []}


def test_what_a_profile_says_and_nobody_understands_is_named(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    profiles = [
        {"id": "D1", "seeks": [{"de": "Laser"}], "keywords": ["lasr", "our-own"], "nace": "Maschinenbau"},
        {"id": "D2", "offers": [{"de": "Laser"}], "keywords": ["our-own", "laser-technology"], "nace": "C28.4"},
    ]
    path.write_text(json.dumps(profiles))
    told = qiao("match", path, "--across", "side", "--quiet", "--lang", "en").stderr.splitlines()
    assert [line.split(": ", 1)[1] for line in told[:3]] == [
        in_words("unknown-keyword", "en", profile="D1", value="lasr"),
        in_words("unknown-class", "en", profile="D1", value="Maschinenbau"),
        in_words("one-side", "en"),
    ]
    assert told[3:] == [in_words("no-partners", "en")]


def shared_keywords(match: dict[str, Any]) -> set[str]:
    return {reason["value"] for reason in match["reasons"] if reason["code"] == "shared-keyword"}


def test_many_profiles_are_compared_by_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, few, many = tmp_path / "profiles.jsonl", tmp_path / "few.jsonl", tmp_path / "many.jsonl"
    rows = [{"id": f"{n}", "seeks": [{"de": f"Ware {n}"}], "offers": [{"de": f"Dienst {n}"}]} for n in range(9)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    match(path, out=few, quiet=True)
    monkeypatch.setattr("qiao.engine.matching.scale.EXACT_PAIRS", 0)
    match(path, out=many, quiet=True, workers=2)
    assert few.read_text() == many.read_text()
    assert len(few.read_text().splitlines()) == 9


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [(BrokenProcessPool(), 1, "进程"), (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 2, "无法写入")],
)
def test_a_calculation_whose_processes_fail_writes_nothing(
    problem: Exception,
    status: int,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @contextmanager
    def ended(_listing: Listing) -> Iterator[Each]:
        raise problem
        yield

    path, out = tmp_path / "profiles.json", tmp_path / "out.jsonl"
    path.write_text('[{"id": "D1", "seeks": [{"de": "Laser"}]}]')
    monkeypatch.setattr("qiao.engine.matching.scale.EXACT_PAIRS", 0)
    monkeypatch.setattr("qiao.adapters.spread.over", lambda _workers: ended)
    with pytest.raises(typer.Exit) as left:
        match(path, out=out, lang="zh", quiet=True)
    assert left.value.exit_code == status
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_an_embedder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    path.write_text('[{"id": "D1", "seeks": [{"de": "Laser"}]}]')
    done = qiao("match", path, "--embedder", "nonsense", "--lang", "en")
    assert done.returncode == 2
    assert "neither builtin nor quality" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--gold", "GOLD", "--profiles", "OTHERS"], "GOLD: The judged pairs name ids or seeks that OTHERS lacks (2, among them D2, D1 7)."),
        (["--gold", "GOLD"], "profiles_native.json: The file cannot be read"),
        (["--gold", "ABSENT"], "ABSENT: The file cannot be read"),
        (["--pairs", "ABSENT"], "ABSENT: The file cannot be read"),
        (["--pairs", "GOLD"], "GOLD: line 1: The key “en” is missing."),
        (["--pairs", "BLANK"], "BLANK: line 2.de: This must not be empty. Fill it in or remove it."),
        (["--gold", "BARE", "--profiles", "OTHERS"], "BARE: "),
        (["--profiles", "OTHERS"], "name the judged set, too (“--gold”)"),
    ],
)  # fmt: skip
def test_a_benchmark_without_its_files_or_with_those_of_others_is_refused(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    """What is not found would count 0, and a figure of 0.000 looks like a result."""
    files = {name: str(tmp_path / name.lower()) for name in ("GOLD", "OTHERS", "ABSENT", "BLANK", "BARE")}
    Path(files["GOLD"]).write_text("seeker_id\tseek_no\tcandidate_id\tgrade\tde\tzh\nD1\t7\tD2\t2\n")
    Path(files["BLANK"]).write_text("de\tzh\ten\n\u200b\t激光\tlaser\n")
    Path(files["BARE"]).write_text("seeker_id\tseek_no\tcandidate_id\tgrade\n")
    Path(files["OTHERS"]).write_text('[{"id": "D1", "seeks": [{"de": "Laser"}]}]')
    done = qiao("bench", "matching", *(files.get(one, one) for one in arguments), "--lang", "en")
    for name, path in files.items():
        words = words.replace(name, path)
    assert done.returncode == 2
    assert words in done.stderr
    assert (len(done.stderr.splitlines()), done.stdout) == (1, "")


def test_a_folder_without_instances_is_refused(tmp_path: Path) -> None:
    done = qiao("bench", "planning", "--instances", tmp_path, "--lang", "en")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{tmp_path}: There is no file whose name ends in .dzn in this folder.\n"


def test_a_folder_that_is_missing_is_named_before_the_long_calculation(tmp_path: Path) -> None:
    done = qiao("bench", "planning", "--pictures", tmp_path / "gone", "--lang", "en")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert str(tmp_path / "gone") in done.stderr
    done = qiao("bench", "planning", "--instances", tmp_path / "gone", "--lang", "en")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert str(tmp_path / "gone") in done.stderr


def test_an_instance_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder.dzn").mkdir()
    done = qiao("bench", "planning", "--instances", tmp_path, "--lang", "en")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert "folder.dzn" in done.stderr


@pytest.mark.parametrize("talks", ["inf", "1e308"])
def test_advice_about_endless_talks_is_refused(problem: Path, talks: str) -> None:
    done = qiao("advise", problem, "--talks", talks, "--lang", "en")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_the_engines_commands_import_no_django(problem: Path) -> None:
    code = f"""
import sys
sys.argv = ["qiao", "plan", {str(problem)!r}, "--limit", "2", "--quiet"]
from qiao.cli import app
try:
    app()
except SystemExit as exit:
    assert exit.code in (0, None), exit.code
assert "django" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_without_a_compiler_the_same_optimum_is_proven(tmp_path: Path) -> None:
    """numba may be absent: then the inner loops run as they are written, for a new plan and for a changed one."""
    conference = random_conference(20, 60, seed=2, slots=8, tables=0.9, interpreters=0.7)
    absent = replace(conference.participants[0], unavailable=("s01", "s02"))
    changed = replace(conference, participants=(absent, *conference.participants[1:]))
    (tmp_path / "problem.json").write_bytes(write_problem(conference))
    (tmp_path / "changed.json").write_bytes(write_problem(changed))
    proven = {}
    for loops in ("compiled", "as written"):
        switch = {"QIAO_NO_NUMBA": "1"} if loops == "as written" else {}
        first, second = tmp_path / f"{loops} 1.json", tmp_path / f"{loops} 2.json"
        common = ("--work", 60_000, "--workers", 1, "--limit", 120, "--quiet")
        qiao("plan", tmp_path / "problem.json", "--out", first, *common, **switch)
        told = ("--previous", tmp_path / "compiled 1.json", "--fairness", 2)
        qiao("plan", tmp_path / "changed.json", "--out", second, *told, *common, **switch)
        assert qiao("verify", tmp_path / "problem.json", first).returncode == 0
        assert qiao("verify", tmp_path / "changed.json", second).returncode == 0
        found = [json.loads(file.read_text())["certificate"] for file in (first, second)]
        proven[loops] = [(one["status"], one["weight"], one["shortfall"], one["breaks"]) for one in found]
    assert [one[0] for one in proven["compiled"]] == ["optimal", "optimal"]
    assert proven["compiled"] == proven["as written"]


def test_an_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = qiao("plan", tmp_path / "absent.json", "--out", tmp_path / "no" / "plan.json", "--lang", "de")
    assert done.returncode == 2
    assert "lässt sich nicht schreiben" in done.stderr


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "is a folder"), ("de", "ist ein Ordner"), ("zh", "是文件夹")],
)
def test_a_folder_is_no_result_file(tmp_path: Path, language: str, words: str) -> None:
    """Said before anything is read or calculated."""
    for command, out in (("plan", ""), ("match", tmp_path)):
        done = qiao(command, tmp_path / "absent.json", "--out", out, "--lang", language)
        assert done.returncode == 2
        assert words in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_into_and_not_replaced(problem: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
    try:
        assert qiao("plan", problem, "--limit", 5, "--out", pipe).returncode == 0
        assert pipe.is_fifo()
        assert json.loads(reader.communicate(timeout=30)[0])["certificate"]["status"] == "optimal"
    finally:
        reader.kill()


def test_an_output_that_others_opened_is_written_into(problem: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    assert qiao("plan", problem, "--limit", 5, "--out", "/proc/self/fd/1", redirect=f">> {log}").returncode == 0
    assert log.read_text().startswith("before\n{")


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_written(problem: Path, tmp_path: Path, there: bool) -> None:
    link, target = tmp_path / "link", tmp_path / "folder" / "plan.json"
    target.parent.mkdir()
    if there:
        target.write_text("old")
    link.symlink_to(target)
    assert qiao("plan", problem, "--limit", 5, "--out", link).returncode == 0
    assert link.is_symlink()
    assert json.loads(target.read_text())["meetings"]
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize(
    ("arguments", "redirect", "words"),
    [(("PROBLEM",), ">&-", "lässt sich nicht schreiben"), (("-",), "<&-", "lässt sich nicht lesen")],
)
def test_a_closed_standard_stream_is_said(problem: Path, arguments: tuple[str, ...], redirect: str, words: str) -> None:
    told = [problem if one == "PROBLEM" else one for one in arguments]
    done = qiao("plan", *told, "--limit", 5, "--lang", "de", redirect=redirect)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_what_is_meant_for_a_closed_standard_error_lands_nowhere_else(problem: Path) -> None:
    done = qiao("plan", problem, "--limit", 5, redirect="2>&-")
    assert (done.returncode, json.loads(done.stdout)["certificate"]["status"]) == (0, "optimal")
    refused = qiao("verify", problem, problem, redirect="2>&-")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_an_event_without_requests_has_an_empty_optimal_plan(problem: Path, tmp_path: Path) -> None:
    """Also beside the plan that was in force while there were requests."""
    before = tmp_path / "before.json"
    assert qiao("plan", problem, "--out", before, "--limit", 5).returncode == 0
    problem.write_text(json.dumps({**PROBLEM, "requests": []}))
    for more in ((), ("--previous", before, "--fairness", 1)):
        done = qiao("plan", problem, "--limit", 5, *more)
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        assert (found["meetings"], found["unmet"], found["certificate"]["status"]) == ([], [], "optimal")


def test_a_result_that_cannot_be_finished_leaves_the_old_one_and_nothing_else(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    out = tmp_path / "plan.json"
    out.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(typer.Exit) as ended:
        write_bytes(out, b"new", Language.DE)
    assert ended.value.exit_code == 2
    assert "lässt sich nicht schreiben" in capsys.readouterr().err
    assert (out.read_text(), list(tmp_path.iterdir())) == ("old", [out])


def test_a_new_result_file_is_for_whom_the_account_says_and_an_old_one_for_whom_it_was(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    old.touch()
    old.chmod(0o604)
    mask = os.umask(0o027)
    try:
        for path in (new, old):
            write_bytes(path, b"plan", Language.DE)
    finally:
        os.umask(mask)
    assert [path.stat().st_mode & 0o777 for path in (new, old)] == [0o640, 0o604]


def test_a_full_disk_behind_standard_output_is_said_once(problem: Path) -> None:
    done = qiao("plan", problem, "--limit", 5, "--lang", "de", redirect="> /dev/full")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_line_break_in_a_name_makes_no_second_problem(capsys) -> None:
    complain("plan\n.json: broken")
    assert capsys.readouterr().err == "plan .json: broken\n"
