#!/usr/bin/python3
"""Measure what a tool pays for running under cetus-run.

    tool.py [--build DIR] [--quick] [--only ROW]... [--also NAME PROGRAM]

Every row is measured in each of its ways, one after the other, round by round, so
that what else the machine does falls on all alike. --also adds another cetus-run,
to compare two builds. The table goes to standard output, DIR/bench/tool.json gets
the same.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

DEADLINE = 20.0
HERE = os.path.dirname(os.path.abspath(__file__))
RULES = "GET %API_PREFIX%/containers/json"


class Bench:
    """Where things are, and how a command is wrapped."""

    def __init__(self, args, directory):
        self.build = os.path.abspath(args.build)
        self.calls = os.path.join(self.build, "bench/calls")
        self.engine = os.path.join(directory, "engine.sock")
        self.other = os.path.join(directory, "other.sock")
        self.programs = {"seccomp": os.path.join(self.build, "cetus-run"),
                         **{name: os.path.abspath(path) for name, path in args.also}}
        # The docker command line is nothing to keep in the home of who measures.
        self.env = {**os.environ, "DOCKER_HOST": "unix://" + self.engine, "DOCKER_CONFIG": directory}

    def guard(self, program, mode="seccomp"):
        return [program, "-backend-addr", "unix://" + self.engine, "-rules", RULES,
                "-mode", mode, "--"]

    def run(self, *command):
        done = subprocess.run([str(c) for c in command], env=self.env, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"bench: {command}: {done.returncode}: {done.stderr[-2000:]}")
        return float(done.stdout)

    @contextlib.contextmanager
    def serve(self, path, *command):
        process = subprocess.Popen(command)
        try:
            end = time.monotonic() + DEADLINE
            while not os.path.exists(path):
                if process.poll() is not None or time.monotonic() > end:
                    sys.exit(f"bench: {command} does not serve")
                time.sleep(0.001)
            yield
        finally:
            process.kill()
            process.wait()


def inside(what, n, *argument):
    """Calls of a process that is bare, or launched once by each cetus-run."""
    def ways(bench):
        command = [bench.calls, what, n, *(getattr(bench, a) for a in argument)]
        return {"bare": lambda: bench.run(*command),
                **{name: lambda p=program: bench.run(*bench.guard(p), *command)
                   for name, program in bench.programs.items()}}
    return ways


def launched(n, *command):
    """Whole commands, each launched anew; env(1) is what any program before them costs."""
    def ways(bench):
        def launch(*before):
            return lambda: bench.run(bench.calls, "launch", n, *before, *command)
        found = {"bare": launch()}
        found.update((name, launch(*bench.guard(program)))
                     for name, program in bench.programs.items())
        found["preload"] = launch(*bench.guard(bench.programs["seccomp"], "preload"))
        found["env"] = launch("env")
        found["bubblewrap"] = launch("bwrap", "--dev-bind", "/", "/")
        return found
    return ways


def less_than_more(limit):
    return lambda bare, wrapped: wrapped - bare < limit


# row -> (unit, ways, goal in words, whether it is met by (bare, wrapped))
def rows(quick):
    part = 4 if quick else 1
    return {
        "getpid": ("ns", inside("getpid", 4000000 // part), "+40", less_than_more(40)),
        "read, 1 byte of /dev/zero": ("ns", inside("read", 2000000 // part), "+40",
                                      less_than_more(40)),
        "ioctl": ("ns", inside("ioctl", 2000000 // part), "+40", less_than_more(40)),
        "connect, to the engine's socket": ("us", inside("unix", 10000 // part, "engine"), "60",
                                            lambda _, wrapped: wrapped < 60),
        "connect, to another unix socket": ("us", inside("unix", 10000 // part, "other"), "", None),
        "connect, UDP": ("us", inside("udp", 10000 // part), "", None),
        "launch of true": ("ms", launched(200 // part, "/bin/true"), "+0.5",
                           less_than_more(0.5)),
        "docker version": ("ms", launched(20 // part, "docker", "version"), "+5 %",
                           lambda bare, wrapped: wrapped < bare * 1.05),
        "docker ps": ("ms", launched(20 // part, "docker", "ps"), "+5 %",
                      lambda bare, wrapped: wrapped < bare * 1.05),
    }


def measure(wanted, bench, rounds):
    """row -> way -> values, one a round."""
    found = {}
    for number in range(rounds):
        for row, (_, ways, _, _) in wanted.items():
            print(f"round {number + 1} of {rounds}: {row}    ", end="\r", file=sys.stderr)
            for way, once in ways(bench).items():
                found.setdefault(row, {}).setdefault(way, []).append(once())
    print(" " * 70, end="\r", file=sys.stderr)
    return found


def summary(values, bare):
    """More: the median of the rounds' differences, which what is slow in one is not in."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values),
            "more": statistics.median(v - b for v, b in zip(values, bare))}


def print_table(result):
    print(f"load {result['load'][0]:.1f} before, {result['load'][1]:.1f} after, "
          f"{os.cpu_count()} processors, {result['rounds']} rounds, Linux {result['machine']}")
    for row, found in result["rows"].items():
        print(f"\n{row}, {found['unit']}")
        for way, v in found["ways"].items():
            line = f"  {way:<11}{v['median']:>9.2f}  {'({:.2f}-{:.2f})'.format(v['min'], v['max']):<20}"
            if way != "bare":
                bare = found["ways"]["bare"]["median"]
                line += f"  {v['more']:+8.2f}  {v['more'] / bare * 100:+6.0f} %"
            if way == "seccomp" and found["goal"]:
                line += f"   goal {found['goal']}: {'met' if found['met'] else 'MISSED'}"
            print(line)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(HERE, "../build"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", metavar="ROW")
    parser.add_argument("--also", action="append", nargs=2, default=[], metavar=("NAME", "PROGRAM"))
    return parser.parse_args()


def main():
    args = parse_arguments()
    rounds = 3 if args.quick else 9
    wanted = {k: v for k, v in rows(args.quick).items()
              if not args.only or any(o in k for o in args.only)}
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        bench = Bench(args, directory)
        with bench.serve(bench.engine, os.path.join(bench.build, "standin-engine"),
                         "unix://" + bench.engine), \
                bench.serve(bench.other, bench.calls, "serve", bench.other):
            found = measure(wanted, bench, rounds)
    result = {"rounds": rounds, "machine": os.uname().release,
              "load": [before, os.getloadavg()[0]], "rows": {}}
    for row, (unit, _, goal, is_met) in wanted.items():
        ways = {w: summary(v, found[row]["bare"]) for w, v in found[row].items()}
        bare, wrapped = ways["bare"]["median"], ways["seccomp"]
        # What is against bare is so round by round.
        met = is_met(bare, bare + wrapped["more"] if "+" in goal else wrapped["median"]) \
            if is_met else None
        result["rows"][row] = {"unit": unit, "goal": goal, "met": met, "ways": ways}
    print_table(result)
    with open(os.path.join(bench.build, "bench/tool.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
