"""Add, edit and remove the contacts of a client."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from clients import actions
from clients.forms.contact import ContactForm, KnownContactForm, NewContactForm
from clients.forms.saving import try_saving
from clients.forms.search import FindForm
from clients.models import Client, Contact
from clients.querysets import ClientQuerySet
from practice.audit.actor import Actor
from practice.audit.reading import served
from practice.models import Practice
from practice.team.access import StaffRequest
from workflows.add_people import add_contact as link

FOUND = 8
AnyForm = KnownContactForm | NewContactForm


def add_contact(request: StaffRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(Client.objects.for_user(request.user), pk=pk)
    others = Client.objects.listed_for(request.user).exclude(pk=pk)
    adult = _chosen(request, others)
    now, practice = timezone.now(), Practice.current()
    form = _form(request, client, adult, now, practice)
    if request.method == "POST" and form.is_valid():
        contact = try_saving(form, lambda: _link(request, client, form, now))
        if contact:
            messages.success(request, f"{contact.adult.name} is a contact of {client.name} now.")
            return redirect("clients:client", pk)
    found = FindForm(request.GET).found(others)[:FOUND] if adult is None else []
    context = {
        "practice": practice,
        "q": request.GET.get("q", "")[:100],
        "client": client,
        "adult": adult,
        "form": form,
        "found": found,
    }
    return served(
        render(request, "clients/add_contact.html", context),
        by=Actor.user(request.user),
        action="client.read_add_contact",
        target=client,
        client_id=pk,
        ids=[one.pk for one in ([adult] if adult else found)],
    )


def edit_contact(request: StaffRequest, pk: int) -> HttpResponse:
    contact = _contact(request, pk)
    initial = {"relation": contact.relation, "is_emergency": contact.is_emergency}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        by, now = Actor.user(request.user), timezone.now()
        actions.change_contact(contact=contact, by=by, now=now, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("clients:client", contact.client_id)
    return served(
        render(request, "clients/edit_contact.html", {"contact": contact, "form": form}),
        by=Actor.user(request.user),
        action="client.read_contact",
        target=contact,
        client_id=contact.client_id,
    )


@require_POST
def remove_contact(request: StaffRequest, pk: int) -> HttpResponse:
    contact = _contact(request, pk)
    name, client_id = contact.adult.name, contact.client_id
    actions.remove_contact(contact=contact, by=Actor.user(request.user), now=timezone.now())
    messages.success(request, f"{name} is no longer a contact, and stays known to the practice.")
    return redirect("clients:client", client_id)


def _contact(request: StaffRequest, pk: int) -> Contact:
    mine = Contact.objects.filter(client__in=Client.objects.for_user(request.user))
    return get_object_or_404(mine.select_related("adult", "client"), pk=pk)


def _chosen(request: StaffRequest, others: ClientQuerySet) -> Client | None:
    """The person picked among those found; Http404 for one the reader may not see."""
    chosen = request.GET.get("adult", "")
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        raise Http404
    return get_object_or_404(others, pk=int(chosen))


def _form(
    request: StaffRequest,
    client: Client,
    adult: Client | None,
    now: datetime,
    practice: Practice,
) -> AnyForm:
    data = request.POST if request.method == "POST" else None
    if adult is None:
        return NewContactForm(data, user=request.user, now=now)
    today = now.astimezone(practice.zone).date()
    return KnownContactForm(data, client=client, adult=adult, practice=practice, today=today)


def _link(request: StaffRequest, client: Client, form: AnyForm, now: datetime) -> Contact:
    return link(
        client=client,
        adult=form.adult if isinstance(form, KnownContactForm) else form.person,
        relation=form.cleaned_data["relation"],
        is_emergency=form.cleaned_data["is_emergency"],
        user=request.user,
        now=now,
    )
