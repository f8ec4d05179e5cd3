"""The form of the translation desk: a table that comes back."""

from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.models import User
from qiao.core.tables import Table, explain, read_table
from qiao.directory import uploads
from qiao.directory.actions import AbstractChange
from qiao.engine.files import FileProblem, InvalidFile
from qiao.site.translation_table import COLUMNS, MOST_ROWS, REQUIRED, Preview

TOKEN_AGE = 24 * 60 * 60


class TableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table of abstracts"),
        help_text=gettext_lazy("The exported table, changed: XLSX or CSV, at most 20 MB."),
    )


def read_abstracts(file: "UploadedFile[bytes]") -> Table:
    """Raises Refused with all that is wrong with the file."""
    try:
        table = read_table(uploads.taken(file), file.name or "", columns=COLUMNS, required=REQUIRED)
    except InvalidFile as invalid:
        raise Refused(running_text(explain(problem) for problem in invalid.problems[:10])) from None
    if len(table.rows) > MOST_ROWS:
        raise Refused(explain(FileProblem("", "too-many-rows", {"most": MOST_ROWS})))
    return table


@dataclass(frozen=True)
class Token:
    """What a preview showed, on its way through the browser of whom it was shown to: signed, so that nothing else is written."""

    text: str

    @classmethod
    def of(cls, preview: Preview, user: User) -> "Token":
        rows = [
            asdict(AbstractChange(one.organisation.key, one.language, one.text, one.seen, one.confirm))
            for one in preview.changes
        ]
        return cls(signing.dumps(rows, salt=_salt(user), compress=True))

    def changes(self, user: User) -> list[AbstractChange] | None:
        """None where it is not what this user was shown within a day."""
        try:
            rows: list[dict[str, Any]] = signing.loads(self.text, salt=_salt(user), max_age=TOKEN_AGE)
        except signing.BadSignature:
            return None
        return [AbstractChange(**row) for row in rows]


def _salt(user: User) -> str:
    return f"qiao.abstracts.{user.pk}"
