"""The one function that writes audit events."""

from datetime import datetime
from typing import Any

from django.db import models

from practice.audit.actor import Actor
from practice.audit.models import AuditEvent


def record(
    *,
    by: Actor,
    action: str,
    target: models.Model,
    now: datetime,
    client_id: int | None = None,
    **details: Any,
) -> AuditEvent:
    """Write that `by` did `action` to `target`, in the caller's transaction.

    `details` must be JSON: text, numbers, lists; dates as ISO 8601 text, amounts as text.
    """
    return AuditEvent.objects.create(
        at=now,
        actor=by,
        action=action,
        client_id=client_id,
        target=f"{target._meta.model_name}:{target.pk}",
        details=details,
    )
