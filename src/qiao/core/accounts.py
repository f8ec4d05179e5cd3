"""How allauth behaves here: no sign-up by address alone, mails through our outbox in the reader's language."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import get_language

from qiao.core.actions import queue_mail
from qiao.core.emails import render
from qiao.core.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People register with their organisation (directory), never with an address alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Through the outbox: known and unknown addresses cause the same work, and nothing waits for a mail server."""
        user = context.get("user") or User.objects.filter(email=email.lower(), is_active=True).first()
        language = user.language if user else get_language() or settings.LANGUAGE_CODE
        kind = f"account.{template_prefix.rsplit('/', 1)[-1]}"
        public = {name: value for name, value in context.items() if name != "request"}
        public["signup_url"] = f"{settings.PUBLIC_URL}{reverse('account_signup')}"  # not at the request's host name
        subject, body = render(kind, language, {**public, "name": user.name if user else "", "email": email})
        queue_mail(user=user, address=email, kind=kind, subject=subject, body=body, language=language)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the installation's own address, whatever host name the request carried."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.PUBLIC_URL}{path.replace('UID-KEY', key)}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return str(resolve_url("me"))
