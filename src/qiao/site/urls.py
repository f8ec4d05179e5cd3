"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, include, path

from qiao.site import abstract_views, api, dashboard_views, mail_views, report_views, translation_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("demo/enter/<slug:who>/", views.enter_demo, name="demo-enter"),
    path("doubles/", views.doubles, name="doubles"),
    path("doubles/undo/<int:pk>/", views.undo_merge, name="merge-undo"),
    path("doubles/<slug:one>/<slug:other>/", views.double, name="double"),
    path("me/erase/", views.erase_me, name="erase-me"),
    path("organisations/<slug:key>/abstract/", abstract_views.abstract, name="abstract"),
    path("translations/draft/", translation_views.draft, name="translations-draft"),
    path("translations/", translation_views.translations, name="translations"),
    path("translations/abstracts.xlsx", translation_views.table, name="translations-table"),
    path("translations/import/", translation_views.table_import, name="translations-import"),
    path("translations/import/write/", translation_views.table_write, name="translations-write"),
    path("events/<slug:slug>/dashboard/", dashboard_views.dashboard, name="dashboard"),
    path("events/<slug:slug>/dashboard/table.xlsx", dashboard_views.dashboard_table, name="dashboard-table"),
    path("events/<slug:slug>/dashboard/<slug:kind>/", dashboard_views.nudge, name="dashboard-nudge"),
    path("report/", report_views.report, name="report-for-payers"),
    path("report/list/", report_views.report_list, name="report-list"),
    path("report/file/<slug:kind>/", report_views.report_file, name="report-file"),
    path("undelivered/", mail_views.undelivered, name="undelivered"),
    path("undelivered/<int:pk>/again/", mail_views.send_again, name="undelivered-again"),
    path("undelivered/<int:pk>/done/", mail_views.give_up, name="undelivered-done"),
    path("api/v1/openapi.json", api.description, name="api-description"),
    path("api/v1/", include(api.patterns())),
    path("api/v1/<path:rest>", api.unknown, name="api-unknown"),
    path("imprint/", views.imprint, name="imprint"),
    path("privacy/", views.privacy, name="privacy"),
    path("look/", views.look, name="look"),
    path("installation/", views.installation, name="installation"),
    path("installation/staff/", views.staff_appoint, name="staff-appoint"),
    path("installation/staff/<int:pk>/remove/", views.staff_dismiss, name="staff-dismiss"),
    path("installation/<slug:kind>/new/", views.master_new, name="master-new"),
    path("installation/<slug:kind>/<int:pk>/", views.master_edit, name="master-edit"),
    path("installation/<slug:kind>/<int:pk>/remove/", views.master_remove, name="master-remove"),
]
