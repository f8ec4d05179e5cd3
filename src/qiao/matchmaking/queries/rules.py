"""What the organiser sees of suggestions: the rules, who is kept back, and why two are not suggested to each other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qiao.directory.queries import by_name
from qiao.engine.matching.exclude import Exclusion, exclusions
from qiao.events.models import Event, Participation
from qiao.events.queries import approved
from qiao.events.words import kind_in_words
from qiao.matchmaking.models import Rule, Suggestion
from qiao.matchmaking.queries.exclusion import facts_of


@dataclass(frozen=True)
class RuleRow:
    """A rule as it is read: what each of the two groups is; empty is everybody."""

    rule: Rule
    one: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What keeps back one participant from another, as a code and, for a rule, that rule."""

    code: str
    rule: RuleRow | None = None


@dataclass(frozen=True)
class Answer:
    """Why `other` is not suggested to `one`, or at which place it is."""

    one: Participation
    other: Participation
    found: list[Found]
    suggestion: Suggestion | None


@dataclass(frozen=True)
class RulesPage:
    event: Event
    rules: list[RuleRow]
    people: list[Participation]
    kept_back: dict[str, int]  # code -> how many participants
    answer: Answer | None


def rules_page(event: Event, one: str = "", other: str = "") -> RulesPage:
    """`one` and `other`: keys of the persons asked about; the answer comes where both take part."""
    people = sorted(approved(event).order_by("pk"), key=lambda row: by_name(row.organisation))
    facts = facts_of(event, people)
    rules = [_row(rule) for rule in event.matching_rules.all()]
    by_key = {row.person.key: row for row in people}
    kept_back = Counter(code for row in people for code in facts.profile(row).withheld)
    answer = None
    if one in by_key and other in by_key:
        mine, theirs = by_key[one], by_key[other]
        why = exclusions(facts.profile(mine), facts.profile(theirs), across="side", bars=facts.bars)
        suggestion = mine.suggestions.filter(partner__organisation=theirs.organisation_id).first()
        answer = Answer(mine, theirs, _told(why, rules), suggestion)
    return RulesPage(event, rules, people, dict(kept_back), answer)


def _told(why: Sequence[Exclusion], rules: Sequence[RuleRow]) -> list[Found]:
    known = {str(row.rule.pk): row for row in rules}
    found = [Found(one.code, known.get(one.value or "")) for one in why]
    # Which of the two does not want the other is nobody's business but theirs.
    return list(dict.fromkeys(Found("avoids") if one.code == "avoided" else one for one in found))


def _row(rule: Rule) -> RuleRow:
    return RuleRow(rule, _group(rule, "one"), _group(rule, "other"))


def _group(rule: Rule, which: str) -> tuple[str, ...]:
    division, role = getattr(rule, f"{which}_division"), getattr(rule, f"{which}_role")
    words = [getattr(rule, f"get_{which}_type_display")(), getattr(rule, f"get_{which}_size_display")()]
    words += [f"NACE/ISIC {division}" if division else "", kind_in_words(role) if role else ""]
    return tuple(str(word) for word in words if word)
