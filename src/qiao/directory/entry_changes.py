"""What new wordings mean for the offers and seeks that an organisation has: rows to add, to change, to delete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qiao.core.models import Text
from qiao.directory.models import Entry, Organisation


@dataclass
class EntryChanges:
    new: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)  # kind, position, language -> text
    gone: list[int] = field(default_factory=list)  # entries
    new_texts: list[tuple[int, str, str]] = field(default_factory=list)  # entry, language, text
    changed_texts: list[Text] = field(default_factory=list)  # as they shall be, not saved
    gone_texts: list[int] = field(default_factory=list)


def entry_changes(organisation: Organisation, texts: Mapping[str, Sequence[dict[str, str]]]) -> EntryChanges:
    """Kind -> all its texts; translations of what changed go, all else stays. Reads the prefetched `entries__texts`."""
    found = EntryChanges()
    present = {(entry.kind, entry.position): entry for entry in organisation.entries.all() if entry.in_profile}
    for kind, wordings in texts.items():
        for position, wanted in enumerate(wordings, 1):
            entry = present.pop((kind, position), None)
            if entry is None:
                found.new.append((kind, position, wanted))
            else:
                _compare(entry, wanted, found)
        found.gone += [entry.pk for (its_kind, _position), entry in present.items() if its_kind == kind]
    return found


def _compare(entry: Entry, wanted: dict[str, str], found: EntryChanges) -> None:
    texts = {text.language: text for text in entry.texts.all()}
    if {code: text.text for code, text in texts.items() if text.origin == Text.Origin.HUMAN} == wanted:
        return
    found.gone_texts += [text.pk for code, text in texts.items() if code not in wanted]
    for code, words in wanted.items():
        text = texts.get(code)
        if text is None:
            found.new_texts.append((entry.pk, code, words))
        elif (text.text, text.origin) != (words, Text.Origin.HUMAN):
            text.text, text.origin, text.version = words, Text.Origin.HUMAN, text.version + 1
            found.changed_texts.append(text)
