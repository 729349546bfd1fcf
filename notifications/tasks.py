"""Celery's side of the outbox: a wake-up for one e-mail, and the sweep for what was left."""

from django.utils import timezone

from notifications import delivery
from practice.celery import app


@app.task(name="notifications.tasks.deliver")  # type: ignore[untyped-decorator]
def deliver(email_id: int) -> None:
    delivery.deliver(email_id=email_id, now=timezone.now)


@app.task(name="notifications.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    delivery.sweep(now=timezone.now)
