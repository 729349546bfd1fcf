"""Who is who in the measured practice: plain arithmetic on the client's number, so no row need be read back.

People come in groups of twenty whom one therapist looks after: eleven pay for themselves, three adults and three
children are paid for by others, and three only pay. One more therapist, as well, looks after the first 10,000.
"""

OWNER, BUSY_THERAPIST, FIRST_THERAPIST = 1, 2, 3
BUSY_CASELOAD = 10_000
GROUP, CASELOAD = 20, 500
CHILDREN = (14, 15, 16)
PAID_BY = {seat: seat for seat in range(11)} | {11: 17, 12: 17, 13: 19, 14: 18, 15: 18, 16: 19}
SLOTS = len(PAID_BY) * CASELOAD // GROUP


class Person:
    """One client, by number: 1, 2, 3, …"""

    def __init__(self, number: int, therapists: int) -> None:
        group, self.seat = divmod(number - 1, GROUP)
        self.number = number
        self.therapist = FIRST_THERAPIST + group % therapists
        self.place = group // therapists * len(PAID_BY) + self.seat
        self.payer = number - self.seat + PAID_BY[self.seat] if self.seat in PAID_BY else 0

    @property
    def attends(self) -> bool:
        return self.payer > 0

    @property
    def is_child(self) -> bool:
        return self.seat in CHILDREN

    @property
    def is_active(self) -> bool:
        """Comes every week, and goes on coming."""
        return self.attends and self.place % 5 == 0

    @property
    def slot(self) -> tuple[int, int]:
        """Day of the week (0 to 6) and hour (from 8) of their own; the inactive have shared one."""
        day, hour = self.place // 5 % 7, self.place // 35
        return day, 8 + hour

    @property
    def had_another_payer(self) -> bool:
        return self.seat % 3 == 0 and self.attends

    @property
    def is_by_card(self) -> bool:
        return self.number % 10 != 7


def therapists_for(clients: int) -> int:
    return clients // CASELOAD


def has_card(payer: int) -> bool:
    """Four payers of five."""
    return payer % 5 != 0
