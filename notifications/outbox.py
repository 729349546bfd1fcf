"""Writing into the outbox: a row in the transaction of its cause, then a wake-up that may fail."""

import hashlib
import logging
import re
import textwrap
import time
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template import Context, Engine

from notifications.calendar import Invite
from notifications.letters import Letter, LinkSecret
from notifications.models import OutgoingEmail
from notifications.tasks import deliver
from notifications.wording import has_health_words, one_line

log = logging.getLogger(__name__)
LINE_LENGTH = 72
BROKER_REST_SECONDS = 10.0


def queue(
    name: str,
    *,
    letter: Letter,
    values: dict[str, Any],
    link: LinkSecret | None = None,
    invite: Invite | None = None,
) -> OutgoingEmail | None:
    """Write one e-mail from `templates/emails/<name>/`, to be delivered after the commit.

    Joins the caller's transaction. Does nothing when the letter is to nobody or was written before (same
    name, cause and reader); an address that is none gives a row that says so. Returns the row it wrote.
    """
    if not letter.to:
        return None
    context = {
        **values,
        "letter": letter,
        "link": link,
        "url": _url(link),
        "site_url": settings.SITE_URL,
    }
    try:
        with transaction.atomic():
            email = OutgoingEmail.objects.create(
                dedupe_key=_dedupe_key(name, letter),
                name=name,
                **_envelope(letter),
                **_content(name, context),
                calendar=invite.text if invite else "",
                calendar_method=invite.method.value if invite else "",
                link_purpose=link.purpose if link else "",
                link_salt=link.salt if link else "",
            )
    except IntegrityError:
        return None
    transaction.on_commit(partial(wake, email.pk), robust=True)
    return email


def give_up_waiting(*, client_id: int, reason: str, now: datetime) -> int:
    """Send nothing more of what waits for this client (deceased, do not contact). Returns how many."""
    waiting = OutgoingEmail.objects.filter(client_id=client_id, sent_at=None, given_up_at=None)
    return waiting.update(given_up_at=now, last_error=reason)


def _url(link: LinkSecret | None) -> str:
    return settings.SITE_URL + link.path if link else ""


def _dedupe_key(name: str, letter: Letter) -> str:
    reader = f"client-{letter.client_id}" if letter.client_id else letter.to
    key = f"{name}:{letter.dedupe_key}:{reader}"
    return key if len(key) <= 160 else f"{name}:{hashlib.sha256(key.encode()).hexdigest()}"


def _envelope(letter: Letter) -> dict[str, Any]:
    is_sound = _is_address(letter.to)
    sender = one_line(letter.practice_name)
    return {
        "to": letter.to[:254],
        "sender_name": "" if has_health_words(sender) else sender[:100],
        "reply_to": letter.reply_to if _is_address(letter.reply_to) else "",
        "client_id": letter.client_id,
        "created_at": letter.now,
        "next_try_at": letter.now,
        "given_up_at": None if is_sound else letter.now,
        "last_error": "" if is_sound else "That is not an e-mail address.",
    }


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _content(name: str, context: dict[str, Any]) -> dict[str, str]:
    return {
        "subject": one_line(_render(f"emails/{name}/subject.txt", context))[:200],
        "text": _wrapped(_render(f"emails/{name}/body.txt", context)),
        "html": _render(f"emails/{name}/body.html", context),
    }


def _render(template: str, context: dict[str, Any]) -> str:
    """Names are escaped in HTML only: text is shown as it stands."""
    page = Engine.get_default().get_template(template)
    return page.render(Context(context, autoescape=template.endswith(".html")))


def _wrapped(text: str) -> str:
    """Wrap paragraphs and list items at 72 characters, addresses left whole, one empty line at most."""
    lines = [_wrapped_line(line.strip()) for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _wrapped_line(line: str) -> str:
    hanging = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line,
        LINE_LENGTH,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


class _Broker:
    """When the broker last failed: it is left alone for a while, so that no request waits for it twice."""

    failed_at = float("-inf")


def wake(email_id: int) -> None:
    """Ask a worker to deliver now. Raises nothing, whatever the broker does: the sweep delivers the rest."""
    if time.monotonic() - _Broker.failed_at < BROKER_REST_SECONDS:
        return
    try:
        deliver.apply_async((email_id,), retry=False)
    except Exception:
        _Broker.failed_at = time.monotonic()
        log.warning("The broker is away; the sweep delivers e-mail %s.", email_id, exc_info=True)
