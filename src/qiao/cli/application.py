"""The commands of the web application: the demo, serving, background work, tables in and out, checks, benchmarks."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qiao.cli.engines import LanguageOption, QuietOption, refusing
from qiao.cli.output import (
    ANSWER_IS_NO,
    BAD_INPUT,
    complain,
    progress_bar,
    read_bytes,
    refuse,
    require_place,
    write_bytes,
    write_json,
)
from qiao.wording import Language, sentence, system_language, system_reason

if TYPE_CHECKING:
    from qiao.core.doctor import Finding


class Phase(StrEnum):
    WISHES = "wishes"
    PUBLISHED = "published"
    LIVE = "live"
    AFTER = "after"


class TableKind(StrEnum):
    ORGANISATIONS = "organisations"
    PARTICIPANTS = "participants"
    WISHES = "wishes"


class Export(StrEnum):
    ORGANISATIONS = "organisations.csv"
    PARTICIPANTS = "participants.xlsx"
    PROBLEM = "problem.json"
    PLAN = "plan.json"
    AGENDA_ICS = "agenda.ics"
    AGENDA_PDF = "agenda.pdf"
    PRINT_PACK = "print-pack.pdf"
    REPORT = "report.xlsx"
    SCHEDULE_XML = "schedule.xml"
    SCHEDULE_JSON = "schedule.json"


class Benchmark(StrEnum):
    MATCHING = "matching"
    PLANNING = "planning"
    SEARCH = "search"
    WEB = "web"


EventOption = Annotated[str, typer.Option("--event", help="Short name of the event, as in its address.")]


def _django(language: Language | None = None) -> Language:
    """Set Django up; what is wrong with the settings is one sentence and exit status 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
    from django.core.exceptions import ImproperlyConfigured

    chosen = language or system_language()
    try:
        import django

        django.setup()
    except ImproperlyConfigured as error:
        refuse([str(error)])
    from django.utils import translation

    translation.activate({"zh": "zh-hans"}.get(chosen, chosen))
    return chosen


@contextmanager
def _explained(language: Language) -> Iterator[None]:
    """What the application refuses, and a database that cannot be used, as one sentence and exit status 2."""
    from django.db import DatabaseError

    from qiao.core.errors import Refused

    try:
        yield
    except Refused as refused:
        refuse([refused.message])
    except DatabaseError as error:
        refuse([sentence("no-database", language, why=str(error))])


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="PORT", help="Port of the web server.")] = 8000,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Load the demo world only.")] = False,
    home: Annotated[Path | None, typer.Option(help="Folder of the demo; default: QIAO_HOME or .qiao.")] = None,
    phase: Annotated[Phase, typer.Option(help="The stage at which the event is shown.")] = Phase.PUBLISHED,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Load the demo world into an embedded database, match, plan and publish it, and serve it."""
    from qiao.demo import home as demo_home

    language = lang or system_language()
    folder = (home or Path(os.environ.get("QIAO_HOME") or ".qiao")).resolve()
    if not no_serve:
        _require_port("127.0.0.1", port, language)

    def show(step: str) -> None:
        words = sentence(f"demo-{step}", language)
        if sys.stderr.isatty():
            bar.show(words)
        elif not quiet:  # it takes minutes on a slow machine: a reader of the log sees that it goes on
            complain(words)

    with progress_bar(quiet) as bar:
        try:
            demo_home.prepare(folder, phase.value, show)
        except demo_home.NotADemo:
            refuse([sentence("home-not-demo", language, home=folder)])
        except OSError as error:
            refuse([f"{folder}: {sentence('cannot-write', language, why=system_reason(error, language))}"])
    if no_serve:
        return
    os.environ.update(demo_home.environment(folder, port))
    complain(sentence("demo-ready", language))
    _serve("127.0.0.1", port, with_worker=True, language=lang)


def _require_port(host: str, port: int, language: Language) -> None:
    """Refuse an address at which nobody can listen. Servers share a port silently, so a probe that shares none asks."""
    import errno
    import socket

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            refuse([sentence("port-taken", language, port=port)])
        refuse([sentence("cannot-listen", language, host=host, port=port, why=system_reason(error, language))])


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, envvar="PORT", help="Port of the web server.")] = 8000,
    with_worker: Annotated[bool, typer.Option("--with-worker", help="Do the background work as well.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Serve the web application."""
    _serve(host, port, with_worker=with_worker, language=lang)


def _serve(host: str, port: int, *, with_worker: bool, language: Language | None) -> None:
    os.environ["QIAO_SERVING"] = "1"
    chosen = _django(language)
    from qiao.core.prepare import prepare
    from qiao.core.serving import serve as run

    _require_port(host, port, chosen)
    with _explained(chosen):
        prepare()
    _require_port(host, port, chosen)  # preparing may have taken long
    raise typer.Exit(run(host, port, with_worker=with_worker))


def work(lang: LanguageOption = None) -> None:
    """Do the background work: mails, matching, planning. Restarts what dies."""
    os.environ["QIAO_SERVING"] = "1"
    language = _django(lang)
    from qiao.core.work import supervise

    with _explained(language):
        status = supervise()
    raise typer.Exit(status)


def manage(context: typer.Context) -> None:
    """Django's own commands: qiao manage migrate, createcachetable, check …"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qiao.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        if context.args[:1] == ["migrate"]:  # SQLite makes its file, but no folder
            from django.conf import settings

            settings.HOME.mkdir(parents=True, exist_ok=True)
        execute_from_command_line(["qiao manage", *context.args])
    except ImproperlyConfigured as error:
        refuse([str(error)])


def doctor(lang: LanguageOption = None) -> None:
    """Look at the installation and say what is missing; status 1 if anything is."""
    language = _django(lang)
    from qiao.core.doctor import findings

    if not _all_well(findings()):
        raise typer.Exit(ANSWER_IS_NO)
    print(sentence("all-is-well", language))  # noqa: T201


def mail() -> None:
    """What concerns mails."""


def mail_doctor(
    address: Annotated[str, typer.Argument(help="Where a test mail is to go; none: nothing is sent.")] = "",
    lang: LanguageOption = None,
) -> None:
    """Look whether mails leave the installation, and what became of them; status 1 if anything is wrong."""
    language = _django(lang)
    from qiao.core.mail_doctor import findings, reputation

    with _explained(language):
        well = _all_well(findings(address))
    print(f"· {reputation()}")  # noqa: T201
    if not well:
        raise typer.Exit(ANSWER_IS_NO)


def _all_well(found: "Iterable[Finding]") -> bool:
    """Says each finding as soon as it is there."""
    well = True
    for one in found:
        print(f"{'✓' if one.ok else '✗'} {one.what}" + ("" if one.ok else f"\n  → {one.remedy}"), flush=True)  # noqa: T201
        well = well and one.ok
    return well


def import_table(
    kind: Annotated[TableKind, typer.Argument(help="What the table holds.")],
    file: Annotated[Path | None, typer.Argument(help="CSV or XLSX.")] = None,
    event: EventOption = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good rows although others are bad.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Print the empty table.")] = False,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read organisations, participants or wishes from a table; a second time changes nothing."""
    language = _django(lang)
    from qiao.cli import tables

    if template:
        write_bytes(None, tables.template(kind.value), language)
        return
    if file is None:
        refuse([sentence("usage-missing", language, name="FILE", usage="qiao import KIND FILE")])
    with _explained(language):
        chosen = tables.load_event(event, language) if kind is not TableKind.ORGANISATIONS else None
        with progress_bar(quiet) as bar:
            bar.show(file.name)
            report = tables.run_import(
                kind.value, file, chosen, dry_run=dry_run, skip_bad=skip_bad, language=language,
                progress=lambda done, total: bar.show(file.name, done, total),
            )  # fmt: skip
    for problem in report.problems:
        complain(f"{file}: {problem}")
    for double in report.doubles:
        complain(f"{file}: {tables.describe_double(double)}")
    if not any(report.counts.values()):
        complain(f"{file}: {sentence('no-rows', language)}")
    print(json.dumps(report.counts))  # noqa: T201
    if report.refused and not skip_bad:
        raise typer.Exit(BAD_INPUT)


def export(
    kind: Annotated[Export, typer.Argument(help="What to write.")],
    out: Annotated[Path | None, typer.Option("--out", help="Result file; default: standard output.")] = None,
    event: EventOption = "",
    person: Annotated[str, typer.Option("--person", help="Whose agenda: id of the participant.")] = "",
    lang: LanguageOption = None,
) -> None:
    """Write a table, the report of a year, the public programme, the planner's problem, the plan in force, or an agenda."""
    language = _django(lang)
    require_place(out, language)
    from qiao.cli import tables

    with _explained(language):
        data = tables.run_export(kind.value, event, person, language)
    write_bytes(out, data, language)


def search(
    words: Annotated[list[str], typer.Argument(help="What is looked for, in any of the languages.")],
    limit: Annotated[int, typer.Option(min=1, help="At most so many results.")] = 10,
    facet: Annotated[list[str] | None, typer.Option(help="Only these, as key=value: country=CN, kind=offer.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Look for organisations, people, offers and seeks as the site's search box does, with all that is stored."""
    language = _django(lang)
    from qiao.cli.searching import run

    with _explained(language):
        run(" ".join(words), facet or [], limit, as_json=as_json, language=language)


def bench(
    what: Annotated[Benchmark, typer.Argument(help="What is measured.")],
    gold: Annotated[Path | None, typer.Option(help="Judged set to measure against.")] = None,
    profiles: Annotated[
        Path | None,
        typer.Option(
            help="Whom the judged set gold_NAME.tsv is about; default: profiles_NAME.json beside it, else profiles_native.json."
        ),
    ] = None,
    pairs: Annotated[Path | None, typer.Option(help="Pairs for measuring against.")] = None,
    people: Annotated[
        int, typer.Option(min=0, help="Plan only events of at most so many people; of web: so many take part.")
    ] = 2_000,
    instances: Annotated[
        Path | None,
        typer.Option(help="Plan the brokerage events (.dzn) of this folder instead."),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Figures as JSON.")] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(help="Folder for diagrams of planning (SVG)."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Measure the engines side by side with what a user would take instead."""
    language = lang or system_language()
    require_place(out, language)
    require_place(pictures and pictures / "planning.svg", language)
    if profiles and not gold:
        refuse([sentence("profiles-without-gold", language)])
    figures: dict[str, Any]
    if what is Benchmark.MATCHING:
        from qiao.bench import matching
        from qiao.bench.translations import read_pairs
        from qiao.cli.judged import read_judged

        judged = read_judged(gold, profiles, language) if gold else None
        translated = None
        if pairs:
            data = read_bytes(pairs, language)
            with refusing(pairs, language):
                translated = read_pairs(data, pairs.name)
        figures = matching.run(judged, translated)
    elif what is Benchmark.SEARCH:
        _django(language)
        from qiao.bench import search

        with _explained(language):
            figures = search.run(language)
    elif what is Benchmark.WEB:
        _django(language)
        from qiao.bench import web

        with _explained(language):
            figures = web.run(language, people)
    elif instances is not None:
        from qiao.bench import brokerage
        from qiao.engine.scheduling.files import read_problem

        problems = {}
        for path in sorted(instances.glob("*.dzn")):
            data = read_bytes(path, language)
            with refusing(path, language):
                problems[path.stem] = read_problem(data, path.name)
        if not problems:
            refuse([f"{instances}: {sentence('no-instances', language)}"])
        figures = brokerage.run(problems)
    else:
        from qiao.bench import planning

        figures = planning.run(people)
        if pictures:
            for name, drawing in planning.pictures(figures).items():
                write_bytes(pictures / name, drawing.encode(), language)
    if out:
        write_json(out, figures, language)
    sys.stdout.flush()
