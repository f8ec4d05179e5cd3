# Two commands on a fresh machine: `make demo` shows the product, `make test` proves it.

PYTHON ?= python3
PORT ?= 8000
export QIAO_HOME ?= $(CURDIR)/.qiao
unexport PYTHONDONTWRITEBYTECODE  # some images set it; each of our processes would compile every library anew
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install -qq --no-compile --disable-pip-version-check)
MANAGE = QIAO_TEST=1 $(BIN)/qiao manage

.PHONY: setup demo test coverage test-long check bench lock catalogues clean

setup: .venv/.runtime catalogues  ## what the product needs

.venv/.runtime: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what is locked …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

catalogues: src/qiao/locale/de/LC_MESSAGES/django.mo src/qiao/locale/zh_Hans/LC_MESSAGES/django.mo

%/django.mo: %/django.po .venv/.runtime
	@$(MANAGE) catalogues --compile

demo: setup  ## the demo world, matched, planned and served
	@$(BIN)/qiao demo --port $(PORT) --home $(QIAO_HOME)

test: .venv/.dev catalogues  ## the fast tests on SQLite, then those of the database on PostgreSQL
ifeq ($(QIAO_REQUIRE_ALL),1)
	$(BIN)/pytest -q $(SPREAD) -m "not long" $(JUDGING) --cov=qiao.engine.scheduling --cov-report=
	$(BIN)/coverage report --include='*/scheduling/verify.py,*/scheduling/rules.py' --fail-under=100
endif
	$(BIN)/pytest -q $(SPREAD) -m "not long" $(if $(filter 1,$(QIAO_REQUIRE_ALL)),$(addprefix --ignore=,$(JUDGING))) $(ARGS)
	$(BIN)/python -m tests.postgres -q $(SPREAD) -m "db and not long"

SPREAD = -n 2 --dist worksteal
JUDGING = $(addprefix tests/engine/scheduling/test_,verify.py rules.py damages.py)

coverage: .venv/.dev catalogues  ## which lines the fast tests reach: counting takes as long again as the tests
	$(BIN)/pytest -q $(SPREAD) -m "not long" --cov=qiao --cov-report= $(ARGS)
	$(BIN)/coverage report --skip-covered --skip-empty --sort=-cover --fail-under=90

test-long: .venv/.dev catalogues  ## kills, long state runs, load; all pages on PostgreSQL, too
	$(BIN)/pytest -q -m long $(ARGS)
	$(BIN)/python -m tests.postgres -q $(SPREAD) -m "pages and not long"

check: .venv/.dev catalogues  ## style, types, contracts, migrations, catalogues, documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MANAGE) makemigrations --check --dry-run
	$(MANAGE) catalogues --check
	$(BIN)/python -m tests.docs

bench: .venv/.dev  ## the engines side by side with what a user would take instead
	$(BIN)/qiao bench matching
	$(BIN)/qiao bench planning

lock:  ## renew the locks (needs uv)
	uv pip compile -q pyproject.toml --group build $(LOCK) -o requirements.lock
	uv pip compile -q pyproject.toml --group build --group dev --all-extras -c requirements.lock $(LOCK) -o requirements-dev.lock
LOCK = --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header --python-version 3.11

clean:
	rm -rf .venv .qiao .mypy_cache .ruff_cache .import_linter_cache build
