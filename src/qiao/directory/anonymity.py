"""What in a text would lead to an organisation that wants to stay unnamed. A help before people look at it, no proof."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from qiao.directory.models import Organisation
from qiao.directory.search import fold
from qiao.engine.same.names import parse

# Addresses, domains, and numbers as long as those of a phone or a register.
_CONTACT = re.compile(
    r"[^\s@]+@[^\s@]+|(?:https?://|www\.)\S+|\b[\w-]+\.(?:de|cn|com|net|org|eu|info|biz|io|at|ch)\b|\+?\d[\d\s/().-]{6,}\d",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
SHORTEST_LATIN, SHORTEST_HAN = 5, 2  # letters of a name that say more than a word of the language
_HAN = re.compile("[\u3400-\u9fff]")


def leading_to(organisation: Organisation, texts: Iterable[str]) -> str:
    """The first words found in the texts that tell whose they are; empty where there are none."""
    marks = list(dict.fromkeys(_marks(organisation)))
    for text in texts:
        if found := _CONTACT.search(text):
            return found[0].strip()
        words = [fold(word) for word in _WORD.findall(text)]
        joined = "".join(words)
        for mark, shown in marks:
            if _stands_in(mark, words, joined):
                return shown
    return ""


def _stands_in(mark: str, words: list[str], joined: str) -> bool:
    """Chinese is written without gaps; a Latin name must begin with a word, so that it is not found in a longer one."""
    if _HAN.search(mark):
        return mark in joined
    return any(_begins("".join(words[n : n + 6]), mark) for n in range(len(words)))


def _begins(run: str, mark: str) -> bool:
    return run.startswith(mark)


def _marks(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """(what is looked for, how it is called): names whole and without their legal form, numbers, the website, people."""
    numbers = (
        organisation.uscc,
        organisation.vat_id,
        organisation.lei,
        organisation.register,
        organisation.external_id,
    )
    names = [organisation.name, organisation.name_latin]
    for name in filter(None, names):
        parsed = parse(name)
        yield from ((form, name) for form in (parsed.whole, parsed.han, parsed.joined) if _says_enough(form))
    host = (urlsplit(organisation.website).hostname or "").removeprefix("www.")
    people = organisation.people.values_list("name", "name_latin")
    for text in (*names, *numbers, host.rpartition(".")[0], *(form for person in people for form in person)):
        mark = "".join(fold(word) for word in _WORD.findall(text))
        if _says_enough(mark):
            yield mark, text


def _says_enough(mark: str) -> bool:
    return len(mark) >= (SHORTEST_HAN if _HAN.search(mark) else SHORTEST_LATIN)
