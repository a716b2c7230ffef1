# Each target works on a clean checkout; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
RUST_SOURCES := $(shell find native -name '*.rs' -not -path '*/target/*' -not -path '*/fuzz/*') \
	$(wildcard native/Cargo.* native/*/Cargo.toml)
CARGO := cargo --locked
MANIFEST := --manifest-path native/Cargo.toml

.PHONY: help demo test conformance check bench ctgrind fuzz build clean tools

help:  ## what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: build  ## two countries, two signatures, every kind of answer (under a minute)
	@$(BIN)/zaruka demo demo

test: build  ## all tests, Rust and Python
	@$(CARGO) test -q --release $(MANIFEST) --workspace --exclude zaruka-python
	@ZARUKA_WITHOUT=all $(CARGO) test -q --release $(MANIFEST) -p zaruka-primitives
	@$(BIN)/pytest -q -n auto
	@ZARUKA_WITHOUT=all $(BIN)/pytest -q -n auto tests/crypto

conformance: build  ## what the public suites say of us: NIST PKITS, x509-limbo, other programs' files
	@$(BIN)/pytest -q tests/conformance

check: build  ## formatters, linters, types, import contract
	@cargo fmt $(MANIFEST) --all --check
	@$(CARGO) clippy -q --release $(MANIFEST) --workspace --all-targets -- -D warnings
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

bench: build .venv/bench.stamp  ## speed as ratios against peers, measured in one run
	@$(BIN)/python benchmarks

ctgrind: tools  ## signing leaks neither key nor nonce: valgrind treats both as undefined
	@native/ctgrind.sh

FUZZ_SECONDS ?= 60
fuzz: build  ## every parser on random and mutated input, FUZZ_SECONDS each (default 60)
	@tests/fuzz/run $(FUZZ_SECONDS)

build: .venv/native.stamp  ## the environment and the native module

.venv/native.stamp: .venv/python.stamp $(RUST_SOURCES)
	@echo 'building the native module (about a minute)'
	@PIP_QUIET=1 VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/maturin develop -q --release --locked
	@touch $@

.venv/python.stamp: pyproject.toml constraints.txt | tools
	@echo 'making the environment .venv'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --group dev \
		$$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml","rb"))["project"]["dependencies"])')
	@touch $@

.venv/bench.stamp: .venv/python.stamp
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --group bench
	@touch $@

# What is missing is named in one line with the command that installs it.
tools:
	@need() { command -v "$$1" >/dev/null || { echo "zaruka: $$1 is missing; install it: $$2" >&2; exit 1; }; }; \
	need $(PYTHON) 'apt-get install python3 python3-venv'; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'zaruka: Python 3.11 or newer is needed: apt-get install python3' >&2; exit 1; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'zaruka: python3-venv is missing; install it: apt-get install python3-venv' >&2; exit 1; }; \
	need cc 'apt-get install gcc libc6-dev'; \
	need cargo 'rustup, from https://rustup.rs, then: rustup default stable'; \
	cargo --version | awk '{split($$2, v, "."); exit !(v[1] > 1 || v[2] >= 89)}' \
		|| { echo "zaruka: $$(cargo --version) is too old, 1.89 or newer is needed: rustup update stable" >&2; exit 1; }

clean:  ## remove what was built
	@rm -rf .venv native/target src/zaruka/*.so demo .pytest_cache .mypy_cache .ruff_cache
