"""Stripe's published test cards: the only numbers the stand-in accepts."""

from dataclasses import dataclass
from datetime import UTC, datetime

from practice.demo.stripe_stand_in.store import Json

OK = "ok"
AUTHENTICATE = "authentication_required"

MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    AUTHENTICATE: "Your card was declined. This transaction requires authentication.",
}


@dataclass(frozen=True)
class TestCard:
    """What happens with one number. Each outcome is OK, AUTHENTICATE or the reason of the refusal;
    ``unless_set_up`` marks the one that asks for 3-D Secure until it was saved with it."""

    number: str
    brand: str
    token: str
    does: str
    saving: str = OK
    off_session: str = OK
    on_session: str = OK
    after_authentication: str = OK
    unless_set_up: bool = False

    @property
    def shown(self) -> str:
        """The number as it is printed on a card."""
        if self.brand == "amex":
            return f"{self.number[:4]} {self.number[4:10]} {self.number[10:]}"
        return " ".join(self.number[start : start + 4] for start in range(0, 16, 4))

    @property
    def cvc_length(self) -> int:
        """Digits of the code on the card."""
        return 4 if self.brand == "amex" else 3


CARDS = (
    TestCard("4242424242424242", "visa", "pm_card_visa", "saved, and every charge succeeds"),
    TestCard(
        "5555555555554444", "mastercard", "pm_card_mastercard", "saved, and every charge succeeds"
    ),
    TestCard("378282246310005", "amex", "pm_card_amex", "saved, and every charge succeeds"),
    TestCard(
        "4000000000000002",
        "visa",
        "pm_card_visa_chargeDeclined",
        "declined at once",
        saving="card_declined",
        off_session="card_declined",
        on_session="card_declined",
    ),
    TestCard(
        "4000000000009995",
        "visa",
        "pm_card_visa_chargeDeclinedInsufficientFunds",
        "refused at once: insufficient funds",
        saving="insufficient_funds",
        off_session="insufficient_funds",
        on_session="insufficient_funds",
    ),
    TestCard(
        "4000000000000341",
        "visa",
        "pm_card_chargeCustomerFail",
        "saved, but every charge is declined",
        off_session="card_declined",
        on_session="card_declined",
    ),
    TestCard(
        "4000002500003155",
        "visa",
        "pm_card_authenticationRequiredOnSetup",
        "3-D Secure when saving, then every charge succeeds",
        saving=AUTHENTICATE,
        on_session=OK,
        unless_set_up=True,
    ),
    TestCard(
        "4000002760003184",
        "visa",
        "pm_card_authenticationRequired",
        "3-D Secure when saving, and again for every charge",
        saving=AUTHENTICATE,
        off_session=AUTHENTICATE,
        on_session=AUTHENTICATE,
    ),
    TestCard(
        "4000008260003178",
        "visa",
        "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds",
        "3-D Secure when saving, then every charge lacks funds",
        saving=AUTHENTICATE,
        off_session="insufficient_funds",
        on_session=AUTHENTICATE,
        after_authentication="insufficient_funds",
    ),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_TOKEN = {card.token: card for card in CARDS}


def has_expired(month: int, year: int) -> bool:
    """Whether the last day of that month is over, in UTC."""
    today = datetime.now(UTC)
    return (year, month) < (today.year, today.month)


def charge_outcome(method: Json, *, off_session: bool, authenticated: bool = False) -> str:
    """OK, AUTHENTICATE, or why a charge to this saved card is refused."""
    card = BY_NUMBER[method["_number"]]
    if has_expired(method["card"]["exp_month"], method["card"]["exp_year"]):
        return "expired_card"
    if authenticated:
        return card.after_authentication
    if card.unless_set_up and not method["_set_up"]:
        return AUTHENTICATE
    return card.off_session if off_session else card.on_session


def card_error(reason: str, **more: object) -> Json:
    """The error object of a refused card: ``code``, ``decline_code`` and a sentence for people."""
    code = "card_declined" if reason == "insufficient_funds" else reason
    decline = "generic_decline" if reason == "card_declined" else reason
    return {
        "code": code,
        "decline_code": decline,
        "doc_url": f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}",
        "message": MESSAGES[reason],
        "type": "card_error",
        **more,
    }
