# Mediawatch: `make demo` shows it, `make check` proves it, `make start` runs it for real.  `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
TEST_PROCESSES ?= 2
TESTS ?= tests
export PYTHONPATH := include

BIN := .venv/bin
UV_INSTALL := $(BIN)/uv pip install --quiet --no-deps --compile-bytecode
LOCKED := --require-hashes --requirement

.PHONY: help venv check quick test coverage format lint types fence fuzz demo start secrets stack stack-down stack-status test-stack test-upgrade soak lock sbom audit bench-fetch bench-index bench-import bench-parse bench-extraction bench-boilerplate bench-provenance bench-fields bench-keywords bench-trial bench-stories bench-board bench-day bench-pipeline bench-cadence bench-quality release dashboards

help: ## Show what there is.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Mediawatch needs Python 3.11 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 ..."; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python has no venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 2; }
	@echo "Creating .venv ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || \
	  { rm -rf .venv; echo "Could not install uv from the Python package index: is there a network (or a proxy to name in HTTPS_PROXY)?"; exit 2; }

.venv/.runtime: $(BIN)/uv requirements.txt pyproject.toml
	@echo "Installing the locked packages (a few minutes the first time) ..."
	@$(UV_INSTALL) $(LOCKED) requirements.txt
	@$(UV_INSTALL) -e .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "Installing the tools for tests and checks ..."
	@$(UV_INSTALL) $(LOCKED) requirements-dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements-bench.txt
	@$(UV_INSTALL) $(LOCKED) requirements-bench.txt
	@touch $@

.venv/.stack: .venv/.runtime requirements-stack.txt
	@$(UV_INSTALL) $(LOCKED) requirements-stack.txt
	@touch $@

venv: .venv/.runtime ## Make .venv with the `mediawatch` command.

check: .venv/.dev lint types fence test ## Everything that has to hold: format, lint, types, import fence, all tests.

quick: .venv/.dev lint fence ## What holds within two minutes: format, lint, import fence, tests that need no server and do not wait.
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile \
	  -m "not server and not slow" --say-left-out

lint: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.dev
	$(BIN)/mypy

fence: .venv/.dev
	$(BIN)/lint-imports

test: .venv/.dev ## All tests, in TEST_PROCESSES processes (2 unless told); servers they need are started by themselves.
	@$(BIN)/python -m launch.versitygw
	$(BIN)/python -m pytest --numprocesses $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

coverage: .venv/.dev ## Which lines the tests in TESTS (all unless told) reach, also in processes they start; .coverage-html/.
	@$(BIN)/coverage erase
	$(BIN)/python -m pytest $(TESTS) --numprocesses $(TEST_PROCESSES) --dist loadfile \
	  --cov --cov-report term:skip-covered --cov-report html

format: .venv/.dev ## Format and fix what a machine can.
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

demo: .venv/.runtime ## The main job end to end on a newsroom of our own (ONCE=1 stops at the end).
	@exec $(BIN)/python -m demo

start: .venv/.runtime ## The same for real work on one machine: the real catalogue, UI on loopback.
	@exec $(BIN)/python -m launch.start

secrets: .venv/.runtime ## .env and secrets/ of docker-compose.yml, every secret and certificate made; what is there stays.
	@$(BIN)/python -m launch.compose_secrets

stack: .venv/.stack ## Start Postgres, Redis, S3, Elasticsearch and Airflow with two workers here, without Docker.
	@$(BIN)/python -m launch.stack up

stack-status: .venv/.stack ## How each process of the stack is.
	@$(BIN)/python -m launch.stack status

stack-down: .venv/.stack ## Stop the stack; what was collected is kept in .stack/.
	@$(BIN)/python -m launch.stack down

test-stack: .venv/.dev .venv/.stack ## A day through the stack while one process after the other fails; writes docs/faults.md.
	@$(BIN)/python -m tests.stack --write

test-upgrade: .venv/.dev .venv/.stack ## The stack filled by the version FROM (a tag or commit), gone on with by this one, and back.
	@$(BIN)/python -m tests.stack.upgrade --from "$(FROM)" $(ARGS)

soak: .venv/.dev ## DAYS days of the invented newsroom in a row (200 unless told), with faults; writes docs/soak.md.
	@$(BIN)/python -m tests.soak --days $(or $(DAYS),200) --write $(ARGS)

lock: $(BIN)/uv ## Lock the requirements again.
	@for part in "" -dev -bench -stack -kubernetes; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-emit-index-url \
	    --no-emit-find-links --generate-hashes requirements$$part.in -o requirements$$part.txt; done

sbom: .venv/.bench ## Bills of materials (CycloneDX) of what runs on one machine and in each image, from the locks, in dist/.
	@mkdir -p dist
	@for part in "" -stack -kubernetes; do bill=dist/sbom$$part.cdx.json; \
	  $(BIN)/cyclonedx-py requirements requirements$$part.txt --pyproject pyproject.toml --output-reproducible --output-file $$bill; \
	  echo "$$bill names $$(grep -c '"purl"' $$bill) packages"; done

audit: sbom ## Known weaknesses of all locked packages, by OSV; fails as well where one could not be asked about.
	$(BIN)/pip-audit --strict --disable-pip --no-deps --vulnerability-service osv \
	  --requirement requirements.txt --requirement requirements-stack.txt --requirement requirements-kubernetes.txt

bench-fetch: .venv/.bench ## Pages per second, beside Scrapy in the same run.
	$(BIN)/python tests/bench/fetch.py

bench-index: .venv/.dev ## Documents per second, beside a bare parallel_bulk.
	$(BIN)/python tests/bench/index.py

bench-import: .venv/.dev ## Records per second of import-warc, beside a bare warcio loop, and its memory.
	$(BIN)/python tests/bench/importing.py

bench-extraction: .venv/.bench ## Text, titles and dates on the pages with gold in CORPUS, beside other extractors.
	$(BIN)/python tests/bench/extraction.py --corpus $(CORPUS)

bench-boilerplate: .venv/.dev ## What memory of a site adds to extraction, on the same CORPUS.
	$(BIN)/python tests/bench/boilerplate.py $(CORPUS)

bench-provenance: .venv/.dev ## Original publishers against the labels in tests/data, on the same CORPUS.
	$(BIN)/python tests/bench/provenance.py $(CORPUS)

bench-fields: .venv/.dev ## Titles, authors and days of the pages in MODULES, the folder of two Go modules, beside trafilatura.
	$(BIN)/python tests/bench/fields.py $(MODULES)

bench-keywords: .venv/.bench ## Articles per second of reading and counting words, beside jieba and a Counter.
	$(BIN)/python tests/bench/keywords.py

bench-trial: .venv/.bench ## Words planted into the stream in CORPUS, found by the detector and by simpler rules.
	$(BIN)/python tests/bench/keywords_trial.py $(CORPUS)

bench-quality: .venv/.dev ## Planted faults found in a year of daily figures, beside other rules.
	$(BIN)/python tests/bench/quality.py $(ARGS)

bench-cadence: .venv/.dev ## What feeds drop between visits, at fixed intervals and when a source is due.
	$(BIN)/python tests/bench/cadence.py

bench-stories: .venv/.dev ## Copies and look-alikes made of the articles in CORPUS (a file), told apart.
	$(BIN)/python tests/bench/stories.py $(CORPUS)

bench-board: .venv/.dev ## The board's pages over a lake of ARTICLES articles (a million unless told).
	$(BIN)/python tests/bench/board.py --articles $(or $(ARTICLES),1000000)

bench-day: .venv/.bench .venv/.dev ## Time and memory of each stage of a day of ARTICLES articles, or of several.
	$(BIN)/python tests/bench/day.py $(foreach size,$(or $(ARTICLES),6000),--articles $(size)) $(ARGS)

bench-pipeline: .venv/.bench .venv/.dev ## Pages per second and core, WARC to indexed, of PAGES pages (2,000 unless told), beside others.
	$(BIN)/python tests/bench/pipeline.py --pages $(or $(PAGES),2000) $(ARGS)

release: check sbom ## All checks, then wheel, lock, digests and bills of materials in dist/, built twice alike and tried in an environment of their own.
	@$(BIN)/python -m launch.release

dashboards: .venv/.runtime ## Write the files in include/kibana and include/monitoring again.
	$(BIN)/python -m mediawatch.kibana include/kibana
	$(BIN)/python -m mediawatch.monitoring include/monitoring

fuzz: .venv/.bench .venv/.dev ## Every reader of untrusted bytes over made-up ones, for SECONDS (600 unless told).
	$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),600)

bench-parse: .venv/.dev ## How long Airflow takes to parse the DAGs.
	$(BIN)/python tests/bench/parse.py
