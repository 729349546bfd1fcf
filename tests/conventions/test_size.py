"""How long things are (STYLE.md)."""

import math
import statistics

from tests.conventions.source import functions, modules, templates


def p95(sizes: list[int]) -> int:
    return sorted(sizes)[math.ceil(0.95 * len(sizes)) - 1]


def lines(text: str) -> int:
    return text.count("\n")


def test_functions_are_short():
    sizes = {place: (node.end_lineno or 0) - node.lineno + 1 for place, node in functions()}
    too_long = {place: size for place, size in sizes.items() if size > 50}
    assert not too_long
    assert statistics.median(sizes.values()) <= 8
    assert p95(list(sizes.values())) <= 30


def test_files_are_short():
    assert p95([lines(text) for text in modules().values()]) <= 300


def test_templates_are_short():
    assert p95([lines(text) for text in templates().values()]) <= 120
