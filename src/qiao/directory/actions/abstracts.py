"""Writing and confirming abstracts (directory.abstracts says what they are)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import Text, User
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.abstracts import FIELD, Abstracts
from qiao.directory.models import Organisation


@transaction.atomic
def save_abstract(
    *, organisation: Organisation, language: str, text: str, seen: int, confirm: bool, by: User
) -> Text | None:
    """Write the abstract in one language; empty words remove it. Returns what is there now.

    `seen` is the version (0: none) that `by` had before the eyes: refused when it is another one by now. What a machine drafted
    stays marked as made by a machine however much it is improved; removed and written anew it is a person's.
    """
    found = _locked(organisation)
    row = found.texts.get(language)
    if (row.version if row else 0) != seen:
        raise Refused(
            _("Somebody has changed this abstract meanwhile. Please compare it with yours and save once more.")
        )
    if not text:
        _remove(organisation, found, language, by)
        return None
    if row is not None and row.text == text and not confirm:
        return row
    row = _written(organisation, found, language, text)
    row.source_version = found.source_version(language)
    row.confirmed, row.confirmed_by = (timezone.now(), by) if confirm else (None, None)
    row.save()
    record(by=by, action="directory.save_abstract", subject=organisation, language=language, confirmed=confirm)
    return row


def _locked(organisation: Organisation) -> Abstracts:
    """Two people who write at once follow each other."""
    return abstracts_of(Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk))


def _written(organisation: Organisation, found: Abstracts, language: str, text: str) -> Text:
    """The row with these words; not saved."""
    row = found.texts.get(language)
    if row is None:
        source = found.source_of(language)
        return Text(
            owner_type=ContentType.objects.get_for_model(Organisation), owner_id=organisation.pk, field=FIELD,
            language=language, text=text, source_language=source.language if source else "",
            version=_first_version(found, language),
        )  # fmt: skip
    if row.text != text:
        row.text, row.version = text, row.version + 1
    return row


def _first_version(found: Abstracts, language: str) -> int:
    """Above all that was made from an earlier abstract in this language, so that nothing takes the new one for it."""
    return 1 + max(
        (one.source_version or 0 for one in found.texts.values() if one.source_language == language), default=0
    )


def _remove(organisation: Organisation, found: Abstracts, language: str, by: User) -> None:
    """Without the original the next abstract is the original."""
    row = found.texts.get(language)
    if row is None:
        return
    row.delete()
    others = [one for code, one in found.texts.items() if code != language]
    if not row.source_language and others:
        _appoint(found, sorted(others, key=lambda one: (one.confirmed is None, one.pk)))
    record(by=by, action="directory.remove_abstract", subject=organisation, language=language)


def _appoint(found: Abstracts, others: list[Text]) -> None:
    """Make the first of these the original, from which the rest counts as made."""
    first, *rest = others
    for one in rest:
        both = found.is_current(one.language) and found.is_current(first.language)
        one.source_language, one.source_version = first.language, first.version if both else 0
        one.save(update_fields=["source_language", "source_version"])
    first.source_version = found.profile_version if found.is_current(first.language) else 0
    first.source_language = ""
    first.save(update_fields=["source_language", "source_version"])


@dataclass(frozen=True)
class AbstractChange:
    """One text of many, as a person saw and wants it; the arguments of `save_abstract`."""

    key: str  # of the organisation
    language: str
    text: str
    seen: int
    confirm: bool


@dataclass
class Saved:
    """refused: [(organisation's name, language, why)]."""

    written: int = 0
    refused: list[tuple[str, str, str]] = field(default_factory=list)


@transaction.atomic
def save_abstracts(*, changes: Sequence[AbstractChange], by: User) -> Saved:
    """All that nobody changed meanwhile; the rest is named."""
    known = {one.key: one for one in Organisation.objects.filter(key__in={change.key for change in changes})}
    done = Saved()
    for change in changes:
        organisation = known.get(change.key)
        if organisation is None:
            done.refused.append((change.key, change.language, _("This organisation is no longer there.")))
            continue
        try:
            save_abstract(
                organisation=organisation, language=change.language, text=change.text, seen=change.seen,
                confirm=change.confirm, by=by,
            )  # fmt: skip
            done.written += 1
        except Refused as refused:
            done.refused.append((organisation.name, change.language, refused.message))
    record(by=by, action="directory.save_abstracts", written=done.written, refused=len(done.refused))
    return done


@transaction.atomic
def write_draft(
    *, organisation: Organisation, language: str, text: str, source_language: str, source_version: int, by: User | None
) -> bool:
    """What a machine made of the abstract in `source_language` (empty: of the profile) in this version.

    Whether it is there now: what a person wrote or confirmed meanwhile is left alone.
    """
    found = _locked(organisation)
    row = found.texts.get(language)
    if row is not None and (row.origin != Text.Origin.MACHINE or row.confirmed):
        return False
    if not source_language and found.original not in (None, row):
        return False
    row = _written(organisation, found, language, text)
    row.origin, row.source_language, row.source_version = Text.Origin.MACHINE, source_language, source_version
    row.save()
    record(by=by, action="directory.write_draft", subject=organisation, language=language)
    return True
