"""`qiao manage erase_person owner@example.org`: somebody asked the office to be erased."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from qiao.core.errors import Refused
from qiao.directory.models import Person
from qiao.site import actions


class Command(BaseCommand):
    help = "Erase a person and the account. Named by key, e-mail or the table's id; cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", help="key, e-mail address or id of the person")

    def handle(self, *args: Any, **options: Any) -> None:
        mark = options["person"]
        rows = Person.objects.filter(
            Q(key=mark) | Q(external_id=mark) | Q(email__iexact=mark) | Q(user__email__iexact=mark)
        )
        found = list(rows[:2])
        if len(found) != 1:
            raise CommandError(
                f"There is no person {mark}." if not found else f"{mark} fits several people: take the key."
            )
        try:
            actions.erase(person=found[0], by=None)
        except Refused as refused:
            raise CommandError(refused.message) from None
        self.stdout.write("erased")
