"""Settings of the measurements: those of a production, and the null view.

The engine and the broker are the caller's: `DATABASE_URL`, `CELERY_BROKER_URL`, `REDIS_URL`.
"""

import os

os.environ.update(
    DEBUG="false",
    DEMO="false",
    SECRET_KEY="measurements-need-no-secret-but-django-wants-fifty-characters",
    SITE_URL="http://127.0.0.1",
    ALLOWED_HOSTS="127.0.0.1",
    CSRF_TRUSTED_ORIGINS="",
    SECURE_SSL_REDIRECT="false",
    TRUSTED_PROXY_COUNT="0",
    TWO_FACTOR_REQUIRED="false",
    LOG_LEVEL="WARNING",
    DEFAULT_FROM_EMAIL="office@example.com",
    EMAIL_URL="smtp://localhost:25",
    STRIPE_SECRET_KEY="sk_test_measurements",
    STRIPE_WEBHOOK_SECRET="whsec_measurements",
)

from practice.settings import *  # noqa: F403
from practice.settings import INSTALLED_APPS, LOCAL_DIR

INSTALLED_APPS.append("benchmarks")
ROOT_URLCONF = "benchmarks.urls"
STATIC_ROOT = LOCAL_DIR / "static"
