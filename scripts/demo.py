"""Run the demo practice: its environment, its lock, its processes. `make run` calls this.

    python scripts/demo.py              load the demo practice if it is absent, then start everything
    python scripts/demo.py COMMAND ...  run one command in the demo's environment
    python scripts/demo.py --reset      forget everything the demo has stored

All state is in `.local/`. `PORT` moves everything; `DATABASE_URL`, `CELERY_BROKER_URL`, `REDIS_URL` and the
`STRIPE_...` variables are respected where they are set, so the demo also runs on PostgreSQL, on Redis, and
against another server that speaks Stripe's API.
"""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
BIN = ROOT / ".venv" / "bin"


def main(arguments: list[str]) -> None:
    if arguments == ["--reset"]:
        reset()
        return
    LOCAL.mkdir(exist_ok=True)
    env = environment(port())
    if arguments:
        os.chdir(ROOT)
        os.execvpe(arguments[0], arguments, env)
    run(env)


def run(env: dict[str, str]) -> None:
    """Hold the lock, load the practice, and become honcho, which starts the lines of the Procfile."""
    has_stand_in = "STRIPE_STAND_IN_PORT" in env
    require_free(int(env["PORT"]))
    if has_stand_in:
        require_free(int(env["STRIPE_STAND_IN_PORT"]))
    os.set_inheritable(lock(), True)
    os.chdir(ROOT)
    loaded = subprocess.run(
        [BIN / "python", "manage.py", "demo", "--skip-checks"], env=env, check=False
    )
    if loaded.returncode:
        sys.exit(loaded.returncode)
    print("Starting. Ctrl-C stops everything; `make reset` forgets the data.\n", flush=True)
    processes = ["web", "worker", *(["stripe"] if has_stand_in else [])]
    os.execve(BIN / "honcho", ["honcho", "--env", os.devnull, "start", *processes], env)


def reset() -> None:
    LOCAL.mkdir(exist_ok=True)
    lock()
    shutil.rmtree(LOCAL)
    print("The demo's data is gone. `make run` starts over.")
    if os.environ.get("DATABASE_URL"):
        print("DATABASE_URL is set: the database it names was left alone.")


def environment(web_port: int) -> dict[str, str]:
    """The process environment, with every setting given that an `.env` for production could change."""
    caller = os.environ
    env = {
        **caller,
        "PATH": f"{BIN}{os.pathsep}{caller.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        # Celery's advice for servers; in a container people are root without having asked for it.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        "DJANGO_SETTINGS_MODULE": "practice.settings",
        "DEBUG": "false",
        "DEMO": "true",
        "PORT": str(web_port),
        "LOCAL_DIR": str(LOCAL),
        "STATIC_ROOT": str(LOCAL / "static"),
        "IDLE_MINUTES": "240",
        "SECRET_KEY": kept_secret("secret_key"),
        "SITE_URL": f"http://localhost:{web_port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": f"http://localhost:{web_port}",
        "SECURE_SSL_REDIRECT": "false",
        "TRUSTED_PROXY_COUNT": "0",
        "DEFAULT_FROM_EMAIL": "office@linden.example",
        "DATABASE_URL": caller.get("DATABASE_URL") or f"sqlite:///{LOCAL / 'db.sqlite3'}",
        "CELERY_BROKER_URL": caller.get("CELERY_BROKER_URL") or "filesystem://localhost",
        "REDIS_URL": caller.get("REDIS_URL", ""),
        "STRIPE_SECRET_KEY": caller.get("STRIPE_SECRET_KEY") or "sk_test_demo",
        "STRIPE_WEBHOOK_SECRET": caller.get("STRIPE_WEBHOOK_SECRET")
        or f"whsec_{kept_secret('webhook_secret')}",
    }
    if not caller.get("STRIPE_API_BASE"):
        stand_in = web_port + 1
        env |= {
            "STRIPE_API_BASE": f"http://localhost:{stand_in}",
            "STRIPE_STAND_IN_PORT": str(stand_in),
            "STRIPE_STAND_IN_STATE": str(LOCAL / "stripe.sqlite3"),
            "STRIPE_STAND_IN_WEBHOOK_URL": f"http://localhost:{web_port}/billing/stripe/webhook/",
            "STRIPE_STAND_IN_WEBHOOK_SECRET": env["STRIPE_WEBHOOK_SECRET"],
        }
    return env


def port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 1024 <= int(text) <= 65534:
        sys.exit(f"PORT must be a number from 1024 to 65534, not {text!r}.")
    return int(text)


def require_free(number: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            sys.exit(f"Port {number} is in use. Another one: PORT=8123 make run")


def lock() -> int:
    """Hold the demo's lock until this process, or what it becomes, ends."""
    handle = os.open(LOCAL / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("The demo is running. Stop it first, with Ctrl-C where it runs.")
    return handle


def kept_secret(name: str) -> str:
    """A random value made on first use and kept in `.local/`, so that sign-ins outlive a restart."""
    path = LOCAL / name
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


if __name__ == "__main__":
    main(sys.argv[1:])
