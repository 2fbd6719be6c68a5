# Two commands for everybody: make demo, make test. No root needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= hasil
LOADS ?= city
SEED ?= 1

.PHONY: demo test fuzz lint bench pictures clean

$(BIN)/python:
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[peta,tabel,dokumen,cepat]"
	touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

$(VENV)/.bench: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	touch $@

demo: $(VENV)/.demo
	$(BIN)/petakumuh contoh $(OUT) --timpa

test: $(VENV)/.test
	$(BIN)/python -m pytest

# The tests run a little of this; here with another SEED each time.
fuzz: $(VENV)/.test
	$(BIN)/python -m tests.fuzz_atheris 20000 $(SEED)
	$(BIN)/python -m tests.fuzz_kernel 50000 $(SEED)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# LOADS="city province national" for all of them; PostGIS takes part where Debian's is installed.
bench: $(VENV)/.bench
	database="$$(.ci/postgis start)" && eval "$$database"; $(BIN)/python benchmarks/peers.py $(LOADS)

pictures: $(VENV)/.test
	$(BIN)/python docs/pictures.py

clean:
	rm -rf $(VENV) $(OUT) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
