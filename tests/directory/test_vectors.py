"""Vectors follow the texts: what is new or changed is embedded, nothing twice; the engine gets what is stored."""

import numpy as np
import pytest

from qiao.core.texts import write_texts
from qiao.directory import actions, bridge, embedders
from qiao.directory.actions import embed_stale, vectors
from qiao.directory.models import Entry, Organisation, Vector
from qiao.engine.matching.embed import BuiltIn, encode_unique, model_name
from qiao.engine.matching.space import Space

pytestmark = pytest.mark.db


def test_everything_is_embedded_once(world) -> None:
    assert embed_stale() == 8
    assert embed_stale() == 0
    assert Vector.objects.count() == 8
    assert set(Vector.objects.values_list("language", flat=True)) == {"de", "zh"}


def test_texts_are_read_again_only_after_something_changed(world, monkeypatch) -> None:
    read = []
    monkeypatch.setattr(vectors, "profiles_for", lambda rows: read.append(1) or bridge.profiles_for(rows))
    assert [embed_stale(), embed_stale(), len(read)] == [8, 0, 1]
    Vector.objects.first().delete()
    assert [embed_stale(), embed_stale(), len(read)] == [1, 0, 2]
    world.german.organisation.entries.first().delete()
    assert [embed_stale(), embed_stale(), len(read)] == [0, 0, 2]
    write_texts(world.chinese.organisation.entries.first(), "text", {"en": "one goes, another one comes"})
    assert [embed_stale(), embed_stale(), len(read)] == [1, 0, 3]


def test_of_many_organisations_only_those_are_read_that_may_have_changed(world, monkeypatch) -> None:
    embed_stale()
    read = []
    monkeypatch.setattr(vectors, "profiles_for", lambda rows: read.extend(rows) or bridge.profiles_for(rows))
    entry = world.german.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {"de": "Wasserstrahlschneiden"})
    assert (embed_stale(), read) == (1, [world.german.organisation])
    write_texts(entry, "text", {"de": "etwas anderes"})
    write_texts(entry, "text", {"de": "Wasserstrahlschneiden"})
    assert (embed_stale(), len(read)) == (0, 2), "looked at, but the same"
    write_texts(world.chinese.organisation.entries.first(), "text", {"en": "something new"})
    assert (embed_stale(), read[2:]) == (1, [world.chinese.organisation])


def test_another_version_of_the_program_looks_at_all_texts_once(world, monkeypatch) -> None:
    embed_stale()
    monkeypatch.setattr(vectors, "version", lambda name: "next")
    vectors.cache.delete(vectors.COMPLETE)
    read = []
    monkeypatch.setattr(vectors, "profiles_for", lambda rows: read.extend(rows) or bridge.profiles_for(rows))
    assert (embed_stale(), len(read)) == (0, 4)
    vectors.cache.delete(vectors.COMPLETE)
    assert (embed_stale(), len(read)) == (0, 4)


def test_a_changed_text_is_embedded_anew_and_only_that(world) -> None:
    embed_stale()
    entry = world.german.organisation.entries.get(kind="offer")
    before = Vector.objects.get(entry=entry)
    write_texts(entry, "text", {"de": "Wasserstrahlschneiden"})
    assert embed_stale() == 1
    after = Vector.objects.get(entry=entry)
    assert (before.pk, before.text_hash != after.text_hash, bytes(before.data) != bytes(after.data)) == (
        after.pk,
        True,
        True,
    )


def test_vectors_of_texts_and_embedders_that_are_gone_go(world) -> None:
    embed_stale()
    entry = world.german.organisation.entries.get(kind="offer")
    Vector.objects.filter(entry=entry).update(model="earlier/1")
    write_texts(world.chinese.organisation.entries.get(kind="seek"), "text", {})
    assert embed_stale() == 1
    assert Vector.objects.count() == 7


def test_another_embedder_embeds_everything_anew(world, monkeypatch) -> None:
    embed_stale()

    class Next(BuiltIn):
        version = "next"

    embedders.forget()
    monkeypatch.setattr(embedders, "load_embedder", lambda choice, **patience: Next())
    assert [embed_stale(), embed_stale()] == [8, 0]
    assert set(Vector.objects.values_list("model", flat=True)) == {"use-multilingual-v3/next"}


def test_what_is_deleted_while_it_is_embedded_is_left_out(world, monkeypatch) -> None:
    def slow(model, texts):
        Entry.objects.filter(organisation=world.german.organisation).delete()
        return encode_unique(model, texts)

    monkeypatch.setattr(vectors, "encode_unique", slow)
    embed_stale()
    assert Vector.objects.count() == 6


def test_a_machine_translation_is_not_embedded(world) -> None:
    embed_stale()
    entry = world.german.organisation.entries.get(kind="offer")
    entry.texts.create(
        owner_type=entry.texts.get().owner_type, field="text", language="zh", text="激光", origin="machine"
    )
    assert embed_stale() == 0


def test_the_own_language_is_embedded(world) -> None:
    entry = world.german.organisation.entries.get(kind="offer")
    write_texts(entry, "text", {"en": "Lasers", "de": "Laser"})
    embed_stale()
    assert Vector.objects.get(entry=entry).language == "de"
    values = {"languages": ["en", "de"]}
    actions.save_organisation(organisation=world.german.organisation, values=values, by=world.owner)
    assert embed_stale() == 1
    assert Vector.objects.get(entry=entry).language == "en"


def test_the_stored_space_is_the_built_one(world, django_assert_num_queries) -> None:
    embed_stale()
    one = Vector.objects.first()
    Vector.objects.create(entry=one.entry, model="earlier/1", language="de", text_hash=one.text_hash, data=b"")
    rows = list(Organisation.objects.order_by("pk"))
    with django_assert_num_queries(6):
        profiles = bridge.profiles_for(rows)
        found = bridge.stored_vectors(rows, model=model_name(BuiltIn()))
    space = Space.from_vectors(found, dim=BuiltIn.dim, model=model_name(BuiltIn()))
    built = Space.build(profiles, BuiltIn())
    assert space.keys() == built.keys()
    assert np.allclose(space.vectors(space.keys()), built.vectors(built.keys()), atol=1e-5)


def test_profiles_carry_what_matching_reads(world) -> None:
    world.german.organisation.avoid.add(world.chinese.organisation)
    (profile,) = bridge.profiles_for([world.german.organisation])
    assert profile.id == world.german.organisation.key
    assert (profile.side, profile.type, profile.themes, profile.languages) == (
        "saxony",
        "company",
        ("smart-manufacturing",),
        ("de", "en"),
    )
    assert profile.offers[0].words == {"de": "Laserschneidanlagen für Bleche"}
    assert profile.avoid == (world.chinese.organisation.key,)
    assert bridge.profiles_for([]) == []


def test_positions_in_the_engine_are_those_of_the_entries(world) -> None:
    org = world.german.organisation
    actions.save_organisation(
        organisation=org, values={"offers": [{"de": "A1"}, {"de": "B2"}, {"zh": "丙"}]}, by=world.owner
    )
    org = Organisation.objects.get(pk=org.pk)
    (profile,) = bridge.profiles_for([org])
    assert [(t.index, dict(t.words)) for t in profile.offers] == [
        (1, {"de": "A1"}),
        (2, {"de": "B2"}),
        (3, {"zh": "丙"}),
    ]
    assert list(Entry.objects.filter(organisation=org, kind="offer").values_list("position", flat=True)) == [1, 2, 3]
