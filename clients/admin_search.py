"""Searching the admin's lists by the beginning of a client's name, which is indexed."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from clients.models import Client
from practice.admin_base import ReadOnlyAdmin


class ByClientAdmin(ReadOnlyAdmin):
    """Rows that belong to clients; `search_fields` names the columns that point to them."""

    search_help_text = "The beginning of a client's first or last name."
    search_fields: ClassVar[tuple[str, ...]] = ("client",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        clients = Client.objects.name_begins(search_term).order_by().values("pk")
        either = reduce(or_, (Q(**{f"{name}__in": clients}) for name in self.search_fields))
        return queryset.filter(either), False
