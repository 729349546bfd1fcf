"""Addresses of sessions."""

from django.urls import path

from sessions.views import change, create, page

app_name = "sessions"
urlpatterns = [
    path("<int:pk>/", page.session, name="session"),
    path("<int:pk>/time/", change.reschedule, name="reschedule"),
    path("<int:pk>/cancel/", change.cancel, name="cancel"),
    path("<int:pk>/payer/", change.move, name="move"),
    path("<int:pk>/rebook/", create.rebook, name="rebook"),
    path("create/<int:pk>/", create.create, name="create"),
]
