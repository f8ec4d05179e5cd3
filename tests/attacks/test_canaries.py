"""Everybody looks at everything that leads anywhere, on every channel, and reads no word that is not for them."""

import base64
import io
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from qiao.core.models import Mail, Role, User
from qiao.core.notice_models import Notice
from qiao.core.stored import stored_about
from qiao.core.views import BACKEND
from qiao.directory.search_models import SavedSearch
from qiao.engine.scheduling.files import write_problem
from qiao.events.exports import participants_xlsx
from qiao.meetings import actions, bridge
from tests.access_table import all_urls
from tests.attacks.canaries import MEMBERS, Actor, Canaries, Place, build, uncovered

pytestmark = pytest.mark.uncounted

URLS = list(all_urls())
LINK = re.compile(r'(?:href|action|src|hx-get)="([^"]*)"')
PARTS = [*MEMBERS, "organiser", "adviser", "leader"]
# They stand where others stand, or may read nearly everything: tried with `make test-long`.
TWINS = {"de_second", "cn_second", "de_colleague", "admin", "leader", "interpreter", "stranger"}
ACTORS = [
    *(
        pytest.param(one, marks=[pytest.mark.long] * (one in TWINS))
        for one in [*PARTS, "anonymous", "stranger", "admin"]
    )
]
MOST_LINKS = 60  # that lead beyond the known addresses
MOST_QUERIES = 6  # of one page: the filters of the directory combine to thousands


@dataclass
class Scene:
    canaries: Canaries
    here: Place
    there: Place
    others: dict[str, User | None] = field(default_factory=dict)

    def actor(self, part: str) -> Actor:
        return (
            Actor(part, None, self.others[part])
            if part in self.others
            else Actor(part, self.here, self.here.users[part])
        )


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), transaction.atomic():
        canaries = Canaries()
        found = Scene(canaries, build(canaries, "here"), build(canaries, "there"))
        admin = User.objects.create(name="Admin Ada", email="admin@example.org")
        Role.objects.create(user=admin, kind=Role.Kind.ADMIN, scope=Role.Scope.INSTALLATION)
        found.others = {
            "anonymous": None, "admin": admin, "stranger": User.objects.create(name="Stefan", email="stefan@example.org"),
        }  # fmt: skip
        for place in (found.here, found.there):
            actions.tell(place.event.plan_versions.get().pk)
        yield found
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _inside(scene: Scene, db: None) -> None:
    cache.clear()


def addresses(place: Place) -> set[str]:
    """Every URL pattern with the keys of one place: what an attacker tries who knows them."""
    keys = {
        "organisations": [one.key for one in place.firms.values()], "people": [one.key for one in place.people.values()],
        "events": [place.people[who].key for who in place.taking_part], "requests": [place.more["request"].key, place.more["agreed"].key],
        "messages": [place.more["request"].key, place.more["agreed"].key],
        "cases": [place.more["case"].key, place.more["opened case"].key], "targeted-calls": [place.more["call"].key],
        "advice": [place.more["booking"].hours.key, place.more["opened case"].key],
        "news": [place.more["article"].key, place.more["draft article"].key], "newsroom": [place.more["draft article"].key],
        "delegations": [place.people["de_first"].key],
        "visits": [place.more["visit"].key],
        "networks": [place.firms["net"].key],
        "cooperations": [place.more["cooperation"].key], "introductions": [place.more["introduction"].key],
        "notices": [one.key for one in Notice.objects.filter(user__in=place.users.values())],
        "searches": [one.key for one in SavedSearch.objects.filter(user__in=place.users.values())],
    }  # fmt: skip
    rows = {
        "interpreter-edit": place.more["interpreter"].pk, "interpreter-remove": place.more["interpreter"].pk,
        **dict.fromkeys(("booking-cancel", "booking-calendar"), place.more["booking"].key),
        "case-task": place.more["case"].tasks.first().pk,
        "programme-edit": place.more["item"].pk, "programme-remove": place.more["item"].pk,
        "delegation-talk": place.more["agreed"].key, "delegation-application": place.more["application"].key,
        "delegation-item": place.more["item"].pk, "delegation-item-remove": place.more["item"].pk,
        "report": place.more["report"].pk, "block-lift": place.more["block"].pk, "organiser-dismiss": place.users["organiser"].key,
        **dict.fromkeys(("contribution", "contribution-decide", "contribution-edit"), place.more["contribution"].key),
        **dict.fromkeys(("event-file",), place.more["contribution"].files.get().key),
        **dict.fromkeys(("session", "session-edit", "session-remove", "session-speakers"), place.more["session"].key),
        **dict.fromkeys(("room-edit", "room-remove"), place.more["session"].room_id),
        **dict.fromkeys(("track-edit", "track-remove"), place.more["session"].track_id),
    }  # fmt: skip
    hidden = place.more["opened case"].documents.get(for_client=False).pk
    papers = dict.fromkeys(("client-document", "case-document", "case-document-file"), hidden)
    single = {
        "slug": lambda url: place.more["delegation"].slug if url.segment in ("delegations", "calls") else place.event.slug,
        "pk": lambda url: papers.get(url.name) or rows.get(url.name, place.more["run"].pk), "action": lambda url: "accept", "uidb36": lambda url: "1",
        "who": lambda url: "german", "kind": lambda url: "idle" if url.name == "dashboard-nudge" else "themes", "part": lambda url: "names", "rest": lambda url: "x", "step": lambda url: "test" if url.name == "webhook-step" else "note",
        "one": lambda url: place.firms["de1"].key, "code": lambda url: "signed" if url.name == "outcome-list" else f"park-{place.name}-de1" if url.segment == "parks" else f"keyword-{place.name}", "other": lambda url: place.firms["waiting"].key,
    }  # fmt: skip
    found = set()
    for url in URLS:
        if url.name in {"feed", "enter"}:  # whoever knows these is let in: they are tried apart
            continue
        for key in keys.get(url.segment, ["set-password"]) if "key" in url.arguments else [""]:
            known = {name: single.get(name, lambda url: "1")(url) for name in url.arguments if name != "key"}
            values = known | ({"key": rows.get(url.name, key)} if "key" in url.arguments else {})
            found.add(reverse(url.name, kwargs=values))
    return found


def words_of(response) -> str:
    """What a person reads in an answer, whatever its kind."""
    kind, data = response.get("Content-Type", ""), b"".join(response) if response.streaming else response.content
    if kind.startswith("application/pdf"):
        return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()
    if kind.startswith("text/calendar"):
        return data.replace(b"\r\n ", b"").decode()
    return f"{dict(response.headers)} {unescape(data.decode('utf-8', 'replace'))}"


def links_in(text: str, address: str) -> Iterator[str]:
    for link in LINK.findall(text):
        parts = urlsplit(urljoin(address, unescape(link)))
        if not parts.scheme and not parts.netloc and not parts.path.startswith("/static/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def crawl(client: Client, start: set[str]) -> Iterator[tuple[str, str]]:
    """(address, words) of all pages that can be reached by links."""
    waiting, seen, most = sorted(start), set(start), len(start) + MOST_LINKS
    queries = Counter(one.partition("?")[0] for one in start)
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code < 500, address
        text = words_of(response)
        yield address, text
        new = {*links_in(text, address), *([response["Location"]] if response.status_code in (301, 302) else [])} - seen
        for one in sorted(new):
            path = one.partition("?")[0]
            if one.startswith("/") and len(seen) < most and queries[path] < MOST_QUERIES:
                queries[path] += 1
                seen.add(one)
                waiting.append(one)


def test_every_text_of_the_world_is_a_canary(scene: Scene) -> None:
    assert uncovered() == []


@pytest.mark.parametrize("part", ACTORS)
def test_nobody_reads_a_foreign_word(scene: Scene, part: str) -> None:
    actor, client = scene.actor(part), Client()
    if actor.user is not None:
        client.force_login(actor.user, backend=BACKEND)
    start = {"/"} | addresses(scene.here) | addresses(scene.there)
    leaks: dict[str, list[str]] = {}
    own: set[str] = set()
    pages = 0
    for address, text in crawl(client, start):
        pages += 1
        own |= {address} if scene.canaries.foreign(text, Actor("nobody", None, None)) else set()
        if leaked := scene.canaries.foreign(text, actor):
            leaks[address] = leaked
    assert leaks == {}
    assert pages > len(start), "no link was followed"
    assert own or part == "anonymous"  # the crawl reaches pages with words on them


@pytest.mark.parametrize("part", ["anonymous", "stranger", "de_second"])
def test_a_calendar_address_tells_no_more_than_its_owner_may_read(scene: Scene, part: str) -> None:
    text = words_of(Client().get(reverse("feed", args=[scene.here.more["feed"]])))
    assert scene.canaries.foreign(text, scene.actor("de_first")) == []
    assert "BEGIN:VEVENT" in text


def test_mails_tell_nobody_a_foreign_word(scene: Scene) -> None:
    actors = {
        account.pk: Actor(part, place, account)
        for place in (scene.here, scene.there)
        for part, account in place.users.items()
    }
    seen = 0
    for mail in Mail.objects.exclude(user=None):
        parts = [(one["type"], base64.b64decode(one["base64"])) for one in mail.attachments]
        texts = [mail.subject, mail.body, *(words_of(Answer(kind, data)) for kind, data in parts)]
        for text in texts:
            seen += bool(scene.canaries.foreign(text, Actor("nobody", None, None)))
            assert scene.canaries.foreign(text, actors[mail.user_id]) == [], f"{mail.kind} to {actors[mail.user_id]}"
    assert seen >= 20


class Answer(dict):
    """An attachment, to be read like an answer of the server."""

    streaming = False

    def __init__(self, kind: str, data: bytes) -> None:
        super().__init__({"Content-Type": kind})
        self.content, self.headers = data, {}


def test_files_of_one_event_hold_no_word_of_another(scene: Scene) -> None:
    book = load_workbook(io.BytesIO(participants_xlsx(scene.here.event)))
    table = " ".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)
    for text in (table, write_problem(bridge.to_problem(scene.here.event)).decode()):
        assert [
            what for what in scene.canaries.foreign(text, Actor("nobody", None, None)) if what.startswith("there")
        ] == []


@pytest.mark.parametrize("part", PARTS)
def test_my_data_is_mine(scene: Scene, part: str) -> None:
    actor = scene.actor(part)
    text = str([one.values for one in stored_about(actor.user)])
    foreign = [what for what in scene.canaries.foreign(text, actor) if what not in {f"here {part} id"}]
    assert foreign == []
