"""What a user's roles allow. Loading an object for a user is the job of each stage's own access.py."""

from qiao.core.models import Role, User


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
