"""Robots of group chats: which addresses are theirs, and posting through them.

Only what a robot of WeCom, DingTalk, Feishu or Lark is known by is kept of an address, never a host: whatever somebody
enters, nothing is sent anywhere but to these four. The library is loaded when something is posted: pages do without it.
"""

import re
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

CONNECT, READ = 5.0, 10.0  # seconds
LARGEST = 64 * 1024  # bytes of an answer
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,100}")
SECRET = re.compile(r"[A-Za-z0-9]{8,100}")


@dataclass(frozen=True)
class Service:
    """A vendor's address, in the parts around the token, and what the library needs to know of it."""

    host: str
    path: str
    query: str  # the argument that holds the token; empty: the path ends with it
    module: str
    plugin: str
    argument: str
    longest: int  # bytes of a message


SERVICES = {
    "wecom": Service("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key", "wecombot", "NotifyWeComBot", "key", 2048),
    "dingtalk": Service("oapi.dingtalk.com", "/robot/send", "access_token", "dingtalk", "NotifyDingTalk", "token", 15_000),
    "feishu": Service("open.feishu.cn", "/open-apis/bot/v2/hook/", "", "feishu", "NotifyFeishu", "token", 15_000),
    "lark": Service("open.larksuite.com", "/open-apis/bot/v2/hook/", "", "lark", "NotifyLark", "token", 15_000),
}  # fmt: skip


@dataclass(frozen=True)
class Robot:
    """`secret`: with which DingTalk's robots may want messages to be signed. Neither stands in any message about it."""

    service: str
    token: str = field(repr=False)
    secret: str = field(default="", repr=False)


class RobotError(Exception):
    """A message that was not posted, or of which nobody knows.

    code: unreachable, busy, too-many, address, keyword, signature, place, refused, or unclear (it may have arrived).
    again: whether another attempt may help.
    """

    def __init__(self, code: str, *, again: bool = False) -> None:
        super().__init__(code)
        self.code, self.again = code, again


def recognise(address: str, secret: str = "") -> Robot | None:
    """The robot whose address this is; None for everything else."""
    try:
        parts = urlsplit(address)
        plain = address.isascii() and address.isprintable() and " " not in address and not parts.fragment
        host = parts.netloc.lower()
    except ValueError:
        return None
    known = next((name for name, one in SERVICES.items() if one.host == host), None)
    if not plain or parts.scheme != "https" or known is None or (secret and known != "dingtalk"):
        return None
    token = _token(SERVICES[known], parts.path, parts.query)
    fits = TOKEN.fullmatch(token) and (not secret or SECRET.fullmatch(secret))
    return Robot(known, token, secret) if fits else None


def _token(service: Service, path: str, query: str) -> str:
    if service.query:
        found = parse_qs(query)
        return found[service.query][0] if path.rstrip("/") == service.path and set(found) == {service.query} else ""
    return path.removeprefix(service.path).rstrip("/") if path.startswith(service.path) and not query else ""


def post(robot: Robot, text: str) -> None:
    """Post plain text once. Raises RobotError."""
    service = SERVICES[robot.service]
    plugin = _plugin_of(service)(
        **{service.argument: robot.token}, **({"secret": robot.secret} if robot.secret else {})
    )
    _heard.answer = _heard.problem = None
    plugin.send(body=shortened(text, service.longest))
    if _heard.problem is not None:
        raise _unsent(_heard.problem) from None
    _check(_heard.answer)


def shortened(text: str, longest: int) -> str:
    """At most so many bytes of UTF-8, cut between characters."""
    data = text.encode()
    return text if len(data) <= longest else data[: longest - 3].decode(errors="ignore").rstrip() + "…"


_heard = threading.local()  # what was answered to this thread's post, or went wrong with it


def _plugin_of(service: Service) -> Any:
    """The library's class for a vendor. Two of the four answer 200 to what they refuse and the library does not read on:
    its plugins post through `_post`, which keeps what was answered."""
    from importlib import import_module

    import requests

    import_module("apprise")
    module = import_module(f"apprise.plugins.{service.module}")
    module.requests = SimpleNamespace(  # type: ignore[attr-defined]
        post=_post, codes=requests.codes, RequestException=requests.RequestException
    )
    return getattr(module, service.plugin)


def _post(address: str, **options: Any) -> Any:
    """As requests.post, but no redirect is followed and no long answer read."""
    import requests

    ours = {name: value for name, value in options.items() if name in {"data", "headers", "params"}}
    if sign := (ours.get("params") or {}).get("sign"):
        ours["params"]["sign"] = unquote(sign)  # the library has quoted it, and it is quoted once more
    try:
        with requests.post(address, timeout=(CONNECT, READ), allow_redirects=False, stream=True, **ours) as answer:
            answer._content = answer.raw.read(LARGEST, decode_content=True)
    except Exception as error:
        _heard.problem = error
        raise requests.RequestException from None
    _heard.answer = answer
    return answer


def _unsent(error: Exception) -> RobotError:
    """Whether the message was certainly not taken, so that it may be posted again."""
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    reason = error.args[0] if error.args else None
    reason = reason.reason if isinstance(reason, MaxRetryError) else reason
    before = isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
    if before or isinstance(reason, NewConnectionError):
        return RobotError("unreachable", again=True)
    return RobotError("unclear")


# What the vendors answer, all with the status 200: their code -> ours.
CODES = {
    93000: "address", 40014: "address", 300001: "address", 400101: "address", 400013: "address", 19001: "address",
    45009: "too-many", 130101: "too-many", 660026: "too-many", 11232: "too-many",
    19024: "keyword", 19021: "signature", 19022: "place",
}  # fmt: skip
# DingTalk has one code for what its robots' own rules refuse, and says in words which.
WORDS = (("keyword", "keyword"), ("sign", "signature"), ("timestamp", "signature"), ("ip", "place"))


def _check(answer: Any) -> None:
    if answer.status_code >= 500 or answer.status_code == 429:
        raise RobotError("too-many" if answer.status_code == 429 else "busy", again=True)
    try:
        said = answer.json()
        code = said.get("errcode", said.get("code", said.get("StatusCode")))
    except (ValueError, AttributeError):
        raise RobotError("refused") from None
    if answer.status_code == 200 and code == 0:
        return
    found = CODES.get(code, "refused")
    if code == 310000:
        words = str(said.get("errmsg", "")).lower()
        found = next((ours for word, ours in WORDS if word in words), found)
    raise RobotError(found, again=found == "too-many")
