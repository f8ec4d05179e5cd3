"""Doing what a page was asked to do, and telling the person how it went."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from qiao.core.errors import Refused

Result = TypeVar("Result")


def perform(request: HttpRequest, action: Callable[[], object], done: str = "") -> bool:
    """Run an action; says `done`, or why it was refused, on the next page. Whether it was done."""
    try:
        action()
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    if done:
        messages.success(request, done)
    return True


def attempted(request: HttpRequest, action: Callable[[], Result]) -> Result | None:
    """What an action returns; None when it was refused: the next page says why."""
    try:
        return action()
    except Refused as refusal:
        messages.error(request, refusal.message)
        return None


def way_back(request: HttpRequest, default: str) -> str:
    """The page of this installation that the form names in `next`, else the default."""
    return local_way(request, request.POST.get("next", "")) or default


def local_way(request: HttpRequest, page: str) -> str:
    """An address from a form or an address, where it leads to a page of this installation; else empty."""
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if own and page.startswith("/") else ""  # anything else Django would take for a view's name


def attempt(form: forms.Form, action: Callable[[], Any]) -> Any:
    """What an action returns; None when it was refused: the reason stands above the form, and what was typed stays."""
    try:
        return action()
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None


def fingerprint(values: Mapping[str, object]) -> str:
    """Of what a preview showed, told by its values' `repr`: if anything differs by then, it is shown anew first."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()
