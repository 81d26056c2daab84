# A thin front of tools/tasks.py; on Windows: py tools\tasks.py demo
PYTHON ?= python3

.PHONY: demo test lint bench proof lock clean

demo test lint bench proof lock clean:
	@$(PYTHON) tools/tasks.py $@
