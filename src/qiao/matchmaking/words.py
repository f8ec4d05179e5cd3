"""What the page of an action asks, and what is said when it is done."""

from django.utils.translation import gettext_lazy as _

from qiao.matchmaking.states import Action

QUESTIONS = {
    Action.ACCEPT: _("Do you want to accept this request?"),
    Action.DECLINE: _("Do you want to decline this request?"),
    Action.WITHDRAW: _("Do you want to withdraw from this talk?"),
}
ANSWERS = {
    Action.ACCEPT: _("Accepted. The talk will be planned, and the partner is told."),
    Action.DECLINE: _("Declined. The partner is told, without a reason."),
    Action.WITHDRAW: _("Withdrawn."),
}
