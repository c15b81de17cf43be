# The attack programs: every source is one, but paths also exists without a dynamic
# linker and abi32 is for 32 bits and without a C library. For x86-64 only.

ATTACK := $B/tests/attack
ATTACK_PROGRAMS := $(patsubst tests/attack/%.c,$(ATTACK)/%,$(wildcard tests/attack/*.c)) \
                   $(ATTACK)/paths-static
ATTACK_FLAGS := -O2 -g $(STD) $(WARNINGS)

$(ATTACK)/abi32: tests/attack/abi32.c
	@mkdir -p $(@D)
	$(CC) -m32 -O2 $(WARNINGS) -nostdlib -static -fno-pie -no-pie -ffreestanding \
		-fno-stack-protector -o $@ $<

$(ATTACK)/paths-static: tests/attack/paths.c tests/attack/attack.h
	@mkdir -p $(@D)
	$(CC) $(ATTACK_FLAGS) -static -o $@ $< -lpthread

$(ATTACK)/%: tests/attack/%.c tests/attack/attack.h
	@mkdir -p $(@D)
	$(CC) $(ATTACK_FLAGS) -o $@ $< -lpthread

attack-programs: $(ATTACK_PROGRAMS)
.PHONY: attack attack-programs

attack: all attack-programs ## Attack the guarded socket, bare and under cetus-run (needs root)
	CETUS_RUN=$B/cetus-run tests/attack/run.py $(ATTACK)
