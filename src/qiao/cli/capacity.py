"""`qiao whatif`, `qiao partners`, `qiao advise`: what an event lacks, and who can meet whom on the spot. Without a database."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len

from qiao.cli.engines import (
    LanguageOption,
    OutOption,
    QuietOption,
    WorkersOption,
    read_problem_and_plan,
    refusing,
    refusing_lost_work,
)
from qiao.cli.output import (
    ANSWER_IS_NO,
    complain,
    progress_bar,
    read_bytes,
    refuse,
    require_place,
    write_bytes,
    write_json,
)
from qiao.engine.files import shown
from qiao.wording import Language, listed, sentence, system_language

if TYPE_CHECKING:
    from qiao.engine.scheduling.advice import Advice
    from qiao.engine.scheduling.changes import Change
    from qiao.engine.scheduling.enough import Crowded, Enough
    from qiao.engine.scheduling.model import Plan, Problem
    from qiao.engine.scheduling.what_if import Gain

MANY = 2_000
"""From so many requests on the work is shared among processes, which take a second to start."""

ProblemArgument = Annotated[Path, typer.Argument(help="A qiao-problem/1 or .dzn file.")]
PlanArgument = Annotated[Path, typer.Argument(help="A qiao-plan/1 file that keeps every rule.")]


def whatif(
    problem: ProblemArgument,
    plan: PlanArgument,
    out: OutOption = None,
    enough: Annotated[bool, typer.Option("--enough", help="Also say what would make all wishes possible.")] = False,
    limit: Annotated[float, typer.Option(min=0.1, help="Seconds of calculation, and as many for --enough.")] = 60,
    workers: WorkersOption = 2,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell what one more table, interpreter, time slot or hour would be worth: a table of words, or JSON with --out."""
    from qiao.adapters.spread import over
    from qiao.engine.jobs import in_turn
    from qiao.engine.scheduling.enough import enough as enough_for
    from qiao.engine.scheduling.what_if import Effort, gains_of_options, options, ranked

    language = lang or system_language()
    require_place(out, language)
    asked, planned = _problem_and_plan(problem, plan, language)
    number = len(options(asked)) + 1
    found: list[Gain] = []
    with progress_bar(quiet) as bar:
        many = workers > 1 and len(asked.requests) >= MANY
        each = Effort(limit * (workers if many else 1) / number, clock=time.monotonic)
        with refusing_lost_work(language):
            spread = over(workers) if many else in_turn
            bar.show(sentence("asking", language))
            for one in gains_of_options(asked, planned, effort=each, spread=spread):
                found.append(one)
                bar.show(sentence("asking", language), len(found), number)
        bar.show(sentence("asking-enough", language))
        needs = enough_for(asked, planned, effort=Effort(limit, clock=time.monotonic)) if enough else None
    by_itself, best = found[0], ranked(found[1:])
    if out:
        write_json(out, _whatif_json(planned, by_itself, best, needs), language)
    else:
        lines = [*_gains_in_words(by_itself, best, language), *(_enough_in_words(needs, language) if needs else ())]
        _print(lines, language)


def partners(
    problem: ProblemArgument,
    plan: PlanArgument,
    slot: Annotated[str, typer.Option(help="The time slot in which people are free.")],
    absent: Annotated[list[str] | None, typer.Option(help="Who does not come; may be given several times.")] = None,
    lang: LanguageOption = None,
) -> None:
    """Find partners for the people who are free in a time slot: unmet wishes first (JSON lines); status 1 if there are none."""
    from qiao.engine.scheduling.partners import partners as partners_in

    language = lang or system_language()
    asked, planned = _problem_and_plan(problem, plan, language)
    if slot not in asked.slot_index:
        known = listed(asked.slot_index, language)
        refuse([sentence("unknown-slot", language, slot=shown(slot), known=known)])
    unknown = [who for who in absent or () if who not in asked.participant_by_id]
    if unknown:
        refuse(sentence("unknown-person", language, person=shown(who)) for who in unknown)
    found = partners_in(asked, planned, slot, absent=absent or ())
    rows = (
        {**_meeting_json(one.meeting), "participants": list(one.request.participants), "new": one.new} for one in found
    )
    _print((json.dumps(row, ensure_ascii=False) for row in rows), language)
    if not found:
        complain(sentence("no-pair-free", language))
        raise typer.Exit(ANSWER_IS_NO)


def advise(
    problem: Annotated[Path, typer.Argument(help="A qiao-problem/1 file; its requests are not looked at.")],
    talks: Annotated[float, typer.Option(min=0, max=1_000, help="Talks of each person on average.")],
    out: OutOption = None,
    lang: LanguageOption = None,
) -> None:
    """Advise how many tables and interpreters are needed, before anyone has wished: words, or JSON with --out."""
    from qiao.engine.scheduling.advice import advice
    from qiao.engine.scheduling.files import read_problem

    language = lang or system_language()
    require_place(out, language)
    data = read_bytes(problem, language)
    with refusing(problem, language):
        asked = read_problem(data, problem.name)
    found = advice(asked, talks)
    if out:
        write_json(out, _advice_json(found), language)
    else:
        _print(_advice_in_words(found, language), language)


def _problem_and_plan(problem: Path, plan: Path, language: Language) -> tuple["Problem", "Plan"]:
    """Both files; leaves with status 2 where the plan is not one of the problem that keeps every rule."""
    from qiao.engine.scheduling.verify import verify

    asked, found, digest = read_problem_and_plan(problem, plan, language)
    if found.certificate.fairness is not None:  # `qiao plan --fairness` may have set it
        asked = replace(asked, objective=replace(asked.objective, fairness=found.certificate.fairness))
    broken = {one.rule for one in verify(asked, found, digest=digest)}
    if broken or found.certificate.status == "infeasible":
        rules = listed(sorted(broken or {"required"}), language)
        refuse([f"{plan}: {sentence('plan-does-not-fit', language, rules=rules)}"])
    return asked, found


def _print(lines: Iterable[str], language: Language) -> None:
    write_bytes(None, "".join(f"{line}\n" for line in lines).encode(), language)


def _in_words(change: "Change | None", language: Language) -> str:
    if change is None:
        return sentence("change-none", language)
    words = sentence(f"change-{change.more}", language, count=change.count, languages="–".join(change.languages))
    details = listed([*change.features, *([change.day] if change.day else [])], language)
    return sentence("change-with", language, change=words, detail=details) if details else words


def _gains_in_words(by_itself: "Gain", best: Sequence["Gain"], language: Language) -> Iterator[str]:
    """A line for each gain below the names of the columns; last, in one line, what brings nothing on no day."""
    idle = [one for one in best if not one.weight and one.at_most == by_itself.at_most]
    rows = [tuple(sentence(f"column-{name}", language) for name in ("change", "added", "weight", "at-most"))]
    for one in [by_itself, *(one for one in best if one not in idle)]:
        at_most = "–" if one.at_most is None else f"+{one.at_most}"
        rows.append((_in_words(one.change, language), f"+{len(one.added)}", f"+{one.weight}", at_most))
    widths = [max(cell_len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        first, *numbers = (" " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield row[0] + first + "".join(f"  {gap}{cell}" for gap, cell in zip(numbers, row[1:], strict=True))
    vain = [
        _in_words(one.change, language)
        for one in idle
        if one.change and (not one.change.day or one.change.more == "slot")
    ]
    if vain:
        yield sentence("no-gain", language, changes=listed(vain, language))


def _enough_in_words(found: "Enough", language: Language) -> Iterator[str]:
    yield ""
    yield sentence("enough-weight", language, wished=found.wished, weight=found.weight)
    if found.nowhere:
        yield sentence("enough-nowhere", language, who=listed(found.nowhere, language))
    yield from _crowded_in_words(found.crowded, "crowded", language)
    if found.slots:
        yield sentence("enough-slots", language, count=found.slots)
    if found.at_least is None:
        yield sentence("enough-unknown", language)
        return
    yield sentence("enough-least", language, count=found.at_least)
    for one in found.tried:
        changes = listed((_in_words(change, language) for change in one.changes or (None,)), language)
        code = "enough-no-plan" if one.weight is None else "enough-tried"
        yield "  " + sentence(code, language, changes=changes, weight=one.weight)


def _crowded_in_words(crowded: Sequence["Crowded"], code: str, language: Language) -> Iterator[str]:
    if crowded:
        yield sentence(code if code == "crowded" else f"{code}-crowded", language)
        for one in crowded:
            words = sentence(f"{code}-person", language, who=one.who, wishes=one.wishes, room=one.room)
            yield f"  {words}"


def _advice_in_words(found: "Advice", language: Language) -> Iterator[str]:
    yield sentence("advice-talks", language, count=found.talks)
    served = dict(found.served)
    if found.changes:
        yield sentence("advice-all", language)
    for one in found.changes:
        talks = served.get(one.languages)
        spoken = "–".join(one.languages)
        words = sentence(f"need-{one.more}", language, count=one.count, languages=spoken, talks=talks)
        details = listed(one.features, language)
        yield "  " + (sentence("change-with", language, change=words, detail=details) if details else words)
    yield from _crowded_in_words(found.crowded, "advice", language)


def _meeting_json(meeting: Any) -> dict[str, Any]:
    return {name: getattr(meeting, name) for name in ("request", "slot", "table", "interpreter")}


def _whatif_json(plan: "Plan", by_itself: "Gain", best: Sequence["Gain"], needs: "Enough | None") -> dict[str, Any]:
    from qiao.engine.scheduling.changes import as_json

    return {
        "format": "qiao-whatif/1",
        "problem": plan.problem,
        "weight": plan.certificate.weight,
        "at_most": by_itself.at_most,
        "options": [
            {
                "change": as_json(one.change) if one.change else None,
                "meetings": [_meeting_json(meeting) for meeting in one.added],
                "weight": one.weight,
                "at_most": one.at_most,
            }
            for one in best
        ],
        "enough": None if needs is None else _enough_json(needs),
    }


def _enough_json(found: "Enough") -> dict[str, Any]:
    from qiao.engine.scheduling.changes import as_json

    return {
        **asdict(found),
        "changes": [as_json(change) for change in found.changes],
        "tried": [{"changes": [as_json(x) for x in one.changes], "weight": one.weight} for one in found.tried],
    }


def _advice_json(found: "Advice") -> dict[str, Any]:
    from qiao.engine.scheduling.changes import as_json

    return {
        "format": "qiao-advice/1",
        "talks": found.talks,
        "changes": [as_json(change) for change in found.changes],
        "served": [{"languages": list(languages), "talks": number} for languages, number in found.served],
        "crowded": [asdict(one) for one in found.crowded],
    }
