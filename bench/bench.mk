# The benchmarks: `make bench` and `make bench-run`, in short with QUICK=1. See
# bench/README.md.

$B/bench/engine: $B/bench/engine.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lpthread

$B/bench/relay: $B/bench/relay.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^

bench: all $B/bench/engine $B/bench/relay ## Compare with HAProxy and nginx; QUICK=1 takes two minutes
	@packaging/deps.sh build bench
	bench/run.py --build $B $(if $(QUICK),--quick) $(BENCH_ARGS)
.PHONY: bench

$B/bench/calls: $B/bench/calls.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^

bench-run: all $B/standin-engine $B/bench/calls ## What cetus-run costs a tool; QUICK=1 is shorter
	@packaging/deps.sh build bench
	bench/tool.py --build $B $(if $(QUICK),--quick) $(BENCH_ARGS)
.PHONY: bench-run
