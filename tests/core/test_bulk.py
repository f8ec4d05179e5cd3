"""Rows written many at once are the rows that Django would have written."""

import pytest
from django.db import IntegrityError, transaction

from qiao.core.bulk import changing, insertion, reserve
from qiao.directory.models import Organisation, Park

pytestmark = pytest.mark.db


def firm(world, name: str, **fields) -> Organisation:
    return Organisation(side=world.saxony, name=name, country="DE", languages=["de", "zh:A2"], **fields)


def test_reserved_keys_are_given_to_nobody_else(world) -> None:
    keys = reserve(Organisation, 3)
    other = firm(world, "Dazwischen")
    other.save()
    more = reserve(Organisation, 2)
    assert len({*keys, other.pk, *more}) == 6
    assert reserve(Organisation, 0) == []


def test_keys_can_be_reserved_of_an_empty_table(world) -> None:
    assert not Park.objects.exists()
    (pk,) = reserve(Park, 1)
    insertion(Park, [Park(pk=pk, code="a", names={"de": "A"}, side=world.saxony)], keyed=True).run()
    assert Park.objects.create(code="b", names={}, side=world.saxony).pk > pk


def test_inserted_rows_are_as_django_inserts_them(world) -> None:
    (pk,) = reserve(Organisation, 1)
    insertion(Organisation, [firm(world, "Mit Nummer", pk=pk)], keyed=True).run()
    insertion(Organisation, iter([firm(world, "Ohne Nummer")])).run()
    saved = firm(world, "Gespeichert")
    saved.save()
    one, two = Organisation.objects.get(pk=pk), Organisation.objects.get(name="Ohne Nummer")
    for made in (one, two):
        assert made.languages == saved.languages
        assert made.created <= made.changed
        assert (made.type, made.is_published, len(made.key)) == (saved.type, saved.is_published, len(saved.key))


def test_changed_rows_keep_what_is_not_named(world) -> None:
    rows = [world.german.organisation, world.chinese.organisation]
    before = Organisation.objects.get(pk=rows[0].pk)
    for row in rows:
        row.languages, row.city = ["en"], "Nicht gespeichert"
    changing(Organisation, rows, ("languages", "changed")).run()
    after = Organisation.objects.get(pk=rows[0].pk)
    assert (after.languages, after.city, after.name) == (["en"], before.city, before.name)
    assert after.changed > before.changed


def test_what_the_database_forbids_stays_forbidden(world) -> None:
    number = "DE136695976"
    with pytest.raises(IntegrityError), transaction.atomic():
        insertion(Organisation, [firm(world, "A", vat_id=number), firm(world, "B", vat_id=number)]).run()


def test_nothing_to_write_asks_the_database_nothing(world, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        insertion(Organisation, []).run()
        changing(Organisation, [], ("name",)).run()
