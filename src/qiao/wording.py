"""The engines' codes as sentences in three languages, for the command line and for pages; needs no Django.

The sentences stand in the same catalogues as all others (message ids are the English sentences).
"""

import gettext
import locale
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"


class Language(StrEnum):
    DE = "de"
    ZH = "zh"
    EN = "en"


def gettext_noop(message: str) -> str:
    """Marks a sentence for the catalogues."""
    return message


_ = gettext_noop

FILE_PROBLEMS: dict[str, str] = {
    # the file as a whole
    "empty-file": _("The file is empty. Choose another one."),
    "not-utf8": _("The file is not UTF-8 (byte %(byte)s). Save it as UTF-8."),
    "not-json": _("This is not valid JSON (column %(column)s). Correct the place or export the file again."),
    "nested-too-deep": _("The values are nested too deeply. Make the file flatter."),
    "wrong-format": _("“format” is %(found)s, expected was %(expected)s. Use a file of this version."),
    "too-many-problems": _("There are more than %(limit)s problems; the rest is not listed. Correct these first."),
    # keys and values
    "duplicate-key": _("The key “%(key)s” stands here twice. Remove one."),
    "unknown-key": _("The key “%(key)s” is unknown. Remove it or correct its spelling."),
    "missing-key": _("The key “%(key)s” is missing. Add it."),
    "wrong-type": _("Expected here: %(expected)s."),
    "not-one-of": _("%(found)s is not possible here. Choose one of: %(allowed)s."),
    "out-of-range": _("The number must lie between %(least)s and %(most)s."),
    "empty": _("This must not be empty. Fill it in or remove it."),
    "bad-text": _("The text contains characters that cannot be stored. Remove them."),
    "too-long": _("The text has %(found)s characters; at most %(most)s are read. Shorten it."),
    "too-few": _("At least %(least)s entries are needed here, found: %(found)s."),
    # ids
    "duplicate-id": _("The id “%(id)s” is used already at %(first)s. Give each entry its own id."),
    "repeated": _("“%(id)s” stands in this list twice. Remove one."),
    "unknown-id": _("“%(id)s” does not exist in this file. Correct the id or add the entry."),
    # meaning
    "bad-language": _("%(found)s is no language code. Write for example de, zh or en."),
    "bad-time": _("%(found)s is no time. Write for example 2027-11-03T09:00+08:00."),
    "time-without-offset": _("%(found)s has no offset from UTC. Add it, for example +08:00."),
    "end-not-after-start": _("Slot “%(id)s” does not end after its start. Correct the times."),
    "slots-out-of-order": _("Slot “%(id)s” begins before slot “%(previous)s”. Put the slots in time order."),
    "slots-overlap": _("Slot “%(id)s” begins before slot “%(previous)s” ends. Correct the times."),
    "after-itself": _("The request “%(id)s” cannot come after itself. Remove it from “after”."),
    "online-with-table": _("The request “%(id)s” is online and cannot have a table. Remove one of both."),
    # .dzn files
    "dzn-syntax": _("This cannot be read as MiniZinc data. Correct the line."),
    "wrong-count": _("Expected are %(expected)s values, found: %(found)s."),
    "too-many": _("There are more than %(most)s. Divide the file."),
}

TYPES = {
    "object": _("an object { … }"),
    "list": _("a list [ … ]"),
    "text": _("a text"),
    "whole-number": _("a whole number"),
    "number": _("a number"),
    "true-or-false": _("true or false"),
}

SENTENCES: dict[str, str] = {
    "cannot-read": _("The file cannot be read (%(why)s). Check the path and the permissions."),
    "cannot-write": _("The file cannot be written (%(why)s). Check the folder and the permissions."),
    "out-is-folder": _("“%(path)s” is a folder. Name a file with --out."),
    "embedding": _("Reading the texts …"),
    "avoids-unknown": _("“avoid” of %(profile)s names %(value)s, which does not exist in this file. Check the id."),
    "unknown-keyword": _(
        "“keywords” of %(profile)s names %(value)s, which neither the vocabulary nor another profile knows. "
        "Check its spelling."
    ),
    "unknown-class": _("“nace” of %(profile)s is %(value)s, which is neither NACE nor ISIC. It does not count."),
    "more-unknown": _("%(count)s more values are unknown in the same way."),
    "one-side": _(
        "All profiles are of one side, so that nobody can be suggested across sides. "
        "Give each a “side”, or leave out --across."
    ),
    "workers-died": _(
        "A process of this calculation was ended from outside, perhaps for lack of memory. Nothing was written."
    ),
    "ranking": _("Comparing offers and seeks …"),
    "compiling": _("Compiling the planner for this machine, once (about a minute) …"),
    "planning": _("Planning (%(phase)s): %(value)s of at most %(bound)s"),
    "no-plan-yet": _(
        "No plan that keeps every rule was found in this time (open: %(rules)s), and none is written. "
        "Give the search more with --limit or --work."
    ),
    "plan-does-not-fit": _(
        "The plan does not fit the problem (%(rules)s). “qiao verify” names every breach; give a plan without any."
    ),
    "unknown-slot": _("There is no time slot “%(slot)s” in this problem. The time slots are: %(known)s."),
    "no-pair-free": _("Nobody who is free then can be given a partner, a table and, where needed, an interpreter."),
    "asking": _("Calculating what each change is worth …"),
    "asking-enough": _("Calculating what would make all wishes possible …"),
    # what a change is, and what it is worth
    "change-none": _("a new plan without any change"),
    "change-table": _("tables: +%(count)s"),
    "change-interpreter": _("interpreters %(languages)s: +%(count)s"),
    "change-slot": _("time slots: +%(count)s"),
    "change-max_meetings": _("most talks of each person: +%(count)s"),
    "change-max_per_day": _("most talks of each person a day: +%(count)s"),
    "change-with": _("%(change)s (%(detail)s)"),
    "column-change": _("change"),
    "column-added": _("talks at once"),
    "column-weight": _("weight at once"),
    "column-at-most": _("weight with a new plan, at most"),
    "no-gain": _("These bring nothing: %(changes)s."),
    "enough-weight": _("Weight of all wishes: %(wished)s; people have time for %(weight)s of it."),
    "enough-nowhere": _("Without a common time slot: %(who)s."),
    "enough-slots": _("Time slots that are lacking until everybody has time for all wishes: %(count)s."),
    "enough-unknown": _("How many tables and interpreters that takes was not found in this time."),
    "enough-least": _("New tables and interpreters, at least: %(count)s."),
    "enough-tried": _("%(changes)s → a plan reaches %(weight)s"),
    "enough-no-plan": _("%(changes)s → no plan keeps every rule"),
    "crowded": _("More wishes than room:"),
    "crowded-person": _("%(who)s: %(wishes)s wishes, room for %(room)s"),
    "advice-talks": _("Talks expected: %(count)s."),
    "advice-all": _("Needed in all:"),
    "need-table": _("tables: %(count)s"),
    "need-interpreter": _("interpreters %(languages)s: %(count)s, for %(talks)s of the talks"),
    "advice-crowded": _("Too little time for the talks that fall to them:"),
    "advice-person": _("%(who)s: %(wishes)s talks, room for %(room)s"),
    "embedder-not-installed": _("This embedder is not installed. Install Qiao with the extra “%(extra)s”."),
    "embedder-bad-address": _(
        "“%(address)s” is neither builtin nor quality nor the address of a server (http://…/v1)."
    ),
    "embedder-unreachable": _(
        "The embeddings server %(server)s cannot be reached. Check the address and that it runs."
    ),
    "embedder-timeout": _("The embeddings server %(server)s did not answer in time. Try again later."),
    "embedder-refused": _("The embeddings server %(server)s refused the texts (%(status)s). Check its key and model."),
    "embedder-bad-answer": _("The embeddings server %(server)s answered with something unusable. Check the address."),
    "embedder-replaced": _(
        "The embedder %(model)s is not installed any more. Wait until its successor has read all texts."
    ),
    "translator-unreachable": _(
        "The translation server %(server)s cannot be reached. Check the address and that it runs."
    ),
    "translator-timeout": _("The translation server %(server)s did not answer in time. Try again later."),
    "translator-refused": _(
        "The translation server %(server)s refused the text (%(status)s). Check its key and model."
    ),
    "translator-bad-answer": _(
        "The translation server %(server)s answered with something unusable. Write the text yourself."
    ),
    "translator-too-long": _(
        "The text is longer than %(most)s characters and was not sent. Write the translation yourself."
    ),
    "unknown-event": _("There is no event “%(slug)s”. The events are: %(known)s."),
    "needs-event": _("Say which event: --event SLUG. The events are: %(known)s."),
    "unknown-person": _("There is no participant “%(person)s” in this event."),
    "needs-person": _("Say whose agenda: --person ID."),
    "no-database": _(
        "The database cannot be used (%(why)s). Check QIAO_HOME and DATABASE_URL, then run: qiao manage migrate"
    ),
    "no-plan": _("No plan has been published for this event yet."),
    "home-not-demo": _("%(home)s holds something else than a demo. Choose another folder with --home."),
    "port-taken": _("Port %(port)s is in use. Choose another one with --port."),
    "cannot-listen": _("Nobody can listen on %(host)s, port %(port)s (%(why)s). Check --host and --port."),
    "all-is-well": _("All is well."),
    "no-rows": _("The table has no rows below its first one: there is nothing to import."),
    "demo-database": _("Making the database …"),
    "demo-people": _("Organisations and people …"),
    "demo-texts": _("Reading offers and seeks …"),
    "demo-partners": _("Finding partners …"),
    "demo-plan": _("Planning the talks …"),
    "demo-ready": _("Open this address and choose who you are; no password is needed. Ctrl+C stops the demo."),
    "profiles-without-gold": _("“--profiles” says whom a judged set is about: name the judged set, too (“--gold”)."),
    "no-instances": _("There is no file whose name ends in .dzn in this folder."),
    "gold-of-others": _(
        "The judged pairs name ids or seeks that %(profiles)s lacks (%(count)s, among them %(names)s). Name the profiles "
        "that were judged with --profiles."
    ),
    "bench-needs-own-database": _(
        "This database holds organisations already. Measure with a QIAO_HOME or DATABASE_URL of its own."
    ),
    "usage-unknown-command": _("There is no command “%(found)s”. The commands are: %(allowed)s."),
    "usage-unknown-option": _("There is no option %(option)s here. The options are: %(allowed)s."),
    "usage-needs-value": _("The option %(option)s needs a value. Write it behind the option."),
    "usage-no-value": _("The option %(option)s takes no value. Write it alone."),
    "usage-missing": _("%(name)s is missing. Write: %(usage)s"),
    "usage-missing-choice": _("%(name)s is missing. Choose one of: %(allowed)s."),
    "usage-choice": _("“%(found)s” is not possible for %(name)s. Choose one of: %(allowed)s."),
    "usage-whole-number": _("“%(found)s” is not possible for %(name)s. Write a whole number from %(least)s upwards."),
    "usage-whole-number-within": _(
        "“%(found)s” is not possible for %(name)s. Write a whole number from %(least)s to %(most)s."
    ),
    "usage-number": _("“%(found)s” is not possible for %(name)s. Write a number from %(least)s upwards."),
    "usage-number-within": _("“%(found)s” is not possible for %(name)s. Write a number from %(least)s to %(most)s."),
    "usage-too-much": _("The command was given more than it takes. Write: %(usage)s"),
    "words-only": _(
        "This was found by its words only: at the moment nothing can be looked for that says the same in other words or "
        "languages."
    ),
    "nothing-found": _("Nothing fits. Use fewer or other words, or take a filter away."),
    "search-too-long": _("This search is too long. Use at most %(count)s characters."),
    "no-partners": _(
        "No partner was found for any profile. Check that some offer what others seek, and that they may meet."
    ),
    "unknown-facet": _("“%(facet)s” narrows nothing: write key=value with one of the keys %(known)s."),
}

PLACES = {"line": _("line %(where)s"), "row": _("row %(where)s"), "column": _("column %(where)s")}

# The operating system speaks English whatever the locale; what is not listed stays as it says it.
REASONS = (
    _("No such file or directory"),
    _("Is a directory"),
    _("Not a directory"),
    _("Permission denied"),
    _("Operation not permitted"),
    _("File exists"),
    _("File name too long"),
    _("No space left on device"),
    _("Disk quota exceeded"),
    _("Read-only file system"),
    _("Input/output error"),
    _("Bad file descriptor"),
    _("Cannot assign requested address"),
    _("Name or service not known"),
)


def system_language() -> Language:
    """The language of the locale, English when it is none of ours."""
    import os

    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            code = value.split(":")[0][:2].lower()
            return Language(code) if code in set(Language) else Language.EN
    code = (locale.getlocale()[0] or "en")[:2].lower()
    return Language(code) if code in set(Language) else Language.EN


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    name = {"de": "de", "zh": "zh_Hans", "en": "en"}[language]
    return gettext.translation("django", LOCALE, [name], fallback=True)


def sentence(code: str, language: Language, **values: object) -> str:
    """The sentence of a code of the command line."""
    return _catalogue(language).gettext(SENTENCES[code]) % values


def file_problem(code: str, values: Mapping[str, object], language: Language) -> str:
    """The sentence of a problem in a file (engine.files)."""
    catalogue = _catalogue(language)
    shown = {name: value if value != "" else "“”" for name, value in values.items()}
    if code == "wrong-type":
        shown["expected"] = catalogue.gettext(TYPES[str(values["expected"])])
    if code == "duplicate-id":
        shown["first"] = _place(str(values["first"]), language)
    return catalogue.gettext(FILE_PROBLEMS[code]) % shown


def listed(words: Iterable[object], language: str) -> str:
    """ "Dresden, Jinan", or for readers of Chinese "德累斯顿、济南"."""
    return ("、" if language == "zh" else ", ").join(map(str, words))


def placed(place: str, words: str, language: Language) -> str:
    """A problem behind its place."""
    return f"{_place(place, language)}: {words}" if place else words


def _place(place: str, language: Language) -> str:
    """ "line 7.offers[1]", "row 3" or "column C" with its first word in the language."""
    found = re.match("(line|row|column) ([0-9A-Z]+)", place)
    if not found:
        return place
    return _catalogue(language).gettext(PLACES[found[1]]) % {"where": found[2]} + place[found.end() :]


def system_reason(error: OSError, language: Language) -> str:
    """Why the operating system refused."""
    return _catalogue(language).gettext(error.strerror or str(error))
