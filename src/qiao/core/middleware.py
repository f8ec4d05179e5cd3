"""Language of the reader, and privacy of pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

Handler = Callable[[HttpRequest], HttpResponse]
TOO_LARGE = """Die Anfrage ist zu groß. Dateien dürfen zusammen höchstens 20 MB haben; gehen Sie zurück und wählen Sie kleinere.
请求过大。文件合计不得超过20 MB；请返回并选择较小的文件。
The request is too large. Files may have 20 MB at most together; go back and choose smaller ones.
"""


def chosen_language(request: HttpRequest) -> str | None:
    """The language that was chosen in this browser, None where none was."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in dict(settings.LANGUAGES) else None


class LanguageMiddleware:
    """The signed-in person's language and time zone; a visitor's chosen cookie, else what the browser asks for.

    In a demo, whose accounts many people share, what was chosen in this browser comes before the account's language.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        chosen = chosen_language(request) if settings.DEMO else None
        own = user.language if user.is_authenticated else translation.get_language_from_request(request)
        language = chosen or own
        zone = user.time_zone if user.is_authenticated else settings.TIME_ZONE
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class BodySizeMiddleware:
    """Refuses what is larger than any form here takes, before a byte of it is written to the disk."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 12 or int(length) > settings.LARGEST_BODY:
            return HttpResponse(TOO_LARGE, status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Pages of signed-in people are kept by no cache, so that nothing shows after signing out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response
