"""Where Stripe tells us that something happened. Its signature is the only authority."""

import logging
from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from billing import events, gateway
from billing.tasks import process_event

log = logging.getLogger(__name__)


@csrf_exempt
@login_not_required
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Keep the event and answer at once: 200, also for kinds we do not follow; 400 when it is forged."""
    try:
        event = gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except gateway.ForgedEvent as error:
        log.warning("A webhook request was refused: %s", error)
        return HttpResponse(status=400)
    if events.receive(event=event, now=timezone.now()):
        transaction.on_commit(partial(_wake, event.id), robust=True)
    return HttpResponse(status=200)


def _wake(event_id: str) -> None:
    """Ask a worker to look now. When the broker is away the sweep finds the event."""
    process_event.apply_async((event_id,), retry=False)
