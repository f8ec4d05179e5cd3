"""URLs of the directory."""

from django.urls import path

from qiao.directory import keyword_views, saved_views, views

urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<slug:key>/", views.organisation, name="organisation"),
    path("organisations/<slug:key>/edit/", views.edit, name="organisation-edit"),
    path("organisations/<slug:key>/keywords/", keyword_views.keywords, name="organisation-keywords"),
    path("organisations/<slug:key>/avoid/<slug:other>/", views.avoid, name="organisation-avoid"),
    path("organisations/<slug:key>/opt-out/", views.opt_out, name="organisation-opt-out"),
    path("organisations/<slug:key>/review/", views.review, name="organisation-review"),
    path("organisations/<slug:key>/mark/", saved_views.mark, name="organisation-mark"),
    path("marks/", saved_views.marks, name="marks"),
    path("searches/", saved_views.searches, name="saved-searches"),
    path("searches/keep/", saved_views.keep, name="search-keep"),
    path("searches/<slug:key>/", saved_views.change, name="search-change"),
    path("searches/stop/<str:token>/", saved_views.stop, name="alerts-stop"),
    path("register/", views.register, name="register"),
    path("register/done/", views.register_done, name="register-done"),
    path("import/", views.import_table, name="import"),
    path("import/<slug:key>/", views.import_run, name="import-run"),
    path("import/<slug:key>/live/", views.import_live, name="import-live"),
    path("import/<slug:key>/confirm/", views.import_confirm, name="import-confirm"),
    path("import/<slug:key>/again/", views.import_again, name="import-again"),
    path("import/<slug:key>/discard/", views.import_discard, name="import-discard"),
    path("import/template.csv", views.template_table, name="import-template"),
    path("import/organisations.csv", views.export_table, name="organisations-export"),
    path("people/", views.people, name="people"),
    path("people/<slug:key>/link/", views.person_link, name="person-link"),
    path("vocabulary/", keyword_views.vocabulary, name="vocabulary"),
    path("vocabulary/new/", keyword_views.term_new, name="term-new"),
    path("vocabulary/import/", keyword_views.vocabulary_import, name="vocabulary-import"),
    path("vocabulary/vocabulary.csv", keyword_views.vocabulary_csv, name="vocabulary-csv"),
    path("vocabulary/vocabulary.xlsx", keyword_views.vocabulary_xlsx, name="vocabulary-xlsx"),
    path("vocabulary/term/<slug:code>/", keyword_views.term, name="term"),
    path("vocabulary/term/<slug:code>/state/", keyword_views.term_state, name="term-state"),
    path("me/consents/", views.consents, name="consents"),
]
