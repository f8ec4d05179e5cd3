"""Codes of events in the reader's words: what tables offer, and as what people take part."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from qiao.core.languages import listed
from qiao.directory.models import Person
from qiao.engine.pinyin import spelled_person
from qiao.templatetags.wording import name_forms

FEATURES = {
    "wheelchair": _("reachable by wheelchair"),
    "quiet": _("quiet"),
    "screen": _("screen"),
    "power": _("power supply"),
    "space": _("room for exhibits"),
}
# Organisers name kinds of participants in their own words; these come from tables.
KINDS = {"guest": _("guest"), "host": _("host"), "speaker": _("speaker")}


def features_in_words(codes: Iterable[str]) -> str:
    """What tables offer or people need; what an organiser added to the features stands as it is."""
    return listed(FEATURES.get(code, code) for code in codes)


def kind_in_words(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def short_name(person: Person) -> str:
    """The name in the reader's script alone, for choices and tables."""
    return name_forms(person.name, person.name_latin, other_latin="zh-Latn", spell=spelled_person)[0][0]
