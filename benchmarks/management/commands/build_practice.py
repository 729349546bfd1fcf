"""Fill an empty, migrated database with a practice of many clients."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from benchmarks.build import build


class Command(BaseCommand):
    help = "Fill an empty, migrated database with a practice of many clients."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("clients", type=int, help="a multiple of 10,000")

    def handle(self, *_: Any, clients: int, **__: Any) -> None:
        build(clients)
