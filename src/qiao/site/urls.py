"""URLs of this stage."""

from django.urls import URLPattern, URLResolver, path

from qiao.site import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("demo/enter/<slug:who>/", views.enter_demo, name="demo-enter"),
    path("look/", views.look, name="look"),
]
