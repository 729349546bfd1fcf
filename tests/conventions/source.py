"""What the house rules look at: our models, our code, our templates."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import models

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = [
    "practice", "clients", "relationships", "sessions", "billing", "notifications", "portal", "workflows",
    "scripts",
]  # fmt: skip
TEMPLATES = ROOT / "templates"


def own_models() -> list[type[models.Model]]:
    """Models that are written in this project."""
    mine = {config.label for config in apps.get_app_configs() if is_own(Path(config.path))}
    return [model for model in apps.get_models() if model._meta.app_label in mine]


def is_own(path: Path) -> bool:
    """Whether a file or folder is of this project, not of a package inside its `.venv`."""
    return path.is_relative_to(ROOT) and "site-packages" not in path.parts


@cache
def modules() -> dict[str, str]:
    """Path from the root -> source text, without migrations."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return {
        file.relative_to(ROOT).as_posix(): file.read_text()
        for file in files
        if "migrations" not in file.parts
    }


@cache
def templates() -> dict[str, str]:
    """Name as a view says it -> text."""
    files = sorted(file for file in TEMPLATES.rglob("*") if file.is_file())
    return {file.relative_to(TEMPLATES).as_posix(): file.read_text() for file in files}


@cache
def suite() -> str:
    """All tests in one text."""
    return "\n".join(file.read_text() for file in sorted((ROOT / "tests").rglob("*.py")))


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function and method, with where it stands."""
    for path, text in modules().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.lineno} {node.name}", node
