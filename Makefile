# Everything a person runs. `make help` prints a line each.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ROLE ?=
MEMBER ?=

.DEFAULT_GOAL := help
.PHONY: help run up down token test check bench faults contracts lock clean

help: ## Print this
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed ($$($(PYTHON) --version) is what $(PYTHON) is). Set PYTHON=python3.12, or whichever is there."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed (on Debian and Ubuntu: apt-get install python3-venv)."; exit 1; }
	@touch $@

$(VENV)/local: requirements-local.lock | $(VENV)/python
	@echo "Installing what the services and the local stack need (once) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-local.lock
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/python
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/local

run: $(VENV)/local ## Start the whole system in the foreground; Ctrl-C stops it
	@$(BIN)/python -m deploy.local run

up: $(VENV)/local ## The same in the background
	@$(BIN)/python -m deploy.local up

down: $(VENV)/local ## Stop what `make up` started
	@$(BIN)/python -m deploy.local down

token: $(VENV)/local ## Print a bearer token of the local issuer: make token ROLE=delegate, or MEMBER=T0006
	@$(BIN)/python -m deploy.local token --role "$(ROLE)" --member "$(MEMBER)"

test: $(VENV)/dev ## Pass the tests, with real MongoDB and Kafka
	@$(BIN)/python -m pytest tests --ignore=tests/faults --ignore=tests/benchmarks

check: $(VENV)/dev ## Lint, types, import rules, contracts, access
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m shared.contracts.generate --check
	@$(BIN)/python -m deploy.access_table --check

faults: $(VENV)/dev ## Kill, cut off and poison real processes and servers
	@$(BIN)/python -m pytest tests/faults

bench: $(VENV)/dev ## Print speed and memory as ratios to a peer
	@$(BIN)/python -m tests.benchmarks

contracts: $(VENV)/dev ## Generate JSON Schemas, examples, AsyncAPI documents and the table of access
	@$(BIN)/python -m shared.contracts.generate
	@$(BIN)/python -m deploy.access_table

LOCK := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml
lock: $(VENV)/dev ## Resolve the lock files again, keeping what they hold where it still fits
	@$(LOCK) --extra local --extra dev -o requirements-dev.lock
	@$(LOCK) -c requirements-dev.lock -o requirements.lock
	@$(LOCK) --extra local -c requirements-dev.lock -o requirements-local.lock

clean: ## Remove the local stack's data (not the installed packages)
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m deploy.local clean; else rm -rf .local; fi
