"""Celery's side of billing: a wake-up for one event, and the sweeps for what was left."""

from django.utils import timezone

from billing import events, reconcile
from practice.celery import app


@app.task(name="billing.tasks.process_event")  # type: ignore[untyped-decorator]
def process_event(event_id: str) -> None:
    events.process(event_id=event_id, now=timezone.now())


@app.task(name="billing.tasks.sweep_events")  # type: ignore[untyped-decorator]
def sweep_events() -> None:
    events.sweep(now=timezone.now())


@app.task(name="billing.tasks.reconcile_setups")  # type: ignore[untyped-decorator]
def reconcile_setups() -> None:
    reconcile.reconcile_setups(now=timezone.now())
