"""What the demo's people read of the other side: translations made by a machine beforehand, marked as such.

They stand in data/translations.tsv, one line per offer or seek in the order of the organisation's own: of Chinese
organisations in German, of all others in Chinese. Matching never reads them.
"""

import csv
from collections.abc import Iterator
from importlib.resources import files

from django.contrib.contenttypes.models import ContentType

from qiao.core.models import Text
from qiao.core.texts import native
from qiao.directory.models import Entry

Place = tuple[str, str, int]  # organisation's id, kind, position


def translations() -> Iterator[tuple[Place, str]]:
    counted: dict[tuple[str, str], int] = {}
    text = (files(__package__) / "data" / "translations.tsv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        key = (row["organisation"], row["kind"])
        counted[key] = counted.get(key, 0) + 1
        yield (*key, counted[key]), row["text"]


def translate() -> int:
    """Add the translations to the entries that are there; how many."""
    owner = ContentType.objects.get_for_model(Entry)
    entries = Entry.objects.select_related("organisation").prefetch_related("texts")
    at = {(one.organisation.external_id, one.kind, one.position): one for one in entries}
    rows = []
    for place, words in translations():
        entry = at[place]
        source = native(entry.texts.all())
        rows.append(
            Text(
                owner_type=owner, owner_id=entry.pk, field="text", text=words, origin=Text.Origin.MACHINE,
                language="de" if entry.organisation.country == "CN" else "zh",
                source_version=source.version if source else None,
            )
        )  # fmt: skip
    return len(Text.objects.bulk_create(rows))
