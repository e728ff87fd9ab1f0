# Two commands for a newcomer: `make demo` and `make test`. Everything else is for whoever changes Braid.
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test quick check lint format synth bench bench-check faults fuzz secrets advisories eval clean
PYTHON_BIN := .venv/bin
SUITES := tests
# Before numpy is imported, in every process: on busy cores OpenBLAS's spinning threads make tests five times slower.
export OPENBLAS_NUM_THREADS ?= 1
# Some images of Python set it: every process would then compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE
# Workers by cores and memory (tests/plugins/workers.py); random order, the seed is in the first lines.
PYTEST := $(PYTHON_BIN)/python -m pytest -n auto

help: ## says what each target does
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 14

setup: ## creates .venv with the braid command, and installs the CDK command line
	@tools/setup.sh run

setup-dev: ## the same, and what checks and tests need
	@tools/setup.sh dev

demo: setup ## starts the embedded AWS, deploys into it, drops the samples, shows the answers
	@echo "Starting an embedded AWS on this machine, deploying the stacks into it, dropping four samples."
	@$(PYTHON_BIN)/python -m samples.demo

test: setup-dev ## runs every test in random order, or some: SUITES='tests/unit tests/contract'
	@$(PYTEST) $(SUITES)

quick: setup-dev ## while you write, two minutes: format, lint, types, the fast unit tests
	@$(PYTHON_BIN)/ruff format --quiet .
	@$(PYTHON_BIN)/ruff check --quiet .
	@$(PYTHON_BIN)/mypy
	@$(PYTEST) -m "not slow" --hypothesis-profile=quick tests/unit tests/workflow

check: setup-dev ## what CI runs: format, lint, types, then every test
	@$(MAKE) --no-print-directory lint test

lint: setup-dev ## checks format, lint, types, and that no secret is in the repository
	$(PYTHON_BIN)/ruff format --check .
	$(PYTHON_BIN)/ruff check .
	$(PYTHON_BIN)/mypy
	$(PYTHON_BIN)/python -m tools.secrets_scan

format: setup-dev ## formats the code and fixes what the linter can
	$(PYTHON_BIN)/ruff format .
	$(PYTHON_BIN)/ruff check --fix .

synth: setup ## writes the CloudFormation templates to cdk.out
	@node_modules/.bin/cdk synth --quiet --no-notices && ls cdk.out/*.template.json

bench: setup-dev ## measures and writes docs/performance.md and docs/reliability.md; ARGUMENTS='keyframes' or '--page performance'
	@$(PYTHON_BIN)/python -m benchmarks $(ARGUMENTS)

bench-check: setup-dev ## measures the short ratios and fails where a bound does not hold; writes nothing
	@$(PYTHON_BIN)/python -m benchmarks --check $(ARGUMENTS)

faults: setup-dev ## lets every kind of call fail in its turn, and 500 files meet failures by chance; 25 minutes at most
	@$(PYTHON_BIN)/python -m benchmarks faults soak $(ARGUMENTS)

fuzz: setup-dev ## gives every parser damaged files; what fails is kept in build/fuzz; ARGUMENTS='--minutes 15 pdf html'
	@$(PYTHON_BIN)/python -m evaluation.fuzzing $(ARGUMENTS)

secrets: setup-dev ## looks for keys, tokens and passwords in every file of the repository; needs no network
	@$(PYTHON_BIN)/python -m tools.secrets_scan

advisories: setup-dev ## asks the registries for known weaknesses of every locked package; needs the network
	@tools/advisories.sh

eval: setup-dev ## scores the moderation profile on labelled texts; ARGUMENTS='--stack NAME --sample 500'
	@$(PYTHON_BIN)/python -m evaluation.moderation $(ARGUMENTS)

clean: ## stops the embedded AWS and removes what was built
	@if [ -x $(PYTHON_BIN)/braid ]; then $(PYTHON_BIN)/braid down; fi
	rm -rf .venv node_modules cdk.out build .braid .pytest_cache .mypy_cache .ruff_cache .hypothesis
