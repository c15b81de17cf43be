# Unit tests: an executable a file, linked with the objects of its layer only.

UNIT_TESTS := $(patsubst tests/unit/%.c,$B/tests/unit/%,$(sort $(wildcard tests/unit/*.c)))
UNIT_OBJS_common := $(COMMON)
UNIT_OBJS_http   := $(HTTP) $(COMMON)
UNIT_OBJS_main   := $(filter-out %/main.o %/tool.o,$(MAIN)) $(filter %/access.o %/rate.o,$(PROXY)) $(CONFINE) $(HTTP) $(POLICY) $(COMMON)
UNIT_OBJS_policy := $(POLICY) $(COMMON)
UNIT_OBJS_preload := $(filter-out %/thunks.o,$(PRELOAD)) $(COMMON)
UNIT_OBJS_proxy  := $(filter %/access.o %/admission.o %/buf.o %/cgroup.o %/deadline.o %/metrics.o %/rate.o %/recent.o %/socket.o,$(PROXY)) $(POLICY) $(COMMON)
UNIT_OBJS_run    := $(RUN) $(COMMON)
UNIT_LIBS_http   := $(LLHTTP_LIBS)
UNIT_LIBS_main   := $(MAIN_LIBS) $(CONFINE_LIBS) $(LLHTTP_LIBS) $(POLICY_LIBS)
UNIT_LIBS_policy := $(POLICY_LIBS)
UNIT_LIBS_proxy  := $(PROXY_LIBS) $(POLICY_LIBS)
UNIT_LIBS_run    := $(RUN_LIBS)

$B/tests/unit/%.o: ALL_CFLAGS += -Isupervisor -Ipreload

.SECONDEXPANSION:
$(UNIT_TESTS): %: %.o $$(UNIT_OBJS_$$(firstword $$(subst _, ,$$(notdir $$*))))
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(UNIT_LIBS_$(firstword $(subst _, ,$(@F)))) -lcmocka

# WITHOUT leaves some out, and UNDER runs them under something.
unit: $(filter-out $(addprefix $B/tests/unit/,$(WITHOUT)),$(UNIT_TESTS)) ## Unit tests, one layer each
	@failed=; for t in $^; do $(UNDER) $$t || failed="$$failed $$t"; done; \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }
