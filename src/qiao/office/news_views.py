"""Pages of news: for everybody, and where an office writes them."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from qiao.core.answers import attempt, perform
from qiao.core.audience import audience
from qiao.core.kept_files import kept_file
from qiao.core.models import User
from qiao.directory.evidence_queries import offices_of
from qiao.directory.roles import works_for_office
from qiao.office import access, actions
from qiao.office import news_queries as queries
from qiao.office.actions.news import ARTICLE_STEPS, article_steps
from qiao.office.news_feeds import feed_of
from qiao.office.news_forms import ArticleForm, BackForm
from qiao.office.news_models import Article

# --- for everybody


@audience("public")
def news(request: HttpRequest, year: int | None = None) -> HttpResponse:
    found = queries.news_page(year, request.GET.get("page", "1"))
    if year != found.year:
        return redirect("news")
    return render(request, "news/list.html", {"found": found, "writes": works_for_office(request.user)})


@audience("public")
def fact_sheets(request: HttpRequest) -> HttpResponse:
    found = queries.sheets_page(request.GET.get("page", "1"))
    return render(request, "news/sheets.html", {"found": found, "writes": works_for_office(request.user)})


@audience("public")
def article(request: HttpRequest, key: str, language: str = "") -> HttpResponse:
    """One article; in a language of its own where the address names one that it has, else as fits the reader."""
    try:
        found = access.load_article_shown(key)
    except Http404:
        return _nothing(request)
    if language and language not in found.languages:
        return redirect("article", key)
    context = {
        "version": queries.version_of(found, language or None), "article": found,
        "contact": queries.contact_of(found),
    }  # fmt: skip
    return render(request, "news/article.html", context)


def _nothing(request: HttpRequest) -> HttpResponse:
    """Visitors are led to the sign-in page, whether or not there is something."""
    if isinstance(request.user, User):
        raise Http404
    return redirect_to_login(request.get_full_path())


@audience("public")
def picture(request: HttpRequest, key: str, size: str) -> HttpResponse:
    """The bytes of a lead picture; before it is shown for the office alone."""
    try:
        found = access.load_article_with_picture(request.user, key)
        name = {"large": found.picture, "small": found.picture_small}[size]
        return kept_file(name, "image/jpeg", "inline")
    except (Http404, KeyError, ValueError):
        return _nothing(request)


@audience("public")
def feed(request: HttpRequest, language: str) -> HttpResponse:
    if language not in queries.FEEDS:
        return _nothing(request)
    return HttpResponse(feed_of(language), content_type="application/atom+xml; charset=utf-8")


# --- for the office


@audience("adviser")
def newsroom(request: HttpRequest) -> HttpResponse:
    user = access.require_office(request.user)
    found = queries.desk(user, request.GET.get("state", ""), request.GET.get("page", "1"))
    return render(request, "news/newsroom.html", {"found": found, "offices": offices_of(user)})


@audience("adviser", methods="GET POST")
def new(request: HttpRequest) -> HttpResponse:
    user = access.require_office(request.user)
    office = access.office_to_write_for(user, request.GET.get("office", ""))
    form = ArticleForm(request.POST or None, request.FILES or None, office=office)
    if form.is_valid() and (
        made := attempt(form, partial(actions.save_article, office=office, by=user, **form.values))
    ):
        messages.success(request, _("The draft is saved. Look at it once more, then hand it in."))
        return redirect("newsroom-article", made.key)
    context = {"form": form, "office": office}
    return render(request, "news/edit.html", context, status=400 if form.errors else 200)


@audience("adviser", methods="GET POST")
def edit(request: HttpRequest, key: str) -> HttpResponse:
    found, user = access.load_article_for(request.user, key), access.require_office(request.user)
    form = ArticleForm(request.POST or None, request.FILES or None, office=found.office, article=found)
    save = partial(actions.save_article, office=found.office, by=user, article=found)
    if form.is_valid() and attempt(form, partial(save, **form.values)):
        messages.success(request, _("Saved."))
        return redirect("newsroom-article", key)
    waits = found.state == Article.State.PUBLISHED and not queries.may_publish(user, found)
    context = {"form": form, "office": found.office, "article": found, "waits": waits}
    return render(request, "news/edit.html", context, status=400 if form.errors else 200)


@audience("adviser")
def newsroom_article(request: HttpRequest, key: str) -> HttpResponse:
    """An article as it reads in each of its languages, its state, and what can be done."""
    found, user = access.load_article_for(request.user, key), access.require_office(request.user)
    context = {
        "article": found, "versions": [queries.version_of(found, code) for code in found.languages],
        "contact": queries.contact_of(found), "steps": article_steps(found, user), "form": BackForm(),
        "own": found.written_by == user, "title": queries.version_of(found),
    }  # fmt: skip
    return render(request, "news/desk_article.html", context)


@audience("adviser", methods="POST")
def step(request: HttpRequest, key: str, step: str) -> HttpResponse:
    found, user = access.load_article_for(request.user, key), access.require_office(request.user)
    if step not in ARTICLE_STEPS:
        raise Http404
    form = BackForm(request.POST)
    said = {"reason": form.cleaned_data["reason"]} if step == "back" and form.is_valid() else {}
    perform(request, partial(ARTICLE_STEPS[step], article=found, by=user, **said), _done(step, found))
    return redirect("newsroom-article", key)


def _done(step: str, article: Article) -> str:
    later = article.is_later
    return {
        "submit": _("Handed in. Another person of the contact office approves it."), "back": _("It is a draft again."),
        "publish": _("Approved. It is shown from the moment on that it names.") if later else _("Published."),
        "withdraw": _("Withdrawn. Nobody outside the office sees it any more; you can publish it again below."),
        "again": _("Published again."), "remove": _("Removed. For a week you can put it back."), "restore": _("It is back."),
    }[step]  # fmt: skip
