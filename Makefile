# The front door. CMake does the work (see CMakePresets.json); here are the few words a newcomer needs.
#
#   make            builds the daemon (optimised) into build/release
#   make demo       runs the main job against a simulated Zendesk and model; writes only below build/
#   make check      builds and runs all tests, under ASan and UBSan
#   make check-systemd   boots a real systemd in a container and tests the service there (as root; about a minute)
#   make campaign   500 fixed seeds of the simulation and 1,500 that the commit draws, each with its own weather; prints a summary
#                   (SEEDS=A-B: these; SEEDS=fresh HOURS=8: a night of new ones)
#   make kills      kills the daemon before each system call that writes or sends; make check takes some of them (15 minutes)
#   make bench      measures; prints one table with pass or short
#   make coverage   line coverage of lib/
#   make format     formats the code; make lint checks formatting and layering
#   make install    installs into $(DESTDIR)$(PREFIX); make uninstall takes it away again
#   make deps       installs what is missing (as root), or prints the line that does
#
# Each of them installs what it needs first. `make deps DEPS=check` installs the tools of the tests as well. What a check draws follows
# from the commit, and is printed; DRAW=fresh draws by chance, DRAW=WORD the same again (scripts/draw).

PREFIX ?= /usr/local
BUILD := build
DEPS ?= build
SYSTEMD_ROOT ?= host
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

all: deps
	@scripts/build release

demo: deps-demo
	@scripts/build release ai-ticketd ai-ticketsim
	@scripts/demo $(BUILD)/release

check: deps-check
	@scripts/check

# 77: containers are not permitted here, which was said.
check-systemd: deps-check
	@scripts/build release
	@scripts/check-systemd $(SYSTEMD_ROOT) || [ $$? -eq 77 ]

campaign: deps-check
	@scripts/campaign

kills: deps-check
	@scripts/build asan ai-ticketd ai-ticketsim kill_at
	@AITD_KILLS_EVERY=1 scripts/process-tests asan tests/integration/test_kills.py

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
	@DESTDIR="$(DESTDIR)" scripts/install $(BUILD)/release "$(PREFIX)"

uninstall:
	@DESTDIR="$(DESTDIR)" scripts/uninstall $(BUILD)/release

deps:
	@scripts/deps $(DEPS)

deps-demo:
	@scripts/deps demo

deps-check:
	@scripts/deps check

clean:
	rm -rf $(BUILD)

.PHONY: all demo check check-systemd campaign kills bench coverage lint format install uninstall deps deps-demo deps-check clean
