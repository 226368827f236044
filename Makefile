# Every target sets up its own environment in .venv; python3 (3.10 or later), git and g++ are all that must be there.
PYTHON ?= python3
PYTEST ?= -q
UPSTREAM ?=
ID ?=
FUZZ ?= --runs 2000

.PHONY: help demo test check format bench wheel acceptance agreement newcomer fuzz faults docs new-rule ci clean environment developer

help:
	@echo "make demo        a small upstream: add, verify, swap the library, verify again"
	@echo "make test        the test suite (PYTEST='-q -k lock' to choose)"
	@echo "make check       ruff format, ruff, mypy, import-linter, vulture"
	@echo "make format      let ruff rewrite what it can"
	@echo "make docs        write the pages that are made from the program: docs/*.md, docs/trtheaders.1"
	@echo "make new-rule ID=lost-things  the skeleton of a rule: row, check, case"
	@echo "make bench       speed and memory, as ratios measured in one run"
	@echo "make wheel       build the wheel and try it in a fresh environment, from another folder"
	@echo "make acceptance UPSTREAM=path-to-a-TensorRT-LLM-clone"
	@echo "make fuzz        damaged libraries, snapshots, locks, configurations, logs (FUZZ='--runs 20000 --seed 1')"
	@echo "make faults      kills at every step, full and odd disks, servers that stall or lie, 64 runs at once"
	@echo "make newcomer    demo and test as on a fresh machine: bare PATH, another user, a path with a space"
	@echo "make ci          everything that continuous integration runs"
	@echo "make clean       remove what the targets above leave behind"

environment:
	@command -v "$(PYTHON)" >/dev/null || { echo "error: \`$(PYTHON)\` is missing; install it with \`apt-get install python3 python3-venv\`" >&2; exit 1; }
	@"$(PYTHON)" tools/environment.py

developer:
	@command -v "$(PYTHON)" >/dev/null || { echo "error: \`$(PYTHON)\` is missing; install it with \`apt-get install python3 python3-venv\`" >&2; exit 1; }
	@"$(PYTHON)" tools/environment.py --extra dev

demo: environment
	@.venv/bin/python tools/demo.py

test: developer
	@.venv/bin/python -m pytest -n 2 $(PYTEST)

check: developer
	@.venv/bin/python -m ruff format --check .
	@.venv/bin/python -m ruff check .
	@.venv/bin/python -m mypy
	@.venv/bin/lint-imports
	@.venv/bin/vulture

format: developer
	@.venv/bin/python -m ruff format .
	@.venv/bin/python -m ruff check --fix .

docs: developer
	@.venv/bin/python tools/write_commands.py
	@.venv/bin/python tools/write_example.py
	@.venv/bin/python tools/write_python.py
	@.venv/bin/python tools/write_mismatches.py
	@.venv/bin/python tools/write_man.py

new-rule: developer
	@test -n "$(ID)" || { echo "error: say what it is called: \`make new-rule ID=lost-things\`" >&2; exit 2; }
	@.venv/bin/python tools/new_rule.py "$(ID)"

bench: developer
	@.venv/bin/python tools/bench.py

wheel: developer
	@.venv/bin/python tools/try_wheel.py

acceptance: developer
	@test -n "$(UPSTREAM)" || { echo "error: say where a clone is: \`make acceptance UPSTREAM=~/src/TensorRT-LLM\`" >&2; exit 2; }
	@.venv/bin/python tools/acceptance.py "$(UPSTREAM)"

agreement: developer
	@.venv/bin/python tools/agreement.py $(LIBRARIES)

fuzz: developer
	@.venv/bin/python tools/fuzz.py $(FUZZ)

faults: developer
	@TRTHEADERS_KILLS=every .venv/bin/python -m pytest -q -s -m faults

newcomer:
	@"$(PYTHON)" tools/newcomer.py

ci:
	@bash .ci/run

clean:
	@rm -rf .venv .venvs .cache build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
