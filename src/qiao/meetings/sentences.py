"""What a plan achieves, in plain sentences for the organiser: the number first, no words of the engine.

Every sentence is true of the verified plan and its certificate, or is not said.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from math import floor

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from qiao.core.languages import primary
from qiao.engine.scheduling import goals
from qiao.engine.scheduling.model import Participant, Plan, Problem, Unmet, allowed_slots, people
from qiao.meetings.words import pair_of_languages, weekday
from qiao.templatetags.wording import clock_text, day_text


def result(problem: Problem, plan: Plan) -> list[str]:
    """The whole result: wishes met, what is proven, who has few talks, clashes, and what is missing."""
    return [
        met(problem, plan),
        *_only(best_possible(problem, plan)),
        *_only(fewest(problem, plan)),
        gettext("No clashes."),
        *missing(problem, plan),
    ]


def _only(sentence: str | None) -> Iterator[str]:
    if sentence:
        yield sentence


def met(problem: Problem, plan: Plan) -> str:
    count, total = len(plan.meetings), len(problem.requests)
    if count == total:
        return ngettext("The one wish is met.", "All %(total)s wishes are met.", total) % {"total": total}
    return ngettext("%(count)s of %(total)s wish.", "%(count)s of %(total)s wishes.", total) % {
        "count": count,
        "total": total,
    }


def best_possible(problem: Problem, plan: Plan) -> str | None:
    """What is proven about all other plans. Said in wishes where all weigh the same, else as a share."""
    stated, count = plan.certificate, len(plan.meetings)
    if stated.weight_bound is None or count == len(problem.requests):
        return None
    if stated.weight == stated.weight_bound:
        return gettext("No plan can do better.")
    weights = {one.weight for one in problem.requests}
    if len(weights) == 1 and (each := weights.pop()) > 0:
        most = stated.weight_bound // each
        if most == count:
            return gettext("No plan can do better.")
        return ngettext("No plan can hold more than %(most)s.", "No plan can hold more than %(most)s.", most) % {
            "most": most
        }
    share = (stated.weight_bound - stated.weight) / max(1, stated.weight) * 100
    return gettext("No plan can be better by more than %(share)s %%.") % {"share": _decimal(share)}


def _decimal(share: float) -> str:
    """Rounded up, so that the sentence stays true: 0.34 becomes "0.4"."""
    return number_format(-floor(-share * 10) / 10, decimal_pos=1)


def fewest(problem: Problem, plan: Plan) -> str | None:
    """How those with the fewest talks fare, against the talks that the event means everybody to have."""
    own = goals.agenda(problem, plan.meetings)
    least = min((len(own[who.id]) for who in problem.participants), default=0)
    goal = problem.objective.fair_minimum
    if least and (not goal or least >= goal):
        return ngettext("Nobody has fewer than %(count)s talk.", "Nobody has fewer than %(count)s talks.", least) % {
            "count": least
        }
    if not goal:
        return None
    short = sum(len(own[who.id]) < goals.fair_share(problem, who) for who in problem.participants)
    if not short:
        return gettext(
            "Everybody has as many talks as planned for everybody, or as many as their own wishes and times allow."
        )
    return ngettext(
        "%(count)s person has fewer talks than planned for everybody (%(goal)s).",
        "%(count)s people have fewer talks than planned for everybody (%(goal)s).",
        short,
    ) % {"count": short, "goal": goal}


def missing(problem: Problem, plan: Plan) -> Iterator[str]:
    """One sentence per reason why wishes are not met; interpreters by pair of languages."""
    by_reason: dict[str, list[Unmet]] = defaultdict(list)
    for one in plan.unmet:
        by_reason[one.reason].append(one)
    for languages, group in _by_languages(problem, by_reason.pop("no-interpreter", [])).items():
        yield lacking_interpreter(problem, plan, languages, group)
    for reason, group in sorted(by_reason.items()):
        yield _counted(reason, len(group))


def _counted(reason: str, count: int) -> str:
    sentences: Mapping[str, str] = {
        "no-common-slot": ngettext(
            "%(count)s wish has no common free time.", "%(count)s wishes have no common free time.", count
        ),
        "participant-full": ngettext(
            "%(count)s wish finds a full agenda.", "%(count)s wishes find a full agenda.", count
        ),
        "tables-full": ngettext("%(count)s wish finds no free table.", "%(count)s wishes find no free table.", count),
        "excluded": ngettext(
            "%(count)s wish is ruled out by another condition.",
            "%(count)s wishes are ruled out by other conditions.",
            count,
        ),
        "lower-priority": ngettext(
            "%(count)s wish makes room for others that count more.",
            "%(count)s wishes make room for others that count more.",
            count,
        ),
    }
    return sentences[reason] % {"count": count}


Languages = tuple[str, ...]


def _by_languages(problem: Problem, unmet: Iterable[Unmet]) -> dict[Languages, list[Unmet]]:
    found: dict[Languages, list[Unmet]] = defaultdict(list)
    for one in unmet:
        found[wanted_languages(problem, one)].append(one)
    return dict(sorted(found.items()))


def wanted_languages(problem: Problem, unmet: Unmet) -> Languages:
    """The languages between which somebody would have to interpret: the one that each participant states first."""
    return first_languages(people(problem, problem.request_by_id[unmet.request]))


def first_languages(participants: Iterable[Participant]) -> Languages:
    return tuple(sorted({primary(one.languages[0]) for one in participants if one.languages}))


def lacking_interpreter(problem: Problem, plan: Plan, languages: Languages, unmet: list[Unmet]) -> str:
    """ "Seven lack a Chinese–German interpreter on Thursday from 14:00": the day is said where there is only one."""
    values: dict[str, object] = {"count": len(unmet), "languages": pair_of_languages(languages)}
    when = _when(problem, plan, unmet)
    if when is None:
        return (
            ngettext(
                "%(count)s wish lacks a %(languages)s interpreter.",
                "%(count)s wishes lack a %(languages)s interpreter.",
                len(unmet),
            )
            % values
        )
    return ngettext(
        "%(count)s wish lacks a %(languages)s interpreter on %(day)s from %(time)s.",
        "%(count)s wishes lack a %(languages)s interpreter on %(day)s from %(time)s.",
        len(unmet),
    ) % (values | {"day": weekday(when), "time": clock_text(when)})


def _when(problem: Problem, plan: Plan, unmet: Iterable[Unmet]) -> datetime | None:
    """The earliest time at which one of these could be, if all their common free times lie on one day of several."""
    own = goals.agenda(problem, plan.meetings)
    busy = {who: {slot for slot, _meeting in talks} for who, talks in own.items()}
    open_slots: set[int] = set()
    for one in unmet:
        request = problem.request_by_id[one.request]
        taken = set().union(*(busy[who] for who in request.participants))
        open_slots |= set(allowed_slots(problem, request)) - taken
    if not open_slots or len({problem.day_of[slot] for slot in open_slots}) > 1:
        return None
    start = problem.slots[min(open_slots)].start
    return datetime.fromisoformat(start) if start else None


# One unmet wish


def reason(problem: Problem, unmet: Unmet, names: Mapping[str, str]) -> str:
    """Why this wish is not met. `names`: what participants are called, by id."""
    who = [names[one] for one in unmet.who if one in names]
    if unmet.reason == "participant-full" and len(who) == 1:
        return gettext("%(name)s has no time left.") % {"name": who[0]}
    if unmet.reason == "no-interpreter":
        languages = pair_of_languages(wanted_languages(problem, unmet))
        return gettext("No %(languages)s interpreter is free when both are.") % {"languages": languages}
    return {
        "no-common-slot": gettext("The two have no common free time."),
        "participant-full": gettext("Both have no time left."),
        "tables-full": gettext("No suitable table is free when both are."),
        "excluded": gettext("Another condition of the plan rules this talk out."),
        "lower-priority": gettext("Wishes that count more take the time of these two."),
    }[unmet.reason]


def remedy(problem: Problem, unmet: Unmet, names: Mapping[str, str]) -> str:
    """The one change that would let the wish in; empty where no single change does."""
    change = unmet.change or {}
    name = names.get(change.get("of", ""), "")
    if "open" in change:
        slot = problem.slots[problem.slot_index[change["open"]]]
        start = datetime.fromisoformat(slot.start) if slot.start else None
        when = f"{day_text(start)} {clock_text(start)}" if start else slot.id
        return gettext("It would fit if %(name)s were free at %(time)s.") % {"name": name, "time": when}
    if change.get("raise") == "max_meetings":
        return gettext("It would fit if %(name)s took one more talk.") % {"name": name}
    if change.get("raise") == "max_per_day":
        return gettext("It would fit if %(name)s took one more talk a day.") % {"name": name}
    if change.get("add") == "table":
        return gettext("It would fit with one more table.")
    if change.get("add") == "interpreter":
        languages = pair_of_languages(wanted_languages(problem, unmet))
        return gettext("It would fit with one more %(languages)s interpreter.") % {"languages": languages}
    return ""
