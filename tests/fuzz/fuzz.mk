# Fuzzing: libFuzzer harnesses over the real code, one a file of tests/fuzz, each
# linked with the objects of its layers. They are built with clang below
# build/fuzz, where the corpus grows and findings land too.
#
#	make fuzz TIME=60		each for a minute
#	make fuzz-request TIME=1800	one of them

TIME  ?= 60
FUZZ  := build/fuzz
FUZZ_HELPERS   := oracle gojson_oracle harm_oracle judge_mutator
FUZZ_HARNESSES := $(filter-out $(FUZZ_HELPERS),$(basename $(notdir $(sort $(wildcard tests/fuzz/*.c)))))
FUZZ_PROGRAMS  := $(FUZZ_HARNESSES:%=$B/tests/fuzz/%)
FUZZ_OBJS_address := $(COMMON)
FUZZ_OBJS_body    := $(HTTP) $(COMMON) $B/tests/fuzz/oracle.o
FUZZ_OBJS_clients := $(filter %/access.o %/cgroup.o,$(PROXY)) $(POLICY) $(COMMON)
FUZZ_OBJS_configfile := $(patsubst %,$B/supervisor/%.o,configfile file value) $(COMMON)
FUZZ_OBJS_endpoints := $(HTTP) $(POLICY) $(COMMON)
FUZZ_OBJS_judge   := $(POLICY) $(COMMON) \
	$(patsubst %,$B/tests/fuzz/%.o,gojson_oracle harm_oracle judge_mutator)
FUZZ_OBJS_learnt  := $(HTTP) $(POLICY) $(COMMON)
FUZZ_OBJS_log     := $(COMMON)
FUZZ_OBJS_reply   := $(FUZZ_OBJS_body)
FUZZ_OBJS_request := $(FUZZ_OBJS_body)
FUZZ_OBJS_rules   := $(HTTP) $(POLICY) $(COMMON)
FUZZ_OBJS_target  := $(FUZZ_OBJS_body)

$B/tests/fuzz/%.o: ALL_CFLAGS += -Isupervisor $(LLHTTP_INCLUDE)

.SECONDEXPANSION:
$(FUZZ_PROGRAMS): %: %.o $$(FUZZ_OBJS_$$(notdir $$*))
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(POLICY_LIBS) $(LLHTTP_LIBS) -linih

fuzz-programs: $(FUZZ_PROGRAMS)
check-objects: $(FUZZ_PROGRAMS:%=%.o) $(FUZZ_HELPERS:%=$B/tests/fuzz/%.o)

# Sanitizers come with SAN=1, the coverage that steers libFuzzer with the flag here.
fuzz-build:
	@packaging/deps.sh build fuzz
	+@$(MAKE) --no-print-directory -s SAN=1 B=$(FUZZ) CC=clang \
		CFLAGS='-O1 -g -fsanitize=fuzzer-no-link' fuzz-programs

$(FUZZ_HARNESSES:%=fuzz-%): fuzz-%: fuzz-build
	@tests/fuzz/run.sh $(FUZZ) $* $(TIME)

fuzz: fuzz-build ## Run each fuzzing harness for TIME seconds; -j2 runs two at a time
	+@$(MAKE) --no-print-directory -k $(FUZZ_HARNESSES:%=fuzz-%)

.PHONY: fuzz fuzz-build fuzz-programs $(FUZZ_HARNESSES:%=fuzz-%)
