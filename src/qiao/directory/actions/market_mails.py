"""Mails to the people of an opportunity."""

from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation

from qiao.core.emails import render
from qiao.core.telling import About, Letter, tell
from qiao.directory.access import RENEWAL_SALT
from qiao.directory.market_models import Opportunity
from qiao.directory.market_queries import managers_to_tell, view_of

DECIDED, ENDING = "directory.opportunity_decided", "directory.opportunity_ending"
# Which sentence the notice says: by kind and whether the opportunity is open.
VARIANTS = {
    (DECIDED, True): "published",
    (DECIDED, False): "sent-back",
    (ENDING, True): "soon",
    (ENDING, False): "ended",
}


def tell_decision(opportunity: Opportunity) -> int:
    """It is published, or sent back with the reason."""
    return _tell(opportunity, DECIDED)


def tell_ending(opportunity: Opportunity) -> int:
    """It ends soon, or has ended: one link renews it, without signing in."""
    renewal = settings.PUBLIC_URL + reverse("opportunity-renew", args=[renewal_token(opportunity)])
    return _tell(opportunity, ENDING, renewal=renewal)


def renewal_token(opportunity: Opportunity) -> str:
    """Good for one renewal: the next last day makes another token."""
    return signing.dumps([opportunity.key, opportunity.expires.isoformat()], salt=RENEWAL_SALT)


def _tell(opportunity: Opportunity, kind: str, **more: Any) -> int:
    count = 0
    path = reverse("opportunity-own", args=[opportunity.key])
    page = settings.PUBLIC_URL + path
    variant = VARIANTS[kind, opportunity.is_open]
    about = About(path, {"organisation": opportunity.organisation_id}, f"opportunity {opportunity.pk}", variant)
    for person in managers_to_tell(opportunity.organisation):
        user = person.user
        assert user is not None
        with translation.override(user.language):
            title = view_of(opportunity).title
        context = {"opportunity": opportunity, "title": title.text if title else "", "person": person, "url": page}
        letter = Letter(*render(kind, user.language, context | more), user.language, cites=[person.key])
        count += tell(user=user, address=user.email, kind=kind, about=about, letter=letter)
    return count
