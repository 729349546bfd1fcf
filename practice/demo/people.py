"""Who there is in the demo practice. All of them are invented.

Telephone numbers are of the range that Ofcom keeps for drama (Bristol); addresses end in example.com.
"""

from typing import NamedTuple

from clients.models import ClientState, Relation


class Member(NamedTuple):
    """One of the team; `roles` are the names of the fields that say so."""

    key: str
    email: str
    name: str
    roles: tuple[str, ...]


TEAM = (
    Member("helen", "owner@example.com", "Helen Marsh", ("is_owner", "is_staff", "is_superuser")),
    Member("priya", "therapist@example.com", "Dr Priya Nair", ("is_therapist",)),
    Member("tom", "other@example.com", "Tom Ashworth", ("is_therapist",)),
    Member("grace", "third@example.com", "Grace Adeyemi", ("is_therapist", "is_supervisor")),
    Member("ruth", "biller@example.com", "Ruth Calder", ("is_biller",)),
    Member("imran", "scheduler@example.com", "Imran Aziz", ("is_scheduler",)),
)


class Service(NamedTuple):
    """A kind of session: minutes, and the fee in the practice's currency."""

    name: str
    minutes: int
    fee: str
    is_active: bool = True


SERVICES = (
    Service("Individual", 50, "80.00"),
    Service("Couple", 80, "120.00"),
    Service("Child & family", 50, "85.00"),
    Service("First meeting", 30, "40.00"),
    Service("Group", 90, "35.00", is_active=False),
)


class Person(NamedTuple):
    """A client: age today and days since the last birthday; what is left out is not known."""

    key: str
    name: str
    age: int | None = None
    birthday: int = 0
    phone: str = ""
    address: str = ""
    pronouns: str = ""
    has_email: bool = True
    state: ClientState = ClientState.ACTIVE

    @property
    def email(self) -> str:
        """Their own address, such as sam.rivers@example.com."""
        return f"{self.name.replace(' ', '.').casefold()}@example.com" if self.has_email else ""


PEOPLE = (
    # With Dr Priya Nair
    Person("sam", "Sam Rivers", 34, 152, pronouns="they/them", address="8 Cotham Vale, Bristol"),
    Person("jo", "Jo Rivers", 37, 31, "0117 496 0101", "21 Nine Tree Hill, Bristol"),
    Person("mia", "Mia Hart", 15, 205, pronouns="she/her", has_email=False),
    Person("nora", "Nora Hart", 44, 78, "0117 496 0102", "5 Redland Grove, Bristol"),
    Person("paul", "Paul Hart", 46, 310, "0117 496 0103", "Flat 2, 90 Gloucester Road, Bristol"),
    Person("leo", "Leo Brandt", 16, 7, "0117 496 0104", "17 Ravenswood Road, Bristol", "he/him"),
    Person("ines", "Ines Brandt", 45, 129, "0117 496 0105", "17 Ravenswood Road, Bristol"),
    Person("ada", "Ada Quill", 58, 240, "0117 496 0106", "3 Windsor Terrace, Bristol", "she/her"),
    Person("hannah", "Hannah Clarke", 39, 66, "0117 496 0107", "44 Chandos Road, Bristol"),
    Person("marcus", "Marcus Clarke", 41, 12, "0117 496 0108", has_email=False),
    Person("yusuf", "Yusuf Rahman", 29, 188, "0117 496 0109", "Flat 6, 12 Park Row, Bristol"),
    Person("leila", "Leila Haddad", 30, 97, "0117 496 0110", "Flat 6, 12 Park Row, Bristol"),
    Person("chloe", "Chloe Whitfield", 41, 301, "0117 496 0111", "29 Hampton Park, Bristol"),
    Person("ewan", "Ewan Macleod", 52, 45, "0117 496 0112", "2 Kersteman Road, Bristol", "he/him"),
    Person("amara", "Amara Obi", 19, 259, "0117 496 0113", "63 Stapleton Road, Bristol"),
    Person("ngozi", "Ngozi Obi", 50, 140, "0117 496 0114", "63 Stapleton Road, Bristol"),
    Person("zofia", "Zofia Kowalska", 38, 23, "0117 496 0115", "7 Berkeley Road, Bristol"),
    Person(
        "rhys",
        "Rhys Morgan",
        45,
        333,
        "0117 496 0116",
        "31 Egerton Road, Bristol",
        state=ClientState.INACTIVE,
    ),
    Person("isla", "Isla Fraser", 12, 84, pronouns="she/her", has_email=False),
    Person("kirsty", "Kirsty Fraser", 40, 171, "0117 496 0117", "11 Belmont Road, Bristol"),
    Person("callum", "Callum Fraser", 42, 218, "0117 496 0118", "Flat 1, 3 York Road, Bristol"),
    Person("ben", "Benjamin Okonkwo", 17, 118, "0117 496 0119", "50 Sefton Park Road, Bristol"),
    Person("adaeze", "Adaeze Okonkwo", 47, 9, "0117 496 0120", "50 Sefton Park Road, Bristol"),
    Person("chidi", "Chidi Okonkwo", 49, 61, "0117 496 0138", "Flat 3, 21 Zetland Road, Bristol"),
    Person("tariq", "Tariq Hussain", 33, 275, "0117 496 0121", "18 Mina Road, Bristol"),
    # With Tom Ashworth
    Person("lily", "Lily Ashdown", 9, 163, has_email=False),
    Person("mark", "Mark Ashdown", 38, 55, "0117 496 0122", "6 Beaufort Road, Bristol"),
    Person("joanne", "Joanne Pryce", 36, 226, "0117 496 0123", "92 North Street, Bristol"),
    Person("rosalind", "Rosalind Petrie", 63, 108, "0117 496 0124", "1 Clifton Vale, Bristol"),
    Person("jamal", "Jamal Edwards", 27, 37, "0117 496 0125", "25 Ashley Hill, Bristol"),
    Person("kofi", "Kofi Mensah", 28, 291, "0117 496 0126", "77 City Road, Bristol"),
    Person("priscilla", "Priscilla Tan", 36, 70, "0117 496 0127", "14 Apsley Road, Bristol"),
    Person("wei", "Wei Tan", 43, 199, "0117 496 0128", "14 Apsley Road, Bristol"),
    Person("dylan", "Dylan Pugh", 16, 346, pronouns="he/him"),
    Person("carys", "Carys Pugh", 48, 133, "0117 496 0129", "38 Coronation Road, Bristol"),
    Person("nikhil", "Nikhil Desai", 31, 214, "0117 496 0130", "9 Cromwell Road, Bristol"),
    Person("edith", "Edith Crowther", 80, 19, "0117 496 0131", state=ClientState.DECEASED),
    # With Grace Adeyemi
    Person("noah", "Noah Sinclair", 7, 257, has_email=False),
    Person("moira", "Moira Sinclair", 66, 144, "0117 496 0132", "4 Downs Park East, Bristol"),
    Person("freya", "Freya Lindholm", 22, 92, "0117 496 0133", "Flat 9, 60 Welsh Back, Bristol"),
    Person("erik", "Erik Lindholm", 54, 267, "0117 496 0134", "13 Old Sneed Park, Bristol"),
    Person("carmen", "Carmen Delgado", 40, 176, "0117 496 0135", "22 Picton Street, Bristol"),
    Person("owen", "Owen Gallagher", 35, 3, "0117 496 0136", "57 Raleigh Road, Bristol"),
    Person("victor", "Victor Hale", 49, 120, "0117 496 0137", state=ClientState.DO_NOT_CONTACT),
)


class Link(NamedTuple):
    """An adult in a client's life."""

    client: str
    adult: str
    relation: Relation
    is_emergency: bool = False
    responsible_for_billing: bool = False


CONTACTS = (
    Link("sam", "jo", Relation.FRIEND, is_emergency=True),
    Link("mia", "nora", Relation.MOTHER, is_emergency=True, responsible_for_billing=True),
    Link("mia", "paul", Relation.FATHER),
    Link("leo", "ines", Relation.MOTHER, is_emergency=True, responsible_for_billing=True),
    Link("hannah", "marcus", Relation.PARTNER, is_emergency=True),
    Link("yusuf", "leila", Relation.PARTNER, is_emergency=True),
    Link("amara", "ngozi", Relation.MOTHER, is_emergency=True),
    Link("isla", "kirsty", Relation.MOTHER, is_emergency=True, responsible_for_billing=True),
    Link("isla", "callum", Relation.FATHER, is_emergency=True),
    Link("ben", "adaeze", Relation.MOTHER, is_emergency=True, responsible_for_billing=True),
    Link("ben", "chidi", Relation.FATHER),
    Link("lily", "mark", Relation.FATHER, responsible_for_billing=True),
    Link("lily", "joanne", Relation.MOTHER, is_emergency=True),
    Link("jamal", "kofi", Relation.FRIEND),
    Link("priscilla", "wei", Relation.SIBLING),
    Link("dylan", "carys", Relation.MOTHER, is_emergency=True, responsible_for_billing=True),
    Link("noah", "moira", Relation.GRANDPARENT, is_emergency=True, responsible_for_billing=True),
    Link("freya", "erik", Relation.FATHER),
)
