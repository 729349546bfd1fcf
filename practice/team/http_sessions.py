"""HTTP sessions of signed-in people, which end when nothing was done for a while."""

from datetime import timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

RENEWED_AFTER = timedelta(minutes=1)


class SessionStore(db.SessionStore):
    """Ends `SESSION_COOKIE_AGE` after the last request, at the cost of one statement a minute.

    What a session's row knows is enough: it was renewed `SESSION_COOKIE_AGE` before it expires. The
    date alone is written, so that requests at the same time overwrite none of each other's data.
    """

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]
        if row is None:
            return {}
        expires_at = timezone.now() + timedelta(seconds=self.get_session_cookie_age())
        if row.expire_date < expires_at - RENEWED_AFTER:
            self.model.objects.filter(pk=row.pk).update(expire_date=expires_at)
        return self.decode(row.session_data)
