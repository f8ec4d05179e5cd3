"""No test reaches another host, and no page asks a browser to."""

import re
import socket
from pathlib import Path

import pytest

import qiao

PACKAGE = Path(qiao.__file__).parent
# Addresses that are names, not places to fetch from, and ways that people follow by a click.
NAMES = ("http://www.w3.org/",)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443)])
def test_a_test_cannot_connect_to_another_host(address: tuple[str, int]) -> None:
    with socket.socket() as outside, pytest.raises(AssertionError, match="tried to reach"):
        outside.connect(address)


def test_http_libraries_cannot_either() -> None:
    import http.client

    with pytest.raises(AssertionError, match="tried to reach"):
        http.client.HTTPConnection("192.0.2.1", timeout=1).request("GET", "/")


def sources() -> list[Path]:
    folders = [PACKAGE / "templates", PACKAGE / "static"]
    return [path for folder in folders for path in folder.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]


def fetched(text: str) -> list[str]:
    """What a browser would fetch by itself from somewhere else."""
    patterns = (
        r"""(?:src|srcset|data|poster|action|formaction|hx-\w+)\s*=\s*["']((?:https?:)?//[^"']+)""",
        r"""<link[^>]+href\s*=\s*["']((?:https?:)?//[^"']+)""",
        r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')]+)""",
        r"""(?:fetch|import|WebSocket|EventSource|open)\s*\(\s*[^)]*?["'`]((?:https?:|wss?:)?//[^"'`]+)""",
    )
    found = [match for pattern in patterns for match in re.findall(pattern, text)]
    return [address for address in found if not address.startswith(NAMES)]


def test_the_search_finds_what_it_should() -> None:
    for bad in (
        '<script src="https://cdn.example/x.js">',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        "body { background: url(https://cdn.example/x.png) }",
        '@import "https://cdn.example/x.css";',
        "fetch('https://api.example/x')",
    ):
        assert fetched(bad), bad
    assert not fetched('<a href="https://example.org">')


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_page_or_style_sheet_fetches_from_another_host(path: Path) -> None:
    assert fetched(path.read_text()) == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_page_holds_inline_script_or_style(path: Path) -> None:
    """The content security policy would not run them; a page that needs them is broken."""
    if path.suffix != ".html":
        return
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=\s*[\"']", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=[\"']application/json)", text)
