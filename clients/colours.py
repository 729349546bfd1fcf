"""One colour per payer, the same wherever an attendee's payers are shown together."""

from collections.abc import Iterable

COLOURS = 8
OWN = 1


def payer_colours(attendee_id: int, payer_ids: Iterable[int]) -> dict[int, str]:
    """Classes `payer-1` to `payer-8` by payer. The attendee is 1; others by id, each their own.

    Up to seven other payers of one attendee never share a colour.
    """
    taken: dict[int, int] = {attendee_id: OWN}
    for payer_id in sorted(set(payer_ids) - {attendee_id}):
        taken[payer_id] = _free(payer_id, set(taken.values()))
    return {payer_id: f"payer-{number}" for payer_id, number in taken.items()}


def _free(payer_id: int, used: set[int]) -> int:
    others = COLOURS - 1
    tries = [OWN + 1 + (payer_id + step) % others for step in range(others)]
    return next((number for number in tries if number not in used), tries[0])
