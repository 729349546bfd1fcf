"""The table: multiples of the null view, their targets, and whether they are met."""

from statistics import median
from typing import NamedTuple

from benchmarks.scenes import NULL
from benchmarks.server import Memory

GROWTH_TARGET = 1.15
MEMORY_TARGET = 200


class Measurement(NamedTuple):
    """Processor seconds for one request, of the application and of its database connections."""

    application: float
    database: float

    @property
    def total(self) -> float:
        return self.application + self.database


Rounds = list[Measurement]
Measurements = dict[tuple[str, float | None], dict[int, Rounds]]


def multiple(rounds: Rounds, null: Rounds) -> float:
    """The middle one of the rounds' multiples of the null view of the same round."""
    return median(one.total / base.total for one, base in zip(rounds, null, strict=True))


def growth(by_size: dict[int, Rounds]) -> float | None:
    """The largest practice against the smallest; None when only one was measured."""
    if len(by_size) < 2:
        return None
    small, large = by_size[min(by_size)], by_size[max(by_size)]
    return median(b.total / a.total for a, b in zip(small, large, strict=True))


def print_report(measured: Measurements, memory: dict[int, Memory]) -> None:
    null = measured[NULL, None]
    sizes = "".join(f"{f'{size:,} clients':>30}" for size in null)
    print(
        f"\n{'CPU per request, in null views (ms app + database)':52}{'target':>8}{sizes}{'growth':>9}"
    )
    for (name, target), by_size in measured.items():
        cells = "".join(f"{_cell(rounds, null[size]):>30}" for size, rounds in by_size.items())
        grown = growth(by_size)
        verdict = (
            "" if target is None else ("  met" if _is_met(target, by_size, null) else "  MISSED")
        )
        wanted = "" if target is None else f"{target:g}"
        print(f"{name:52}{wanted:>8}{cells}{'' if grown is None else f'{grown:.2f}':>9}{verdict}")
    print(f"\nGrowth: the larger practice against the smaller, at most {GROWTH_TARGET}.")
    for size, used in memory.items():
        word = "met" if used.shared <= MEMORY_TARGET else "MISSED"
        print(
            f"Memory of master and workers, {size:,} clients: {used.shared:.0f} MB "
            f"(at most {MEMORY_TARGET}, shared pages counted once; resident {used.resident:.0f}): {word}"
        )


def is_all_met(measured: Measurements, memory: dict[int, Memory]) -> bool:
    null = measured[NULL, None]
    is_quick = all(
        _is_met(target, by_size, null) for (_, target), by_size in measured.items() if target
    )
    return is_quick and all(used.shared <= MEMORY_TARGET for used in memory.values())


def _is_met(target: float, by_size: dict[int, Rounds], null: dict[int, Rounds]) -> bool:
    is_quick = all(multiple(rounds, null[size]) <= target for size, rounds in by_size.items())
    return is_quick and (growth(by_size) or 0) <= GROWTH_TARGET


def _cell(rounds: Rounds, null: Rounds) -> str:
    application = median(one.application for one in rounds) * 1000
    database = median(one.database for one in rounds) * 1000
    return f"{multiple(rounds, null):.2f} ({application:.1f} + {database:.1f})"
