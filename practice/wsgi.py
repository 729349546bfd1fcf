"""The web process's entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
application = get_wsgi_application()
# Import the views now: once, before gunicorn forks, and not while the first person waits in each worker.
get_resolver().url_patterns  # noqa: B018
# What was loaded until here stays: looking for garbage in it would cost time, and each worker a copy of it.
gc.collect()
gc.freeze()
