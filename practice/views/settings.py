"""Practice settings."""

from copy import copy

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from practice.actions import change_practice
from practice.audit.actor import Actor
from practice.clock_words import clock_in_words
from practice.forms.settings import PracticeForm
from practice.models import Practice
from practice.team.access import StaffRequest
from sessions.models import TherapySession


def practice_settings(request: StaffRequest) -> HttpResponse:
    if not request.user.is_manager:
        raise Http404
    practice = Practice.current()
    form = PracticeForm(
        request.POST or None,
        instance=copy(practice),
        is_currency_fixed=TherapySession.objects.exists(),
    )
    if request.method == "POST" and form.is_valid():
        by, now = Actor.user(request.user), timezone.now()
        changed = change_practice(changes=form.cleaned_data, by=by, now=now)
        messages.success(request, "Saved." if changed else "Nothing was changed.")
        return redirect("practice_settings")
    context = {"form": form, "practice": practice, "clock": clock_in_words(practice)}
    return render(request, "practice/settings.html", context)
