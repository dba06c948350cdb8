# Everything that a newcomer needs: make demo, make test. A virtual environment is made in .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CORPUS ?= ../shared/corpus

.PHONY: help demo test lint format bench clean

help:
	@echo "make demo    install, and do the whole job offline on a bundled little news web"
	@echo "make test    install, and run all tests"
	@echo "make lint    formatting, lint and types"
	@echo "make bench   the benchmarks (CORPUS=folder of annotated pages)"

# Debian keeps venv in a package of its own; as root we can get it. A new environment's own pip may be too
# old for our dependencies, so it is upgraded first.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV) || { apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.developer: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --group test --group lint
	touch $@

demo: $(VENV)/.installed
	$(BIN)/series-archive demo $(DEMO)

test: $(VENV)/.developer
	./.ci/browser
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(TESTS)

lint: $(VENV)/.developer
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.developer
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.developer
	$(BIN)/python benchmarks/extraction.py --corpus $(CORPUS)
	$(BIN)/python benchmarks/real_web.py --corpus $(CORPUS)
	$(BIN)/python benchmarks/discovery.py --corpus $(CORPUS)
	$(BIN)/python benchmarks/reextract.py --corpus $(CORPUS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
