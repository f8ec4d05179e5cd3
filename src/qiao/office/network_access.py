"""Networks as far as a user may see and manage them; everything else does not exist (404)."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from qiao.core.texts import tidy
from qiao.directory.access import may_edit, organisations_for, require_office
from qiao.directory.models import Organisation
from qiao.office.network_models import JointProject, PairAsked
from qiao.office.seen import Visitor


def _networks(user: Visitor) -> QuerySet[Organisation]:
    return organisations_for(user).filter(type=Organisation.Type.NETWORK).select_related("side__office")


def load_network(user: Visitor, key: str) -> Organisation:
    """For everybody who is signed in."""
    return get_object_or_404(_networks(user), key=key)


def load_managed_network(user: Visitor, key: str) -> Organisation:
    """For its managers and the office."""
    found = load_network(user, key)
    if not may_edit(user, found):
        raise Http404
    return found


def load_other_network(user: Visitor, network: Organisation, key: str) -> Organisation | None:
    """One of another region, where the address names it."""
    key = tidy(key)  # PostgreSQL ends a query that holds a NUL with an error
    return _networks(user).exclude(side=network.side).filter(key=key).first() if key else None


def load_for_network(user: Visitor, key: str) -> Organisation:
    """An organisation that the user may see, by its key in a form."""
    return get_object_or_404(organisations_for(user).select_related("side__office"), key=tidy(key))


def find_for_network(user: Visitor, key: str) -> Organisation | None:
    """The same; None where there is none."""
    return organisations_for(user).select_related("side__office").filter(key=tidy(key)).first() if tidy(key) else None


def load_own_for_network(user: Visitor, key: str) -> Organisation:
    """One of which the user is a manager, or for the office any."""
    found = load_for_network(user, key)
    if not may_edit(user, found):
        raise Http404
    return found


def load_project_to_edit(user: Visitor, key: str, project: str) -> JointProject:
    network = load_managed_network(user, key)
    return get_object_or_404(JointProject.objects.select_related("network"), network=network, key=project)


def load_pair_for(user: Visitor, pk: int) -> PairAsked:
    require_office(user)
    return get_object_or_404(PairAsked.objects.select_related("network"), pk=pk)
