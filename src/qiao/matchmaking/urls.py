"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.matchmaking import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/<slug:slug>/withdraw/", views.event_withdraw, name="event-withdraw"),
    path("events/<slug:slug>/partners/", views.partners, name="partners"),
    path("events/<slug:slug>/partners/search/", views.partner_search, name="partner-search"),
    path("events/<slug:slug>/partners/refresh/", views.partners_refresh, name="partners-refresh"),
    path("events/<slug:slug>/partners/rules/", views.rules, name="matching-rules"),
    path("events/<slug:slug>/partners/rules/<int:pk>/remove/", views.rule_remove, name="matching-rule-remove"),
    path("events/<slug:slug>/partners/<slug:key>/", views.partner, name="partner"),
    path("events/<slug:slug>/partners/<slug:key>/wish/", views.wish, name="wish"),
    path("events/<slug:slug>/partners/<slug:key>/request/", views.request_send, name="request-send"),
    path("events/<slug:slug>/wishes/", views.wishes, name="wishes"),
    path("events/<slug:slug>/requests/", views.requests, name="requests"),
    path("requests/<slug:key>/<slug:action>/", views.request_action, name="request-action"),
]
