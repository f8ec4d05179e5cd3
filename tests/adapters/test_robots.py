"""Robots of group chats: whose address is one, and what the four services answer."""

import base64
import hmac
import logging
from collections.abc import Iterator
from importlib import import_module
from urllib.parse import parse_qs, urlsplit

import pytest

from qiao.adapters.robots import SERVICES, Robot, RobotError, post, recognise, shortened
from tests.chat_server import ChatServer

TOKEN = "0a1b2c3d4e5f67890123"
ADDRESSES = {
    "wecom": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}",
    "dingtalk": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
    "feishu": f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}",
    "lark": f"https://open.larksuite.com/open-apis/bot/v2/hook/{TOKEN}",
}


@pytest.fixture
def chats(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """In place of the vendors' hosts."""
    server = ChatServer()
    for one in SERVICES.values():
        plugin = getattr(import_module(f"apprise.plugins.{one.module}"), one.plugin)
        monkeypatch.setattr(plugin, "notify_url", plugin.notify_url.replace(f"https://{one.host}", server.address))
    yield server
    server.close()


@pytest.mark.parametrize("service", SERVICES)
def test_addresses_of_the_four_services_are_recognised(service: str) -> None:
    robot = recognise(ADDRESSES[service])
    assert robot == Robot(service, TOKEN)
    assert TOKEN not in repr(robot)
    from apprise import Apprise

    plugin = getattr(import_module(f"apprise.plugins.{SERVICES[service].module}"), SERVICES[service].plugin)
    made = [Apprise.instantiate(f"{plugin.secure_protocol}://{TOKEN}")]
    made += (
        [Apprise.instantiate(ADDRESSES[service])] if service in {"wecom", "lark"} else []
    )  # it knows of these as well
    assert [getattr(one, SERVICES[service].argument) for one in made] == [TOKEN] * len(made)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://example.org/robot/send?access_token=0a1b2c3d4e5f",
        "http://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d4e5f",
        "https://oapi.dingtalk.com:8443/robot/send?access_token=0a1b2c3d4e5f",
        "https://x@oapi.dingtalk.com/robot/send?access_token=0a1b2c3d4e5f",
        "https://oapi.dingtalk.com@127.0.0.1/robot/send?access_token=0a1b2c3d4e5f",
        "https://oapi.dingtalk.com.example.org/robot/send?access_token=0a1b2c3d4e5f",
        "https://oapi.dingtalk.com/gettoken?access_token=0a1b2c3d4e5f",
        "https://open.feishu.cn/open-apis/bot/v2/hook/../../0a1b2c3d4e5f",
        "https://open.feishu.cn/open-apis/bot/v2/hook/0a1b2c3d4e5f?verify=no",
        f"{ADDRESSES['wecom']}&verify=no",
        f"{ADDRESSES['wecom']}\n",
        "https://[::1",
        "wecombot://0a1b2c3d4e5f",
        "json://127.0.0.1/",
    ],
)
def test_everything_else_is_refused(address: str) -> None:
    assert recognise(address) is None


def test_only_dingtalk_has_a_secret() -> None:
    assert recognise(ADDRESSES["dingtalk"], "SEC0123456789") == Robot("dingtalk", TOKEN, "SEC0123456789")
    assert recognise(ADDRESSES["wecom"], "SEC0123456789") is None


@pytest.mark.parametrize("service", SERVICES)
def test_a_message_is_posted_once(service: str, chats: ChatServer) -> None:
    post(Robot(service, TOKEN, "SEC0123456789" if service == "dingtalk" else ""), "计划已发布")
    ((path, body),) = chats.posted
    assert TOKEN in path
    given = parse_qs(urlsplit(path).query)
    assert ("sign" in given) == (service == "dingtalk")
    if "sign" in given:  # as DingTalk wants it: of time and secret, quoted once
        signed = f"{given['timestamp'][0]}\nSEC0123456789".encode()
        assert base64.b64decode(given["sign"][0]) == hmac.digest(b"SEC0123456789", signed, "sha256")
    assert "计划已发布" in str(body)


@pytest.mark.parametrize(
    ("service", "answer", "code", "again"),
    [
        ("wecom", (200, {"errcode": 93000, "errmsg": "invalid webhook url"}), "address", False),
        ("wecom", (200, {"errcode": 45009}), "too-many", True),
        ("dingtalk", (200, {"errcode": 310000, "errmsg": "keywords not in content"}), "keyword", False),
        ("dingtalk", (200, {"errcode": 310000, "errmsg": "sign not match"}), "signature", False),
        ("feishu", (200, {"code": 19024, "msg": "Key Words Not Found"}), "keyword", False),
        ("lark", (400, {"code": 19001}), "address", False),
        ("feishu", (502, {}), "busy", True),
        ("lark", (429, {}), "too-many", True),
        ("wecom", (302, {}), "refused", False),
        ("feishu", (307, {}), "refused", False),  # a message goes nowhere else
        ("lark", None, "unclear", False),
    ],
)
def test_what_was_not_posted_is_told(service: str, answer, code: str, again: bool, chats: ChatServer) -> None:
    chats.answer = answer
    with pytest.raises(RobotError) as caught:
        post(Robot(service, TOKEN), "Hallo")
    assert (caught.value.code, caught.value.again) == (code, again)
    assert len(chats.posted) == 1


def test_a_service_that_cannot_be_reached_is_asked_again(chats: ChatServer) -> None:
    chats.close()
    with pytest.raises(RobotError) as caught:
        post(Robot("wecom", TOKEN), "Hallo")
    assert (caught.value.code, caught.value.again) == ("unreachable", True)


def test_the_library_says_nothing_of_addresses() -> None:
    """It would name them, in warnings and when it looks for mistakes."""
    for name in ("apprise", "urllib3", "requests"):
        logger = logging.getLogger(name)
        assert logging.NullHandler in {type(one) for one in logger.handlers}
        assert logging.StreamHandler not in {type(one) for one in logger.handlers}
        assert not logger.propagate


def test_long_messages_are_cut_between_characters() -> None:
    assert shortened("济南" * 1000, 2048) == "济南" * 340 + "济…"
    assert shortened("kurz", 2048) == "kurz"
