"""Ages, in whole years, on a day of the practice's zone."""

from datetime import date


def birthday(born_on: date, age: int) -> date:
    """The day a person turns `age`; 29 February counts as 1 March in other years (DESIGN 4.3)."""
    try:
        return born_on.replace(year=born_on.year + age)
    except ValueError:
        return date(born_on.year + age, 3, 1)


def age_on(born_on: date, day: date) -> int:
    """Whole years lived on `day`; the birthday itself counts."""
    years = day.year - born_on.year
    return years if birthday(born_on, years) <= day else years - 1
