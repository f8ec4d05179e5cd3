"""Another embedder is a move in the background that nobody notices before its end; one that does not answer costs nothing."""

import importlib
import logging
import zlib
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from qiao.adapters.embeddings import load_embedder
from qiao.core.models import Mail, Text
from qiao.core.texts import write_texts
from qiao.directory import actions, embedder_status, embedders, finding, tasks
from qiao.directory.actions import embed_stale, tag_stale, vectors
from qiao.directory.actions.writing import EMBED
from qiao.directory.catalogue import reading
from qiao.directory.embedder_status import look
from qiao.directory.finding import find
from qiao.directory.hits import Ask
from qiao.directory.models import EmbedderState, EntryKeyword, Organisation, Vector
from qiao.directory.search_models import SavedSearch
from qiao.engine.matching.embed import BuiltIn, EmbedderError, model_name
from qiao.engine.matching.vocabulary import shipped_vocabulary
from qiao.matchmaking.actions import learn_weights, refresh_suggestions
from qiao.matchmaking.models import Suggestion, SuggestionRun
from qiao.matchmaking.queries import suggestions_due
from tests.embeddings_server import RealServer
from tests.world import join_all, organisation

pytestmark = [pytest.mark.db, pytest.mark.django_db]
OLD = model_name(BuiltIn())
NEW, NEW_MODEL = "http://new.example/v1", "new/1"
DOWN = EmbedderError("unreachable", server=NEW)


class Made:
    """An embedder of hashes. `failure` is raised instead of an answer; `left` texts are read before."""

    name, version, dim = "new", "1", 8

    def __init__(self) -> None:
        self.failure: BaseException | None = None
        self.left = 0
        self.read: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        if texts == ["dimension"]:
            self.check()
        elif self.failure is not None:
            if self.left < len(texts):
                raise self.failure
            self.left -= len(texts)
        self.read += [text for text in texts if text != "dimension"]
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=self.dim) for text in texts]
        return np.array(rows, np.float32).reshape(-1, self.dim)

    def check(self) -> None:
        if self.failure is not None and not self.left:
            raise self.failure


@pytest.fixture
def new(monkeypatch) -> Made:
    """The embedder that stands behind the address NEW."""
    made = Made()

    def load(choice: str, **_options: object):
        if choice == NEW:
            made.check()
            return made
        return BuiltIn()

    monkeypatch.setattr(embedders, "load_embedder", load)
    monkeypatch.setattr(embedders, "REST", 0.0)
    monkeypatch.setattr("qiao.directory.actions.tags.shipped_vocabulary", lambda: shipped_vocabulary()[:40])
    finding._vector.cache_clear()
    return made


@pytest.fixture
def embedded(world, new):
    """Everything is done with the built-in embedder, then the settings name another one."""
    actions.index_stale()
    embed_stale()
    tag_stale()
    join_all(world.event)
    refresh_suggestions(event=world.event)
    return world


@pytest.fixture
def moving(embedded, settings, monkeypatch):
    settings.EMBEDDER = NEW
    monkeypatch.setattr(vectors, "BATCH", 3)
    return embedded


def models() -> dict[str, int]:
    counts = {name: Vector.objects.filter(model=name).count() for name in (OLD, NEW_MODEL)}
    return {name: count for name, count in counts.items() if count}


def fail(embedder: Made, error: BaseException = DOWN, *, after: int = 0) -> None:
    embedder.failure, embedder.left = error, after


def later(minutes: float) -> None:
    """As if so much time had gone by since the last attempt."""
    EmbedderState.objects.update(again=timezone.now() - timedelta(seconds=1))
    for row in EmbedderState.objects.exclude(failing_since=None):
        row.failing_since -= timedelta(minutes=minutes)
        row.save()


# --- the move


def test_until_all_texts_are_read_the_old_vectors_are_in_force(moving) -> None:
    before = list(Suggestion.objects.order_by("pk").values_list("pk", "reasons"))
    assert embed_stale(seconds=0) == 3
    assert models() == {OLD: 8, NEW_MODEL: 3}
    assert embedders.state().model == OLD
    assert DBTaskResult.objects.ready().filter(task_path=EMBED).count() == 1, "the rest is queued"
    found = find(moving.adviser, Ask("Beraten"))
    assert not found.words_only
    assert refresh_suggestions(event=moving.event) == len(before)
    assert list(Suggestion.objects.order_by("pk").values_list("pk", "reasons")) == before
    assert suggestions_due() == []
    assert tag_stale() == 0
    assert embed_stale(seconds=0) == 3
    assert models() == {OLD: 8, NEW_MODEL: 6}


def test_then_all_change_at_once_and_the_old_vectors_go(moving) -> None:
    find(moving.adviser, Ask("Laser"))  # holds the old vectors in memory
    assert embed_stale() == 8
    assert models() == {NEW_MODEL: 8}
    state = embedders.state()
    assert (state.choice, state.model, state.dim, state.coming) == (NEW, NEW_MODEL, 8, "")
    assert not find(moving.adviser, Ask("Laser")).words_only
    with reading() as catalogue:
        assert catalogue.model == NEW_MODEL
        assert catalogue.vectors.any(axis=1).all()
    assert suggestions_due() == [moving.event]
    refresh_suggestions(event=moving.event)
    assert suggestions_due() == []
    assert {row.engine.split("; ")[1] for row in Suggestion.objects.all()} == {NEW_MODEL}
    assert tag_stale() == 8
    assert embed_stale() == 0


def test_what_is_written_during_the_move_is_found_with_the_old_vectors_and_moves_as_well(moving) -> None:
    embed_stale(seconds=0)
    one = organisation(moving.saxony, "Neuling", offers=({"de": "Drehteile"},))
    write_texts(moving.german.organisation.entries.get(kind="offer"), "text", {"de": "Wasserstrahlschneiden"})
    embed_stale(seconds=0)
    assert Vector.objects.filter(model=OLD, entry__organisation=one).exists()
    while embed_stale(seconds=0):
        pass
    assert models() == {NEW_MODEL: 9}
    assert embed_stale() == 0


def test_a_text_that_is_written_in_the_last_moment_is_read_before_the_change(moving, monkeypatch) -> None:
    entry = moving.german.organisation.entries.get(kind="offer")
    read = vectors.encode_unique

    def meanwhile(embedder, texts):
        write_texts(entry, "text", {"de": f"Fassung {len(texts)}"})
        return read(embedder, texts)

    with monkeypatch.context() as patch:
        patch.setattr(vectors, "encode_unique", meanwhile)
        embed_stale()
    assert (embedders.state().model, models()) == (OLD, {OLD: 8, NEW_MODEL: 8})
    embed_stale()
    assert (embedders.state().model, models()) == (NEW_MODEL, {NEW_MODEL: 8})


def test_a_killed_move_goes_on_where_it_was(moving, new) -> None:
    fail(new, KeyboardInterrupt(), after=3)
    with pytest.raises(KeyboardInterrupt):
        embed_stale()
    assert models() == {OLD: 8, NEW_MODEL: 3}
    new.failure, new.read = None, []
    embed_stale()
    assert models() == {NEW_MODEL: 8}
    assert len(new.read) == 5, "nothing is read twice"


def test_a_move_that_is_called_off_leaves_nothing_behind(moving, settings) -> None:
    embed_stale(seconds=0)
    settings.EMBEDDER = "builtin"
    assert embed_stale() == 0
    assert models() == {OLD: 8}
    assert (embedders.state().model, embedders.state().coming) == (OLD, "")
    assert suggestions_due() == []


def test_a_third_embedder_takes_over_from_a_move_that_was_interrupted(moving, new) -> None:
    embed_stale(seconds=0)
    new.version = "2"
    embedders.forget()
    embed_stale()
    assert set(Vector.objects.values_list("model", flat=True)) == {"new/2"}


def test_a_server_that_fails_during_the_move_leaves_the_old_vectors_in_force(moving, new) -> None:
    fail(new, after=3)
    assert embed_stale() == 0
    assert models() == {OLD: 8, NEW_MODEL: 3}
    assert not find(moving.adviser, Ask("Laser")).words_only
    assert refresh_suggestions(event=moving.event)
    assert suggestions_due() == []
    new.failure = None
    later(1)
    embed_stale()
    assert models() == {NEW_MODEL: 8}


def test_words_must_do_while_the_old_embedder_is_gone(moving, monkeypatch) -> None:
    embed_stale(seconds=0)
    with monkeypatch.context() as patch:
        patch.setattr(BuiltIn, "version", "upgraded")
        embedders.forget()
        found = find(moving.adviser, Ask("Laserschneidanlagen"))
        assert (found.words_only, len(found.hits)) == (True, 1)
        organisation(moving.saxony, "Neuling", offers=({"de": "Drehteile"},))
        assert embed_stale(seconds=0) == 3
        assert refresh_suggestions(event=moving.event)
        assert suggestions_due() == [], "phrases come back with the new embedder, not earlier"
        embed_stale()
    assert models() == {NEW_MODEL: 9}
    assert not find(moving.adviser, Ask("Laserschneidanlagen")).words_only


def test_a_search_at_the_moment_of_the_change_finds_by_words(moving, monkeypatch) -> None:
    monkeypatch.setattr("qiao.directory.catalogue.mean_weight", lambda count: min(count, 1))  # as with many texts
    meaning = finding._meaning

    def and_change(words):
        found = meaning(words)
        embed_stale()
        return found

    monkeypatch.setattr(finding, "_meaning", and_change)
    assert len(find(moving.adviser, Ask("Laserschneidanlagen")).hits) == 1


def test_partners_of_the_new_embedder_are_found_even_if_it_fails_right_after(moving, new) -> None:
    embed_stale()
    fail(new)
    embed_stale()
    assert suggestions_due() == [moving.event]
    refresh_suggestions(event=moving.event)
    assert suggestions_due() == []


def test_the_first_texts_wait_for_no_move(world, settings, new) -> None:
    settings.EMBEDDER = NEW
    assert embed_stale() == 8
    assert embedders.state().model == NEW_MODEL


def test_in_the_background_the_rest_is_left_to_the_next_task(moving, monkeypatch, run_tasks) -> None:
    asked = []
    monkeypatch.setattr(actions, "embed_stale", lambda seconds: asked.append(seconds) or embed_stale(seconds=0))
    DBTaskResult.objects.all().delete()
    tasks.embed_stale.enqueue()
    run_tasks()
    assert (asked, models()) == ([30, 30, 30], {NEW_MODEL: 8})


def test_an_older_database_begins_with_the_built_in_embedder(embedded) -> None:
    begin = importlib.import_module("qiao.migrations.0015_embedder_state").begin
    EmbedderState.objects.all().delete()
    begin(apps, None)
    state = embedders.state()
    assert (state.choice, state.model, state.dim) == ("builtin", OLD, 512)
    EmbedderState.objects.all().delete()
    Vector.objects.all().delete()
    begin(apps, None)
    assert embedders.state().model == ""


# --- a server that does not answer


@pytest.fixture
def moved(moving):
    """The server has read everything."""
    embed_stale()
    tag_stale()
    refresh_suggestions(event=moving.event)
    return moving


def test_new_texts_wait_and_the_log_says_so_once(moved, new, caplog) -> None:
    organisation(moved.saxony, "Neuling", offers=({"de": "Drehteile"}, {"de": "Fräsen"}))
    caplog.set_level(logging.INFO, "qiao.texts")
    fail(new)
    pauses = []
    for minutes in (0, 1, 2, 4, 8, 10, 10):
        later(minutes)
        assert embed_stale() == 0
        pauses.append(round((embedders.state().again - timezone.now()).total_seconds() / 60))
        new.read.clear()
        assert embed_stale() == 0, "nobody is asked again in the meantime"
    assert pauses == [1, 2, 4, 8, 10, 10, 10]
    assert models() == {NEW_MODEL: 8}
    assert [record.message for record in caplog.records] == [
        f"the embedder makes no vectors: unreachable {{'server': '{NEW}'}}"
    ]
    new.failure = None
    later(10)
    assert embed_stale() == 2
    state = embedders.state()
    assert (state.problem, state.failing_since, state.failures, state.again) == ({}, None, 0, None)
    assert len(caplog.records) == 2


def test_a_server_that_comes_back_with_another_model_is_read_anew(moved, new) -> None:
    fail(new, EmbedderError("bad-answer", server=NEW))
    assert embed_stale() == 0
    new.failure, new.version = None, "2"
    later(1)
    assert embed_stale() == 8
    assert set(Vector.objects.values_list("model", flat=True)) == {"new/2"}


def test_other_settings_are_tried_at_once(moved, new, settings) -> None:
    fail(new)
    embed_stale()
    settings.EMBEDDER = "builtin"
    embed_stale()
    assert (embedders.state().problem, models()) == ({}, {OLD: 8})


def test_the_search_falls_back_to_words_and_says_so(moved, new, sign_in) -> None:
    fail(new)
    client = sign_in(moved.adviser)
    for language, words in (("de", "nur nach den Wörtern"), ("zh-hans", "仅按字词查找"), ("en", "by its words only")):
        moved.adviser.language = language
        moved.adviser.save()
        page = client.get(reverse("organisations"), {"q": "Laserschneidanlagen"})
        assert (page.status_code, page.content.decode().count(words)) == (200, 1)
        assert "Elbe" in page.content.decode()
        assert words not in client.get(reverse("organisations")).content.decode(), "nothing was looked for"
    new.failure = None
    assert "by its words only" not in client.get(reverse("organisations"), {"q": "laser"}).content.decode()


def test_an_embedder_that_failed_is_left_alone_for_a_while(moved, new, monkeypatch) -> None:
    monkeypatch.setattr(embedders, "REST", 30.0)
    fail(new)
    asked = []
    monkeypatch.setattr(new, "check", lambda: asked.append(1) or Made.check(new))
    for words in ("Laser", "Titan", "Bleche"):
        assert find(moved.adviser, Ask(words)).words_only
    assert len(asked) == 1


def test_partners_are_found_without_it_and_their_phrases_come_later(moved, new) -> None:
    fail(new)
    embed_stale()
    before = set(Suggestion.objects.values_list("participation", "partner"))
    assert refresh_suggestions(event=moved.event) == len(before)
    assert set(Suggestion.objects.values_list("participation", "partner")) == before
    assert suggestions_due() == []
    new.failure = None
    later(1)
    embed_stale()
    assert suggestions_due() == [moved.event]
    refresh_suggestions(event=moved.event)
    assert suggestions_due() == []


def test_keywords_stay_while_it_does_not_answer(moved, new) -> None:
    before = EntryKeyword.objects.count()
    fail(new)
    actions.save_keyword(
        keyword=None, names={"de": "Blech", "zh": "钣金", "en": "sheet metal"}, synonyms={},
        broader=None, by=moved.adviser,
    )  # fmt: skip
    assert (tag_stale(), EntryKeyword.objects.count()) == (0, before)
    new.failure = None
    assert tag_stale() == 8


def test_mails_about_kept_searches_wait_some_days(moved, new, monkeypatch) -> None:
    SavedSearch.objects.create(user=moved.adviser, query="?q=Drehteile", mails="daily")
    SavedSearch.objects.update(looked=timezone.now() - timedelta(days=2))
    organisation(moved.saxony, "Neuling", offers=({"de": "Drehteile"},))
    actions.index_stale()
    Organisation.objects.update(shown_since=timezone.now() - timedelta(hours=1))
    Text.objects.update(changed=timezone.now() - timedelta(hours=1))
    fail(new)
    embed_stale()
    monkeypatch.setattr("qiao.directory.actions.alerts.HOUR", 0)
    assert (actions.send_alerts(), Mail.objects.count()) == (0, 0)
    later(60 * 24 * 4)
    assert actions.send_alerts() == 1


def test_staff_read_since_when_and_why(moved, new, sign_in) -> None:
    assert "Neue Texte warten" not in sign_in(moved.organiser).get("/").content.decode()
    fail(new)
    embed_stale()
    for who in (moved.organiser, moved.adviser, moved.admin):
        for language, words in (
            ("de", ("Neue Texte warten", "ist nicht erreichbar")),
            ("zh-hans", ("新文本等待处理", "无法连接")),
        ):
            who.language = language
            who.save()
            page = sign_in(who).get("/").content.decode()
            assert all(one in page for one in words), (who, language)
            assert NEW in page
    assert "新文本等待处理" in sign_in(moved.admin).get(reverse("installation")).content.decode()
    moved.owner.language = "de"
    moved.owner.save()
    assert "Neue Texte warten" not in sign_in(moved.owner).get("/").content.decode(), "participants have other pages"


def test_newcomers_are_told_that_suggestions_come_later(moved, new, sign_in) -> None:
    Suggestion.objects.all().delete()
    SuggestionRun.objects.all().delete()
    address = reverse("partners", args=[moved.event.slug])
    assert "werden gerade berechnet" in sign_in(moved.owner).get(address).content.decode()
    fail(new)
    embed_stale()
    assert "Ihre Vorschläge kommen später" in sign_in(moved.owner).get(address).content.decode()


def test_administrators_see_how_far_a_move_is(moving, sign_in) -> None:
    embed_stale(seconds=0)
    moving.admin.language = "en"
    moving.admin.save()
    page = sign_in(moving.admin).get(reverse("installation")).content.decode()
    assert "3 of 8 texts are read anew." in page
    assert NEW in page
    while embed_stale(seconds=0):
        pass
    assert "read anew" not in sign_in(moving.admin).get(reverse("installation")).content.decode()


def test_the_doctor_looks_at_it(moving, new, monkeypatch) -> None:
    monkeypatch.setattr(embedder_status, "load_embedder", embedders.load_embedder)
    with translation.override("en"):
        embed_stale(seconds=0)
        assert look().what == f"The embedder “{NEW}” has read 3 of 8 texts."
        fail(new)
        finding = look()
        assert (finding.ok, finding.what) == (False, "New offers and seeks cannot be read.")
        assert "cannot be reached" in finding.remedy
        new.failure = None
        while embed_stale(seconds=0):
            later(1)
        assert look().what == f"Offers and seeks are read by the embedder “{NEW}”."


def test_without_any_vectors_nothing_breaks(world, settings, new, sign_in) -> None:
    settings.EMBEDDER = NEW
    fail(new)
    actions.index_stale()
    assert [embed_stale(), tag_stale(), refresh_suggestions(event=world.event)] == [0, 0, 0]
    assert suggestions_due() == []
    assert learn_weights() is False
    assert find(world.adviser, Ask("Laserschneidanlagen")).words_only
    EmbedderState.objects.all().delete()
    assert embed_stale() == 0
    assert embedders.state().problem["code"] == "unreachable"


def test_the_key_is_for_the_server_of_the_settings_alone(settings, monkeypatch) -> None:
    keys = {}
    monkeypatch.setattr(
        embedders, "load_embedder", lambda choice, *, key, **patience: keys.update({choice: key}) or Made()
    )
    settings.EMBEDDER, settings.EMBEDDER_KEY = f"{NEW}#two", "secret"
    for choice in (f"{NEW}#one", f"{NEW}#two", "http://old.example/v1", "http://new.example/v1/x", "builtin"):
        embedders.at_once(choice, NEW_MODEL)
    assert keys == {
        f"{NEW}#one": "secret", f"{NEW}#two": "secret", "http://old.example/v1": "", "http://new.example/v1/x": "",
        "builtin": "",
    }  # fmt: skip


# --- a real embedder


def test_the_better_embedder_takes_over(embedded, settings, monkeypatch) -> None:
    monkeypatch.setattr(embedders, "load_embedder", load_embedder)
    settings.EMBEDDER = "quality"
    assert embed_stale() == 8
    assert embedders.state().dim == 896
    assert not find(embedded.adviser, Ask("Laser")).words_only
    refresh_suggestions(event=embedded.event)
    assert suggestions_due() == []


@pytest.fixture
def server() -> Iterator[RealServer]:
    real = RealServer()
    real.start()
    yield real
    real.kill()


def test_a_real_server_is_killed_during_the_move_and_comes_back(world, settings, server, monkeypatch) -> None:
    embed_stale()
    settings.EMBEDDER = server.address
    monkeypatch.setattr(vectors, "BATCH", 3)
    monkeypatch.setattr(embedders, "PATIENCE", {"batch": 2, "sleep": lambda seconds: None})
    embed_batch = vectors._embed_batch

    def and_die(*args, **kwargs):
        count = embed_batch(*args, **kwargs)
        server.kill()
        return count

    with monkeypatch.context() as patch:
        patch.setattr(vectors, "_embed_batch", and_die)
        assert embed_stale() == 0
    state = embedders.state()
    assert (state.model, state.problem["code"], embedders.texts_read(state)) == (OLD, "unreachable", 3)
    server.start()
    assert embed_stale() == 0, "not asked again before its time"
    later(1)
    embedders.forget()
    assert embed_stale() == 5
    assert set(Vector.objects.values_list("model", flat=True)) == {embedders.state().model}
    assert embedders.state().dim == 384
    actions.index_stale()
    assert len(find(world.adviser, Ask("Kammermusik")).hits) == 0, "uncentred, everything is near"


def test_a_real_server_that_is_killed_costs_nobody_a_page(world, settings, server, sign_in, monkeypatch) -> None:
    settings.EMBEDDER = server.address
    monkeypatch.setattr(embedders, "PATIENCE", {"sleep": lambda seconds: None})
    for number in range(30):  # so many that texts are centred
        organisation(world.saxony, f"Firma {number}", offers=({"de": f"Drehteile aus Stahl, Lehrgang {number}"},))
    actions.index_stale()
    assert embed_stale() == 38
    join_all(world.event)
    refresh_suggestions(event=world.event)
    client, query = sign_in(world.owner), {"q": "Laser zum Schneiden"}
    assert "nur nach den Wörtern" not in client.get(reverse("organisations"), query).content.decode()
    assert len(find(world.adviser, Ask("Kammermusik")).hits) < 5, "centred in part, everything would be near"
    server.kill()
    finding._vector.cache_clear()
    write_texts(world.german.organisation.entries.get(kind="offer"), "text", {"de": "Wasserstrahlschneiden"})
    assert embed_stale() == 0
    page = client.get(reverse("organisations"), query)
    assert (page.status_code, "nur nach den Wörtern" in page.content.decode()) == (200, True)
    assert client.get(reverse("partners", args=[world.event.slug])).status_code == 200
    assert refresh_suggestions(event=world.event) == 8
    server.start()
    later(1)
    embedders.forget()
    assert embed_stale() == 1
    assert suggestions_due() == [world.event]
    assert "nur nach den Wörtern" not in client.get(reverse("organisations"), query).content.decode()
