"""Having abstracts drafted by the translation server: ordered by people, made in the background, looked at by people."""

import time
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from qiao.adapters.translation import Translator, TranslatorError
from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.core.queue import enqueue_once
from qiao.core.texts import native, tidy_lines
from qiao.directory.abstract_forms import wrong_script
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.abstracts import LONGEST, Abstracts
from qiao.directory.actions import write_draft
from qiao.directory.draft_models import DraftOrder
from qiao.directory.models import Entry, Organisation
from qiao.directory.terms import pairs
from qiao.site.translators import can_be_drafted, problem_of, terms_of, translator

DRAFT = "qiao.site.tasks.draft_abstracts"
MOST = 100  # drafts that are ordered at once
_HOPELESS = ("unreachable", "timeout", "refused")  # the next text would fare no better


@transaction.atomic
def order_drafts(*, wanted: Sequence[tuple[Organisation, str]], by: User) -> int:
    """Organisations and languages; how many drafts are ordered. What people wrote or confirmed is left out."""
    server = translator()
    if server is None:
        raise Refused(_("No translation server is configured. Nothing was sent anywhere."))
    made = 0
    for organisation, language in wanted[:MOST]:
        if can_be_drafted(abstracts_of(organisation), language, server):
            DraftOrder.objects.update_or_create(
                organisation=organisation, language=language, defaults={"by": by, "problem": {}}
            )
            made += 1
    if made:
        record(by=by, action="site.order_drafts", count=made, organisations=sorted({one.pk for one, _code in wanted}))
        enqueue_once(DRAFT)
    return made


def draft_waiting(*, seconds: float = 30.0) -> int:
    """Make the drafts that wait, one after the other; the rest comes with the next task. How many were made.

    The server is asked outside of any transaction. Whatever goes wrong is noted with the order, where people read it.
    """
    end, made, server = time.monotonic() + seconds, 0, translator()
    while server is not None and (order := _waiting().first()):
        if time.monotonic() > end:
            enqueue_once(DRAFT)
            break
        try:
            made += _draft(order, server)
        except TranslatorError as error:
            _note(order, error)
            if error.code in _HOPELESS:
                for other in _waiting():
                    _note(other, error)
    return made


def _waiting() -> "QuerySet[DraftOrder]":
    return DraftOrder.objects.filter(problem={}).select_related("organisation", "by")


def _note(order: DraftOrder, error: TranslatorError) -> None:
    DraftOrder.objects.filter(pk=order.pk).update(problem=problem_of(error))


def _draft(order: DraftOrder, server: Translator) -> bool:
    """Whether there is a draft now; not where people were faster."""
    abstracts = abstracts_of(order.organisation)
    made = False
    if can_be_drafted(abstracts, order.language, server):
        text = _checked(_made(order, abstracts, server), order.language, server)
        source = abstracts.source_of(order.language)
        made = write_draft(
            organisation=order.organisation, language=order.language, text=text, by=order.by,
            source_language=source.language if source else "", source_version=abstracts.source_version(order.language),
        )  # fmt: skip
    DraftOrder.objects.filter(pk=order.pk).delete()
    return made


def _made(order: DraftOrder, abstracts: Abstracts, server: Translator) -> str:
    source, target, terms = abstracts.source_of(order.language), order.language, terms_of(order.organisation)
    if source is not None:
        wanted = pairs(source.text, source.language, target, terms)
        return server.translate(source.text, source=source.language, target=target, terms=wanted)
    said: dict[str, list[str]] = {Entry.Kind.OFFER: [], Entry.Kind.SEEK: []}
    for entry in order.organisation.entries.prefetch_related("texts"):
        text = native(entry.texts.all())
        if text and entry.in_profile:
            said[entry.kind].append(text.text)
    words = {names["en"]: names[target] for names in terms if names.get("en") and names.get(target)}
    return server.sum_up(said[Entry.Kind.OFFER], said[Entry.Kind.SEEK], target=target, terms=words)


def _checked(text: str, language: str, server: Translator) -> str:
    """What a page can show; a draft in the wrong script, or far too long, is none."""
    text = tidy_lines(text)
    if not text or len(text) > LONGEST or wrong_script(language, text):
        raise TranslatorError("bad-answer", server=server.host)
    return text
