"""Reads of this stage."""

from qiao.matchmaking.queries.partners import (
    PartnerFilter,
    PartnerPage,
    PartnersPage,
    SearchPage,
    partner_page,
    partners_page,
    search_partners,
    suggestions_due,
)
from qiao.matchmaking.queries.requests import (
    RequestsPage,
    WishesPage,
    agreed_talks,
    open_request,
    pending_sent,
    planned_count,
    request_row_for,
    request_weights,
    requests_page,
    weight_of,
    wishes_page,
)

__all__ = [
    "PartnerFilter",
    "PartnerPage",
    "PartnersPage",
    "RequestsPage",
    "SearchPage",
    "WishesPage",
    "agreed_talks",
    "open_request",
    "partner_page",
    "partners_page",
    "pending_sent",
    "planned_count",
    "request_row_for",
    "request_weights",
    "requests_page",
    "search_partners",
    "suggestions_due",
    "weight_of",
    "wishes_page",
]
