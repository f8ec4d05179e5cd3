"""Template tags of the whole product: names, times and languages as the look asks for."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.core.paginator import Page
from django.template import Context
from django.template.defaultfilters import linebreaks_filter
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qiao.core.languages import bracketed, listed, localized, pick_language, reader_language
from qiao.core.models import Text, User
from qiao.core.queries import unread_notices
from qiao.core.texts import for_reader
from qiao.directory import evidence_queries
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.models import Organisation, Side
from qiao.engine.pinyin import spelled_firm, spelled_person
from qiao.events.models import Event
from qiao.templatetags import menu, wording

register = template.Library()
TAGS = {"zh": "zh-Hans"}

register.filter("place", wording.place)
register.filter("language_word", wording.language_name)
register.filter("listed", listed)
register.filter("bracketed", bracketed)
register.filter("duration", wording.duration)
register.simple_tag(wording.html_language)


@register.filter
def zone_words(zone: str) -> str:
    """A time zone as it stands in choices: "China (Beijing)", else the city it is named after."""
    return str(dict(User.TimeZones.choices).get(zone) or wording.zone_city(zone))


@register.filter
def days(event: Event) -> str:
    """From when to when an event lasts, in words."""
    return wording.days_text(event.starts, event.ends)


@register.simple_tag
def days_between(first: date, last: date) -> str:
    return wording.days_text(first, last)


def names_of(thing: Any) -> list[tuple[str, str]]:
    """[(text, language tag)] of an organisation, a person, or something that has a person (a participation)."""
    if isinstance(thing, Organisation):
        return wording.name_forms(thing.name, thing.name_latin, thing.name_language, spell=spelled_firm)
    if isinstance(thing, Side):
        latin = "de" if reader_language() == "zh" else reader_language()
        return wording.name_forms(thing.names.get("zh", ""), localized(thing.names, latin), other_latin=latin)
    if not hasattr(thing, "name_latin") and hasattr(thing, "person"):
        return names_of(thing.person)
    return wording.name_forms(thing.name, getattr(thing, "name_latin", ""), other_latin="zh-Latn", spell=spelled_person)


def _spoken(text: str, language: str) -> SafeString:
    return format_html('<span lang="{}">{}</span>', language, text) if language else format_html("{}", text)


@register.simple_tag
def name(thing: Any) -> SafeString:
    """The reader's script first, the other beside it, each with its language."""
    first, *other = names_of(thing)
    lead = _spoken(*first)
    if not other:
        return format_html('<span class="name">{}</span>', lead)
    text, language = other[0]
    return format_html(
        '<span class="name">{} <span class="name-other" lang="{}">{}</span></span>', lead, language, text
    )


@register.filter
@register.simple_tag
def plain_name(thing: Any) -> str:
    """The name in the reader's script alone, for titles, alternative texts and buttons."""
    return names_of(thing)[0][0]


@register.simple_tag
def languages(thing: Any) -> str:
    """What an organisation or person speaks, in words; a list of tags is taken as well."""
    if not isinstance(thing, list | tuple) and not hasattr(thing, "languages") and hasattr(thing, "person"):
        thing = thing.person
    return wording.language_names(thing if isinstance(thing, list | tuple) else thing.languages)


def _other_place(context: Context, event: Event, zone: Any) -> tuple[str, str]:
    """(zone, city) of the second place: the one asked for, else the reader's, else the leading office's."""
    office = context.get("lead_office")
    if zone is not None and not isinstance(zone, str | ZoneInfo):
        city = getattr(zone, "city", "")
        return zone.time_zone, wording.place(city) if city else wording.zone_city(zone.time_zone)
    key = str(zone) if zone else timezone.get_current_timezone_name()
    if not zone and key == event.time_zone and office:
        key = office.time_zone
    return key, wording.place(office.city) if office and office.city and office.time_zone == key else wording.zone_city(
        key
    )


@register.simple_tag(takes_context=True)
def when(
    context: Context, start: datetime, event: Event, zone: Any = None, end: datetime | None = None, day: bool = True
) -> SafeString:
    """ "Do 4.11., 10:40 Jinan · 03:40 Dresden": the event's time first, then the other place's where clocks differ."""
    here = start.astimezone(event.zone)
    till = end.astimezone(event.zone) if end else None
    key, city = _other_place(context, event, zone)
    there = start.astimezone(ZoneInfo(key))
    lead = format_html(
        '<time datetime="{}">{}</time> {}',
        here.isoformat(),
        wording.moment_text(here, till, day=day),
        wording.place(event.city),
    )
    if there.utcoffset() == here.utcoffset():
        return lead
    other = wording.moment_text(there, day=there.date() != here.date())
    return format_html('{} <span class="soft nowrap">· {} {}</span>', lead, other, city)


@register.simple_tag
def user_text(texts: Iterable[Text] | Text) -> SafeString:
    """What somebody wrote, in the version this reader understands best; says so when a machine translated it."""
    text = texts if isinstance(texts, Text) else for_reader(texts)
    if text is None:
        return SafeString("")
    words = _spoken(text.text, TAGS.get(text.language, text.language))
    if text.origin != Text.Origin.MACHINE:
        return words
    return format_html('{} <span class="machine">{}</span>', words, _("machine-translated"))


@register.simple_tag
def words(names: Mapping[str, str]) -> SafeString:
    """What an organiser wrote by language, as this reader understands it best, marked with its language."""
    filled = {code: text for code, text in names.items() if text}
    code = pick_language(filled)
    return _spoken(filled[code], TAGS.get(code, code)) if code else SafeString("")


@register.simple_tag
def word_lines(names: Mapping[str, str]) -> SafeString:
    """The same with its paragraphs."""
    filled = {code: text for code, text in names.items() if text}
    code = pick_language(filled)
    if not code:
        return SafeString("")
    return format_html('<div class="prose" lang="{}">{}</div>', TAGS.get(code, code), linebreaks_filter(filled[code]))


@register.simple_tag
def evidence_sentence(one: OrganisationEvidence) -> SafeString:
    """What was seen, by which office and when; what is a year old says its age."""
    words, age = evidence_queries.sentence(one), evidence_queries.age(one)
    return format_html('{} <span class="soft nowrap">· {}</span>', words, age) if age else format_html("{}", words)


@register.simple_tag
def evidence_line(organisation: Organisation) -> SafeString:
    """The latest evidence as one line; nothing where there is none, or where it was not read."""
    found = evidence_queries.latest(organisation)
    return format_html('<p class="facts-line evidence">{}</p>', evidence_sentence(found)) if found else SafeString("")


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a blank, in Chinese nothing."""
    return "" if reader_language() == "zh" else " "


@register.inclusion_tag("components/pager.html")
def paging(page: Page[Any]) -> dict[str, Any]:
    """Ways to the pages before and after; keeps the filters that stand in the address."""
    return {"page": page}


@register.simple_tag(takes_context=True)
def page_title(context: Context) -> SafeString:
    """The page's own block `title` once more, so that <title> and <h1> are written once."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block("title") if blocks else None
    return block.nodelist.render(context) if block else SafeString("")


@register.inclusion_tag("components/ways.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    request = context["request"]
    return {"ways": menu.main_ways(request.user, request.path)}


@register.inclusion_tag("components/account.html", takes_context=True)
def account(context: Context) -> dict[str, Any]:
    """Who is signed in, with the number of unread notices. One query, none for visitors."""
    request = context["request"]
    user = request.user
    unread = unread_notices(user) if isinstance(user, User) else 0
    return {"user": user, "unread": unread, "request": request, "here": request.path == reverse("notices")}


@register.inclusion_tag("components/event_bar.html", takes_context=True)
def event_navigation(context: Context, event: Event) -> dict[str, Any]:
    """The event's name and its pages, for the block `event_bar`."""
    request = context["request"]
    return {"event": event, "ways": menu.event_ways(request.user, event, request.path)}
