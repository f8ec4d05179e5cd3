"""Reads of this stage."""

from qiao.matchmaking.queries.partners import (
    PartnerPage,
    PartnersPage,
    allowed_suggestions,
    partner_page,
    partners_page,
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
from qiao.matchmaking.queries.rules import RulesPage, rules_page
from qiao.matchmaking.queries.search import PartnerFilter, SearchPage, search_partners

__all__ = [
    "PartnerFilter",
    "PartnerPage",
    "PartnersPage",
    "RequestsPage",
    "RulesPage",
    "SearchPage",
    "WishesPage",
    "agreed_talks",
    "allowed_suggestions",
    "open_request",
    "partner_page",
    "partners_page",
    "pending_sent",
    "planned_count",
    "request_row_for",
    "request_weights",
    "requests_page",
    "rules_page",
    "search_partners",
    "suggestions_due",
    "weight_of",
    "wishes_page",
]
