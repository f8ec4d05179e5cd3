"""Hubness correction, against its definition, and what it is for."""

import numpy as np
import pytest

from qiao.engine.matching import hubs
from qiao.engine.matching.embed import Floats
from qiao.engine.matching.hubs import ENOUGH, FEWEST, NEAREST, as_queries
from qiao.engine.matching.model import ROLES, TextKey
from qiao.engine.matching.space import Space

DIM = 12


def corpus(count: int, seed: int = 1) -> dict[TextKey, Floats]:
    """Profiles of two languages, each with two offers and one seek; the languages lie apart."""
    random = np.random.default_rng(seed)
    vectors = {}
    for n in range(count):
        lang = ("de", "zh")[n % 2]
        for role, number in (("offers", 1), ("offers", 2), ("seeks", 1)):
            vector = random.normal(size=DIM)
            vector[0] += 2 * (n % 2)
            vectors[TextKey(f"p{n:03}", role, number, lang)] = vector.astype(np.float32)
    return vectors


def corrected(space: Space, one: TextKey, other: TextKey) -> float:
    return float(as_queries(space.compared([one]), DIM)[0] @ space.compared([other])[0])


def defined(space: Space, one: TextKey, other: TextKey) -> float:
    """The correction as the module's text states it, slowly."""
    keys = space.keys()
    groups = sorted({(key.lang, key.role) for key in keys})
    cosine = {key: space.vectors([key])[0] for key in keys}
    sizes = {group: sum((key.lang, key.role) == group for key in keys) for group in groups}

    def r(key: TextKey, group: tuple[str, str]) -> float | None:
        near = sorted(
            (float(cosine[key] @ cosine[x]) for x in keys if (x.lang, x.role) == group and x.profile != key.profile),
            reverse=True,
        )
        return float(np.mean(near[:NEAREST])) if "seeks" in (key.role, group[1]) else None

    counting = [group for group in groups if sizes[group] >= FEWEST]
    usual = np.mean([value for key in keys for group in counting if (value := r(key, group)) is not None])

    def excess(key: TextKey, group: tuple[str, str]) -> float:
        if group not in counting:
            return 0.0
        value = r(key, group)
        return 0.0 if value is None else 0.5 * sizes[group] / (sizes[group] + ENOUGH) * (value - usual)

    plain = float(cosine[one] @ cosine[other])
    return plain - excess(one, (other.lang, other.role)) - excess(other, (one.lang, one.role))


def test_the_correction_is_the_one_defined_and_the_same_in_both_directions() -> None:
    space = Space.from_vectors(corpus(45), dim=DIM)
    assert len(space.hubs.groups) == 4
    random = np.random.default_rng(0)
    keys = space.keys()
    for _ in range(15):
        one = TextKey(f"p{random.integers(45):03}", "seeks", 1, "")
        one = next(key for key in keys if key[:3] == one[:3])
        other = keys[random.integers(len(keys))]
        assert corrected(space, one, other) == pytest.approx(defined(space, one, other), abs=1e-5)
        assert corrected(space, one, other) == pytest.approx(corrected(space, other, one), abs=1e-5)


def test_few_texts_correct_nothing() -> None:
    space = Space.from_vectors(corpus(18), dim=DIM)
    assert space.hubs.groups == ()
    one, other = space.keys()[0], space.keys()[-1]
    assert corrected(space, one, other) == pytest.approx(float(space.vectors([one])[0] @ space.vectors([other])[0]))


def test_a_newcomer_is_corrected_as_if_it_had_been_there() -> None:
    vectors = corpus(60)
    space = Space.from_vectors(vectors, dim=DIM)
    own = {key: vector for key, vector in vectors.items() if key.profile == "p007"}
    before = space.compared(list(own))
    space.replace("p007", own)
    np.testing.assert_allclose(space.compared(list(own)), before, atol=1e-5)


def test_languages_come_to_stand_equal_and_hubs_step_back() -> None:
    random = np.random.default_rng(5)
    vectors: dict[TextKey, Floats] = {}
    for n in range(600):
        lang = ("de", "zh")[n % 2]
        subject = random.normal(size=DIM)
        subject[: DIM // 2] *= 0.5 + (n % 2)  # Chinese texts lie closer together even when they are centred
        for role in ROLES:
            vectors[TextKey(f"p{n:03}", role, 1, lang)] = (subject + 0.7 * random.normal(size=DIM)).astype(np.float32)
    space = Space.from_vectors(vectors, dim=DIM)
    every = space.keys()
    keys = {role: [key for key in every if key.role == role] for role in ROLES}

    def shown(seeks: Floats, offers: Floats) -> tuple[float, int]:
        """How often the own language is among the ten nearest, and how often the most frequent offer."""
        top = np.argsort(-(seeks @ offers.T), axis=1)[:, :10]
        langs = {role: np.array([key.lang for key in keys[role]]) for role in ROLES}
        own = (langs["offers"][top] == langs["seeks"][:, None]).mean()
        return float(abs(own - 0.5)), int(np.bincount(top.ravel()).max())

    plain = shown(space.vectors(keys["seeks"]), space.vectors(keys["offers"]))
    better = shown(as_queries(space.compared(keys["seeks"]), DIM), space.compared(keys["offers"]))
    assert better[0] < plain[0]
    assert better[1] < plain[1]


def test_nothing_measured_in_an_empty_corpus() -> None:
    found, levels = hubs.measured({})
    assert (found.groups, found.usual, levels) == ((), 0.0, {})
