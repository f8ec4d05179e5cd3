"""A translation server on this machine that speaks both interfaces: it remembers what it is asked and answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]


def ok(value: object) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


class Fake:
    """`words`: text -> what it becomes; other texts come back marked with the target language or the model."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.languages = ["de", "en", "zh-Hans"]
        self.words: dict[str, str] = {}
        self.answer: Answer | None = None  # to every question, whatever it is
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def questions(self, path: str) -> list[Any]:
        return [question for asked, question in self.asked if asked == path]

    def reply(self, path: str, question: Any) -> Answer:
        if path == "/languages":
            return ok([{"code": code} for code in self.languages])
        if path == "/v1/models":
            return ok({"data": [{"id": "first"}]})
        if self.answer is not None:
            return self.answer
        if path == "/translate":
            return ok({"translatedText": self.words.get(question["q"], f"[{question['target']}] {question['q']}")})
        text = question["messages"][-1]["content"]
        said = self.words.get(text, f"[{question.get('model', '')}] {text}")
        return ok({"choices": [{"message": {"role": "assistant", "content": said}}]})

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
        self.fake.asked.append((self.path, question))
        self.fake.headers.append(dict(self.headers))
        status, headers, body = self.fake.reply(self.path, question)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass
