"""Searches that people keep, and mails about what is new in them: one mail for all of somebody's searches, in their language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from qiao.core.actions import queue_mail, record
from qiao.core.emails import render
from qiao.core.errors import Refused
from qiao.core.models import Text, User
from qiao.core.texts import for_reader
from qiao.directory import asking, embedders
from qiao.directory.access import ALERTS_SALT
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.kept_searches import address_in_words, page_of, to_find
from qiao.directory.models import Entry, Organisation
from qiao.directory.results import Row, rows_of
from qiao.directory.search import LONGEST_QUERY
from qiao.directory.search_models import LONGEST_SEARCH, SavedSearch

MOST = 20  # searches that one person keeps
LISTED = 5  # new hits of one search in a mail; the others are counted
LONGEST_QUOTE = 200
HOUR = 7  # of the day where the person lives, from which on mails are sent
LAG = timedelta(minutes=10)  # what is newer waits for the next mail: its meaning may not be known yet
LONGEST_WAIT = timedelta(days=3)
DAYS = {SavedSearch.Mails.DAILY: 1, SavedSearch.Mails.WEEKLY: 7}
KIND = "directory.alert"


# --- keeping


@transaction.atomic
def keep_search(*, ask: Ask, by: User) -> SavedSearch:
    """Keep a search; the same one a second time is the first one. Names are looked for, but not watched."""
    if ask.kind == "person" or ask.waiting:
        raise Refused(_("A search for people, or for what waits for approval, cannot be kept."))
    ask = replace(ask, newest=False)
    if ask == Ask():
        raise Refused(_("Everything is no search to keep. Look for something, or choose a filter."))
    if len(ask.words) > LONGEST_QUERY:
        raise Refused(
            _("This search is too long to be kept. Use at most %(count)s characters.") % {"count": LONGEST_QUERY}
        )
    query = asking.address(ask)
    if len(query) > LONGEST_SEARCH:
        raise Refused(_("This search is too long to be kept. Take some filters away."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once are counted one after the other
    found = by.saved_searches.filter(query=query).first()
    if found:
        return found
    if by.saved_searches.count() >= MOST:
        raise Refused(_("You keep %(count)s searches already. Remove one first.") % {"count": MOST})
    made = SavedSearch.objects.create(user=by, query=query)
    record(by=by, action="directory.keep_search", subject=made)
    return made


@transaction.atomic
def set_mails(*, search: SavedSearch, mails: str, by: User) -> None:
    """How often to be told. Whoever wants mails again hears of what is new from now on."""
    if mails not in SavedSearch.Mails.values:
        raise Refused(_("Choose how often you want to be told."))
    if search.mails == SavedSearch.Mails.NONE:
        search.looked = timezone.now()
    search.mails = mails
    search.save(update_fields=["mails", "looked"])
    record(by=by, action="directory.set_mails", subject=search, mails=mails)


@transaction.atomic
def remove_search(*, search: SavedSearch, by: User) -> None:
    record(by=by, action="directory.remove_search", subject=search)
    search.delete()


@transaction.atomic
def stop_mails(*, user: User) -> None:
    """No mails about any search; the searches stay. From the link in a mail, so nobody needs to be signed in."""
    count = user.saved_searches.update(mails=SavedSearch.Mails.NONE)
    record(by=user, action="directory.stop_mails", subject=user, searches=count)


def stop_token(user: User) -> str:
    return signing.dumps(user.key, salt=ALERTS_SALT)


# --- telling


@dataclass(frozen=True)
class Line:
    """One new hit in a mail."""

    organisation: Organisation
    quote: str
    url: str


@dataclass(frozen=True)
class News:
    """What is new in one search. more: how many hits are not listed."""

    title: str
    url: str
    lines: Sequence[Line]
    more: int


@dataclass(frozen=True)
class _Fresh:
    """What can be seen, or says something else, since some time: primary keys."""

    organisations: frozenset[int]
    entries: frozenset[int]


def send_alerts() -> int:
    """Tell everybody whose time has come what is new in their searches; how many mails were queued.

    While texts cannot be read, mails wait for some days: what fits by its meaning would never be told.
    """
    now = timezone.now()
    failing = embedders.state().failing_since
    if failing and now - failing < LONGEST_WAIT:
        return 0
    rows = SavedSearch.objects.exclude(mails=SavedSearch.Mails.NONE).filter(user__is_active=True)
    waiting: dict[User, list[SavedSearch]] = {}
    for search in rows.select_related("user").order_by("user_id", "pk"):
        if is_due(search, now):
            waiting.setdefault(search.user, []).append(search)
    return sum(_tell(user, searches, now - LAG) for user, searches in waiting.items())


def is_due(search: SavedSearch, now: datetime) -> bool:
    """From seven in the morning where the person lives, a day or a week after the last time."""
    zone = ZoneInfo(search.user.time_zone)
    here = now.astimezone(zone)
    days = (here.date() - search.looked.astimezone(zone).date()).days
    return here.hour >= HOUR and days >= DAYS[SavedSearch.Mails(search.mails)]


def _tell(user: User, searches: Sequence[SavedSearch], until: datetime) -> bool:
    with translation.override(user.language):
        news = [one for search in searches if (one := _news(user, search, until))]
    with transaction.atomic():
        for search in searches:
            if not SavedSearch.objects.filter(pk=search.pk, looked=search.looked).update(looked=until):
                transaction.set_rollback(True)  # another worker has told the same meanwhile
                return False
        return bool(news) and _mail(user, news)


def _mail(user: User, news: Sequence[News]) -> bool:
    context: dict[str, Any] = {
        "news": news, "name": user.name, "searches_url": settings.PUBLIC_URL + reverse("saved-searches"),
        "stop_url": settings.PUBLIC_URL + reverse("alerts-stop", args=[stop_token(user)]),
    }  # fmt: skip
    subject, body = render(KIND, user.language, context)
    mail = queue_mail(
        user=user, address=user.email, kind=KIND, subject=subject, body=body, language=user.language,
        stop_url=context["stop_url"],
    )  # fmt: skip
    return mail is not None


def _news(user: User, search: SavedSearch, until: datetime) -> News | None:
    """What is new in a search for this person, who reads only what they may see now; None for nothing."""
    fresh = _fresh(user, search.looked, until)
    if not fresh.entries and not fresh.organisations:
        return None
    hits = find(user, to_find(search.query)).hits
    places = hits.among(fresh.entries if hits.kind != "organisation" else fresh.organisations, fresh.entries)
    rows = rows_of(user, [hits[place] for place in places[:LISTED]])
    if not rows:
        return None
    url = settings.PUBLIC_URL + page_of(search.query)
    return News(address_in_words(search.query), url, list(_lines(rows)), len(places) - len(rows))


def _fresh(user: User, since: datetime, until: datetime) -> _Fresh:
    """Organisations shown since then, and offers and seeks written since then or shown with them; not one's own."""
    window = (since, until)
    others = Organisation.objects.exclude(people__user=user)
    shown = others.filter(shown_since__range=window)
    texts = Text.objects.filter(
        field="text", origin=Text.Origin.HUMAN, changed__range=window, entry__organisation__in=others
    )
    entries = Entry.objects.filter(organisation__in=shown).values_list("pk", flat=True)
    return _Fresh(
        frozenset(shown.values_list("pk", flat=True)), frozenset([*texts.values_list("owner_id", flat=True), *entries])
    )


def _lines(rows: Sequence[Row]) -> Iterator[Line]:
    for row in rows:
        firm = row.organisation
        if firm is None:
            continue
        text = for_reader(row.said[0].texts.all()) if row.said else None
        quote = text.text if text else ""
        url = settings.PUBLIC_URL + reverse("organisation", args=[firm.key])
        yield Line(firm, quote[:LONGEST_QUOTE] + "…" * (len(quote) > LONGEST_QUOTE), url)
