"""What staff read about the embedder: which one it is, how far a move to another one is, and since when and why none answers."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.adapters.embeddings import load_embedder
from qiao.core.doctor import Finding
from qiao.core.languages import reader_language
from qiao.directory import embedders
from qiao.engine.matching.embed import EmbedderError
from qiao.templatetags.wording import moment_text
from qiao.wording import Language, sentence


@dataclass(frozen=True)
class EmbedderStatus:
    """name: of the one in force. coming: of the one that has read so many of all texts. since, why: empty while all is well."""

    name: str
    coming: str = ""
    read: int = 0
    texts: int = 0
    since: str = ""
    why: str = ""


def embedder_status() -> EmbedderStatus:
    now = embedders.state()
    since = moment_text(timezone.localtime(now.failing_since)) if now.failing_since else ""
    return EmbedderStatus(
        name=_in_words(now.choice or settings.EMBEDDER),
        coming=_in_words(settings.EMBEDDER) if now.coming else "",
        read=embedders.texts_read(now),
        texts=now.texts,
        since=since,
        why=_why(embedders.problem_of(now)) if now.problem else "",
    )


def _in_words(choice: str) -> str:
    names = {"builtin": _("part of Qiao"), "quality": _("part of Qiao, with the extra “quality”")}
    return names.get(choice, choice)


def _why(error: EmbedderError) -> str:
    return sentence(f"embedder-{error.code}", Language(reader_language()), **error.values)


def look() -> Finding:
    """For `qiao doctor`: asks the embedder that is wanted, and says how far a move is."""
    try:
        load_embedder(settings.EMBEDDER, key=settings.EMBEDDER_KEY, **embedders.HASTE)
    except EmbedderError as error:
        return Finding(False, _("New offers and seeks cannot be read."), _why(error))
    status = embedder_status()
    if status.coming:
        progress = {"embedder": status.coming, "read": status.read, "texts": status.texts}
        return Finding(True, _("The embedder “%(embedder)s” has read %(read)s of %(texts)s texts.") % progress)
    return Finding(True, _("Offers and seeks are read by the embedder “%(embedder)s”.") % {"embedder": status.name})
