"""Reads of this stage."""

from qiao.matchmaking.queries.conversations import (
    ConversationPage,
    conversation_page,
    conversations_page,
    unread_count,
)
from qiao.matchmaking.queries.partners import (
    PartnerPage,
    PartnersPage,
    allowed_suggestions,
    partner_page,
    partners_page,
    suggestions_due,
)
from qiao.matchmaking.queries.reach import blocked_by, closed_to, reach_of
from qiao.matchmaking.queries.reports import has_reports, is_barred, open_reports, reports_page, voices_of
from qiao.matchmaking.queries.requests import (
    LAST_PLACE,
    RequestsPage,
    Wanted,
    WishesPage,
    agreed_talks,
    open_request,
    order_seen,
    ordered_wishes,
    pending_sent,
    planned_count,
    request_row_for,
    request_weights,
    requests_page,
    wanted_requests,
    weight_of,
    wishes_page,
)
from qiao.matchmaking.queries.rules import RulesPage, rules_page
from qiao.matchmaking.queries.search import PartnerFilter, SearchPage, search_partners
from qiao.matchmaking.queries.team import TeamPage, team_page, team_waiting

__all__ = [
    "LAST_PLACE",
    "ConversationPage",
    "PartnerFilter",
    "PartnerPage",
    "PartnersPage",
    "RequestsPage",
    "RulesPage",
    "SearchPage",
    "TeamPage",
    "Wanted",
    "WishesPage",
    "agreed_talks",
    "allowed_suggestions",
    "blocked_by",
    "closed_to",
    "conversation_page",
    "conversations_page",
    "has_reports",
    "is_barred",
    "open_reports",
    "open_request",
    "order_seen",
    "ordered_wishes",
    "partner_page",
    "partners_page",
    "pending_sent",
    "planned_count",
    "reach_of",
    "reports_page",
    "request_row_for",
    "request_weights",
    "requests_page",
    "rules_page",
    "search_partners",
    "suggestions_due",
    "team_page",
    "team_waiting",
    "unread_count",
    "voices_of",
    "wanted_requests",
    "weight_of",
    "wishes_page",
]
