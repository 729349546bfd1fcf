"""Who pays for whom in the demo practice, with which card, since when; and whom we asked for one."""

from typing import NamedTuple

from relationships.models import EndReason, PaymentMethod

CARD, INVOICE, NOTHING = PaymentMethod.BY_CARD, PaymentMethod.BY_INVOICE, PaymentMethod.NOT_AT_ALL


class Pays(NamedTuple):
    """A relationship, from so many weeks ago to so many weeks ago (None: it is open)."""

    therapist: str
    attendee: str
    payer: str
    since: int
    until: int | None = None
    reason: EndReason | None = None
    method: PaymentMethod = CARD
    terms_days: int = 14
    why_nothing: str = ""
    agreed_fee: str | None = None


# The older of an attendee's relationships comes first: one that was migrated points to the next.
RELATIONSHIPS = (
    Pays("priya", "sam", "jo", 30),
    Pays("priya", "mia", "nora", 20),
    Pays("priya", "leo", "ines", 41),
    Pays("priya", "ada", "ada", 64),
    Pays("priya", "hannah", "hannah", 15),
    Pays("priya", "yusuf", "leila", 26),
    Pays("priya", "chloe", "chloe", 52),
    Pays("priya", "ewan", "ewan", 70, method=INVOICE, terms_days=30),
    Pays("priya", "amara", "ngozi", 60, 5, EndReason.MIGRATED),
    Pays("priya", "amara", "amara", 5),
    Pays(
        "priya",
        "zofia",
        "zofia",
        18,
        method=NOTHING,
        why_nothing="Bursary of the practice, until the summer",
    ),
    Pays("priya", "rhys", "rhys", 48, 12, EndReason.THERAPY_ENDED),
    Pays("priya", "isla", "kirsty", 34),
    Pays("priya", "isla", "callum", 22),
    Pays("priya", "ben", "adaeze", 3),
    Pays("priya", "ben", "chidi", 2),
    Pays("priya", "tariq", "tariq", 1),
    Pays("tom", "lily", "mark", 28),
    Pays("tom", "rosalind", "rosalind", 80, agreed_fee="65.00"),
    Pays("tom", "jamal", "kofi", 17),
    Pays("tom", "priscilla", "wei", 39, 2, EndReason.PAYER_WITHDREW),
    Pays("tom", "priscilla", "priscilla", 2),
    Pays("tom", "dylan", "carys", 24),
    Pays("tom", "nikhil", "nikhil", 44),
    Pays("tom", "edith", "edith", 90, 9, EndReason.DECEASED, INVOICE),
    Pays("tom", "yusuf", "yusuf", 8),
    Pays("grace", "noah", "moira", 19, method=INVOICE),
    Pays("grace", "freya", "erik", 33, 14, EndReason.MIGRATED),
    Pays("grace", "freya", "freya", 14),
    Pays("grace", "carmen", "carmen", 57),
    Pays("grace", "owen", "owen", 11),
    Pays("grace", "leila", "leila", 16),
    Pays("grace", "victor", "victor", 50, 31, EndReason.THERAPY_ENDED),
)

# Of two open payers of one attendee with one therapist, whom a new session takes.
PLANS = (("priya", "isla", "kirsty"), ("priya", "ben", "adaeze"))


class SavedCard(NamedTuple):
    """A card on file: the last digits of one of Stripe's test numbers, months until it expires."""

    owner: str
    last4: str
    months_left: int
    weeks_ago: int


# Sam, Amara, Adaeze, Tariq and Priscilla have none.
CARDS = (
    SavedCard("jo", "4242", 20, 30),
    SavedCard("nora", "4444", 9, 20),
    SavedCard("ines", "4242", 14, 41),
    SavedCard("leo", "4242", 30, 1),
    SavedCard("ada", "4242", 26, 50),
    SavedCard("hannah", "4444", 17, 15),
    SavedCard("leila", "4242", 1, 26),
    SavedCard("chloe", "4242", -1, 52),
    SavedCard("ngozi", "4242", 11, 60),
    SavedCard("rhys", "4242", 7, 48),
    SavedCard("kirsty", "4444", 23, 34),
    SavedCard("callum", "3155", 13, 22),
    SavedCard("chidi", "4444", 19, 2),
    SavedCard("mark", "4242", 28, 28),
    SavedCard("rosalind", "0005", 16, 40),
    SavedCard("kofi", "4444", 5, 17),
    SavedCard("wei", "4242", 10, 39),
    SavedCard("carys", "3184", 21, 24),
    SavedCard("nikhil", "0341", 0, 44),
    SavedCard("yusuf", "4242", 33, 8),
    SavedCard("erik", "4444", 4, 33),
    SavedCard("freya", "4242", 29, 14),
    SavedCard("carmen", "4444", 18, 57),
    SavedCard("owen", "0005", 24, 11),
    SavedCard("victor", "4242", -4, 50),
)

# Payers we asked for a card: days ago. A link is good for 14 days, so that Adaeze's has expired.
REQUESTS = (("amara", 12), ("adaeze", 20), ("tariq", 6), ("priscilla", 5))
