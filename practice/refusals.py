"""How an action says no."""


class Refused(Exception):
    """An action was refused; the message is a whole sentence for the person who asked."""
