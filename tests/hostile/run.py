#!/usr/bin/python3
"""Crowds, stalls and vanishing peers against the real binary.

    run.py [CASE...]        default: every case

Each case starts a guard of its own with an engine made here, does what a hostile
or broken peer would, and looks at what the guard answers, at its memory and at
its descriptors. Nothing is timed; what is waited for has a deadline.
"""

import fcntl
import os
import re
import resource
import select
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))
import tls
from expect import DEADLINE, Failure, check, wait_for

BINARY = os.environ.get("CETUSGUARD", os.path.join(HERE, "../../build/cetusguard"))
SANITIZED = "/san/" in os.path.abspath(BINARY)
MIB = 1024 * 1024
KEPT = 16  # connections to the engine, when nobody needs them


class Engine(threading.Thread):
    """An engine on a unix socket, by the path that is asked for: /ok is answered,
    /big is a reply without end, /silent is never answered, /early ends in the middle
    of a chunk, /length/N and /chunks are answered when N bytes or the last chunk have
    come; what came then is in taken, and the paths in asked."""

    REPLIES = {
        b"/ok": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"/judged/ok": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"/judged/wait": b"",
        b"/big": b"HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n",
        b"/early": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nabc",
    }

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.listener = None
        self.wake, self.poke = socket.socketpair()
        self.orders = []
        self.asked, self.taken = [], []
        self.select = selectors.DefaultSelector()
        self.select.register(self.wake, selectors.EVENT_READ, None)
        self.open()
        self.start()

    def open(self):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(4096)
        self.listener.setblocking(False)
        self.select.register(self.listener, selectors.EVENT_READ, "listener")

    def close_all(self):
        os.unlink(self.path)
        for key in list(self.select.get_map().values()):
            if key.data is not None:
                self.select.unregister(key.fileobj)
                key.fileobj.close()

    def order(self, *functions):
        """Have the engine's own thread run these, and wait until it has."""
        done = threading.Event()
        self.orders += [*functions, done.set]
        self.poke.send(b"x")
        check(done.wait(DEADLINE), "the engine of the test does not react")

    def restart(self):
        self.order(self.close_all, self.open)

    def accept(self):
        try:
            conn, _ = self.listener.accept()
        except BlockingIOError:
            return
        conn.setblocking(False)
        self.select.register(conn, selectors.EVENT_READ, {"big": False, "body": None})

    def drop(self, conn):
        self.select.unregister(conn)
        conn.close()

    def serve(self, conn, state, mask):
        if state["big"] and mask & selectors.EVENT_WRITE:
            conn.send(b"x" * 65536)
        if not mask & selectors.EVENT_READ:
            return
        data = conn.recv(65536)
        if not data:
            self.drop(conn)
            return
        if state["body"] is not None:
            data = self.take(conn, state, data)
        if data:
            self.answer(conn, state, data)

    def take(self, conn, state, data):
        """Read a body; return what is behind it."""
        state["body"] += data
        if state["length"] is not None:
            end = state["length"]
        else:
            end = state["body"].find(b"\r\n0\r\n\r\n") + 7
            end = len(state["body"]) + 1 if end < 7 else end
        if len(state["body"]) < end:
            return b""
        self.taken.append(bytes(state["body"][:end]))
        behind, state["body"] = state["body"][end:], None
        conn.send(self.REPLIES[b"/ok"])
        return behind

    def answer(self, conn, state, data):
        path = data.split(b" ", 2)[1] if data.count(b" ") > 1 else b""
        self.asked.append(path)
        if path == b"/chunks" or b"/length" in path:
            state["length"] = int(path.split(b"/length")[1]) if path != b"/chunks" else None
            state["body"] = bytearray()
            self.take(conn, state, data.split(b"\r\n\r\n", 1)[1])
            return
        conn.send(self.REPLIES.get(path, b""))
        if path == b"/big":
            state["big"] = True
            self.select.modify(conn, selectors.EVENT_READ | selectors.EVENT_WRITE, state)
        elif path == b"/early":
            self.drop(conn)

    def run(self):
        while True:
            for key, mask in self.select.select():
                if key.fileobj is self.wake:
                    self.wake.recv(65536)
                    while self.orders:
                        self.orders.pop(0)()
                    break
                if key.data == "listener":
                    self.accept()
                    continue
                try:
                    self.serve(key.fileobj, key.data, mask)
                except BlockingIOError:
                    pass
                except OSError:
                    self.drop(key.fileobj)


class Guard:
    """The real binary between a unix frontend and an engine."""

    # Its memory and its descriptors are looked at.
    TRACEABLE = [] if os.geteuid() == 0 else ["-no-sandbox", "dumpable"]

    def __init__(self, *arguments, engine=True):
        self.dir = tempfile.TemporaryDirectory(prefix="hostile-")
        self.front = os.path.join(self.dir.name, "front.sock")
        self.back = os.path.join(self.dir.name, "back.sock")
        self.engine = Engine(self.back) if engine else None
        self.log = os.path.join(self.dir.name, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [BINARY, "-backend-addr", "unix://" + self.back, "-frontend-addr",
                 "unix://" + self.front, "-no-builtin-rules", "-rules", "GET,POST /[a-z0-9]+",
                 *self.TRACEABLE, *arguments], stderr=log)
        wait_for(self.is_listening, "the guard starts")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.process.send_signal(signal.SIGTERM)
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(DEADLINE)
        said = self.said()
        self.dir.cleanup()
        if kind is None:
            check(status == 0, f"the guard ended with {status}: {said[-1500:]!r}")

    def is_listening(self):
        check(self.process.poll() is None, f"the guard did not start: {self.said()!r}")
        try:
            with self.connect() as sock:
                sock.shutdown(socket.SHUT_WR)
                return sock.recv(1) == b""
        except OSError:
            return False

    def said(self):
        with open(self.log, "rb") as log:
            return log.read()

    def connect(self, sent=b""):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(DEADLINE)
        sock.connect(self.front)
        sock.sendall(sent)
        return sock

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self, field="VmHWM"):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field):
                    return int(line.split()[1]) * 1024
        raise Failure(f"no {field}")

    def settles(self, descriptors):
        """Every connection of a client is gone, and so is its engine's."""
        wait_for(lambda: self.descriptors() <= descriptors + KEPT, "the descriptors are back")


def head(path, method="GET"):
    return f"{method} {path} HTTP/1.1\r\nHost: h\r\n".encode()


def get(path):
    return head(path) + b"\r\n"


JUDGED = 'POST /judged/[a-z0-9]+\n  + body .Image == "alpine"'
ALPINE = b'{"Image":"alpine"}'


def judged(length, body=b"", path="/judged/ok"):
    return head(path, "POST") + b"Content-Length: %d\r\n\r\n" % length + body


def reply(sock):
    """The next reply with a Content-Length: its status and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        check(more, f"the connection ended inside a reply: {data!r}")
        data += more
    fields, body = data.split(b"\r\n\r\n", 1)
    length = int(fields.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        more = sock.recv(65536)
        check(more, "the connection ended inside a body")
        body += more
    return int(fields.split(b" ")[1]), body


def status(sock):
    return reply(sock)[0]


def assert_serves(guard):
    sock = guard.connect(get("/ok"))
    check(status(sock) == 200, "a well-behaved client is served")
    sock.close()


# ---- the cases ------------------------------------------------------------------------


def five_thousand_slowloris_hurt_nobody_and_get_408():
    with Guard("-log-level", "3") as guard:
        crowd = [guard.connect(head("/ok") + b"X-Slow: ") for _ in range(5000)]
        good = guard.connect()
        for i in range(500):
            good.sendall(get("/ok"))
            check(status(good) == 200, "a well-behaved client is served among them")
            crowd[i].sendall(b"a")
        dripping, begun = crowd[0], time.monotonic()
        while not select.select([dripping], [], [], 0.05)[0]:
            check(time.monotonic() - begun < DEADLINE, "a byte at a time extends the head")
            dripping.sendall(b"a")
        check(status(dripping) == 408, "the one that drips gets 408")
        for sock in crowd[1:]:
            check(status(sock) == 408, "each of them gets 408")


def a_thousand_slow_readers_cost_less_than_64_mib():
    with Guard("-log-level", "3") as guard:
        crowd = [guard.connect(get("/big")) for _ in range(1000)]
        for _ in range(5):
            for sock in crowd:
                check(len(sock.recv(1)) == 1, "the stream goes on")
            assert_serves(guard)
        peak = guard.memory()
        check(SANITIZED or peak < 64 * MIB, f"resident memory was {peak / MIB:.1f} MiB")


def large_heads_without_end_cost_less_than_64_mib():
    with Guard("-log-level", "3") as guard:
        large = head("/ok") + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(150))
        crowd = [guard.connect() for _ in range(1500)]
        answers = []
        for sock in crowd:
            try:
                sock.sendall(large)
            except (BrokenPipeError, ConnectionResetError):
                pass
        assert_serves(guard)
        peak = guard.memory()
        check(SANITIZED or peak < 64 * MIB, f"resident memory was {peak / MIB:.1f} MiB")
        for sock in crowd:
            try:
                answers.append(status(sock))
            except ConnectionResetError:
                answers.append("reset")
        check(503 in answers, "what does not fit gets 503")
        check(set(answers) <= {408, 503, "reset"}, f"answers were {set(answers)}")


def bodies_to_judge_that_never_arrive_cost_less_than_64_mib_and_get_408():
    with Guard("-rules", JUDGED, "-log-level", "3") as guard:
        crowd = [guard.connect(judged(1024 * 1024, b"{")) for _ in range(2000)]
        good, begun = guard.connect(), time.monotonic()
        for i in range(500):
            good.sendall(judged(len(ALPINE), ALPINE))
            check(status(good) == 200, "a well-behaved client is served among them")
            crowd[i].sendall(b" ")
        check(not guard.engine.asked.count(b""), "the engine has heard of no other")
        dripping = crowd[0]
        while not select.select([dripping], [], [], 0.05)[0]:
            check(time.monotonic() - begun < 2 * DEADLINE, "a byte at a time extends the body")
            dripping.sendall(b" ")
        check(reply(dripping) == (408, b'{"message":"cetusguard: the request body took longer '
                                       b'than 30 s"}\n'), "the one that drips gets 408")
        for sock in crowd[1:]:
            check(status(sock) == 408, "each of them gets 408")
        peak = guard.memory()
        check(SANITIZED or peak < 64 * MIB, f"resident memory was {peak / MIB:.1f} MiB")
        check(len(guard.engine.asked) == 500, f"the engine was asked {len(guard.engine.asked)}")


def large_bodies_to_judge_stay_within_the_budget():
    with Guard("-rules", JUDGED, "-log-level", "3") as guard:
        assert_serves(guard)
        before = guard.descriptors()
        crowd, answers = [], []
        for _ in range(2000):
            sock = guard.connect(judged(1024 * 1024))
            sock.setblocking(False)
            crowd.append((sock, b"{" + b" " * 200000))
        # A little of each in turn, as far as they are read.
        for _ in range(8):
            for i, (sock, left) in enumerate(crowd):
                try:
                    sent = sock.send(left[:32768])
                    crowd[i] = (sock, left[sent:])
                except OSError:
                    pass
            check(status(guard.connect(judged(len(ALPINE), ALPINE))) == 200,
                  "a well-behaved client is served among them")
        for sock, _ in crowd:
            try:
                answers.append(status(sock))
            except BlockingIOError:
                pass
            except ConnectionResetError:
                answers.append("reset")
        peak = guard.memory()
        check(SANITIZED or peak < 64 * MIB, f"resident memory was {peak / MIB:.1f} MiB")
        check(503 in answers and set(answers) <= {503, "reset"}, f"answers were {set(answers)}")
        for sock, _ in crowd:
            sock.close()
        guard.settles(before)
        large = b'{"Image":"alpine","x":"' + b"a" * 1000000 + b'"}'

        def is_room_again():
            sock = guard.connect()
            sock.sendall(judged(len(large), large))
            return status(sock) == 200

        wait_for(is_room_again, "what they held is given back")


def large_bodies_do_not_keep_what_they_needed():
    large = b'{"Image":"alpine","x":"' + b"a" * 1000000 + b'"}'
    with Guard("-rules", JUDGED, "-buffer-memory", "8", "-log-level", "3") as guard:
        crowd = []
        for i in range(100):
            crowd.append(guard.connect())
            crowd[-1].sendall(judged(len(large), large, "/judged/wait") + b"P")
            wait_for(lambda n=i: guard.engine.asked.count(b"/judged/wait") > n,
                     "each is sent, one after the other")
        sock = guard.connect()
        sock.sendall(judged(len(large), large))
        check(status(sock) == 200, "there is room for another one")


def nothing_behind_a_judged_body_is_lost():
    large = b'{"Image":"alpine","x":"' + b"a" * 600000 + b'"}'
    with Guard("-rules", JUDGED, "-log-level", "3") as guard:
        sock = guard.connect(judged(len(large), large[:-1], f"/judged/length{len(large)}"))
        wait_for(lambda: not struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, b"0000"))[0],
                 "what there is of it is read")
        # The last byte, and much behind it, is there at once for the guard.
        guard.process.send_signal(signal.SIGSTOP)
        try:
            sock.sendall(large[-1:] + get("/ok") * 2500)
        finally:
            guard.process.send_signal(signal.SIGCONT)
        replies = b""
        while replies.count(b"\r\n\r\nok") < 2501:
            more = sock.recv(65536)
            check(more, f"only {replies.count(b'ok')} requests were answered")
            replies += more


def a_body_may_be_as_long_as_max_body_says():
    with Guard("-rules", JUDGED, "-max-body", "1", "-log-level", "3") as guard:
        body = b'{"Image":"alpine","x":"' + b"a" * 999 + b'"}'
        sock = guard.connect(judged(1024, body))
        check(status(sock) == 200, "1 KiB is judged")
        sock.sendall(judged(1025, body + b" "))
        code, message = reply(sock)
        check(code == 413 and b"1 KiB at most (-max-body)" in message, f"{code} {message!r}")
        sock.sendall(judged(len(ALPINE), ALPINE))
        check(status(sock) == 200, "what is left of a small one is read away")


def without_memory_a_connection_ends_and_the_process_lives():
    with Guard("-buffer-memory", "0", "-log-level", "3") as guard:
        assert_serves(guard)
        stream = guard.connect(get("/big"))
        check(len(stream.recv(1)) == 1, "a stream runs")
        room = guard.memory("VmSize") + 16 * MIB
        resource.prlimit(guard.process.pid, resource.RLIMIT_AS, (room, resource.RLIM_INFINITY))
        crowd, ended, ends = [], 0, select.poll()
        while ended == 0:
            check(len(crowd) < 1500, "nothing ends for want of memory")
            sock = guard.connect()
            crowd.append(sock)
            ends.register(sock, select.POLLIN)
            try:
                sock.sendall(head("/ok") + b"X: " + b"a" * 200000)
                ended += len(ends.poll(0))
            except (BrokenPipeError, ConnectionResetError):
                ended += 1
        for sock in crowd:
            sock.close()
        check(len(stream.recv(MIB)) > 0, "what is open goes on")
        assert_serves(guard)


def what_a_client_leaves_behind_is_cleared_away():
    with Guard("-rules", JUDGED, "-log-level", "3") as guard:
        assert_serves(guard)
        before = guard.descriptors()
        for request in (b"", b"G", head("/ok"), get("/silent"), get("/big"), get("/nothing/here"),
                        head("/silent", "POST") + b"Content-Length: 1000\r\n\r\nabc",
                        head("/silent", "POST") + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
                        head("/x/y", "POST") + b"Content-Length: 99999999\r\n\r\nabc",
                        judged(1000, b"{"), judged(len(ALPINE), ALPINE, "/judged/wait"),
                        head("/judged/ok", "POST") + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"):
            socks = [guard.connect(request) for _ in range(100)]
            for sock in socks[::2]:
                sock.shutdown(socket.SHUT_RDWR)
            for sock in socks:
                sock.close()
        guard.settles(before)
        assert_serves(guard)


def what_a_crowd_needed_of_the_engine_is_closed_when_it_rests():
    with Guard("-log-level", "3") as guard:
        before = guard.descriptors()
        crowd = [guard.connect(head("/length1", "POST") + b"Content-Length: 1\r\n\r\n")
                 for _ in range(200)]
        wait_for(lambda: guard.descriptors() == before + 400, "each has the engine to itself")
        for sock in crowd:
            sock.sendall(b"x")
        check({status(sock) for sock in crowd} == {200}, "each is answered")
        wait_for(lambda: guard.descriptors() == before + 200 + KEPT, "most are closed")
        for sock in crowd:
            sock.sendall(get("/ok"))
        check({status(sock) for sock in crowd} == {200}, "each is answered again")


def what_comes_behind_a_body_that_is_not_copied_is_judged():
    size, denied = 3 * MIB, head("/no/such", "DELETE") + b"\r\n"
    content = os.urandom(size)
    chunks = b"%x\r\n" % size + content + b"\r\n0\r\n\r\n"
    with Guard("-log-level", "3") as guard:
        for path, field, body in ((f"/length{size}", f"Content-Length: {size}", content),
                                  ("/chunks", "Transfer-Encoding: chunked", chunks)):
            sock = guard.connect()
            sent = head(path, "POST") + field.encode() + b"\r\n\r\n" + body + denied + get("/ok")
            sender = threading.Thread(target=sock.sendall, args=(sent,))
            sender.start()
            replies = b""
            while replies.count(b"HTTP/1.1 ") < 3:
                replies += sock.recv(65536)
            sender.join()
            check([r[:3] for r in replies.split(b"HTTP/1.1 ")[1:]] == [b"200", b"403", b"200"],
                  f"each is answered: {replies!r}")
            check(guard.engine.taken.pop() == body, "the body has arrived as it is")
            check(guard.engine.asked[-2:] == [path.encode(), b"/ok"], "what is denied has not")


def an_engine_that_fails_in_the_middle_is_never_a_clean_end():
    with Guard("-log-level", "3") as guard:
        for _ in range(50):
            sock = guard.connect(get("/early"))
            data = b"-"
            got = b""
            while data:
                data = sock.recv(65536)
                got += data
            check(not got.endswith(b"0\r\n\r\n"), "the chunks have no end")
        assert_serves(guard)


def an_engine_restarted_a_hundred_times_under_load_leaves_nothing_stuck():
    with Guard("-log-level", "3") as guard:
        assert_serves(guard)
        before = guard.descriptors()
        stop = threading.Event()
        seen, problems = {200: 0, 502: 0}, []

        def load():
            sock = guard.connect()
            try:
                while not stop.is_set():
                    sock.sendall(get("/ok"))
                    seen[status(sock)] += 1
            except (Failure, OSError, KeyError) as error:
                problems.append(repr(error))
            sock.close()

        clients = [threading.Thread(target=load) for _ in range(8)]
        for client in clients:
            client.start()
        for i in range(100):
            count = seen[200]
            guard.engine.restart()
            wait_for(lambda n=count: seen[200] > n or problems, f"requests go on after {i}")
        stop.set()
        for client in clients:
            client.join(DEADLINE)
            check(not client.is_alive(), "a client is stuck")
        check(not problems, f"clients saw only 200 and 502: {problems}")
        guard.settles(before)
        assert_serves(guard)


def connections_over_the_limit_get_503_until_there_is_a_place():
    with Guard("-max-connections", "10", "-log-level", "4") as guard:
        crowd = [guard.connect(get("/big")) for _ in range(10)]
        for sock in crowd:
            check(len(sock.recv(1)) == 1, "those within the limit are served")
        refused = [guard.connect(get("/ok")) for _ in range(64)]
        code, body = reply(refused[0])
        check(code == 503 and b"too many connections" in body, f"{code} {body!r}")
        refused.pop(0).close()
        wait_for(lambda: b"status=503" in guard.said(), "a refusal leaves a line")
        # Those who are being told so, and do not listen, take nobody's place.
        crowd.pop().close()

        def is_served():
            try:
                return status(guard.connect(get("/ok"))) == 200
            except (Failure, OSError):
                return False

        wait_for(is_served, "a place that is given back is taken again")
        for sock in refused:
            sock.close()


def who_only_keeps_a_connection_makes_room():
    with Guard("-max-connections", "10", "-log-level", "3") as guard:
        crowd = [guard.connect(get("/ok")) for _ in range(10)]
        check([status(sock) for sock in crowd] == [200] * 10, "those within the limit are served")
        busy = [guard.connect(get("/big")) for _ in range(9)]
        for sock in busy:
            check(len(sock.recv(1)) == 1, "those who want something are served")
        wait_for(lambda: len(select.select(crowd, [], [], 0)[0]) == 9, "as many idle ones end")
        ended = select.select(crowd, [], [], 0)[0]
        check([sock.recv(1) for sock in ended] == [b""] * 9, "they end well")
        left = (set(crowd) - set(ended)).pop()
        left.sendall(get("/ok"))
        check(status(left) == 200, "the last one stays")


def large_heads_do_not_keep_what_they_needed():
    large = head("/big") + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 1000) for i in range(200))
    behind = b"\r\n" + get("/ok") * 2000
    with Guard("-buffer-memory", "4", "-log-level", "3") as guard:
        crowd = []
        for _ in range(100):
            crowd.append(guard.connect())
            crowd[-1].sendall(large)
            crowd[-1].sendall(behind)
            check(len(crowd[-1].recv(1)) == 1, "each is served, one after the other")
        sock = guard.connect(head("/ok") + b"X-Registry-Auth: " + b"a" * 6000 + b"\r\n\r\n")
        check(status(sock) == 200, "so is a head of some size after them")


def one_client_cannot_take_every_place():
    with Guard("-max-client-connections", "3", "-log-level", "3") as guard:
        crowd = [guard.connect(get("/ok")) for _ in range(3)]
        check([status(s) for s in crowd] == [200] * 3, "those within the limit are served")
        code, body = reply(guard.connect(get("/ok")))
        check(code == 503 and b"of one client" in body, f"{code} {body!r}")


def requests_that_wait_for_the_engine_are_bounded():
    with Guard("-max-waiting", "5", "-log-level", "3", engine=False) as guard:
        full = socket.socket(socket.AF_UNIX)
        full.bind(guard.back)
        full.listen(0)
        filler = socket.socket(socket.AF_UNIX)
        filler.connect(guard.back)
        crowd = [guard.connect(get("/ok")) for _ in range(12)]
        codes = []
        waiting = selectors.DefaultSelector()
        for sock in crowd:
            waiting.register(sock, selectors.EVENT_READ)
        while len(codes) < 7:
            ready = waiting.select(DEADLINE)
            check(ready, f"only {len(codes)} of 7 were refused")
            for key, _ in ready:
                codes.append(status(key.fileobj))
                waiting.unregister(key.fileobj)
        check(set(codes) == {503}, f"refused with {codes}")
        full.close()


def without_descriptors_accepting_pauses_and_goes_on():
    with Guard("-log-level", "3") as guard:
        stream = guard.connect(get("/big"))
        check(len(stream.recv(1)) == 1, "a stream runs")
        pid, now = guard.process.pid, guard.descriptors()
        old = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (now + 1, old[1]))
        crowd = [guard.connect(get("/ok")) for _ in range(50)]
        wait_for(lambda: b"pausing" in guard.said(), "the log says so")
        check(len(stream.recv(MIB)) > 0, "what is open goes on")
        resource.prlimit(pid, resource.RLIMIT_NOFILE, old)
        served = [status(sock) for sock in crowd]
        check(served.count(200) >= 48, f"the others are served then: {served}")
        assert_serves(guard)


def a_flood_of_denials_does_not_fill_the_log():
    with Guard("-log-level", "4", "-audit-log", "/dev/null") as guard:
        sock = guard.connect()
        for _ in range(5000):
            sock.sendall(get("/no/such"))
            check(status(sock) == 403, "each is denied")
        check(guard.said().count(b"verdict=deny") < 1000, "the log has but some of them")

        def is_told():
            sock.sendall(get("/no/such"))
            check(status(sock) == 403, "each is denied")
            return b"lines were dropped" in guard.said()

        wait_for(is_told, "the log says how many are missing")


class TcpGuard(Guard):
    """A guard with a TCP frontend besides."""

    def __init__(self, *arguments):
        super().__init__("-frontend-addr", "tcp://127.0.0.1:0", *arguments)

    def port(self):
        return int(re.search(rb"addr=tcp://127.0.0.1:(\d+)", self.said())[1])

    def connect_tcp(self, sent=b""):
        sock = socket.create_connection(("127.0.0.1", self.port()), DEADLINE)
        sock.sendall(sent)
        return sock


class SecureGuard(TcpGuard):
    """One with TLS on it, that wants certificates of its clients."""

    def __init__(self, *arguments):
        self.certificates = tempfile.TemporaryDirectory(prefix="hostile-tls-")
        tls.certificates(self.certificates.name)
        super().__init__(*tls.arguments(self.certificates.name), *arguments)
        self.context = tls.context(self.certificates.name)

    def connect_tls(self, sent=b""):
        sock = tls.Client(self.context, self.port(), DEADLINE)
        sock.sendall(sent)
        return sock


CLOSE_WAIT = 8  # linux/tcp_states.h: the peer has ended, we have not


def tcp_state(sock):
    return sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]


def the_end_of_a_connection_comes_with_the_last_bytes_of_its_reply():
    last = b"HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    with TcpGuard() as guard:
        for target, code in ((b"/ok", 200), (b"/no/such", 403), (b"/b\x01d", 400)):
            sock = guard.connect_tcp(b"GET " + target + b" " + last)
            check(select.select([sock], [], [], DEADLINE)[0], "it is answered")
            check(tcp_state(sock) == CLOSE_WAIT, f"{code}: its end is here, too")
            check(status(sock) == code, "the reply is whole")
            check(sock.recv(1) == b"", "there is nothing behind it")
            sock.close()


def who_connects_long_before_it_speaks_is_served():
    with TcpGuard() as guard:
        before = guard.descriptors()
        crowd = [guard.connect_tcp() for _ in range(20)]
        check(status(guard.connect_tcp(get("/ok"))) == 200, "others are")
        wait_for(lambda: guard.descriptors() >= before + 20, "all are accepted")
        for sock in crowd:
            sock.sendall(get("/ok"))
        check([status(sock) for sock in crowd] == [200] * 20, "so are they")
        for sock in crowd:
            sock.close()
        guard.settles(before)


# The first 60 bytes of a ClientHello of 512.
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"r" * 49


def assert_serves_tls(guard):
    sock = guard.connect_tls(get("/ok"))
    check(status(sock) == 200, "others are served")
    sock.close()


def five_hundred_handshakes_that_never_end_hurt_nobody_and_are_closed():
    with SecureGuard() as guard:
        assert_serves_tls(guard)
        before, memory = guard.descriptors(), guard.memory("VmRSS")
        crowd = [guard.connect_tcp(HELLO if i % 2 else b"") for i in range(500)]
        wait_for(lambda: guard.descriptors() >= before + 490, "all are accepted")
        for _ in range(20):
            assert_serves_tls(guard)
        cost = guard.memory() - memory
        check(SANITIZED or cost < 32 * MIB, f"they cost {cost // 1024} KiB")
        for sock in crowd:
            check(sock.recv(1) == b"", "it is closed")
        check(b"the handshake took longer than 10 s" in guard.said(), "the log says why")
        wait_for(lambda: guard.descriptors() <= before + 4, "the descriptors are back")


def garbage_instead_of_tls_is_closed_and_logged():
    with SecureGuard() as guard:
        assert_serves_tls(guard)
        before = guard.descriptors()
        for sent in (os.urandom(4096), get("/ok"), b"\x16\x03\x01" + b"\xff" * 600,
                     HELLO + b"\x15\x03\x01\x00\x02\x02\x28", b"\x80" * 70000):
            sock = guard.connect_tcp(sent)
            try:
                while sock.recv(4096):
                    pass
            except ConnectionResetError:
                pass
            sock.close()
        check(guard.said().count(b'msg="TLS with a client failed"') >= 4, "the log says so")
        assert_serves_tls(guard)
        wait_for(lambda: guard.descriptors() <= before + 4, "the descriptors are back")
        check(not guard.engine.asked or set(guard.engine.asked) == {b"/ok"}, "nothing was asked")


def a_tls_client_that_reads_nothing_costs_no_more_than_a_plain_one():
    with SecureGuard() as guard:
        assert_serves_tls(guard)
        memory = guard.memory("VmRSS")
        crowd = [guard.connect_tls(get("/big")) for _ in range(200)]
        wait_for(lambda: guard.engine.asked.count(b"/big") == 200, "all are asked for")
        for _ in range(20):
            assert_serves_tls(guard)
        cost = guard.memory() - memory
        check(SANITIZED or cost < 64 * MIB, f"they cost {cost // 1024} KiB")
        for sock in crowd:
            sock.close()


def a_thousand_idle_tls_connections_hold_little():
    with SecureGuard() as guard:
        assert_serves_tls(guard)
        memory = guard.memory("VmRSS")
        crowd = []
        for _ in range(1000):
            crowd.append(guard.connect_tls(get("/ok")))
            check(status(crowd[-1]) == 200, "each is served")
        cost = guard.memory("VmRSS") - memory
        print(f"     {cost // 1000} bytes each")
        check(SANITIZED or cost < 48 * MIB, f"they cost {cost // 1024} KiB")
        for sock in crowd:
            sock.close()


def too_many_tls_connections_hear_503():
    with SecureGuard("-max-connections", "2") as guard:
        wait_for(lambda: guard.descriptors() < 40, "the guard is idle")
        crowd = [guard.connect_tls(get("/silent")) for _ in range(2)]
        wait_for(lambda: guard.engine.asked.count(b"/silent") == 2, "both are served")
        sock = guard.connect_tls()
        check(status(sock) == 503, "there is no place")
        sock.close()
        for sock in crowd:
            sock.close()
        wait_for(lambda: tls_status(guard) == 200, "there is a place again")


def tls_status(guard):
    sock = guard.connect_tls(get("/ok"))
    try:
        return status(sock)
    finally:
        sock.close()


NO_CASES = ("assert_serves", "assert_serves_tls", "tcp_state", "tls_status", "wait_for")


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE,
                       (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    module = sys.modules[__name__]
    source = [n for n, f in vars(module).items() if callable(f) and "_" in n
              and getattr(f, "__module__", "") == "__main__" and n not in NO_CASES]
    results = []
    # AddressSanitizer itself ends a process that is out of memory.
    if SANITIZED:
        source.remove("without_memory_a_connection_ends_and_the_process_lives")
    for name in sys.argv[1:] or source:
        try:
            getattr(module, name)()
            print(f"ok   {name}", flush=True)
            results.append(True)
        except (Failure, OSError) as error:
            print(f"FAIL {name}\n    {error!r}", flush=True)
            results.append(False)
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
