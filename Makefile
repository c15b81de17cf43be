# CetusGuard. `make help` lists the targets.
#
# SAN=1 builds and tests with AddressSanitizer and UBSan, under build/san.
# STATIC=1 takes the libraries, but for the C library, from their archives: cetus-run
# starts sooner, and a new release of one of them needs a new build. STATIC=full takes
# the C library and OpenSSL, too, for containers that have nothing, under build/static. The
# linker warns of getaddrinfo() and the like: of glibc's name services, files and DNS are in it.
# CC, CFLAGS, LDFLAGS, PREFIX and DESTDIR are the user's; what the project needs
# is added to them, never overwritten by them.

PREFIX  ?= /usr/local
UNITDIR ?= $(PREFIX)/lib/systemd/system
ZSHDIR  ?= $(PREFIX)/share/zsh/site-functions
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FULL    := $(filter full,$(STATIC))
B       := build$(if $(SAN),/san)$(if $(FULL),/static)$(VARIANT)
CFLAGS  ?= -O2 -g

# A comma is a separator inside $(if ...).
, := ,

STD      := -std=gnu11 -D_GNU_SOURCE
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wwrite-strings -Wundef -Wvla -Wformat=2 -Wimplicit-fallthrough \
            -Wno-missing-field-initializers
HARDEN   := -fPIE -fstack-protector-strong -fstack-clash-protection \
            $(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
SANITIZE := $(if $(SAN),-fsanitize=address$(,)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
HARDEN_LD := $(if $(FULL),-static-pie,-pie) -Wl,-z,relro,-z,now,-z,noexecstack

# What makes it smaller at no cost: relocations in words instead of entries, where the C
# library reads them (glibc 2.36), and no tables for exceptions, of which C has none.
LIBC     = $(shell $(CC) -print-file-name=libc.so.6)
SMALL   := -fno-asynchronous-unwind-tables
SMALL_LD := $(if $(shell grep -ao -m1 GLIBC_ABI_DT_RELR $(LIBC) 2>/dev/null),-Wl$(,)-z$(,)pack-relative-relocs)

# Debian 12 has llhttp as sources only (package node-llhttp); later releases as
# a library. Either way nothing of it is in this repository.
LLHTTP_DIR ?= /usr/share/llhttp
ifneq ($(wildcard /usr/include/llhttp.h),)
LLHTTP_LIBS := -lllhttp
else
LLHTTP_INCLUDE := -isystem /usr/share/include/llhttp
LLHTTP_OBJS := $(patsubst %,$B/llhttp/%.o,llhttp api http)
endif

ALL_CFLAGS := $(CFLAGS) $(STD) $(WARNINGS) $(HARDEN) $(SMALL) $(SANITIZE) -MMD -MP -Icommon \
              $(if $(FULL),-DOPENSSL_LINKED -ffile-prefix-map=$(CURDIR)=.)
ALL_LDFLAGS := $(LDFLAGS) $(HARDEN_LD) $(SMALL_LD) $(SANITIZE)

layer = $(patsubst %.c,$B/%.o,$(sort $(wildcard $1/*.c)))
COMMON := $(call layer,common)
PRELOAD := $(call layer,preload)
POLICY := $(call layer,supervisor/policy)
HTTP   := $(call layer,supervisor/http) $(LLHTTP_OBJS)
PROXY  := $(filter-out $(if $(FULL),%/openssl.o),$(call layer,supervisor/proxy)) $B/web.o
CONFINE := $(call layer,supervisor/confine)
RUN    := $(call layer,supervisor/run)
MAIN   := $(call layer,supervisor) $B/rules.o $B/completions.o
POLICY_LIBS := -lpcre2-8 -ljansson
PROXY_LIBS  := -lev -lpthread
CONFINE_LIBS := -lseccomp
MAIN_LIBS   := -linih
RUN_LIBS    := -lseccomp -lpthread

# How the program is linked to libraries.
libs = $(if $(FULL),$1 -lssl -lcrypto -lm,$(if $(STATIC),$(archives),$1))
archives = -Wl,-Bstatic $(filter-out -lpthread,$1) -Wl,-Bdynamic -lm

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all help deps demo test unit wire hostile e2e check format install deb clean

all: $B/cetusguard $(if $(FULL),,$B/cetusguard-top) $B/cetus-run $B/libcetus-preload.so ## Build into build/

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

$B/cetusguard: $(MAIN) $(RUN) $(CONFINE) $(PROXY) $(HTTP) $(POLICY) $(COMMON)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call libs,$(MAIN_LIBS) $(PROXY_LIBS) $(CONFINE_LIBS) $(POLICY_LIBS) $(LLHTTP_LIBS))

# What a terminal needs is in a program of its own.
$B/cetusguard-top: $(call layer,top) $B/supervisor/ask.o $(HTTP) $(COMMON)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljansson -lncurses -ltinfo $(LLHTTP_LIBS)

$B/cetus-run: $B/cetusguard
	ln -sf cetusguard $@

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(EXTRA_$(basename $(notdir $<))) -c -o $@ $<

# The preload library is a guest in the tool's process: position-independent, of
# the C library alone, and without the sanitizers, which want to be there first.
SHIM := $(patsubst $B/%,$B/pic/%,$(PRELOAD) $B/common/addr.o $B/common/shim.o)

$B/libcetus-preload.so: preload/export.map $(SHIM)
	$(CC) $(LDFLAGS) -shared -Wl,-z,relro,-z,now,-z,noexecstack,-z,defs \
		-Wl,--version-script=$< -o $@ $(filter %.o,$^)

$B/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(filter-out $(SANITIZE),$(ALL_CFLAGS)) -fPIC -fvisibility=hidden -c -o $@ $<

EXTRA_main = -DVERSION='"$(VERSION)"'
EXTRA_preload = -DPRELOAD_DIR='"$(PREFIX)/lib/cetusguard"'
EXTRA_message = $(LLHTTP_INCLUDE)

# The ready rule sets are part of the program. The folder is newer once one is gone.
RULES := $(patsubst %,rules/%.rules,$(sort $(notdir $(basename $(wildcard rules/*.rules)))))

$B/rules.c: rules/embed.awk $(RULES) rules
	@mkdir -p $(@D)
	LC_ALL=C awk -v header=profiles.h -v table='struct profile profiles_table' -f $< $(RULES) >$@

# So are the scripts for shells.
COMPLETIONS := $(patsubst %,supervisor/completion/%.in,bash zsh fish)

$B/completions.c: rules/embed.awk $(COMPLETIONS)
	@mkdir -p $(@D)
	LC_ALL=C awk -v header=completion.h -v table='struct completion_script completion_scripts' \
		-f $< $(COMPLETIONS) >$@

$B/rules.o $B/completions.o: %.o: %.c
	$(CC) $(ALL_CFLAGS) -Isupervisor -c -o $@ $<

# So is the page for a browser.
WEB := $(addprefix supervisor/web/,index.html page.css page.js)

$B/web.c: rules/embed.awk $(WEB)
	@mkdir -p $(@D)
	LC_ALL=C awk -v header=web.h -v table='struct web_file web_files' -f $< $(WEB) >$@

$B/web.o: $B/web.c
	$(CC) $(ALL_CFLAGS) -Isupervisor/proxy -c -o $@ $<

$B/llhttp/%.o: $(LLHTTP_DIR)/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(HARDEN) $(SANITIZE) -DLLHTTP_STRICT_MODE=1 $(LLHTTP_INCLUDE) -c -o $@ $<

# ---- tests ----

include tests/tests.mk
include bench/bench.mk
include packaging/image.mk

# ---- the rest ----

deps: ## Install what the build needs (Debian, Ubuntu), or list it
	@packaging/deps.sh build

demo: ## Install what is missing, build, and show the main job
	@packaging/deps.sh build demo
	@echo Building
	@$(MAKE) --no-print-directory -s all $B/standin-engine
	@tests/support/demo.sh $B

# A unit names the program by its path.
$B/%.service: packaging/systemd/%.service.in
	sed 's|@bindir@|$(PREFIX)/bin|' $< >$@

$B/completion.%: $B/cetusguard
	$< completion $* >$@

install: all $B/cetusguard.service $(patsubst %,$B/completion.%,bash zsh fish) ## Install below $(DESTDIR)$(PREFIX)
	install -D -m 0755 $B/cetusguard $(DESTDIR)$(PREFIX)/bin/cetusguard
	install -m 0755 $B/cetusguard-top $(DESTDIR)$(PREFIX)/bin/cetusguard-top
	ln -sf cetusguard $(DESTDIR)$(PREFIX)/bin/cetus-run
	install -D -m 0644 man/cetus-run.1 $(DESTDIR)$(PREFIX)/share/man/man1/cetus-run.1
	install -D -m 0644 man/cetusguard.8 $(DESTDIR)$(PREFIX)/share/man/man8/cetusguard.8
	ln -sf cetusguard.8 $(DESTDIR)$(PREFIX)/share/man/man8/cetusguard-top.8
	install -D -m 0644 $B/libcetus-preload.so $(DESTDIR)$(PREFIX)/lib/cetusguard/libcetus-preload.so
	install -D -m 0644 man/cetusguard-rules.5 $(DESTDIR)$(PREFIX)/share/man/man5/cetusguard-rules.5
	install -D -m 0644 man/cetusguard.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/cetusguard.conf.5
	install -D -m 0644 -t $(DESTDIR)$(UNITDIR) $B/cetusguard.service packaging/systemd/cetusguard.socket
	install -D -m 0644 $B/completion.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cetusguard
	ln -sf cetusguard $(DESTDIR)$(PREFIX)/share/bash-completion/completions/cetus-run
	install -D -m 0644 $B/completion.zsh $(DESTDIR)$(ZSHDIR)/_cetusguard
	install -D -m 0644 $B/completion.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cetusguard.fish
	ln -sf cetusguard.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/cetus-run.fish
	install -D -m 0644 packaging/systemd/cetusguard.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/cetusguard.conf

deb: ## Build the Debian package of what is committed into build/deb/
	@packaging/deps.sh build deb
	@packaging/deb.sh build/deb

clean: ## Remove build/
	rm -rf build

-include $(shell find $B -name '*.d' 2>/dev/null)
