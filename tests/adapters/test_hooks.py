"""Posting to addresses that people enter: only to public hosts, and to the address that was looked at."""

import socket
from collections.abc import Iterator

import pytest

from qiao.adapters import hooks
from tests.https_server import HOST, Server


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """name -> the IP addresses that it stands for."""
    known: dict[str, list[str]] = {HOST: ["127.0.0.1"]}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *args: object, **more: object) -> list[tuple]:
        if host == "127.0.0.1":
            return real(host, port, *args, **more)
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]

    monkeypatch.setattr(hooks.socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def server(tmp_path, monkeypatch: pytest.MonkeyPatch, names) -> Iterator[Server]:
    """A program's host on this machine, taken for a public one."""
    made = Server(tmp_path)
    monkeypatch.setattr(hooks, "context", lambda: made.trust)
    monkeypatch.setattr(hooks, "is_public", lambda address: address == "127.0.0.1")
    yield made
    made.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1", "ff02::1",
        "fec0::1", "feff::1",
    ],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not hooks.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2606:4700::1111"])
def test_what_is_public(address: str) -> None:
    assert hooks.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/", "https://localhost/", "https://127.0.0.1/", "https://2130706433/", "https://0177.0.0.1/",
        "https://0x7f.1/", "https://[::1]/", "https://user@example.org/", "https://example.org:0/", "https://example.org:99999/",
        "https://example.org/#x", "https://example.org/a b", "https://例子.中国/", "https://example.org\\@127.0.0.1/",
        "https://example.org/" + "a" * 500, "ftp://example.org/", "https://", "https://-a.org/", "https://example.org/\n",
    ],
)  # fmt: skip
def test_what_nobody_may_enter(address: str) -> None:
    assert not hooks.is_acceptable(address)


def test_what_one_may_enter() -> None:
    assert hooks.is_acceptable("https://erp.example.org:8443/in?room=3")


@pytest.mark.parametrize("found", [["169.254.169.254"], ["8.8.8.8", "10.0.0.1"], ["::1"]])
def test_a_name_of_a_private_host_is_refused(names, found: list[str]) -> None:
    """Also where only one of its addresses is: the next look-up could hand out that one."""
    names[HOST] = found
    with pytest.raises(hooks.HookError, match="not-public"):
        hooks.post(f"https://{HOST}/", b"{}", {})
    with pytest.raises(hooks.HookError, match="unreachable"):
        hooks.post("https://nowhere.example.org/", b"{}", {})


def test_the_connection_goes_to_the_address_that_was_looked_at(server: Server, names, monkeypatch) -> None:
    """The name is looked up once: another answer a moment later changes nothing."""
    looked = hooks.addresses_of

    def look_and_change(host: str, port: int) -> list[str]:
        found = looked(host, port)
        names[HOST] = ["10.0.0.1"]
        return found

    monkeypatch.setattr(hooks, "addresses_of", look_and_change)
    assert hooks.post(server.address, b"{}", {"webhook-id": "msg_1"}) == 200
    ((path, headers, body),) = server.posted
    assert (path, headers["Host"], headers["webhook-id"], body) == (
        "/hook?a=b",
        f"{HOST}:{server.port}",
        "msg_1",
        b"{}",
    )


@pytest.mark.parametrize("status", [302, 404, 410, 500])
def test_no_redirect_is_followed(server: Server, status: int) -> None:
    server.status = status
    with pytest.raises(hooks.HookError) as caught:
        hooks.post(server.address, b"{}", {})
    assert (caught.value.code, caught.value.status) == ("status", status)
    assert len(server.posted) == 1


def test_a_certificate_of_another_name_is_refused(server: Server, names) -> None:
    names["other.example.org"] = ["127.0.0.1"]
    with pytest.raises(hooks.HookError, match="certificate"):
        hooks.post(f"https://other.example.org:{server.port}/", b"{}", {})
    assert server.posted == []


def test_an_answer_that_drips_is_cut(server: Server, monkeypatch) -> None:
    monkeypatch.setattr(hooks, "WHOLE", 0.1)
    server.drips = True
    with pytest.raises(hooks.HookError, match="slow"):
        hooks.post(server.address, b"{}", {})
