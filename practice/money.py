"""Money: Decimal with a currency code (ISO 4217). The one rounding, the one way to show an amount.

Minor units (pence, cents) exist in `billing/gateway.py` only.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision

LOCALE = "en_GB"


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round half up to the currency's smallest unit."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), ROUND_HALF_UP)


@lru_cache(maxsize=2048)
def format_money(amount: Decimal, currency: str) -> str:
    """Say `£80.00` for Decimal("80") and "GBP"."""
    return format_currency(round_money(amount, currency), currency, locale=LOCALE)
