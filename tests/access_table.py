"""Who may open which URL: the rule by mark, the exceptions by name, and the values for the URLs' arguments.

A new URL needs nothing here when its mark says all and its arguments are known by name and first segment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

from qiao.core.audience import THIRD_PARTY
from qiao.core.telling import stop_token as notices_token
from qiao.directory.actions.alerts import stop_token
from qiao.directory.actions.market_mails import renewal_token
from qiao.matchmaking.actions.reach import stop_token as digest_token
from qiao.office.actions.calls import call_token
from qiao.office.actions.follow_ups import follow_up_token
from qiao.office.actions.introduction_mails import answer_token

ROLES = (
    "anonymous",
    "participant",
    "other_participant",
    "interpreter",
    "leader",
    "organiser",
    "other_organiser",
    "adviser",
    "admin",
)
SIGNED_IN = ROLES[1:]
LOGIN = 302  # to the sign-in page
GONE = 404
NO_TOKEN = 401
WITHOUT_PROFILE = ("leader", "organiser", "other_organiser", "adviser", "admin")


@dataclass(frozen=True)
class Url:
    """One URL pattern as a visitor meets it."""

    route: str
    name: str
    callback: Callable[..., Any]
    arguments: tuple[str, ...]

    @property
    def mark(self) -> str | None:
        return getattr(self.callback, "audience", None) or THIRD_PARTY.get(self.name)

    @property
    def is_own(self) -> bool:
        return hasattr(self.callback, "audience")

    @property
    def methods(self) -> tuple[str, ...]:
        return getattr(self.callback, "methods", ())

    @property
    def segment(self) -> str:
        return self.route.lstrip("^").split("/")[0]


def all_urls() -> Iterator[Url]:
    def walk(patterns: list[Any], prefix: str) -> Iterator[Url]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLPattern):
                arguments = tuple(pattern.pattern.regex.groupindex)
                yield Url(route, pattern.name or "", pattern.callback, arguments)
            else:
                yield from walk(pattern.url_patterns, route)

    yield from walk(get_resolver().url_patterns, "")


# Who gets a page, by mark. Visitors are led to the sign-in page, everybody else finds nothing.
ADMITTED: dict[str, set[str]] = {
    "public": set(ROLES),
    "demo": set(ROLES),
    "member": set(SIGNED_IN),
    "participant": {"participant"},
    "interpreter": {"interpreter"},
    "leader": {"leader", "adviser", "admin", "organiser"},  # organisers of its event see a delegation
    "organiser": {"organiser"},
    "adviser": {"adviser", "admin"},  # an administrator may do what an office does
    "admin": {"admin"},
    "token": set(),
}

IMPORTS = ("import-run", "import-columns", "import-live", "import-confirm", "import-again", "import-discard")

# Statuses of GET (of POST where a URL knows no GET) that differ from what the mark says, with the reason.
EXCEPTIONS: dict[str, dict[str, int]] = {
    "imprint": dict.fromkeys(ROLES, GONE),  # the office of this world wrote none
    "nothing-here": dict.fromkeys(SIGNED_IN, GONE),
    "api-unknown": dict.fromkeys(ROLES, GONE),
    # Who is signed in already is led on; the second step leads back to the first.
    "account_login": dict.fromkeys(SIGNED_IN, 302),
    "account_request_login_code": dict.fromkeys(SIGNED_IN, 302),
    "account_confirm_login_code": dict.fromkeys(ROLES, 302),
    "account_signup": dict.fromkeys(ROLES, 302),  # to the registration form
    "account_logout": {"anonymous": 302},
    "account_change_password": dict.fromkeys(SIGNED_IN, 302),  # nobody here has a password: to "set"
    # Only who has a profile as a person has consents and joins events.
    "consents": dict.fromkeys(WITHOUT_PROFILE, GONE),
    "event-join": dict.fromkeys(WITHOUT_PROFILE, GONE),
    "erase-me": dict.fromkeys(WITHOUT_PROFILE, GONE),
    # Only one's own: the organisation that one manages (or the office), the participation, the request.
    "opportunities-preview": {"admin": GONE},  # the adviser's file
    **{name: dict.fromkeys(set(SIGNED_IN) - {"adviser"}, GONE) for name in IMPORTS},  # the adviser's table
    "import-columns": dict.fromkeys(set(SIGNED_IN) - {"adviser"}, GONE) | {"adviser": 302},  # its headings are ours
    "organisation-edit": dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE),
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE)
        for name in ("organisation-avoid", "organisation-opt-out")
    },
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE)
        for name in ("colleagues", "colleague-new", "colleague-edit", "colleague-link")
    },
    "abstract": dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE),
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE)
        for name in (
            "showing",
            "profile-confirm",
            "pictures-add",
            "brochure-set",
            "file-step",
            "certificate-new",
            "certificate-edit",
            "certificate-step",
        )
    },
    "organisation-keywords": dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE),
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE)
        for name in ("opportunities-of", "opportunity-new", "opportunity-own", "opportunity-edit", "opportunity-step")
    },
    "search-change": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),
    "invited-register": {
        "participant": 302,
        "other_participant": 302,
        "interpreter": 302,
    },  # who is here joins as always
    "event-answers": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),
    "event-withdraw": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE)
        for name in (
            "request-action",
            "conversation",
            "conversation-read",
            "block",
            "block-lift",
            "conversation-report",
        )
    },
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE)
        for name in ("cooperation", "cooperation-facts", "introduction")
    },
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "adviser", "admin"}, GONE)
        for name in ("booking-cancel", "booking-calendar")
    },
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"adviser", "admin"}, GONE)
        for name in ("network-invite", "network-fits", "network-pairs", "project-new", "project-edit", "project-remove")
    },
    **{
        name: dict.fromkeys(set(SIGNED_IN) - who, GONE)
        for name, who in (
            ("visit", {"participant", "adviser", "admin"}),
            ("visit-withdraw", {"participant", "adviser"}),  # the guests, and who wrote it
            ("visit-answer", {"adviser", "admin"}),
        )
    },
    "delegation-route-take": {"organiser": GONE},
    "visit-new": dict.fromkeys(SIGNED_IN, 302),  # whom to visit stands in the address: to the list of parks
    "network-step": dict.fromkeys(SIGNED_IN, GONE),  # of an organisation that the form names
    # Of the client alone, to whom it was opened.
    **{name: dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE) for name in ("client-case", "client-document")},
    "outcome-list": dict.fromkeys(set(SIGNED_IN) - {"organiser", "adviser", "admin"}, GONE),
    "introduction-step": dict.fromkeys(set(SIGNED_IN) - {"adviser", "admin"}, GONE),  # a note of the office
    "team": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),  # who keeps the profile of an organisation
    # Who keeps it: its author and the organisers, its speakers and the organisers.
    "contribution": dict.fromkeys(set(SIGNED_IN) - {"participant", "organiser"}, GONE),
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant", "organiser"}, GONE)
        for name in ("session-file-add", "event-file-remove", "event-file-restore")
    },
    "speaking": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),  # who speaks in it
    "team-answer": dict.fromkeys(SIGNED_IN, GONE),  # of a colleague
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE)
        for name in ("notice-open", "notice-read", "token-revoke", "webhook-secret", "webhook-step")
    },
    "reach": dict.fromkeys(WITHOUT_PROFILE, GONE),
    # Its head and its office change a delegation; its members see it, and those to whose event it comes.
    **{
        name: {"organiser": GONE}
        for name in (
            "delegation-facts",
            "delegation-table",
            "delegation-add",
            "delegation-member",
            "delegation-member-remove",
            "delegation-item-new",
            "delegation-item",
            "delegation-item-remove",
            "delegation-books",
            "delegation-book",
            "delegation-travel-ask",
        )
    },
    "call-apply": dict.fromkeys(WITHOUT_PROFILE, GONE),  # for an organisation
    "call-withdraw": dict.fromkeys(SIGNED_IN, GONE),  # who has applied
    # What members tell is for those who are entrusted with it.
    **{
        name: dict.fromkeys(set(SIGNED_IN) - {"adviser"}, GONE)
        for name in (
            "delegation-rooming",
            "delegation-rooming-table",
            "delegation-rooming-member",
            "delegation-travel-stop",
        )
    },
    "delegation-travel": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),
    "own-book": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),
    "delegation-own": dict.fromkeys(set(SIGNED_IN) - {"participant"}, GONE),
    "event-delegations": dict.fromkeys(set(SIGNED_IN) - {"participant", "organiser"}, GONE),
}

# Reading these is itself worth an entry in the audit log: personal or business data leave the installation.
LOGGED_READS = {
    "dashboard-table",
    "travel-person",
    "travel-table",
    "opportunities-export",
    "report",
    "organisations-export",
    "participants-table",
    "print-file",
    "translations-table",
    "cooperations-table",
    "introductions-table",
    "cases-table",
    "report-file",
    "delegation-table",
    "delegation-books",
    "delegation-book",
    "own-book",
    "delegation-rooming",
    "delegation-rooming-table",
    "delegation-rooming-member",
}


def expected(url: Url, role: str) -> int:
    known = EXCEPTIONS.get(url.name, {}).get(role)
    if known is not None:
        return known
    assert url.mark is not None
    if url.mark == "token":  # signed in or not: without a token nobody reads anything
        return NO_TOKEN
    if role in ADMITTED[url.mark]:
        return 200
    return LOGIN if role == "anonymous" else GONE


def value(url: Url, argument: str, places: Any) -> str:
    """What stands in this URL's argument; unknown ones fail by name, so that nobody forgets to enter them."""
    values: dict[tuple[str, str], Any] = {
        ("organisation-review", "key"): places.waiting.key,
        ("events", "slug"): places.event.slug,
        ("delegations", "slug"): places.delegation.slug,
        ("delegations", "key"): places.world.german.person.key,
        ("delegations", "pk"): places.visit.pk,
        ("delegation-talk", "key"): "otto-wang",
        ("delegation-application", "key"): places.application.key,
        ("calls", "slug"): places.delegation.slug,
        ("events", "key"): places.partner.person.key,
        ("organisations", "key"): places.organisation.key,
        ("organisations", "person"): places.world.colleague.person.key,
        ("claim-link", "key"): places.listed.key,
        ("claim", "token"): places.claim_token,
        ("opportunities-preview", "key"): places.preview_key,
        ("profile-still", "token"): places.still_token,
        ("files", "key"): places.picture.key,
        ("brochure", "key"): places.brochure.key,
        ("files", "size"): "small",
        ("files", "step"): "remove",
        ("certificates", "key"): places.certificate.key,
        ("certificates", "step"): "remove",
        ("evidence", "key"): places.world.chinese.organisation.key,
        ("evidence-step", "key"): places.evidence.key,
        ("evidence-step", "step"): "remove",
        ("opportunity", "key"): places.opportunity.public_key,
        ("opportunity-renew", "token"): renewal_token(places.opportunity),
        ("marketplace", "key"): places.opportunity.key,
        ("marketplace", "step"): "close",
        ("organisations", "other"): places.partner.organisation.key,
        ("matching-rule-remove", "pk"): places.rule.pk,
        ("people", "key"): places.partner.person.key,
        ("vocabulary", "code"): places.keyword.code,
        ("requests", "key"): places.request.key,
        ("requests", "action"): "accept",
        ("messages", "key"): places.request.key,
        ("block-lift", "pk"): places.block_of_person.pk,
        ("report", "pk"): places.report.pk,
        ("messages", "token"): digest_token(places.world.owner),
        ("events", "pk"): places.run.pk,
        **{(name, "pk"): places.block.pk for name in ("block-edit", "block-remove")},
        **{(name, "pk"): places.world.interpreter.pk for name in ("interpreter-edit", "interpreter-remove")},
        **{(name, "pk"): places.item.pk for name in ("programme-edit", "programme-remove")},
        **{(f"question-{act}", "key"): places.question.key for act in ("edit", "move", "remove", "restore")},
        **{(name, "pk"): places.type.pk for name in ("type-edit", "type-remove")},
        **{(name, "key"): places.invitation.key for name in ("invitation", "invitation-poster", "invitation-end")},
        ("invited", "key"): places.invitation.key,
        **{
            (name, "key"): places.session.key
            for name in (
                "session",
                "session-edit",
                "session-remove",
                "session-restore",
                "session-speakers",
                "speaker-add",
                "speaker-remove",
                "speaking",
                "place-take",
                "place-leave",
            )
        },
        ("session-file-add", "key"): places.session.key,
        **{(f"contribution{act}", "key"): places.contribution.key for act in ("", "-edit", "-withdraw", "-decide")},
        **{(f"event-file{act}", "key"): places.event_file.key for act in ("", "-remove", "-restore")},
        ("theme", "code"): places.world.themes[0].code,
        ("speaker-remove", "pk"): places.speaker.pk,
        **{(name, "pk"): places.session.room_id for name in ("room-edit", "room-remove")},
        **{(name, "pk"): places.session.track_id for name in ("track-edit", "track-remove")},
        ("dashboard-nudge", "kind"): "idle",
        ("print-file", "part"): "names",
        ("installation", "kind"): "themes",
        ("installation", "pk"): places.world.themes[0].pk,
        ("staff-dismiss", "pk"): places.staff_role.pk,
        ("organiser-dismiss", "key"): places.world.organiser.key,
        ("import", "key"): places.table.key,
        **{(name, "key"): places.objection.key for name in ("objection-settle", "objection-withdraw")},
        **{(name, "key"): "otto-wang" for name in ("run-talk", "run-check", "run-release")},
        ("merge-undo", "pk"): places.merge.pk,
        ("doubles", "one"): places.organisation.key,
        ("doubles", "other"): places.waiting.key,
        ("searches", "key"): places.search.key,
        ("searches", "token"): stop_token(places.world.owner),
        **{(name, "key"): "otto-wang" for name in ("rate", "record", "record-interpreted")},
        ("parks", "code"): places.park.code,
        ("visits", "key"): places.visit_request.key,
        ("networks", "key"): places.network.key,
        ("networks", "step"): "join",
        **{(f"project-{act}", "project"): places.project.key for act in ("edit", "remove")},
        ("pair-aside", "pk"): places.pair.pk,
        ("cooperations", "key"): places.cooperation.key,
        ("cases", "key"): places.case.key,
        ("cases", "step"): "take",
        ("advice", "key"): places.booking.hours.key,
        **{(name, "key"): places.booking.key for name in ("booking-cancel", "booking-calendar")},
        ("targeted-calls", "key"): places.call.key,
        ("targeted-calls", "step"): "close",
        ("call-recipient", "pk"): places.call.recipients.get().pk,
        ("call-recipient", "step"): "case",
        ("call-answer", "token"): call_token(places.call.recipients.get()),
        **{(name, "key"): places.case.key for name in ("client-case", "client-document")},
        **{
            (name, "pk"): places.case.documents.get().pk
            for name in ("case-document", "case-document-file", "client-document")
        },
        ("case-task", "pk"): places.case.tasks.first().pk,
        ("outcome-list", "code"): "held",
        ("report-file", "kind"): "xlsx",
        ("news", "key"): places.article.key,
        ("news", "year"): places.article.publish_at.year,
        ("news", "language"): "de",
        ("news", "size"): "small",
        ("newsroom", "key"): places.article.key,
        ("newsroom", "step"): "withdraw",
        ("introductions", "key"): places.introduction.key,
        ("introductions", "step"): "note",
        ("introduction-answer", "token"): answer_token(places.introduction, "other", places.world.german.person),
        ("interest", "key"): places.opportunity.public_key,
        ("follow-up", "token"): follow_up_token(places.follow_up),
        ("token-revoke", "pk"): places.api_token.pk,
        **{(f"webhook-{act}", "key"): places.webhook.key for act in ("secret", "step")},
        ("webhook-step", "step"): "test",
        **{(f"group-{act}", "key"): places.group.key for act in ("test", "remove", "post-again")},
        ("group-post-again", "pk"): places.group_post.pk,
        ("api", "slug"): places.event.slug,
        ("api-unknown", "rest"): "nothing",
        ("api", "key"): places.organisation.key,
        ("undelivered", "pk"): places.undelivered.pk,
        ("notices", "key"): places.notice.key,
        ("notices", "token"): notices_token(places.world.owner),
        ("enter", "token"): places.link_token,
        ("calendar", "token"): places.feed_token,
        ("demo", "who"): "german",
        ("account", "uidb36"): "1",
        ("account", "key"): "set-password",
        ("(?P<rest>.*)$", "rest"): "no/such/page",
    }
    known = values.get((url.name, argument), values.get((url.segment, argument)))
    assert known is not None, f"{url.name}: enter a value for <{argument}> of /{url.segment}/ in tests/access_table.py"
    return str(known)
