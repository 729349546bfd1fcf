"""Today, the first page after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clients.permission import may_add
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.team.access import StaffRequest
from practice.today import read_today


@require_safe
def today(request: StaffRequest) -> HttpResponse:
    user, practice = request.user, Practice.current()
    page = read_today(user, now=timezone.now(), practice=practice)
    context = {
        "page": page,
        "practice": practice,
        "sees_sessions": user.is_manager or user.is_therapist or user.is_scheduler,
        "sees_everyone": user.is_manager or user.is_scheduler,
        "sees_money": user.is_manager or user.is_therapist or user.is_biller,
        "may_open": user.is_manager or user.is_therapist,
        "may_add": may_add(user),
    }
    return served(
        render(request, "practice/today.html", context),
        by=Actor.user(user),
        action="client.list_today",
        target=user,
        ids=page.client_ids,
    )
