"""Mails in words: templates/mail/<kind>.txt, first line the subject, an empty line, then the body. Plain text."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from qiao.core.context import installation_name


def render(kind: str, language: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body of one kind of mail in one language. Templates may extend `mail/base.txt` and fill its blocks."""
    with translation.override(language):
        values = {"installation_name": installation_name(), "public_url": settings.PUBLIC_URL, **context}
        template = engines["django"].engine.get_template(f"mail/{kind}.txt")  # type: ignore[attr-defined]
        text = template.render(Context(values, autoescape=False))
    subject, _separator, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"
