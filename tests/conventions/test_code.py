"""Habits of the code that no linter knows."""

import ast
import re

import pytest

from tests.conventions.source import functions, modules

# Actions, rules and workflows are told the time; views, tasks, webhooks and admin buttons read it.
EDGE = re.compile(
    r"""(/|^)(views?|views/.*|webhooks|admin|admin_base|admin/.*|tasks|context_processors|middleware|http_sessions|reading)\.py$
    | (/|^)views/ | ^practice/demo/ | ^scripts/ | /management/commands/""",
    re.VERBOSE,
)
CLOCKS = re.compile(
    r"\b(timezone\.now\(|localdate\(\)|datetime\.(now|utcnow|today)\(|date\.today\()"
)
INSIDE = {path: text for path, text in modules().items() if not EDGE.search(path)}
MONEY = [
    path for path in modules() if re.match("billing/|sessions/|practice/money|workflows/", path)
]


@pytest.mark.parametrize("path", INSIDE)
def test_the_time_is_read_at_the_edge(path):
    assert not CLOCKS.search(INSIDE[path])


@pytest.mark.parametrize("path", MONEY)
def test_money_is_never_a_float(path):
    assert not re.search(r"\bfloat\(|FloatField|\bround\(", modules()[path])


def test_effects_are_called_not_signalled():
    assert not [
        path for path, text in modules().items() if re.search(r"signals import|@receiver", text)
    ]


def test_only_the_gateway_imports_stripe():
    users = {
        path
        for path, text in modules().items()
        if re.search(r"^(import|from) stripe\b", text, re.MULTILINE)
    }
    assert {path for path in users if not path.startswith("practice/demo/")} == {
        "billing/gateway.py"
    }


def test_nobody_is_nobody():
    """Whoever takes `by` takes it by its name, and always."""
    wrong = []
    for place, node in functions():
        if "demo/" in place or not node.args.args + node.args.kwonlyargs:
            continue
        positional = [arg.arg for arg in node.args.args]
        defaults = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        is_optional = any(arg.arg == "by" and value is not None for arg, value in defaults)
        if is_action(place) and ("by" in positional or is_optional):
            wrong.append(place)
    assert not wrong


def is_action(place: str) -> bool:
    return bool(re.match(r"\w+/actions\.py|workflows/|billing/(card|mandate)", place))


def test_actions_say_what_they_do():
    silent = [place for place, node in functions() if is_told(node) and not ast.get_docstring(node)]
    assert not silent


def is_told(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A public function that is told who does it and when: an action or a workflow."""
    names = {arg.arg for arg in node.args.kwonlyargs}
    return not node.name.startswith("_") and "now" in names and bool({"by", "user"} & names)
