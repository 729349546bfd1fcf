"""The card form of the hosted page: what was typed and what is wrong with it."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from practice.demo.stripe_stand_in.cards import BY_NUMBER, TestCard, has_expired

EXPIRY = re.compile(r"(\d{1,2})\s*/?\s*(\d{2}|20\d{2})")
FIELDS = ("number", "expiry", "cvc", "name")


@dataclass(frozen=True)
class CardForm:
    """The four fields as typed."""

    number: str = ""
    expiry: str = ""
    cvc: str = ""
    name: str = ""

    @classmethod
    def from_body(cls, body: str) -> "CardForm":
        """The fields of a posted form; a missing one is empty."""
        sent = parse_qs(body)
        return cls(**{field: sent.get(field, [""])[0].strip() for field in FIELDS})

    @property
    def card(self) -> TestCard | None:
        """The test card with this number, however it is spaced."""
        return BY_NUMBER.get(re.sub(r"[\s-]", "", self.number))

    @property
    def month_and_year(self) -> tuple[int, int] | None:
        """The expiry, the year with four digits; None when it cannot be read."""
        match = EXPIRY.fullmatch(self.expiry)
        if match is None or not 1 <= int(match[1]) <= 12:
            return None
        return int(match[1]), 2000 + int(match[2]) % 100

    def errors(self) -> dict[str, str]:
        """A sentence for each field that is wrong."""
        found = {
            "number": self._number_error(),
            "expiry": self._expiry_error(),
            "cvc": self._cvc_error(),
            "name": "" if self.name else "Write the name as it is on the card.",
        }
        return {field: sentence for field, sentence in found.items() if sentence}

    def _number_error(self) -> str:
        return "" if self.card else "Only the test numbers listed below are accepted here."

    def _expiry_error(self) -> str:
        if self.month_and_year is None:
            return "Write the expiry as month and year, such as 12 / 34."
        return (
            "Your card has expired. Write a date that is still to come."
            if has_expired(*self.month_and_year)
            else ""
        )

    def _cvc_error(self) -> str:
        length = self.card.cvc_length if self.card else 3
        right = self.cvc.isascii() and self.cvc.isdigit() and len(self.cvc) == length
        return "" if right else f"The CVC has {length} digits; any will do."
