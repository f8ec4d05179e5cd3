"""Posting to an address that somebody entered: only to public hosts, and to the very address that was looked at.

A name is resolved once, every address that it stands for must be public, and the connection goes to one of these: a name
that means another host a moment later reaches nothing. No proxy, no redirect; time and size are bounded.
"""

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

CONNECT, READ, WHOLE = 5.0, 10.0, 15.0  # seconds
LONGEST = 500  # characters of an address
HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.[a-z][a-z0-9-]{0,61}[a-z0-9]")
TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64: an IPv4 address in disguise
GIVEN_OUT = IPv6Network("2000::/3")  # all that hosts of the Internet have; site-local ones (fec0::/10) are not in it


class HookError(Exception):
    """code: unreachable, not-public, certificate, slow or status; `status`: what the host answered, 0 if it did not."""

    def __init__(self, code: str, status: int = 0) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def is_acceptable(address: str) -> bool:
    """Whether it looks like the https address of a named public host. What its name stands for is seen when it is used."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and not set(' "<>\\^`{|}') & set(address)
    own = parts.scheme == "https" and "@" not in parts.netloc and not parts.fragment and port != 0
    return plain and own and len(address) <= LONGEST and HOST.fullmatch(parts.hostname or "") is not None


def is_public(address: str) -> bool:
    """Whether a host anywhere may have this IP address: neither private, local, reserved nor a way around that."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None or found in TRANSLATED or found not in GIVEN_OUT:
            return False
    return _open(found)


def _open(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def addresses_of(host: str, port: int) -> list[str]:
    """All that a name stands for. Raises HookError where one of them is not public: such a name is not to be trusted."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise HookError("unreachable") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses or not all(is_public(one) for one in addresses):
        raise HookError("not-public")
    return addresses


class _Connection(http.client.HTTPSConnection):
    """To one IP address, with the certificate of the name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        self._context_of_name = context()
        super().__init__(host, port, timeout=CONNECT, context=self._context_of_name)
        self._address = address
        self.was_cut = False

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), CONNECT)
        self.sock = self._context_of_name.wrap_socket(plain, server_hostname=self.host)
        self.sock.settimeout(READ)


def context() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post once; the status, 200 to 299. Raises HookError for everything else."""
    if not is_acceptable(address):
        raise HookError("not-public")
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    connection = _Connection(host, port, addresses_of(host, port)[0])
    status = _status(connection, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers)
    if not 200 <= status < 300:
        raise HookError("status", status)
    return status


def _status(connection: _Connection, path: str, body: bytes, headers: Mapping[str, str]) -> int:
    """What stands behind the first line is not wanted, so that nothing of it is read."""
    end = threading.Timer(WHOLE, _cut, [connection])  # however slowly an answer drips
    end.daemon = True
    end.start()
    try:
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    except ssl.SSLCertVerificationError:
        raise HookError("certificate") from None
    except TimeoutError:
        raise HookError("slow") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise HookError("slow" if connection.was_cut else "unreachable") from None
    finally:
        end.cancel()
        connection.close()


def _cut(connection: _Connection) -> None:
    connection.was_cut = True
    with suppress(OSError, AttributeError):  # it may be gone already, or not be there yet
        connection.sock.shutdown(socket.SHUT_RDWR)
