"""What visitors see, and the six doors of a demo."""

import pytest
from django.test import Client

from qiao.core.models import User
from qiao.site.demo_people import DEMO_EMAILS
from tests.office.test_news import published
from tests.world import person, user

pytestmark = [pytest.mark.pages, pytest.mark.django_db]


@pytest.fixture
def cast(world):
    for key, email in DEMO_EMAILS.items():
        language = "zh-hans" if key == "chinese" else "de"
        User.objects.update_or_create(email=email, defaults={"name": f"Demo {key}", "language": language})


@pytest.mark.parametrize(
    ("asks_for", "title"),
    [
        ("de", "Zueinander finden"),
        ("zh-CN", "跨越语言，彼此相遇"),
        ("en", "Finding each other"),
        ("fr", "Zueinander finden"),
    ],
)
def test_visitors_read_in_their_language_and_the_other_two_stand_below(world, client, asks_for, title):
    page = client.get("/", headers={"accept-language": asks_for}).content.decode()
    assert f"<h1>{title}" in page
    for words in ("Unternehmen, Institute", "两地的企业", "Firms, institutes"):
        assert words in page
    assert page.count("德累斯顿与萨克森州") == 1


def test_the_page_names_the_installation_before_the_product(world, client):
    page = client.get("/", headers={"accept-language": "zh-CN"}).content.decode()
    head, foot = page[: page.index("<main")], page[page.index("<footer") :]
    assert "泉城—易北城联络处" in head
    assert "Qiao" not in head
    assert "Qiao" in foot


def test_the_doors_of_a_demo_stand_before_its_news(world, cast, client, settings):
    """Who has just started the demo looks for them, and finds them without scrolling past its news."""
    settings.DEMO = True
    published(world)
    page = client.get("/").content.decode()
    assert 0 < page.index("/demo/enter/") < page.index('<section class="news">')


def test_no_door_without_a_demo(cast, client):
    assert "/demo/enter/" not in client.get("/").content.decode()
    assert client.post("/demo/enter/organiser/").status_code == 404
    assert client.get("/look/").status_code == 404


@pytest.mark.parametrize("who", DEMO_EMAILS)
def test_each_door_signs_in_as_its_person(cast, client, settings, who):
    settings.DEMO = True
    page = client.get("/").content.decode()
    assert page.count('action="/demo/enter/') == 6
    assert client.post(f"/demo/enter/{who}/").headers["Location"] == "/"
    assert client.get("/").context["user"].email == DEMO_EMAILS[who]


def test_a_door_opens_by_a_click_only_and_never_for_somebody_else(cast, client, settings):
    settings.DEMO = True
    assert client.get("/demo/enter/organiser/").status_code == 405
    assert client.post("/demo/enter/owner/").status_code == 404
    User.objects.filter(email=DEMO_EMAILS["german"]).update(is_active=False)
    assert client.post("/demo/enter/german/").status_code == 404


def test_entering_speaks_the_persons_language(cast, client, settings):
    settings.DEMO = True
    client.post("/demo/enter/chinese/")
    assert '<html lang="zh-Hans">' in client.get("/").content.decode()


def test_what_was_chosen_in_this_browser_stays_after_entering_and_is_nobody_elses(cast, client, settings):
    settings.DEMO = True
    client.post("/language/", {"language": "en"})
    client.post("/demo/enter/organiser/")
    assert '<html lang="en">' in client.get("/").content.decode()
    client.post("/language/", {"language": "zh-hans"})
    assert '<html lang="zh-Hans">' in client.get("/").content.decode()
    later = Client()
    later.post("/demo/enter/organiser/")
    assert '<html lang="de">' in later.get("/").content.decode()


def test_outside_a_demo_the_account_keeps_the_language_whatever_the_browser_has(cast, client, settings):
    client.cookies["django_language"] = "en"
    client.force_login(User.objects.get(email=DEMO_EMAILS["chinese"]))
    assert '<html lang="zh-Hans">' in client.get("/").content.decode()


def test_a_door_says_what_kind_of_user_it_is_and_names_the_person_in_both_scripts(world, client, settings):
    settings.DEMO = True
    account = user("Wang", language="zh-hans", email=DEMO_EMAILS["chinese"])
    person(world.chinese.organisation, "王明", name_latin="Wáng Míng", account=account)
    page = client.get("/", headers={"accept-language": "de"}).content.decode()
    door = page[page.index('action="/demo/enter/chinese/"') :]
    button = door[door.index("<button") : door.index("</button>")]
    assert "Chinesisches Unternehmen" in button.partition(">")[2].partition("<span")[0]
    assert "Wáng Míng" in button
    assert '<span lang="zh-Latn">Wáng Míng</span> <span class="name-other" lang="zh-Hans">王明</span>' in page


def test_the_style_page_shows_all_parts(world, client, settings):
    settings.DEMO = True
    page = client.get("/look/?name=").content.decode()
    for part in ("badge signal", "figures", "table", "errorlist", "paging", "empty", "name-other"):
        assert f'"{part}"' in page or part in page
