"""What the loaders of the demo practice share."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from clients.models import Client
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from practice.demo.calendar import working_day_weeks_ago
from practice.models import Practice, ServiceType
from practice.team.models import User
from relationships.models import Relationship
from sessions.clock import moment

OFFICE_OPENS = time(9, 40)


@dataclass
class World:
    """The demo practice while it is loaded: its people by the keys of the tables."""

    now: datetime
    practice: Practice
    users: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    services: dict[str, ServiceType] = field(default_factory=dict)
    relationships: list[Relationship] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.practice.zone).date()

    def weeks_ago(self, weeks: int) -> datetime:
        """A working morning so many weeks ago."""
        return moment(working_day_weeks_ago(self.today, weeks), OFFICE_OPENS, self.practice.zone)

    def days_ago(self, days: int) -> datetime:
        return moment(self.today - timedelta(days=days), OFFICE_OPENS, self.practice.zone)

    def staff(self, key: str) -> Actor:
        return Actor.user(self.users[key])

    def remember(
        self,
        *,
        at: datetime,
        by: Actor,
        action: str,
        target: str,
        client_id: int,
        **details: object,
    ) -> None:
        """Note an audit event of the past; all are written together at the end."""
        self.events.append(
            AuditEvent(
                at=at, actor=by, action=action, target=target, client_id=client_id, details=details
            )
        )
