"""Organisations <-> the matching engine's profiles and vectors."""

import hashlib
from collections.abc import Iterable

from qiao.directory.columns import entries_of, human_text
from qiao.directory.models import Entry, Organisation, Vector
from qiao.directory.queries import complete
from qiao.engine.matching.embed import Floats, vector_from_bytes
from qiao.engine.matching.model import Profile, Role, Text, TextKey

ROLES: dict[str, Role] = {Entry.Kind.OFFER: "offers", Entry.Kind.SEEK: "seeks"}
KINDS = {role: kind for kind, role in ROLES.items()}
_CHUNK = 5_000


def to_profile(organisation: Organisation) -> Profile:
    """An organisation from `queries.complete`; the profile's id is the organisation's key."""
    texts: dict[Role, tuple[Text, ...]] = {
        role: tuple(
            Text(role, entry.position, words)
            for entry in entries_of(organisation, kind)
            if (words := human_text(entry))
        )
        for kind, role in ROLES.items()
    }
    return Profile(
        id=organisation.key,
        side=organisation.side.code,
        name=organisation.name,
        type=organisation.type,
        city=organisation.city or None,
        country=organisation.country,
        nace=organisation.nace or None,
        size=organisation.size or None,
        themes=tuple(sorted(theme.code for theme in organisation.themes.all())),
        languages=tuple(organisation.languages),
        offers=texts["offers"],
        seeks=texts["seeks"],
        avoid=tuple(sorted(other.key for other in organisation.avoid.all())),
    )


def profiles_for(organisations: Iterable[Organisation]) -> list[Profile]:
    """Profiles in the order given, with everything read in chunks: six queries per 5,000."""
    keys = [organisation.pk for organisation in organisations]
    found: dict[int, Profile] = {}
    for start in range(0, len(keys), _CHUNK):
        part = complete(Organisation.objects.filter(pk__in=keys[start : start + _CHUNK]))
        found |= {organisation.pk: to_profile(organisation) for organisation in part}
    return [found[pk] for pk in keys]


def text_hash(text: str) -> str:
    """Of what the embedder sees of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def stored_vectors(organisations: Iterable[Organisation], *, model: str) -> dict[TextKey, Floats]:
    """The vectors that an embedder made (its `model_name`), by the text they were made from."""
    keys = {organisation.pk: organisation.key for organisation in organisations}
    pks = list(keys)
    found: dict[TextKey, Floats] = {}
    for start in range(0, len(pks), _CHUNK):
        rows = Vector.objects.filter(model=model, entry__organisation__in=pks[start : start + _CHUNK])
        columns = ("entry__organisation_id", "entry__kind", "entry__position", "language", "data")
        for pk, kind, position, language, data in rows.values_list(*columns):
            found[TextKey(keys[pk], ROLES[kind], position, language)] = vector_from_bytes(bytes(data))
    return found
