"""What a profile lacks: judged from what is there, said to those who keep it, with the way to mend it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core import files
from qiao.core.texts import write_texts
from qiao.directory import actions
from qiao.directory.coaching import POINTS, coaching_of, completeness
from qiao.directory.models import EntryKeyword, Keyword, Organisation, OrganisationKeyword
from tests.world import World, organisation, show_abroad

pytestmark = pytest.mark.db


@pytest.fixture
def firm(world: World) -> Organisation:
    return world.german.organisation


def missing(firm: Organisation) -> set[str]:
    return {hint.code for hint in coaching_of(Organisation.objects.get(pk=firm.pk)).hints}


def words(response) -> str:
    return response.content.decode()


def test_what_is_missing_is_named_and_goes_when_it_is_there(world: World, firm: Organisation) -> None:
    everything = {
        "languages_read",
        "abstract",
        "picture",
        "evidence",
        "keywords",
        "short",
        "size",
        "number",
        "website",
        "named",
    }
    assert missing(firm) == everything

    def mends(*codes: str) -> None:
        assert everything - missing(firm) == set(codes)
        everything.difference_update(codes)

    values = {"size": "small", "website": "https://elbe.example", "register": "HRB 1"}
    actions.save_organisation(organisation=firm, values=values, by=world.owner)
    mends("size", "website", "number")
    show_abroad(world.german.person)
    mends("named")
    actions.add_pictures(organisation=firm, pictures=[files.Picture(b"l", b"s", 1, 1)], by=world.owner)
    mends("picture")
    day = timezone.localdate()
    actions.record_evidence(organisation=firm, kind="visited", day=day, office=world.office, by=world.adviser)
    mends("evidence")
    for entry in firm.entries.all():
        write_texts(
            entry, "text", {"de": "Laserschneidanlagen für Bleche bis 20 mm, für den Fahrzeugbau", "zh": "激光设备"}
        )
    mends("languages_read", "short")
    term = Keyword.objects.create(code="lasers", names={"en": "lasers"})
    OrganisationKeyword.objects.create(organisation=firm, keyword=term, origin="confirmed")
    mends("keywords")
    assert everything == {"abstract"}


def test_a_chinese_name_needs_a_latin_form(world: World) -> None:
    assert "latin" not in missing(world.chinese.organisation)
    assert "latin" in missing(organisation(world.jinan, "济南测试有限公司"))
    assert {"offers", "seeks"} <= missing(organisation(world.jinan, "济南测试公司"))


def test_each_hint_leads_to_its_field(world: World, firm: Organisation, sign_in) -> None:
    """A page that does not open, or a field that is not on it, would leave people alone with the advice."""
    client, edit = sign_in(world.owner), reverse("organisation-edit", args=[firm.key])
    page = words(client.get(edit))
    for hint in coaching_of(firm).hints:
        address, _hash, field = hint.url.partition("#")
        if address == edit:
            assert f'id="{field}"' in page, hint
        elif not address.startswith("mailto:"):
            assert client.get(address).status_code == 200, hint
    unread = next(hint for hint in coaching_of(firm).hints if hint.code == "languages_read")
    assert unread.url.endswith("#id_offers_1_zh")


@pytest.mark.parametrize("language", ["de", "zh-hans", "en"])
def test_every_point_has_words(world: World, language: str) -> None:
    with translation.override(language):
        hints = coaching_of(organisation(world.jinan, "济南测试有限公司", offers=({"zh": "激光"},))).hints
        assert all(hint.text and "%(" not in hint.text for hint in hints)
    assert len(hints) < len(POINTS)


def test_only_those_who_keep_the_profile_read_it(world: World, firm: Organisation, sign_in) -> None:
    address = reverse("organisation", args=[firm.key])
    for who, reads in ((world.owner, True), (world.adviser, True), (world.colleague, False), (world.stranger, False)):
        assert ('id="coaching"' in words(sign_in(who).get(address))) is reads


def test_a_proposed_keyword_is_taken_with_one_tap(world: World, firm: Organisation, sign_in) -> None:
    term = Keyword.objects.create(code="lasers", names={"de": "Laser", "en": "lasers"})
    EntryKeyword.objects.create(entry=firm.entries.first(), keyword=term, score=0.9)
    client, profile = sign_in(world.owner), reverse("organisation", args=[firm.key])
    assert 'value="lasers"' in words(client.get(profile))
    data = {"code": "lasers", "choice": "confirm", "next": f"{profile}#coaching"}
    answer = client.post(reverse("organisation-keywords", args=[firm.key]), data)
    assert answer["Location"] == f"{profile}#coaching"
    assert OrganisationKeyword.objects.get().origin == "confirmed"
    assert 'value="lasers"' not in words(client.get(profile))


def test_the_office_reads_how_complete_profiles_are_in_its_list(
    world: World, sign_in, django_assert_num_queries
) -> None:
    actions.rebuild_index()
    address = reverse("organisations")
    assert "von 14 Punkten" in words(sign_in(world.adviser).get(address))
    assert "von 14 Punkten" not in words(sign_in(world.owner).get(address))
    client = sign_in(world.adviser)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    count = len(few)
    for number in range(5):
        organisation(world.jinan, f"济南第{number}公司", offers=({"zh": "激光设备销售"},))
    actions.rebuild_index()
    client.get(address)
    with django_assert_num_queries(count):
        client.get(address)


def test_many_are_judged_in_a_fixed_number_of_queries(world: World, django_assert_num_queries) -> None:
    with CaptureQueriesContext(connection) as few:
        completeness([world.german.organisation])
    with django_assert_num_queries(len(few)):
        completeness([world.german.organisation, world.chinese.organisation])
