"""Pictures, brochure and certificates in a profile: who puts them there, who sees them, and that nothing of them stays."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Mail
from qiao.directory import actions
from qiao.directory.models import Organisation
from qiao.directory.showing_models import Certificate, ProfileFile
from qiao.site import actions as site
from tests.core import hostile_files as made
from tests.world import World, organisation

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.FILES_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


def words(response) -> str:
    return response.content.decode()


def small(n: int = 1) -> list[files.Picture]:
    return [files.Picture(b"large", b"small", 320, 200)] * n


def shown(world: World, firm: Organisation, n: int = 1) -> list[ProfileFile]:
    return actions.add_pictures(organisation=firm, pictures=small(n), by=world.owner)


def brochure(world: World, firm: Organisation) -> ProfileFile:
    return actions.set_brochure(organisation=firm, brochure=files.Brochure(b"%PDF-", 3), by=world.owner)


def on_disk(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("??/*")}


def grow_old(folder: Path) -> None:
    for path in folder.glob("??/*"):
        os.utime(path, (time.time() - 2 * files.GRACE,) * 2)


# --- pictures


def test_several_at_once_with_names_of_any_kind(world: World, firm: Organisation, sign_in, folder: Path) -> None:
    client = sign_in(world.owner)
    given = [
        SimpleUploadedFile(name, made.picture()) for name in ("../../evil.jpg", "a<script>.png", "照片.jpg", "x.svg")
    ]
    answer = client.post(reverse("pictures-add", args=[firm.key]), {"pictures": given})
    assert answer["Location"] == reverse("showing", args=[firm.key])
    assert ProfileFile.objects.count() == 4
    assert len(on_disk(folder)) == 8
    assert all(len(name) == 44 for name in on_disk(folder))
    assert words(client.get(reverse("organisation", args=[firm.key]))).count("<img ") == 4


def test_one_bad_file_is_named_and_none_is_kept(world: World, firm: Organisation, sign_in, folder: Path) -> None:
    given = [SimpleUploadedFile("gut.jpg", made.picture()), SimpleUploadedFile("böse.jpg", made.SVG)]
    answer = sign_in(world.owner).post(reverse("pictures-add", args=[firm.key]), {"pictures": given})
    assert answer.status_code == 400
    assert "böse.jpg: Die Datei ist kein Bild" in words(answer)
    assert (ProfileFile.objects.count(), on_disk(folder)) == (0, set())


def test_nothing_chosen_is_said(world: World, firm: Organisation, sign_in) -> None:
    for name in ("pictures-add", "brochure-set"):
        assert sign_in(world.owner).post(reverse(name, args=[firm.key])).status_code == 400


def test_six_and_no_more(world: World, firm: Organisation) -> None:
    made_here = shown(world, firm, 6)
    with pytest.raises(Refused):
        shown(world, firm)
    actions.remove_file(file=made_here[0], by=world.owner)
    shown(world, firm)
    with pytest.raises(Refused):
        actions.restore_file(file=made_here[0], by=world.owner)


def test_order_words_and_removal_by_buttons_alone(world: World, firm: Organisation, sign_in) -> None:
    first, second = shown(world, firm, 2)
    client = sign_in(world.owner)

    def press(file: ProfileFile, step: str, **data: str) -> None:
        assert client.post(reverse("file-step", args=[file.key, step]), data).status_code == 302

    press(second, "up")
    assert [one.pk for one in firm.files.all()] == [second.pk, first.pk]
    press(second, "up")  # at the end nothing happens
    press(first, "describe", **{f"{first.key}-words_de": " Laser\u202e ", f"{first.key}-words_zh": "激光设备"})
    first.refresh_from_db()
    assert first.words == {"de": "Laser", "zh": "激光设备"}
    page = words(sign_in(world.chinese_user).get(reverse("organisation", args=[firm.key])))
    assert 'alt="激光设备" lang="zh-Hans"' in page
    client = sign_in(world.owner)
    press(first, "remove")
    assert client.get(reverse("picture", args=[first.key, "small"])).status_code == 404
    press(first, "restore")
    assert client.get(reverse("picture", args=[first.key, "small"])).status_code == 200
    assert client.post(reverse("file-step", args=[first.key, "burn"])).status_code == 404
    assert AuditEntry.objects.filter(actor=world.owner, subject_id=firm.pk).count() == 5


# --- who sees what


def test_files_follow_the_profile(world: World, firm: Organisation, sign_in, client) -> None:
    one, pdf = shown(world, firm)[0], brochure(world, firm)
    picture, document = reverse("picture", args=[one.key, "large"]), reverse("brochure", args=[pdf.key])
    assert client.get(picture).status_code == client.get(document).status_code == 302
    assert sign_in(world.chinese_user).get(picture).content == b"large"
    Organisation.objects.filter(pk=firm.pk).update(is_published=False)
    for who, status in ((world.chinese_user, 404), (world.colleague, 200), (world.adviser, 200)):
        assert sign_in(who).get(picture).status_code == status
        assert sign_in(who).get(document).status_code == status


def test_how_the_bytes_are_sent(world: World, firm: Organisation, sign_in) -> None:
    one, pdf = shown(world, firm)[0], brochure(world, firm)
    client = sign_in(world.chinese_user)
    sent = client.get(reverse("brochure", args=[pdf.key]))
    assert sent["Content-Disposition"] == 'attachment; filename="elbe-lasertechnik-gmbh.pdf"'
    for answer in (sent, client.get(reverse("picture", args=[one.key, "small"]))):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]
    assert client.get(reverse("picture", args=[pdf.key, "large"])).status_code == 404
    assert client.get(reverse("brochure", args=[one.key])).status_code == 404
    assert client.get(reverse("picture", args=[one.key, "other"])).status_code == 404
    files.path_of(one.name).unlink()
    assert client.get(reverse("picture", args=[one.key, "large"])).status_code == 404


def test_only_who_keeps_the_profile_changes_it(world: World, firm: Organisation, sign_in) -> None:
    one = shown(world, firm)[0]
    paper = actions.save_certificate(organisation=firm, values=certificate(), by=world.owner)
    for who in (world.colleague, world.chinese_user, world.organiser):
        client = sign_in(who)
        for name, args in (("showing", [firm.key]), ("certificate-edit", [paper.key])):
            assert client.get(reverse(name, args=args)).status_code == 404
        for name, args in (
            ("file-step", [one.key, "remove"]), ("pictures-add", [firm.key]), ("brochure-set", [firm.key]),
            ("certificate-step", [paper.key, "remove"]), ("certificate-new", [firm.key]),
        ):  # fmt: skip
            assert client.post(reverse(name, args=args)).status_code == 404


# --- the brochure


def test_a_new_brochure_takes_the_place_of_the_old_one(world: World, firm: Organisation, sign_in) -> None:
    client = sign_in(world.owner)
    for name in ("a.pdf", "b.pdf"):
        data = {"brochure": SimpleUploadedFile(name, made.active_pdf())}
        assert client.post(reverse("brochure-set", args=[firm.key]), data).status_code == 302
    old, new = firm.files.order_by("pk")
    assert (old.removed is None, new.removed is None) == (False, True)
    actions.restore_file(file=old, by=world.owner)
    new.refresh_from_db()
    assert new.removed is not None
    bad = {"brochure": SimpleUploadedFile("a.pdf", made.HTML)}
    answer = client.post(reverse("brochure-set", args=[firm.key]), bad)
    assert "kein PDF" in words(answer)


# --- nothing stays


def test_what_was_removed_goes_after_a_week(world: World, firm: Organisation, folder: Path) -> None:
    gone, kept = shown(world, firm, 2)
    actions.remove_file(file=gone, by=world.owner)
    grow_old(folder)
    assert actions.sweep_files() == 0
    ProfileFile.objects.filter(pk=gone.pk).update(removed=timezone.now() - timedelta(days=8))
    assert actions.sweep_files() == 2
    assert on_disk(folder) == set(kept.names)


def test_a_registration_that_is_declined_leaves_no_file(world: World, folder: Path, run_tasks) -> None:
    waiting = organisation(world.saxony, "Wartende GmbH", is_published=False)
    shown(world, waiting)
    grow_old(folder)
    actions.decline(organisation=waiting, by=world.adviser)
    run_tasks()
    assert on_disk(folder) == set()


def test_merging_and_taking_it_back_loses_nothing(world: World, firm: Organisation, folder: Path) -> None:
    other = organisation(world.saxony, "Elbe Laser GmbH")
    for one in (firm, other):
        shown(world, one, 4)
        brochure(world, one)
    before = on_disk(folder)
    merge = site.merge(kept=firm, gone=other, by=world.adviser)
    grow_old(folder)
    actions.sweep_files()
    assert firm.files.count() == 10
    back, _left = site.undo_merge(merge=merge, by=world.adviser)
    assert (firm.files.count(), back.files.count()) == (5, 5)
    assert on_disk(folder) == before


# --- certificates


def certificate(days: int | None = 300) -> dict:
    expires = None if days is None else timezone.localdate() + timedelta(days=days)
    return {"name": "ISO 9001", "issuer": "TÜV", "number": "12 100", "expires": expires}


def test_a_certificate_by_the_form(world: World, firm: Organisation, sign_in) -> None:
    client = sign_in(world.owner)
    day = (timezone.localdate() + timedelta(days=300)).isoformat()
    assert client.post(reverse("certificate-new", args=[firm.key]), {"name": ""}).status_code == 400
    client.post(reverse("certificate-new", args=[firm.key]), {"name": "ISO 9001", "issuer": "TÜV", "expires": day})
    made_here = Certificate.objects.get()
    assert "ISO 9001" in words(sign_in(world.chinese_user).get(reverse("organisation", args=[firm.key])))
    client = sign_in(world.owner)
    client.post(reverse("certificate-edit", args=[made_here.key]), {"name": "ISO 14001"})
    made_here.refresh_from_db()
    assert (made_here.name, made_here.expires) == ("ISO 14001", None)
    for step, gone in (("remove", True), ("restore", False)):
        client.post(reverse("certificate-step", args=[made_here.key, step]))
        made_here.refresh_from_db()
        assert (made_here.removed is not None) is gone


def test_an_expired_one_says_so_and_is_hidden_after_a_time(world: World, firm: Organisation, sign_in) -> None:
    one = actions.save_certificate(organisation=firm, values=certificate(-1), by=world.owner)
    address = reverse("organisation", args=[firm.key])
    assert "已过期" in words(sign_in(world.chinese_user).get(address))
    Certificate.objects.filter(pk=one.pk).update(expires=timezone.localdate() - timedelta(days=91))
    assert "ISO 9001" not in words(sign_in(world.chinese_user).get(address))
    assert "ISO 9001" in words(sign_in(world.owner).get(reverse("showing", args=[firm.key])))


def test_managers_are_reminded_once(world: World, firm: Organisation) -> None:
    one = actions.save_certificate(organisation=firm, values=certificate(300), by=world.owner)
    assert actions.tend_certificates() == 0
    Certificate.objects.filter(pk=one.pk).update(expires=timezone.localdate() + timedelta(days=59))
    assert (actions.tend_certificates(), actions.tend_certificates()) == (1, 0)
    mail = Mail.objects.get()
    assert mail.user == world.owner
    actions.save_certificate(organisation=firm, values=certificate(30), by=world.owner)
    assert actions.tend_certificates() == 0, "who enters one that ends soon knows it"
    assert "ISO 9001" in mail.body
    assert reverse("showing", args=[firm.key]) in mail.body


def test_more_of_it_costs_no_more_queries(world: World, firm: Organisation, sign_in, django_assert_num_queries) -> None:
    client = sign_in(world.owner)
    for address in (reverse("organisation", args=[firm.key]), reverse("showing", args=[firm.key])):
        ProfileFile.objects.all().delete()
        shown(world, firm)
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        shown(world, firm, 4)
        actions.save_certificate(organisation=firm, values=certificate(None), by=world.owner)
        with django_assert_num_queries(len(few)):
            client.get(address)
