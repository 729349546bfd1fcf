"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from practice.models import Practice


def practice(request: HttpRequest) -> dict[str, Any]:
    """Give `practice` (read when first used) and `demo` (is this the demo practice?)."""
    return {"practice": SimpleLazyObject(Practice.current), "demo": settings.DEMO}
