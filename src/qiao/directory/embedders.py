"""The embedder that the settings want, and the one whose vectors are in force: two while texts are read anew.

Either may be a server. It is asked patiently in the background and hastily while somebody waits for a page; one that
failed is left alone for a while, so that not everybody waits for it.
"""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from qiao.adapters.embeddings import LOCAL, load_embedder
from qiao.directory.models import EmbedderState, Vector
from qiao.engine.matching.embed import Embedder, EmbedderError, Floats, model_name

# Small batches: a query that somebody waits for comes behind one of them.
PATIENCE: dict[str, Any] = {"batch": 16}
HASTE: dict[str, Any] = {"timeout": 4.0, "attempts": 1}
REST = 30.0  # seconds for which a process does not ask again what has failed


@dataclass(frozen=True)
class Loaded:
    """An embedder that is ready; its failures are remembered."""

    choice: str
    name: str
    version: str
    dim: int
    _embedder: Embedder = field(repr=False)

    def encode(self, texts: list[str]) -> Floats:
        try:
            return self._embedder.encode(texts)
        except EmbedderError as error:
            _remember(self.choice, error)
            raise

    def check(self) -> None:
        """Raises EmbedderError if it is a server that does not answer."""
        if self.choice not in LOCAL:
            self.encode(["dimension"])


_loaded: dict[tuple[str, bool], Loaded] = {}
_failed: dict[str, tuple[float, EmbedderError]] = {}


def state() -> EmbedderState:
    return EmbedderState.objects.filter(pk=1).first() or EmbedderState(pk=1)


def wanted() -> Loaded:
    """The embedder of the settings, for background work. Raises EmbedderError."""
    return _load(settings.EMBEDDER, hasty=False)


def in_force(now: EmbedderState) -> Loaded:
    """What makes vectors that can be compared with those in force, for background work.

    Raises:
        EmbedderError: it cannot be had; at once while it is known not to answer.
    """
    if now.problem.get("choice") == now.choice:
        raise problem_of(now)
    return _fitting(now.choice, now.model, hasty=False)


def at_once(choice: str, model: str) -> Loaded:
    """The same while somebody waits: `choice` and `model` of the embedder in force. Raises EmbedderError."""
    return _fitting(choice, model, hasty=True)


def can_encode(now: EmbedderState) -> bool:
    """Could texts be compared with the vectors in force just now? Before there are any: with the first ones, soon."""
    if not now.model:
        return not now.problem
    if now.problem.get("choice") == now.choice:
        return False
    with suppress(EmbedderError):
        return bool(at_once(now.choice, now.model))
    return False


def problem_of(now: EmbedderState) -> EmbedderError:
    return EmbedderError(now.problem["code"], **now.problem["values"])


def texts_read(now: EmbedderState) -> int:
    """How many texts the coming embedder has read."""
    return Vector.objects.filter(model=now.coming).count() if now.coming else 0


def forget() -> None:
    """Load everything anew and ask again what has failed."""
    _loaded.clear()
    _failed.clear()


def _fitting(choice: str, model: str, *, hasty: bool) -> Loaded:
    found = _load(choice, hasty=hasty)
    if model_name(found) != model:
        raise EmbedderError("replaced", model=model)
    return found


def _load(choice: str, *, hasty: bool) -> Loaded:
    until, error = _failed.get(choice, (0.0, None))
    if error and time.monotonic() < until:
        raise EmbedderError(error.code, **error.values)
    if (choice, hasty) not in _loaded:
        try:
            found = load_embedder(choice, key=_key(choice), **(HASTE if hasty else PATIENCE))
            _loaded[choice, hasty] = Loaded(choice, found.name, found.version, found.dim, found)
        except EmbedderError as error:
            _remember(choice, error)
            raise
    return _loaded[choice, hasty]


def _key(choice: str) -> str:
    """The key is for the server that the settings name, and must not reach the one before it."""
    return settings.EMBEDDER_KEY if choice.partition("#")[0] == settings.EMBEDDER.partition("#")[0] else ""


def _remember(choice: str, error: EmbedderError) -> None:
    _failed[choice] = (time.monotonic() + REST, error)
    for hasty in (False, True):  # it may come back as another one
        _loaded.pop((choice, hasty), None)
