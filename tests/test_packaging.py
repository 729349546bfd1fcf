"""What ships besides the code: requirements, Procfile, image, compose file, the example of the settings."""

import ast
import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from honcho.environ import parse_procfile

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))

# The part of the Compose specification that the file uses; anything else in it is a mistake until added here.
DURATION = {"type": "string", "pattern": r"^\d+(ms|s|m|h)$"}
STRINGS = {"type": "array", "items": {"type": "string"}}
HEALTHCHECK = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "test": {**STRINGS, "contains": {"const": "CMD"}},
        "interval": DURATION,
        "timeout": DURATION,
        "start_period": DURATION,
        "retries": {"type": "integer", "minimum": 1},
        "disable": {"type": "boolean"},
    },
}
CONDITIONS = ["service_started", "service_healthy", "service_completed_successfully"]
SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["image"],
    "properties": {
        "image": {"type": "string"},
        "build": {"type": "string"},
        "command": STRINGS,
        "env_file": {"type": "string"},
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "ports": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^127\.0\.0\.1:\d+:\d+$"},
        },
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z]+:/"}},
        "healthcheck": HEALTHCHECK,
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["condition"],
                "properties": {"condition": {"enum": CONDITIONS}},
            },
        },
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "tmpfs": STRINGS,
        "cap_drop": STRINGS,
        "security_opt": STRINGS,
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "stop_grace_period": DURATION,
    },
}
COMPOSE = {
    "type": "object",
    "additionalProperties": False,
    "patternProperties": {"^x-": {}},
    "required": ["services"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$"},
        "services": {"type": "object", "additionalProperties": SERVICE},
        "volumes": {"type": "object", "additionalProperties": {"type": ["object", "null"]}},
    },
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def healthcheck_of(service: dict[str, Any], compose: dict[str, Any]) -> object:
    """A service's own health check, or the image's when it is built here."""
    return service.get("healthcheck") or (service["image"] == compose["x-app"]["image"])


class TestRequirements:
    @pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
    def test_every_package_is_pinned_with_a_hash(self, path: Path) -> None:
        text = re.sub(r"\\\n\s*", " ", path.read_text())
        lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
        assert lines
        assert [
            line for line in lines if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
        ] == []

    @pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
    def test_no_address_of_a_registry(self, path: Path) -> None:
        assert not re.search(r"https?:|--(extra-)?index-url|--find-links| @ ", path.read_text())

    def test_development_installs_what_production_installs(self) -> None:
        app, dev = (
            set(re.findall(r"^\S+==\S+", (ROOT / "requirements" / name).read_text(), re.MULTILINE))
            for name in ("app.txt", "dev.txt")
        )
        assert app - dev == set()

    def test_each_direct_dependency_has_its_line_in_the_docs(self) -> None:
        project = (ROOT / "pyproject.toml").read_text().split("[tool.", 1)[0]
        names = re.findall(r'^    "([A-Za-z-]+)', project, re.MULTILINE)
        documented = (ROOT / "docs" / "dependencies.md").read_text().lower()
        assert names
        assert [
            name for name in names if name.removesuffix("-binary").lower() not in documented
        ] == []


class TestProcfile:
    def test_commands_exist(self) -> None:
        processes = parse_procfile((ROOT / "Procfile").read_text()).processes
        assert list(processes) == ["web", "worker", "stripe"]
        for command in processes.values():
            words = command.split()
            assert words[0] == "exec", "without exec a shell stands between honcho and the process"
            assert (ROOT / ".venv" / "bin" / words[1]).exists()

    def test_stand_in_can_be_started(self) -> None:
        assert (ROOT / "practice" / "demo" / "stripe_stand_in" / "__main__.py").exists()

    def test_nothing_listens_beyond_this_machine(self) -> None:
        assert "0.0.0.0" not in (ROOT / "Procfile").read_text()


class TestCompose:
    def test_follows_the_specification(self, compose: dict[str, Any]) -> None:
        jsonschema.validate(compose, COMPOSE)

    def test_services(self, compose: dict[str, Any]) -> None:
        assert set(compose["services"]) == {"migrate", "web", "worker", "beat", "postgres", "redis"}

    def test_whatever_is_waited_for_exists_and_can_become_so(self, compose: dict[str, Any]) -> None:
        services = compose["services"]
        for service in services.values():
            for name, wanted in service.get("depends_on", {}).items():
                if wanted["condition"] == "service_healthy":
                    assert healthcheck_of(services[name], compose)
                if wanted["condition"] == "service_completed_successfully":
                    assert services[name]["restart"] == "no"

    def test_every_lasting_service_has_a_health_check(self, compose: dict[str, Any]) -> None:
        lasting = {k: v for k, v in compose["services"].items() if v["restart"] != "no"}
        assert [
            name for name, service in lasting.items() if not healthcheck_of(service, compose)
        ] == []

    def test_volumes_are_declared(self, compose: dict[str, Any]) -> None:
        used = {v.split(":")[0] for s in compose["services"].values() for v in s.get("volumes", [])}
        assert used == set(compose["volumes"])

    def test_holds_no_secret(self, compose: dict[str, Any]) -> None:
        text = (ROOT / "docker-compose.yml").read_text()
        assert re.findall(r"PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)", text) == []
        assert not re.search(r"sk_(live|test)|whsec_|SECRET_KEY", text)

    def test_variables_it_asks_for_are_in_the_example(self) -> None:
        asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
        assert asked <= set(settings_in_the_example())

    def test_migrate_command_and_apps_are_the_projects(self, compose: dict[str, Any]) -> None:
        commands = [" ".join(s.get("command", [])) for s in compose["services"].values()]
        assert "python manage.py migrate --noinput" in commands
        assert [c for c in commands if c.startswith("celery") and "--app practice" not in c] == []


class TestImage:
    def test_runs_as_somebody_without_rights_and_says_whether_it_is_well(self) -> None:
        lines = (ROOT / "Dockerfile").read_text().splitlines()
        users = [line.split()[1] for line in lines if line.startswith("USER ")]
        assert users == ["practice"]
        assert any(line.startswith("HEALTHCHECK ") for line in lines)

    def test_no_secret_is_given_while_building(self) -> None:
        text = (ROOT / "Dockerfile").read_text()
        assert not re.search(r"^(ARG|ENV)\b.*(SECRET|PASSWORD|KEY|TOKEN)", text, re.MULTILINE)
        assert not re.search(r"sk_(live|test)|whsec_", text)

    def test_takes_only_what_runs(self) -> None:
        """`.dockerignore` starts by leaving everything out; what comes back holds no secret and no data."""
        first, *rest = [
            line
            for line in (ROOT / ".dockerignore").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        assert first == "*"
        taken = [line[1:].rstrip("/") for line in rest if line.startswith("!")]
        for unwanted in (".env", ".local", ".git", ".venv", "tests"):
            assert not any(fnmatch(unwanted, pattern) for pattern in taken)
        assert [name for name in taken if not (ROOT / name).exists()] == []

    def test_takes_every_application(self) -> None:
        text = (ROOT / ".dockerignore").read_text()
        packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {
            "tests",
            "benchmarks",
            "scripts",
        }
        assert {name for name in packages if f"!{name}/" not in text} == set()


def settings_in_the_example() -> list[str]:
    return re.findall(r"^#?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


class TestExampleOfTheSettings:
    def test_lists_every_setting_read_from_the_environment(self) -> None:
        tree = ast.parse((ROOT / "practice" / "settings.py").read_text())
        read = {
            node.args[0].value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
            and isinstance(node.args[0], ast.Constant)
        }
        assert read
        assert read - set(settings_in_the_example()) == set()
        assert set(settings_in_the_example()) - read == {"POSTGRES_PASSWORD"}

    def test_holds_no_secret(self) -> None:
        values = dict(
            re.findall(r"^(\w+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
        )
        secret = [name for name in values if re.search("SECRET|PASSWORD", name)]
        assert secret
        assert [name for name in secret if values[name]] == []


class TestRepository:
    def tracked(self) -> list[str]:
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if listed.returncode:
            pytest.skip("not a git work tree")
        return listed.stdout.splitlines()

    def test_no_state_and_no_secrets_are_tracked(self) -> None:
        unwanted = [".env", ".local/*", ".venv/*", "*.sqlite3", "staticfiles/*", "*.pyc"]
        assert [f for f in self.tracked() if any(fnmatch(f, pattern) for pattern in unwanted)] == []

    @pytest.mark.parametrize(
        "target", ["run", "reset", "test", "browser-test", "check", "bench", "requirements"]
    )
    def test_promised_targets(self, target: str) -> None:
        assert re.search(rf"^{target}:.*## \S", (ROOT / "Makefile").read_text(), re.MULTILINE)

    @pytest.mark.parametrize("script", [".ci/run", "scripts/chromium.sh"])
    def test_shell_scripts_parse(self, script: str) -> None:
        shell = "bash" if script == ".ci/run" else "sh"
        subprocess.run([shell, "-n", ROOT / script], check=True)
