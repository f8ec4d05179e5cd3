"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.meetings import (
    delegation_views,
    group_views,
    objection_views,
    rating_views,
    record_views,
    session_views,
    views,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/<slug:slug>/desk/", views.planning_desk, name="desk"),
    path("events/<slug:slug>/desk/start/", views.run_start, name="run-start"),
    path("events/<slug:slug>/desk/withdraw/", views.version_withdraw, name="version-withdraw"),
    path("events/<slug:slug>/desk/runs/<int:pk>/", views.run, name="run"),
    path("events/<slug:slug>/desk/runs/<int:pk>/live/", views.run_live, name="run-live"),
    path("events/<slug:slug>/desk/runs/<int:pk>/stop/", views.run_stop, name="run-stop"),
    path("events/<slug:slug>/desk/runs/<int:pk>/unmet/", views.run_unmet, name="run-unmet"),
    path("events/<slug:slug>/desk/runs/<int:pk>/board/", views.run_board, name="run-board"),
    path("events/<slug:slug>/desk/runs/<int:pk>/compare/", views.run_compare, name="run-compare"),
    path("events/<slug:slug>/desk/runs/<int:pk>/undo/", views.run_undo, name="run-undo"),
    path("events/<slug:slug>/desk/runs/<int:pk>/talks/<slug:key>/", views.run_talk, name="run-talk"),
    path("events/<slug:slug>/desk/runs/<int:pk>/talks/<slug:key>/release/", views.run_release, name="run-release"),
    path("events/<slug:slug>/desk/runs/<int:pk>/talks/<slug:key>/check/", views.run_check, name="run-check"),
    path("events/<slug:slug>/desk/runs/<int:pk>/publish/", views.run_publish, name="run-publish"),
    path("events/<slug:slug>/schedule/", views.schedule, name="schedule"),
    path("events/<slug:slug>/announcements/", views.announcements, name="announcements"),
    path("events/<slug:slug>/groups/", group_views.groups, name="groups"),
    path("events/<slug:slug>/groups/<slug:key>/test/", group_views.group_test, name="group-test"),
    path("events/<slug:slug>/groups/<slug:key>/remove/", group_views.group_remove, name="group-remove"),
    path(
        "events/<slug:slug>/groups/<slug:key>/posts/<int:pk>/again/",
        group_views.group_post_again,
        name="group-post-again",
    ),
    path("events/<slug:slug>/print/", views.printing, name="print"),
    path("events/<slug:slug>/print/<slug:part>.pdf", views.print_file, name="print-file"),
    path("events/<slug:slug>/availability/", views.availability, name="availability"),
    path("events/<slug:slug>/agenda/", views.agenda, name="agenda"),
    path("events/<slug:slug>/agenda.ics", views.agenda_ics, name="agenda-ics"),
    path("events/<slug:slug>/agenda.pdf", views.agenda_file, name="agenda-pdf"),
    path("events/<slug:slug>/agenda.png", views.agenda_image, name="agenda-picture"),
    path("events/<slug:slug>/agenda/feed/", views.agenda_feed, name="agenda-feed"),
    path("events/<slug:slug>/agenda/talks/<slug:key>/", rating_views.rate, name="rate"),
    path("events/<slug:slug>/agenda/talks/<slug:key>/record/", record_views.record, name="record"),
    path(
        "events/<slug:slug>/rota/talks/<slug:key>/record/", record_views.record_interpreted, name="record-interpreted"
    ),
    path("events/<slug:slug>/agenda/objections/", objection_views.objecting, name="objecting"),
    path(
        "events/<slug:slug>/agenda/objections/<slug:key>/withdraw/",
        objection_views.objection_withdraw,
        name="objection-withdraw",
    ),
    path("events/<slug:slug>/desk/objections/", objection_views.objections, name="objections"),
    path("events/<slug:slug>/desk/objections/<slug:key>/", objection_views.objection_settle, name="objection-settle"),
    path("events/<slug:slug>/programme/", session_views.programme, name="programme"),
    path("events/<slug:slug>/programme/<slug:key>/", session_views.session, name="session"),
    path("events/<slug:slug>/programme/<slug:key>/place/", session_views.place_take, name="place-take"),
    path("events/<slug:slug>/programme/<slug:key>/place/leave/", session_views.place_leave, name="place-leave"),
    path("events/<slug:slug>/setup/sessions/", session_views.sessions, name="sessions"),
    path(
        "events/<slug:slug>/setup/sessions/<slug:key>/speakers/",
        session_views.session_speakers,
        name="session-speakers",
    ),
    path("events/<slug:slug>/rota/", views.rota, name="rota"),
    path("events/<slug:slug>/rota/briefing/", views.briefing, name="briefing"),
    path("events/<slug:slug>/rota.ics", views.rota_ics, name="rota-ics"),
    path("delegations/<slug:slug>/books.pdf", delegation_views.delegation_books, name="delegation-books"),
    path("delegations/<slug:slug>/mine/book.pdf", delegation_views.own_book, name="own-book"),
    path(
        "delegations/<slug:slug>/members/<slug:key>/book.pdf", delegation_views.delegation_book, name="delegation-book"
    ),
    path("delegations/<slug:slug>/agendas/", delegation_views.delegation_agendas, name="delegation-agendas"),
    path("delegations/<slug:slug>/agendas/<slug:key>/", delegation_views.delegation_talk, name="delegation-talk"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
]
