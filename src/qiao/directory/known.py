"""The partners that an organisation says it has already, found in the directory where they are there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from qiao.directory.doubles import MOST_CANDIDATES, records, to_record
from qiao.directory.models import Organisation
from qiao.engine.same.compare import compare
from qiao.engine.same.find import keys

MOST = 30  # lines that are looked up


@dataclass(frozen=True)
class KnownPartner:
    """One partner as it was written, and the organisation of the directory that has such a name."""

    name: str
    organisation: Organisation | None


def known_partners(organisation: Organisation) -> list[KnownPartner]:
    """In the order of the text. Only published organisations of other sides are linked. Three queries at most."""
    names = [name for part in re.split(r"[\n;；、]", organisation.known_partners) if (name := part.strip(" \t-•*"))]
    # By name alone, and with negative numbers, as rows of a table that are not in the directory.
    wanted = {-n: to_record(Organisation(pk=-n, name=name[:200])) for n, name in enumerate(names[:MOST], 1)}
    found = _candidates(organisation, (key for one in wanted.values() for key in keys(one)))
    known = records(found, {}).values() if found else ()
    meant: dict[int, int] = {}
    for number, one in wanted.items():
        likely = [other.id for other in known if (like := compare(one, other)) and like.level != "possible"]
        if len(likely) == 1:  # of two with such a name nobody knows which
            meant[number] = likely[0]
    rows = Organisation.objects.select_related("side").in_bulk(meant.values()) if meant else {}
    return [KnownPartner(name, rows.get(meant.get(-n, 0))) for n, name in enumerate(names, 1)]


def _candidates(organisation: Organisation, wanted: Iterable[str]) -> list[int]:
    named = reduce(or_, (Q(same_keys__contains=f" {key} ") for key in sorted(set(wanted))), Q(pk__in=()))
    rows = Organisation.objects.filter(named, is_published=True).exclude(side=organisation.side_id)
    return list(rows.values_list("pk", flat=True)[: MOST_CANDIDATES * 5])
