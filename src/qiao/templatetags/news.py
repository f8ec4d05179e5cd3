"""News where other pages show them, and the paragraphs of an article."""

import re
from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qiao.core.models import User
from qiao.events.models import Event
from qiao.office import news_queries
from qiao.office.access import lists_open_to
from qiao.office.first_time import pages_of

register = template.Library()
# What may stand in an address; Chinese text goes on without a blank, so everything else ends it.
_ADDRESS = re.compile(r"(https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+)")
_BEHIND = re.compile(r"[.,;:!?'\])]+$")  # belongs to the sentence


@register.inclusion_tag("news/latest.html")
def latest_news() -> dict[str, Any]:
    return {"versions": news_queries.latest()}


@register.inclusion_tag("news/latest.html")
def news_about(event: Event) -> dict[str, Any]:
    return {"versions": news_queries.of_event(event)}


@register.inclusion_tag("office/event_pages.html")
def event_pages(event: Event, user: User | AnonymousUser) -> dict[str, Any]:
    """The ways to the other pages of an event; to what came of it where the reader may open it."""
    pages = pages_of(event)
    return {"event": event, "outcome": pages.outcome_shown or bool(lists_open_to(user, event))}


@register.filter
def paragraphs(text: str) -> SafeString:
    """Running text as paragraphs; addresses of pages become links, everything else is shown as it was written."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return format_html_join("\n", "<p>{}</p>", ((_lines(block),) for block in blocks))


def _lines(block: str) -> SafeString:
    return format_html_join(SafeString("<br>"), "{}", ((_linked(line),) for line in block.splitlines()))


def _linked(line: str) -> SafeString:
    parts = _ADDRESS.split(line)
    return format_html_join("", "{}", ((_link(part) if place % 2 else part,) for place, part in enumerate(parts)))


def _link(address: str) -> SafeString:
    end = _BEHIND.search(address)
    rest = end.group() if end else ""
    address = address.removesuffix(rest) if rest else address
    return format_html('<a href="{}" rel="nofollow noopener">{}</a>{}', address, address, rest)
