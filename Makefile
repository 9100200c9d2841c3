# Two commands matter: `make site` builds the gallery of accounts.yaml, `make test` runs the tests.
# Each makes .venv from pinned requirements first. All they need is Python 3.11 or newer and make.

PYTHON ?= python3
SITE_CHECK ?= --shots screenshots
BIN := .venv/bin
# A .venv that was copied or moved with its folder runs the code of the folder it was made in: it is made anew.
# One that names its folder through a link is its own, and so is one that names none.
MADE_IN = $$(grep -om1 '/.*/\.venv/bin/' .venv/bin/gallery)
FOREIGN := $(shell [ -L .venv ] || [ ! -e .venv/bin/gallery ] || [ -z "$(MADE_IN)" ] || \
	[ "$(MADE_IN)" -ef .venv/bin ] || echo foreign-venv)
.DEFAULT_GOAL := help

.PHONY: help site test check oldest bench bench-quick site-check schema node-tools atproto-tools clean foreign-venv

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

site: .venv/site.stamp  ## Build the gallery of accounts.yaml into site/
	@$(BIN)/gallery build || { code=$$?; [ $$code -eq 3 ] || exit $$code; }
	@echo "Look at it: $(BIN)/gallery serve, or open site/index.html"

test: .venv/dev.stamp  ## Run the tests (those whose tools are missing are skipped, and say so)
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

check: .venv/dev.stamp  ## Lint, format, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

oldest: .venv/dev.stamp  ## Ask whether the model says the same with the oldest libraries it supports (Python 3.11 or 3.12)
	$(PYTHON) -m venv .oldest
	.oldest/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-oldest.txt
	$(BIN)/python -m tools.oldest write .oldest/scores.json
	.oldest/bin/python -m tools.oldest check .oldest/scores.json

bench: .venv/dev.stamp  ## Run every benchmark at full size; results go to benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

bench-quick: .venv/dev.stamp  ## The same in about a minute, without touching RESULTS.md
	$(BIN)/python -m benchmarks --quick

site-check: .venv/dev.stamp  ## Measure the built site in a real browser, print the table, and write screenshots/
	$(BIN)/python -m benchmarks.site_check $(SITE_CHECK)

node-tools:  ## Install the Node.js tools that some checks use into .node/
	mkdir -p .node && cp benchmarks/site_check/package.json .node/
	npm install --prefix .node --no-audit --no-fund --no-package-lock

atproto-tools:  ## Install the real AT Protocol network that one test module drives (360 MB, into .node/atproto/)
	npm install --prefix .node/atproto --no-audit --no-fund --no-package-lock @atproto/dev-env@0.3.215

schema: .venv/site.stamp  ## Write the JSON Schema of accounts.yaml for editors
	$(BIN)/gallery schema > docs/accounts.schema.json

clean:  ## Remove everything that was built (the store in .gallery/ stays)
	rm -rf site site.spare site.previous .venv .bench .oldest build dist .node screenshots

foreign-venv:
	@echo "This .venv was made for another folder, so it is made anew; extras such as .[onnx] have to be installed again."
	rm -rf .venv

.venv/bin/python: $(FOREIGN)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "The gallery needs Python 3.11 or newer," \
		"and $(PYTHON) is not. Name one that is, such as: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No .venv could be made (see above)." \
		"Where it is venv that is missing, on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/site.stamp: requirements.txt pyproject.toml $(FOREIGN) | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt || { echo "Not all packages" \
		"could be had. Is this machine online, and one of those that README.md names?"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/site.stamp requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
