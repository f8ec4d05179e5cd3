"""The address of a server as people write it. Needs nothing else: the settings are checked with it."""

from urllib.parse import urlsplit


def plain_address(text: str, *, ending: str = "/embeddings", path: str = "/v1") -> str | None:
    """The address without `ending` and a slash at the end, `path` added where none is given; None if it is none.

    Only http and https; a name or a password in it is refused, for addresses stand in messages.
    """
    try:
        parts = urlsplit(text)
        plain = parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment
        plain = plain and parts.port != 0 and parts.username is None and text.isascii() and text.isprintable()
    except ValueError:
        plain = False
    if not plain or " " in text:
        return None
    found = parts.path.rstrip("/").removesuffix(ending)
    return f"{parts.scheme}://{parts.netloc}{found or path}"
