"""The clients list."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.forms.search import SearchForm
from clients.listing import Reader, Show, list_page, listed
from clients.permission import may_add
from clients.table import table_rows
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.keyset import Cursor, Page
from practice.models import Practice
from practice.team.access import StaffRequest


@require_safe
def clients(request: StaffRequest) -> HttpResponse:
    reader = Reader(request.user, timezone.now(), Practice.current())
    form = SearchForm(request.GET)
    context = _context(request, form, reader) | {"practice": reader.practice}
    is_part = "HX-Request" in request.headers and "HX-Boosted" not in request.headers
    is_part = is_part and "HX-History-Restore-Request" not in request.headers
    return served(
        render(request, f"clients/{'_table' if is_part else 'list'}.html", context),
        by=Actor.user(reader.user),
        action="client.list",
        target=reader.user,
        ids=[row["id"] for row in context["rows"]],
    )


def _context(request: StaffRequest, form: SearchForm, reader: Reader) -> dict[str, Any]:
    page: Page[dict[str, Any]] = Page([])
    if form.is_valid():
        sections = listed(reader, search=form.cleaned_data["q"], show=form.cleaned_data["show"])
        page = list_page(sections, Cursor.read(request.GET), reader)
    search, show = request.GET.get("q", "")[:200], request.GET.get("show", "")
    return {
        "rows": page.rows,
        "table_rows": table_rows(page.rows, has_payers=reader.sees_payers),
        "has_payers": reader.sees_payers,
        "errors": [error for errors in form.errors.values() for error in errors],
        "search": search,
        "show": show,
        "filters": _filters(search, show, reader),
        "is_narrowed": bool(search.strip() or show or "after" in request.GET),
        "may_add": may_add(request.user),
        **page.links(request.GET),
    }


def _filters(search: str, show: str, reader: Reader) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is on, of each filter; the search is kept."""
    address = reverse("clients:list")
    offered = [one for one in Show if one != Show.NO_CARD or reader.sees_payers]
    return [(str(one.label), address + _query(search, one), one == show) for one in offered]


def _query(search: str, show: Show) -> str:
    query = QueryDict(mutable=True)
    query.update({name: text for name, text in (("q", search), ("show", show.value)) if text})
    return f"?{query.urlencode()}" if query else ""
