"""The demo's delegations: one to the conference, selected from a call, and one to a fair that somebody else runs."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from qiao.core.models import User
from qiao.demo.cast import data_of, world
from qiao.demo.stage import ELBE, JINAN, VENUE, Stage, languages
from qiao.directory.models import Organisation, Person
from qiao.events.actions import add_programme_item, apply_for, create_delegation, edit_member, save_delegation_call
from qiao.events.delegation_models import DelegationApplication, DelegationCall
from qiao.events.models import Delegation, DelegationMember, Event, Participation, ProgrammeItem

State, Field, Kind = DelegationApplication.State, DelegationMember.Field, ProgrammeItem.Kind
CULTURE = ("D09", "D14")  # agencies that stand for culture and the city
HOURS = {
    -1: [(time(18), time(20))],
    0: [(time(9), time(10)), (time(10, 30), time(12, 30))],
    2: [(time(13, 30), time(17)), (time(13, 30), time(16)), (time(18), time(20))],
}
AWAY = timedelta(days=30)  # the other journey's call is open for so long


def build_delegation(stage: Stage, event: Event, members: list[Participation], leader: User) -> Delegation:
    """The head and eleven members with their programme; only what happens during talks keeps them from these."""
    said = data_of("delegations")["conference"]
    made = create_delegation(
        event=event, slug=f"sachsen-{event.starts.year}", names=said["names"], office=stage.offices[ELBE], members=members,
        leader=leader, by=None, starts=event.starts - timedelta(days=2), ends=event.ends + timedelta(days=1),
        is_announced=True, etiquette=said["etiquette"],
    )  # fmt: skip
    rows = {one.organisation.external_id: one for one in made.members.select_related("organisation")}
    for code in CULTURE:
        one = rows[code]
        edit_member(member=one, field=Field.CULTURE, function="", position=one.position, by=leader)
    _programme(made, event)
    _past_call(made, said)
    return made


def _programme(made: Delegation, event: Event) -> None:
    hours = {day: list(times) for day, times in HOURS.items()}
    members = list(made.members.all())
    by_field = {
        "business": [one for one in members if one.field in (Field.BUSINESS, Field.POLITICS)],
        "science": [one for one in members if one.field in (Field.SCIENCE, Field.CULTURE)],
    }
    for item in [*world()["delegation"]["programme"], *data_of("delegations")["conference"]["programme"]]:
        if item["day"] not in hours:  # the talks themselves
            continue
        begin, end = hours[item["day"]].pop(0)
        day = event.starts + timedelta(days=item["day"])
        everybody = item["day"] == 0 and not item.get("protocol")
        add_programme_item(
            event=event, delegation=None if everybody else made, names=languages(item), by=None, kind=_kind(item),
            place=VENUE if everybody else None, members=by_field.get(_group(item), ()),
            starts=datetime.combine(day, begin, JINAN), ends=datetime.combine(day, end, JINAN),
        )  # fmt: skip


def _group(item: dict[str, Any]) -> str:
    """On the last afternoon business visits firms, science and culture what is theirs."""
    return str(item.get("for", "business" if item["day"] == 2 and "kind" not in item else ""))


def _kind(item: dict[str, Any]) -> str:
    if "kind" in item:
        return str(item["kind"])
    return {-1: Kind.TRAVEL, 0: Kind.OFFICIAL if item.get("protocol") else Kind.OTHER, 2: Kind.VISIT}[item["day"]]


def _past_call(made: Delegation, said: dict[str, Any]) -> None:
    """Those who travel were selected; one waits, one was declined. All that lies months behind us."""
    decided = timezone.now() - timedelta(days=60)
    call = DelegationCall.objects.create(
        delegation=made, places=made.members.count(), closes=decided - timedelta(days=7), is_published=True,
        **{name: said[name] for name in ("texts", "costs", "funding")},
    )  # fmt: skip
    common = {"call": call, "submitted": decided - timedelta(days=20), "decided": decided}
    for one in made.members.all():
        DelegationApplication.objects.create(
            person_id=one.person_id, organisation_id=one.organisation_id, field=one.field, state=State.SELECTED,
            hopes=said["hopes"], **common,
        )  # fmt: skip
    for code, state, reason in said["others"]:
        organisation = Organisation.objects.get(external_id=code)
        person = Person.objects.get(external_id=f"{code}.1")
        DelegationApplication.objects.create(
            person=person, organisation=organisation, state=state, reason=reason, hopes=said["hopes"], **common
        )


def send_elsewhere(stage: Stage, adviser: User) -> Delegation:
    """A journey to a fair that takes applications, of which two came in."""
    said, today = data_of("delegations")["fair"], timezone.localdate()
    made = create_delegation(
        office=stage.offices[ELBE], slug=f"messe-{today.year}", names=said["names"], by=adviser, occasions=said["occasions"],
        city="上海", country="CN", time_zone=JINAN.key, starts=today + timedelta(days=75), ends=today + timedelta(days=79),
    )  # fmt: skip
    day = datetime.combine(made.starts, time(10), JINAN)
    for number, item in enumerate(said["programme"]):
        starts = day + timedelta(days=number)
        add_programme_item(
            event=None, delegation=made, names=languages(item), kind=item["kind"], starts=starts, by=None,
            ends=starts + timedelta(hours=2),
        )  # fmt: skip
    call = save_delegation_call(
        delegation=made, places=8, closes=timezone.now() + AWAY, is_published=True, by=adviser,
        **{name: said[name] for name in ("texts", "costs", "funding")},
    )  # fmt: skip
    for code, field, hopes in said["applications"]:
        person = Person.objects.select_related("user").get(external_id=f"{code}.1")
        apply_for(
            call=call, person=person, organisation=Organisation.objects.get(external_id=code), by=person.user or adviser,
            values={"field": field, "hopes": hopes, "contributes": ""},
        )  # fmt: skip
    return made
