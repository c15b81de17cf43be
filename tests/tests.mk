# Tests and checks. The suites: unit (one layer each), wire (bytes in, bytes
# out, the real binary), hostile (crowds and broken peers against it), preload (the
# library in programs), attack (programs that try to get past cetus-run), e2e (real
# engines and real clients).

$B/standin-engine: $B/tests/support/standin-engine.o $B/common/addr.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lev

$B/inject: $B/tests/support/inject.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^

-include tests/unit/unit.mk
include tests/fuzz/fuzz.mk

wire: all ## Replay raw bytes against the real binary
	CETUSGUARD=$B/cetusguard tests/wire/replay.py
	WIRE_TLS=1 CETUSGUARD=$B/cetusguard tests/wire/replay.py

hostile: all ## Crowds, stalls and vanishing peers against the real binary
	CETUSGUARD=$B/cetusguard tests/hostile/run.py

# The preload library's tests: a program that uses it, shared and static, without
# sanitizers as what a user runs has none.
$B/probe: tests/preload/probe.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STD) $(WARNINGS) -o $@ $< -lpthread

$B/probe-static: tests/preload/probe.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(STD) $(WARNINGS) -static -o $@ $< -lpthread

preload: all $B/probe $B/probe-static ## The preload library in other programs
	CETUS_BUILD=$(abspath $B) bats tests/preload
.PHONY: preload

# A 32-bit program can be built where the compiler speaks x86; it needs no library.
ifeq ($(shell uname -m),x86_64)
CONNECT32 := $B/connect32
endif

$B/connect32: tests/support/connect32.c
	@mkdir -p $(@D)
	$(CC) -m32 -static -nostdlib -ffreestanding -fno-stack-protector -fno-pie -no-pie -O1 \
		$(WARNINGS) -o $@ $<

e2e: all $B/standin-engine $B/inject $(CONNECT32) ## Real engines, real clients (needs root)
	CETUSGUARD=$(abspath $B)/cetusguard bats tests/e2e

-include tests/attack/attack.mk

package-test: ## The Debian package in a clean system with a real systemd (needs root, a mirror)
	@packaging/deps.sh build test deb
	@bats tests/packaging
.PHONY: package-test

VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
            --errors-for-leak-kinds=definite --suppressions=tests/support/valgrind.supp

# Valgrind lives in the process of the guard and needs what these layers of its
# sandbox would take away. That of Debian 12 has no seccomp(2) and no openat2(2), so
# that what needs them is not run under it.
valgrind: ## Unit tests and wire scripts, those whole, under valgrind
	@packaging/deps.sh build test valgrind
	@$(MAKE) --no-print-directory unit UNDER='$(VALGRIND)' WITHOUT='main_host main_reload run_filter run_path'
	@CETUSGUARD_NO_SANDBOX=landlock,seccomp WIRE_WHOLE=1 WIRE_UNDER='$(VALGRIND)' \
		$(MAKE) --no-print-directory wire
.PHONY: valgrind

test: ## Install what the tests need, build, run every test
	@packaging/deps.sh build test
	@tests/support/run-suites.sh $(MAKE) $(if $(SAN),SAN=$(SAN))

check: ## Static checks: compilers, clang-tidy, cppcheck, shellcheck, layering
	@packaging/deps.sh build test check
	@tests/support/check.sh $(MAKE)

check-objects: $B/probe $B/tests/support/standin-engine.o $B/tests/support/inject.o $B/bench/engine.o \
	$B/bench/relay.o $B/bench/calls.o
.PHONY: check-objects

format: ## Lay out the C sources as .clang-format says
	clang-format -i $$(git ls-files -co --exclude-standard "*.c" "*.h")
