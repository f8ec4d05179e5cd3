"""The command line `qiao`. The engines' commands need no database; the application's set Django up when they run."""

import os
import sys
from pathlib import Path

import typer

from qiao.cli import application, capacity, engines
from qiao.cli.usage import Commands

app = typer.Typer(
    name="qiao",
    cls=Commands,
    help="Qiao brings two regions together: partners across languages, and plans of talks without clashes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(engines.match)
app.command()(engines.plan)
app.command()(engines.verify)
app.command()(capacity.whatif)
app.command()(capacity.partners)
app.command()(capacity.advise)
app.command("import")(application.import_table)
app.command("export")(application.export)
app.command()(application.search)
app.command()(application.demo)
app.command()(application.serve)
app.command()(application.work)
app.command()(application.doctor)
mail = typer.Typer(help="What concerns mails.", no_args_is_help=True, rich_markup_mode=None)
mail.command("doctor")(application.mail_doctor)
mail.callback()(application.mail)
app.add_typer(mail, name="mail")
app.command()(application.bench)
app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)(application.manage)


def main() -> None:
    """Entry point of the `qiao` command."""
    if sys.stderr is None:  # closed by `2>&-`: what was meant for it must not land in the result
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  until the end
    app()
