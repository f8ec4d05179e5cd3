"""The profiles of one run as arrays: order, admissibility, and the marks that are compared."""

import numpy as np
import pytest

from qiao.engine.matching.classes import division_of
from qiao.engine.matching.model import TYPES, Profile, Text, TextKey
from qiao.engine.matching.pool import (
    MOST_LANGUAGES,
    Pool,
)
from qiao.engine.matching.space import Space
from tests.engine.matching.small import DIM, axis, firm, random_world

NOTHING = Space.from_vectors({}, dim=DIM)


def ids(pool: Pool) -> list[str]:
    return [profile.id for profile in pool.profiles]


@pytest.mark.parametrize(
    ("code", "division"),
    [
        ("C30.30", "30"),
        ("30.3", "30"),
        ("30", "30"),
        (" M 70.22 ", "70"),
        ("C3030", "30"),
        ("303", "30"),
        ("C30.301", None),
        ("isic 3030", "30"),
        ("NACE Rev. 2.1 C30.30", "30"),
        ("ISIC Rev.4: 2822", "28"),
        ("C", None),
        ("30305", None),
        ("", None),
        (None, None),
    ],
)
def test_division_of(code: str | None, division: str | None) -> None:
    assert division_of(code) == division


def test_the_order_is_by_language_and_id_whatever_the_input() -> None:
    profiles = [firm("b", offers=1, lang="zh"), firm("c", offers=1), firm("a", offers=1, lang="zh"), firm("d")]
    vectors = {
        TextKey(p.id, text.role, text.index, lang): axis(1)
        for p in profiles
        for text in p.offers
        for lang in text.words
    }
    pools = [Pool.build(order, Space.from_vectors(vectors, dim=DIM), None) for order in (profiles, profiles[::-1])]
    for pool in pools:
        assert ids(pool) == ["d", "c", "a", "b"]
        assert pool.languages == ("", "de", "zh")
        assert pool.slices == (slice(0, 1), slice(1, 2), slice(2, 4))


def test_two_profiles_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        Pool.build([firm("a"), firm("a")], NOTHING, None)


def test_who_may_be_suggested() -> None:
    profiles = [firm("a", "eu", avoid=("c", "nobody")), firm("b", "eu"), firm("c", "cn"), firm("d", "cn"), firm("e")]
    everybody = np.arange(5)
    across = Pool.build(profiles, NOTHING, "side").admissible(everybody)
    assert across.astype(int).tolist() == [
        [0, 0, 0, 1, 1],  # a: not its own side, not whom it avoids
        [0, 0, 1, 1, 1],
        [0, 1, 0, 0, 1],  # c: not who avoids it
        [1, 1, 0, 0, 1],
        [1, 1, 1, 1, 0],
    ]
    alike = Pool.build(profiles, NOTHING, None).admissible(everybody)
    assert alike.astype(int).tolist() == [
        [0, 1, 0, 1, 1],
        [1, 0, 1, 1, 1],
        [0, 1, 0, 1, 1],
        [1, 1, 1, 0, 1],
        [1, 1, 1, 1, 0],
    ]


def test_a_profile_belongs_to_the_language_of_most_of_its_texts() -> None:
    languages = {("offers", 1): "de", ("offers", 2): "en", ("seeks", 1): "en", ("seeks", 2): "zh-Hans"}
    texts = [Text(role, number, {lang: "x"}) for (role, number), lang in languages.items()]
    mixed = Profile("m", languages=("zh",), offers=tuple(texts[:2]), seeks=tuple(texts[2:]))
    vectors = {TextKey("m", text.role, text.index, lang): axis(1) for text in texts for lang in text.words}
    assert Pool.build([mixed], Space.from_vectors(vectors, dim=DIM), None).languages == ("en",)
    del vectors[TextKey("m", "seeks", 1, "en")]  # now each once: the one it names first
    assert Pool.build([mixed], Space.from_vectors(vectors, dim=DIM), None).languages == ("zh",)


def test_a_stored_vector_of_another_language_serves_as_well() -> None:
    one = Profile("a", languages=("de",), offers=(Text("offers", 1, {"de": "x", "en": "y"}),))
    stored = Space.from_vectors({TextKey("a", "offers", 1, "en"): axis(1)}, dim=DIM)
    assert Pool.build([one], stored, None).texts["offers"].keys == (TextKey("a", "offers", 1, "en"),)


def test_rare_languages_share_a_group() -> None:
    tags = [f"{a}{b}" for a in "abcdef" for b in "uvwxyz"]
    profiles = [firm(f"p{n}", offers=1, lang=tag) for n, tag in enumerate(tags)]
    vectors = {TextKey(p.id, "offers", 1, tag): axis(1) for p, tag in zip(profiles, tags, strict=True)}
    pool = Pool.build(profiles, Space.from_vectors(vectors, dim=DIM), None)
    assert len(pool.languages) == MOST_LANGUAGES + 1
    assert pool.languages[-1] == "*"
    assert (pool.language == MOST_LANGUAGES).sum() == len(tags) - MOST_LANGUAGES


@pytest.mark.parametrize("seed", range(4))
def test_the_best_text_of_each_profile_is_found(seed: int) -> None:
    profiles, vectors = random_world(seed)
    texts = Pool.build(profiles, vectors, None).texts["offers"]
    queries = np.eye(DIM, dtype=np.float32)[:3]
    expected = [
        [max((float(q @ one) for one in texts.vectors(texts.rows(p))), default=-np.inf) for p in range(len(profiles))]
        for q in queries
    ]
    np.testing.assert_allclose(texts.best(queries), expected, rtol=1e-5)


def test_marks() -> None:
    profiles = [
        firm("a", themes=("x", "y"), languages=("de", "en:B2"), nace="C30.30", type="company"),
        firm("b", themes=("y", "y"), languages=("zh", "en-GB"), nace="30", type="institute"),
        firm("c"),
    ]
    pool, rows = Pool.build(profiles, NOTHING, None), np.arange(3)
    half = pytest.approx(0.5**0.5)
    assert pool.themes.in_common(rows, pool.themes).tolist() == [
        pytest.approx([1, half, 0]),
        pytest.approx([half, 1, 0]),
        [0, 0, 0],
    ]
    assert pool.spoken.in_common(rows, pool.spoken).tolist() == [[2, 1, 0], [1, 2, 0], [0, 0, 0]]
    assert pool.division.tolist() == [30, 30, -1]


def test_what_each_seek_asks_for_and_who_has_it() -> None:
    profiles = [firm("a", seeks=2, asks="Hersteller oder Institut"), firm("b", seeks=1, type="institute")]
    vectors = {TextKey(p.id, "seeks", t.index, "de"): axis(1) for p in profiles for t in p.seeks}
    types = Pool.build(profiles, Space.from_vectors(vectors, dim=DIM), None).wanted["type"]
    assert [[kind for kind, asked in zip(TYPES, row, strict=True) if asked] for row in types.asked] == [
        ["company", "institute"],
        [],
        [],
    ]
    assert types.met(types.asked, types).tolist() == [[0, 1], [0, 0], [0, 0]]
    assert Pool.build([], NOTHING, None).wanted["type"].asked.shape == (0, len(TYPES))
