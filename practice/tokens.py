"""The secret in an e-mailed link: made from a salt and SECRET_KEY, stored as a hash only.

Being derivable, it never needs to be stored in readable form: mail carries a placeholder until it is
delivered, and staff can copy the link of an open request (docs/adr).
"""

import base64
import hashlib
import hmac
import secrets

from django.conf import settings


def new_salt() -> str:
    """256 random bits as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def token_for(*, purpose: str, salt: str) -> str:
    """The 256-bit token as 43 URL-safe characters."""
    message = f"access-link:{purpose}:{salt}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is stored: SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()
