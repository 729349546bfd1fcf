"""The demo's environment: one port moves everything, production's `.env` reaches nothing, the caller's engines do."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from scripts import demo
from tests.test_packaging import settings_in_the_example

CALLERS = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "REDIS_URL",
    "STRIPE_API_BASE",
    "STRIPE_SECRET_KEY",
    "PORT",
)
NOT_THE_DEMOS = {
    "POSTGRES_PASSWORD",
    "EMAIL_URL",
    "CONN_MAX_AGE",
    "SECRET_KEY_FALLBACKS",
    "PHONE_REGION",
    "LOG_LEVEL",
}


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A `.local/` of the test's own, and an environment in which the caller has set nothing."""
    monkeypatch.setattr(demo, "LOCAL", tmp_path)
    for name in CALLERS:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_example_of_the_settings_names_the_webhook() -> None:
    assert (
        f"SITE_URL{reverse('billing:stripe_webhook')}" in (demo.ROOT / ".env.example").read_text()
    )


def test_every_address_follows_from_the_port() -> None:
    env = demo.environment(8123)
    assert env["SITE_URL"] == env["CSRF_TRUSTED_ORIGINS"] == "http://localhost:8123"
    assert env["STRIPE_API_BASE"] == "http://localhost:8124"
    assert (env["PORT"], env["STRIPE_STAND_IN_PORT"]) == ("8123", "8124")
    assert env["STRIPE_STAND_IN_WEBHOOK_URL"] == "http://localhost:8123" + reverse(
        "billing:stripe_webhook"
    )
    assert env["STRIPE_STAND_IN_WEBHOOK_SECRET"] == env["STRIPE_WEBHOOK_SECRET"]


def test_gives_every_setting_that_an_env_file_could_change() -> None:
    assert set(settings_in_the_example()) - set(demo.environment(8000)) <= NOT_THE_DEMOS


def test_all_state_is_local(local: Path) -> None:
    env = demo.environment(8000)
    for name in ("LOCAL_DIR", "DATABASE_URL", "STRIPE_STAND_IN_STATE"):
        assert str(local) in env[name]


def test_secrets_are_made_once_and_private(local: Path) -> None:
    first, second = demo.environment(8000), demo.environment(8000)
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert first["STRIPE_WEBHOOK_SECRET"] == second["STRIPE_WEBHOOK_SECRET"]
    assert len(first["SECRET_KEY"]) >= 50
    assert (local / "secret_key").stat().st_mode & 0o077 == 0


def test_the_callers_database_broker_and_stripe_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/practice")
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://redis.example/0")
    monkeypatch.setenv("STRIPE_API_BASE", "http://localhost:12111")
    env = demo.environment(8000)
    assert env["DATABASE_URL"] == "postgresql://db.example/practice"
    assert env["CELERY_BROKER_URL"] == "redis://redis.example/0"
    assert env["STRIPE_API_BASE"] == "http://localhost:12111"
    assert "STRIPE_STAND_IN_PORT" not in env


@pytest.mark.parametrize("wrong", ["eighty", "80", "65535", "-1"])
def test_a_port_that_cannot_be_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(SystemExit, match="PORT must be a number"):
        demo.port()


def test_a_port_in_use_is_refused_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SystemExit, match="in use"):
            demo.require_free(taken.getsockname()[1])


def test_reset_is_refused_while_the_demo_runs(local: Path) -> None:
    holder = demo.lock()
    try:
        with pytest.raises(SystemExit, match="running"):
            demo.reset()
    finally:
        os.close(holder)
    demo.reset()
    assert not local.exists()


def test_a_command_runs_in_the_demos_environment() -> None:
    script = Path(demo.__file__)
    shown = subprocess.run(
        [sys.executable, script, sys.executable, "-c", "import os; print(os.environ['SITE_URL'])"],
        env=os.environ | {"PORT": "8123"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == "http://localhost:8123\n"
