"""URLs of this stage. Of allauth only what is wanted is routed."""

from allauth.account import views as accounts
from django.urls import URLPattern, URLResolver, path, re_path

from qiao.core import notice_views, token_views, views, webhook_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.set_language, name="set-language"),
    path("enter/<str:token>/", views.enter, name="enter"),
    path("me/", views.me, name="me"),
    path("me/links/", views.revoke_links, name="revoke-links"),
    path("me/notices/", notice_views.notice_settings, name="notice-settings"),
    path("me/tokens/", token_views.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", token_views.token_revoke, name="token-revoke"),
    path("me/webhooks/", webhook_views.webhooks, name="webhooks"),
    path("me/webhooks/<slug:key>/secret/", webhook_views.webhook_secret, name="webhook-secret"),
    re_path(
        r"^me/webhooks/(?P<key>[-\w]+)/(?P<step>test|resume|remove)/$", webhook_views.webhook_step, name="webhook-step"
    ),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/read/", notice_views.notices_read, name="notices-read"),
    path("notices/stop/<str:token>/", notice_views.notices_stop, name="notices-stop"),
    path("notices/<slug:key>/", notice_views.notice_open, name="notice-open"),
    path("notices/<slug:key>/read/", notice_views.notice_read, name="notice-read"),
    path("mails/", views.mails, name="mails"),
    path("account/login/", accounts.login, name="account_login"),
    path("account/login/code/", accounts.request_login_code, name="account_request_login_code"),
    path("account/login/code/confirm/", accounts.confirm_login_code, name="account_confirm_login_code"),
    path("account/logout/", accounts.logout, name="account_logout"),
    path("account/inactive/", accounts.account_inactive, name="account_inactive"),
    path("account/signup/", views.signup, name="account_signup"),
    path("account/password/change/", accounts.password_change, name="account_change_password"),
    path("account/password/set/", accounts.password_set, name="account_set_password"),
    path("account/password/reset/", accounts.password_reset, name="account_reset_password"),
    path("account/password/reset/done/", accounts.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/key/done/",
        accounts.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
