"""What a user's roles allow, and the loading of what is everybody's own. Each stage's own access.py loads the rest."""

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.models import Role, User
from qiao.core.notice_models import Notice
from qiao.core.token_models import ApiToken
from qiao.core.webhook_models import Webhook

STOP_SALT = "notices.stop"  # of the link in the day's mail


def has_role(user: User, kind: str, scope: str, scope_id: int | None = None) -> bool:
    """Whether the user holds this role: in that very place, or anywhere when no id is given."""
    roles = Role.objects.filter(user=user, kind=kind, scope=scope)
    return (roles if scope_id is None else roles.filter(scope_id=scope_id)).exists()


def is_admin(user: User) -> bool:
    return has_role(user, Role.Kind.ADMIN, Role.Scope.INSTALLATION)


def is_adviser(user: User, office_id: int | None = None) -> bool:
    return has_role(user, Role.Kind.ADVISER, Role.Scope.OFFICE, office_id)


def is_organiser(user: User, event_id: int | None = None) -> bool:
    return has_role(user, Role.Kind.ORGANISER, Role.Scope.EVENT, event_id)


def is_leader(user: User, delegation_id: int | None = None) -> bool:
    return has_role(user, Role.Kind.LEADER, Role.Scope.DELEGATION, delegation_id)


def load_notice_for(user: User | AnonymousUser, key: str) -> Notice:
    """One's own notice."""
    if not isinstance(user, User):
        raise Http404
    return get_object_or_404(Notice, user=user, key=key)


def load_token_for(user: User | AnonymousUser, pk: int) -> ApiToken:
    """One's own token of the API."""
    if not isinstance(user, User):
        raise Http404
    return get_object_or_404(ApiToken, user=user, pk=pk)


def load_webhook_for(user: User | AnonymousUser, key: str) -> Webhook:
    """One's own webhook."""
    if not isinstance(user, User):
        raise Http404
    return get_object_or_404(Webhook.objects.select_related("user"), user=user, key=key)


def load_user_by_token(token: str, salt: str) -> User:
    """Whom the link in a mail belongs to; what it can do is one thing alone, which the salt names."""
    try:
        key = signing.loads(token, salt=salt)
    except signing.BadSignature:
        raise Http404 from None
    return get_object_or_404(User, key=key)
