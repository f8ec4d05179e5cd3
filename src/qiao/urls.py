"""Joins the stages' URLs. The last pattern catches what exists nowhere."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from qiao.core.audience import nothing_here

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("qiao.core.urls")),
    path("", include("qiao.directory.urls")),
    path("", include("qiao.events.urls")),
    path("", include("qiao.matchmaking.urls")),
    path("", include("qiao.meetings.urls")),
    path("", include("qiao.office.urls")),
    path("", include("qiao.site.urls")),
    re_path(r"^(?P<rest>.*)$", nothing_here, name="nothing-here"),
]
