"""Rows of the clients list as HTML.

Written here and not in the template: there, 50 rows cost as much again as the rest of the page.
Every text that a person typed is escaped; numbers, dates, addresses and classes are our own.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe


def table_rows(rows: Iterable[dict[str, Any]], *, has_payers: bool) -> SafeString:
    """One table row for each; see `clients.listing` for what a row holds."""
    return mark_safe("\n".join(_row(row, has_payers) for row in rows))  # noqa: S308 see _row


def _row(row: dict[str, Any], has_payers: bool) -> str:
    who_pays = card = ""
    if has_payers:
        who_pays = f"<td>{''.join(map(_payer, row['payers']))}</td>"
        card = f'<td class="full">{"".join(map(_card, row["payers"]))}</td>'
    return (
        f"<tr><td>{_name(row)}</td>"
        f'<td class="num" data-label="Age">{row["age"]}</td>'
        f"{who_pays}<td>{_next(row)}</td>{card}</tr>"
    )


def _name(row: dict[str, Any]) -> str:
    name = escape(row["name"])
    link = f'<a href="{row["url"]}">{name}</a>' if row["url"] else name
    return f'{link}<span class="sub-line">{escape(row["note"])}</span>' if row["note"] else link


def _next(row: dict[str, Any]) -> str:
    if not row["next"]:
        return ""
    return (
        f'<span class="nowrap">{row["next"]}</span><span class="sub-line">{row["next_time"]}</span>'
    )


def _payer(payer: dict[str, str]) -> str:
    return f'<div><span class="who {payer["colour"]}">{escape(payer["name"])}</span></div>'


def _card(payer: dict[str, str]) -> str:
    return f'<div><span class="status {payer["tone"]}">{escape(payer["card"])}</span></div>'
