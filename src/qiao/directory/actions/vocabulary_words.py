"""Which words a term of the vocabulary may take: none of another term, and short ones only when they are meant."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.directory.models import Keyword
from qiao.engine.matching.lexicon import word_key
from qiao.engine.matching.text import clean
from qiao.engine.matching.vocabulary import LANGUAGES

NAMED = 5  # problems that one message names
FEWEST_SIGNS = 3  # of a word in letters; "it" and "in" stand in every English text

Word = tuple[str, str]  # language, and the word as the office wrote it


def words_of(row: Keyword) -> set[Word]:
    said = ((lang, (row.names.get(lang, ""), *row.synonyms.get(lang, []))) for lang in LANGUAGES)
    return {(lang, word) for lang, words in said for word in words if word}


def check_words(
    rows: Collection[Keyword], before: Mapping[str, Collection[Word]], *, takes_short: bool = False
) -> None:
    """Refuses words that a term did not have `before`, by its code, and that another term in use has, or that are too short.

    `rows`: the whole vocabulary as it is to be. Words that stand there already stay.
    """
    used = [row for row in rows if not row.is_retired]
    new = {row.code: words_of(row) - set(before.get(row.code, ())) for row in used}
    if any(new.values()):
        problems = [*_of_others(used, new), *(() if takes_short else _short(used, new))]
        if problems:
            raise Refused(running_text(problems[:NAMED]))


def _of_others(used: Iterable[Keyword], new: Mapping[str, Collection[Word]]) -> Iterator[str]:
    owners: dict[tuple[str, tuple[str, ...]], list[Keyword]] = defaultdict(list)
    for row in used:
        for lang, key in {(lang, word_key(word, lang)) for lang, word in words_of(row)}:
            owners[lang, key].append(row)
    for row in used:
        for lang, word in sorted(new[row.code]):
            other = next((one for one in owners[lang, word_key(word, lang)] if one is not row), None)
            if other:
                yield _(
                    "“%(word)s” belongs to the term “%(other)s” already. Leave it out of “%(term)s”, or merge the two terms."
                ) % {"word": word, "other": other, "term": row}


def _short(used: Iterable[Keyword], new: Mapping[str, Collection[Word]]) -> Iterator[str]:
    for row in used:
        for _lang, word in sorted(new[row.code]):
            if is_short(word):
                yield _(
                    "“%(word)s” of the term “%(term)s” is so short that it stands in many texts about something else. Leave "
                    "it out, or tick that short words are meant."
                ) % {"word": word, "term": row}


def is_short(word: str) -> bool:
    """One Chinese character, or one or two letters or digits."""
    signs = re.findall(r"[^\W_]", clean(word))
    return len(signs) < (FEWEST_SIGNS if "".join(signs).isascii() else 2)
