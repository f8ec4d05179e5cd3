"""A vendor's server on this machine to which robots of group chats post: it remembers what and answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ChatServer:
    """`answer`: (status, body) to every message; None hangs up without an answer."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, Any]] = []
        self.answer: tuple[int, dict[str, Any]] | None = (200, {"errcode": 0, "code": 0})
        handler = type("Handler", (_Handler,), {"chats": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    chats: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.chats.posted.append((self.path, body))
        if self.chats.answer is None:
            return
        status, said = self.chats.answer
        data = json.dumps(said).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.chats.address}/elsewhere")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        return
