"""Notices in words, in the language in force: names are looked up when somebody reads, so that they are those of today.

Models of later stages are named by word only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from qiao.core.languages import html_tag, pick_language
from qiao.core.notice_models import Notice
from qiao.core.notices import KINDS
from qiao.core.stored import model_named

# What a sentence may name: its model, and what is read with it.
NAMED: dict[str, tuple[str, tuple[str, ...]]] = {
    "event": ("Event", ()),
    "partner": ("Participation", ("organisation",)),
    "organisation": ("Organisation", ()),
    "session": ("EventSession", ()),
    "delegation": ("Delegation", ()),
    "announcement": ("Announcement", ()),
    "webhook": ("Webhook", ()),
}


@dataclass(frozen=True)
class Line:
    """A notice as somebody reads it. `more`: what an organiser wrote, and in which language."""

    notice: Notice
    text: str
    more: str = ""
    language: str = ""

    @property
    def url(self) -> str:
        """For mails; pages lead through the notice, so that it counts as read."""
        return settings.PUBLIC_URL + self.notice.path


def lines(notices: Iterable[Notice]) -> list[Line]:
    """At most one query for each kind of thing that is named, however many notices. Unknown kinds are left out."""
    rows = [one for one in notices if one.kind in KINDS]
    found = {name: _rows(name, rows) for name in NAMED}
    return [_line(one, found) for one in rows]


def _rows(name: str, notices: Sequence[Notice]) -> Mapping[int, Any]:
    keys = {one.arguments[name] for one in notices if name in one.arguments}
    if not keys:
        return {}
    model, related = NAMED[name]
    rows = model_named(model)._default_manager.all()
    return (rows.select_related(*related) if related else rows).in_bulk(keys)


def _line(notice: Notice, found: Mapping[str, Mapping[int, Any]]) -> Line:
    things = {name: rows.get(notice.arguments.get(name)) for name, rows in found.items()}
    words = {name: _name(name, thing) for name, thing in things.items()}
    text = KINDS[notice.kind].sentence(notice.variant) % {**words, "count": notice.count}
    announcement = things["announcement"]
    if announcement is None:
        return Line(notice, text)
    return Line(notice, text, announcement.text, html_tag(pick_language(announcement.bodies) or ""))


def _name(name: str, thing: Any) -> str:
    """What a thing is called in the reader's script; what is gone has a general word."""
    if thing is None:
        gone = {
            "event": _("an event"),
            "partner": _("A partner"),
            "session": _("a session"),
            "delegation": _("a delegation"),
            "announcement": _("an announcement"),
            "webhook": _("a webhook"),
        }
        return gone.get(name, _("your organisation"))
    plain: Callable[[Any], str] = import_string("qiao.templatetags.qiao.plain_name")
    if name == "partner":
        return plain(thing.organisation)
    return plain(thing) if name == "organisation" else str(thing)
