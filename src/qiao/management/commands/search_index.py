"""`qiao manage search_index`: bring the index for searching up to date, or make it anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from qiao.directory import actions


class Command(BaseCommand):
    help = "Bring the index for searching up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="Write all of it anew.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = actions.rebuild_index() if options["rebuild"] else actions.index_stale()
        self.stdout.write(str(count))
