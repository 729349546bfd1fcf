"""Addresses the caller hands over."""

from urllib.parse import urlencode, urlsplit

from practice.demo.stripe_stand_in.errors import invalid


def checked(url: str, param: str) -> str:
    """The address itself. Raises 400 ``url_invalid`` unless it is an absolute http(s) one."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise invalid("Not a valid URL", param=param, code="url_invalid")
    return url


def origin(url: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def with_query(url: str, **values: str) -> str:
    """The address with values added to its query, before any fragment."""
    address, hash_sign, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}{hash_sign}{fragment}"
