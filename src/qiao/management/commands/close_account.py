"""`qiao manage close_account owner@example.org`: somebody left; they are out with their next request."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from qiao.core import actions
from qiao.core.models import User


class Command(BaseCommand):
    help = "Close an account: its sessions and personal links end at once. Named by e-mail or key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="e-mail address or key of the account")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(Q(email__iexact=options["account"]) | Q(key=options["account"])).first()
        if user is None:
            raise CommandError(f"There is no account {options['account']}.")
        actions.deactivate(user=user, by=None)
        self.stdout.write(f"closed: {user.name}")
