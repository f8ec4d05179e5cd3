"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.office import case_views, introduction_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("cooperations/", views.cooperations, name="cooperations"),
    path("cooperations/new/", views.new, name="cooperation-new"),
    path("cooperations/deepen/", views.deepen, name="cooperations-deepen"),
    path("cooperations/table.xlsx", views.table, name="cooperations-table"),
    path("cooperations/<slug:key>/", views.cooperation, name="cooperation"),
    path("cooperations/<slug:key>/facts/", views.facts, name="cooperation-facts"),
    path("cases/", case_views.cases, name="cases"),
    path("cases/new/", case_views.new, name="case-new"),
    path("cases/table.xlsx", case_views.table, name="cases-table"),
    path("cases/<slug:key>/", case_views.case, name="case"),
    path("cases/<slug:key>/links/", case_views.links, name="case-links"),
    path("cases/<slug:key>/tasks/<int:pk>/", case_views.task, name="case-task"),
    path("cases/<slug:key>/<slug:step>/", case_views.step, name="case-step"),
    path("introductions/", introduction_views.introductions, name="introductions"),
    path("introductions/propose/", introduction_views.propose, name="introduction-propose"),
    path("introductions/table.xlsx", introduction_views.table, name="introductions-table"),
    path("introductions/<slug:key>/", introduction_views.introduction, name="introduction"),
    path("introductions/<slug:key>/<slug:step>/", introduction_views.step, name="introduction-step"),
    path("introduction-answer/<str:token>/", introduction_views.answer, name="introduction-answer"),
    path("marketplace/<slug:key>/interest/", introduction_views.interest, name="interest"),
    path("follow-up/<str:token>/", views.follow_up, name="follow-up"),
]
