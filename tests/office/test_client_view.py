"""The client's own view of a case: off until an adviser switches it on, and nothing that is not marked."""

import pytest
from django.urls import reverse

from qiao.core import files
from qiao.core.errors import Refused
from qiao.office import actions
from qiao.office.case_models import AdviceCase, CaseDocument
from tests.world import World

pytestmark = pytest.mark.db
SECRET = "Nur für das Büro"


@pytest.fixture
def made(world: World) -> AdviceCase:
    """Of Otto's firm, for whom nobody in particular speaks; with a task and a document of each kind."""
    made = actions.open_case(
        office=world.office, kind="law", topic="Vertrag", organisation=world.german.organisation, text=SECRET, minutes=30,
        by=world.adviser,
    )  # fmt: skip
    for title in ("Entwurf lesen", SECRET):
        task = actions.add_task(case=made, title=title, by=world.adviser)
        file = files.Brochure(f"%PDF- {title}".encode(), 1)
        paper = actions.add_document(case=made, file=file, title=f"PDF {title}", by=world.adviser)
        actions.show_task(task=task, for_client=title != SECRET, by=world.adviser)
        actions.show_document(document=paper, for_client=title != SECRET, by=world.adviser)
    return made


def share(client, made: AdviceCase, **said):
    return client.post(reverse("case-step", args=[made.key, "share"]), said)


def test_it_is_off_until_an_adviser_switches_it_on(world, made, sign_in) -> None:
    address = reverse("client-case", args=[made.key])
    assert sign_in(world.owner).get(address).status_code == 404
    share(sign_in(world.adviser), made, shared="on", next_step="Wir warten auf den Notar.")
    client = sign_in(world.owner)
    assert address in client.get(reverse("advice")).content.decode()
    page = client.get(address).content.decode()
    assert "Wir warten auf den Notar." in page
    assert "Entwurf lesen" in page
    assert SECRET not in page
    assert "30 Minuten" not in page
    for paper in CaseDocument.objects.all():
        answer = client.get(reverse("client-document", args=[made.key, paper.pk]))
        assert answer.status_code == (200 if paper.for_client else 404)
        assert client.get(reverse("case-document-file", args=[made.key, paper.pk])).status_code == 404
    for who in (world.colleague, world.chinese_user, world.stranger, world.organiser, world.adviser):
        assert sign_in(who).get(address).status_code == 404, who
    share(sign_in(world.adviser), made, next_step="")
    assert sign_in(world.owner).get(address).status_code == 404


def test_who_speaks_for_the_client_reads_it_and_nobody_else(world, made, sign_in) -> None:
    actions.share_case(case=made, shared=True, by=world.adviser)
    AdviceCase.objects.filter(pk=made.pk).update(person=world.colleague.person)
    address = reverse("client-case", args=[made.key])
    assert sign_in(world.owner).get(address).status_code == 404
    assert sign_in(world.colleague).get(address).status_code == 200
    world.colleague.person.memberships.all().delete()
    assert sign_in(world.colleague).get(address).status_code == 404


def test_another_client_does_not_inherit_it(world, made) -> None:
    actions.share_case(case=made, shared=True, by=world.adviser)
    said = {"topic": "Vertrag", "person": None, "introductions": [], "cooperations": [], "by": world.adviser}
    actions.change_case(case=made, organisation=world.german.organisation, **said)
    made.refresh_from_db()
    assert made.shared
    actions.change_case(case=made, organisation=world.chinese.organisation, **said)
    made.refresh_from_db()
    assert not made.shared
    unknown = actions.open_case(office=world.office, kind="law", topic="x", client="Unbekannt", by=world.adviser)
    with pytest.raises(Refused):
        actions.share_case(case=unknown, shared=True, by=world.adviser)


def test_documents_are_pdfs_that_the_adviser_marks_and_removes(world, made, sign_in) -> None:
    client = sign_in(world.adviser)
    paper = CaseDocument.objects.get(for_client=False)
    address = reverse("case-document", args=[made.key, paper.pk])
    assert client.get(reverse("case-document-file", args=[made.key, paper.pk])).content.startswith(b"%PDF")
    client.post(address, {"client": "yes"})
    paper.refresh_from_db()
    assert paper.for_client
    client.post(address, {"remove": "yes"})
    assert not CaseDocument.objects.filter(pk=paper.pk).exists()
    assert paper.name not in files.known_names()
    answer = client.post(reverse("case-step", args=[made.key, "document"]), {"title": "x"})
    assert answer.status_code == 400
