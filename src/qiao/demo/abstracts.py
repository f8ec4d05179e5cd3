"""Abstracts of some of the demo's organisations, in all states that there are.

They stand in data/abstracts.tsv; the first of an organisation is the original, which its manager wrote and confirmed. Column
`made`: manager; human and checked, that is confirmed by an adviser and translated by a person or a machine; draft, a machine's
that nobody checked; outdated, checked before the original changed.
"""

import csv
from importlib.resources import files

from qiao.core.models import Text, User
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.actions import save_abstract
from qiao.directory.models import Organisation


def write_abstracts(adviser: User) -> int:
    """How many. The managers need their accounts."""
    text = (files(__package__) / "data" / "abstracts.tsv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {
        one.external_id: one for one in Organisation.objects.filter(external_id__in={r["organisation"] for r in rows})
    }
    for row in rows:
        _write(known[row["organisation"]], row["language"], row["made"], row["text"], adviser)
    return len(rows)


def _write(organisation: Organisation, language: str, made: str, text: str, adviser: User) -> None:
    by, seen = adviser, 0
    if made == "manager":
        manager = organisation.people.filter(memberships__is_manager=True).select_related("user").first()
        by = manager.user if manager and manager.user else adviser
    elif made != "human":
        row = _drafted(organisation, language, text)
        if made == "draft":
            return
        seen = row.version
    save_abstract(organisation=organisation, language=language, text=text, seen=seen, confirm=True, by=by)
    if made == "outdated":
        Text.objects.filter(organisation=organisation, field="abstract", language=language).update(source_version=0)


def _drafted(organisation: Organisation, language: str, text: str) -> Text:
    """As a translation server would have left it."""
    source = abstracts_of(organisation).original
    assert source is not None
    return Text.objects.create(
        owner=organisation, field="abstract", language=language, text=text, origin=Text.Origin.MACHINE,
        source_language=source.language, source_version=source.version,
    )  # fmt: skip
