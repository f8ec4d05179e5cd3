"""`qiao manage work`: the background work beside a server, ending with it; `qiao work` is the same on its own."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from qiao.core.work import supervise


class Command(BaseCommand):
    help = "Do the background work until the process that started this ends."
    requires_system_checks: list[str] = []  # noqa: RUF012  Django's own attribute

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(supervise(stop_with_parent=True))
