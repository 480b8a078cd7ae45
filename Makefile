# Two commands do all the set-up: `make serve` and `make test`. Both need only Python >= 3.11 and make.
#
#   PYTHON   the interpreter to build the environment with   (default: the first that is new enough)
#   VENV     where the environment lies                      (default: .venv)
#   SECONDS  how long each target is fuzzed                  (default: 60)
#   ARGS     more arguments for the command that is run      (make serve ARGS="--listen 0.0.0.0:8470")

VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; exit; }; done)
ARGS ?=
SECONDS ?= 60

BIN := $(VENV)/bin
# Nothing may reach a build or an install that is not in requirements/, whatever the machine's configuration says.
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install
RUN := $(VENV)/.run-stamp
DEV := $(VENV)/.dev-stamp
FUZZ := $(VENV)/.fuzz-stamp
CLIENTS := .venv-clients/.stamp

# Say what is done, and by a dot every two seconds that it still is.
seen = @printf '%s ' '$(1)' >&2; (while sleep 2; do printf . >&2; done) & dots=$$!; trap "kill $$dots" EXIT; \
	$(2) && echo ' done' >&2

.DEFAULT_GOAL := help
.PHONY: help serve test lint types contracts fmt bench smoke docs lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

serve: $(RUN) ## gateway and index on http://127.0.0.1:8470, data in ./pratique-data
	@$(BIN)/pratique serve $(ARGS)

test: $(DEV) $(CLIENTS) ## all tests, with coverage
	@$(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

lint: $(DEV) ## style: ruff's checks and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(DEV) ## mypy, strict, tests included
	@$(BIN)/mypy

contracts: $(DEV) ## which room may import which
	@$(BIN)/lint-imports

fmt: $(DEV) ## format and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV) ## start-up cost, and the speed of screening ARGS (distributions or folders of them)
	@$(BIN)/python bench/startup.py
	@test -z "$(ARGS)" || $(BIN)/python bench/speed.py $(ARGS)

smoke: $(DEV) ## real pip and uv install real projects through a fresh gateway
	@$(BIN)/python bench/smoke.py $(ARGS)

docs: $(DEV) ## write docs/rules/ from the rules themselves, and record the README's session anew
	@$(BIN)/pratique rules --markdown docs/rules
	@$(BIN)/python -m tests.support.session

fuzz: $(FUZZ) ## fuzz the readers of hostile bytes, SECONDS for each
	@$(BIN)/python fuzz/run.py --seconds $(SECONDS) $(ARGS)

lock: $(DEV) ## compile requirements/*.txt anew
	@$(BIN)/python bench/lock.py $(ARGS)

clean: ## remove the environment and what tools left behind
	@rm -rf $(VENV) .venv-clients .venv-clients-* .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (with the venv module). Set PYTHON=/path/to/it." >&2; exit 2; }
	@echo "making $(VENV) with $(PYTHON)" >&2
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	$(call seen,installing what requirements/run.txt pins (about a minute),\
		$(PIP) --no-deps --require-hashes -r requirements/build.txt -r requirements/run.txt)
	@$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

$(DEV): requirements/dev.txt $(RUN)
	$(call seen,installing what requirements/dev.txt pins (about a minute),\
		$(PIP) --no-deps --require-hashes -r requirements/dev.txt)
	@touch $@

# Clients that tests run, apart from us; wheels only, so that nothing that is fetched is built.
$(CLIENTS): requirements/clients.txt requirements/pip-2023.txt requirements/pip-tools.txt | $(DEV)
	@$(BIN)/python -m tests.support.clients
	@$(BIN)/python -m tests.support.installers
	@touch $@

$(FUZZ): requirements/fuzz.txt $(DEV)
	@$(PIP) --no-deps --require-hashes -r requirements/fuzz.txt
	@touch $@
