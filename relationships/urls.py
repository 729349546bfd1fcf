"""Addresses of relationships."""

from django.urls import path

from relationships.views import end, migrate, page, start

app_name = "relationships"
urlpatterns = [
    path("start/", start.start_new, name="start_new"),
    path("start/<int:pk>/", start.start, name="start"),
    path("<int:pk>/", page.relationship, name="relationship"),
    path("<int:pk>/migrate/", migrate.migrate, name="migrate"),
    path("<int:pk>/end/", end.end, name="end"),
    path("<int:pk>/restart/", end.restart, name="restart"),
]
