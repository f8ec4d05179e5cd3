"""Who works for a contact office."""

from django.contrib.auth.models import AnonymousUser

from qiao.core.models import Office, Role, User

OFFICE_ROLES = (Role.Kind.ADVISER, Role.Kind.ADMIN)


def works_for_office(user: User | AnonymousUser) -> bool:
    """Advisers and administrators: they see what waits for review, and all people."""
    return isinstance(user, User) and user.roles.filter(kind__in=OFFICE_ROLES).exists()


def office_of(user: User) -> Office | None:
    """The office that somebody advises for; of an administrator the one that leads."""
    scopes = user.roles.filter(kind=Role.Kind.ADVISER, scope=Role.Scope.OFFICE).order_by("pk")
    return Office.objects.filter(pk__in=scopes.values("scope_id")).first() or Office.objects.first()
