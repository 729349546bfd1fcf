"""Who may add people to the practice."""

from practice.team.models import User


def may_add(user: User) -> bool:
    """Those who work with clients. Adding joins the care team, which opens the profile."""
    return user.is_manager or user.is_therapist or user.is_supervisor
