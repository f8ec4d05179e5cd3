"""Terms that translations are to use: the same thing in several languages, found in a text by its words."""

from collections.abc import Iterable, Mapping

Names = Mapping[str, str]  # language -> word


def terms_in(text: str, language: str, terms: Iterable[Names]) -> list[Names]:
    """Those whose word in this language stands in the text, the longest first; none twice. German compounds count."""
    said = text.casefold()
    found: dict[str, Names] = {}
    for names in terms:
        word = names.get(language, "").casefold()
        if word and word in said:
            found.setdefault(word, names)
    return [found[word] for word in sorted(found, key=len, reverse=True)]


def pairs(text: str, source: str, target: str, terms: Iterable[Names]) -> dict[str, str]:
    """What a translation of the text has to call what: word in the source -> word in the target."""
    return {names[source]: names[target] for names in terms_in(text, source, terms) if names.get(target)}


def left_out(text: str, translation: str, source: str, target: str, terms: Iterable[Names]) -> list[tuple[str, str]]:
    """The pairs of which the translation does not use the second."""
    said = translation.casefold()
    return [(one, other) for one, other in pairs(text, source, target, terms).items() if other.casefold() not in said]
