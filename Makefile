# The front door. CMake does the work (see CMakePresets.json); here are the few words a newcomer needs.
#
#   make            builds the daemon (optimised) into build/release
#   make demo       runs the main job against a simulated Zendesk and model; writes only below build/
#   make check      builds and runs all tests, under ASan and UBSan
#   make campaign   a thousand seeds of the simulation, each with its own weather; prints a summary (SEEDS=A-B)
#   make bench      measures; prints one table with pass or short
#   make coverage   line coverage of lib/
#   make format     formats the code; make lint checks formatting and layering
#   make install    installs into $(DESTDIR)$(PREFIX)
#   make deps       installs what is missing (as root), or prints the line that does
#
# Each of them installs what it needs first. `make deps DEPS=check` installs the tools of the tests as well.

PREFIX ?= /usr/local
BUILD := build
DEPS ?= build
SEEDS ?= 1-1000
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

all: deps
	@scripts/build release

demo: deps-demo
	@scripts/build release ai-ticketd ai-ticketsim
	@scripts/demo $(BUILD)/release

check: deps-check
	@scripts/check
	@$(MAKE) --no-print-directory campaign

campaign: deps-check
	@scripts/build asan aitd_simulate
	@$(BUILD)/asan/tests/sim/aitd_simulate --campaign --seeds $(SEEDS)

bench: deps-check
	@scripts/build release
	@tests/bench/run $(BUILD)/release

coverage: deps-check
	@scripts/coverage

lint: deps-check
	@scripts/lint

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

install: all
	@DESTDIR="$(DESTDIR)" cmake --install $(BUILD)/release --prefix "$(PREFIX)"

deps:
	@scripts/deps $(DEPS)

deps-demo:
	@scripts/deps demo

deps-check:
	@scripts/deps check

clean:
	rm -rf $(BUILD)

.PHONY: all demo check campaign bench coverage lint format install deps deps-demo deps-check clean
