"""`qiao manage run_queue`: one worker process; started by `qiao work`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from qiao.core.work import QUEUES, run_queue, worker_name


class Command(BaseCommand):
    help = "Do the tasks of one queue. Started and watched by `qiao work`."
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own attribute

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("queue", choices=QUEUES)
        parser.add_argument("--name", help="unique name of this worker")

    def handle(self, *args: Any, **options: Any) -> None:
        run_queue(options["queue"], options["name"] or worker_name(options["queue"]))
