"""Answers with a file that somebody uploaded."""

from django.http import Http404, HttpResponse

from qiao.core import files

NOTHING_ACTIVE = "default-src 'none'; sandbox"


def kept_file(name: str, kind: str, disposition: str) -> HttpResponse:
    """The file of this name, in which no browser runs anything; 404 where it is gone."""
    try:
        data = files.path_of(name).read_bytes()
    except OSError:
        raise Http404 from None
    headers = {
        "Content-Disposition": disposition, "Content-Security-Policy": NOTHING_ACTIVE, "X-Content-Type-Options": "nosniff",
    }  # fmt: skip
    return HttpResponse(data, content_type=kind, headers=headers)
