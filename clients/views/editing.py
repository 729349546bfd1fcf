"""Add and edit a client."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from clients.forms.person import ClientForm
from clients.forms.saving import try_saving
from clients.models import Client
from clients.permission import may_add
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.team.access import StaffRequest
from relationships.models import Relationship
from workflows.add_people import add_client
from workflows.change_client import change_client


def add(request: StaffRequest) -> HttpResponse:
    if not may_add(request.user):
        raise Http404
    now, practice = timezone.now(), Practice.current()
    form = _form(request, now, practice)
    if request.method == "POST" and form.is_valid() and not form.alike:
        client = try_saving(
            form, lambda: add_client(fields=form.person, user=request.user, now=now)
        )
        if client:
            return _added(request, client, form, practice)
    return render(request, "clients/add.html", {"form": form, "practice": practice})


def edit(request: StaffRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(Client.objects.for_user(request.user), pk=pk)
    now, practice = timezone.now(), Practice.current()
    form = _form(request, now, practice, instance=copy(client))
    if request.method == "POST" and form.is_valid():
        stopped = try_saving(form, lambda: _change(form, pk, request, now))
        if stopped is not None:
            return _changed(request, form, pk, stopped)
    context = {"form": form, "client": client, "practice": practice}
    return served(
        render(request, "clients/edit.html", context),
        by=Actor.user(request.user),
        action="client.read_edit",
        target=client,
        client_id=client.pk,
    )


def _form(request: StaffRequest, now: datetime, practice: Practice, **options: Any) -> ClientForm:
    today = now.astimezone(practice.zone).date()
    return ClientForm(request.POST or None, user=request.user, now=now, today=today, **options)


def _change(form: ClientForm, pk: int, request: StaffRequest, now: datetime) -> list[Relationship]:
    return change_client(client_id=pk, changes=form.person, user=request.user, now=now)


def _added(
    request: StaffRequest, client: Client, form: ClientForm, practice: Practice
) -> HttpResponse:
    messages.success(request, f"{client.name} was added.")
    age = client.age(form.today)
    if age is not None and age < practice.age_of_majority:
        sentence = "{} is {}. Please add a parent or guardian: <a href='{}'>Add a contact</a>."
        address = reverse("clients:add_contact", args=[client.pk])
        messages.info(request, format_html(sentence, client.first_name, age, address))
    return redirect("clients:client", client.pk)


def _changed(
    request: StaffRequest, form: ClientForm, pk: int, stopped: Sequence[Relationship]
) -> HttpResponse:
    messages.success(request, "Saved.")
    if stopped:
        messages.warning(
            request,
            f"By this date of birth {form.cleaned_data['first_name']} may not pay for their own "
            "sessions yet. Charges are stopped until you decide who pays.",
        )
    return redirect("clients:client", pk)
