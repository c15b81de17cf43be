"""What the Python runners of the tests say and wait for."""

import os
import time

DEADLINE = 25.0


class Failure(Exception):
    """What was seen is not what is promised."""


def check(condition, what):
    if not condition:
        raise Failure(what)


def wait_for(condition, what, seconds=DEADLINE):
    end = time.monotonic() + seconds
    while not condition():
        check(time.monotonic() < end, f"not within {seconds:.0f} s: {what}")
        os.sched_yield()
