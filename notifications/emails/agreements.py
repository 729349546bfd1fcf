"""Asking to be paid, and what became of it."""

from collections.abc import Sequence
from datetime import date

from notifications.letters import AgreementLine, Letter, LinkSecret
from notifications.outbox import queue
from notifications.wording import day


def add_your_card(letter: Letter, *, agreements: Sequence[AgreementLine], link: LinkSecret) -> None:
    """To a payer without a card: what for, what will be charged and when, the link, its last day."""
    queue("add_your_card", letter=letter, values={"agreements": agreements}, link=link)


def agree_to_pay(
    letter: Letter, *, agreements: Sequence[AgreementLine], card: str, link: LinkSecret
) -> None:
    """To a payer whose card is on file (`Visa ···· 4242`): agree with one press."""
    queue("agree_to_pay", letter=letter, values={"agreements": agreements, "card": card}, link=link)


def agreement_recorded(
    letter: Letter,
    *,
    agreement: AgreementLine,
    card: str,
    agreed_on: date,
    manner: str,
    link: LinkSecret,
) -> None:
    """To a payer whose agreement the practice wrote down (`manner`: "by phone"); the link says it is not right."""
    values = {
        "agreements": [agreement],
        "card": card,
        "agreed_on": day(agreed_on),
        "manner": manner,
    }
    queue("agreement_recorded", letter=letter, values=values, link=link)


def agreement_withdrawn(letter: Letter, *, payer: str, attendee: str, path: str) -> None:
    """To the therapist: the payer no longer agrees. `attendee` is empty when they attend; `path` leads there."""
    values = {"payer": payer, "attendee": attendee, "path": path}
    queue("agreement_withdrawn", letter=letter, values=values)


def agreement_disputed(letter: Letter, *, payer: str, attendee: str, path: str) -> None:
    """To the therapist: the payer pressed "this is not right"; nothing is charged until it is settled."""
    values = {"payer": payer, "attendee": attendee, "path": path}
    queue("agreement_disputed", letter=letter, values=values)


def request_disowned(letter: Letter, *, payer: str, attendee: str, path: str) -> None:
    """To the therapist: whoever read the card request says that it is not theirs; its link is dead."""
    values = {"payer": payer, "attendee": attendee, "path": path}
    queue("request_disowned", letter=letter, values=values)


def new_link(letter: Letter, *, purpose: str, link: LinkSecret) -> None:
    """To whoever asked for a fresh link instead of an expired one (`purpose`: "add your payment card")."""
    queue("new_link", letter=letter, values={"purpose": purpose}, link=link)
