# `make run` is all it takes; the other targets are for the makers.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)))
BIN := .venv/bin
ADDRESS ?= localhost
PORT ?= 8501

# uv installs in seconds what takes pip minutes; where it cannot (an index that only pip knows of), pip does it.
INSTALL = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r $< || \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $<

.PHONY: run setup dev test check format bench models lock clean

run: setup ## start the app, for this computer alone; ADDRESS=0.0.0.0 lets others in
	$(BIN)/streamlit run streamlit_app.py --server.address=$(ADDRESS) --server.port=$(PORT)

setup: .venv/installed

dev: .venv/installed-dev

test: dev ## every test, those in a real browser included
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: dev ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: dev ## measure against the course script: see docs/benchmarks.md
	$(BIN)/python -m benchmarks

models: dev ## make the models that come with the app anew, or go on with it: hours on two cores
	$(BIN)/python -m workshop

lock: .venv/bin/uv ## pin what requirements.in, requirements-ray.in and requirements-dev.in name, for every platform
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header requirements-ray.in -o requirements-ray.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

clean: ## remove what was installed; the workspace stays
	rm -rf .venv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Fitting Room needs Python 3.11 or newer. Install it, then try again: make run PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/uv
	@echo "Installing what is missing: a minute the first time."
	$(INSTALL)
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(INSTALL)
	@touch $@

.venv/bin/uv: | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || true
