"""What is done to the practice's settings."""

from datetime import datetime
from typing import Any

from django.db import transaction

from practice.audit.actor import Actor
from practice.audit.log import record
from practice.models import Practice


def change_practice(*, changes: dict[str, Any], by: Actor, now: datetime) -> list[str]:
    """Change settings. 1. The row. 2. Audit event with old and new values. Returns what changed.

    Sessions booked before keep the clock they were booked with (DESIGN 4.4).
    """
    with transaction.atomic():
        practice = Practice.objects.select_for_update(of=("self",)).get(pk=1)
        changed = [name for name, value in changes.items() if getattr(practice, name) != value]
        if changed:
            was = {name: str(getattr(practice, name)) for name in changed}
            for name in changed:
                setattr(practice, name, changes[name])
            practice.save(update_fields=changed)
            record(
                by=by,
                action="practice.change",
                target=practice,
                now=now,
                was=was,
                becomes={name: str(changes[name]) for name in changed},
            )
        return changed
