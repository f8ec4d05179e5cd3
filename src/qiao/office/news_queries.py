"""Reads about news: what everybody sees, and what an office works on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.paginator import Page
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from qiao.core.languages import html_tag, pick_language
from qiao.core.models import Office, Role, User
from qiao.core.pages import Pages
from qiao.directory.evidence_queries import offices_of
from qiao.events.models import Event
from qiao.office.news_models import Article

State = Article.State
PER_PAGE = 20
LATEST = 3
IN_FEED = 30
FEEDS = ("de", "zh", "en")
UNDO = timedelta(days=7)


@dataclass(frozen=True)
class Version:
    """An article in one language; `others`: the languages that have a version of their own."""

    article: Article
    language: str
    others: Sequence[str]

    @property
    def tag(self) -> str:
        return html_tag(self.language)

    @property
    def title(self) -> str:
        return str(self.article.titles.get(self.language, ""))

    @property
    def lead(self) -> str:
        return str(self.article.leads.get(self.language, ""))

    @property
    def body(self) -> str:
        return str(self.article.bodies.get(self.language, ""))

    @property
    def caption(self) -> str:
        return str(self.article.captions.get(self.language, ""))

    @property
    def alternative(self) -> str:
        return str(self.article.alternatives.get(self.language, ""))

    @property
    def moment(self) -> datetime | None:
        """When it was published, by the clock of its office."""
        at = self.article.publish_at
        return at.astimezone(ZoneInfo(self.article.office.time_zone)) if at else None


def version_of(article: Article, language: str | None = None) -> Version:
    """For a reader of this language (default: the one in force): that version, else the next best."""
    whole = article.languages or sorted(article.titles)
    chosen = pick_language(whole, language) or "en"
    return Version(article, chosen, [code for code in whole if code != chosen])


# --- for everybody


def shown(kind: str = Article.Kind.NEWS) -> QuerySet[Article]:
    """What everybody sees now, the latest first; kind: empty for both."""
    rows = Article.objects.filter(state=State.PUBLISHED, removed=None, publish_at__lte=timezone.now())
    rows = rows.filter(kind=kind) if kind else rows
    return rows.select_related("office", "event", "delegation").order_by("-publish_at", "-pk")


@dataclass(frozen=True)
class NewsPage:
    page: Page[Article]
    versions: list[Version]
    years: list[int]
    year: int | None


def news_page(year: int | None, page: str) -> NewsPage:
    """The news, or those of one year in which there are any. Years go by the clock of the installation. Three queries."""
    rows, zone = shown(), timezone.get_default_timezone()
    years = [moment.year for moment in rows.datetimes("publish_at", "year", order="DESC", tzinfo=zone)]
    year = year if year in years else None
    if year is not None:
        rows = rows.filter(
            publish_at__gte=datetime(year, 1, 1, tzinfo=zone), publish_at__lt=datetime(year + 1, 1, 1, tzinfo=zone)
        )
    found = Pages(rows, PER_PAGE).get_page(page)
    return NewsPage(found, [version_of(one) for one in found], years, year)


def sheets_page(page: str) -> NewsPage:
    """Fact sheets and lists of links, the latest first."""
    found = Pages(shown(Article.Kind.SHEET), PER_PAGE).get_page(page)
    return NewsPage(found, [version_of(one) for one in found], [], None)


def latest(count: int = LATEST) -> list[Version]:
    return [version_of(one) for one in shown()[:count]]


def of_event(event: Event, count: int = LATEST) -> list[Version]:
    """Those about an event or one of its delegations."""
    rows = shown().filter(Q(event=event) | Q(delegation__event=event))
    return [version_of(one) for one in rows[:count]]


def in_feed(language: str) -> list[Version]:
    """The newest that have a version in this language."""
    rows = shown().filter(**{f"titles__{language}__isnull": False})[:IN_FEED]
    return [version_of(one, language) for one in rows if language in one.languages]


def contact_of(article: Article) -> User | None:
    """Who is named for questions, while working for an office."""
    contact = article.contact
    if contact is None or not contact.is_active:
        return None
    return contact if contact.roles.filter(kind__in=(Role.Kind.ADVISER, Role.Kind.ADMIN)).exists() else None


# --- for the office


def advisers_in(office: Office) -> QuerySet[User]:
    roles = Role.objects.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=office.pk)
    return User.objects.filter(pk__in=roles.values("user"), is_active=True).order_by("name")


def needs_second(office: Office) -> bool:
    """Whether another person has to approve an article: not where the office wants no reviews, or has one adviser alone."""
    return office.reviews != Office.Reviews.NONE and advisers_in(office).count() > 1


def may_publish(user: User, article: Article) -> bool:
    """Administrators at once; of the others whoever did not write the latest words, once it was handed in."""
    if user.roles.filter(kind=Role.Kind.ADMIN).exists() or not needs_second(article.office):
        return True
    return article.state == State.REVIEW and article.written_by_id != user.pk


def articles_of(user: User) -> QuerySet[Article]:
    """Those of the user's offices."""
    own = offices_of(user).values("pk")
    rows = Article.objects.filter(office__in=own)
    return rows.select_related("office", "event", "delegation", "written_by", "approved_by", "contact")


@dataclass(frozen=True)
class Desk:
    page: Page[Article]
    versions: list[Version]
    removed: list[Version]  # that can be put back
    figures: list[tuple[str, str, int]]  # (code, word, number) of each state that occurs


def desk(user: User, state: str, page: str) -> Desk:
    """What waits for approval first, then drafts, then the rest; the latest change first."""
    rows = articles_of(user).filter(removed=None)
    counts = dict(rows.order_by().values_list("state").annotate(count=Count("pk")))
    figures = [(code, str(label), counts[code]) for code, label in State.choices if code in counts]
    rows = rows.filter(state=state) if state in State.values else rows
    urgent = Case(
        When(state=State.REVIEW, then=Value(0)),
        When(state=State.DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Pages(rows.order_by(urgent, "-changed", "-pk"), PER_PAGE).get_page(page)
    gone = articles_of(user).filter(removed__gt=timezone.now() - UNDO).order_by("-removed")
    return Desk(found, [version_of(one) for one in found], [version_of(one) for one in gone], figures)


def to_approve(user: User) -> int:
    """How many wait for somebody's approval, for the start page."""
    return articles_of(user).filter(state=State.REVIEW, removed=None).exclude(written_by=user).count()
