"""Commands for administrators."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

pytestmark = pytest.mark.db


@pytest.mark.parametrize("name", ["email", "key"])
def test_closing_an_account(world, sign_in, name: str) -> None:
    client = sign_in(world.owner)
    call_command("close_account", getattr(world.owner, name).upper() if name == "email" else world.owner.key)
    assert client.get(reverse("me")).status_code == 302
    world.colleague.refresh_from_db()
    assert world.colleague.is_active


def test_closing_nobody_s_account(world) -> None:
    with pytest.raises(CommandError, match=r"no account x@example\.org"):
        call_command("close_account", "x@example.org")
