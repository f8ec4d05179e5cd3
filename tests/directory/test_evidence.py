"""Evidence that a partner is real: who records it, who reads it where, and what follows from talks that took place."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core.errors import Refused
from qiao.core.models import AuditEntry, Office
from qiao.directory import actions, evidence_queries
from qiao.directory.evidence_models import OrganisationEvidence
from qiao.directory.models import Organisation
from qiao.events.models import Slot
from qiao.meetings import actions as meetings
from qiao.site import actions as site
from tests.meetings.plans import agreed, finished_run, meeting
from tests.world import World, organisation

pytestmark = pytest.mark.db
Kind = OrganisationEvidence.Kind


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.chinese.organisation


def seen(world: World, firm: Organisation, days: int = 3, kind: str = Kind.REGISTER) -> OrganisationEvidence:
    day = timezone.localdate() - timedelta(days=days)
    return actions.record_evidence(organisation=firm, kind=kind, day=day, office=world.office, by=world.adviser)


def words(response) -> str:
    return response.content.decode()


def test_the_office_records_takes_back_and_puts_back(world: World, firm: Organisation, sign_in) -> None:
    client, address = sign_in(world.adviser), reverse("evidence", args=[firm.key])
    day = timezone.localdate() - timedelta(days=3)
    data = {"kind": "visited", "day": day.isoformat(), "office": world.office.pk}
    assert client.post(address, data).status_code == 302
    profile = reverse("organisation", args=[firm.key])
    assert "Besucht: Kontaktbüro" in words(sign_in(world.owner).get(profile))
    assert "Nachweis eintragen" not in words(sign_in(world.owner).get(profile))
    made = OrganisationEvidence.objects.get()
    for step, shown in (("remove", False), ("restore", True)):
        sign_in(world.adviser).post(reverse("evidence-step", args=[made.key, step]))
        assert ("Besucht: Kontaktbüro" in words(sign_in(world.owner).get(profile))) is shown
    assert AuditEntry.objects.filter(action__endswith="_evidence", actor=world.adviser).count() == 3


def test_nobody_but_the_office_records(world: World, firm: Organisation, sign_in) -> None:
    made = seen(world, firm)
    for who in (world.owner, world.chinese_user, world.organiser):
        assert sign_in(who).post(reverse("evidence", args=[firm.key]), {}).status_code == 404
        assert sign_in(who).post(reverse("evidence-step", args=[made.key, "remove"])).status_code == 404


def test_a_day_ahead_twice_the_same_and_another_office_are_refused(world: World, firm: Organisation, sign_in) -> None:
    with pytest.raises(Refused):
        seen(world, firm, days=-2)
    made = seen(world, firm)
    with pytest.raises(Refused):
        seen(world, firm)
    actions.remove_evidence(evidence=made, by=world.adviser)
    seen(world, firm)
    with pytest.raises(Refused):
        actions.restore_evidence(evidence=made, by=world.adviser)
    other = Office.objects.create(slug="anderes", names={"de": "Anderes Büro"}, country="CN")
    data = {"kind": "met", "day": timezone.localdate().isoformat(), "office": other.pk}
    answer = sign_in(world.adviser).post(reverse("evidence", args=[firm.key]), data)
    assert answer.status_code == 400
    assert sign_in(world.admin).post(reverse("evidence", args=[firm.key]), data).status_code == 302


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Register extract seen by the Contact Office"),
        ("de", "Registerauszug eingesehen: Kontaktbüro"),
        ("zh-hans", "泉城—易北城联络处于"),
    ],
)
def test_the_sentence_in_three_languages(world: World, firm: Organisation, language: str, line: str) -> None:
    with translation.override(language):
        assert line in evidence_queries.sentence(seen(world, firm))


def test_old_evidence_says_its_age(world: World, firm: Organisation) -> None:
    with translation.override("de"):
        assert evidence_queries.age(seen(world, firm, days=360)) == ""
        assert evidence_queries.age(seen(world, firm, days=800)) == "vor 2 Jahren"


def test_the_latest_stands_in_the_results(world: World, firm: Organisation, sign_in) -> None:
    seen(world, firm, days=400)
    seen(world, firm, days=2, kind=Kind.MET)
    actions.rebuild_index()
    page = words(sign_in(world.owner).get(reverse("organisations")))
    assert page.count("Persönlich getroffen: Kontaktbüro") == 1
    assert "Registerauszug" not in page


def test_talks_that_took_place_are_noted_once(world: World) -> None:
    agreed(world.german, world.chinese, "otto-wang")
    meetings.publish(run=finished_run(world, [meeting("otto-wang", 1, 1, world.interpreter)]), by=world.organiser)
    assert meetings.note_talks() == 0, "they are to come"
    long_ago = timezone.now() - timedelta(days=30)
    Slot.objects.filter(event=world.event, position=1).update(start=long_ago, end=long_ago + timedelta(minutes=25))
    assert (meetings.note_talks(), meetings.note_talks()) == (2, 0)
    made = OrganisationEvidence.objects.get(organisation=world.chinese.organisation)
    with translation.override("de"):
        assert "Konferenz 2027" in evidence_queries.sentence(made)
    actions.remove_evidence(evidence=made, by=world.adviser)
    assert meetings.note_talks() == 0, "what the office took back stays so"


def test_merged_organisations_keep_what_was_seen_of_both(world: World, firm: Organisation) -> None:
    double = organisation(world.jinan, "济南激光设备公司", city="Jinan")
    seen(world, firm)
    seen(world, double)
    seen(world, double, kind=Kind.VISITED)
    merge = site.merge(kept=firm, gone=double, by=world.adviser)
    assert sorted(row.kind for row in firm.evidence.all()) == ["register", "visited"]
    back, _left = site.undo_merge(merge=merge, by=world.adviser)
    assert (firm.evidence.count(), back.evidence.count()) == (1, 2)


def test_more_evidence_costs_no_more_queries(
    world: World, firm: Organisation, sign_in, django_assert_num_queries
) -> None:
    actions.rebuild_index()
    client, address = sign_in(world.owner), reverse("organisations")
    seen(world, firm)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for days, one in enumerate(Organisation.objects.all(), 4):
        seen(world, one, days=days)
    with django_assert_num_queries(len(few)):
        client.get(address)
