"""The consent ledger: nothing is ever deleted from it; what is withdrawn says since when."""

from django.db import transaction
from django.utils import timezone

from qiao.core.actions import record
from qiao.core.languages import reader_language
from qiao.core.models import User
from qiao.directory.models import Consent, Person
from qiao.directory.purposes import PURPOSES, offices_text, text_hash, wording


@transaction.atomic
def give_consent(
    *, person: Person, purpose: str, by: User | None, channel: str = "form", language: str | None = None
) -> Consent:
    """Note that a person agreed to the wording in force, in the language it was shown in; once is enough."""
    language = language or reader_language()
    asked = PURPOSES[purpose]
    return note_consent(
        person=person, purpose=purpose, version=asked.version, text=wording(asked, language), by=by, channel=channel,
        language=language,
    )  # fmt: skip


@transaction.atomic
def note_consent(
    *,
    person: Person,
    purpose: str,
    version: str,
    text: str,
    by: User | None,
    channel: str = "form",
    language: str | None = None,
) -> Consent:
    """Note that a person agreed to this very text; `purpose` may be one of an event (see purposes.title_of)."""
    language = language or reader_language()
    # The person's row is the lock: two clicks at once find each other's entry.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    current = Consent.objects.filter(person=person, purpose=purpose, withdrawn=None).first()
    if current and current.version == version:
        return current
    if current:  # an earlier wording ends where the new one begins
        current.withdrawn = timezone.now()
        current.save(update_fields=["withdrawn"])
    consent = Consent.objects.create(
        person=person, purpose=purpose, version=version, language=language, text_hash=text_hash(text),
        channel=channel, given_by=by,
    )  # fmt: skip
    # With the version in the source and the offices' line the very text can be put together again.
    record(by=by, action="directory.give_consent", subject=consent, purpose=purpose, offices=offices_text(language))
    return consent


@transaction.atomic
def withdraw_consent(*, person: Person, purpose: str, by: User | None) -> bool:
    """End a consent, with effect on the next page anybody opens; whether there was one."""
    count = Consent.objects.filter(person=person, purpose=purpose, withdrawn=None).update(withdrawn=timezone.now())
    if count:
        record(by=by, action="directory.withdraw_consent", subject=person, purpose=purpose)
    return bool(count)
