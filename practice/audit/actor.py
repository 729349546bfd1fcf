"""Who did it: a user, a client (through a link), or a named part of the system."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models

from practice.team.models import User


class ActorKind(StrEnum):
    USER = "user"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it. `name` is the team member's or the system part's; a client's is left empty."""

    kind: ActorKind
    id: int = 0
    name: str = ""

    @classmethod
    def user(cls, user: User) -> "Actor":
        return cls(ActorKind.USER, user.pk, user.name)

    @classmethod
    def client(cls, client_id: int) -> "Actor":
        return cls(ActorKind.CLIENT, client_id)

    @classmethod
    def system(cls, part: str) -> "Actor":
        return cls(ActorKind.SYSTEM, 0, part)

    @classmethod
    def parse(cls, text: str) -> "Actor":
        kind, id_, name = text.split(":", 2)
        return cls(ActorKind(kind), int(id_), name)

    @property
    def label(self) -> str:
        """As people read it: "Priya Nair", "the client", "the system (charging)"."""
        if self.kind == ActorKind.USER:
            return self.name
        return "the client" if self.kind == ActorKind.CLIENT else f"the system ({self.name})"

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}:{self.name}"


class ActorField(models.CharField[Any, Any]):
    """An Actor in one column, as `kind:id:name`."""

    _pyi_private_set_type: Actor | None  # type: ignore[assignment]
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 160)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: object) -> Actor | None:
        return Actor.parse(value) if value else None

    def to_python(self, value: Any) -> Actor | None:
        return Actor.parse(value) if isinstance(value, str) and value else value or None

    def get_prep_value(self, value: Any) -> str | None:
        return str(value) if value else None

    def run_validators(self, value: Any) -> None:
        super().run_validators(str(value))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")
