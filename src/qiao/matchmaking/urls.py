"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.matchmaking import conversation_views, report_views, team_views, views

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
    path("events/<slug:slug>/team/", team_views.team, name="team"),
    path("requests/<slug:key>/colleague/", team_views.team_answer, name="team-answer"),
    path("requests/<slug:key>/<slug:action>/", views.request_action, name="request-action"),
    path("messages/", conversation_views.conversations, name="conversations"),
    path("messages/reach/", conversation_views.reach, name="reach"),
    path("messages/stop/<str:token>/", conversation_views.digest_stop, name="digest-stop"),
    path("messages/blocks/<int:pk>/lift/", conversation_views.block_lift, name="block-lift"),
    path("messages/<slug:key>/", conversation_views.conversation, name="conversation"),
    path("messages/<slug:key>/read/", conversation_views.conversation_read, name="conversation-read"),
    path("messages/<slug:key>/block/", conversation_views.block, name="block"),
    path("messages/<slug:key>/report/", report_views.conversation_report, name="conversation-report"),
    path("events/<slug:slug>/reports/", report_views.reports, name="reports"),
    path("events/<slug:slug>/reports/<int:pk>/", report_views.report, name="report"),
]
