"""`qiao search`: the site's search box on the command line."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qiao.cli.output import complain, refuse
from qiao.core.languages import listed
from qiao.core.texts import for_reader
from qiao.directory.catalogue import FACETS, KINDS
from qiao.directory.finding import find
from qiao.directory.hits import Ask, Hit
from qiao.directory.models import Entry, Organisation, Person
from qiao.directory.search import LONGEST_QUERY
from qiao.wording import Language, sentence


def run(words: str, facets: Sequence[str], limit: int, *, as_json: bool, language: Language) -> None:
    """Print the hits, one a line; a sentence where there are none."""
    if len(words) > LONGEST_QUERY:
        refuse([sentence("search-too-long", language, count=LONGEST_QUERY)])
    found = find(None, _ask(words, facets, language))
    if found.words_only:
        complain(sentence("words-only", language))
    hits = found.hits[:limit]
    for row in _rows(hits):
        print(json.dumps(row, ensure_ascii=False) if as_json else _line(row))  # noqa: T201
    if not hits:
        complain(sentence("nothing-found", language))


def _ask(words: str, facets: Iterable[str], language: Language) -> Ask:
    kind = ""
    chosen: dict[str, tuple[str, ...]] = {}
    for one in facets:
        key, separator, value = one.partition("=")
        known = key in FACETS or (key == "kind" and value in ("organisation", "person", *KINDS))
        if not separator or not value or not known:
            refuse([sentence("unknown-facet", language, facet=one, known=listed(("kind", *FACETS), language))])
        if key == "kind":
            kind = value
        else:
            chosen[key] = (*chosen.get(key, ()), value)
    return Ask(words, kind, chosen)


def _rows(hits: Sequence[Hit]) -> Iterator[dict[str, Any]]:
    organisations = Organisation.objects.select_related("side").in_bulk(
        [h.id for h in hits if h.kind == "organisation"]
    )
    people = Person.objects.select_related("side").in_bulk([h.id for h in hits if h.kind == "person"])
    quoted = [pk for hit in hits for pk in ((hit.id,) if hit.kind in KINDS else hit.passages)]
    entries = Entry.objects.select_related("organisation__side").prefetch_related("texts").in_bulk(quoted)
    for hit in hits:
        if hit.kind == "person":
            person = people[hit.id]
            row = {
                "id": person.external_id or person.key,
                "name": person.name,
                "kind": hit.kind,
                "side": person.side.code,
            }
            yield {**row, "name_latin": person.name_latin}
        elif hit.kind == "organisation":
            yield {**_firm(organisations[hit.id], hit.kind), "found": [_said(entries[pk]) for pk in hit.passages]}
        else:
            entry = entries[hit.id]
            yield {**_firm(entry.organisation, hit.kind), "text": _said(entry)["text"], "position": entry.position}


def _firm(organisation: Organisation, kind: str) -> dict[str, Any]:
    return {
        "id": organisation.external_id or organisation.key, "name": organisation.name, "kind": kind,
        "name_latin": organisation.name_latin, "city": organisation.city, "country": organisation.country,
        "side": organisation.side.code, "type": organisation.type,
    }  # fmt: skip


def _said(entry: Entry) -> dict[str, str]:
    text = for_reader(entry.texts.all())
    return {"kind": entry.kind, "text": text.text if text else ""}


def _line(row: dict[str, Any]) -> str:
    parts = [row["id"], row["kind"], row["name"], row["name_latin"], row.get("city", ""), row.get("text", "")]
    return "\t".join(" ".join(part.split()) for part in parts)
