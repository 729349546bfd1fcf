"""Working through an event from Stripe once more."""

from datetime import datetime

from billing.models import StripeEvent


def process_again(*, event: StripeEvent, now: datetime) -> None:
    """Let the next sweep, seconds later, work through an event, also one that was done.

    Every handler looks at Stripe and may run twice, so that nothing happens that is not so.
    """
    StripeEvent.objects.filter(pk=event.pk).update(
        processed_at=None, next_try_at=now, attempts=0, last_error=""
    )
