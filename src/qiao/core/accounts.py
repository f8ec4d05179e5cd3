"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People register with their organisation (directory), never with an address alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
