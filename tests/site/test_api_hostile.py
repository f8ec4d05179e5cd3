"""What Schemathesis makes up of the API's own description: whoever sends whatever, the answer is one that is described."""

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error

from qiao.core.actions import tokens
from qiao.core.tokens import SCOPES
from qiao.meetings import actions as meetings
from tests.directory.opportunities import shown_opportunity
from tests.meetings.plans import finished_run, first_plan, wishes
from tests.world import join_all

pytestmark = [pytest.mark.long, pytest.mark.db, pytest.mark.django_db]
ROLES = ("", "owner", "stranger", "interpreter_user", "organiser", "adviser", "admin")


@pytest.fixture
def full(world):
    """Something to read on every path."""
    join_all(world.event)
    wishes(world)
    shown_opportunity(world.german.organisation, by=world.adviser)
    meetings.publish(run=finished_run(world, first_plan(world)), by=world.organiser)
    return world


@pytest.mark.parametrize("role", ROLES)
def test_whatever_a_program_sends_it_gets_a_described_answer(full, role) -> None:
    headers = {}
    if role:
        user = getattr(full, role)
        token = tokens.issue_token(user=user, name="x", scopes=list(SCOPES), days=1, by=user)
        headers = {"authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    operations = [one.ok() for one in schema.get_all_operations()]
    assert len(operations) > 5
    seen: set[int] = set()
    for operation in operations:

        @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def answered(case) -> None:
            answer = case.call(headers=headers)
            seen.add(answer.status_code)
            case.validate_response(answer, checks=[not_a_server_error])
            assert answer.status_code in {200, 401, 403, 404, 405, 422}, case.formatted_path

        answered()
    assert seen >= ({200, 404} if role else {401})
