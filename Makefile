# Everything starts from a bare checkout: each goal sets the project up first, which is quick when done.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run serve test check format docs lock bench soak clean distclean

# Two spellings of one folder that may have spaces in its name: `make -f elsewhere/Makefile` works too.
ROOT := $(shell dirname "$(strip $(MAKEFILE_LIST))")
IN_ROOT := cd "$(ROOT)" &&
PY := .venv/bin/python

# Twice the cores of a small machine: much of the tests' time is spent waiting for servers and processes.
WORKERS ?= 4
REPO ?=
PORT ?= 7071
ARGS ?=
export REPO PYTHON SETUP_EXTRAS SETUP_PIP

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  \033[1mmake %-10s\033[0m %s\n", $$1, $$2}' "$(ROOT)/Makefile"

setup: ## Make .venv and install everything into it
	@"$(ROOT)/scripts/setup.sh"

run: setup ## Ingest a repository and show its graph: make run [REPO=path]
	@"$(ROOT)/scripts/run.sh"

serve: setup ## Serve the function app on this machine: make serve [PORT=7071]
	@$(IN_ROOT) exec $(PY) -m codestory.cli serve --port $(PORT)

test: setup ## Run every test: make test [WORKERS=4] [ARGS="-k word"]
	@$(IN_ROOT) $(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup ## Check format, lint, types and which package imports which
	@"$(ROOT)/scripts/check.sh"

format: setup ## Format the code and fix what the linter can fix
	@$(IN_ROOT) $(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

docs: setup ## Write docs/cli.md from the commands' own help
	@$(IN_ROOT) $(PY) scripts/cli_docs.py

lock: setup ## Write scripts/constraints.txt from the versions that are installed
	@$(IN_ROOT) $(PY) scripts/lock.py

bench: setup ## Run the benchmarks: make bench [ARGS=...]
	@$(IN_ROOT) $(PY) -m benchmarks $(ARGS)

soak: setup ## Ingest while processes are killed and disks fill up: make soak [ARGS=...]
	@$(IN_ROOT) $(PY) -m benchmarks.soak $(ARGS)

clean: ## Remove .venv, caches and build products; the local graph is kept
	@$(IN_ROOT) rm -rf .venv .setup build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	@$(IN_ROOT) find . -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: ## Like clean, and remove the local graph and job history too
	@$(IN_ROOT) if [ -d .codestory ] && [ -x $(PY) ]; then $(PY) -m codestory.cli graph stop; fi
	@$(IN_ROOT) rm -rf .codestory
	@$(MAKE) --no-print-directory -f "$(ROOT)/Makefile" clean
