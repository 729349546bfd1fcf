"""Requests of people who are signed in; LoginRequiredMiddleware lets nobody else through."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from practice.team.models import User


class StaffRequest(HttpRequest):
    """What the views of the practice's own pages are given."""

    if TYPE_CHECKING:
        user: User
