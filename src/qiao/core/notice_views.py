"""Pages of notices: the list, the way to what each is about, and what somebody wants to be told by mail."""

from datetime import datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from qiao.core import queries
from qiao.core.access import STOP_SALT, load_notice_for, load_user_by_token
from qiao.core.actions import notices as actions
from qiao.core.answers import perform
from qiao.core.audience import audience, ends_mails
from qiao.core.models import User
from qiao.core.notice_forms import NoticeForm
from qiao.core.notice_lines import lines
from qiao.core.notices import DAYS_KEPT, KINDS
from qiao.core.pages import Pages


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # as the mark says
    return request.user


@audience("member")
def notices(request: HttpRequest) -> HttpResponse:
    unread = "unread" in request.GET
    page = Pages(queries.notices(_user(request), unread=unread), 30).get_page(request.GET.get("page"))
    context = {"page": page, "lines": lines(page), "unread": unread, "now": timezone.now(), "days": DAYS_KEPT}
    return render(request, "core/notices.html", context)


@audience("member", methods="POST")
def notice_open(request: HttpRequest, key: str) -> HttpResponse:
    """On to what it is about. Whoever goes there has read it."""
    notice = load_notice_for(request.user, key)
    actions.mark_read(notice=notice)
    return redirect(notice.path)


@audience("member", methods="POST")
def notice_read(request: HttpRequest, key: str) -> HttpResponse:
    actions.mark_read(notice=load_notice_for(request.user, key))
    return redirect("notices")


@audience("member", methods="POST")
def notices_read(request: HttpRequest) -> HttpResponse:
    """All that the page could show; what came in since stays unread."""
    actions.mark_all_read(user=_user(request), until=_moment(request.POST.get("until", "")))
    return redirect("notices")


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found if found is not None and found.tzinfo is not None else timezone.now()


@audience("member", methods="GET POST")
def notice_settings(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    form = NoticeForm(request.POST if request.method == "POST" else None, ways=queries.notice_ways(user), user=user)
    if form.is_valid():
        choose = partial(actions.choose, user=user, ways=form.chosen, quiet=form.quiet_hours, by=user)
        if perform(request, choose, _("Saved.")):
            return redirect("notice-settings")
    always = [kind.label for kind in KINDS.values() if kind.required and not kind.roles]
    return render(request, "core/notice_settings.html", {"form": form, "always": always})


@ends_mails
@audience("public", methods="GET POST")
def notices_stop(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a mail, without signing in. It asks first: programs that read mails open links."""
    user = load_user_by_token(token, STOP_SALT)
    done = request.method == "POST"
    if done:
        actions.stop_mails(user=user)
    return render(request, "core/notices_stop.html", {"done": done})
