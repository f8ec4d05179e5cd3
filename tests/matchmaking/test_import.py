"""Importing wishes."""

import pytest

from qiao.core.models import AuditEntry
from qiao.core.tables import read_table
from qiao.events.models import Event
from qiao.matchmaking.actions import import_wishes
from qiao.matchmaking.models import Request, Wish

pytestmark = [pytest.mark.db, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _ids(world) -> None:
    for number, one in enumerate((world.german, world.chinese, world.chinese_en), 1):
        one.person.external_id = f"T{number}"
        one.person.save()


GOOD = "T1,T2,must,1,Wir bauen Laser\nT2,T1,愿意洽谈,,\nT1,T3,nein,,\n"


def load(world, rows: str, **options):
    table = read_table(("from,to,kind,rank,message\n" + rows).encode(), "wishes.csv")
    return import_wishes(event=world.event, table=table, by=world.organiser, **options)


def counts(report) -> tuple:
    return report.created, report.updated, report.unchanged, report.refused


def test_wishes_come_in_and_a_message_asks(world) -> None:
    assert counts(load(world, GOOD)) == (3, 0, 0, 0)
    assert set(Wish.objects.values_list("participation", "partner", "kind", "rank")) == {
        (world.german.pk, world.chinese.pk, "must", 1),
        (world.chinese.pk, world.german.pk, "gladly", None),
        (world.german.pk, world.chinese_en.pk, "no", None),
    }
    request = Request.objects.get()
    assert (request.sender, request.recipient, request.message) == (world.german, world.chinese, "Wir bauen Laser")


def test_a_second_import_changes_nothing(world) -> None:
    load(world, GOOD)
    entries = AuditEntry.objects.count()
    report = load(world, GOOD)
    assert (counts(report), report.written) == ((0, 0, 3, 0), False)
    assert (Wish.objects.count(), Request.objects.count(), AuditEntry.objects.count()) == (3, 1, entries)


def test_a_changed_wish_is_updated(world) -> None:
    load(world, GOOD)
    assert counts(load(world, "T1,T2,gladly,,\n")) == (0, 1, 0, 0)
    assert Wish.objects.get(participation=world.german, partner=world.chinese).kind == "gladly"


def test_a_dry_run_writes_nothing_but_knows_the_rules(world) -> None:
    report = load(world, GOOD, dry_run=True)
    assert (counts(report), report.written) == ((3, 0, 0, 0), False)
    Event.objects.update(phase=Event.Phase.AFTER)
    report = load(world, GOOD, dry_run=True)
    assert counts(report) == (0, 0, 0, 3)
    assert not Wish.objects.exists()
    assert not Request.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("T9,T2,must,,", "from"),
        ("T1,T9,must,,", "to"),
        ("T1,,must,,", "to"),
        ("T1,T1,must,,", "to"),
        ("T1,T2,perhaps,,", "kind"),
        ("T1,T2,must,0,", "rank"),
        ("T1,T2,must,1.5,", "rank"),
        ("T1,T2,must,²,", "rank"),
        ("T1,T2,must,99999999999999999999,", "rank"),
        (f"T1,T2,must,,{'x' * 1001}", "message"),
    ],
)
def test_each_bad_cell_is_named_and_nothing_is_written(world, row, column) -> None:
    report = load(world, "T2,T1,must,,\n" + row + "\n")
    assert report.refused == 1
    assert [(problem.row, problem.column) for problem in report.problems] == [(3, column)]
    assert not Wish.objects.exists()


def test_the_good_rows_come_in_on_demand(world) -> None:
    report = load(world, "T9,T2,must,,\n" + GOOD, skip_bad=True)
    assert (counts(report), report.written) == ((3, 0, 0, 1), True)
    assert Wish.objects.count() == 3


def test_the_same_pair_twice_is_refused(world) -> None:
    report = load(world, GOOD + "T1,T2,gladly,,\n")
    assert (report.refused, report.problems[0].row) == (1, 5)
