"""`manage.py demo`: the database, the demo practice in it, and how to sign in."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from practice.demo.load import load_if_empty
from practice.demo.load_people import PASSWORD
from practice.demo.people import TEAM
from practice.demo.stripe_seed import seed_stand_in


class Command(BaseCommand):
    help = "Create the database, load the demo practice if it is empty, and print the sign-ins."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo practice is loaded where DEMO is set, and nowhere else.")
        call_command("migrate", verbosity=0)
        is_new = load_if_empty(now=timezone.now())
        seed_stand_in()
        self.stdout.write(self._welcome(is_new=is_new))

    def _welcome(self, *, is_new: bool) -> str:
        sign_ins = "\n".join(f"  {member.email:<24}{member.name}" for member in TEAM)
        loaded = (
            "The demo practice is loaded." if is_new else "Your demo practice is as you left it."
        )
        return f"{loaded}\n\n  {settings.SITE_URL}/\n\nSign in with the password {PASSWORD} as\n{sign_ins}\n"
