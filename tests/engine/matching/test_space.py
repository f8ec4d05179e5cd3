"""The common space: centring by language and role, growing, forgetting, and independence of the order."""

import numpy as np
import pytest

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.model import Profile, Role, Text, TextKey
from qiao.engine.matching.space import Space, mean_weight, texts_to_embed, unit
from tests.engine.matching.small import DIM, axis


@pytest.mark.parametrize(("count", "weight"), [(0, 0), (1, 0), (19, 0), (20, 0.4), (49, 0.98), (50, 1), (500, 1)])
def test_mean_weight(count: int, weight: float) -> None:
    assert mean_weight(count) == pytest.approx(weight)


def test_unit_leaves_nothing_as_nothing() -> None:
    assert unit(np.array([[3, 4], [0, 0]], np.float32)).tolist() == [pytest.approx([0.6, 0.8]), [0, 0]]


def corpus(count: int, lang: str = "de", role: Role = "offers", corner: int = 7) -> dict[TextKey, Floats]:
    """Texts that differ, but share a large part of their direction."""
    random = np.random.default_rng(count)
    vectors = random.normal(size=(count, DIM)).astype(np.float32)
    vectors[:, corner] += 4
    return {TextKey(f"{lang}{n}", role, 1, lang): vector for n, vector in enumerate(vectors)}


def mean_cosine(space: Space) -> float:
    found = space.vectors(space.keys())
    return float((found @ found.T)[np.triu_indices(len(found), 1)].mean())


@pytest.mark.parametrize("count", [19, 20, 50])
def test_centring(count: int) -> None:
    vectors = corpus(count)
    raw = unit(np.stack([vectors[key] for key in sorted(vectors)]))
    expected = unit(raw - mean_weight(count) * raw.mean(axis=0))
    np.testing.assert_allclose(Space.from_vectors(vectors, dim=DIM).vectors(sorted(vectors)), expected, atol=1e-6)


def test_the_mean_of_few_texts_is_drawn_towards_that_of_many() -> None:
    vectors = corpus(100, "de", "offers", 1) | corpus(40, "de", "seeks", 2) | corpus(1, "en", "offers", 3)
    space = Space.from_vectors(vectors, dim=DIM)
    counts, means = space.statistics.counts, space.statistics.means
    every = sum(counts[group] * means[group].astype(float) for group in counts) / 141
    german = (100 * means["de", "offers"] + 40 * means["de", "seeks"]) / 140
    level = every + 140 / 145 * (german - every)
    expected = level + 100 / 105 * (means["de", "offers"] - level)
    np.testing.assert_allclose(space.statistics.shift(("de", "offers")), expected, atol=1e-6)
    english = every + 1 / 6 * (means["en", "offers"] - every)
    expected = english + 1 / 6 * (means["en", "offers"] - english)
    np.testing.assert_allclose(space.statistics.shift(("en", "offers")), expected, atol=1e-6)
    np.testing.assert_allclose(space.statistics.shift(("fr", "offers")), every, atol=1e-6)


def test_centring_takes_away_what_a_language_has_in_common() -> None:
    assert mean_cosine(Space.from_vectors(corpus(19), dim=DIM)) > 0.5
    assert abs(mean_cosine(Space.from_vectors(corpus(60), dim=DIM))) < 0.05


def test_languages_and_roles_are_centred_apart() -> None:
    groups = [("de", "offers", 1), ("de", "seeks", 2), ("zh", "offers", 3), ("zh-Hant", "offers", 3)]
    vectors = {}
    for lang, role, corner in groups:
        vectors |= corpus(30, lang, role, corner)
    space = Space.from_vectors(vectors, dim=DIM)
    assert space.statistics.counts == {("de", "offers"): 30, ("de", "seeks"): 30, ("zh", "offers"): 60}
    for group, corner in {("de", "offers"): 1, ("de", "seeks"): 2, ("zh", "offers"): 3}.items():
        assert space.statistics.means[group].argmax() == corner


def test_the_order_of_arrival_does_not_matter() -> None:
    vectors = corpus(60)
    turned = Space.from_vectors(dict(reversed(vectors.items())), dim=DIM)
    assert (turned.vectors(turned.keys()) == Space.from_vectors(vectors, dim=DIM).vectors(turned.keys())).all()


def test_growing_one_by_one_gives_the_same_space() -> None:
    vectors = corpus(60)
    space = Space.from_vectors({}, dim=DIM)
    for key, vector in vectors.items():
        space.replace(key.profile, {key: vector})
    space.refresh()
    at_once = Space.from_vectors(vectors, dim=DIM)
    assert (space.vectors(space.keys()) == at_once.vectors(at_once.keys())).all()


def test_a_newcomer_is_centred_with_the_means_of_the_last_refresh() -> None:
    space = Space.from_vectors(corpus(60), dim=DIM)
    before = space.statistics
    key = TextKey("new", "offers", 1, "de")
    space.replace("new", {key: axis(1, 2)})
    assert space.statistics is before
    expected = unit(unit(axis(1, 2)[None]) - before.means["de", "offers"])
    np.testing.assert_allclose(space.vectors([key]), expected, atol=1e-6)


def test_replacing_and_removing() -> None:
    space = Space.from_vectors(corpus(3), dim=DIM)
    old, new = TextKey("de1", "offers", 1, "de"), TextKey("de1", "seeks", 1, "de")
    space.replace("de1", {new: axis(0, 3)})
    assert old not in space
    assert space.vectors([new])[0].tolist() == axis(0, 1).tolist()
    assert len(space) == 3
    space.remove("de1")
    space.remove("nobody")
    assert new not in space
    assert len(space) == 2
    space.fill({old: axis(1)})
    assert space.keys() == sorted(corpus(3))


def test_wrong_vectors_change_nothing() -> None:
    space = Space.from_vectors(corpus(3), dim=DIM)
    key = TextKey("de1", "offers", 1, "de")
    before = space.vectors([key])
    for wrong in (np.zeros(DIM + 1, np.float32), np.full(DIM, np.inf, np.float32), np.zeros((1, DIM), np.float32)):
        with pytest.raises(ValueError, match="finite numbers"):
            space.replace("de1", {key: wrong})
    with pytest.raises(ValueError, match="another profile"):
        space.replace("de2", {key: axis(1)})
    assert (space.vectors([key]) == before).all()
    with pytest.raises(KeyError):
        space.vectors([TextKey("de1", "seeks", 1, "de")])


def test_parts_of_a_joined_vector_weigh_the_same() -> None:
    loud, quiet = np.full(512, 100, np.float32), np.full(384, 0.01, np.float32)
    key = TextKey("a", "offers", 1, "de")
    space = Space.from_vectors({key: np.hstack([loud, quiet])}, dim=896, model="use-multilingual-v3+e5-small/1")
    found = space.vectors([key])[0]
    assert np.linalg.norm(found[:512]) == pytest.approx(np.linalg.norm(found[512:]))
    assert np.linalg.norm(found) == pytest.approx(1)


class Letters:
    name, version, dim = "letters", "1", DIM

    def encode(self, texts: list[str]) -> Floats:
        return np.array([[text.count(letter) for letter in "abcdefgh"] for text in texts], np.float32)


def test_building_embeds_one_cleaned_text_of_each() -> None:
    texts = (Text("offers", 1, {"en": "bb", "de": "Wir bieten: aa\x00"}), Text("offers", 2, {"de": "…"}))
    profile = Profile("p", languages=("de",), offers=texts, seeks=(Text("seeks", 1, {"zh": "d"}),))
    keys = [TextKey("p", "offers", 1, "de"), TextKey("p", "seeks", 1, "zh")]
    assert texts_to_embed([profile]) == dict(zip(keys, ["aa", "d"], strict=True))
    space = Space.build([profile], Letters())
    assert space.model == "letters/1"
    assert space.vectors(keys).tolist() == [axis(1).tolist(), axis(0, 0, 0, 1).tolist()]
