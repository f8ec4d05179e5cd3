"""What people wrote: one row per language, versions, and the language a reader understands best."""

import pytest
from django.utils import translation

from qiao.core.languages import localized, pick_language, primary
from qiao.core.models import Text
from qiao.core.texts import for_reader, native, write_texts

pytestmark = pytest.mark.db


@pytest.fixture
def entry(world):
    return world.german.organisation.entries.get(kind="offer")


def stored(entry) -> dict[str, tuple[str, int]]:
    return {row.language: (row.text, row.version) for row in entry.texts.all()}


def test_writing_says_what_changed_and_counts_versions(entry) -> None:
    text = stored(entry)["de"][0]
    assert write_texts(entry, "text", {"de": text}) == []
    assert write_texts(entry, "text", {"de": text, "zh": " 激光 ", "en": "  "}) == ["zh"]
    assert set(write_texts(entry, "text", {"de": "Neu"})) == {"de", "zh"}
    assert stored(entry) == {"de": ("Neu", 2)}


def test_a_translation_is_never_taken_for_the_original(entry) -> None:
    Text.objects.create(owner=entry, field="text", language="zh", text="机器", origin=Text.Origin.MACHINE)
    assert native(entry.texts.all()).language == "de"
    assert native([]) is None


@pytest.mark.parametrize(("reader", "chosen"), [("de", "de"), ("zh-hans", "zh"), ("en", "de")])
def test_a_reader_gets_the_best_language(entry, reader: str, chosen: str) -> None:
    Text.objects.create(owner=entry, field="text", language="zh", text="激光")
    with translation.override(reader):
        assert for_reader(entry.texts.all()).language == chosen


@pytest.mark.parametrize(
    ("available", "reader", "chosen"),
    [
        (["zh", "en"], "de", "en"),
        (["zh"], "de", "zh"),
        (["fr"], "zh", "fr"),
        ([], "de", None),
        (["de", "zh"], "ja", "de"),
    ],
)
def test_the_next_best_language(available: list[str], reader: str, chosen: str | None) -> None:
    assert pick_language(available, reader) == chosen


@pytest.mark.parametrize(
    ("tag", "code"), [("zh-Hans", "zh"), ("zh_CN", "zh"), ("en:B2", "en"), ("DE", "de"), (" de-AT:C1 ", "de")]
)
def test_primary_subtags(tag: str, code: str) -> None:
    assert primary(tag) == code


def test_labels_of_the_office(db) -> None:
    with translation.override("zh-hans"):
        assert localized({"de": "Messe", "zh": "", "en": "Fair"}) == "Fair"
    assert localized({}) == ""
