"""Answers that are not 200, in the shape Stripe gives them."""

from typing import Any

# The code of our own for what Stripe has and the stand-in has not.
UNSUPPORTED = "stand_in_unsupported"
NOUNS = {"checkout.session": "checkout.session", "payment_method": "PaymentMethod"}


class Refusal(Exception):
    """The request is refused: ``status`` is the HTTP status, ``body`` the JSON to answer with."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(error.get("message"))
        self.status = status
        self.body = {"error": error}


def invalid(
    message: str, *, param: str = "", code: str = "", status: int = 400, **more: Any
) -> Refusal:
    """A request that makes no sense: 400 ``invalid_request_error`` unless another status is given."""
    error: dict[str, Any] = {"message": message, "type": "invalid_request_error", **more}
    if param:
        error["param"] = param
    if code:
        error |= {
            "code": code,
            "doc_url": f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}",
        }
    return Refusal(status, error)


def no_such(kind: str, object_id: str, *, param: str = "id", status: int = 400) -> Refusal:
    """Nothing has this id: 404 for the object in the path, 400 for one named in a parameter."""
    noun = NOUNS.get(kind, kind)
    return invalid(
        f"No such {noun}: '{object_id}'", param=param, code="resource_missing", status=status
    )


def card_refused(error: dict[str, Any]) -> Refusal:
    """The card was refused: 402 with ``code``, ``decline_code`` and the intent it belongs to."""
    return Refusal(402, error)


def broken() -> Refusal:
    """Stripe's own fault: 500, also replayed under the same idempotency key."""
    message = "An unknown error occurred. (The stand-in was told to answer so.)"
    return Refusal(500, {"message": message, "type": "api_error"})
