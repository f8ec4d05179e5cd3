"""The demo's translations: one for every offer and seek, in the other side's language, never mistaken for the original."""

import pytest

from qiao.core.models import Text
from qiao.demo.cast import build_cast
from qiao.demo.load import SEED
from qiao.demo.translate import translate, translations
from qiao.directory.actions import import_organisations
from qiao.directory.bridge import to_profile
from qiao.directory.models import Entry, Organisation
from qiao.directory.queries import complete
from qiao.templatetags.wording import is_han
from tests.world import build_world


def entries_of(row):
    for kind in ("offer", "seek"):
        columns = [row.get(f"{kind}s_{language}", "").split(" | ") for language in ("de", "zh", "en")]
        longest = max(columns, key=len) if any(columns) else []
        yield from ((row["id"], kind, position) for position, _text in enumerate(longest, 1))


def test_each_offer_and_seek_has_one_translation_in_the_right_script():
    rows = build_cast(SEED).organisations
    wanted = [place for row in rows for place in entries_of(row)]
    found = dict(translations())
    assert sorted(found) == sorted(wanted)
    chinese = {row["id"] for row in rows if row["country"] == "CN"}
    assert [place for place, text in found.items() if is_han(text) is (place[0] in chinese)] == []


@pytest.mark.django_db
def test_translations_are_marked_and_matching_does_not_read_them():
    from qiao.demo.load import _table
    from qiao.directory.models import Park, Theme

    world = build_world()
    rows = build_cast(SEED).organisations
    for code in {code for row in rows for code in row["themes"].split(";")} - {"smart-manufacturing", ""}:
        Theme.objects.create(code=code, names={"en": code})
    for code in {row["park"] for row in rows if row["park"]}:
        Park.objects.create(code=code, names={"en": code}, side=world.jinan)
    report = import_organisations(table=_table(rows))
    assert not report.problems
    own = Entry.objects.exclude(organisation__external_id="").count()
    firm = Organisation.objects.filter(external_id="Z11")
    before = to_profile(complete(firm).get())
    assert translate() == sum(1 for _one in translations())
    assert Text.objects.filter(origin=Text.Origin.MACHINE).values("owner_id").distinct().count() <= own
    assert to_profile(complete(firm).get()) == before
    german = Text.objects.get(
        entry__organisation__external_id="Z11", entry__kind="seek", entry__position=2, language="de"
    )
    assert german.text == "Kundendienststützpunkte in Europa"
    assert german.origin == Text.Origin.MACHINE
