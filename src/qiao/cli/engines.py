"""`qiao match`, `qiao plan`, `qiao verify`: from files to files, without a database (and without importing Django)."""

import io
import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qiao.cli.output import ANSWER_IS_NO, Bar, complain, progress_bar, read_bytes, refuse, require_place, write_bytes
from qiao.engine.files import FileProblem, InvalidFile, shown
from qiao.wording import Language, file_problem, placed, sentence, system_language, system_reason

if TYPE_CHECKING:
    from qiao.engine.scheduling.model import Plan, Problem

LanguageOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of messages; default: the locale's.", show_default=False)
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress on the terminal.")]
WorkersOption = Annotated[int, typer.Option(min=1, max=64, help="Processor cores to use.")]
_WARNINGS = 20  # lines of warnings about one file

FairnessOption = Annotated[
    int | None, typer.Option(min=0, max=1_000_000, help="Largest difference of breaks between people.")
]

OutOption = Annotated[Path | None, typer.Option("--out", help="Result file; default: standard output.")]


class Across(StrEnum):
    SIDE = "side"


class Per(StrEnum):
    SEEK = "seek"
    PROFILE = "profile"


@contextmanager
def refusing(path: Path, language: Language) -> Iterator[None]:
    """Turn what is wrong with a file into one line per problem and exit status 2."""
    try:
        yield
    except InvalidFile as invalid:
        refuse(f"{path}: {line}" for line in _lines(invalid.problems, language))


@contextmanager
def refusing_lost_work(language: Language) -> Iterator[None]:
    """Leave with a sentence when processes that share the work are ended from outside, or cannot be handed it."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        yield
    except BrokenProcessPool:
        refuse([sentence("workers-died", language)], ANSWER_IS_NO)
    except OSError as error:  # the processes share a folder for temporary files
        refuse([sentence("cannot-write", language, why=system_reason(error, language))])


def _lines(problems: tuple[FileProblem, ...], language: Language) -> Iterator[str]:
    for problem in problems:
        words = file_problem(problem.code, problem.values, language)
        yield placed(problem.place, words, language)


def match(
    profiles: Annotated[Path, typer.Argument(help="Profiles: a JSON array or JSON lines.")],
    out: OutOption = None,
    top: Annotated[int, typer.Option(min=1, help="Candidates per list.")] = 10,
    across: Annotated[Across | None, typer.Option(help="Compare only profiles whose side differs.")] = None,
    per: Annotated[Per, typer.Option(help="One list per seek or per profile.")] = Per.SEEK,
    cap: Annotated[
        float | None, typer.Option(min=0.1, help="Show nobody more than this many times his fair share.")
    ] = None,
    embedder: Annotated[str, typer.Option(help="builtin, quality, or the URL of an embeddings server.")] = "builtin",
    workers: WorkersOption = 2,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find partners across languages: profiles in, matches with reasons out (JSON lines)."""
    from qiao.adapters.embeddings import load_embedder
    from qiao.adapters.spread import over
    from qiao.engine.jobs import in_turn
    from qiao.engine.matching.embed import EmbedderError
    from qiao.engine.matching.files import match_lines, not_understood, read_profiles, sides
    from qiao.engine.matching.keywords import read_texts
    from qiao.engine.matching.rank import Ranker
    from qiao.engine.matching.scale import EXACT_PAIRS

    language = lang or system_language()
    require_place(out, language)
    data = read_bytes(profiles, language)
    with refusing(profiles, language):
        found = read_profiles(data, profiles.name)
    _warn_of_unknown(profiles, not_understood(found), language)
    if across and sides(found) == 1:
        complain(f"{profiles}: {sentence('one-side', language)}")
    with progress_bar(quiet) as bar:
        try:
            bar.show(sentence("embedding", language))
            tagged, space = read_texts(found, load_embedder(embedder))
        except EmbedderError as error:
            refuse([sentence(f"embedder-{error.code}", language, **error.values)])
        bar.show(sentence("ranking", language))
        ranker = Ranker(tagged, space=space, across=across.value if across else None, per=per.value)
        del space  # of many profiles it fills as much memory as all that is still needed
        many = workers > 1 and len(ranker.listing.lists) * len(found) > EXACT_PAIRS
        lines, partners = io.BytesIO(), 0
        with refusing_lost_work(language):
            for each in ranker.stream(top=top, cap=cap, spread=over(workers) if many else in_turn):
                partners += len(each.matches)
                lines.writelines(f"{line}\n".encode() for line in match_lines([each]))
    write_bytes(out, lines.getbuffer(), language)
    if not partners:
        complain(sentence("no-partners", language))


def _warn_of_unknown(path: Path, values: list[tuple[str, str, str]], language: Language) -> None:
    """A misspelt id would let somebody be suggested who must not be; one of another file is in order, so it is no error."""
    for code, profile, value in values[:_WARNINGS]:
        names = {"profile": shown(profile), "value": shown(value)}
        complain(f"{path}: {sentence(code, language, **names)}")
    if len(values) > _WARNINGS:
        complain(f"{path}: {sentence('more-unknown', language, count=len(values) - _WARNINGS)}")


def plan(
    problem: Annotated[Path, typer.Argument(help="A qiao-problem/1 file, or a .dzn file of the B2B benchmark.")],
    out: OutOption = None,
    limit: Annotated[float, typer.Option(min=0.1, help="Seconds of calculation.")] = 60,
    work: Annotated[int | None, typer.Option(min=1, help="Bound of abstract work; makes runs repeatable.")] = None,
    workers: WorkersOption = 2,
    seed: Annotated[int, typer.Option(min=0, max=10**15, help="The same seed gives the same plan.")] = 1,
    previous: Annotated[Path | None, typer.Option(help="Plan in force; as little as possible of it moves.")] = None,
    fairness: FairnessOption = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Plan all meetings with tables and interpreters; the plan names the proven bound and why a request stays unmet."""
    from qiao.adapters.processes import processes
    from qiao.engine.scheduling.files import problem_digest, read_plan, read_problem, write_plan
    from qiao.engine.scheduling.solve import OPEN_AT_THE_LIMIT, solve
    from qiao.engine.scheduling.verify import verify as violations_of
    from qiao.engine.scheduling.warm import is_cold, warm

    language = lang or system_language()
    require_place(out, language)
    data = read_bytes(problem, language)
    with refusing(problem, language):
        asked = read_problem(data, problem.name)
    before = None
    if previous:
        earlier = read_bytes(previous, language)
        with refusing(previous, language):
            before = read_plan(earlier)
    digest = problem_digest(data)
    with progress_bar(quiet) as bar, _interruptible() as stop:
        if is_cold():  # not at the cost of the limit
            bar.show(sentence("compiling", language))
            warm()
        found = solve(
            asked, seed=seed, limit=limit, work=work, workers=workers, clock=time.monotonic, stop=stop,
            progress=_shown_on(bar, language), previous=before, fairness=fairness, race=processes,
        )  # fmt: skip
    found = replace(found, problem=digest)
    broken = violations_of(asked, found, fairness=fairness, digest=digest) if found.meetings else []
    if {one.rule for one in broken} - OPEN_AT_THE_LIMIT:  # never seen; such a plan must not leave the house
        raise RuntimeError(f"the plan breaks its own rules: {broken[:3]}")
    if broken:
        refuse([sentence("no-plan-yet", language, rules=", ".join(sorted({one.rule for one in broken})))], ANSWER_IS_NO)
    write_bytes(out, write_plan(found), language)
    if found.certificate.status == "infeasible":
        raise typer.Exit(ANSWER_IS_NO)


@contextmanager
def _interruptible() -> Iterator[Any]:
    """The first Ctrl-C ends the search and keeps what was found; the second one kills."""
    asked: list[int] = []

    def interrupt(number: int, frame: object) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)


def _shown_on(bar: Bar, language: Language) -> Any:
    def show(step: Any) -> None:
        known = {
            name: "…" if value is None else value for name, value in (("value", step.value), ("bound", step.bound))
        }
        words = sentence("planning", language, phase=step.phase, **known)
        bar.show(words, step.placed)

    return show


def read_problem_and_plan(problem: Path, plan: Path, language: Language) -> "tuple[Problem, Plan, str]":
    """Both files, and the digest of the problem's."""
    from qiao.engine.scheduling.files import problem_digest, read_plan, read_problem

    data, planned = read_bytes(problem, language), read_bytes(plan, language)
    with refusing(problem, language):
        asked = read_problem(data, problem.name)
    with refusing(plan, language):
        found = read_plan(planned)
    return asked, found, problem_digest(data)


def verify(
    problem: Annotated[Path, typer.Argument(help="A qiao-problem/1 or .dzn file.")],
    plan: Annotated[Path, typer.Argument(help="A qiao-plan/1 file.")],
    fairness: FairnessOption = None,
    lang: LanguageOption = None,
) -> None:
    """Judge a plan, knowing nothing of the solver: one JSON object per violation; status 1 if there is any."""
    from qiao.engine.scheduling.verify import verify as violations_of

    asked, found, digest = read_problem_and_plan(problem, plan, lang or system_language())
    violations = violations_of(asked, found, fairness=fairness, digest=digest)
    for one in violations:
        row = {"rule": one.rule, "request": one.request, "slot": one.slot, "who": list(one.who)}
        print(json.dumps(row, ensure_ascii=False))  # noqa: T201
    if violations:
        raise typer.Exit(ANSWER_IS_NO)
