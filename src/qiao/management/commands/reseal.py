"""`qiao manage reseal`: after a new key was put in front of QIAO_SEALING_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from qiao.core.actions.sealing import reseal_all


class Command(BaseCommand):
    help = (
        "Encrypt everything that is sealed with the first of QIAO_SEALING_KEYS; the others can be removed afterwards."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, lost = reseal_all()
        self.stdout.write(f"{done} sealed anew, {lost} that no key opens")
