"""Calls that cannot be understood: one line in the language asked, where typer writes several in English."""

import sys
from collections.abc import Sequence
from typing import Any

from typer._click import Context, exceptions  # typer carries click inside itself and gives its errors no public name
from typer.core import TyperArgument, TyperGroup

from qiao.cli.output import BAD_INPUT, complain
from qiao.engine.files import shown
from qiao.wording import Language, sentence, system_language


class Commands(TyperGroup):
    """All commands of `qiao`."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        words = list(sys.argv[1:] if args is None else args)
        try:
            status = super().main(words, prog_name, complete_var, False, windows_expand_args, **extra)
        except exceptions.NoArgsIsHelpError as help_wanted:
            help_wanted.show()
            status = BAD_INPUT
        except exceptions.UsageError as error:
            complain(_described(error, words, _language_of(words)))
            status = BAD_INPUT
        if standalone_mode:
            sys.exit(status)
        return status


def _language_of(words: Sequence[str]) -> Language:
    """What --lang says, although the call as a whole was not understood."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        name, _separator, value = word.partition("=")
        if name == "--lang" and (value or following) in set(Language):
            return Language(value or following)
    return system_language()


def _described(error: exceptions.UsageError, words: Sequence[str], language: Language) -> str:
    """What is wrong and what is allowed."""
    context = error.ctx
    match error:
        case exceptions.NoSuchOption() if context:
            allowed = ", ".join(option for one in context.command.params for option in one.opts if option[0] == "-")
            values = {"option": shown(error.option_name), "allowed": allowed or "--help"}
            return sentence("usage-unknown-option", language, **values)
        case exceptions.BadOptionUsage():
            lacking = "not take" not in error.message  # the only mark by which typer tells the two apart
            return sentence("usage-needs-value" if lacking else "usage-no-value", language, option=error.option_name)
        case exceptions.MissingParameter(param=missing) if missing and context:
            if choices := missing.type_descriptor.choices:
                allowed = ", ".join(choices)
                return sentence("usage-missing-choice", language, name=_name(missing), allowed=allowed)
            return sentence("usage-missing", language, name=_name(missing), usage=_usage(context))
        case exceptions.BadParameter(param=parameter) if parameter:
            return _unfit(parameter, _given(error), language)
    if context and isinstance(context.command, TyperGroup):
        allowed = ", ".join(context.command.commands)
        known = str(context.command_path).split()[1:]  # the group that was found: "mail" of "qiao mail x"
        found = next((shown(word) for word in words if not word.startswith("-") and word not in known), "")
        if not found:
            return sentence("usage-missing-choice", language, name="COMMAND", allowed=allowed)
        return sentence("usage-unknown-command", language, found=found, allowed=allowed)
    return sentence("usage-too-much", language, usage=_usage(context) if context else "qiao --help")


def _unfit(parameter: Any, found: str, language: Language) -> str:
    """A value that a parameter does not take."""
    kind = parameter.type_descriptor
    values = {"name": _name(parameter), "found": shown(found)}
    if kind.choices:
        return sentence("usage-choice", language, **values, allowed=", ".join(kind.choices))
    least, most = kind.parameter_info.min, kind.parameter_info.max
    code = (
        "usage-whole-number" if int in (kind.annotation, *getattr(kind.annotation, "__args__", ())) else "usage-number"
    )
    if most is None:
        return sentence(code, language, **values, least=least)
    return sentence(f"{code}-within", language, **values, least=least, most=most)


def _given(error: exceptions.BadParameter) -> str:
    cause = error.__cause__
    return str(cause.errors()[0]["input"]) if cause is not None and hasattr(cause, "errors") else ""


def _name(parameter: Any) -> str:
    """As one writes it: --port, or PROFILES as in the documentation; with the variable that may have given the value."""
    if isinstance(parameter, TyperArgument):
        return str(parameter.name).upper()
    return " / ".join(filter(None, (parameter.opts[0], parameter.envvar)))


def _usage(context: Context) -> str:
    names = [
        _name(one) if one.required else f"[{_name(one)}]"
        for one in context.command.params
        if isinstance(one, TyperArgument)
    ]
    return " ".join(["qiao", str(context.info_name), *names])
