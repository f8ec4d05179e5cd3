"""The API: read what one may see, with a token. Everything goes through the same access and queries as the pages.

Lists are read page by page with a cursor; errors are problem documents (RFC 9457) in the language of the token's owner.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, ValidationError
from ninja.params.functions import Query
from ninja.security import HttpBearer

from qiao.core.actions.tokens import use_token
from qiao.core.audience import audience
from qiao.core.models import User
from qiao.core.tokens import SCOPES
from qiao.directory.access import load_organisation_for, organisations_for
from qiao.directory.market_models import Opportunity
from qiao.directory.market_queries import open_opportunities, shown_owner, view_of
from qiao.events.access import load_event_for, load_participation_for
from qiao.events.queries import events_for
from qiao.matchmaking.queries import requests_page
from qiao.meetings.queries import agenda_for
from qiao.site import api_schemas as out
from qiao.site import api_words as words

SALT = "qiao.api.cursor"
MOST = 100  # items of one page
ROOT = "/api/v1/"


class Token(HttpBearer):
    """`Authorization: Bearer qiao_…`, with the scope that an operation needs."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        found = use_token(token)
        if found is None:
            return None
        request.user = found.user
        translation.activate(found.user.language)  # the middleware puts back what was in force
        timezone.activate(found.user.time_zone)
        if self.scope and self.scope not in found.scopes:
            raise AuthorizationError(message=self.scope)
        request.scopes = found.scopes  # type: ignore[attr-defined]
        return found.user


api = NinjaAPI(title="Qiao", version="1", openapi_url=None, docs_url=None, urls_namespace="api-v1")
EVENTS, DIRECTORY, REQUESTS, AGENDA = (Token(scope) for scope in SCOPES)


# --- errors


def _problem(request: HttpRequest, status: HTTPStatus, title: str, detail: str = "") -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status.value, "detail": detail}
    response = JsonResponse(body, status=status.value, content_type="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(AuthenticationError)
def _no_token(request: HttpRequest, error: Exception) -> HttpResponse:
    detail = _(
        "Send a valid token in the header Authorization: Bearer. You make one on the page “Tokens for programs”."
    )
    return _problem(request, HTTPStatus.UNAUTHORIZED, _("No valid token"), detail)


@api.exception_handler(AuthorizationError)
def _no_scope(request: HttpRequest, error: AuthorizationError) -> HttpResponse:
    scope = SCOPES.get(error.message, error.message)
    detail = _("The token may not read this: %(scope)s. Make one that may.") % {"scope": scope}
    return _problem(request, HTTPStatus.FORBIDDEN, _("Not within the token's scopes"), detail)


@api.exception_handler(Http404)
def _nothing_there(request: HttpRequest, error: Exception) -> HttpResponse:
    detail = _("It does not exist, or you may not see it.")
    return _problem(request, HTTPStatus.NOT_FOUND, _("Nothing here"), detail)


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    names = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors}))
    detail = _("These values cannot be used: %(names)s.") % {"names": names}
    return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, _("The call was not understood"), detail)


# --- paging


Limit: Any = Query(50, ge=1, le=MOST, description=f"How many items, at most {MOST}.")
Cursor: Any = Query("", max_length=200, description="`next` of the page before.")


def _paged(rows: QuerySet[Any], limit: int, cursor: str, shown: Callable[[Sequence[Any]], list[Any]]) -> dict[str, Any]:
    """Items after the cursor by primary key: what comes and goes meanwhile shifts nothing."""
    after = _after(cursor)
    found = list(rows.filter(pk__gt=after).order_by("pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return {"items": shown(found), "next": signing.dumps(found[-1].pk, salt=SALT) if more else None}


def _after(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(signing.loads(cursor, salt=SALT))
    except signing.BadSignature:
        raise ValidationError([{"loc": ("query", "cursor"), "type": "cursor", "msg": ""}]) from None


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # as Token sees to
    return request.user


# --- what can be read


@api.get("me", auth=Token(), response=out.Me, url_name="api-me", summary="Whose token this is")
def me(request: HttpRequest) -> Any:
    user = _user(request)
    return {
        "key": user.key, "name": user.name, "language": user.language, "time_zone": user.time_zone,
        "scopes": request.scopes,  # type: ignore[attr-defined]
    }  # fmt: skip


@api.get("events", auth=EVENTS, response=list[out.Event], url_name="api-events", summary="All events")
def events(request: HttpRequest) -> Any:
    return [words.event(row.event, row.participation, row.organises) for row in events_for(_user(request))]


@api.get(
    "events/{slug:slug}/participants", auth=EVENTS, response=out.Page[out.Participant], url_name="api-participants",
    summary="Who takes part, named as far as you may know them",
)  # fmt: skip
def participants(request: HttpRequest, slug: str, limit: int = Limit, cursor: str = Cursor) -> Any:
    rows = words.participants_for(_user(request), load_event_for(request.user, slug))
    return _paged(rows, limit, cursor, lambda found: words.participants(_user(request), found))


@api.get(
    "events/{slug:slug}/requests", auth=REQUESTS, response=list[out.Request], url_name="api-requests",
    summary="Your own meeting requests",
)  # fmt: skip
def requests(request: HttpRequest, slug: str) -> Any:
    page = requests_page(load_participation_for(request.user, slug))
    return [words.request(row) for row in (*page.received, *page.sent, *page.agreed, *page.closed)]


@api.get(
    "events/{slug:slug}/agenda", auth=AGENDA, response=out.Agenda, url_name="api-agenda", summary="Your own agenda"
)
def agenda(request: HttpRequest, slug: str) -> Any:
    return words.agenda(agenda_for(load_participation_for(request.user, slug)))


@api.get(
    "organisations", auth=DIRECTORY, response=out.Page[out.ListedOrganisation], url_name="api-organisations",
    summary="Organisations of the directory",
)  # fmt: skip
def organisations(request: HttpRequest, limit: int = Limit, cursor: str = Cursor) -> Any:
    rows = organisations_for(request.user).filter(is_published=True).prefetch_related("themes")
    return _paged(rows, limit, cursor, lambda found: [words.listed_organisation(one) for one in found])


@api.get(
    "organisations/{slug:key}", auth=DIRECTORY, response=out.Profile, url_name="api-organisation",
    summary="An organisation with what it offers and seeks",
)  # fmt: skip
def organisation(request: HttpRequest, key: str) -> Any:
    return words.profile(load_organisation_for(request.user, key))


@api.get(
    "opportunities", auth=DIRECTORY, response=out.Page[out.Opportunity], url_name="api-opportunities",
    summary="Open opportunities of the marketplace",
)  # fmt: skip
def opportunities(request: HttpRequest, limit: int = Limit, cursor: str = Cursor) -> Any:
    rows = Opportunity.objects.filter(open_opportunities(), organisation__is_published=True)
    rows = rows.select_related("organisation__side__office", "entry").prefetch_related("texts")
    return _paged(
        rows, limit, cursor, lambda found: [words.opportunity(view_of(o, organisation=shown_owner(o))) for o in found]
    )


# --- as Django sees it


@audience("public")
def description(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document, the same for everybody."""
    with translation.override("en"):
        return JsonResponse(api.get_openapi_schema(path_prefix=ROOT))


@audience("public")
def unknown(request: HttpRequest, rest: str) -> HttpResponse:
    """No path of the API: a program is told so, and not led to the page for signing in."""
    return _nothing_there(request, Http404())


def _marked(view: Any) -> Callable[..., Any]:
    """Tokens are checked by the operations themselves; a browser's cookies count for nothing here."""

    def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        answer.headers["Content-Language"] = (
            translation.get_language() or "en"
        )  # the token's owner's, not the browser's
        return answer

    return csrf_exempt(audience("token")(call))


def patterns() -> list[URLPattern]:
    """Named like all other pages; who may read is what `Token` says."""
    found = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    return [path(str(one.pattern), _marked(one.callback), name=one.name) for one in found]
