"""How clients are found."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from clients.names import fold
from practice.team.models import User

if TYPE_CHECKING:
    from clients.models import Client  # noqa: F401 (ruff misses the quoted base below)


class ClientQuerySet(models.QuerySet["Client"]):
    def for_user(self, user: User) -> "ClientQuerySet":
        """Profiles this user may open: their care team's; all of them for managers and owners."""
        if user.is_manager:
            return self
        return self.filter(care_team__user=user)

    def listed_for(self, user: User) -> "ClientQuerySet":
        """Clients whose name and contact data this user may see; schedulers and billers: all."""
        if user.is_scheduler or user.is_biller:
            return self
        return self.for_user(user)

    def name_begins(self, text: str) -> "ClientQuerySet":
        """First or last name, or both in either order, begin with the text."""
        begin = fold(text)
        return self.filter(Q(search_name__startswith=begin) | Q(sort_name__startswith=begin))

    def reachable(self) -> "ClientQuerySet":
        """May be sent mail: neither deceased nor do-not-contact."""
        return self.filter(state__in=self.model.State.reachable())
