"""Templates: used, and showing only."""

import re
from pathlib import Path

import django.forms
import pytest
from django.template import Context, Engine, Origin, Template
from django.template.utils import get_app_template_dirs

from notifications import emails
from tests.conventions.source import TEMPLATES, modules, templates
from tests.strict_templates import UnknownVariable

# Names that Django itself looks for.
ERROR_PAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
PAGES = [name for name in templates() if name.endswith(".html")]
FORMS = Path(django.forms.__file__).parent / "templates"
BROWSER_PAGES = [name for name in PAGES if not name.startswith("emails/")]


def is_named(name: str) -> bool:
    """In code, in another template, or with one part filled in (`f"clients/{tab}.html"`)."""
    folder, _, file = name.rpartition("/")
    quoted = re.compile(
        f"""["']({re.escape(name)}|{re.escape(folder)}/{{\\w+}}{re.escape(Path(file).suffix)})["']"""
    )
    others = [text for other, text in templates().items() if other != name]
    return any(quoted.search(text) for text in [*modules().values(), *others])


def is_overriding(name: str) -> bool:
    """Takes the place of a template that a package brings along."""
    folders = [*map(Path, get_app_template_dirs("templates")), FORMS]
    return any((folder / name).exists() for folder in folders if folder != TEMPLATES)


@pytest.mark.parametrize("name", [name for name in templates() if not name.startswith("emails/")])
def test_a_template_is_used(name):
    assert name in ERROR_PAGES or is_overriding(name) or is_named(name)


EMAILS = sorted({name.rpartition("/")[0] for name in templates() if re.match("emails/.+/", name)})


@pytest.mark.parametrize("folder", EMAILS)
def test_an_email_has_a_subject_a_text_and_a_page(folder):
    parts = {name.rpartition("/")[2] for name in templates() if name.startswith(f"{folder}/")}
    assert parts == {"subject.txt", "body.txt", "body.html"}
    assert folder.rpartition("/")[2] in emails.__all__


@pytest.mark.parametrize("name", templates())
def test_nothing_is_marked_safe_by_hand(name):
    assert not re.search(r"\|\s*safe\b|autoescape off", templates()[name])


@pytest.mark.parametrize("name", BROWSER_PAGES)
def test_pages_hold_to_the_content_security_policy(name):
    text = templates()[name]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=[\"']|javascript:|hx-on", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


# Behind an e-mailed link no cookie gives any right, the secret address does (portal/pages.py).
WITHOUT_TOKEN = ("portal/", "emails/")
WITH_TOKEN = [name for name in PAGES if not name.startswith(WITHOUT_TOKEN)]


@pytest.mark.parametrize("name", WITH_TOKEN)
def test_a_form_that_posts_carries_its_token(name):
    forms = re.findall(r"<form[^{}]*?method=.post.*?</form>", templates()[name], re.DOTALL)
    assert all("csrf" in form for form in forms)


def shown(text: str, *, file: Path) -> str:
    """The text as if it stood in that file, shown without any variable."""
    engine = Engine.get_default()
    return Template(text, origin=Origin(str(file)), engine=engine).render(Context())


@pytest.mark.parametrize(
    "text", ["{{ nothing }}", "{% if True %}{{ a.b|title }}{% endif %}", "{{ a|default:'-' }}"]
)
def test_an_unknown_variable_fails(text):
    with pytest.raises(UnknownVariable):
        shown(text, file=TEMPLATES / "clients/list.html")
    assert shown(text, file=Path("elsewhere.html")) == ""


def test_asking_whether_there_is_one_does_not_fail():
    assert shown("{% if nothing %}x{% endif %}", file=TEMPLATES / "base.html") == ""
