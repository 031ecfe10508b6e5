# Two commands on a fresh machine: `make demo` and `make test`. They need Python >= 3.11 and the
# package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
WORKERS ?= 2
SOAK ?= 10
SEED ?=
# the folder in which a run of the tests on one warehouse notes what the next one prints beside its own
COUNTS := target/counts
PYTEST = SEED=$(SEED) COUNTS=$(COUNTS) $(BIN)/pytest -n $(WORKERS) --dist loadfile
# what starts the server that the demo is on
WAREHOUSE ?= duckdb
SERVED_postgres := python tests/parts/warehouses/postgres_server.py
DEMO_SERVER = $(if $(filter duckdb postgres,$(WAREHOUSE)),$(SERVED_$(WAREHOUSE)),$(error WAREHOUSE \
	is duckdb or postgres))
# what another version of Python or of a library could break, in minutes
TRIED := tests/rules tests/unit tests/integration/test_client.py tests/process/test_wheel.py \
	tests/process/test_dbt_package.py tests/process/test_tutorial.py
PYTHONS ?= python3.11 python3.12 python3.13 python3.14

export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help demo test cover soak check unit docs bench walk faults people format \
	orchestrators ducklake postgres lowest newest pythons try clean

help:  ## show this
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(INSTALLED)  ## seed a shop, run dbt, sync into a local Mailchimp, twice; WAREHOUSE=postgres
	PATH="$(CURDIR)/$(BIN):$$PATH" $(DEMO_SERVER) dbt_project/sample_shop/demo.sh

test: check  ## everything that CI runs; SEED=... draws again what a run has drawn
	rm -rf $(COUNTS)
	WAREHOUSE=duckdb $(PYTEST) -m "not soak"
	WAREHOUSE=postgres $(PYTEST) -m "every_warehouse and not soak"

cover: $(INSTALLED)  ## the same tests, and the lines that none of them reaches: minutes
	WAREHOUSE=duckdb $(PYTEST) --cov --cov-report=term:skip-covered

soak: $(INSTALLED)  ## all tests on each warehouse, ten times the draws: make soak SOAK=40 SEED=7
	rm -rf $(COUNTS)
	WAREHOUSE=duckdb SOAK=$(SOAK) $(PYTEST)
	WAREHOUSE=postgres SOAK=$(SOAK) $(PYTEST)

check: $(INSTALLED)  ## format, lint, types, layers, SQL: seconds
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfmt --check dbt_project loader tests

unit: $(INSTALLED)  ## rules and units, without I/O: seconds
	$(BIN)/pytest tests/rules tests/unit

docs: $(INSTALLED)  ## write the tables of the reference anew, and build docs/ as a site in target/site
	$(BIN)/cog -r -I docs/reference --verbosity=1 docs/reference/*.md docs/explanation/states.md docs/how-to/orchestrate.md
	$(BIN)/pip install --quiet --constraint .ci/constraints.txt --editable '.[dev,docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

bench: $(INSTALLED)  ## what is measured, and the tables that it prints: minutes
	PYTHONPATH=tests/parts $(BIN)/python tests/benchmarks/memory.py
	PYTHONPATH=.:tests/parts $(BIN)/python tests/benchmarks/pull.py
	PYTHONPATH=.:tests/parts $(BIN)/python tests/benchmarks/audiences.py
	PYTHONPATH=.:tests/parts $(BIN)/python tests/benchmarks/bare.py
	PYTHONPATH=.:tests/parts $(BIN)/python tests/benchmarks/engines.py

walk: $(INSTALLED)  ## every function of ours from `loader sync` to aiohttp and to the ledger: seconds
	PYTHONPATH=.:tests/parts $(BIN)/python tests/benchmarks/walk.py

faults: $(INSTALLED)  ## each fault of Mailchimp at 1, 10 and 50 %: what arrived, what was said; minutes
	PYTHONPATH=tests/parts $(BIN)/python tests/benchmarks/faults.py

people: $(INSTALLED)  ## a customer table of your own against the sandbox: make people CSV=...
	PYTHONPATH=tests/parts $(BIN)/python tests/benchmarks/real_people.py "$(CSV)"

# $(call try,NAME,PYTHON,OPTIONS OF PIP): the tests of TRIED in an environment of its own. Licences are
# those of what is installed for development, which this is not.
define try
	$(2) -m venv --clear target/$(1)
	target/$(1)/bin/pip install --quiet $(3) --editable '.[test]'
	target/$(1)/bin/pytest -q -n $(WORKERS) --dist loadfile $(TRIED) \
		--ignore tests/unit/repository/test_licences.py
endef

lowest: $(INSTALLED)  ## some tests with the lowest versions that pyproject.toml allows: minutes
	mkdir -p target
	$(BIN)/python .ci/lowest.py > target/lowest.txt
	$(call try,lowest,$(PYTHON),--only-binary :all: --constraint target/lowest.txt)

newest:  ## some tests with the newest versions that come as wheels, tested or not: minutes
	$(call try,newest,$(PYTHON),--only-binary :all:)

pythons:  ## some tests with each Python that is here: make pythons PYTHONS="python3.11 python3.13"
	set -e; for python in $(PYTHONS); do \
		if $$python --version 2>/dev/null; then $(MAKE) --no-print-directory try PYTHON=$$python; fi; \
	done

try:
	$(call try,$(notdir $(PYTHON)),$(PYTHON),--constraint .ci/constraints.txt)

orchestrators: $(INSTALLED)  ## the files of docs/how-to/orchestrators with the real packages: minutes, 2 GB
	$(BIN)/pytest $(if $(ONLY),tests/orchestrators/test_$(ONLY).py,tests/orchestrators)

# what another version of the server could break: ours comes in a wheel
ON_A_SERVER := tests/rules tests/hostile/statements tests/hostile/laws tests/integration/postgres \
	tests/package/sync tests/package/verify tests/package/plan/test_plan_equals_sync.py \
	tests/package/upgrade/test_copy.py
postgres: $(INSTALLED)  ## some tests on another server: make postgres POSTGRES=/usr/lib/postgresql/15
	WAREHOUSE=postgres POSTGRES=$(POSTGRES) $(BIN)/pytest -n $(WORKERS) --dist loadfile $(ON_A_SERVER)

# what a DuckDB of another version could break, on a file, and what a lake could
ON_A_FILE := tests/rules tests/unit/warehouse tests/integration/test_duckdb.py tests/package/dbt
ON_A_LAKE := tests/ducklake tests/package/sync/test_sync_leaves.py
ducklake: $(INSTALLED)  ## dbt and the loader on two machines with DuckDB 1.5, and some tests on that DuckDB: minutes
	mkdir -p target
	grep -v '^duckdb==' .ci/constraints.txt > target/ducklake.txt
	$(PYTHON) -m venv target/ducklake
	target/ducklake/bin/pip install --quiet --constraint target/ducklake.txt --editable '.[test]' \
		--requirement .ci/ducklake.txt
	WAREHOUSE=ducklake target/ducklake/bin/pytest -q -n $(WORKERS) --dist loadfile $(ON_A_LAKE)
	target/ducklake/bin/pytest -q -n $(WORKERS) --dist loadfile $(ON_A_FILE)

format: $(INSTALLED)  ## format everything in place
	$(BIN)/ruff format
	$(BIN)/ruff check --fix
	$(BIN)/sqlfmt dbt_project loader tests

clean:  ## forget the environment and what was built
	cd dbt_project/sample_shop && rm -rf target logs dbt_packages package-lock.yml shop.duckdb
	rm -rf target $(VENV)

# exact versions without hashes: .ci/constraints.txt says why
$(INSTALLED): pyproject.toml .ci/constraints.txt loader/__init__.py
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint .ci/constraints.txt --editable '.[dev]'
	touch $@
