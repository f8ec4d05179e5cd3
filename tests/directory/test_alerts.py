"""Kept searches: one mail about all of somebody's searches, in their language, of what is new, visible and not their own."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from qiao.core.models import AuditEntry, Mail, Text
from qiao.core.stored import stored_about
from qiao.core.texts import write_texts
from qiao.directory import actions, asking
from qiao.directory.actions import alerts
from qiao.directory.hits import Ask
from qiao.directory.models import Organisation
from qiao.directory.search_models import SavedSearch
from qiao.site.actions import erase
from tests.directory.opportunities import shown_opportunity
from tests.world import organisation, person

pytestmark = pytest.mark.db
MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # nine in Berlin, four in the afternoon in Jinan


@pytest.fixture
def at(monkeypatch):
    """Set the clock of the alerts."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(alerts.timezone, "now", lambda: moment)

    set_to(MORNING)
    return set_to


@pytest.fixture
def kept(world, at) -> SavedSearch:
    """The owner keeps "laser"; everything there is has been told."""
    actions.index_stale()
    Organisation.objects.update(shown_since=MORNING - timedelta(days=30))
    texts().update(changed=MORNING - timedelta(days=30))
    search = actions.keep_search(ask=Ask("laser"), by=world.owner)
    actions.set_mails(search=search, mails="daily", by=world.owner)
    SavedSearch.objects.update(looked=MORNING - timedelta(days=1))
    return search


def texts():
    return Text.objects.all()


def shown(world, name: str, when: datetime = MORNING - timedelta(hours=2), **fields) -> Organisation:
    made = organisation(world.jinan, name, shown_since=when, **fields)
    texts().filter(entry__organisation=made).update(changed=when)
    actions.index_stale()
    return made


def told() -> list[Mail]:
    return list(Mail.objects.filter(kind="directory.alert").order_by("pk"))


def test_a_new_organisation_is_told_once_in_the_readers_language(world, kept) -> None:
    firm = shown(world, "青岛激光有限公司", name_latin="Qingdao Laser", city="Qingdao", offers=({"zh": "激光焊接"},))
    assert actions.send_alerts() == 1
    (mail,) = told()
    assert (mail.user, mail.address, mail.language) == (world.owner, world.owner.email, "de")
    assert mail.subject == "Neues zu Ihren gemerkten Suchen"
    assert "Qingdao Laser, Qingdao" in mail.body
    assert "激光焊接" in mail.body
    assert reverse("organisation", args=[firm.key]) in mail.body
    assert reverse("organisations") + "?q=laser" in mail.body
    assert actions.send_alerts() == 0
    assert len(told()) == 1


def test_nothing_new_is_no_mail(world, kept) -> None:
    shown(world, "Töpferei", offers=({"de": "Krüge"},))
    assert actions.send_alerts() == 0
    kept.refresh_from_db()
    assert kept.looked == MORNING - alerts.LAG


def test_one_mail_for_all_searches(world, kept) -> None:
    second = actions.keep_search(ask=Ask("", "offer", {"country": ("CN",)}), by=world.owner)
    SavedSearch.objects.filter(pk=second.pk).update(looked=MORNING - timedelta(days=8))
    for number in range(7):
        shown(world, f"Laser {number}", offers=({"zh": "激光"},))
    assert actions.send_alerts() == 1
    body = told()[0].body
    assert "laser\n" in body
    assert "Angebote · China" in body
    assert body.count("Und 2 weitere Treffer:") == 2


def test_a_changed_offer_is_new_where_it_is_what_fits(world, kept) -> None:
    actions.save_organisation(
        organisation=world.german_en.organisation, values={"offers": [{"de": "Laserbohren"}]}, by=None
    )
    texts().filter(text="Laserbohren").update(changed=MORNING - timedelta(hours=2))
    assert actions.send_alerts() == 1
    assert "Laserbohren" in told()[0].body


def test_another_text_of_a_firm_that_fitted_before_is_not_new(world, kept) -> None:
    SavedSearch.objects.update(query="?q=medizintechnik")
    firm = world.german_en.organisation
    assert alerts.find(world.owner, Ask("medizintechnik")).hits[0].id == firm.pk
    actions.save_organisation(organisation=firm, values={"seeks": [{"de": "Keramik"}]}, by=None)
    texts().filter(text="Keramik").update(changed=MORNING - timedelta(hours=2))
    assert actions.send_alerts() == 0


def test_a_translation_by_machine_is_not_new_nor_is_what_one_wrote_oneself(world, kept) -> None:
    foreign = world.chinese.organisation.entries.get(kind="offer")
    write_texts(foreign, "text", {"de": "Laser"}, origin=Text.Origin.MACHINE)
    own = world.german.organisation
    actions.save_organisation(organisation=own, values={"offers": [{"de": "Laserbohren"}]}, by=world.owner)
    texts().filter(text__in=["Laser", "Laserbohren"]).update(changed=MORNING - timedelta(hours=2))
    assert actions.send_alerts() == 0


def test_what_was_written_long_before_is_new_when_its_firm_is_approved(world, kept) -> None:
    SavedSearch.objects.update(query="?q=laser&kind=offer")
    firm = shown(world, "Wartend", offers=({"de": "Laserbohren"},))
    texts().filter(text="Laserbohren").update(changed=MORNING - timedelta(days=20))
    assert actions.send_alerts() == 1
    assert reverse("organisation", args=[firm.key]) in told()[0].body


def test_a_firm_is_quoted_with_what_fits(world, kept) -> None:
    shown(world, "Werft", offers=({"de": "Fähren"}, {"de": "Laserbohren"}))
    assert actions.send_alerts() == 1
    assert "Laserbohren" in told()[0].body
    assert "Fähren" not in told()[0].body


def test_people_are_not_watched(world, kept) -> None:
    person(world.german_en.organisation, "Laser Lena")
    shown(world, "Werft", offers=({"de": "Laserbohren"},))
    assert [hit.kind for hit in alerts.find(world.owner, Ask("laser")).hits[:2]] == ["person", "organisation"]
    assert actions.send_alerts() == 1
    assert "Werft" in told()[0].body
    assert "Lena" not in told()[0].body


def test_the_best_stands_first_and_long_texts_are_cut(world, kept) -> None:
    shown(world, "Handel", offers=({"de": "Geräte mit Laser und anderem " * 20},))
    shown(world, "Laser Neu")
    assert actions.send_alerts() == 1
    body = told()[0].body
    assert body.index("Laser Neu") < body.index("Handel")
    assert "…" in body
    assert len(body) < 1500


def test_a_search_is_named_in_the_readers_language(world, kept) -> None:
    SavedSearch.objects.update(query="?q=laser&kind=offer&country=CN")
    world.owner.language = "zh-hans"
    world.owner.save()
    shown(world, "Laser Neu", offers=({"de": "Laser"},))
    assert actions.send_alerts() == 1
    assert "laser · 供给 · 中国" in told()[0].body


def test_only_what_the_reader_may_see_and_not_their_own(world, kept) -> None:
    hidden = shown(world, "Laser Geheim", is_published=False)
    own = shown(world, "Laser Eigen")
    own.memberships.create(person=world.owner.person)
    assert actions.send_alerts() == 0
    SavedSearch.objects.update(looked=MORNING - timedelta(days=1))
    actions.approve(organisation=hidden, by=world.adviser)
    Organisation.objects.filter(pk=hidden.pk).update(shown_since=MORNING - timedelta(minutes=30))
    assert actions.send_alerts() == 1
    assert "Laser Geheim" in told()[0].body
    assert "Laser Eigen" not in told()[0].body


def test_approval_makes_an_organisation_new(world, kept) -> None:
    waiting = shown(world, "Laser Wartend", MORNING - timedelta(days=20), is_published=False)
    actions.approve(organisation=waiting, by=world.adviser)
    waiting.refresh_from_db()
    assert waiting.shown_since > MORNING - timedelta(days=1)


@pytest.mark.parametrize(
    ("mails", "looked", "now", "due"),
    [
        ("daily", "2026-11-24 08:00", "2026-11-25 05:59", False),  # 06:59 in Berlin
        ("daily", "2026-11-24 23:30", "2026-11-25 06:00", False),  # 00:30 and 07:00 of one day in Berlin
        ("daily", "2026-11-24 22:30", "2026-11-25 06:00", True),
        ("weekly", "2026-11-19 08:00", "2026-11-25 12:00", False),
        ("weekly", "2026-11-18 20:00", "2026-11-25 06:00", True),
    ],
)
def test_mails_come_in_the_morning_where_the_person_lives(world, kept, mails, looked, now, due) -> None:
    kept.mails, kept.looked = mails, datetime.fromisoformat(looked).replace(tzinfo=UTC)
    assert alerts.is_due(kept, datetime.fromisoformat(now).replace(tzinfo=UTC)) is due


def test_who_wants_none_or_has_no_account_any_more_gets_none(world, kept) -> None:
    shown(world, "Laser Neu")
    actions.set_mails(search=kept, mails="none", by=world.owner)
    assert actions.send_alerts() == 0
    actions.set_mails(search=kept, mails="daily", by=world.owner)
    assert kept.looked == MORNING, "what came meanwhile is not told later"
    SavedSearch.objects.update(looked=MORNING - timedelta(days=1))
    world.owner.is_active = False
    world.owner.save()
    assert actions.send_alerts() == 0


def test_two_workers_at_once_send_one_mail(world, kept, monkeypatch) -> None:
    shown(world, "Laser Neu")
    other = actions.keep_search(ask=Ask("optik"), by=world.owner)
    SavedSearch.objects.update(looked=MORNING - timedelta(days=8))
    news = alerts._news

    def overtaken(*args):
        SavedSearch.objects.filter(pk=other.pk).update(looked=MORNING - timedelta(minutes=20))
        return news(*args)

    monkeypatch.setattr(alerts, "_news", overtaken)
    assert actions.send_alerts() == 0
    assert told() == []
    kept.refresh_from_db()
    assert kept.looked == MORNING - timedelta(days=8), "told by neither, were it later"


# --- pages


def test_a_narrowed_search_of_the_marketplace_is_kept_as_it_is(world, at, sign_in) -> None:
    """It leads back to the marketplace, and only opportunities that say what was chosen are told."""
    client = sign_in(world.stranger)
    shown_opportunity(world.german.organisation, by=world.adviser, stage="market", area="technology")
    actions.index_stale()
    page = client.get(reverse("marketplace"), {"stage": "market", "kind": "offer"}).context["found"].search
    assert page.can_be_kept
    client.post(reverse("search-keep"), {"search": page.address})
    search = SavedSearch.objects.get()
    content = client.get(reverse("saved-searches")).content.decode()
    assert "Angebote · am Markt" in content
    assert f"{reverse('marketplace')}?kind=offer&amp;stage=market" in content
    actions.set_mails(search=search, mails="daily", by=world.stranger)
    texts().update(changed=MORNING - timedelta(days=30))
    Organisation.objects.update(shown_since=MORNING - timedelta(days=30))
    for stage, title in (("market", "Neue Schweißdüsen"), ("idea", "Erdachte Bohrer")):
        shown_opportunity(
            world.german.organisation,
            by=world.adviser,
            stage=stage,
            texts={"title": {"de": title}, "text": {"de": "Viel."}},
        )
    texts().filter(changed__gte=MORNING).update(changed=MORNING - timedelta(hours=2))
    SavedSearch.objects.update(looked=MORNING - timedelta(days=1))
    actions.index_stale()
    assert actions.send_alerts() == 1
    (mail,) = told()
    assert "Schweißdüsen" in mail.body
    assert "Bohrer" not in mail.body
    assert "am Markt" in mail.body
    assert f"{reverse('marketplace')}?kind=offer&stage=market" in mail.body


def test_keeping_changing_and_removing_on_the_page(world, sign_in) -> None:
    actions.index_stale()
    client = sign_in(world.owner)
    assert "Sie haben sich noch keine Suche gemerkt." in client.get(reverse("saved-searches")).content.decode()
    page = client.get(reverse("organisations"), {"q": "laser", "country": "CN"})
    address = page.context["found"].address
    for _again in range(2):
        client.post(reverse("search-keep"), {"search": address})
    search = SavedSearch.objects.get()
    content = client.get(reverse("saved-searches")).content.decode()
    assert "laser · China" in content
    assert asking.from_address(search.query) == page.context["found"].ask
    client.post(reverse("search-change", args=[search.key]), {"mails": "daily"})
    search.refresh_from_db()
    assert search.mails == "daily"
    client.post(reverse("search-change", args=[search.key]), {"mails": "hourly"})
    search.refresh_from_db()
    assert search.mails == "daily"
    assert sign_in(world.stranger).post(reverse("search-change", args=[search.key]), {"remove": ""}).status_code == 404
    client = sign_in(world.owner)
    client.post(reverse("search-change", args=[search.key]), {"remove": ""})
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "search",
    [
        "",
        "?",
        "?kind=planet",
        "?sort=newest",
        "?q=" + "x" * 201,
        "?kind=person&q=otto",
        "?review=on",
        "?q=" + "x" * 190 + "".join(f"&park={n:099}" for n in range(12)),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(world, sign_in, search) -> None:
    page = sign_in(world.owner).post(reverse("search-keep"), {"search": search}, follow=True)
    assert "merken" in page.content.decode() or "gemerkt zu werden" in page.content.decode()
    assert not SavedSearch.objects.exists()


def test_twenty_searches_are_enough(world) -> None:
    for number in range(alerts.MOST):
        actions.keep_search(ask=Ask(f"laser {number}"), by=world.owner)
    with pytest.raises(alerts.Refused):
        actions.keep_search(ask=Ask("one more"), by=world.owner)
    actions.keep_search(ask=Ask("laser 1"), by=world.owner)
    assert SavedSearch.objects.count() == alerts.MOST


def test_mails_end_by_the_link_in_one_without_signing_in(world, kept, client) -> None:
    actions.keep_search(ask=Ask("optik"), by=world.owner)
    shown(world, "Laser Neu")
    actions.send_alerts()
    link = re.search(r"https?://[^/]+(/searches/stop/\S+)", told()[0].body)[1]
    assert "abbestellen" in client.get(link).content.decode()
    kept.refresh_from_db()
    assert kept.mails == "daily", "a program that opens links changes nothing"
    client.post(link)
    assert set(SavedSearch.objects.values_list("mails", flat=True)) == {"none"}
    assert client.get(link[:-2] + "x/").status_code == 404
    assert AuditEntry.objects.filter(action="directory.stop_mails").count() == 1


# --- personal data


def test_searches_stand_in_what_is_stored_and_go_with_the_account(world, kept) -> None:
    stored = {
        one.declaration.field: one.values for one in stored_about(world.owner) if one.declaration.model == "SavedSearch"
    }
    assert stored["query"] == ["?q=laser"]
    erase(person=world.owner.person, by=world.owner)
    assert not SavedSearch.objects.exists()


def test_somebody_without_an_address_is_not_told(world, kept) -> None:
    world.owner.email = None
    world.owner.save()
    shown(world, "Laser Neu")
    assert actions.send_alerts() == 0
