"""Sessions as tables and as schedules that other programs read."""

import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from qiao.cli import tables
from qiao.core.errors import Refused
from qiao.core.tables import read_table
from qiao.events import actions
from qiao.events.schedules import schedule_json, schedule_xml
from qiao.events.session_imports import sessions_xlsx
from qiao.events.session_models import EventSession, Room, Speaker
from tests.events.sessions import room, session

pytestmark = [pytest.mark.db, pytest.mark.django_db]
SLUG = "konferenz-2027"
TABLE = (
    "id,title_de,title_zh,kind,shown_to,start,end,room,themes,languages,interpreted,reserve,places\n"
    "S1,Laser,激光,panel,public,2027-11-03T10:00,2027-11-03T11:00,Saal A,smart-manufacturing,de;zh,en,yes,20\n"
    ",Ohne Zeit,,,,,,,,,,,\n"
)


def imported(world, text: str):
    return actions.import_sessions(event=world.event, table=read_table(text.encode(), "s.csv"), by=world.organiser)


def test_a_table_adds_sessions_and_the_second_time_changes_nothing(world, sign_in) -> None:
    address = reverse("sessions-import", args=[SLUG])
    sign_in(world.organiser).post(address, {"file": SimpleUploadedFile("s.csv", TABLE.encode())})
    made = EventSession.objects.get(external_id="S1")
    assert (made.names, made.kind, made.audience, made.places) == ({"de": "Laser", "zh": "激光"}, "panel", "public", 20)
    assert (made.languages, made.interpreted, str(made.room)) == (["de", "zh"], ["en"], "Saal A")
    assert (list(made.themes.all()), Room.objects.count()) == (world.themes, 1)
    again = read_table(sessions_xlsx(world.event), "s.xlsx")
    report = actions.import_sessions(event=world.event, table=again, by=world.organiser)
    assert report.counts == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}
    report = imported(world, "id,title_de\nS1,Laser heute\n")
    assert report.updated == 1
    made.refresh_from_db()
    assert made.names == {"de": "Laser heute", "zh": "激光"}, "columns that are missing leave what is stored"
    assert imported(world, "id,kind\nS1,lecture\n").updated == 1, "also the title"


def test_with_a_bad_row_nothing_is_written_and_each_is_named(world) -> None:
    bad = (
        "id,title_de,kind,start,end,languages,themes,places\n"
        "A,Gut,,,,,,\nB,,party,morgen,,klingonisch,Magie,viele\nA,Doppelt,,,,,,\nC,Spät,,2028-11-03T10:00,2028-11-03T11:00,,,\n"
    )
    with translation.override("en"), pytest.raises(Refused) as refused:
        imported(world, bad)
    for column in ("title_de", "kind", "start", "languages", "themes", "places"):
        assert f"Row 3, column {column}" in refused.value.message
    assert "Row 4: this id stands in row 2 as well." in refused.value.message
    with translation.override("en"), pytest.raises(Refused, match="Row 2: The session lies outside"):
        imported(world, "id,title_de,start,end\nC,Spät,2028-11-03T10:00,2028-11-03T11:00\n")
    with translation.override("en"), pytest.raises(Refused, match="Row 2, column title_de"):
        imported(world, "id,kind\nD,panel\n")
    assert not EventSession.objects.exists()


@pytest.fixture
def published(world):
    made = session(
        world,
        "Laser & Licht",
        at=60,
        minutes=90,
        audience="public",
        room=room(world),
        stream_url="https://s.example.org/1",
    )
    Speaker.objects.create(session=made, person=world.chinese.person, agreed=timezone.now())
    Speaker.objects.create(session=made, person=world.german.person)
    session(world, "Nur für Mitglieder", at=0)
    session(world, "Entwurf", at=30, audience="draft")
    return made


def test_schedule_xml_holds_what_everybody_sees(world, published, client) -> None:
    address = reverse("schedule-xml", args=[SLUG])
    with translation.override("de"):
        assert tables.run_export("schedule.xml", SLUG, "", "de") == schedule_xml(world.event)
        root = ET.fromstring(schedule_xml(world.event))
    response = client.get(address)
    assert response["Content-Type"].startswith("application/xml")
    assert [one.tag for one in root] == ["generator", "version", "conference", "day"]
    assert root.findtext("conference/time_zone_name") == "Asia/Shanghai"
    (event,) = root.findall("day/room/event")
    texts = {one.tag: one.text or "" for one in event}
    assert (texts["title"], texts["start"], texts["duration"], texts["room"]) == (
        "Laser & Licht",
        "10:00",
        "01:30",
        "Saal A",
    )
    assert texts["date"] == "2027-11-03T10:00:00+08:00"
    assert [one.text for one in event.iter("person")] == ["Wáng Lì"], "who has not agreed is not named"
    assert event.find("links/link").get("href") == "https://s.example.org/1"
    assert len(event.get("guid")) == 36
    EventSession.objects.filter(pk=published.pk).update(audience="members")
    assert client.get(address).status_code == 302, "to the sign-in page, as there is nothing for visitors"


def test_schedule_json_says_the_same(world, published, client) -> None:
    found = json.loads(client.get(reverse("schedule-json", args=[SLUG])).content)["schedule"]
    conference = found["conference"]
    assert (conference["acronym"], conference["daysCount"], conference["start"]) == ("konferenz_2027", 1, "2027-11-03")
    (day,) = conference["days"]
    (event,) = day["rooms"]["Saal A"]
    assert (day["index"], event["title"], event["language"]) == (1, "Laser & Licht", "de")
    before = found["version"]
    actions.save_session(
        event=world.event,
        session=published,
        values={"starts": published.starts + timedelta(minutes=5)},
        by=world.organiser,
    )
    assert json.loads(schedule_json(world.event))["schedule"]["version"] != before
