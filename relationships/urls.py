"""Addresses of relationships."""

from django.urls import path

from relationships.views import page, start

app_name = "relationships"
urlpatterns = [
    path("start/", start.start_new, name="start_new"),
    path("start/<int:pk>/", start.start, name="start"),
    path("<int:pk>/", page.relationship, name="relationship"),
]
