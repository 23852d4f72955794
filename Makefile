# Innspill. `make` alone explains what there is to type.

PYTHON ?= python3
VENV := .venv/bin
PYTEST := $(VENV)/python -m pytest -n 2
PIN := $(VENV)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

.DEFAULT_GOAL := help
.PHONY: help run install test check bench format translations requirements clean

help: ## explain what there is to type
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-14s%s\n", $$1, $$2 }'

run: ## install what is missing, then start the site with its sample; Ctrl-C ends it
	@$(PYTHON) tools/install.py
	@exec $(VENV)/python tools/run.py

install: ## install what developing takes into .venv, and the style sheets and fonts
	@$(PYTHON) tools/install.py --develop

test: install ## run all tests, in a browser and on PostgreSQL too; TESTS=tests/services runs some
	@CHROMIUM="$$($(VENV)/python tools/browser.py)" && export CHROMIUM && $(PYTEST) $(TESTS)
	@$(PYTEST) --database postgresql -m "not browser" $(TESTS)

check: install ## check format, style, types, imports, translations, migrations and dependencies
	@$(VENV)/python tools/check.py

bench: install ## measure the site on this machine and print the figures
	@$(VENV)/python -m benchmarks

format: install ## put the source files into the common format
	@$(VENV)/ruff check --quiet --fix-only .
	@$(VENV)/ruff format .

translations: install ## collect the sentences to translate into app/translations/*/LC_MESSAGES/messages.po; LANGUAGE=sv begins one
	@$(VENV)/python tools/translations.py update $(LANGUAGE)

requirements: install ## pin the newest versions that requirements/*.in and package.json allow
	$(PIN) requirements/run.in --output-file requirements/run.txt
	$(PIN) requirements/develop.in --constraint requirements/run.txt --output-file requirements/develop.txt
	$(PIN) requirements/npm.in --output-file requirements/npm.txt
	npm update --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund

clean: ## remove what was installed and made; the data stay
	@rm -rf .venv node_modules static/vendor test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -prune -exec rm -rf {} +
