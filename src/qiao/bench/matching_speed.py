"""How long the engine takes, beside bare matrix products and the libraries that look for nearest vectors."""

import time
from collections.abc import Callable, Sequence
from statistics import fmean
from typing import TypeVar

import numpy as np

from qiao.engine.matching.embed import BuiltIn, Embedder, Floats, encode_unique
from qiao.engine.matching.hubs import as_queries
from qiao.engine.matching.model import ROLES, MatchList, Profile, Role, Text, TextKey
from qiao.engine.matching.nearest import Indices, nearest
from qiao.engine.matching.rank import Ranker
from qiao.engine.matching.scale import Scale
from qiao.engine.matching.space import Space, unit

ALL_LISTS_UP_TO = 1_000  # profiles; above, the time of all lists is not measured
TOP = 20
_DIMENSIONS = 512
_ROWS_AT_ONCE = 1024
_SIDES = {"eu": "de", "cn": "zh"}

T = TypeVar("T")


def speed(size: int, *, seed: int = 1) -> dict[str, float]:
    """Seconds by the clock for `size` made-up profiles with two offers and two seeks each, half of them on either side."""
    profiles, vectors = synthetic(size, seed)
    seconds: dict[str, float] = {}
    space = _timed(seconds, "space", lambda: Space.from_vectors(vectors, dim=_DIMENSIONS))
    ranker = _timed(seconds, "pool", lambda: Ranker(profiles, space=space, across="side", per="profile"))
    scale = _timed(seconds, "scale of 500 lists", lambda: ranker.measure(sample=500))
    seconds |= _changes(ranker, space, scale, BuiltIn())
    if size <= ALL_LISTS_UP_TO:
        _timed(seconds, "all profiles", lambda: ranker.match())
        _timed(seconds, "all profiles, cap 3", lambda: ranker.match(cap=3))
    return seconds


def _changes(ranker: Ranker, space: Space, scale: Scale, embedder: Embedder) -> dict[str, float]:
    """Seconds from a profile's new texts to its list with reasons, in a process that is warm."""
    found: list[float] = []
    for profile in ranker.profiles[:: max(1, len(ranker.profiles) // 20)]:
        keys = [TextKey(profile.id, role, n, _SIDES[profile.side or ""]) for role in ROLES for n in (1, 2)]
        start = time.perf_counter()
        vectors = encode_unique(embedder, [f"{key.role} {key.number} {profile.id}" for key in keys])
        space.replace(profile.id, dict(zip(keys, vectors, strict=True)))
        ranker.rank_for(profile, space, scale=scale, top=TOP)
        found.append(time.perf_counter() - start)
    warm = found[1:]  # the first one loads the model
    return {"one changed profile, median": float(np.median(warm)), "one changed profile, slowest": max(warm)}


def _timed(seconds: dict[str, float], name: str, work: Callable[[], T]) -> T:
    start = time.perf_counter()
    found = work()
    seconds[name] = time.perf_counter() - start
    return found


def embedding(texts: Sequence[str], count: int) -> dict[str, float]:
    """CPU seconds of the built-in embedder for `count` different texts, made of sentences of these."""
    made = [f"{texts[n % len(texts)]} {n}" for n in range(count)]
    start = time.process_time()
    encode_unique(BuiltIn(), made)
    spent = time.process_time() - start
    return {"texts": float(count), "CPU seconds": spent, "texts per CPU second": count / spent}


def nearest_of_all(size: int, *, seed: int = 1) -> dict[str, dict[str, float]]:
    """CPU seconds for the best twenty of each of `size` seeks among as many offers, exactly, by corrected similarity.

    Peers are asked the same question with the same vectors: the matrix products alone, scikit-learn's and faiss's
    exhaustive searches. `ratio` is to the products alone; `rate` the billions of operations a second of these. `agrees`:
    the share of seeks with the same twenty as ours.
    """
    profiles, vectors = synthetic(size, seed)
    space = Space.from_vectors(vectors, dim=_DIMENSIONS)
    keys = {role: [TextKey(one.id, role, 1, _SIDES[one.side or ""]) for one in profiles] for role in ROLES}
    offers = np.ascontiguousarray(space.compared(keys["offers"]))
    seeks = np.ascontiguousarray(as_queries(space.compared(keys["seeks"]), space.dim))
    found: dict[str, dict[str, float]] = {}
    answers: dict[str, Indices] = {}
    for name, work in _peers(seeks, offers).items():
        start = time.process_time()
        answers[name] = work()
        found[name] = {"CPU seconds": time.process_time() - start}
    bare = found[PRODUCTS]["CPU seconds"]
    found[PRODUCTS]["rate"] = 2 * seeks.shape[0] * offers.shape[0] * offers.shape[1] / bare / 1e9
    ours = [frozenset(row) for row in answers["qiao"]]
    for name, row in found.items():
        row["ratio"] = row["CPU seconds"] / bare
        if name != PRODUCTS:
            same = [frozenset(other) == own for other, own in zip(answers[name], ours, strict=True)]
            row["agrees"] = sum(same) / len(same)
    return found


PRODUCTS = "matrix products alone"


def _peers(seeks: Floats, offers: Floats) -> dict[str, Callable[[], Indices]]:
    """By name, what finds the columns of the best [seeks, TOP]; the bare products find nothing."""

    def products() -> Indices:
        block = np.zeros((_ROWS_AT_ONCE, len(offers)), np.float32)
        for start in range(0, len(seeks), _ROWS_AT_ONCE):
            some = seeks[start : start + _ROWS_AT_ONCE]
            np.matmul(some, offers.T, out=block[: len(some)])
        return np.zeros((0, TOP), np.intp)

    def by_faiss() -> Indices:
        import faiss

        index = faiss.IndexFlatIP(offers.shape[1])
        index.add(offers)
        return index.search(seeks, TOP)[1]  # type: ignore[no-any-return]

    def by_scikit_learn() -> Indices:
        from sklearn.neighbors import NearestNeighbors

        # It knows distances only: with a coordinate that makes all offers equally long, the order is that of the products.
        squares = (offers**2).sum(axis=1)
        lengthened = np.hstack([offers, np.sqrt(np.maximum(0, squares.max() - squares))[:, None]])
        asking = np.hstack([seeks, np.zeros((len(seeks), 1), np.float32)])
        search = NearestNeighbors(n_neighbors=TOP, algorithm="brute").fit(lengthened)
        return search.kneighbors(asking, return_distance=False)  # type: ignore[no-any-return]

    return {
        PRODUCTS: products,
        "qiao": lambda: nearest(seeks, offers, TOP)[1],
        "faiss": by_faiss,
        "scikit-learn": by_scikit_learn,
    }


def exposure(size: int = 2_000, *, seed: int = 1) -> dict[str, dict[str, float]]:
    """How evenly `size` made-up profiles are shown in lists of ten, without a cap and with one of three fair shares.

    `gini` of how often each is shown: 0 if all equally often. `loss of fit`: of the mean fit, against no cap.
    """
    profiles, vectors = synthetic(size, seed)
    space = Space.from_vectors(vectors, dim=_DIMENSIONS)
    ranker = Ranker(profiles, space=space, across="side", per="profile")
    found = {name: _evenness(profiles, ranker.match(cap=cap)) for name, cap in (("no cap", None), ("cap 3", 3.0))}
    for row in found.values():
        row["loss of fit"] = 1 - row["mean fit"] / found["no cap"]["mean fit"]
    return found


def _evenness(profiles: Sequence[Profile], lists: Sequence[MatchList]) -> dict[str, float]:
    times = dict.fromkeys((profile.id for profile in profiles), 0)
    for one in lists:
        for match in one.matches:
            times[match.candidate] += 1
    counts = np.sort(np.array(list(times.values()), np.float64))
    ranks = 2 * np.arange(1, len(counts) + 1) - len(counts) - 1
    return {
        "gini": float(ranks @ counts / (len(counts) * counts.sum())),
        "never shown": float((counts == 0).sum()),
        "shown most": float(counts[-1]),
        "mean fit": fmean(match.total for one in lists for match in one.matches),
    }


def synthetic(size: int, seed: int = 1) -> tuple[list[Profile], dict[TextKey, Floats]]:
    """Profiles without real words, and vectors that gather around a few hundred subjects, as those of real texts do."""
    random = np.random.default_rng(seed)
    subjects = random.normal(size=(300, _DIMENSIONS)).astype(np.float32)
    corners = {(lang, role): random.normal(size=_DIMENSIONS) for lang in _SIDES.values() for role in ROLES}
    profiles, vectors = [], {}
    for number in range(size):
        side = ("eu", "cn")[number % 2]
        lang, name = _SIDES[side], f"{side}{number}"
        texts: dict[Role, tuple[Text, ...]] = {
            role: tuple(Text(role, n, {lang: "…"}) for n in (1, 2)) for role in ROLES
        }
        themes = (f"theme{number % 7}",)
        profiles.append(
            Profile(
                name,
                side,
                themes=themes,
                languages=(lang, "en"),
                nace=f"{number % 88:02}",
                offers=texts["offers"],
                seeks=texts["seeks"],
            )
        )
        for role in ROLES:
            for n in (1, 2):
                noise = random.normal(size=_DIMENSIONS) + corners[lang, role]
                vectors[TextKey(name, role, n, lang)] = unit(
                    (subjects[random.integers(300)] + noise).astype(np.float32)
                )
    return profiles, vectors
