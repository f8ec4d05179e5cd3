"""Words of a record sheet in the languages of its table."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from qiao.meetings.record_words import both

register = template.Library()


@register.simple_tag
def in_both(code: str, languages: Sequence[str]) -> SafeString:
    """ "Themen · 议题"; `code` as in meetings.record_words."""
    return both(code, languages)
