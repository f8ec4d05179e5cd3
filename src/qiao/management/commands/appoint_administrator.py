"""`qiao manage appoint_administrator anna@example.org --name "Anna Berg"`: the first one, before anybody can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from qiao.core.actions import issue_link
from qiao.core.errors import Refused
from qiao.core.models import Role
from qiao.directory.actions import appoint_staff


class Command(BaseCommand):
    help = "Make somebody an administrator of this installation and print a sign-in link that is valid for a day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="for a new account; default: the address")
        parser.add_argument(
            "--language", default=settings.LANGUAGE_CODE, choices=[code for code, _ in settings.LANGUAGES]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        try:
            validate_email(email)
            role = appoint_staff(
                email=email, name=options["name"] or email, kind=Role.Kind.ADMIN, office=None,
                language=options["language"], by=None,
            )  # fmt: skip
        except ValidationError:
            raise CommandError(f"This is no e-mail address: {email}") from None
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        token = issue_link(user=role.user, by=None, days=1)
        self.stdout.write(f"{settings.PUBLIC_URL}{reverse('enter', args=[token])}")
