"""Small profiles with vectors written by hand: what is similar to what is plain to see."""

from collections.abc import Mapping, Sequence

import numpy as np

from qiao.engine.matching.embed import Floats
from qiao.engine.matching.model import Profile, Role, Text, TextKey
from qiao.engine.matching.space import Space

DIM = 8


def firm(
    name: str,
    side: str | None = None,
    *,
    offers: int = 0,
    seeks: int = 0,
    lang: str = "de",
    asks: str = "",
    **more: object,
) -> Profile:
    """A profile with so many offers and seeks, all in one language; `asks` is added to the words of the first seek."""

    def texts(role: Role, count: int) -> tuple[Text, ...]:
        added = {("seeks", 1): f" {asks}"} if asks else {}
        return tuple(Text(role, n, {lang: f"{role} {n}{added.get((role, n), '')}"}) for n in range(1, count + 1))

    return Profile(name, side, offers=texts("offers", offers), seeks=texts("seeks", seeks), **more)


def axis(*weights: float) -> Floats:
    """A vector with these first coordinates."""
    return np.array([*weights, *[0.0] * (DIM - len(weights))], np.float32)


def at(similarity: float) -> Floats:
    """A unit vector of this cosine with axis(1)."""
    return axis(similarity, (1 - similarity**2) ** 0.5)


def space(vectors: Mapping[tuple[str, Role, int], Floats], lang: str = "de") -> Space:
    return Space.from_vectors({TextKey(*key, lang): vector for key, vector in vectors.items()}, dim=DIM)


def random_world(seed: int, count: int = 12) -> tuple[list[Profile], Space]:
    """Profiles of two sides and three languages with up to three offers and seeks, some of them empty."""
    random = np.random.default_rng(seed)
    profiles, vectors = [], {}
    for number in range(count):
        lang = ("de", "zh", "en")[random.integers(3)]
        offers, seeks = random.integers(0, 4, 2)
        one = firm(
            f"p{number:02}",
            ("eu", "cn")[number % 2],
            offers=int(offers),
            seeks=int(seeks),
            lang=lang,
            asks=("Hersteller, Mittelstand in Sachsen", "", "Institut für gemeinsame Forschung in Jinan")[number % 3],
            themes=tuple(f"t{n}" for n in sorted(set(random.integers(0, 4, 2)))),
            nace=f"{random.integers(10, 14)}",
            type=("company", "institute", None)[random.integers(3)],
            size=("small", None, "large")[number % 3],
            city=("Dresden", "济南", None, "Jena")[number % 4],
            country=("DE", "CN", None)[number % 3],
            withheld=((), (), (), ("no-consent",), ("not-joined",), (), ("opted-out",))[number % 7],
            organisation=f"o{number // 2}",
            languages=(lang, "en"),
            keywords={f"k{number % 3}": 1.0, f"k{number % 5}": 2.0},
            avoid=(f"p{random.integers(count):02}",),
        )
        profiles.append(one)
        for text in (*one.offers, *one.seeks):
            vector = random.normal(size=DIM).astype(np.float32)
            vectors[TextKey(one.id, text.role, text.index, lang)] = vector
    return profiles, Space.from_vectors(vectors, dim=DIM)


def names(found: Sequence[object]) -> list[str]:
    """The candidates of one list."""
    return [match.candidate for match in found]
