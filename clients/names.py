"""Names folded for sorting and searching."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, no accents, single spaces: "  Zoë  " becomes "zoe". Equal on every engine."""
    plain = unicodedata.normalize("NFKD", text)
    without_marks = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(without_marks.casefold().split())
