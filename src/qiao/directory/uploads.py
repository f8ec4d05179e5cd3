"""A table between its dry run and its confirmation: kept for an hour, for the one who handed it in."""

from django.core.cache import cache
from django.core.files.uploadedfile import UploadedFile
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.tables import MOST_BYTES, Table, explain, read_table
from qiao.directory.actions import ImportReport
from qiao.directory.columns import NAMES
from qiao.engine.files import FileProblem, InvalidFile

KEPT_SECONDS = 3600


def read_organisations(data: bytes, filename: str) -> Table:
    """The table of organisations in a file; raises Refused with all that is wrong with the file."""
    try:
        return read_table(data, filename, columns=NAMES, required=["name"])
    except InvalidFile as invalid:
        raise Refused(" ".join(explain(problem) for problem in invalid.problems[:10])) from None


def taken(file: "UploadedFile[bytes]") -> bytes:
    """The bytes of an upload that is not too large; raises Refused otherwise."""
    if (file.size or 0) > MOST_BYTES:
        raise Refused(explain(FileProblem("", "file-too-big", {"most": MOST_BYTES // 2**20})))
    return bytes(file.read())


def summary(report: ImportReport) -> str:
    """What an import did, in one sentence."""
    if not report.written:
        return _("Nothing was written: %(unchanged)s rows are unchanged, %(refused)s refused.") % report.counts
    return _("%(created)s created, %(updated)s updated, %(unchanged)s unchanged, %(refused)s refused.") % report.counts


def keep(user: User, data: bytes, filename: str) -> str:
    """Keep a file and return the token that confirms it."""
    token = get_random_string(32)
    cache.set(f"import-{user.pk}-{token}", (data, filename), KEPT_SECONDS)
    return token


def kept(user: User, token: str) -> tuple[bytes, str]:
    """The file that this very user kept; raises Refused when it is there no longer."""
    # Only what `keep` may have drawn: PostgreSQL, which holds the cache, takes no NUL.
    found: tuple[bytes, str] | None = cache.get(f"import-{user.pk}-{token[:64]}") if token.isalnum() else None
    if found is None:
        raise Refused(_("The checked file is no longer there. Please upload it once more."))
    return found


def forget(user: User, token: str) -> None:
    cache.delete(f"import-{user.pk}-{token[:64]}")
