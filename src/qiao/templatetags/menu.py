"""The ways through the product, by role: the head of every page and the bar of an event."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from qiao.core.models import Role, User
from qiao.events.models import Event, Interpreter, Participation
from qiao.matchmaking.queries import has_reports, unread_count


@dataclass(frozen=True)
class Way:
    label: str
    url: str
    current: bool
    count: int = 0  # of what needs the reader


def _way(label: str, path: str, url_name: str, *args: str, exact: bool = False) -> Way:
    url = reverse(url_name, args=args)
    return Way(label, url, path == url if exact else path.startswith(url))


def main_ways(user: User | AnonymousUser, path: str) -> list[Way]:
    """What stands in the head of every page. Two queries for who is signed in, none for visitors."""
    if not isinstance(user, User):
        return []
    kinds = set(user.roles.values_list("kind", flat=True))
    ways = [
        _way(_("Start"), path, "home", exact=True),
        _way(_("Directory"), path, "organisations"),
        _way(_("Marketplace"), path, "marketplace"),
        _way(_("Events"), path, "events"),
    ]
    if kinds & {Role.Kind.ADVISER, Role.Kind.ADMIN}:
        ways += [_way(_("Cases"), path, "cases"), _way(_("Introductions"), path, "introductions")]
        ways += [_way(_("Cooperations"), path, "cooperations"), _way(_("Delegations"), path, "delegations")]
        ways += [_way(_("People"), path, "people"), _way(_("Import"), path, "import")]
        ways += [_way(_("Vocabulary"), path, "vocabulary"), _way(_("Translations"), path, "translations")]
    if Role.Kind.ADMIN in kinds:
        ways.append(_way(_("Installation"), path, "installation"))
    if (unread := unread_count(user)) is not None:
        ways.insert(3, replace(_way(_("Messages"), path, "conversations"), count=unread))
    if settings.DEMO:
        ways.append(_way(_("Mails"), path, "mails"))
    return ways


def event_ways(user: User | AnonymousUser, event: Event, path: str) -> list[Way]:
    """The pages of one event that this user may open. Three queries, for organisers four."""
    if not isinstance(user, User):
        return []  # of the pages of an event visitors see the programme alone
    slug = event.slug
    organises = user.roles.filter(kind=Role.Kind.ORGANISER, scope=Role.Scope.EVENT, scope_id=event.pk).exists()
    takes_part = Participation.objects.filter(
        event=event, person__user=user, state=Participation.State.APPROVED
    ).exists()
    interprets = Interpreter.objects.filter(event=event, person__user=user).exists()
    ways = [_way(_("Overview"), path, "event", slug, exact=True), _way(_("Programme"), path, "programme", slug)]
    if takes_part:
        ways.append(_way(_("Suggested partners"), path, "partners", slug))
        ways.append(_way(_("Requests"), path, "requests", slug))
        ways.append(_way(_("My agenda"), path, "agenda", slug))
        ways.append(_way(_("Availability"), path, "availability", slug))
    if organises:
        ways.append(_way(_("Figures"), path, "dashboard", slug))
        ways.append(_way(_("Set-up"), path, "event-setup", slug))
        ways.append(_way(_("Participants"), path, "participants", slug))
        ways.append(_way(_("Planning desk"), path, "desk", slug))
        ways.append(_way(_("Schedule"), path, "schedule", slug))
        ways.append(_way(_("Announcements"), path, "announcements", slug))
        if has_reports(event):
            ways.append(_way(_("Reports"), path, "reports", slug))
    if interprets:
        ways.append(_way(_("My assignments"), path, "rota", slug))
    return ways
