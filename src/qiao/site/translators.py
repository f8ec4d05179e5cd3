"""The translation server as the office has configured it, in words and as an object."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from qiao.adapters.translation import Translator, TranslatorError, load_translator
from qiao.core.languages import reader_language
from qiao.core.models import Text
from qiao.directory.abstract_queries import abstracts_of
from qiao.directory.abstracts import Abstracts
from qiao.directory.draft_models import DraftOrder
from qiao.directory.keyword_queries import keywords_of
from qiao.directory.models import Organisation
from qiao.directory.terms import Names, left_out
from qiao.events.glossary import names_for
from qiao.wording import Language, sentence


def translator() -> Translator | None:
    """None where the office has configured none: then nothing leaves."""
    return load_translator(settings.TRANSLATOR, key=settings.TRANSLATOR_KEY)


def why(problem: dict[str, str | int]) -> str:
    """What a draft failed of, in the language in force."""
    values = {name: value for name, value in problem.items() if name != "code"}
    return sentence(f"translator-{problem['code']}", Language(reader_language()), **values)


def problem_of(error: TranslatorError) -> dict[str, str | int]:
    return {"code": error.code, **error.values}


def can_be_drafted(abstracts: Abstracts, language: str, server: Translator) -> bool:
    """What people wrote or confirmed is never replaced; without an original only a server helps that can sum up a profile."""
    row = abstracts.texts.get(language)
    if row is not None and (row.origin != Text.Origin.MACHINE or row.confirmed):
        return False
    return abstracts.source_of(language) is not None or server.can_sum_up


def terms_of(organisation: Organisation) -> list[Names]:
    """What translations for it are to call things: its events' glossaries, then the vocabulary's terms that it is about."""
    return [*names_for([organisation])[organisation.pk], *(one.keyword.names for one in keywords_of(organisation))]


@dataclass(frozen=True)
class Drafting:
    """What the page on which an organisation's abstracts are written says about machine drafts."""

    organisation: Organisation
    server: Translator | None
    orders: dict[str, DraftOrder]  # by language

    @classmethod
    def of(cls, organisation: Organisation) -> "Drafting":
        return cls(organisation, translator(), {one.language: one for one in organisation.draft_orders.all()})

    @cached_property
    def abstracts(self) -> Abstracts:
        return abstracts_of(self.organisation)

    @cached_property
    def terms(self) -> list[Names]:
        return terms_of(self.organisation)

    def help_for(self, language: str) -> "Help":
        order = self.orders.get(language)
        can = self.server is not None and can_be_drafted(self.abstracts, language, self.server)
        problem = why(order.problem) if order and order.problem else ""
        return Help(
            host=self.server.host if self.server and can else "",
            is_waiting=order is not None and not order.problem,
            problem=problem,
            left_out=self._left_out(language),
        )

    def _left_out(self, language: str) -> list[tuple[str, str]]:
        row, source = self.abstracts.texts.get(language), self.abstracts.source_of(language)
        if row is None or source is None:
            return []
        return left_out(source.text, row.text, source.language, language, self.terms)


@dataclass(frozen=True)
class Help:
    """For one language. host: of the server that can draft it now, else empty; left_out: terms that the text does not use."""

    host: str
    is_waiting: bool
    problem: str
    left_out: list[tuple[str, str]]
