"""Settings of the processes that are killed: the real ones, with what a test needs to see and to wait for.

Mail goes to files and can be held up; sign-in is quick; no collected files are needed; the sweep comes
every second. With TORN set, confirmations have no transaction: the tests must then find what is torn.
"""

import os
from contextlib import nullcontext

from django.db import transaction
from django.db.models import QuerySet

from practice.settings import *  # noqa: F403

EMAIL_BACKEND = "tests.notifications.held_mail.EmailBackend"
EMAIL_FILE_PATH = str(LOCAL_DIR / "mail")  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
CELERY_BEAT_SCHEDULE = {
    "deliver-waiting-mail": {"task": "notifications.tasks.sweep", "schedule": 1.0}
}

if "TORN" in os.environ:
    transaction.atomic = lambda using=None, **_: using if callable(using) else nullcontext()  # type: ignore[assignment]
    QuerySet.select_for_update = lambda self, **_: self.all()  # type: ignore[method-assign]
