"""Opportunities for tests, made the way that the form makes them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from qiao.core.models import User
from qiao.directory import actions
from qiao.directory.market_models import Opportunity
from qiao.directory.models import Organisation


def values(**more: Any) -> dict[str, Any]:
    texts = {
        "title": {"de": "Laser für dünne Bleche"},
        "text": {"de": "Schneidet Bleche von einem Millimeter ohne Grat."},
    }
    return {
        "kind": "offer", "area": "technology", "stage": "field", "rights": "granted", "partner_types": ["company"],
        "cooperation": ["licence"], "countries": ["CN"], "is_anonymous": False, "is_public": False,
        "expires": timezone.localdate() + timedelta(days=180), "texts": texts,
    } | more  # fmt: skip


def draft(organisation: Organisation, *, by: User, **more: Any) -> Opportunity:
    return actions.save_opportunity(organisation=organisation, values=values(**more), by=by)


def shown_opportunity(organisation: Organisation, *, by: User, **more: Any) -> Opportunity:
    """One that is published; `by` works for the office."""
    return actions.submit(opportunity=draft(organisation, by=by, **more), by=by)
