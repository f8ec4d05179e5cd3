"""Files with tables that people hand in."""

from collections.abc import Callable, Collection

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.models import Office
from qiao.core.tables import MOST_BYTES, Table, explain, read_table
from qiao.core.tables import read_foreign as read_any
from qiao.directory import mapping
from qiao.directory.import_models import KnownHeading
from qiao.engine.files import FileProblem, InvalidFile


def handed_in(kind: str, data: bytes, filename: str, office: Office | None) -> list[dict[str, object]]:
    """How the columns of a table are likely to be assigned, empty where its headings are ours; Refused for a bad file."""
    table = read_foreign(data, filename)
    if mapping.is_ours(kind, table.header):
        return []
    if not table.rows:
        raise Refused(_("The table has no rows below its first one: there is nothing to import."))
    known = KnownHeading.objects.filter(office=office, kind=kind).values_list("heading", "target")
    return mapping.propose(kind, table, dict(known))


def read_foreign(data: bytes, filename: str) -> Table:
    """The table in a file under its own headings; raises Refused with all that is wrong with the file."""
    return _said(lambda: read_any(data, filename))


def read_ours(kind: str, data: bytes, filename: str) -> Table:
    """The same for a table under our headings."""
    names: Collection[str] = mapping.targets(kind)
    required = [target.name for target in mapping.missing(kind, ())]
    return _said(lambda: read_table(data, filename, columns=names, required=required))


def _said(read: Callable[[], Table]) -> Table:
    try:
        return read()
    except InvalidFile as invalid:
        raise Refused(running_text(explain(problem) for problem in invalid.problems[:10])) from None


def taken(file: "UploadedFile[bytes]") -> bytes:
    """The bytes of an upload that is not too large; raises Refused otherwise."""
    if (file.size or 0) > MOST_BYTES:
        raise Refused(explain(FileProblem("", "file-too-big", {"most": MOST_BYTES // 2**20})))
    return bytes(file.read())
