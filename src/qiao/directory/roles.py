"""Who works for a contact office."""

from django.contrib.auth.models import AnonymousUser

from qiao.core.models import Role, User

OFFICE_ROLES = (Role.Kind.ADVISER, Role.Kind.ADMIN)


def works_for_office(user: User | AnonymousUser) -> bool:
    """Advisers and administrators: they see what waits for review, and all people."""
    return isinstance(user, User) and user.roles.filter(kind__in=OFFICE_ROLES).exists()
