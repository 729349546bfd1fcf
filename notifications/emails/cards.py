"""A card was saved or removed: to its owner and to the therapist."""

from collections.abc import Sequence

from notifications.letters import AgreementLine, Letter, LinkSecret
from notifications.outbox import queue


def card_saved(
    letter: Letter, *, card: str, agreements: Sequence[AgreementLine], link: LinkSecret
) -> None:
    """To the owner: which card (`Visa ···· 4242`), what it pays for, the link to Your card."""
    queue("card_saved", letter=letter, values={"card": card, "agreements": agreements}, link=link)


def card_removed(letter: Letter, *, card: str, link: LinkSecret | None = None) -> None:
    """To the owner: it is gone and pays for nothing any more; perhaps a link to add another."""
    queue("card_removed", letter=letter, values={"card": card}, link=link)


def card_arrived(letter: Letter, *, payer: str, card: str, attendee: str, path: str) -> None:
    """To the therapist: appointments can be booked now. `attendee` is empty when the payer attends."""
    values = {"payer": payer, "card": card, "attendee": attendee, "path": path}
    queue("card_arrived", letter=letter, values=values)


def card_removed_notice(letter: Letter, *, payer: str, card: str, attendee: str, path: str) -> None:
    """To the therapist: nothing can be charged or booked until there is another card."""
    values = {"payer": payer, "card": card, "attendee": attendee, "path": path}
    queue("card_removed_notice", letter=letter, values=values)
