"""Taking e-mails out of the outbox: at least once each, by however many workers at a time.

A short transaction claims a row and pushes its next try ahead; the mail is sent outside of any transaction; a
second statement says so. A worker killed in between leaves a row whose next try comes by itself.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import BadHeaderError
from django.db import transaction

from notifications.letters import LINK_SECRET
from notifications.models import OutgoingEmail
from practice.tokens import token_for

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]

# The first wait is also the claim's lease: longer than sending takes, EMAIL_TIMEOUT and retries included.
RETRY_AFTER = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
]
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
SWEEP_AT_MOST = 200


def sweep(*, now: Clock) -> int:
    """Deliver what is due, the oldest first. Returns how many left."""
    due = OutgoingEmail.objects.due(now()).values_list("pk", flat=True)[:SWEEP_AT_MOST]
    return sum(deliver(email_id=pk, now=now) for pk in due)


def deliver(*, email_id: int, now: Clock) -> bool:
    """Send one e-mail unless somebody else has, or has it in hand. True when it left by this call."""
    email = _claim(email_id, now())
    if email is None:
        return False
    try:
        _message(email).send()
    except Exception as error:  # noqa: BLE001 whatever went wrong is kept, and tried again
        _record_failure(email, error, now())
        return False
    OutgoingEmail.objects.filter(pk=email.pk).update(sent_at=now(), last_error="")
    return True


@transaction.atomic
def _claim(email_id: int, now: datetime) -> OutgoingEmail | None:
    """Take the e-mail for a while: nobody else takes it before `next_try_at`."""
    due = OutgoingEmail.objects.due(now).select_for_update(skip_locked=True)
    email = due.filter(pk=email_id).first()
    if email is None:
        return None
    if email.attempts >= MAX_ATTEMPTS:
        _give_up(email, email.last_error or "Every attempt was cut short.", now)
        return None
    email.attempts += 1
    email.next_try_at = now + RETRY_AFTER[min(email.attempts, len(RETRY_AFTER)) - 1]
    email.save(update_fields=["attempts", "next_try_at"])
    return email


def _record_failure(email: OutgoingEmail, error: Exception, now: datetime) -> None:
    """Keep the error; the claim has already set the next try."""
    reason = f"{type(error).__name__}: {error}"[:2000]
    log.warning(
        "E-mail %s did not leave (attempt %s): %s", email.pk, email.attempts, type(error).__name__
    )
    if _is_hopeless(error) or email.attempts >= MAX_ATTEMPTS:
        _give_up(email, reason, now)
    else:
        OutgoingEmail.objects.filter(pk=email.pk).update(last_error=reason)


def _give_up(email: OutgoingEmail, reason: str, now: datetime) -> None:
    OutgoingEmail.objects.filter(pk=email.pk).update(given_up_at=now, last_error=reason)
    log.error("E-mail %s (%s) was given up.", email.pk, email.name)


def _is_hopeless(error: Exception) -> bool:
    """Whether trying again cannot help: a broken header, or an address the server refuses for good."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, BadHeaderError)


def _message(email: OutgoingEmail) -> EmailMultiAlternatives:
    """The mail as it leaves, with the link's secret put in. Its Message-ID is the row's for ever."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=_with_secret(email.text, email),
        from_email=formataddr((email.sender_name or sender[0], sender[1])),
        to=[email.to],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers={"Message-ID": message_id(email), "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(_with_secret(email.html, email), "text/html")
    if email.calendar:
        message.attach(_calendar_part(email))
    return message


def message_id(email: OutgoingEmail) -> str:
    """The same for every attempt, so that a mail delivered twice shows as one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{email.pk}.{email.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def _with_secret(text: str, email: OutgoingEmail) -> str:
    if not email.link_salt:
        return text
    return text.replace(LINK_SECRET, token_for(purpose=email.link_purpose, salt=email.link_salt))


def _calendar_part(email: OutgoingEmail) -> MIMEText:
    part = MIMEText(email.calendar, "calendar", "utf-8")
    part.set_param("method", email.calendar_method)
    part.set_param("name", "invite.ics")
    part.add_header("Content-Disposition", "attachment", filename="invite.ics")
    return part
