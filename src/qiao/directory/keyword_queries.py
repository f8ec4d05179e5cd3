"""Reads about keywords: the vocabulary, and who is about what."""

from collections.abc import Iterable

from django.db.models import Q

from qiao.directory.models import EntryKeyword, Keyword, OrganisationKeyword


def with_narrower(keywords: Iterable[int]) -> set[int]:
    """The ids of these terms and of everything below them: who is about welding is about joining."""
    children: dict[int | None, list[int]] = {}
    for pk, broader in Keyword.objects.values_list("pk", "broader_id"):
        children.setdefault(broader, []).append(pk)
    found: set[int] = set()
    rest = list(keywords)
    while rest:
        pk = rest.pop()
        if pk not in found:
            found.add(pk)
            rest += children.get(pk, [])
    return found


def organisations_about(keywords: Iterable[int]) -> Q:
    """For a query over organisations: a text of theirs, or a person for them, says one of the terms or a narrower one.

    A term that an organisation removed stands on none of its texts.
    """
    wanted = with_narrower(keywords)
    said = OrganisationKeyword.objects.filter(keyword__in=wanted, origin=OrganisationKeyword.Origin.CONFIRMED)
    found = EntryKeyword.objects.filter(keyword__in=wanted)
    return Q(pk__in=said.values("organisation_id")) | Q(pk__in=found.values("entry__organisation_id"))
