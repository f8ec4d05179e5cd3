"""The words of a record sheet, in the languages of those who sit at the table, beside each other."""

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qiao.core.languages import LOCALES, html_tag, primary, reader_language
from qiao.events.actions.mails import language_of
from qiao.matchmaking.models import Request
from qiao.meetings.record_models import Interest, RecordStep

WORDS: dict[str, Any] = {
    "sheet": _("Record sheet"),
    "topics": _("Topics"),
    "interest": _("Level of interest"),
    "steps": _("Next steps agreed"),
    "step": pgettext_lazy("a next step", "What"),
    "who": pgettext_lazy("a next step", "Who"),
    "until": _("By when"),
    "questions": _("Open questions"),
    "time": _("Time"),
    "table": _("Table"),
    "interpreter": _("Interpreter"),
    "notes": _("Written by hand? Enter it in the agenda, so that both sides and the contact office can follow it up."),
    **dict(Interest.choices),
    **dict(RecordStep.Who.choices),
}


def languages_at(request: Request, *, reader: bool = True) -> list[str]:
    """Primary subtags of the two people's languages; the reader's own comes first, also where it is a third one."""
    own = [primary(language_of(who.person)) for who in (request.sender, request.recipient)]
    order = [reader_language(), *own] if reader else own
    return [code for code in dict.fromkeys(order) if code in LOCALES]


def in_each(code: str, languages: Iterable[str]) -> list[tuple[str, str]]:
    """[(word, `lang` attribute)]; where two languages share a word it stands once."""
    found: dict[str, str] = {}
    for language in languages:
        with translation.override(LOCALES[language]):
            found.setdefault(str(WORDS[code]), html_tag(language))
    return list(found.items())


def both(code: str, languages: Iterable[str]) -> SafeString:
    """ "Themen · 议题", each word marked with its language."""
    words = in_each(code, languages)
    return format_html_join(" · ", '<span lang="{1}">{0}</span>', words)


def both_plain(code: str, languages: Iterable[str]) -> str:
    """The same as text, for choices and paper."""
    return " · ".join(word for word, _language in in_each(code, languages))


def numbered(code: str, number: int, languages: Iterable[str]) -> SafeString:
    return format_html("{} {}", both(code, languages), number)
