"""The API: a token reads what its owner may see and its scopes allow; errors are problem documents in the owner's language."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core.actions import forget_old, hash_token, tokens
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry
from qiao.core.token_models import ApiToken
from qiao.core.tokens import SCOPES
from qiao.directory.market_models import Opportunity
from qiao.meetings import actions as meetings
from qiao.site.api import patterns
from tests.directory.opportunities import shown_opportunity
from tests.meetings.plans import agreed, finished_run, first_plan, wishes
from tests.world import organisation, participation, person, show_abroad

pytestmark = [pytest.mark.db, pytest.mark.django_db]
ROOT = "/api/v1/"


class Program:
    """Somebody's program with a token of all scopes, or of some."""

    def __init__(self, user, *scopes: str) -> None:
        self.token = tokens.issue_token(user=user, name="x", scopes=scopes or list(SCOPES), days=30, by=user)
        self.client = Client()

    def get(self, path: str, status: int = 200, **more):
        response = self.client.get(ROOT + path, headers={"authorization": f"Bearer {self.token}"}, **more)
        assert response.status_code == status, response.content
        return response.json()


def everything(program: Program, path: str, limit: int) -> list[dict]:
    found, cursor = [], ""
    while cursor is not None:
        page = program.get(f"{path}?limit={limit}&cursor={cursor}")
        assert len(page["items"]) <= limit
        found += page["items"]
        cursor = page["next"]
    return found


def test_without_a_valid_token_nothing_is_read(world, sign_in) -> None:
    for client in (Client(), sign_in(world.owner)):  # a browser's cookies count for nothing
        response = client.get(f"{ROOT}me", headers={"accept-language": "de"})
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"] == "Bearer"
    assert "Token" in response.json()["detail"]
    program = Program(world.owner)
    assert program.get("me")["name"] == world.owner.name
    ApiToken.objects.update(expires=timezone.now())
    program.get("me", 401)
    ApiToken.objects.update(expires=timezone.now() + timedelta(days=1), revoked=timezone.now())
    program.get("me", 401)
    ApiToken.objects.update(revoked=None)
    program.get("me")
    world.owner.is_active = False
    world.owner.save()
    program.get("me", 401)


def test_what_the_scopes_leave_out_is_refused_in_the_owners_language(world) -> None:
    program = Program(world.chinese_user, "events")
    program.get("events")
    problem = program.get("organisations", 403)
    assert problem["status"] == 403
    assert "单位与合作机会" in problem["detail"]
    assert Program(world.owner).get("organisations/nowhere", 404)["detail"].startswith("Es gibt")


def test_people_are_named_as_on_the_pages(world) -> None:
    path = f"events/{world.event.slug}/participants"
    names = {one["name"] for one in everything(Program(world.owner), path, 3)}
    assert names == {"Otto Owner", "Eva Ernst", ""}, "nobody of the other country has agreed to be named"
    show_abroad(world.chinese.person)
    assert "王立" in {one["name"] for one in everything(Program(world.owner), path, 3)}
    assert "李娜" in {one["name"] for one in everything(Program(world.organiser), path, 50)}
    Program(world.stranger).get(path, 404)


def test_pages_hold_each_row_once(world) -> None:
    for n in range(4):
        organisation(world.saxony, f"Firma {n}")
    program = Program(world.owner)
    keys = [one["key"] for one in everything(program, "organisations", 2)]
    assert len(keys) == len(set(keys)) == len(everything(program, "organisations", 100))
    for bad in ("limit=0", "limit=101", "limit=x", "cursor=nonsense", "cursor=%00"):
        assert program.get(f"organisations?{bad}", 422)["status"] == 422
    hidden = organisation(world.saxony, "Wartend", is_published=False)
    assert hidden.key not in {one["key"] for one in everything(program, "organisations", 100)}
    program.get(f"organisations/{hidden.key}", 404)


def test_an_anonymous_opportunity_names_nobody(world) -> None:
    firm = world.german.organisation
    shown = shown_opportunity(firm, by=world.adviser)
    program = Program(world.chinese_user)
    one = program.get("opportunities")["items"][0]
    assert one["organisation"]["key"] == firm.key
    assert one["key"] == shown.public_key
    Opportunity.objects.update(is_anonymous=True)
    assert program.get("opportunities")["items"][0]["organisation"] is None


def test_requests_and_agenda_are_ones_own(world) -> None:
    wishes(world)
    meetings.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    program, event = Program(world.owner), world.event.slug
    found = program.get(f"events/{event}/requests")
    assert {one["key"] for one in found} == {"otto-wang", "otto-li"}
    agenda = program.get(f"events/{event}/agenda")
    assert [one["key"] for one in agenda["talks"]] == ["otto-wang", "otto-li"]
    assert agenda["talks"][0]["starts"] == world.slots[0].start.isoformat().replace("+00:00", "Z")
    assert agenda["talks"][0]["partner"]["name"] == "", "not named abroad without consent"
    Program(world.organiser).get(f"events/{event}/agenda", 404)


def test_more_rows_cost_no_more_queries(world) -> None:
    wishes(world)
    program = Program(world.owner)
    paths = [f"events/{world.event.slug}/{what}" for what in ("participants", "requests", "agenda")]
    paths += ["organisations", "opportunities", "events"]

    def cost() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as caught:
                program.get(path)
            counts.append(len(caught))
        return counts

    shown_opportunity(world.german.organisation, by=world.adviser)
    cost()
    few = cost()
    for n in range(3):
        firm = organisation(world.jinan, f"公司{n}")
        agreed(world.german, participation(world.event, person(firm, f"人{n}")), f"k{n}")
        shown_opportunity(firm, by=world.adviser)
    assert cost() == few


def test_the_description_names_every_path_and_no_other_host(client) -> None:
    response = client.get(f"{ROOT}openapi.json")
    described = response.json()
    assert described["openapi"].startswith("3.1")
    known = {re.sub(r"<(?:slug:)?(\w+)>", r"{\1}", f"{ROOT}{one.pattern}") for one in patterns()}
    assert set(described["paths"]) == known
    assert b"http://" not in response.content
    assert b"https://" not in response.content
    assert client.post(f"{ROOT}me").status_code == 405
    for rest in ("nothing", "events/:/participants", "organisations//"):
        unknown = client.get(f"{ROOT}{rest}")
        assert (unknown.status_code, unknown["Content-Type"]) == (404, "application/problem+json"), rest


def test_a_token_is_shown_once_and_revoked(world, sign_in) -> None:
    client, page = sign_in(world.owner), reverse("tokens")
    values = {"name": "Kalender", "scopes": ["agenda"], "days": "90"}
    answer = client.post(page, values)
    token = answer.context["shown"]
    assert token in answer.content.decode()
    assert token not in client.get(page).content.decode()
    row = ApiToken.objects.get()
    assert row.token_hash == hash_token(token)
    assert token not in str(ApiToken.objects.values())
    assert client.post(page, {"name": "x", "days": "90"}).context["shown"] is None
    assert sign_in(world.stranger).post(reverse("token-revoke", args=[row.pk])).status_code == 404
    sign_in(world.owner).post(reverse("token-revoke", args=[row.pk]))
    row.refresh_from_db()
    assert row.revoked
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"core.issue_token", "core.revoke_token"}
    ApiToken.objects.update(revoked=timezone.now() - timedelta(days=91))
    forget_old()
    assert not ApiToken.objects.exists()


def test_nobody_keeps_tokens_without_end(world) -> None:
    for _n in range(tokens.MOST):
        Program(world.owner)
    with pytest.raises(Refused):
        Program(world.owner)
    with pytest.raises(Refused):
        Program(world.stranger, "everything")
