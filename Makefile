# Every task has its name here. `make` alone prints them; each works in a fresh clone.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYTEST := $(BIN)/python -m pytest
WEB := services/gateway/web
WEB_READY := $(WEB)/node_modules/.ready
WEB_BUILT := $(WEB)/dist/.built
# The locked Node of the virtual environment, whatever the machine has.
NPM := env PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix $(WEB)

# How many times the proofs repeat what they try: 1 is the full count, 0.05 a twentieth. `make soak` sets 1.
LIVECHAT_PROOF_SCALE ?= 0.05
export LIVECHAT_PROOF_SCALE

# Two processes share the tests, a file at a time and in the written order, each with servers and a browser of its own:
# whoever plays a chat waits half of the time.
LIVECHAT_TEST_PROCESSES ?= 2
SIDE_BY_SIDE := --numprocesses $(LIVECHAT_TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

# Tests start services hundreds of times: what was compiled for one is there for the next, whatever the shell says.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run demo web web-format test test-unit test-integration soak bench simulate lint format types manifests deploy-check deploy-real sbom image image-check one-machine-check images screenshots ci clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Make .venv with the locked packages (needs Python 3.11 or newer)

run: $(READY) $(WEB_BUILT) ## Start every service with what it needs, and a site to try it on
	$(BIN)/python -m services.cli serve all --site-port $${LIVECHAT_SITE_PORT:-8081}

demo: $(READY) ## Play chats from the first click to the lead, and reckon them
	$(BIN)/python -m services.cli demo

web: $(READY) $(WEB_READY) ## Check, test, build and weigh the web client
	$(NPM) run check
	$(NPM) test
	$(NPM) run build
	@touch $(WEB_BUILT)

test: web ## Run all tests
	$(BIN)/python -m tests.machine
	$(PYTEST) $(SIDE_BY_SIDE)

test-unit: $(READY) ## Run the tests that need no server
	$(PYTEST) --numprocesses auto tests/unit tests/contracts tests/deploy tests/style

test-integration: $(READY) ## Run the tests that need Kafka and PostgreSQL
	$(PYTEST) -m "real or fault"

soak: web ## Run all tests with the proofs at their full counts
	$(BIN)/python -m tests.machine
	LIVECHAT_PROOF_SCALE=1 $(PYTEST) $(SIDE_BY_SIDE) --timeout=7200

bench: $(READY) ## Measure throughput and latency
	$(BIN)/python -m tests.bench

SEED ?= 1
RUNS ?= 500

simulate: $(READY) ## Play RUNS simulated days from SEED on, with crashes, and judge them
	$(BIN)/python -m tests.simulation --seed $(SEED) --runs $(RUNS)

lint: $(READY) ## Check style, types, the direction of imports, and what is unsafe
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive contracts deploy services

format: $(READY) ## Put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

web-format: $(READY) $(WEB_READY) ## Put the web client's code into the house's form
	$(NPM) run format

types: $(READY) $(WEB_READY) ## Write schemas, asyncapi.json, golden events of new types, and the web client's types anew
	$(BIN)/python -m contracts.json_schemas
	$(BIN)/python -m contracts.asyncapi
	$(BIN)/python -m tests.contracts.golden_files
	$(BIN)/python -m tests.golden_walks
	$(BIN)/python -m tests.wire_schema
	$(NPM) run types

manifests: $(READY) ## Write anew what in deploy/ follows from the code
	$(BIN)/python -m deploy.generate

deploy-check: $(READY) ## Render the Kubernetes manifests and validate them strictly (CRDS=folder: others' kinds too)
	$(BIN)/python -m deploy.check

deploy-real: $(READY) ## Prove the manifests on the cluster that KUBECONFIG names (ONLY="step…": these alone)
	$(BIN)/python -m deploy.real $(if $(ONLY),--only $(ONLY))

sbom: $(READY) ## Write docs/licences.md anew, and a bill of what is shipped in CycloneDX to build/livechat.cdx.json
	$(BIN)/python -m deploy.supply.licences
	$(BIN)/python -m deploy.supply.sbom

image: $(READY) $(WEB_BUILT) ## Build the image of all services, and build/livechat-<version>.tar (needs Docker and root)
	deploy/image/build.sh

image-check: $(READY) ## Hold the built image to its promises: size, no shell, the demo without privileges, drain
	LIVECHAT_IMAGE=$${LIVECHAT_IMAGE:-localhost/livechat:$$($(BIN)/python -c 'import services; print(services.__version__.replace(".", "-"))')} \
		$(PYTEST) tests/image

one-machine-check: $(READY) ## Hold the containers of one machine to their guide (ports 80 and 443, root; takes minutes)
	LIVECHAT_ONE_MACHINE=$${LIVECHAT_IMAGE:-localhost/livechat:$$($(BIN)/python -c 'import services; print(services.__version__.replace(".", "-"))')} \
		$(PYTEST) tests/one_machine

images: ## Build images of Kafka, PostgreSQL and Caddy where none can be pulled (needs Docker and root)
	deploy/images/build.sh

screenshots: $(READY) $(WEB_BUILT) ## Make README's pictures anew, in docs/pictures (needs Chromium)
	$(BIN)/python -m tests.pictures

ci: lint test ## What every change must pass: lint, then all tests

clean: ## Remove builds, caches and the data in .livechat
	rm -rf build dist $(WEB)/dist $(WEB)/node_modules .livechat .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# The oldest suitable Python is the one that the lock was made for. A distribution may ship Python without its venv
# module; where we may install packages we add it, elsewhere we say how.
$(READY): requirements.lock
	@set -eu; \
	for python in python3.11 python3.12 python3.13 python3.14 python3 python ''; do \
		test -n "$$python" || { echo "Python 3.11 or newer is needed." >&2; exit 1; }; \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		package=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
			echo "Installing $$package: this Python has no venv module."; \
			apt-get update -qq; apt-get install -y -qq --no-install-recommends "$$package"; \
		else \
			echo "This Python has no venv module. Run: sudo apt-get install $$package" >&2; exit 1; \
		fi; \
	fi; \
	"$$python" -m venv $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	touch $@

$(WEB_READY): $(WEB)/package-lock.json $(READY)
	$(NPM) ci
	touch $@

$(WEB_BUILT): $(WEB_READY) $(shell find $(WEB)/src $(WEB)/build.mjs -type f 2>/dev/null)
	$(NPM) run build
	touch $@
