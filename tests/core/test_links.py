"""Personal links and QR codes: looked at without effect, used by a button, expiring, replaced, revoked."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from qiao.core import actions, links
from qiao.core.errors import Refused
from qiao.core.models import AccessLink, AuditEntry

pytestmark = pytest.mark.db


@pytest.fixture
def token(world) -> str:
    return actions.issue_link(user=world.chinese_user, by=world.adviser)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_looking_changes_nothing_and_the_button_signs_in(world, client, token) -> None:
    address = reverse("enter", args=[token])
    page = client.get(address)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert not signed_in(client)
    assert AccessLink.objects.get().last_used is None
    assert client.post(address)["Location"] == reverse("home")
    assert client.session["_auth_user_id"] == str(world.chinese_user.pk)
    assert AccessLink.objects.get().last_used is not None
    assert AuditEntry.objects.filter(action="core.use_link", actor=world.chinese_user).count() == 1


def test_only_the_hash_is_stored(world, token) -> None:
    link = AccessLink.objects.get()
    assert token not in str(AccessLink.objects.values())
    assert token not in str(AuditEntry.objects.values())
    assert link.token_hash == actions.hash_token(token)
    assert len(token) >= 43  # 256 bits


def test_a_new_link_ends_the_old_one(world, client, token) -> None:
    second = actions.issue_link(user=world.chinese_user, by=world.adviser)
    assert client.get(reverse("enter", args=[token])).status_code == 404
    with pytest.raises(Refused):
        actions.use_link(token=token)
    assert actions.use_link(token=second) == world.chinese_user


@pytest.mark.parametrize("change", [{"expires": timedelta(seconds=-1)}, {"revoked": timedelta(0)}])
def test_expired_and_revoked_links_sign_nobody_in(world, client, token, change) -> None:
    AccessLink.objects.update(**{field: timezone.now() + delta for field, delta in change.items()})
    address = reverse("enter", args=[token])
    assert client.get(address).status_code == 404
    client.post(address)
    assert not signed_in(client)


def test_somebody_closes_their_own_links(world, client, sign_in, token) -> None:
    other = actions.issue_link(user=world.owner, by=world.adviser)
    sign_in(world.chinese_user).post(reverse("revoke-links"))
    with pytest.raises(Refused):
        actions.use_link(token=token)
    assert actions.use_link(token=other) == world.owner


def test_no_link_for_a_closed_account(world) -> None:
    world.owner.is_active = False
    world.owner.save()
    with pytest.raises(Refused):
        actions.issue_link(user=world.owner, by=world.adviser)


def test_the_qr_code_is_an_inline_picture_without_style() -> None:
    svg = links.qr_svg("http://localhost:8000/enter/abc/", 'Link of "<b>Wang</b>"')
    root = ElementTree.fromstring(svg)
    assert root.tag == "svg"
    assert root.get("viewBox")
    assert "style" not in svg
    assert "<b>" not in svg
    assert re.search(r"<title>.*Wang", svg)
