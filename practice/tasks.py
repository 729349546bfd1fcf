"""What the practice's own worker does every night."""

import logging

from django.utils import timezone

from practice.celery import app
from practice.consistency import find_inconsistencies

log = logging.getLogger(__name__)


@app.task(name="practice.tasks.check_consistency")  # type: ignore[untyped-decorator]
def check_consistency() -> None:
    """Log an error for every row that breaks what no constraint can hold."""
    for sentence in find_inconsistencies(now=timezone.now()):
        log.error("%s", sentence)
