"""What happened, written once and never changed."""

from typing import Any, ClassVar, NoReturn

from django.db import models

from practice.audit.actor import ActorField


class AppendOnlyQuerySet(models.QuerySet["AuditEvent"]):
    def update(self, **_: Any) -> NoReturn:
        raise TypeError("Audit events are never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("Audit events are never deleted.")

    def about_client(self, client_id: int) -> "AppendOnlyQuerySet":
        return self.filter(client_id=client_id).order_by("-at", "-pk")


class AuditEvent(models.Model):
    """One thing somebody did or saw: who, when, what, of which client, with details."""

    at = models.DateTimeField(db_index=True)
    actor = ActorField()
    action = models.CharField(max_length=60, help_text='A verb, such as "relationship.migrate".')
    client_id = models.BigIntegerField(null=True, help_text="The client whose record it concerns.")
    target = models.CharField(max_length=60, help_text='Model and id, such as "relationship:12".')
    details = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["AuditEvent"]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["client_id", "-at"], name="audit_by_client")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only. Raises TypeError for a row that is already written."""
        if not self._state.adding:
            raise TypeError("Audit events are never changed.")
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("Audit events are never deleted.")
