"""The application with another clock: at the moment that CLOCK names, and running on from there."""

import os
from datetime import datetime

import time_machine

time_machine.travel(datetime.fromisoformat(os.environ["CLOCK"]), tick=True).start()

from practice.wsgi import application  # noqa: E402

__all__ = ["application"]
