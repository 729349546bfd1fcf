"""What is done to clients, their contacts, care teams and links."""

from datetime import datetime, timedelta
from typing import Any

from clients.models import AccessLink, CareTeamMember, Client, Contact, LinkPurpose
from practice.audit.actor import Actor
from practice.audit.log import record
from practice.models import Practice
from practice.team.models import User


def add_client(*, fields: dict[str, Any], user: User | None, by: Actor, now: datetime) -> Client:
    """Add a person. 1. The row. 2. `user` joins their care team. 3. Audit event.

    Raises IntegrityError (`client_email_unique`) when somebody has the e-mail address already.
    """
    client = Client.objects.create(**fields)
    if user:
        join_care_team(client=client, user=user, by=by, now=now)
    record(by=by, action="client.add", target=client, client_id=client.pk, now=now)
    return client


def change_client(*, client: Client, changes: dict[str, Any], by: Actor, now: datetime) -> Client:
    """Change what is known of a person. 1. The row. 2. Audit event with the names of the fields.

    Dates of birth are changed by `workflows.change_client` only, which asks the age rule.
    Raises IntegrityError (`client_email_unique`) when somebody has the e-mail address already.
    """
    changed = [name for name, value in changes.items() if getattr(client, name) != value]
    if not changed:
        return client
    for name in changed:
        setattr(client, name, changes[name])
    client.save(update_fields=changed)
    record(
        by=by, action="client.change", target=client, client_id=client.pk, now=now, fields=changed
    )
    return client


def join_care_team(*, client: Client, user: User, by: Actor, now: datetime) -> None:
    """Let `user` open the client's profile. Does nothing for one who may already."""
    member, joined = CareTeamMember.objects.get_or_create(
        client=client, user=user, defaults={"joined_at": now}
    )
    if joined:
        record(
            by=by,
            action="care_team.join",
            target=member,
            client_id=client.pk,
            now=now,
            user=user.pk,
        )


def add_contact(
    *,
    client: Client,
    adult: Client,
    relation: str,
    is_emergency: bool,
    by: Actor,
    now: datetime,
) -> Contact:
    """Link an adult to a client. Raises IntegrityError (`contact_once`) for a second link."""
    contact = Contact.objects.create(
        client=client, adult=adult, relation=relation, is_emergency=is_emergency
    )
    record(by=by, action="contact.add", target=contact, client_id=client.pk, now=now)
    return contact


def change_contact(
    *, contact: Contact, relation: str, is_emergency: bool, by: Actor, now: datetime
) -> Contact:
    """Change how an adult belongs to a client."""
    contact.relation, contact.is_emergency = relation, is_emergency
    contact.save(update_fields=["relation", "is_emergency"])
    record(by=by, action="contact.change", target=contact, client_id=contact.client_id, now=now)
    return contact


def remove_contact(*, contact: Contact, by: Actor, now: datetime) -> None:
    """Take the link away; the adult stays known to the practice."""
    record(
        by=by,
        action="contact.remove",
        target=contact,
        client_id=contact.client_id,
        now=now,
        adult=contact.adult_id,
        relation=contact.relation,
    )
    contact.delete()


def clear_responsible_for_billing(*, client: Client, by: Actor, now: datetime) -> None:
    """Take the tick from whichever contact has it."""
    for contact in client.contacts.filter(responsible_for_billing=True):
        contact.responsible_for_billing = False
        contact.save(update_fields=["responsible_for_billing"])
        record(
            by=by,
            action="contact.not_responsible_for_billing",
            target=contact,
            client_id=client.pk,
            now=now,
        )


def issue_link(*, client: Client, purpose: LinkPurpose, now: datetime) -> AccessLink:
    """Make a link for one purpose, good for the practice's number of days."""
    days = Practice.current().link_days
    return AccessLink.objects.create(
        client=client, purpose=purpose, created_at=now, expires_at=now + timedelta(days=days)
    )


def revoke_links(*, client: Client, by: Actor, now: datetime) -> None:
    """End all links mailed to a client: the address was wrong, or is no longer theirs. Audit."""
    number = AccessLink.objects.usable(now).filter(client=client).update(revoked_at=now)
    if number:
        record(
            by=by,
            action="link.revoke_all",
            target=client,
            client_id=client.pk,
            now=now,
            number=number,
        )


def revoke_link(*, link: AccessLink, now: datetime) -> None:
    """End a link before its time. Nothing happens to one that was revoked before."""
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
