"""Writes that can be taken back exactly: each is noted with what was there before, and undone in reverse order.

A journal is a list of {"do": "change" | "delete" | "create", "model", "pk", "before", "after"}; values as JSON.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

Note = dict[str, Any]


class Journal:
    """Notes in order. Writes go past `save`, so that no time stamp changes that the undoing could not restore."""

    def __init__(self) -> None:
        self.notes: list[Note] = []

    def change(self, row: models.Model, values: Mapping[str, Any]) -> None:
        """Set columns (by attribute name, as in the database) of one row."""
        fields = {field.attname: field for field in row._meta.concrete_fields}
        before = {name: _plain(fields[name], row) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        after = {name: _plain(fields[name], row) for name in values}
        if before != after:
            _rows(type(row)).filter(pk=row.pk).update(**values)
            self._note("change", row, before, after)

    def delete(self, row: models.Model) -> None:
        """Delete one row, to which nothing may point any more."""
        before = {field.attname: _plain(field, row) for field in row._meta.concrete_fields}
        note = f"{row._meta.label} {row.pk}"
        self._note("delete", row, before, {})
        deleted, by_model = row.delete()
        if deleted != 1:  # something still pointed here and would be lost
            raise RuntimeError(f"{by_model} would have been deleted with {note}")

    def create(self, row: models.Model) -> None:
        row.save(force_insert=True)
        self._note("create", row, {}, {})

    def _note(self, what: str, row: models.Model, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.notes.append({"do": what, "model": row._meta.label, "pk": row.pk, "before": before, "after": after})


def take_back(notes: list[Note]) -> list[Note]:
    """Undo all notes; returns those that could not be undone because somebody changed the same since.

    Their rows stay as they are now. Raises IntegrityError where what comes back has no place any more.
    """
    kept = []
    for note in reversed(notes):
        rows = _rows(apps.get_model(note["model"])).filter(pk=note["pk"])
        if note["do"] == "create":
            rows.delete()
        elif note["do"] == "delete":
            _insert(apps.get_model(note["model"]), note["before"])
        elif not _change_back(rows, note):
            kept.append(note)
    return kept


def _change_back(rows: "models.QuerySet[models.Model]", note: Note) -> bool:
    row = rows.first()
    if row is None:
        return False
    fields = {field.attname: field for field in row._meta.concrete_fields}
    untouched = [name for name in note["before"] if _plain(fields[name], row) == note["after"][name]]
    if untouched:
        rows.update(**{name: _value(fields[name], note["before"][name]) for name in untouched})
    return len(untouched) == len(note["before"])


def _insert(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """A row exactly as it was, also the time stamps that an insert would set anew."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    real = {name: _value(fields[name], value) for name, value in values.items()}
    model._base_manager.bulk_create([model(**real)])
    _rows(model).filter(pk=real[model._meta.pk.attname]).update(**real)


def _rows(model: type[models.Model]) -> "models.QuerySet[models.Model]":
    return model._base_manager.get_queryset()


def _plain(field: "models.Field[Any, Any]", row: models.Model) -> Any:
    value = field.value_from_object(row)
    is_plain = value is None or isinstance(value, str | bool | int | float | list | dict)
    if is_plain or not isinstance(value, date | datetime | bytes | memoryview):
        return value
    return field.value_to_string(row)


def _value(field: "models.Field[Any, Any]", plain: Any) -> Any:
    return plain if plain is None else field.to_python(plain)
