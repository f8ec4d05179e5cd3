"""Questions to a server of others, in JSON over HTTP: limits of time and size, further attempts where these help."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import Any

LONGEST_PAUSE = 30.0  # seconds between two attempts, whatever the server asks for
_BUSY = frozenset({408, 429, 500, 502, 503, 504})  # worth another attempt


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key must not travel to another host."""

    def redirect_request(self, *args: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


class Asking:
    """One server. `base` is its checked address, `timeout` the seconds that one request may take, `largest` bytes of an answer.

    `error(code, server=base)` makes what is raised: unreachable, timeout, refused (with the HTTP `status`) or bad-answer.
    """

    def __init__(
        self,
        base: str,
        *,
        error: Callable[..., Exception],
        key: str = "",
        timeout: float = 30.0,
        attempts: int = 3,
        largest: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base, self._error, self._key = base, error, key.strip()
        self._timeout, self._attempts, self._largest, self._sleep = timeout, attempts, largest, sleep

    def ask(self, path: str, question: dict[str, object] | None = None) -> Any:
        """What the server answers; without a question it is asked by GET. A busy or silent one is asked again, with growing pauses."""
        data = None if question is None else json.dumps(question).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = urllib.request.Request(f"{self.base}/{path}", data, headers)  # noqa: S310  the caller has checked it
        for attempt in range(1, self._attempts + 1):
            try:
                return json.loads(self._answer(request))
            except (ValueError, RecursionError):
                raise self.bad_answer() from None
            except (OSError, HTTPException) as error:
                problem, pause = self._problem(error, 2.0 ** (attempt - 1))
                if pause is None or attempt == self._attempts:
                    raise problem from None
                self._sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def bad_answer(self) -> Exception:
        return self._error("bad-answer", server=self.base)

    def _answer(self, request: urllib.request.Request) -> bytes:
        """The body, within the time and the size allowed for it, however slowly it drips."""
        end = time.monotonic() + self._timeout
        body = bytearray()
        with _OPENER.open(request, timeout=self._timeout) as response:
            assert isinstance(response, HTTPResponse)
            while part := response.read1(65536):
                body += part
                if len(body) > self._largest:
                    raise self.bad_answer()
                if time.monotonic() > end:
                    raise TimeoutError
        return bytes(body)

    def _problem(self, error: OSError | HTTPException, pause: float) -> tuple[Exception, float | None]:
        """What to say, and how long to wait before asking again (None: that would be useless)."""
        if isinstance(error, urllib.error.HTTPError):
            problem = self._error("refused", server=self.base, status=error.code)
            return problem, _wanted(error, pause) if error.code in _BUSY else None
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        code = "timeout" if isinstance(reason, TimeoutError) else "unreachable"
        return self._error(code, server=self.base), pause


def _wanted(error: urllib.error.HTTPError, pause: float) -> float:
    wanted = error.headers.get("Retry-After", "")
    return min(float(wanted), LONGEST_PAUSE) if wanted.isascii() and wanted.isdigit() else pause
