"""Reads of the marketplace: an opportunity for its people, its reviewers and everybody else."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.utils import timezone

from qiao.core.languages import pick_language, reader_language
from qiao.core.models import Office, Text
from qiao.core.pages import Pages
from qiao.core.texts import for_reader
from qiao.directory.market_models import Area, Cooperation, Opportunity
from qiao.directory.market_words import kind_in_words
from qiao.directory.models import Entry, Keyword, Organisation, Person
from qiao.directory.values import countries
from qiao.templatetags.wording import LOCALES

TEXT_FIELDS = ("title", "text", "advantages", "partner")
PER_PAGE = 24
REMIND_BEFORE = timedelta(days=30)
_STOPS = ".!?。！？:："


def wordings(opportunity: Opportunity) -> dict[str, dict[str, str]]:
    """Field -> language -> text."""
    found: dict[str, dict[str, str]] = {field: {} for field in TEXT_FIELDS}
    for row in opportunity.texts.all():
        if row.field in found:
            found[row.field][row.language] = row.text
    return found


def announced(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What the entry of an opportunity says, by language: its title and description, whichever there are."""
    found = {}
    for language in {*texts["title"], *texts["text"]}:
        title, text = texts["title"].get(language, ""), texts["text"].get(language, "")
        if title and text and title[-1] not in _STOPS:
            title += "。" if language == "zh" else "."
        found[language] = f"{title}\n{text}".strip()
    return found


def office_of(organisation: Organisation) -> Office | None:
    return organisation.side.office


def reviews_needed(opportunity: Opportunity) -> int:
    """How many people of the office look at it. What is anonymous is never published unseen."""
    office = office_of(opportunity.organisation)
    wanted = office.reviews if office else Office.Reviews.ONE
    return max(wanted, 1) if opportunity.is_anonymous else wanted


# --- one opportunity


@dataclass(frozen=True)
class View:
    """An opportunity in words. organisation: None where the reader does not learn whose it is."""

    opportunity: Opportunity
    texts: Mapping[str, Text | None]  # by field, in the reader's language as far as there is one
    organisation: Organisation | None = None
    office: Office | None = None
    keywords: tuple[Keyword, ...] = ()

    @property
    def kind(self) -> str:
        return kind_in_words(self.opportunity.kind, self.opportunity.area)

    @property
    def title(self) -> Text | None:
        return self.texts["title"]

    @property
    def text(self) -> Text | None:
        return self.texts["text"]

    @property
    def advantages(self) -> Text | None:
        return self.texts["advantages"]

    @property
    def partner(self) -> Text | None:
        return self.texts["partner"]

    @property
    def cooperation(self) -> list[str]:
        return [str(Cooperation(code).label) for code in self.opportunity.cooperation if code in Cooperation.values]

    @property
    def partner_types(self) -> list[str]:
        labels = dict(Organisation.Type.choices)
        return [str(labels[code]) for code in self.opportunity.partner_types if code in labels]

    @property
    def countries(self) -> list[str]:
        known = countries(LOCALES[reader_language()])
        return [known.get(code, code) for code in self.opportunity.countries]

    @property
    def days_left(self) -> int:
        return self.opportunity.days_left(timezone.localdate())

    @property
    def ends_soon(self) -> bool:
        return self.opportunity.is_open and self.days_left <= REMIND_BEFORE.days


def view_of(opportunity: Opportunity, **more: object) -> View:
    """Reads the prefetched `texts`; all four fields in one language, so that a page is not a mixture."""
    by_field: dict[str, list[Text]] = defaultdict(list)
    for row in opportunity.texts.all():
        by_field[row.field].append(row)
    language = pick_language([row.language for row in by_field["title"]])
    texts = {field: for_reader(by_field[field], language) for field in TEXT_FIELDS}
    return View(opportunity, texts, **more)  # type: ignore[arg-type]


def keywords_in(entry: Entry | None) -> tuple[Keyword, ...]:
    if entry is None:
        return ()
    return tuple(row.keyword for row in entry.keywords.select_related("keyword").order_by("-score", "keyword__code"))


def public_view(opportunity: Opportunity, *, signed_in: bool) -> View:
    """What everybody reads: whose it is only where somebody is signed in, it is open, and it is not anonymous."""
    return view_of(
        opportunity, organisation=shown_owner(opportunity) if signed_in else None,
        office=office_of(opportunity.organisation),
        keywords=keywords_in(opportunity.entry) if opportunity.is_open else (),
    )  # fmt: skip


def shown_owner(opportunity: Opportunity) -> Organisation | None:
    """Whose it is, for people who are signed in: as long as it is open, and never where it is anonymous."""
    return opportunity.organisation if opportunity.is_open and not opportunity.is_anonymous else None


# --- lists


def of_organisation(organisation: Organisation) -> list[View]:
    """All of an organisation for its people: what is open or needs them first."""
    rows = organisation.opportunities.prefetch_related("texts").select_related("organisation__side__office")
    order = {state: n for n, state in enumerate(("refused", "draft", "review", "published", "expired", "closed"))}
    return sorted(map(view_of, rows), key=lambda view: order[view.opportunity.state])


def waiting() -> QuerySet[Opportunity]:
    rows = Opportunity.objects.filter(state=Opportunity.State.REVIEW).order_by("changed", "pk")
    return rows.select_related("organisation__side__office", "first_approved_by").prefetch_related("texts")


def waiting_count() -> int:
    return Opportunity.objects.filter(state=Opportunity.State.REVIEW).count()


def open_opportunities() -> Q:
    return Q(state=Opportunity.State.PUBLISHED, entry__isnull=False)


@dataclass(frozen=True)
class Teasers:
    """The marketplace for people who have not signed in. kind, area: what was chosen, "" for all."""

    page: Page[Opportunity]
    views: list[View]
    kind: str
    area: str


def teasers(*, kind: str, area: str, page: str) -> Teasers:
    """Only what its people want to be seen by everybody, the latest first."""
    kind = kind if kind in Entry.Kind.values else ""
    area = area if area in Area.values else ""
    rows = Opportunity.objects.filter(open_opportunities(), is_public=True, organisation__is_published=True)
    rows = rows.filter(kind=kind) if kind else rows
    rows = rows.filter(area=area) if area else rows
    rows = rows.select_related("organisation__side__office").prefetch_related("texts").order_by("-published", "-pk")
    shown: Page[Opportunity] = Pages(rows, PER_PAGE).get_page(page)
    return Teasers(shown, [view_of(row) for row in shown], kind, area)


def managers_to_tell(organisation: Organisation) -> Iterable[Person]:
    """Its managers who have an account."""
    rows = organisation.memberships.filter(is_manager=True, person__user__is_active=True)
    return [row.person for row in rows.select_related("person__user").order_by("pk")]
