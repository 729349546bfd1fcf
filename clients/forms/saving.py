"""Saving what a form holds, and hearing a refusal."""

from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError
from django.forms import BaseForm

from practice.refusals import Refused

T = TypeVar("T")


def try_saving(form: BaseForm, action: Callable[[], T]) -> T | None:
    """What the action returns; None when it was refused, and then the form says why.

    A violated constraint means that somebody was quicker: the form looks again and says it beside
    its field. One that the form does not know is raised.
    """
    try:
        return action()
    except Refused as refused:
        form.add_error(None, str(refused))
    except IntegrityError:
        form.full_clean()
        if form.is_valid():
            raise
    return None
