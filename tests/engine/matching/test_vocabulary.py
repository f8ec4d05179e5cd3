"""The shipped vocabulary is whole: three languages, one tree, no word that means two things."""

import re
from collections import Counter

import pytest

from qiao.engine.matching.text import fold
from qiao.engine.matching.vocabulary import (
    LANGUAGES,
    Term,
    ancestors,
    fingerprint,
    read_vocabulary,
    shipped_vocabulary,
    split_labels,
)

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_it_is_large_and_every_term_has_its_words() -> None:
    terms = shipped_vocabulary()
    assert len(terms) >= 600
    assert len({term.code for term in terms}) == len(terms)
    for term in terms:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", term.code), term
        assert len(term.code) <= 60
        assert all(term.labels[lang] for lang in LANGUAGES), term
        assert HAN.search(term.labels["zh"][0]), term
        assert not any(HAN.search(word) for lang in ("de", "en") for word in term.labels[lang]), term


def test_it_is_a_tree_under_six_fields() -> None:
    terms = shipped_vocabulary()
    codes = {term.code for term in terms}
    assert all(term.broader is None or term.broader in codes for term in terms)
    assert sum(term.broader is None for term in terms) == 6
    ways = ancestors(terms)
    assert max(map(len, ways.values())) <= 3
    assert ways["laser-cutting"] == ("laser-processing", "technology")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_means_two_things(lang) -> None:
    words = Counter(fold(word) for term in shipped_vocabulary() for word in {fold(w) for w in term.labels[lang]})
    assert [word for word, count in words.items() if count > 1] == []


def test_it_has_no_traditional_signs() -> None:
    words = "".join(word for term in shipped_vocabulary() for word in term.labels["zh"])
    assert not set("與機電學業業術產業東車門開關發國際應導體會") & set(words)


def test_cells_are_split_and_tidied() -> None:
    assert split_labels(" a  b | c|| a b ") == ("a b", "c")
    assert split_labels("") == ()


@pytest.mark.parametrize("text", ["code\tde\n", "code\tbroader\tde\tzh\ten\nx\t\ta\tb\n"])
def test_a_file_of_another_form_is_refused(text) -> None:
    with pytest.raises(ValueError):
        read_vocabulary(text)


def test_a_circle_ends() -> None:
    terms = (Term("a", "b", {}), Term("b", "a", {}), Term("c", "gone", {}))
    assert ancestors(terms) == {"a": ("b", "a"), "b": ("a", "b"), "c": ()}


def test_the_fingerprint_follows_every_change() -> None:
    term = Term("a", None, {"de": ("x", "y")})
    changed = [Term("b", None, term.labels), Term("a", "c", term.labels), Term("a", None, {"de": ("y", "x")})]
    assert len({fingerprint([one]) for one in (term, *changed)}) == 4
    two = Term("b", None, {})
    assert fingerprint([term, two]) == fingerprint([two, term])
