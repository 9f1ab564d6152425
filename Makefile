# `make help` lists what there is. Only python3 (3.11 or newer), make and a package index are needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# jinja: fast, lints what people read. dbt: lints what dbt compiles, slower.
TEMPLATER ?= jinja

# The project's own profiles.yml, whatever the caller's shell has set.
export DBT_PROFILES_DIR := $(CURDIR)
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.DEFAULT_GOAL := help
.PHONY: help build test test-all test-nightly test-spark test-cluster dbt-build edge-build metrics lint format seeds benchmark lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: $(VENV)/requirements.lock ## Demo company: raw data to published marts, with a summary
	@$(BIN)/python scripts/run_pipeline.py run

# The linters run beside dbt, which keeps one core busy. pytest comes last, so that its summary is the last thing printed.
test: $(VENV)/requirements.lock ## Linters, dbt builds with their tests, the fast pytest tests; in a temporary place
	@$(call in_temporary_warehouse,$(call both,$(checks),$(call timed,pytest,$(pytest) -m "not spark and not slow and not nightly")))

test-all: $(VENV)/requirements-metrics.lock ## The same with the slow tests
	@$(call in_temporary_warehouse,$(call both,$(checks),$(call timed,pytest,$(pytest))))

test-nightly: $(VENV)/requirements-spark.lock ## The longest tests: fault drills, whole replays, generated futures, Spark's readers
	@$(call in_temporary_warehouse,$(MAKE) --no-print-directory dbt-build edge-build && $(call timed,pytest,$(pytest) -m nightly))

# Parts of test and test-all, in their temporary place.
dbt-build:
	@$(call timed,dbt build,$(dbt_build))

edge-build:
	@$(call timed,dbt build of the edge-case company,$(edge_build))

test-spark: $(VENV)/requirements-spark.lock ## The same models on local Spark (needs Java 17), compared with DuckDB
	@$(call in_temporary_warehouse,$(call timed,Spark parity,$(BIN)/python -m pytest -m "spark and not nightly and not cluster"))

test-cluster: $(VENV)/requirements-spark.lock ## Runs on a Spark cluster of its own on loopback, with faults (needs Java 17)
	@$(call in_temporary_warehouse,$(call timed,Spark cluster,$(BIN)/python -m pytest -m cluster))

metrics: $(VENV)/requirements-metrics.lock ## Check all metrics with MetricFlow on the published marts, and list them
	@test -e "$${WAREHOUSE_DIR:-warehouse}/current/revenue.duckdb" || { echo "no published marts: run make build first" >&2; exit 2; }
	@DBT_TARGET_PATH=target $(BIN)/dbt parse --target duckdb --quiet
	@DBT_TARGET=published $(BIN)/mf validate-configs
	@DBT_TARGET=published $(BIN)/mf list metrics

lint: $(VENV)/requirements.lock ## sqlfluff, ruff and mypy only
	@$(call in_temporary_warehouse,$(call timed,sqlfluff,$(lint_sql)))
	@$(call timed,sqlfluff of the generator,$(lint_generator))
	@$(call timed,ruff,$(lint_python))
	@$(call timed,mypy,$(BIN)/mypy)

format: $(VENV)/requirements.lock ## Let sqlfluff and ruff fix what they can
	@$(BIN)/sqlfluff fix --quiet models tests/dbt scripts/demo_company/sql
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

seeds: $(VENV)/requirements.lock ## Write the demo company again (seeds/raw and its exchange rates)
	@$(BIN)/python scripts/generate_data.py --seeds seeds

benchmark: $(VENV)/requirements.lock ## Time and peak memory of a build on generated events (EVENTS=1000000)
	@$(BIN)/python scripts/benchmark.py --web-events $(or $(EVENTS),1000000)

lock: ## Compile the locks again after pyproject.toml changed (needs uv on the path)
	uv pip compile pyproject.toml --extra dev --extra spark $(lock_options) -o requirements-spark.lock
	uv pip compile pyproject.toml --extra dev -c requirements-spark.lock $(lock_options) -o requirements.lock
	uv pip compile pyproject.toml --extra dev --extra metrics -c requirements.lock $(lock_options) -o requirements-metrics.lock

clean: ## Remove dbt's own output (target/, logs/); published marts and the virtual environment stay
	@rm -rf target logs

lock_options := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
lint_sql = $(BIN)/sqlfluff lint --disable-progress-bar --templater $(TEMPLATER) --processes 2 models tests/dbt
lint_generator = $(BIN)/sqlfluff lint --disable-progress-bar --processes 2 scripts/demo_company/sql
checks = $(MAKE) --no-print-directory --keep-going --jobs=2 lint dbt-build edge-build
dbt_build = $(call with_counts,$(BIN)/dbt build --target duckdb --quiet,"$$DBT_LOG_PATH")
edge_company = "$$(dirname "$$WAREHOUSE_DIR")"/edge_company
edge_build = $(call with_counts,$(BIN)/python tests/python/helpers/edge_company.py $(edge_company),$(edge_company)/logs)
# $(call with_counts,command,folder of dbt's logs): runs dbt, which prints errors only, and prints the counts from its log.
with_counts = { $(1); built=$$?; sed -n 's/.*\(Done\. PASS=.*\)/\1/p' $(2)/dbt.log; (exit $$built); }
# The tests read the two companies that dbt has just built. A module stays in one process.
pytest = DEMO_WAREHOUSE="$$WAREHOUSE_DIR" EDGE_COMPANY=$(edge_company) $(BIN)/python -m pytest --numprocesses auto --dist loadfile \
	--no-loadscope-reorder
lint_python = { $(BIN)/ruff check . && $(BIN)/ruff format --check .; }

# $(call both,one,other): runs the other whatever the first says, so that one run shows everything to fix.
both = $(1); first=$$?; $(2) && (exit $$first)

# $(call timed,name,command): runs it, prints how long it took, passes its verdict on.
timed = { echo "== $(1)"; start=$$(date +%s); $(2); status=$$?; \
	echo "-- $(1): $$(( $$(date +%s) - start )) s"; (exit $$status); }

# $(call in_temporary_warehouse,command): nothing that the user has built is read or changed.
in_temporary_warehouse = folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && trap 'exit 130' INT TERM && \
	export WAREHOUSE_DIR="$$folder/warehouse" DBT_TARGET_PATH="$$folder/target" DBT_LOG_PATH="$$folder/logs" && \
	mkdir -p "$$WAREHOUSE_DIR" && $(1)

# The environment holds what the lock says: made anew where the lock's content changed, left alone otherwise.
$(VENV)/requirements.lock: requirements.lock
	@if cmp -s $< $@; then touch $@; else \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")' \
		&& echo "== installing the locked packages into $(VENV)" \
		&& rm -rf $(VENV) && $(PYTHON) -m venv $(VENV) \
		&& $(BIN)/python -m pip install --quiet --require-hashes --no-deps -r $< \
		&& cp $< $@; \
	fi

# Spark on top of it: an extra, because it is large and needs Java.
$(VENV)/requirements-spark.lock: requirements-spark.lock $(VENV)/requirements.lock
	@if cmp -s $< $@; then touch $@; else \
		echo "== adding Spark to $(VENV)" \
		&& $(BIN)/python -m pip install --quiet --require-hashes --no-deps -r $< \
		&& cp $< $@; \
	fi

# MetricFlow on top of it: an extra, because only metrics need it, and a part of it (halo) is built from source.
$(VENV)/requirements-metrics.lock: requirements-metrics.lock $(VENV)/requirements.lock
	@if cmp -s $< $@; then touch $@; else \
		echo "== adding MetricFlow to $(VENV)" \
		&& $(BIN)/python -m pip install --quiet --require-hashes --no-deps -r $< \
		&& cp $< $@; \
	fi
