# The daily commands, thin on purpose: the work is done by tools/ and CMake's presets. `make help` lists them.
# Nothing here needs an installed tool beyond make and bash: `demo` and `test` install what is missing and say why.

SHELL := bash
PREFIX ?= /usr/local
DESTDIR ?=

.DEFAULT_GOAL := help
.PHONY: help demo test soak release dev bench bench-vector check format install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1|/p' Makefile | column -t -s '|' 2>/dev/null || sed -n 's/^\([a-z-]*\):[^#]*## /  make \1  /p' Makefile

demo: release ## build a release and run the main job: a licence review by a swarm of processes
	@build/release/bin/waggle demo

test: ## build and run every test: sanitizers in short, then all of ctest
	@tools/install-deps test
	@tools/test

soak: ## hours of kills, storms and load on a release build
	@tools/install-deps test
	@tools/soak

release: ## build build/release/bin/waggle, what users run
	@tools/install-deps build
	@tools/build release

dev: ## build the tests and a debug binary in build/dev
	@tools/install-deps test
	@tools/build dev

bench: ## measure the core against SQLite and the naive pattern: a table, build/bench/core.json and build/bench/threads.svg
	@tools/install-deps bench
	@tools/bench core

bench-vector: ## measure vector indexes at equal recall: tables, build/bench/vector.json and a picture of each data set
	@tools/install-deps bench
	@tools/bench vector

check: ## what CI runs and more: format, clang-tidy, fuzzers, all tests
	@tools/install-deps lint
	@tools/check

format: ## lay out every C++ file by .clang-format
	@tools/format

install: release ## install binary, library and headers (PREFIX=/usr/local, DESTDIR=)
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

clean: ## delete build/
	@rm -rf build
