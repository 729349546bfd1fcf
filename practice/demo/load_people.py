"""Write the team, the services, the clients and the adults around them."""

from datetime import date, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from clients.models import Client, Contact
from practice.demo.people import CONTACTS, PEOPLE, SERVICES, TEAM, Person
from practice.demo.world import World
from practice.models import Practice, ServiceType
from practice.team.models import User

PASSWORD = "demo-practice"


def write_settings() -> Practice:
    """Name the practice; its other settings keep their defaults."""
    return Practice.objects.update_or_create(
        pk=1,
        defaults={
            "name": "Linden Practice",
            "email": "office@linden.example",
            "phone": "0117 496 0100",
            "address": "12 Linden Road\nBristol",
        },
    )[0]


def write_team(world: World) -> None:
    """Add the team. The password is public, so all share one hash: hashing is slow on purpose."""
    password = make_password(PASSWORD)
    for member in TEAM:
        roles = dict.fromkeys(member.roles, True)
        user = User.objects.create(email=member.email, name=member.name, password=password, **roles)
        world.users[member.key] = user
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def write_services(world: World) -> None:
    for service in SERVICES:
        world.services[service.name] = ServiceType.objects.create(
            name=service.name,
            length_minutes=service.minutes,
            fee=Decimal(service.fee),
            is_active=service.is_active,
        )


def write_clients(world: World) -> None:
    for person in PEOPLE:
        first_name, last_name = person.name.split(" ", 1)
        world.clients[person.key] = Client.objects.create(
            first_name=first_name,
            last_name=last_name,
            pronouns=person.pronouns,
            date_of_birth=born_on(person, world.today),
            email=person.email,
            mobile=person.phone,
            address=person.address,
            state=person.state,
        )


def write_contacts(world: World) -> None:
    Contact.objects.bulk_create(
        Contact(
            client=world.clients[link.client],
            adult=world.clients[link.adult],
            relation=link.relation,
            is_emergency=link.is_emergency,
            responsible_for_billing=link.responsible_for_billing,
        )
        for link in CONTACTS
    )


def born_on(person: Person, today: date) -> date | None:
    """The date of birth that makes a person as old today as the table says."""
    if person.age is None:
        return None
    birthday = today - timedelta(days=person.birthday)
    try:
        return birthday.replace(year=birthday.year - person.age)
    except ValueError:  # 29 February, and the year of birth had none
        return date(birthday.year - person.age, 2, 28)
