"""Settings of the tests: the real ones in an environment of their own, which no `.env` changes.

The engine and the broker are the caller's: `DATABASE_URL`, `CELERY_BROKER_URL`, `REDIS_URL`.
"""

import os
from pathlib import Path

_LOCAL = Path(os.environ.get("LOCAL_DIR") or Path(__file__).resolve().parent.parent / ".local/test")

os.environ.update(
    DEBUG="false",
    SECRET_KEY="tests-need-no-secret-but-django-wants-fifty-characters-of-one",
    LOCAL_DIR=str(_LOCAL),
    SITE_URL="http://localhost:8000",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    CSRF_TRUSTED_ORIGINS="",
    DEFAULT_FROM_EMAIL="office@example.com",
    EMAIL_URL="smtp://localhost:25",
    STRIPE_SECRET_KEY="sk_test_tests",
    STRIPE_WEBHOOK_SECRET="whsec_tests",
    TRUSTED_PROXY_COUNT="0",
    TWO_FACTOR_REQUIRED="false",
)
os.environ.setdefault("DEMO", "false")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_LOCAL / 'db.sqlite3'}")
os.environ.setdefault("CELERY_BROKER_URL", "filesystem://localhost")
os.environ.setdefault("REDIS_URL", "")
os.environ.setdefault("STRIPE_API_BASE", "https://api.stripe.com")

from practice.settings import *  # noqa: E402
from tests.strict_templates import RaiseIfOwn  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Names without a hash, so that no test needs `collectstatic`.
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = RaiseIfOwn("%s")  # noqa: F405
