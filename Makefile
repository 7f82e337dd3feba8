# Thin on purpose: every command stands in the README too.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: start test bench check build wheel lock

start:
	@$(PYTHON) environment/make_environment.py run
	@$(BIN)/python -m avcourse start

test:
	@$(PYTHON) environment/make_environment.py test
	@$(BIN)/python tests/run.py

bench:
	@$(PYTHON) environment/make_environment.py test
	@$(BIN)/python -m benchmarks

build:
	@$(PYTHON) environment/make_environment.py test
	@$(BIN)/python -m avcourse build

check:
	@$(PYTHON) environment/make_environment.py test
	@$(BIN)/python -m avcourse check

wheel:
	@$(PYTHON) environment/make_environment.py test
	@$(BIN)/python -m hatchling build -t wheel

lock:
	@sh environment/lock.sh
