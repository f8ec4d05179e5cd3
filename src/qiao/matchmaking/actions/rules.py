"""The organiser's rules of who is not suggested to whom."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.events.models import Event
from qiao.matchmaking.models import Rule

MOST_RULES = 50


@transaction.atomic
def add_rule(*, event: Event, values: Mapping[str, str], by: User | None) -> Rule:
    """Keep two groups apart; refuses a rule of two empty groups, which would leave nobody, and one that is there already."""
    if not any(values.values()):
        raise Refused(gettext("Choose at least one property, or else nobody would be suggested to anybody."))
    if event.matching_rules.filter(**values).exists():
        raise Refused(gettext("There is this rule already."))
    if event.matching_rules.count() >= MOST_RULES:
        raise Refused(gettext("There are %(count)d rules already. Remove one first.") % {"count": MOST_RULES})
    rule = Rule.objects.create(event=event, **values)
    record(by=by, action="matchmaking.rule_added", subject=event, **values)
    return rule


@transaction.atomic
def remove_rule(*, rule: Rule, by: User | None) -> None:
    record(by=by, action="matchmaking.rule_removed", subject=rule.event, rule=rule.pk)
    rule.delete()
