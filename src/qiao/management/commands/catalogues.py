"""`qiao manage catalogues`: see qiao.core.catalogues."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qiao.core import catalogues


class Command(BaseCommand):
    help = "Update, check or compile the German and Chinese message catalogues."
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own attribute

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, text in (
            ("--update", "take up new strings, drop unused ones"),
            ("--check", "fail when a string is not translated"),
            ("--compile", "write the compiled catalogues"),
        ):
            parser.add_argument(name, action="store_true", help=text)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["update"]:
            for locale in catalogues.LOCALES:
                catalogues.update(locale)
        if options["compile"]:
            catalogues.compile_all()
        if options["check"]:
            flaws = [flaw for locale in catalogues.LOCALES for flaw in catalogues.flaws(locale)]
            if flaws:
                raise CommandError("\n".join(flaws))
            self.stdout.write("catalogues complete")
