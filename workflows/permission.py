"""The last look before anything is changed: may this member of the team do it?"""

from practice.refusals import Refused
from practice.team.models import User
from relationships.models import Relationship
from relationships.rules import may_manage


def require_right(user: User, relationship: Relationship) -> None:
    """Raise Refused unless the user is its therapist, a practice manager or an owner."""
    if not may_manage(user, relationship):
        raise Refused("Only the therapist, a practice manager or an owner may do this.")
