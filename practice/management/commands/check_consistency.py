"""`manage.py check_consistency`: run it every night; what it prints needs a person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice.consistency import find_inconsistencies


class Command(BaseCommand):
    help = "Look for what the database cannot refuse by itself. Prints what is wrong; exits with 1 then."

    def handle(self, *args: Any, **options: Any) -> None:
        sentences = list(find_inconsistencies(now=timezone.now()))
        if sentences:
            self.stdout.write("\n".join(sentences))
            rows = "row is" if len(sentences) == 1 else "rows are"
            raise CommandError(f"{len(sentences)} {rows} inconsistent.", returncode=1)
        self.stdout.write("Everything is consistent.")
