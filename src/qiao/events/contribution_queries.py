"""Reads about contributions, their files, and what an event has on one theme."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.db.models import Case, Prefetch, Q, QuerySet, When

from qiao.core.models import User
from qiao.core.pages import Pages
from qiao.directory.market_models import Opportunity
from qiao.directory.market_queries import View, open_opportunities, view_of
from qiao.directory.models import Organisation, Theme
from qiao.directory.queries import by_name
from qiao.events.contribution_models import Contribution, ContributionCall, EventFile
from qiao.events.models import Event, Participation
from qiao.events.session_models import EventSession
from qiao.events.session_queries import audiences_of, shown_sessions

State = Contribution.State
MOST_ORGANISATIONS, MOST_OPPORTUNITIES = 60, 40  # of one theme on its page


def call_of(event: Event) -> ContributionCall | None:
    return ContributionCall.objects.filter(event=event).first()


def with_author(rows: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """With whom and what pages show, and the files that are not removed. Three queries."""
    files = Prefetch("files", EventFile.objects.filter(removed=None))
    return rows.select_related(
        "event", "session", "participation__person__user", "participation__organisation__side"
    ).prefetch_related("themes", files)


def contributions_of(participation: Participation) -> list[Contribution]:
    """One's own, the newest first."""
    return list(with_author(participation.contributions.all()).order_by("-submitted", "-pk"))


@dataclass(frozen=True)
class ContributionList:
    event: Event
    call: ContributionCall | None
    rows: Page[Contribution]
    waiting: int  # for a decision


def contribution_list(
    event: Event, *, per_page: int, page: str | None, state: str = "", kind: str = ""
) -> ContributionList:
    """For the organiser: what waits for a decision first."""
    rows = with_author(event.contributions.all())
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(kind=kind) if kind else rows
    decided = Case(When(state=State.SUBMITTED, then=0), default=1)
    found = Pages(rows.order_by(decided, "submitted", "pk"), per_page).get_page(page)
    return ContributionList(event, call_of(event), found, waiting_contributions(event))


def waiting_contributions(event: Event) -> int:
    return event.contributions.filter(state=State.SUBMITTED).count()


def files_of(session: EventSession) -> list[EventFile]:
    """Of a session, and of the contribution that it was made of."""
    of = Q(session=session) | Q(contribution__session=session)
    return list(EventFile.objects.filter(of, removed=None))


def removed_files(owner: EventSession | Contribution) -> list[EventFile]:
    """Its own that were removed and can still be put back."""
    return list(owner.files.exclude(removed=None))


def exhibits_of(event: Event) -> list[Contribution]:
    """Posters and exhibits that were accepted, by kind and stand."""
    rows = with_author(event.contributions.filter(state=State.ACCEPTED).exclude(kind=Contribution.Kind.LECTURE))
    return sorted(rows, key=lambda one: (one.kind != Contribution.Kind.EXHIBIT, one.stand, one.pk))


@dataclass(frozen=True)
class ThemePage:
    """What an event has on one theme."""

    event: Event
    theme: Theme
    sessions: list[EventSession]
    exhibits: list[Contribution]
    opportunities: list[View]
    organisations: list[Organisation]
    more: int  # organisations beyond these

    @property
    def is_empty(self) -> bool:
        return not (self.sessions or self.exhibits or self.opportunities or self.organisations)


def theme_page(user: User | AnonymousUser, event: Event, theme: Theme) -> ThemePage:
    sessions = [one for one in shown_sessions(event, audiences_of(user, event)) if theme in one.themes.all()]
    taking_part = Participation.objects.filter(event=event, state=Participation.State.APPROVED)
    rows = Organisation.objects.filter(
        themes=theme, is_published=True, pk__in=taking_part.values("organisation")
    ).select_related("side", "park")
    organisations = sorted(rows, key=by_name)
    return ThemePage(
        event=event, theme=theme, sessions=sessions,
        exhibits=[one for one in exhibits_of(event) if theme in one.themes.all()],
        opportunities=_opportunities(organisations),
        organisations=organisations[:MOST_ORGANISATIONS], more=max(0, len(organisations) - MOST_ORGANISATIONS),
    )  # fmt: skip


def _opportunities(organisations: Iterable[Organisation]) -> list[View]:
    """Those that are open and say whose they are, the latest first."""
    rows = Opportunity.objects.filter(open_opportunities(), is_anonymous=False, organisation__in=list(organisations))
    rows = rows.select_related("organisation__side").prefetch_related("texts").order_by("-published", "-pk")
    return [view_of(one) for one in rows[:MOST_OPPORTUNITIES]]
