"""News: written in up to three languages, approved by another person, shown from a moment on, withdrawn and put back."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from qiao.core import files
from qiao.core.errors import Refused
from qiao.core.models import Office, Role
from qiao.core.views import BACKEND
from qiao.office import actions
from qiao.office.actions.news import ARTICLE_STEPS, article_steps
from qiao.office.news_models import Article
from qiao.office.news_queries import PER_PAGE, UNDO, contact_of, news_page, to_approve
from qiao.templatetags.news import paragraphs
from tests.core.hostile_files import picture as picture_bytes
from tests.world import user

ATOM = "{http://www.w3.org/2005/Atom}"
SAID = {
    "titles": {"de": "Konferenz eröffnet", "zh": "大会开幕"}, "leads": {"de": "Sechzig Gäste."},
    "bodies": {"de": "Erster Absatz.\n\nZweiter, siehe https://example.org/x.", "zh": "第一段。"},
    "captions": {}, "alternatives": {}, "contact": None, "event": None, "delegation": None, "publish_at": None,
}  # fmt: skip


@pytest.fixture
def enter(db: None):
    """A client of its own for each user."""

    def made(who) -> Client:
        client = Client()
        client.force_login(who, backend=BACKEND)
        return client

    return made


@pytest.fixture
def second(world):
    """Another adviser of the same office: from now on nobody approves the own words."""
    other = user("Second Sabine")
    Role.objects.create(user=other, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=world.office.pk)
    return other


def write(world, **said) -> Article:
    return actions.save_article(office=world.office, values=SAID | said, by=world.adviser)


def published(world, **said) -> Article:
    made = write(world, **said)
    actions.publish_article(article=made, by=world.admin)
    made.refresh_from_db()
    return made


def step(client, made: Article, name: str, **said):
    return client.post(reverse("article-step", args=[made.key, name]), said)


def state(made: Article) -> str:
    made.refresh_from_db()
    return made.state


@pytest.mark.db
def test_another_person_approves(world, second, enter, client) -> None:
    writer, other = enter(world.adviser), enter(second)
    form = {
        "kind": "news",
        "titles_de": "Konferenz eröffnet",
        "bodies_de": "Text.",
        "titles_zh": "大会开幕",
        "bodies_zh": "正文。",
    }
    writer.post(reverse("article-new"), form)
    made = Article.objects.get()
    page = reverse("article", args=[made.key])
    assert "publish" not in article_steps(made, world.adviser)
    step(writer, made, "publish")
    assert state(made) == "draft"
    step(writer, made, "submit")
    step(writer, made, "publish")
    assert state(made) == "review", "not by who wrote it"
    assert (to_approve(world.adviser), to_approve(second)) == (0, 1)
    assert client.get(page)["Location"].startswith(reverse("account_login"))
    step(other, made, "back", reason="Das Datum fehlt.")
    assert state(made) == "draft"
    assert "Das Datum fehlt." in writer.get(reverse("newsroom-article", args=[made.key])).content.decode()
    step(writer, made, "submit")
    step(other, made, "publish")
    assert (state(made), made.approved_by) == ("published", second)
    assert "Konferenz eröffnet" in client.get(page, headers={"accept-language": "de"}).content.decode()
    form["publish_at"] = timezone.localtime(made.publish_at).strftime("%Y-%m-%dT%H:%M")
    other.post(reverse("article-edit", args=[made.key]), form)
    assert state(made) == "published", "nothing was changed"
    form["titles_de"] = "Konferenz ist eröffnet"
    other.post(reverse("article-edit", args=[made.key]), form)
    assert state(made) == "review", "new words wait anew"
    assert step(other, made, "nothing").status_code == 404
    assert enter(world.organiser).get(reverse("newsroom-article", args=[made.key])).status_code == 404


def test_who_may_publish_at_once(world, second) -> None:
    made = write(world)
    with pytest.raises(Refused):
        actions.publish_article(article=made, by=world.adviser)
    assert "publish" in article_steps(made, world.admin)
    Office.objects.filter(pk=world.office.pk).update(reviews=Office.Reviews.NONE)
    made.office.refresh_from_db()
    assert "publish" in article_steps(made, world.adviser)
    Office.objects.filter(pk=world.office.pk).update(reviews=Office.Reviews.ONE)
    second.is_active = False
    second.save()
    made.office.refresh_from_db()
    actions.publish_article(article=made, by=world.adviser)  # is alone now


@pytest.mark.db
def test_scheduled_withdrawn_removed_and_undone(world, enter, client) -> None:
    later = published(world, publish_at=timezone.now() + timedelta(hours=1))
    page = reverse("article", args=[later.key])
    assert later.is_scheduled
    assert client.get(page).status_code == 302
    assert news_page(None, "1").versions == []
    Article.objects.update(publish_at=timezone.now())
    assert client.get(page).status_code == 200
    office = enter(world.adviser)
    for name, expected in (
        ("withdraw", "withdrawn"),
        ("again", "published"),
        ("withdraw", "withdrawn"),
        ("remove", "withdrawn"),
    ):
        step(office, later, name)
        assert state(later) == expected
        assert client.get(page).status_code == (200 if expected == "published" else 302)
    assert later.removed
    assert office.get(reverse("newsroom")).content.decode().count("Zurückholen") >= 1
    step(office, later, "restore")
    step(office, later, "restore")
    assert state(later) == "withdrawn"
    assert later.removed is None
    ARTICLE_STEPS["remove"](article=later, by=world.adviser)
    assert actions.forget_articles() == 0
    Article.objects.update(removed=timezone.now() - UNDO)
    assert actions.forget_articles() == 1


def test_a_double_click_writes_one_article(world) -> None:
    assert write(world) == write(world)
    assert write(world, titles={"de": "Ein anderer"}) != write(world)
    assert Article.objects.count() == 2


def test_withdrawn_words_that_change_are_a_draft_again(world, second) -> None:
    """Else they would be published again without another's approval."""
    made = published(world)
    ARTICLE_STEPS["withdraw"](article=made, by=world.adviser)
    actions.save_article(
        office=world.office, values=SAID | {"bodies": {"de": "Neu.", "zh": "新。"}}, by=world.adviser, article=made
    )
    assert state(made) == "draft"
    with pytest.raises(Refused):
        ARTICLE_STEPS["again"](article=made, by=world.adviser)


def test_another_office_neither_reads_nor_changes_it(world, enter) -> None:
    jinan = Office.objects.create(slug="jinan", names={"de": "Büro Jinan"}, country="CN")
    zhou = user("Zhou Min")
    Role.objects.create(user=zhou, kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE, scope_id=jinan.pk)
    made, other = write(world), enter(zhou)
    assert "Konferenz eröffnet" not in other.get(reverse("newsroom")).content.decode()
    for name in ("newsroom-article", "article-edit"):
        assert other.get(reverse(name, args=[made.key])).status_code == 404
    assert step(other, made, "submit").status_code == 404
    assert state(made) == "draft"


def test_each_language_has_words_of_its_own(world, client) -> None:
    made = published(world)
    address = reverse("article", args=[made.key])
    for accepts, title in (("de", "Konferenz eröffnet"), ("zh-hans", "大会开幕"), ("en", "Konferenz eröffnet")):
        page = client.get(address, headers={"accept-language": accepts}).content.decode()
        assert f'<span lang="{"zh-Hans" if "大" in title else "de"}">{title}</span>' in page
    page = client.get(reverse("article-in", args=[made.key, "zh"]), headers={"accept-language": "de"}).content.decode()
    assert '<article class="press" lang="zh-Hans">' in page
    assert client.get(reverse("article-in", args=[made.key, "en"]))["Location"] == address
    feed = ET.fromstring(client.get(reverse("news-feed", args=["zh"])).content)
    assert [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")] == ["大会开幕"]
    english = client.get(reverse("news-feed", args=["en"]))
    assert list(ET.fromstring(english.content).iter(f"{ATOM}entry")) == []
    assert english["Content-Type"].startswith("application/atom+xml")
    assert client.get(reverse("news-feed", args=["fr"])).status_code == 302


def test_one_language_lacks_its_text(world, enter) -> None:
    said = {"kind": "news", "titles_de": "Titel", "bodies_de": "Text", "titles_zh": "标题"}
    answer = enter(world.adviser).post(reverse("article-new"), said)
    assert answer.status_code == 400
    assert not Article.objects.exists()
    with pytest.raises(Refused), translation.override("de"):
        actions.publish_article(article=write(world, bodies={}), by=world.admin)


@pytest.mark.db
def test_a_picture_is_made_anew_and_needs_words(world, enter, client) -> None:
    office = enter(world.adviser)
    said = {"kind": "news", "titles_de": "Titel", "bodies_de": "Text"}

    def upload(**more):
        photo = SimpleUploadedFile("foto.png", picture_bytes(), "image/png")
        return office.post(reverse("article-new"), {**said, "picture": photo, **more})

    assert upload().status_code == 400, "without saying what it shows"
    upload(alternatives_de="Zwei Personen", captions_de="Foto: Büro")
    made = Article.objects.get()
    assert {made.picture, made.picture_small} <= files.known_names()
    small = reverse("article-picture", args=[made.key, "small"])
    assert (office.get(small)["Content-Type"], client.get(small).status_code) == ("image/jpeg", 302)
    actions.publish_article(article=made, by=world.admin)
    assert client.get(small).content.startswith(b"\xff\xd8")
    assert client.get(reverse("article-picture", args=[made.key, "huge"])).status_code == 302
    assert 'alt="Zwei Personen"' in client.get(reverse("article", args=[made.key])).content.decode()
    office.post(reverse("article-edit", args=[made.key]), {**said, "no_picture": "on", "alternatives_de": "Zwei"})
    made.refresh_from_db()
    assert (made.picture, files.known_names()) == ("", set())


def test_the_archive_has_years_and_pages(world, client) -> None:
    for year, count in ((2025, 1), (2026, PER_PAGE + 1)):
        for number in range(count):
            made = write(world, titles={"de": f"{year} {number}"}, bodies={"de": "Text"})
            moment = timezone.make_aware(timezone.datetime(year, 1, 1, 0, 30), timezone.get_default_timezone())
            Article.objects.filter(pk=made.pk).update(state="published", publish_at=moment)
    assert news_page(None, "1").years == [2026, 2025]
    assert [one.title for one in news_page(2025, "1").versions] == ["2025 0"]
    assert len(news_page(2026, "2").versions) == 1
    assert client.get(reverse("news-year", args=[2025])).status_code == 200
    assert client.get("/news/9999/")["Location"] == reverse("news")


def test_fact_sheets_stand_apart(world, client) -> None:
    made = published(
        world, kind="sheet", titles={"de": "Zoll bei Mustern"}, bodies={"de": "Siehe https://example.org."}
    )
    assert news_page(None, "1").versions == []
    assert "Zoll bei Mustern" in client.get(reverse("fact-sheets")).content.decode()
    assert client.get(reverse("article", args=[made.key])).status_code == 200
    assert b"Zoll" not in client.get(reverse("news-feed", args=["de"])).content


def test_the_contact_is_named_while_in_office(world) -> None:
    made = published(world, contact=world.adviser)
    assert contact_of(made) == world.adviser
    made.contact.is_active = False
    assert contact_of(made) is None
    made.contact.is_active = True
    world.adviser.roles.all().delete()
    assert contact_of(made) is None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\n\nb\nc", "<p>a</p>\n<p>b<br>c</p>"),
        ("详见https://example.org/a。谢谢", '<p>详见<a href="https://example.org/a" rel="nofollow noopener">https://example.org/a</a>。谢谢</p>'),
        ("(https://example.org).", '<p>(<a href="https://example.org" rel="nofollow noopener">https://example.org</a>).</p>'),
        ("<b>x</b> javascript:alert(1)", "<p>&lt;b&gt;x&lt;/b&gt; javascript:alert(1)</p>"),
        ('https://x.org/"onclick=', '<p><a href="https://x.org/" rel="nofollow noopener">https://x.org/</a>&quot;onclick=</p>'),
    ],
)  # fmt: skip
def test_addresses_become_links_and_nothing_else_does(text: str, html: str) -> None:
    assert paragraphs(text) == html


def test_more_articles_cost_no_more_queries(world, client, django_assert_num_queries) -> None:
    client.get(reverse("news"))
    with django_assert_num_queries(3):
        client.get(reverse("news"))
    for number in range(3):
        published(world, titles={"de": f"Titel {number}"}, event=world.event)
    with django_assert_num_queries(4):
        client.get(reverse("news"))


def test_where_others_look(world, enter, client) -> None:
    """The start page for visitors and members, and the event's page."""
    published(world, event=world.event)
    assert "Konferenz eröffnet" in client.get("/", headers={"accept-language": "de"}).content.decode()
    member = enter(world.owner)
    for address in ("/", reverse("event", args=[world.event.slug])):
        assert "Konferenz eröffnet" in member.get(address).content.decode()
