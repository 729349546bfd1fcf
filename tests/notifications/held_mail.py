"""Django's mail into files, which waits before it writes while a file named `hold` is there."""

import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import filebased


class EmailBackend(filebased.EmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        while (Path(settings.LOCAL_DIR) / "hold").exists():
            time.sleep(0.02)
        return super().send_messages(email_messages) or 0
