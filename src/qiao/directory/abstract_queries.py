"""Reads about abstracts."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType

from qiao.core.models import Text, User
from qiao.directory.abstracts import FIELD, Abstracts, Shown, State
from qiao.directory.columns import LANGUAGES
from qiao.directory.models import Organisation, Person
from qiao.directory.queries import people_for
from qiao.directory.roles import works_for_office


def abstracts_of(organisation: Organisation) -> Abstracts:
    """One query."""
    return abstracts_for([organisation])[organisation.pk]


def abstracts_for(organisations: Iterable[Organisation]) -> dict[int, Abstracts]:
    """By primary key, for all of them. One query."""
    versions = {one.pk: one.texts_version for one in organisations}
    owner = ContentType.objects.get_for_model(Organisation)
    rows: dict[int, list[Text]] = defaultdict(list)
    if versions:
        for row in Text.objects.filter(owner_type=owner, owner_id__in=versions, field=FIELD):
            rows[row.owner_id].append(row)
    return {pk: Abstracts.of(rows[pk], version) for pk, version in versions.items()}


def shown_for(organisations: Collection[Organisation], language: str | None = None) -> dict[int, Shown]:
    """What a reader of this language (default: the one in force) gets, by primary key. One query."""
    found = {pk: abstracts.shown(language) for pk, abstracts in abstracts_for(organisations).items()}
    return {pk: shown for pk, shown in found.items() if shown}


def confirmer_for(viewer: User, text: Text) -> User | Person | None:
    """Who confirmed a text, as far as this viewer may know. At most five queries.

    The office's people vouch with their names before everybody; who confirmed for an organisation is named to those who may
    see this person in the directory.
    """
    if text.confirmed_by is None:
        return None
    if text.confirmed_by == viewer or works_for_office(text.confirmed_by):
        return text.confirmed_by
    return people_for(viewer, Person.objects.filter(user=text.confirmed_by_id)).first()


@dataclass(frozen=True)
class Vouched:
    """An abstract with the name of who confirmed it, for the page of its organisation."""

    shown: Shown
    confirmer: User | Person | None


def shown_to(viewer: User, organisation: Organisation, language: str | None = None) -> Vouched | None:
    shown = abstracts_of(organisation).shown(language)
    return Vouched(shown, confirmer_for(viewer, shown.text)) if shown else None


@dataclass(frozen=True)
class Pane:
    """One language on the page on which abstracts are written: what there is and what it is made from."""

    language: str
    text: Text | None
    source: Text | None  # None: the profile's offers and seeks
    state: State
    confirmer: User | Person | None

    @property
    def version(self) -> int:
        return self.text.version if self.text else 0


def panes(viewer: User, abstracts: Abstracts) -> list[Pane]:
    """All three languages, the original first; for people who may edit the organisation."""
    first = abstracts.original.language if abstracts.original else ""
    order = sorted(LANGUAGES, key=lambda code: (code != first, LANGUAGES.index(code)))
    return [_pane(viewer, abstracts, code) for code in order]


def _pane(viewer: User, abstracts: Abstracts, language: str) -> Pane:
    text = abstracts.texts.get(language)
    confirmer = confirmer_for(viewer, text) if text else None
    return Pane(language, text, abstracts.source_of(language), abstracts.state(language), confirmer)
