"""Measure: `make bench`, or `make bench ARGS="--rounds 3 --only search"`. Ends with 1 when a target is missed."""

import argparse
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from itertools import islice

from benchmarks.databases import Database, copy_of, drop, kept
from benchmarks.report import Measurement, Measurements, is_all_met, print_report
from benchmarks.scenes import NULL, Scene, scenes
from benchmarks.server import Server
from benchmarks.visitor import Visitor

SIZES = (10_000, 100_000)
FIRST_PORT = 8431
MOST_SECONDS = 900


class Practice:
    """A running practice of one size, with what is asked of it."""

    def __init__(self, server: Server, clients: int) -> None:
        self.server, self.clients = server, clients
        self.visitor = Visitor(server.port)
        self.scenes = scenes(server.database, self.visitor)

    def measure(self, scene: Scene) -> Measurement:
        """One round of a scene. What is posted is prepared before the clock starts."""
        visits = list(islice(scene.visits, scene.per_round))
        before = self.server.cpu()
        self.visitor.go_all(visits)
        used = self.server.cpu().since(before)
        return Measurement(used.application / len(visits), used.database / len(visits))


def main() -> int:
    options = _options()
    with ExitStack() as stack:
        practices = [_start(stack, size, number) for number, size in enumerate(options.sizes)]
        measured = _rounds(practices, options)
        memory = {practice.clients: practice.server.memory() for practice in practices}
    print_report(measured, memory)
    return 0 if is_all_met(measured, memory) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--only", default="", help="scenes whose name contains this")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of clients")
    return parser.parse_args()


def _start(stack: ExitStack, clients: int, number: int) -> Practice:
    database: Database = copy_of(kept(clients))
    stack.callback(drop, database)
    if not number:
        database.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    server = stack.enter_context(Server(database, FIRST_PORT + number))
    return Practice(server, clients)


def _rounds(practices: list[Practice], options: argparse.Namespace) -> Measurements:
    """Every scene in each round, so that a slow minute of the machine touches all alike; the first warms up."""
    measured: Measurements = defaultdict(lambda: defaultdict(list))
    end = time.monotonic() + MOST_SECONDS
    for number in range(options.rounds + 1):
        for scenes_of_one_name in zip(*(practice.scenes for practice in practices), strict=True):
            name = scenes_of_one_name[0].name
            if options.only not in name and name != NULL:
                continue
            for practice, scene in zip(practices, scenes_of_one_name, strict=True):
                result = practice.measure(scene)
                if number:
                    measured[scene.name, scene.target][practice.clients].append(result)
        print(f"Round {number} of {options.rounds} done.", file=sys.stderr, flush=True)
        if time.monotonic() > end:
            break
    return measured


if __name__ == "__main__":
    sys.exit(main())
