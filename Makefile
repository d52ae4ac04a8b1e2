# The front door. CMake does the work (see CMakePresets.json); here are the few words a newcomer needs.
#
#   make            builds the daemon, ai-ticketctl and the manual pages (optimised) into build/release; no test, no simulator
#   make demo       runs the main job against a simulated Zendesk and model; writes only below build/
#   make check      builds and runs all tests, under ASan and UBSan
#   make check-systemd   boots a real systemd in a container and tests the service there (as root; about a minute;
#                   SYSTEMD_BUILD=build/deb/source/obj: the programs of the package)
#   make deb        builds the Debian package into build/deb; make package builds every package that can be built here
#   make check-packages  checks them, in containers of their own (as root; PACKAGES="deb": these; see scripts/packages)
#   make campaign   500 fixed seeds of the simulation and 1,500 that the commit draws, each with its own weather; prints a summary
#                   (SEEDS=A-B: these; SEEDS=fresh HOURS=8: a night of new ones)
#   make kills      kills the daemon before each system call that writes or sends; make check takes some of them (15 minutes)
#   make privacy    plants 20,000 personal values in tickets, and 10,000 that only look so; none may be left, and 995 of 1,000 kept
#   make bench      measures; prints one table with pass or short (BENCH=--brief: in a few minutes, BENCH=--strict: times count, too)
#   make coverage   line coverage of lib/
#   make format     formats the code; make lint checks formatting and layering
#   make rpm        builds the RPM package into build/package
#   make image      makes the container image of the package that `make deb` left (as root; no container engine)
#   make release    makes all files of a release, with their sums and a bill of materials: docs/RELEASING.md
#   make install    installs into $(DESTDIR)$(PREFIX); make uninstall takes it away again
#   make deps       installs what is missing (as root), or prints the line that does
#
# Each of them installs what it needs first. `make deps DEPS=check` installs what the tests need without running them; scripts/deps
# has the list. What a check draws follows from the commit, and is printed; DRAW=fresh draws by chance, DRAW=WORD the same again
# (scripts/draw).

PREFIX ?= /usr/local
BUILD := build
DEPS ?= build
SYSTEMD_ROOT ?= host
SYSTEMD_BUILD ?=
PACKAGES ?= $(notdir $(wildcard scripts/packages/*))
BENCH ?=
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

all: deps
	@scripts/build release

demo: deps-demo
	@scripts/build release all ai-ticketsim
	@scripts/demo $(BUILD)/release

demo-dashboard: deps-demo
	@scripts/build release all ai-ticketsim invent_history
	@scripts/demo-dashboard $(BUILD)/release

check: deps-check
	@scripts/check

check-systemd: deps-systemd-$(SYSTEMD_ROOT)
	@if [ -n "$(SYSTEMD_BUILD)" ]; then cmake --build "$(SYSTEMD_BUILD)" --target ai-ticketsim sandbox_probe; \
		else scripts/build release all ai-ticketsim sandbox_probe; fi
	@scripts/check-systemd $(SYSTEMD_ROOT) $(SYSTEMD_BUILD)

deb: deps-package-deb
	@scripts/deb

package: deb

check-packages:
	@scripts/check-packages $(PACKAGES)

rpm: deps-package-rpm
	@scripts/rpm

package: rpm

release:
	@scripts/release

campaign: deps-check
	@scripts/campaign

kills: deps-check
	@scripts/build asan ai-ticketd ai-ticketsim kill_at
	@AITD_KILLS_EVERY=1 scripts/process-tests asan tests/integration/test_kills.py

privacy: deps-check
	@scripts/build asan aitd_redact_lines
	@python3 -B tests/privacy/planted.py --driver $(BUILD)/asan/tests/aitd_redact_lines --planted 20000 --decoys 10000

bench: deps-bench
	@scripts/build release bench
	@tests/bench/run $(BUILD)/release $(BENCH)

coverage: deps-coverage
	@scripts/coverage

lint: deps-lint
	@scripts/lint

format: deps-lint
	@git ls-files '*.c' '*.h' | xargs clang-format -i

image: deps-image
	@scripts/image

install: all
	@DESTDIR="$(DESTDIR)" scripts/install $(BUILD)/release "$(PREFIX)"

uninstall:
	@DESTDIR="$(DESTDIR)" scripts/uninstall $(BUILD)/release

deps:
	@scripts/deps $(DEPS)

deps-%:
	@scripts/deps $*

clean:
	rm -rf $(BUILD)

.PHONY: all demo demo-dashboard check check-systemd deb package check-packages campaign kills privacy bench coverage lint format install uninstall deps clean rpm image release
