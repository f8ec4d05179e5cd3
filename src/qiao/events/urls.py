"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.events import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", views.events, name="events"),
    path("events/<slug:slug>/", views.event, name="event"),
    path("events/<slug:slug>/phase/", views.event_phase, name="event-phase"),
    path("events/<slug:slug>/join/", views.event_join, name="event-join"),
    path("events/<slug:slug>/withdraw/", views.event_withdraw, name="event-withdraw"),
    path("events/<slug:slug>/participants/", views.participants, name="participants"),
    path("events/<slug:slug>/availability/", views.availability, name="availability"),
    path("delegations/<slug:slug>/", views.delegation, name="delegation"),
]
