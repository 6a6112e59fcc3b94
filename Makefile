# Everything that people and CI run. `make` alone lists it.
# Needs python3 >= 3.10 and a network for the first run; all that it installs lies in .venv.

PYTHON ?= python3
PORT ?= 7860
OUT ?= runs
MODELS ?= language faces expression
TRAINED ?= words faces expression
START ?=

VENV := .venv
RUN := $(VENV)/bin/python
SOURCES := vidsent tests scripts benchmarks app.py
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check

# A change of a requirements file makes its stamp stale, and only that is installed again.
MADE := $(VENV)/.made
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
BROWSER := $(VENV)/.browser

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check audit format train evaluate examples pictures floors newest clean data

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME)  ## serve the page on 127.0.0.1 (PORT=7860)
	@$(RUN) -m vidsent serve --port $(PORT)

# Threads of several workers on two cores wait for each other in loops: small trainings took up to
# ten times as long. So a worker has one thread; what measures a speed has all, and runs by itself.
# Three workers, as two left the cores idle for a third of the time: browsers and servers wait.
test: $(DEVELOPMENT) $(BROWSER)  ## run the tests (ARGS="-m 'not browser' -k cli" runs some, ARGS="-m slow" the sweeps)
ifdef ARGS
	@$(RUN) -m pytest $(ARGS)
else
	@OMP_NUM_THREADS=1 $(RUN) -m pytest -m "not alone and not slow" --numprocesses 3 --dist loadfile --no-loadscope-reorder --durations 20
	@$(RUN) -m pytest -m "alone and not slow"
endif

check: $(DEVELOPMENT)  ## formatting, lint, types and the order of the packages
	@$(RUN) -m ruff format --check $(SOURCES)
	@$(RUN) -m ruff check $(SOURCES)
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-cache

audit: $(DEVELOPMENT)  ## known vulnerabilities of what is installed (asks the package index)
	@$(RUN) -m scripts.audit

format: $(DEVELOPMENT)  ## put the code into the agreed format
	@$(RUN) -m ruff check --fix-only $(SOURCES)
	@$(RUN) -m ruff format $(SOURCES)

train: data $(DEVELOPMENT)  ## train the models (DATA=folder; OUT=runs, TRAINED="words faces expression")
	@set -e; for model in $(TRAINED); do \
		$(RUN) -m vidsent train $$model --data "$(DATA)" --out "$(OUT)/$$model" \
			$(if $(START),--start "$(START)"); done

evaluate: data $(DEVELOPMENT)  ## measure the shipped models (DATA=folder)
	@set -e; for model in $(MODELS); do \
		$(RUN) -m vidsent evaluate $$model --data "$(DATA)"; done

examples: $(DEVELOPMENT)  ## make the example clips in assets/examples again
	@$(RUN) -m scripts.make_examples

pictures: $(DEVELOPMENT) $(BROWSER)  ## take the README's pictures of the page again
	@$(RUN) -m scripts.photograph

floors: $(MADE)  ## try the oldest versions allowed, in an environment that is thrown away
	@$(RUN) -m scripts.try_requirements floors

newest: $(MADE)  ## try the newest versions allowed, likewise
	@$(RUN) -m scripts.try_requirements newest

clean:  ## remove .venv, caches and builds (never runs/)
	@rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find vidsent tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

data:
	@test -d "$(DATA)" || { echo "Name the data folder: make $(MAKECMDGOALS) DATA=/path/to/data" >&2; exit 2; }

# A .venv that was left half made, or whose python has gone, counts as none.
ifneq ($(shell test -e $(MADE) && $(RUN) -c 'import pip' 2>/dev/null && echo sound),sound)
.PHONY: $(MADE)
endif

$(MADE):
	@sh scripts/venv.sh "$(PYTHON)" $(VENV)
	@touch $@

$(RUNTIME): requirements.txt $(MADE)
	@echo "Installing requirements.txt into $(VENV) (PyTorch is large: the first time takes minutes)"
	@$(PIP) -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@echo "Installing requirements-dev.txt into $(VENV)"
	@$(PIP) -r requirements-dev.txt
	@touch $@

$(BROWSER): $(DEVELOPMENT)
	@sh scripts/browser.sh $(RUN)
	@touch $@
