"""What people say of keywords: an organisation of its own, the office of the vocabulary."""

from collections.abc import Collection, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from qiao.core.actions import record
from qiao.core.errors import Refused
from qiao.core.models import User
from qiao.directory.actions.indexing import mark_organisations
from qiao.directory.actions.tags import tag_later, vocabulary_changed
from qiao.directory.actions.vocabulary import check_tree, lock_vocabulary
from qiao.directory.actions.vocabulary_words import Word, check_words, words_of
from qiao.directory.keyword_queries import with_narrower
from qiao.directory.models import Entry, EntryKeyword, Keyword, Organisation, OrganisationKeyword

MOST_CONFIRMED = 20


@transaction.atomic
def confirm_keyword(*, organisation: Organisation, keyword: Keyword, by: User) -> None:
    """This term fits the organisation, whether the machine found it or not."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if keyword.is_retired:
        raise Refused(_("This keyword is no longer in use. Please choose another one."))
    said = OrganisationKeyword.objects.filter(organisation=organisation, origin=OrganisationKeyword.Origin.CONFIRMED)
    if said.filter(keyword=keyword).exists():
        return
    if said.count() >= MOST_CONFIRMED:
        raise Refused(
            _("A profile has at most %(most)s confirmed keywords. Remove one first.") % {"most": MOST_CONFIRMED}
        )
    _say(organisation, keyword, OrganisationKeyword.Origin.CONFIRMED, by)


@transaction.atomic
def remove_keyword(*, organisation: Organisation, keyword: Keyword, by: User) -> None:
    """This term does not fit: it goes from all texts of the organisation and is not found there again."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    EntryKeyword.objects.filter(entry__organisation=organisation, keyword=keyword).delete()
    _say(organisation, keyword, OrganisationKeyword.Origin.REMOVED, by)


@transaction.atomic
def leave_to_machine(*, organisation: Organisation, keyword: Keyword, by: User) -> None:
    """Take back what was said of a term: the machine decides again."""
    gone, _rows = OrganisationKeyword.objects.filter(organisation=organisation, keyword=keyword).delete()
    if gone:
        Entry.objects.filter(organisation=organisation).update(keywords_from="")
        mark_organisations([organisation.pk])
        record(by=by, action="directory.leave_keyword", subject=organisation, keyword=keyword.code)
        tag_later()


def _say(organisation: Organisation, keyword: Keyword, origin: str, by: User) -> None:
    OrganisationKeyword.objects.update_or_create(
        organisation=organisation, keyword=keyword, defaults={"origin": origin}
    )
    mark_organisations([organisation.pk])
    record(by=by, action=f"directory.keyword_{origin}", subject=organisation, keyword=keyword.code)


# --- the vocabulary


@transaction.atomic
def save_keyword(
    *, keyword: Keyword | None, names: Mapping[str, str], synonyms: Mapping[str, Sequence[str]], broader: Keyword | None,
    by: User, takes_short: bool = False,
) -> Keyword:  # fmt: skip
    """Change a term, or add one (`keyword` None; its code comes from the English name).

    `takes_short`: short words are meant, as in `check_words`.
    """
    lock_vocabulary()
    row = keyword or Keyword(code=_free_code(names["en"]))
    if broader is not None and row.pk and broader.pk in with_narrower([row.pk]):
        raise Refused(_("A term cannot stand below itself. Please choose another broader term."))
    wanted = (dict(names), {lang: list(words) for lang, words in synonyms.items()}, broader)
    if row.pk and (row.names, row.synonyms, row.broader) == wanted:
        return row
    before = {row.code: words_of(row)}
    row.names, row.synonyms, row.broader = wanted
    row.is_edited = True
    _check_words(row, before, takes_short=takes_short)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("Somebody added this term at the same moment. Please look at the list.")) from None
    check_tree(Keyword.objects.in_bulk(), below=row.pk)
    record(by=by, action="directory.save_keyword", subject=row, code=row.code)
    vocabulary_changed()
    return row


def _check_words(row: Keyword, before: Mapping[str, Collection[Word]], *, takes_short: bool = False) -> None:
    others = list(Keyword.objects.exclude(pk=row.pk))
    known = {one.code: words_of(one) for one in others}
    check_words([*others, row], {**known, **before}, takes_short=takes_short)


def _free_code(name: str) -> str:
    """A code nobody has; retired terms keep theirs."""
    stem = slugify(name)[:50] or "term"
    taken = set(Keyword.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := stem if n == 1 else f"{stem}-{n}") not in taken)


@transaction.atomic
def retire_keyword(*, keyword: Keyword, by: User, is_retired: bool = True) -> None:
    """Give a term to no text any more, or take it up again. Its narrower terms hang one higher meanwhile."""
    lock_vocabulary()
    keyword.is_retired, keyword.is_edited = is_retired, True
    if not is_retired:
        _take_words_back(keyword)
        keyword.merged_into = None
        _check_words(keyword, {}, takes_short=True)
    keyword.save(update_fields=["is_retired", "is_edited", "merged_into"])
    record(by=by, action="directory.retire_keyword" if is_retired else "directory.restore_keyword", subject=keyword)
    vocabulary_changed()


def _take_words_back(keyword: Keyword) -> None:
    """What a merged term gave to the other one as synonyms is its own again."""
    into, own = keyword.merged_into, words_of(keyword)
    if into is not None:
        into.synonyms = {
            lang: [word for word in words if (lang, word) not in own] for lang, words in into.synonyms.items()
        }
        into.save(update_fields=["synonyms"])


@transaction.atomic
def merge_keyword(*, keyword: Keyword, into: Keyword, by: User) -> None:
    """Two terms mean the same: `keyword` retires, its words become synonyms of `into`, what people said moves there."""
    lock_vocabulary()
    if into.pk == keyword.pk or into.is_retired or into.pk in with_narrower([keyword.pk]):
        raise Refused(_("A term can only be merged with another one in use that does not stand below it."))
    for lang, name in keyword.names.items():
        words = [into.names.get(lang, ""), *into.synonyms.get(lang, [])]
        more = [word for word in (name, *keyword.synonyms.get(lang, [])) if word and word not in words]
        into.synonyms = {**into.synonyms, lang: [*into.synonyms.get(lang, []), *more]}
    into.is_edited = True
    into.save(update_fields=["synonyms", "is_edited"])
    keyword.narrower.update(broader=into, is_edited=True)
    check_tree(Keyword.objects.in_bulk(), below=into.pk)
    said = set(into.organisations.values_list("organisation_id", flat=True))
    mark_organisations(keyword.organisations.values_list("organisation_id", flat=True))
    keyword.organisations.exclude(organisation__in=said).update(keyword=into)
    keyword.organisations.all().delete()
    keyword.merged_into = into
    keyword.save(update_fields=["merged_into"])
    record(by=by, action="directory.merge_keyword", subject=keyword, into=into.code)
    retire_keyword(keyword=keyword, by=by)
