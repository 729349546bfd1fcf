"""Rows of the clients list as HTML.

Written here and not in the template: there, 50 rows cost as much again as the rest of the page.
Every text that a person typed is escaped; numbers, dates, addresses and classes are our own.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe


def table_rows(rows: Iterable[dict[str, Any]]) -> SafeString:
    """One table row for each; see `clients.listing` for what a row holds."""
    return mark_safe("\n".join(map(_row, rows)))  # noqa: S308 see _row and what it calls


def _row(row: dict[str, Any]) -> str:
    payers = row["payers"]
    return (
        f"<tr><td>{_name(row)}</td>"
        f'<td class="num" data-label="Age">{row["age"]}</td>'
        f"<td>{''.join(map(_payer, payers))}</td>"
        f"<td>{_next(row)}</td>"
        f'<td class="full">{"".join(map(_card, payers))}</td></tr>'
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
