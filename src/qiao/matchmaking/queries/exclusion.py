"""Who must not be suggested to whom at an event, as it stands at this moment, and the facts on which that rests."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from qiao.directory.models import Double, Entry, Organisation
from qiao.directory.queries import withheld_from_others
from qiao.engine.matching.exclude import ABROAD, Bar, Exclusion, Group, exclusions
from qiao.engine.matching.model import Profile
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.matchmaking.models import Rule


@dataclass(frozen=True)
class Facts:
    """What keeps some participations and their organisations apart; of the database as it was read."""

    withheld: Mapping[int, tuple[str, ...]]  # person -> codes of the engine
    avoid: Mapping[int, tuple[str, ...]]  # organisation -> keys of those it must not meet
    same: Mapping[int, str]  # organisation -> name of the group of those that are probably one
    bars: tuple[Bar, ...]

    def of_organisation(self, people: Sequence[Participation]) -> dict[str, Any]:
        """Fields of a profile of the engine; withheld is what keeps back all of its people, be it each for another reason."""
        organisation = people[0].organisation
        codes = [self._codes(one) for one in people]
        shared = [code for code in codes[0] if all(code in others for others in codes)]
        if all(codes) and not shared:
            shared += ABROAD  # one has not joined, another one did not consent: the second may be shown at home
        return {
            "roles": tuple(sorted({one.type for one in people if one.type})),
            "organisation": self.same.get(organisation.pk, organisation.key),
            "withheld": tuple(shared),
        }

    def profile(self, one: Participation) -> Profile:
        """This person's participation without any text: enough to say why somebody is kept apart."""
        organisation = one.organisation
        return Profile(
            id=organisation.key,
            side=organisation.side.code,
            type=organisation.type,
            size=organisation.size or None,
            country=organisation.country,
            nace=organisation.nace or None,
            avoid=self.avoid.get(organisation.pk, ()),
            **self.of_organisation([one]),
        )

    def parted(self, mine: Profile, theirs: Profile) -> list[Exclusion]:
        """Why `theirs` must not be suggested to `mine`, both as `profile` makes them; empty where it may be."""
        return exclusions(mine, theirs, across="side", bars=self.bars)

    def _codes(self, one: Participation) -> tuple[str, ...]:
        own = self.withheld.get(one.person_id, ())
        return (*own, "opted-out") if one.organisation.opted_out else own


def facts_of(event: Event, participations: Iterable[Participation]) -> Facts:
    """Six queries, however many participations."""
    rows = list(participations)
    organisations = {row.organisation_id for row in rows}
    avoid: dict[int, list[str]] = {}
    pairs = Organisation.avoid.through.objects.filter(from_organisation__in=organisations)
    for own, other in pairs.values_list("from_organisation", "to_organisation__key").order_by("to_organisation__key"):
        avoid.setdefault(own, []).append(other)
    return Facts(
        withheld=withheld_from_others({row.person_id for row in rows}),
        avoid={own: tuple(others) for own, others in avoid.items()},
        same=_probably_one(organisations),
        bars=bars_of(event),
    )


def bars_of(event: Event) -> tuple[Bar, ...]:
    return tuple(
        Bar(str(rule.pk), _group(rule, "one"), _group(rule, "other")) for rule in event.matching_rules.order_by("pk")
    )


def _group(rule: Rule, which: str) -> Group:
    values = {name: getattr(rule, f"{which}_{name}") for name in ("type", "size", "division", "role")}
    return Group(**{f"{name}s": (value,) for name, value in values.items() if value})


def _probably_one(organisations: set[int]) -> dict[int, str]:
    """Organisations that are almost certainly or probably the same, and were not kept apart by an adviser."""
    rows = Double.objects.filter(kept_apart=None).exclude(level=Double.Level.POSSIBLE)
    group: dict[int, int] = {}
    for low, high in rows.filter(Q(low__in=organisations) & Q(high__in=organisations)).values_list("low", "high"):
        one, other = group.get(low, low), group.get(high, high)
        group |= {pk: one for pk, name in group.items() if name == other} | {low: one, high: one}
    return {pk: f"={name}" for pk, name in group.items()}


def excluded(own: Participation, partners: Iterable[Participation]) -> dict[int, list[Exclusion]]:
    """Of these partners, by primary key, those who must not be suggested, and why not."""
    rows = list(partners)
    facts = facts_of(own.event, [own, *rows])
    mine = facts.profile(own)
    found = {row.pk: facts.parted(mine, facts.profile(row)) for row in rows}
    return {pk: why for pk, why in found.items() if why}


def fingerprint(event: Event) -> str:
    """Of everything that decides who may be suggested to whom: when it changes, suggestions are to be made anew."""
    rows = list(approved(event).order_by("pk"))
    facts = facts_of(event, rows)
    organisations = {row.organisation_id for row in rows}
    readable = Entry.objects.filter(organisation__in=organisations, vectors__isnull=False)
    having = sorted(set(readable.values_list("organisation_id", flat=True)))
    people = [
        (row.pk, row.person_id, row.type, o.pk, o.side_id, o.country, o.type, o.size, o.nace, o.opted_out)
        for row in rows
        for o in [row.organisation]
    ]
    known = (
        event.suggestions_shown,
        people,
        having,
        *(sorted(part.items()) for part in (facts.withheld, facts.avoid, facts.same)),
    )
    return hashlib.sha256(repr((known, facts.bars)).encode()).hexdigest()
