"""What holds for every page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from practice.team.models import User

Handler = Callable[[HttpRequest], HttpResponse]


def time_zone(get_response: Handler) -> Handler:
    """Show times in the zone of the member of the team who reads them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        with timezone.override(user.zone if isinstance(user, User) else None):
            return get_response(request)

    return middleware


def private_pages(get_response: Handler) -> Handler:
    """Keep what people see here out of caches and search engines."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("X-Robots-Tag", "noindex")
        return response

    return middleware
