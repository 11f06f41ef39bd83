# Thin: every target makes what it needs, from a bare python3 (3.11 to 3.13), in .venv. uv is used where it is.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

ifneq ($(UV),)
  MAKE_VENV = $(UV) venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV)
  INSTALL = $(UV) pip install --quiet --python $(BIN)/python
  INSTALL_LONG = $(UV) pip install --quiet --python $(VENV)/long/bin/python
else
  MAKE_VENV = $(PYTHON) -m venv $(VENV)
  INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
  INSTALL_LONG = $(VENV)/long/bin/python -m pip install --quiet --disable-pip-version-check
endif

.PHONY: help install demo test test-long check format bench upstream lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

install: $(VENV)/.default ## the package with its engine, in .venv

demo: install ## the whole audit, offline, on people who do not exist
	$(BIN)/fairlineup demo

test: $(VENV)/.dev ## the tests (8 minutes or less)
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses 3 --dist worksteal

test-long: $(VENV)/.long ## the long tests, by hand: other people's software as oracle, coverage studies
	$(VENV)/long/bin/python -m pytest tests_long

check: $(VENV)/.dev ## format, lint, types, imports, docs
	$(BIN)/ruff format --check src tests tests_long bench tools examples
	$(BIN)/ruff check src tests tests_long bench tools examples
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python tools/check_docs.py

format: $(VENV)/.dev ## put the code in order
	$(BIN)/ruff check --fix src tests tests_long bench tools examples
	$(BIN)/ruff format src tests tests_long bench tools examples

bench: $(VENV)/.dev $(VENV)/.peers ## ratios against other software, in one run; writes bench/latest.json
	$(BIN)/python -m bench.run $(PEOPLE)

upstream: $(VENV)/.dev ## how the newest botocore's model of Rekognition differs from the pinned one
	$(BIN)/python tools/service_model.py

lock: ## renew the pinned versions (needs uv)
	tools/lock

clean: ## remove .venv
	rm -rf $(VENV)

$(BIN)/python:
	$(MAKE_VENV)

$(VENV)/.default: requirements/default.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/default.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	$(INSTALL) --require-hashes -r requirements/dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.default

# face_recognition and Fairlearn in an environment of their own: the first pins a dlib that compiles, dlib-bin is the same built.
$(VENV)/.peers: requirements/peers.txt | $(BIN)/python
	$(if $(UV),$(UV) venv --quiet --allow-existing --python $(BIN)/python $(VENV)/peers,$(BIN)/python -m venv $(VENV)/peers)
	$(if $(UV),$(UV) pip install --quiet --python $(VENV)/peers/bin/python,$(VENV)/peers/bin/python -m pip install --quiet --disable-pip-version-check) --no-deps --require-hashes -r requirements/peers.txt
	@touch $@

# The long tests in an environment of their own: what they compare with brings pandas, scikit-learn and a database.
$(VENV)/.long: requirements/long.txt pyproject.toml | $(BIN)/python
	$(if $(UV),$(UV) venv --quiet --allow-existing --python $(BIN)/python $(VENV)/long,$(BIN)/python -m venv $(VENV)/long)
	$(INSTALL_LONG) --require-hashes -r requirements/long.txt
	$(INSTALL_LONG) --no-deps --no-build-isolation --editable .
	@touch $@
