"""The vocabulary in force and the engine's tagger for it."""

from hashlib import sha256

from qiao.directory import embedders
from qiao.directory.models import EmbedderState, Keyword
from qiao.engine.matching.keywords import VERSION, Tagger
from qiao.engine.matching.vocabulary import LANGUAGES, Term, fingerprint


def to_term(keyword: Keyword, broader: str | None) -> Term:
    names, synonyms = keyword.names, keyword.synonyms
    labels = {
        lang: tuple(word for word in (names.get(lang, ""), *synonyms.get(lang, ())) if word) for lang in LANGUAGES
    }
    return Term(keyword.code, broader, labels)


def terms_in_force() -> tuple[Term, ...]:
    """The terms that texts are given: without those that retired, whose narrower terms hang one higher."""
    rows = {row.pk: row for row in Keyword.objects.order_by("code")}

    def above(row: Keyword) -> str | None:
        step = rows.get(row.broader_id or 0)
        while step is not None and step.is_retired:
            step = rows.get(step.broader_id or 0)
        return step.code if step else None

    return tuple(to_term(row, above(row)) for row in rows.values() if not row.is_retired)


def version_of(terms: tuple[Term, ...], *, model: str) -> str:
    """`model`: the embedder's. Changes whenever the keywords of all texts have to be found anew: with the method, the vocabulary, the embedder."""
    tools = f"{fingerprint(terms)} {model}"
    return f"{VERSION}-{sha256(tools.encode()).hexdigest()[:20]}"


_kept: dict[str, Tagger] = {}


def tagger_for(terms: tuple[Term, ...], now: EmbedderState) -> Tagger:
    """Kept in the process until vocabulary or embedder change: building it embeds some thousand words.

    Raises EmbedderError.
    """
    key = version_of(terms, model=now.model)
    tagger = _kept.get(key)
    if tagger is None:
        tagger = Tagger(terms, embedders.in_force(now))
        _kept.clear()
        _kept[key] = tagger
    return tagger
