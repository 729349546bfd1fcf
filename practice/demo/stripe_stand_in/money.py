"""Amounts and currencies, in minor units."""

from practice.demo.stripe_stand_in.errors import invalid

CURRENCIES = frozenset(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp
    byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel
    gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd
    kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn
    nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd
    shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst
    xaf xcd xcg xof xpf yer zar zmw
    """.split()  # noqa: SIM905 (a table of words)
)
SMALLEST = {
    "gbp": 30,
    "jpy": 50,
    "dkk": 250,
    "nok": 300,
    "sek": 300,
    "mxn": 1000,
    "hkd": 400,
    "czk": 1500,
}
WHOLE = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split())  # noqa: SIM905 (the same)
USUAL_SMALLEST, LARGEST = 50, 99_999_999


def checked_currency(code: str) -> str:
    """The currency in lower case. Raises 400 for one Stripe does not know."""
    if code.lower() not in CURRENCIES:
        raise invalid(f"Invalid currency: {code}.", param="currency")
    return code.lower()


def checked_amount(amount: int, currency: str) -> int:
    """The amount in minor units. Raises 400 below the smallest charge of that currency or beyond eight digits."""
    smallest = SMALLEST.get(currency, USUAL_SMALLEST)
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            param="amount",
            code="parameter_invalid_integer",
        )
    if amount < smallest:
        message = f"Amount must be at least {smallest} in the smallest unit of {currency}"
        raise invalid(message, param="amount", code="amount_too_small")
    if amount > LARGEST:
        raise invalid(
            f"Amount must be no more than {LARGEST}", param="amount", code="amount_too_large"
        )
    return amount


def shown(amount: int, currency: str) -> str:
    """An amount in minor units as people read it."""
    return (
        f"{amount:,} {currency.upper()}"
        if currency in WHOLE
        else f"{amount / 100:,.2f} {currency.upper()}"
    )
