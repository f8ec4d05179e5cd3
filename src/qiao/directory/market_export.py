"""Published opportunities as records of a file for other networks."""

from typing import Any

from django.utils import timezone

from qiao.directory.market_format import CODES, LANGUAGES, ORGANISATION, TEXTS
from qiao.directory.market_models import Opportunity
from qiao.directory.market_queries import open_opportunities, wordings


def records(*, names: bool) -> list[dict[str, Any]]:
    """All that are open, the oldest first. names: with their organisations, except where these are not shown."""
    rows = Opportunity.objects.filter(open_opportunities(), organisation__is_published=True).order_by("published", "pk")
    rows = rows.filter(expires__gte=timezone.localdate())
    return [_record(row, named=names) for row in rows.select_related("organisation").prefetch_related("texts")]


def _record(row: Opportunity, *, named: bool) -> dict[str, Any]:
    texts, owner = wordings(row), row.organisation
    found: dict[str, Any] = {"id": row.external_id or row.public_key, "type": CODES[row.kind, row.area]}
    for name, field in TEXTS.items():
        found |= {f"{name}_{language}": texts[field].get(language, "") for language in LANGUAGES}
    found |= {name: getattr(row, name) for name in ("stage", "rights", "partner_types", "cooperation", "countries")}
    found["expires"] = row.expires.isoformat()
    shown = named and not row.is_anonymous and owner.stands_for_id is None
    owned = (owner.external_id or owner.key, owner.name, owner.country, owner.city)
    return found | dict(zip(ORGANISATION, owned if shown else ("",) * 4, strict=True))
