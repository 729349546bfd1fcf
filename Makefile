# Therapy Practice. `make` alone lists what there is.
PYTHON ?= python3
PORT ?= 8000
export PORT

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
TESTS := DJANGO_SETTINGS_MODULE=tests.settings
COMPILE := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --quiet $(if $(UPGRADE),--upgrade)

# Only the scheme is shown: an address may hold a password.
ENGINE := $(if $(DATABASE_URL),$(firstword $(subst :, ,$(DATABASE_URL))),SQLite (set DATABASE_URL for PostgreSQL))
BROKER := $(if $(CELERY_BROKER_URL),$(firstword $(subst :, ,$(CELERY_BROKER_URL))),filesystem (set CELERY_BROKER_URL for Redis))

.DEFAULT_GOAL := help
.PHONY: help run reset shell test browser-test coverage chromium check lint format-check ruff types imports templates \
	migrations deploy format requirements bench smoke

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

# --- The demo practice ----------------------------------------------------------------------------
run: $(VENV)/.app .local/.static ## start the demo practice on http://localhost:$(PORT); Ctrl-C stops it
	@trap : INT; $(BIN)/python scripts/demo.py || [ $$? -eq 130 ]

reset: ## forget the demo's data; the next `make run` starts over
	@$(PYTHON) scripts/demo.py --reset

shell: $(VENV)/.app ## a Python shell on the demo's data
	@$(BIN)/python scripts/demo.py python manage.py shell

.local/.static: $(VENV)/.app $(shell find static -type f 2>/dev/null)
	@$(BIN)/python scripts/demo.py python manage.py collectstatic --noinput --verbosity 0
	@touch $@

# --- Tests ----------------------------------------------------------------------------------------
test: $(VENV)/.dev ## run the tests; ARGS="-k migrate" narrows them
	@echo "Database: $(ENGINE). Broker: $(BROKER). Left out here: browser tests (make browser-test);"
	@echo "what this engine or broker cannot prove is listed as SKIPPED with its reason at the end."
	$(BIN)/python -m pytest -n auto -m "not browser" $(ARGS)

browser-test: $(VENV)/.dev chromium ## run the tests that drive Chromium
	@echo "Database: $(ENGINE). Broker: $(BROKER)."
	$(BIN)/python -m pytest -m browser $(ARGS)

coverage: $(VENV)/.dev ## run the tests and report the branches they did not take
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto -m "not browser" $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

chromium:
	@sh scripts/chromium.sh

check: lint ## everything CI runs, but for the second engine and the browser
	@$(MAKE) --no-print-directory test

lint: format-check ruff types imports templates migrations deploy ## everything but the tests

format-check: $(VENV)/.dev
	$(BIN)/ruff format --check .

ruff: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

templates: $(VENV)/.dev
	$(BIN)/djlint templates --check --lint

migrations: $(VENV)/.dev
	$(TESTS) $(BIN)/python manage.py makemigrations --check --dry-run

# The settings of a production, with a key of the moment: Django's own deployment check must be silent.
deploy: $(VENV)/.dev
	DEBUG=false DEMO=false SITE_URL=https://practice.example ALLOWED_HOSTS=practice.example \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	STRIPE_SECRET_KEY=sk_test_check STRIPE_WEBHOOK_SECRET=whsec_check LOCAL_DIR=.local/check \
	TRUSTED_PROXY_COUNT=1 EMAIL_URL=smtp://mail.example:587 DEFAULT_FROM_EMAIL=office@practice.example \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

smoke: ## `make run` in a fresh clone, signed-in page asked for, Ctrl-C, nothing left running
	$(PYTHON) scripts/smoke.py

bench: $(VENV)/.dev ## the measurements of benchmarks/
	$(BIN)/python -m benchmarks.run $(ARGS)

# --- Keeping house --------------------------------------------------------------------------------
format: $(VENV)/.dev ## put code and templates into the project's format
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .
	$(BIN)/djlint templates --reformat --quiet || true

requirements: $(VENV)/.uv ## compile requirements/ from pyproject.toml; UPGRADE=1 takes newer versions
	$(COMPILE) --output-file requirements/app.txt
	$(COMPILE) --extra dev --constraint requirements/app.txt --output-file requirements/dev.txt

# --- The virtual environment: stamps say what it holds --------------------------------------------
$(VENV)/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

# Where the development packages are, they stay: they include those of the application.
$(VENV)/.app: requirements/app.txt | $(VENV)/.uv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode \
		$(if $(wildcard $(VENV)/.dev),requirements/dev.txt,requirements/app.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.uv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements/dev.txt
	@touch $(VENV)/.app $@
