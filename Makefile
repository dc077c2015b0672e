# Two commands set everything up by themselves: `make demo` and `make test`.
#
# Installed things live in .venv and cat_engine/frontend/node_modules. A step is done again only
# when the digest of what it depends on has changed; `make clean` forgets everything.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
digest = $(shell cat $(1) | sha256sum | cut -c 1-16)

LOCKS := requirements/runtime.txt requirements/build.txt
LOCKED := $(VENV)/stamps/runtime-$(call digest,$(LOCKS))
PROGRAM := $(VENV)/stamps/program-$(call digest,$(LOCKS) pyproject.toml hatch_build.py)
TOOLS := $(VENV)/stamps/tools-$(call digest,$(LOCKS) requirements/dev.txt)

# apt_install PACKAGE…: install Debian packages where we are allowed to; fails otherwise.
define APT_INSTALL
as_root() { if [ "$$(id -u)" = 0 ]; then "$$@"; else sudo -n "$$@"; fi; }; \
apt_install() { \
	command -v apt-get > /dev/null && as_root true 2> /dev/null || return 1; \
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$$@" && return 0; \
	as_root apt-get update -qq && \
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$$@"; \
}
endef

.PHONY: help demo test bench faults lint format build locks clean

help: ## show this list
	@grep -E '^[a-z]+:.* ## ' $(MAKEFILE_LIST) | sed -E 's/:.* ## /\t/' | expand -t 10

demo: build ## run the server with an exam in which 60 simulated candidates answer
	@$(BIN)/cat-engine demo $(ARGS) || [ $$? = 130 ]

test: lint build audit browsers ## run every test; ARGS="-k board" chooses among those of pytest
	$(BIN)/python hatch_build.py run test
	$(BIN)/python -m pytest $(ARGS)

bench: build ## measure the promises about speed on this machine; ARGS="--rows ours,stock --quick"
	$(BIN)/cat-engine bench $(ARGS)

# The matrix first, then an attack.
faults: $(TOOLS) build ## run every row of the fault matrix (docs/faults.md), print it, then attack
	$(BIN)/python -m pytest tests/faults -m "slow or not slow" $(ARGS)
	@$(MAKE) fuzz ARGS=

.PHONY: audit
audit: $(TOOLS) build ## list what is locked (build/sbom-*.json), ask for known vulnerabilities; ARGS=--strict
	$(BIN)/python -m tests.supply $(filter --strict,$(ARGS))

.PHONY: fuzz
fuzz: $(TOOLS) build ## attack a server with a million mutated frames; ARGS="--count 50000 --seed 7"
	$(BIN)/python -m tests.integration.fuzz $(ARGS)
	$(BIN)/python -m tests.integration.fuzz --as-shipped --count 100000 $(ARGS)

lint: $(TOOLS) $(PROGRAM) ## check imports, style and types
	$(BIN)/lint-imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(TOOLS) ## format the Python code and repair what can be repaired
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

build: $(PROGRAM) ## build the front end if its sources have changed
	@$(BIN)/python hatch_build.py

# The locks hold exact versions with hashes for every platform. After a change of pyproject.toml:
#   make locks                        keeps every version that still fits
#   make locks ARGS=--upgrade         takes the newest of all
#   make locks ARGS="-P flask"        takes the newest of one
# No address of a package index is written into them.
UV_COMPILE = .venv-locks/bin/uv pip compile --universal --generate-hashes --quiet --no-config \
	--custom-compile-command "make locks" $(ARGS)

locks: ## renew the locked versions in requirements/
	$(PYTHON) -m venv .venv-locks
	.venv-locks/bin/pip install --quiet --upgrade uv
	$(UV_COMPILE) pyproject.toml -o requirements/runtime.txt
	$(UV_COMPILE) --group build -c requirements/runtime.txt -o requirements/build.txt
	$(UV_COMPILE) --group dev -c requirements/runtime.txt -c requirements/build.txt \
		-o requirements/dev.txt
	rm -r .venv-locks

clean: ## remove everything that was installed or built; data stays
	rm -rf $(VENV) .venv-locks .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf cat_engine/frontend/node_modules cat_engine/frontend/src/generated cat_engine/static/built

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "cat-engine needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version)." \
			"Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(APT_INSTALL); $(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || apt_install python3-venv || { \
		echo "Python's venv module is not installed, and this user may not install it. Run:"; \
		echo "    sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@mkdir -p $(VENV)/stamps

$(LOCKED): | $(BIN)/python
	@echo "Installing the locked dependencies; the first time takes about a minute."
	@$(PIP) install --require-hashes $(foreach lock,$(LOCKS),-r $(lock))
	@rm -f $(VENV)/stamps/runtime-* && touch $@

# The front end is built first and in sight: pip would hide what npm says.
$(PROGRAM): $(LOCKED)
	@$(BIN)/python hatch_build.py
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/stamps/program-* && touch $@

$(TOOLS): $(LOCKED)
	@echo "Installing the locked tools for tests."
	@$(PIP) install --require-hashes $(foreach lock,$(LOCKS) requirements/dev.txt,-r $(lock))
	@rm -f $(VENV)/stamps/tools-* && touch $@

.PHONY: browsers
browsers:
	@$(APT_INSTALL); for browser in chromium firefox-esr; do \
		command -v $$browser > /dev/null || apt_install $$browser || { \
			echo "$$browser is not installed, and this user may not install it:"; \
			echo "ITS TESTS WILL BE SKIPPED. To run them: sudo apt-get install $$browser"; }; done
