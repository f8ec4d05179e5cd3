"""Writes of networks: who belongs to one, joint projects, and pairs that the office is asked to introduce."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.telling import About, tell
from qiao.directory.market_queries import managers_to_tell
from qiao.directory.models import Organisation
from qiao.meetings.words import address_of
from qiao.office.actions.cooperations import DOUBLE_CLICK
from qiao.office.actions.introduction_mails import advisers_of
from qiao.office.network_models import JointProject, NetworkMember, PairAsked
from qiao.office.network_queries import represented

State = NetworkMember.State
TOLD = "office.network"
PAIR = "office.pair_asked"


@transaction.atomic
def invite_member(*, network: Organisation, member: Organisation, by: User) -> NetworkMember:
    """By those who manage the network. Who has asked to join is a member from now on."""
    if member.pk == network.pk or not member.is_published:
        raise Refused(_("This organisation cannot join the network."))
    row, new = _locked(network, member, State.INVITED)
    if row.state == State.ASKED:
        _join(row)
        _tell(network, member, "accepted")
    elif new:
        _tell(network, member, "invited")
    record(by=by, action="office.invite_member", subject=network, member=member.pk)
    return row


@transaction.atomic
def join_network(*, network: Organisation, member: Organisation, represents: bool, by: User) -> NetworkMember:
    """By those who manage the member: confirms an invitation, or asks. represents: the network may look for partners for it."""
    if member.pk == network.pk or not (member.is_published and network.is_published):
        raise Refused(_("This organisation cannot join the network."))
    row, new = _locked(network, member, State.ASKED)
    if row.state == State.INVITED:
        _join(row)
    if row.represented != represents:
        row.represented = represents
        row.save(update_fields=["represented"])
    if new:
        _tell(member, network, "asked")
    record(by=by, action="office.join_network", subject=network, member=member.pk, represents=represents)
    return row


@transaction.atomic
def leave_network(*, network: Organisation, member: Organisation, by: User) -> None:
    """By either side, at any time: membership, invitation or question are gone."""
    NetworkMember.objects.filter(network=network, member=member).delete()
    record(by=by, action="office.leave_network", subject=network, member=member.pk)


def _locked(network: Organisation, member: Organisation, state: str) -> tuple[NetworkMember, bool]:
    """The row of the two, made if there is none; two clicks at once make one."""
    Organisation.objects.select_for_update(no_key=True).get(pk=network.pk)
    return NetworkMember.objects.get_or_create(network=network, member=member, defaults={"state": state})


def _join(row: NetworkMember) -> None:
    row.state, row.since = State.JOINED, timezone.now()
    row.save(update_fields=["state", "since"])


def _tell(about: Organisation, whom: Organisation, variant: str) -> None:
    """The managers of `whom` read what `about` has done."""
    network = about if variant != "asked" else whom
    subject = f"network {network.pk} {about.pk} {whom.pk}"
    notice = About(reverse("network", args=[network.key]), {"organisation": about.pk}, subject=subject, variant=variant)
    for person in managers_to_tell(whom):
        tell(user=person.user, address=address_of(person), kind=TOLD, about=notice)


@transaction.atomic
def ask_for_pair(*, network: Organisation, one: Organisation | None, other: Organisation | None, by: User) -> PairAsked:
    """A network asks the office to introduce a member of its own to somebody; the office decides."""
    if one is None or other is None or one.pk == other.pk or one.pk not in {row.pk for row in represented(network)}:
        raise Refused(_("Only members who let the network act for them can be proposed."))
    low, high = sorted((one, other), key=lambda row: row.pk)
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=[low.pk, high.pk]).order_by("pk"))
    made, new = PairAsked.objects.get_or_create(
        one=low, other=high, settled=None, defaults={"network": network, "by": by}
    )
    if new:
        record(by=by, action="office.ask_for_pair", subject=network, one=one.pk, other=other.pk)
        about = About(reverse("networks"), {"organisation": network.pk}, subject=f"pair {made.pk}")
        for user in advisers_of(one.side.office):
            tell(user=user, address=user.email, kind=PAIR, about=about)
    return made


@transaction.atomic
def set_pair_aside(*, pair: PairAsked, by: User) -> None:
    """By the office, without an introduction."""
    if PairAsked.objects.filter(pk=pair.pk, settled=None).update(settled=timezone.now()):
        record(by=by, action="office.set_pair_aside", subject=pair.network, one=pair.one_id, other=pair.other_id)


@transaction.atomic
def save_project(
    *,
    network: Organisation,
    project: JointProject | None = None,
    names: dict[str, str],
    state: str,
    starts: date | None,
    ends: date | None,
    partners: Sequence[Organisation],
    by: User,
) -> JointProject:
    """Enter a joint project, or change it. One of the same title within moments is a double click."""
    Organisation.objects.select_for_update(no_key=True).get(pk=network.pk)
    if project is None:
        recent = network.joint_projects.filter(changed__gte=timezone.now() - DOUBLE_CLICK)
        project = next((one for one in recent if one.names == names), None)
    made = project or JointProject(network=network)
    made.names, made.state, made.starts, made.ends = names, state, starts, ends
    made.changed = timezone.now()
    made.save()
    made.partners.set([one for one in partners if one.pk != network.pk])
    record(by=by, action="office.save_project", subject=made, state=state, new=project is None)
    return made


@transaction.atomic
def remove_project(*, project: JointProject, by: User) -> None:
    record(by=by, action="office.remove_project", subject=project, names=project.names)
    project.delete()
