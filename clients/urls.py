"""Addresses of clients."""

from django.urls import path

from clients.views import contacts, editing, listing, profile

app_name = "clients"
urlpatterns = [
    path("", listing.clients, name="list"),
    path("add/", editing.add, name="add"),
    path("<int:pk>/", profile.client, name="client"),
    path("<int:pk>/relationships/", profile.relationships, name="relationships"),
    path("<int:pk>/sessions/", profile.sessions, name="sessions"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/contacts/add/", contacts.add_contact, name="add_contact"),
    path("contacts/<int:pk>/edit/", contacts.edit_contact, name="edit_contact"),
    path("contacts/<int:pk>/remove/", contacts.remove_contact, name="remove_contact"),
]
