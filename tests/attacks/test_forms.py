"""Every form takes every odd text: refused with a message or stored, never an error page; and looking takes odd addresses."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from qiao.core import files
from qiao.core.models import Mail
from qiao.directory import actions as directory
from qiao.matchmaking.models import Request
from qiao.office import actions as office
from qiao.office.hours_models import AdviceHours
from tests.attacks.payloads import TEXTS
from tests.directory.opportunities import shown_opportunity
from tests.directory.test_registration import filled

pytestmark = [pytest.mark.django_db, pytest.mark.uncounted]
SLUG = "konferenz-2027"
WELL = {200, 302, 400, 404, 422}
DIFFER = {"nul", "sql", "han", "long", "noncharacter"}  # texts that one database takes and another may not
# Nothing of ours looks into these: the framework escapes them all in one place. Tried with `make test-long`.
ALIKE = {"attribute", "address", "typst", "wide", "emoji", "combining", "word", "blank", "formula", "calendar"}
ODD = [
    pytest.param(text, id=name, marks=[pytest.mark.db] * (name in DIFFER) + [pytest.mark.long] * (name in ALIKE))
    for name, text in TEXTS.items()
]
# Fields that are checked one by one: an odd text in one does not hide what becomes of another.
CHECKED = (
    "side",
    "type",
    "size",
    "country",
    "uscc",
    "vat_id",
    "languages",
    "themes",
    "text_language",
    "person_languages",
    "email",
)
FREE = (
    "name",
    "name_latin",
    "city",
    "website",
    "register",
    "person_name",
    "person_name_latin",
    "role",
    "phone",
    "offers_1",
    "seeks_2",
)


@pytest.fixture(autouse=True)
def _fresh_limits(db: None) -> None:
    cache.clear()


@pytest.mark.parametrize("text", ODD)
def test_registration(world, client, text) -> None:
    status = {}
    for fields in (CHECKED, FREE, ("token",)):
        status[fields] = client.post(reverse("register"), filled(**dict.fromkeys(fields, text))).status_code
    for name in FREE if status[FREE] != 302 else ():  # one that was refused hides what becomes of the others
        status[(name,)] = client.post(reverse("register"), filled(**{name: text})).status_code
    assert set(status.values()) <= WELL, status


def _picture(world):
    picture = files.Picture(b"large", b"small", 1, 1)
    return directory.add_pictures(organisation=world.german.organisation, pictures=[picture], by=world.owner)[0]


@pytest.mark.parametrize("text", ODD)
def test_profile_account_and_requests(world, sign_in, text) -> None:
    client, firm, partner = sign_in(world.owner), world.german.organisation, world.chinese.person.key
    edited = {
        "name": "Elbe",
        "side": "saxony",
        "type": "company",
        "country": "DE",
        "city": "Dresden",
        "languages": ["de"],
    }
    for address, fields, other in (
        (reverse("organisation-edit", args=[firm.key]), ("name", "city", "website", "offers_1_de", "seeks_1_zh", "languages"), edited),
        (reverse("me"), ("name", "language", "time_zone"), {"name": "Otto", "language": "de", "time_zone": "Europe/Berlin"}),
        (reverse("request-send", args=[SLUG, partner]), ("message",), {}),
        (reverse("wish", args=[SLUG, partner]), ("kind", "next"), {}),
        (reverse("wishes", args=[SLUG]), (partner,), {}),
        (reverse("availability", args=[SLUG]), ("blocked",), {}),
        (reverse("event-join", args=[SLUG]), ("organisation",), {}),
        (reverse("consents"), ("purpose", "answer"), {"purpose": "profile"}),
        (reverse("agenda-feed", args=[SLUG]), ("end",), {}),
        (reverse("notice-settings"), ("meetings.announcement", "quiet", "start", "end"), {"quiet": "on", "start": "22:00"}),
        (reverse("tokens"), ("name", "scopes", "days"), {"name": "x", "scopes": ["agenda"], "days": "30"}),
        (reverse("notices-read"), ("until",), {}),
        (reverse("set-language"), ("language", "next"), {}),
    ):  # fmt: skip
        for field in fields:
            assert client.post(address, {**other, field: text}).status_code in WELL, (address, field)
    client = sign_in(world.organiser)
    for address, fields in (
        (reverse("participants", args=[SLUG]), ("key", "action", "next")),
        (reverse("event-phase", args=[SLUG]), ("phase",)),
        (reverse("run-start", args=[SLUG]), ("limit",)),
    ):
        for field in fields:
            known = {"key": world.german.person.key, "action": "approve"}
            assert client.post(address, {**known, field: text}).status_code in WELL, (address, field)
    client = sign_in(world.adviser)
    for address, fields, other in (
        (reverse("evidence", args=[firm.key]), ("kind", "day", "office"), {"kind": "visited", "day": "2026-01-02", "office": world.office.pk}),
        (reverse("certificate-new", args=[firm.key]), ("name", "issuer", "number", "expires"), {"name": "ISO 9001"}),
        (reverse("file-step", args=[_picture(world).key, "describe"]), ("next",), {}),
        (reverse("profile-confirm", args=[firm.key]), ("next",), {}),
    ):  # fmt: skip
        for field in fields:
            assert client.post(address, {**other, field: text}).status_code in WELL, (address, field)
    made = office.open_cooperation(one=firm, other=world.chinese.organisation, by=world.adviser)
    market = shown_opportunity(world.chinese.organisation, by=world.adviser)
    for address, fields, other in (
        (reverse("cooperation", args=[made.key]), ("stage", "note", "day"), {}),
        (reverse("cooperation-facts", args=[made.key]), ("topic", "value", "currency", "jobs"), {}),
        (reverse("cooperation-new"), ("one", "other", "stage"), {"day": "2026-01-02", "stage": "nda"}),
        (reverse("interest", args=[market.public_key]), ("organisation", "message"), {"organisation": firm.key}),
        (reverse("introduction-propose"), ("one", "message", "confirmed"), {"one": firm.key, "other": "Jinan Laser Equipment"}),
    ):  # fmt: skip
        for field in fields:
            assert client.post(address, {**other, field: text}).status_code in WELL, (address, field)
    case = office.open_case(office=world.office, kind="law", topic="x", client="y", by=world.adviser)
    for address, fields, other in (
        (reverse("case-new"), ("client", "kind", "topic", "text"), {"client": "x", "kind": "law", "topic": "x", "office": world.office.pk}),
        (reverse("case", args=[case.key]), ("kind", "text", "minutes", "day"), {"kind": "note"}),
        (reverse("case-links", args=[case.key]), ("topic", "organisation"), {"topic": "x"}),
        (reverse("case-step", args=[case.key, "task"]), ("title", "due"), {"title": "x"}),
        (reverse("article-new"), ("kind", "titles_de", "bodies_de", "leads_zh", "captions_en", "publish_at", "contact", "event"), {"kind": "news", "titles_de": "x", "bodies_de": "x"}),
    ):  # fmt: skip
        for field in fields:
            assert client.post(address, {**other, field: text}).status_code in WELL, (address, field)
    asked = office.save_call(office=world.office, titles={"de": "x"}, bodies={"de": "x"}, by=world.adviser)
    assert client.get(reverse("call-pick", args=[asked.key]), {"q": text, "like": text}).status_code in WELL
    soon = (timezone.localdate() + timedelta(days=9)).isoformat()
    hours = {
        "day": soon,
        "begins": "09:00",
        "ends": "10:00",
        "minutes": "30",
        "place": "x",
        "languages": "de",
        "cancel_hours": "1",
        "office": world.office.pk,
    }
    for address, fields, other in (
        (reverse("call-new"), ("titles_de", "bodies_zh", "until", "opportunity", "event", "office"), {"titles_de": "x", "bodies_de": "x"}),
        (reverse("call-pick", args=[asked.key]), ("pick",), {}),
        (reverse("call-step", args=[asked.key, "drop"]), ("organisation",), {}),
        (reverse("case-step", args=[case.key, "share"]), ("shared", "next_step"), {}),
        (reverse("case-step", args=[case.key, "document"]), ("title", "file"), {}),
        (reverse("advice-new"), ("day", "begins", "minutes", "place", "link", "languages", "cancel_hours"), hours),
    ):  # fmt: skip
        for field in fields:
            assert client.post(address, {**other, field: text}).status_code in WELL, (address, field)
    assert client.post(reverse("advice-new"), hours).status_code == 302
    client = sign_in(world.owner)
    address = reverse("advice-hours", args=[AdviceHours.objects.earliest("pk").key])
    for field in ("start", "organisation", "kind", "topic"):
        assert client.post(address, {"kind": "law", "topic": "x", field: text}).status_code in WELL, field
    client = sign_in(world.organiser)
    for name, fields in (("first-time-edit", ("costs_de", "talk_zh", "public")), ("outcome", ("words_de", "public"))):
        for field in fields:
            assert client.post(reverse(name, args=[SLUG]), {field: text}).status_code in WELL, (name, field)
    assert client.post(reverse("outcome-list", args=[SLUG, "held"]), {"talk": text, "tag": text}).status_code in WELL
    client = sign_in(world.adviser)
    described = _picture(world)
    words = {f"{described.key}-words_{language}": text for language in ("de", "zh", "en")}
    assert client.post(reverse("file-step", args=[described.key, "describe"]), words).status_code in WELL
    run = directory.start_import(data=b"name,country\nNeu GmbH,DE\n", filename="a.csv", by=world.adviser)
    for data in ({"shown": text}, {"shown": "x", "skip_bad": text}):
        assert client.post(reverse("import-confirm", args=[run.key]), data).status_code in WELL


@pytest.mark.parametrize("text", ODD)
def test_signing_in(world, client, text) -> None:
    for name, data in (
        ("account_login", {"login": text, "password": "x"}),
        ("account_login", {"login": world.owner.email, "password": text, "next": text}),
        ("account_request_login_code", {"email": text}),
        ("account_reset_password", {"email": text}),
    ):
        assert client.post(reverse(name), data).status_code in WELL, (name, data)
    client.post(reverse("account_request_login_code"), {"email": world.owner.email})
    assert client.post(reverse("account_confirm_login_code"), {"code": text}).status_code in WELL


@pytest.mark.parametrize(
    "text",
    [
        *(text for name, text in TEXTS.items() if name not in ALIKE),
        "-1",
        "99999999999999999999999",
        "9" * 5000,
        "1e9",
        "１",
    ],
    ids=str,
)
def test_search_filters_and_page_numbers(world, sign_in, text) -> None:
    asked = quote(text[:3000])
    for who, addresses in (
        (world.owner, ["/organisations/?q={0}&side={0}&type={0}&theme={0}&page={0}&review={0}", f"/events/{SLUG}/partners/search/?q={{0}}&page={{0}}&theme={{0}}",
                       "/marketplace/?stage={0}&where={0}&form={0}&page={0}", "/files/{0}/small.jpg", "/files/{0}/brochure.pdf", "/organisations/{0}/", f"/events/{SLUG}/partners/{{0}}/", "/requests/{0}/accept/", "/events/{0}/", "/delegations/{0}/"]),
        (world.organiser, [f"/events/{SLUG}/participants/?q={{0}}&state={{0}}&side={{0}}&page={{0}}", f"/events/{SLUG}/desk/runs/{{0}}/"]),
        (world.adviser, ["/people/?q={0}&page={0}", "/people/{0}/link/", "/cooperations/?q={0}&stage={0}&event={0}&side={0}&page={0}", "/introductions/?state={0}&page={0}", "/report/?office={0}&period={0}&first={0}&last={0}", "/report/list/?measure=worked&part=theme&group={0}&page={0}", "/report/list/?measure={0}&part={0}", "/newsroom/?state={0}&page={0}", "/newsroom/new/?office={0}"]),
    ):  # fmt: skip
        client = sign_in(who)
        for address in addresses:
            assert client.get(address.format(asked)).status_code in WELL, address
    client.logout()
    for address in (
        "/enter/{0}/",
        "/calendar/{0}.ics",
        "/profile-still/{0}/",
        "/follow-up/{0}/",
        "/news/?page={0}",
        "/news/{0}/",
        "/news/{0}/{0}/",
        "/news/feed/{0}/",
        "/introduction-answer/{0}/",
        "/account/login/?next={0}",
        "/account/password/reset/key/1-{0}/",
        "/{0}",
    ):
        assert client.get(address.format(asked)).status_code in WELL, address


@pytest.mark.db
@pytest.mark.parametrize("raw", ["%ED%A0%80", "%FF%FE", "%00", "%E2%80%AE", "%F0%9F", "%25%30%30"])
def test_bytes_that_are_no_text(world, sign_in, raw) -> None:
    client = sign_in(world.adviser)
    for address in (f"/people/?q={raw}", f"/organisations/?q={raw}&side={raw}", f"/organisations/{raw}/", f"/{raw}"):
        assert client.get(address).status_code in WELL, address
    body = f"name=x{raw}&language=de&time_zone=Europe/Berlin"
    assert client.post(reverse("me"), body, content_type="application/x-www-form-urlencoded").status_code in WELL


@pytest.mark.db
@pytest.mark.parametrize("name", ["direction", "invisible", "controls", "header", "separator"])
def test_what_deceives_the_eye_is_not_stored(world, sign_in, name) -> None:
    client = sign_in(world.owner)
    client.post(reverse("me"), {"name": TEXTS[name], "language": "de", "time_zone": "Europe/Berlin"})
    client.post(reverse("request-send", args=[SLUG, world.chinese.person.key]), {"message": TEXTS[name]})
    world.owner.refresh_from_db()
    for text in (world.owner.name, Request.objects.get().message):
        assert not set(text) & set(
            "\u202e\u2066\u2069\u200e\u200b\u200c\u200d\u2060\ufeff\x01\x08\x0b\x1b\x7f\x85\r\u2028\u2029"
        )
    assert "\n" not in world.owner.name
    assert all("\n" not in mail.subject for mail in Mail.objects.all())


def test_a_message_of_full_length_with_line_breaks_is_taken(world, sign_in) -> None:
    """Browsers count a line break as one character and send two."""
    message = ("x" * 99 + "\r\n") * 10
    address = reverse("request-send", args=[SLUG, world.chinese.person.key])
    assert sign_in(world.owner).post(address, {"message": message}).status_code == 302
    assert Request.objects.get().message.count("\n") == 9


@pytest.mark.parametrize("field", ["name", "name_latin", "person_name", "person_name_latin", "role"])
@pytest.mark.parametrize(
    "text", ["Pay at https://evil.example", "www.evil.example", "evil.example/pay", "info@evil.example"]
)
def test_nobody_sends_links_in_the_offices_name(world, client, field, text) -> None:
    """The mail after a registration goes to any address that somebody typed, and it cites these names."""
    assert client.post(reverse("register"), filled(**{field: text})).status_code == 400
    assert not Mail.objects.exists()


def test_a_request_of_any_size_is_refused_before_it_is_read(db, client) -> None:
    answer = client.post(
        "/account/login/", "x=1", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=str(22 * 2**20)
    )
    assert answer.status_code == 413
    assert "20 MB" in answer.content.decode()
    assert client.get("/account/login/", CONTENT_LENGTH="many").status_code == 413


def test_a_missing_slash_leads_on(world, client, sign_in) -> None:
    assert client.get("/me").status_code == client.get("/no-such-page").status_code == 302
    client = sign_in(world.owner)
    assert client.get("/me")["Location"] == "/me/"
    assert client.get("/no-such-page").status_code == 404
    assert client.post("/me").status_code == 405
