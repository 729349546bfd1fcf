"""Trying again with an e-mail that did not leave."""

from datetime import datetime
from functools import partial

from django.db import transaction

from notifications.models import OutgoingEmail
from notifications.outbox import wake


@transaction.atomic
def send_again(*, email: OutgoingEmail, now: datetime) -> bool:
    """Let a waiting or given-up e-mail be tried from the start, at once. False when it has left.

    1. The row is due now, with all its attempts. 2. After the commit a worker is woken.
    """
    waiting = OutgoingEmail.objects.filter(pk=email.pk, sent_at=None)
    if not waiting.update(given_up_at=None, attempts=0, next_try_at=now):
        return False
    transaction.on_commit(partial(wake, email.pk), robust=True)
    return True
