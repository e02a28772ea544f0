.DEFAULT_GOAL := help
PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin/python -m

.PHONY: help demo test check lint types eval bench messages migration clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# uv is fetched once into .tools; everything else comes from the lock file.
$(UV):
	@echo "Setting up, once…"
	@$(PYTHON) -m venv .tools
	@.tools/bin/python -m pip install --quiet uv

.venv/.ready: $(UV) pyproject.toml uv.lock
	@echo "Setting up, once: installing what the lock file names…"
	@$(UV) sync --quiet --frozen --no-dev --python $(PYTHON)
	@touch $@

.venv/.ready-dev: $(UV) pyproject.toml uv.lock
	$(UV) sync --quiet --frozen --python $(PYTHON)
	@touch $@ .venv/.ready

demo: .venv/.ready ## A local Slack workspace and forum with a year of activity: open the address it prints
	$(RUN) app demo $(if $(port),--port $(port))

test: .venv/.ready-dev ## All tests, on SQLite and PostgreSQL
	$(RUN) pytest -n 2 --dist loadfile --no-loadscope-reorder

check: lint types test ## Everything that has to be right before a change lands

lint: .venv/.ready-dev ## Style and common mistakes
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: .venv/.ready-dev ## Types
	$(RUN) mypy

eval: .venv/.ready-dev ## How well /whereshare finds the right community, per language
	$(RUN) app.routing.ranking.evaluate

bench: .venv/.ready-dev ## Speed and memory, as ratios to a floor measured in the same run
	$(RUN) bench

messages: .venv/.ready-dev ## Update the catalogues of translations from the code
	.venv/bin/pybabel -q extract --ignore-dirs playground --no-location --sort-output --omit-header --width 118 -o locales/baobab.pot app handlers
	.venv/bin/pybabel -q update --no-fuzzy-matching --ignore-pot-creation-date -w 118 -i locales/baobab.pot -d locales -D baobab

migration: .venv/.ready-dev ## A new migration from the models: make migration name=what_changed
	$(RUN) alembic revision --autogenerate -m "$(name)"

clean: ## Remove the virtual environment, tools and local data
	rm -rf .venv .tools var
