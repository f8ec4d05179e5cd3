"""What tokens of the API may read."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed

SCOPES: dict[str, Any] = {
    "events": _("events and who takes part in them, as far as you see them"),
    "directory": _("organisations and opportunities"),
    "requests": _("your own meeting requests"),
    "agenda": _("your own agenda"),
}


def scopes_in_words(scopes: Collection[str]) -> str:
    return listed(str(SCOPES.get(code, code)) for code in scopes)
