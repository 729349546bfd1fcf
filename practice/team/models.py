"""The people who work here: they sign in by e-mail, and hold one or more roles."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from practice.models import TimeZoneField


class UserQuerySet(models.QuerySet["User"]):
    def therapists(self) -> "UserQuerySet":
        return self.filter(is_active=True, is_therapist=True)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def therapists(self) -> UserQuerySet:
        return self.get_queryset().therapists()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.casefold(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, **{"is_staff": True, "is_superuser": True, "is_owner": True} | fields
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").casefold())


class User(AbstractBaseUser, PermissionsMixin):
    """A member of the practice's team, with the roles they hold (several are possible)."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=100, help_text="As clients see it, such as Dr Priya Nair.")
    time_zone = TimeZoneField(default="Europe/London")
    is_owner = models.BooleanField("owner", default=False)
    is_practice_manager = models.BooleanField("practice manager", default=False)
    is_therapist = models.BooleanField("therapist", default=False)
    is_supervisor = models.BooleanField("supervisor", default=False)
    is_scheduler = models.BooleanField("scheduler", default=False)
    is_biller = models.BooleanField("biller", default=False)
    is_staff = models.BooleanField("may open the admin", default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Someone of the team already has this e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_manager(self) -> bool:
        """An owner or a practice manager: may open every client's profile."""
        return self.is_owner or self.is_practice_manager
