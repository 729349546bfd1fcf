"""A process that commits one e-mail per cause it is given, as a page does; says how long that took."""

import sys
import time

import django

django.setup()

from dataclasses import replace  # noqa: E402

from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from notifications import emails  # noqa: E402
from tests.notifications.samples import letter  # noqa: E402

for cause in sys.argv[1:]:
    started = time.monotonic()
    with transaction.atomic():
        to = replace(letter(), dedupe_key=cause, first_name=cause, now=timezone.now())
        emails.card_removed(to, card="Visa ···· 4242")
    sys.stdout.write(f"{time.monotonic() - started:.3f}\n")
