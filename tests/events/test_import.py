"""Importing participants."""

import pytest

from qiao.core.tables import read_table
from qiao.directory.models import Person
from qiao.events.actions import import_participants
from qiao.events.models import Participation, Unavailability

pytestmark = [pytest.mark.db, pytest.mark.django_db]
HEADER = "id,organisation,name,name_latin,role,email,type,languages,unavailable\n"
GOOD = (
    "T1,Elbe Lasertechnik GmbH,Frieda Fräse,,Vertrieb,frieda@example.org,guest,de;en:B2,s1;s3\n"
    "T2,济南激光设备有限公司,赵敏,Zhào Mǐn,经理,,host,zh,2027-11-03T09:00/2027-11-03T09:40\n"
)


def load(world, rows: str, **options):
    table = read_table((HEADER + rows).encode(), "people.csv")
    return import_participants(event=world.event, table=table, by=world.organiser, **options)


def counts(report) -> tuple:
    return report.created, report.updated, report.unchanged, report.refused


def test_people_come_in_with_everything_the_table_says(world) -> None:
    assert counts(load(world, GOOD)) == (2, 0, 0, 0)
    one = Participation.objects.get(person__external_id="T1")
    assert (one.state, one.type, one.organisation) == ("approved", "guest", world.german.organisation)
    assert (one.person.email, one.person.languages) == ("frieda@example.org", ["de", "en:B2"])
    assert one.person.memberships.get().role == "Vertrieb"
    assert (one.person.user.email, one.person.user.language) == ("frieda@example.org", "de")
    slots = Unavailability.objects.values_list("slot__position", flat=True)
    assert list(slots.filter(participation=one)) == [1, 3]
    two = Participation.objects.get(person__external_id="T2")
    assert list(slots.filter(participation=two)) == [1, 2], "an interval in the time of the place"
    assert (two.person.user.email, two.person.user.language, two.person.side) == (None, "zh-hans", world.jinan)


def test_a_second_import_changes_nothing(world) -> None:
    load(world, GOOD)
    before = list(Person.objects.order_by("pk").values()), list(Unavailability.objects.order_by("pk").values())
    report = load(world, GOOD)
    assert counts(report) == (0, 0, 2, 0)
    assert not report.written
    assert (
        list(Person.objects.order_by("pk").values()),
        list(Unavailability.objects.order_by("pk").values()),
    ) == before


def test_a_dry_run_writes_nothing(world) -> None:
    people = Person.objects.count()
    report = load(world, GOOD, dry_run=True)
    assert (counts(report), report.written) == ((2, 0, 0, 0), False)
    assert Person.objects.count() == people


def test_who_is_known_is_updated_and_empty_cells_change_nothing(world) -> None:
    load(world, GOOD)
    report = load(world, "T1,Elbe Lasertechnik GmbH,Frieda Fräse,,Leitung,,,,s2\n")
    assert counts(report) == (0, 1, 0, 0)
    one = Participation.objects.get(person__external_id="T1")
    assert one.person.memberships.get().role == "Leitung"
    assert (one.person.email, one.type) == ("frieda@example.org", "guest")
    assert [row.slot.position for row in one.unavailabilities.all()] == [2]


def test_people_are_known_again_by_address_and_by_name(world) -> None:
    report = load(world, ",Elbe Lasertechnik GmbH,Otto Owner,,,OWNER@example.org,,,\n")
    assert counts(report) == (0, 0, 1, 0)
    report = load(world, ",Elbe Lasertechnik GmbH,karla COLLEAGUE,,,,,,\n")
    assert report.created == 1
    assert Participation.objects.filter(person=world.colleague.person).exists()
    assert Person.objects.filter(name__iexact="karla colleague").count() == 1


def test_an_account_without_a_person_gets_one(world) -> None:
    load(world, ",Elbe Lasertechnik GmbH,Olga Orga,,,ORGA@example.org,,,\n")
    assert world.organiser.person.name == "Olga Orga"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("T1,Nirgends GmbH,Frieda,,,,,,", "organisation"),
        ("T1,,Frieda,,,,,,", "organisation"),
        ("T1,Elbe Lasertechnik GmbH,,,,,,,", "name"),
        ("T1,Elbe Lasertechnik GmbH,Frieda,,,not-an-address,,,", "email"),
        ("T1,Elbe Lasertechnik GmbH,Frieda,,,,,klingonisch,", "languages"),
        ("T1,Elbe Lasertechnik GmbH,Frieda,,,,,,s99", "unavailable"),
        ("T1,Elbe Lasertechnik GmbH,Frieda,,,,,,morgens", "unavailable"),
        ("T1,Elbe Lasertechnik GmbH,Frieda,,,,,,2030-01-01T09:00/2030-01-01T10:00", "unavailable"),
        ("T1,Elbe Lasertechnik GmbH,Frieda,,,,a type that is far too long,,", "type"),
    ],
)
def test_each_bad_cell_is_named_and_nothing_is_written(world, row, column) -> None:
    report = load(world, GOOD.replace("T1", "T9") + row + "\n")
    assert report.refused == 1
    problem = report.problems[0]
    assert (problem.row, problem.column) == (4, column)
    assert problem.what
    assert problem.remedy
    assert not Person.objects.filter(external_id="T9").exists()


def test_the_good_rows_come_in_on_demand(world) -> None:
    report = load(world, GOOD + "T3,Nirgends GmbH,Frieda,,,,,,\n", skip_bad=True)
    assert (counts(report), report.written) == ((2, 0, 0, 1), True)
    assert Participation.objects.filter(person__external_id__in=["T1", "T2"]).count() == 2


def test_the_same_person_twice_is_refused(world) -> None:
    report = load(world, GOOD + GOOD.splitlines()[0] + "\n")
    assert (report.refused, report.problems[0].row) == (1, 4)


def test_two_people_of_one_name_are_told_apart_by_their_ids(world) -> None:
    rows = "A1,Elbe Lasertechnik GmbH,Hans Meier,,,,,,\nA2,Elbe Lasertechnik GmbH,Hans Meier,,,,,,\n"
    assert counts(load(world, rows)) == (2, 0, 0, 0)
    assert counts(load(world, rows)) == (0, 0, 2, 0)
    report = load(world, ",Elbe Lasertechnik GmbH,Hans Meier,,,,,,\n")
    assert report.problems[0].what == "The row fits several people."


def test_reading_takes_the_same_for_one_row_and_for_many(world, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from qiao.events.imports import plan

    with CaptureQueriesContext(connection) as few:
        plan(world.event, read_table((HEADER + GOOD.splitlines()[0]).encode(), "p.csv"))
    rows = "".join(f"X{n},Elbe Lasertechnik GmbH,Person {n},,,,,,s1\n" for n in range(20))
    with django_assert_num_queries(len(few)):
        plan(world.event, read_table((HEADER + rows).encode(), "p.csv"))
