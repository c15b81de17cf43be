# The benchmark: `make bench`, in short `make bench QUICK=1`. See bench/README.md.

$B/bench/engine: $B/bench/engine.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lpthread

bench: all $B/bench/engine ## Compare with HAProxy and nginx; QUICK=1 takes two minutes
	@packaging/deps.sh build bench
	bench/run.py --build $B $(if $(QUICK),--quick) $(BENCH_ARGS)
.PHONY: bench
