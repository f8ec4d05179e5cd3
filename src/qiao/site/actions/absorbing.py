"""Making one row of two: everything that points to the one that goes is led to the one that stays.

What points to a row is found by looking at all models, so that a new foreign key needs nothing here, as long as its
uniqueness stands in constraints. Only what a database cannot say stands in PREPARE and BLEND.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from qiao.core.models import Text
from qiao.directory import abstracts
from qiao.directory.actions.writing import next_position
from qiao.directory.models import Double, Entry, Membership
from qiao.matchmaking.models import Request
from qiao.site.actions.journal import Journal

Reference = tuple[type[models.Model], str, dict[str, Any]]  # model, attribute that holds the key, further conditions


def references(model: type[models.Model]) -> Iterator[Reference]:
    """Every column of every table that can hold the key of a row of `model`."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.attname, {}  # type: ignore[union-attr,misc]
    for other in apps.get_models(include_auto_created=True):
        for field in other._meta.private_fields:
            if isinstance(field, GenericForeignKey):
                kind = ContentType.objects.get_for_model(model)
                yield other, field.fk_field, {field.ct_field: kind}


def absorb(kept: models.Model, gone: models.Model, journal: Journal) -> None:
    """Lead everything from `gone` to `kept` and delete `gone`."""
    blend = BLEND.get(type(kept))
    if blend:
        journal.change(kept, blend(kept, gone))
    for model, attribute, conditions in references(type(gone)):
        for row in model._base_manager.filter(**{attribute: gone.pk}, **conditions).order_by("pk"):
            _lead(row, attribute, kept, journal)
    journal.delete(gone)


def _lead(row: models.Model, attribute: str, kept: models.Model, journal: Journal) -> None:
    """Let `row` point to `kept`; a row that then says what another one says already becomes one with it."""
    if _would_point_to_itself(row, attribute, kept):
        field = next(f for f in row._meta.concrete_fields if f.attname == attribute)
        if type(row) is type(kept) and field.null:
            journal.change(row, {attribute: None})
        else:
            _remove(row, journal)
        return
    values: dict[str, Any] = {attribute: kept.pk}
    prepare = PREPARE.get(type(row))
    if prepare:
        values |= prepare(row, attribute, kept)
    twin = _twin(row, values)
    if twin is not None:
        absorb(twin, row, journal)
    else:
        journal.change(row, values)


def _would_point_to_itself(row: models.Model, attribute: str, kept: models.Model) -> bool:
    if type(row) is type(kept) and row.pk == kept.pk:
        return True
    others = [
        field.attname for field in row._meta.concrete_fields
        if field.remote_field and field.related_model is type(kept) and field.attname != attribute
    ]  # fmt: skip
    return any(getattr(row, name) == kept.pk for name in others)


def _remove(row: models.Model, journal: Journal) -> None:
    """Delete a row with all that hangs on it."""
    for model, attribute, conditions in references(type(row)):
        for hanging in model._base_manager.filter(**{attribute: row.pk}, **conditions).order_by("pk"):
            _remove(hanging, journal)
    journal.delete(row)


def _twin(row: models.Model, values: dict[str, Any]) -> models.Model | None:
    """The other row that stands where `row` would come to stand."""
    twins = TWIN.get(type(row))
    if twins and (found := twins(row, values)):
        return found
    for names, condition in _unique(type(row)):
        attributes = [row._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
        place = {name: values.get(name, getattr(row, name)) for name in attributes}
        if not set(attributes) & set(values) or None in place.values():
            continue
        rows = type(row)._base_manager.filter(condition)
        if rows.filter(pk=row.pk).exists() and (other := rows.exclude(pk=row.pk).filter(**place).first()):
            return other
    return None


def _unique(model: type[models.Model]) -> Iterator[tuple[tuple[str, ...], Q]]:
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,), Q()
    for together in model._meta.unique_together:
        yield tuple(together), Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition or Q()


# --- what the database cannot say


def _same_texts(row: models.Model, values: dict[str, Any]) -> models.Model | None:
    """An offer or seek of the one that stays, in the same words."""
    assert isinstance(row, Entry)
    own = _wording(row)
    rows = Entry.objects.filter(organisation=values["organisation_id"], kind=row.kind).prefetch_related("texts")
    return next((other for other in rows if _wording(other) == own), None)


def _wording(entry: Entry) -> dict[str, str]:
    return {text.language: text.text for text in entry.texts.all()}


def _at_the_end(row: models.Model, attribute: str, kept: models.Model) -> dict[str, Any]:
    assert isinstance(row, Entry)
    return {"position": next_position(kept.pk, row.kind, in_profile=row.in_profile)}


def _in_order(first: str, second: str, low: str, high: str) -> Callable[[Any, str, models.Model], dict[str, Any]]:
    """The pair (low, high) of a row whose `first` or `second` changes."""

    def prepare(row: Any, attribute: str, kept: models.Model) -> dict[str, Any]:
        pair = {name: kept.pk if name == attribute else getattr(row, name) for name in (first, second)}
        below, above = sorted(pair.values())
        return {low: below, high: above}

    return prepare


def _role(kept: Any, gone: Any) -> dict[str, Any]:
    return {"role": kept.role or gone.role, "is_manager": kept.is_manager or gone.is_manager}


def _made_from_another(row: models.Model, attribute: str, kept: models.Model) -> dict[str, Any]:
    """An abstract was made from the texts of the one that goes: somebody must look at it."""
    assert isinstance(row, Text)
    return {"source_version": 0} if row.field == abstracts.FIELD else {}


PREPARE: dict[type[models.Model], Callable[[Any, str, models.Model], dict[str, Any]]] = {
    Entry: _at_the_end,
    Text: _made_from_another,
    Double: _in_order("low_id", "high_id", "low_id", "high_id"),
    Request: _in_order("sender_id", "recipient_id", "pair_low", "pair_high"),
}
TWIN: dict[type[models.Model], Callable[[models.Model, dict[str, Any]], models.Model | None]] = {Entry: _same_texts}
BLEND: dict[type[models.Model], Callable[[Any, Any], dict[str, Any]]] = {
    Membership: _role,
    Double: lambda kept, gone: {
        "kept_apart": kept.kept_apart or gone.kept_apart,
        "kept_apart_by_id": kept.kept_apart_by_id or gone.kept_apart_by_id,
    },
}
