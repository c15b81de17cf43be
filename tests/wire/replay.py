#!/usr/bin/python3
"""Replay raw bytes against the real binary and compare both sides.

    replay.py [SCRIPT...]        default: every *.wire beside this file

A file holds scripts, each headed by a line "--- what_it_shows". A script is a
list of steps, one a line; the guard has a unix frontend and a unix engine socket
on which this program is the engine:

    rules: GET /x           a rule for this script; without one, everything
    C> TEXT   E> TEXT       the client, or the engine, sends
    C< TEXT   E< TEXT       it must receive exactly this
    C< ...TEXT              it must receive something that ends in this
    C= STATUS TEXT          the client must receive a reply of the guard's own
    C= STATUS close TEXT    the same, and be told that the connection ends
    C^ STATUS TEXT          the client must receive a reply of the guard's own that begins so;
                            "close" as above
    C) E)                   it ends its output (half-close)
    C# E#                   it closes
    C$ E$                   it must see the end of input
    E~                      it must see the end of input, whatever comes before
    E? TEXT                 it may have received a beginning of this and no more, and
                            must see the end of input; no connection will do as well
    E!                      no engine connection was made, and no byte sent
    E+                      the next engine connection is accepted
    C+                      the client connects anew
    E-                      the engine's socket is away

TEXT has the escapes \\r \\n \\t \\\\ \\xNN, and {N*TEXT} repeats, also nested; lines with the same
mark that follow each other are one. The engine's first connection is accepted
when a step first needs it.

Each is replayed whole, with every sent text split in two at every byte
(the first SPLITS and last SPLITS bytes of a long one, only the first of one that
must be read at the other end while it is sent), and byte by byte. The
two parts are really two for the guard: the second is sent when the guard has
read the first, which SIOCOUTQ tells of a unix socket.

    WIRE_WHOLE=1            replay each whole, and that is all
    WIRE_TLS=1              the client speaks TLS, with a certificate; then not split at every
                            byte, as nothing tells when the guard has read a part
    WIRE_UNDER="valgrind"   run the guard under this command, one for all scripts with
                            the same rules, and without haste
"""

import contextlib
import fcntl
import os
import re
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import tls

TLS = "WIRE_TLS" in os.environ
WHOLE = "WIRE_WHOLE" in os.environ
UNDER = shlex.split(os.environ.get("WIRE_UNDER", ""))
DEADLINE = 60.0 if UNDER else 5.0
SPLITS = 120
AT_ONCE = 64 * 1024  # what a socket surely takes while nobody reads at the other end
HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.environ.get("CETUSGUARD", os.path.join(HERE, "../../build/cetusguard"))


CERTIFICATES = tls.certificates(tempfile.mkdtemp(prefix="wire-tls-")) if TLS else None


class Mismatch(Exception):
    """What was received is not what the script says."""


def unescape(text):
    repeats = 1
    while repeats:
        text, repeats = re.subn(r"\{(\d+)\*([^{}]*)\}", lambda m: m[2] * int(m[1]), text)
    table = {b"r": b"\r", b"n": b"\n", b"t": b"\t", b"\\": b"\\"}
    return re.sub(rb"\\(x[0-9a-fA-F]{2}|.)",
                  lambda m: table.get(m[1]) or bytes([int(m[1][1:], 16)]), text.encode())


PHRASES = {
    400: "Bad Request", 403: "Forbidden", 408: "Request Timeout", 413: "Content Too Large",
    414: "URI Too Long",
    415: "Unsupported Media Type", 417: "Expectation Failed",
    431: "Request Header Fields Too Large", 501: "Not Implemented", 502: "Bad Gateway",
    505: "HTTP Version Not Supported",
}


def own_reply(text, length=None):
    """The bytes of a reply of the guard's own, from "STATUS [close] MESSAGE". Of one
    whose body has some other length, just its beginning."""
    status, message = text.split(" ", 1)
    close = "Connection: close\r\n" if message.startswith("close ") else ""
    message = message[6:] if close else message
    body = '{"message":"cetusguard: ' + message + ('"}\n' if length is None else "")
    return (f"HTTP/1.1 {status} {PHRASES[int(status)]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length or len(body)}\r\n{close}\r\n{body}").encode()


class Script:
    """A parsed script: its rules and its steps (line, mark, bytes)."""

    def __init__(self, path, name):
        self.name = name
        self.path = path
        self.rules = []
        self.steps = []

    @property
    def sends(self):
        return [i for i, s in enumerate(self.steps) if s[1] in ("C>", "E>")]

    def parse(self, number, line):
        if line.startswith("rules: "):
            self.rules.append(line[7:])
            return
        if line.startswith("C= "):
            self.steps.append((number, "C<", own_reply(line[3:])))
            return
        if line.startswith("C^ "):
            self.steps.append((number, "C^", line[3:]))
            return
        mark, text = line[:2], unescape(line[3:])
        if not re.fullmatch(r"[CE][><)#$~?!+-]", mark):
            raise SystemExit(f"{self.path}:{number}: unknown step {line!r}")
        last = self.steps[-1] if self.steps else (0, "", b"")
        if mark == last[1] and mark[1] in "><":
            self.steps[-1] = (last[0], mark, last[2] + text)
        else:
            self.steps.append((number, mark, text))


def read_scripts(path):
    scripts = []
    with open(path, encoding="ascii") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if line.startswith("--- "):
                scripts.append(Script(path, line[4:]))
            elif line and not line.startswith("#"):
                scripts[-1].parse(number, line)
    return scripts


class Guard:
    """The real binary, with a socket on either side."""

    def __init__(self, rules):
        self.dir = tempfile.TemporaryDirectory(prefix="wire-")
        self.front = os.path.join(self.dir.name, "front.sock")
        self.back = os.path.join(self.dir.name, "back.sock")
        self.listener = None
        self.listen()
        self.log = open(os.path.join(self.dir.name, "log"), "wb")
        self.process = subprocess.Popen(
            [*UNDER, BINARY, "-backend-addr", "unix://" + self.back, "-frontend-addr",
             "tcp://127.0.0.1:0" if TLS else "unix://" + self.front, "-no-builtin-rules", "-rules", "\n".join(rules),
             "-log-level", "7", *(tls.arguments(CERTIFICATES) if TLS else [])], stderr=self.log)
        # The file is there before anybody listens on it; the log says when.
        wait_for(lambda: b"msg=listening" in self.said() or self.process.poll() is not None)

    def connect(self):
        if TLS:
            port = int(re.search(rb"addr=tcp://127.0.0.1:(\d+)", self.said())[1])
            return tls.Client(tls.context(CERTIFICATES), port, DEADLINE)
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(DEADLINE)
        sock.connect(self.front)
        return sock

    def said(self):
        with open(self.log.name, "rb") as log:
            return log.read()

    def listen(self):
        self.unlisten()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.back)
        self.listener.listen(64)
        self.listener.settimeout(DEADLINE)

    def unlisten(self):
        if self.listener:
            self.listener.close()
            os.unlink(self.back)
        self.listener = None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "did not stop"
        log = self.said().decode(errors="replace")
        self.log.close()
        self.unlisten()
        self.dir.cleanup()
        return status, log


def wait_for(condition):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise Mismatch("timed out waiting for a condition")
        os.sched_yield()


def is_read(sock):
    """Whether the peer of a unix socket has read all that was sent: unix(7)."""
    try:
        return struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, b"\0\0\0\0"))[0] == 0
    except OSError:
        return True


class Replay:
    """One run of a script; parts says how each sent text is cut."""

    def __init__(self, guard, script, parts):
        self.guard, self.script, self.parts = guard, script, parts
        self.client = self.engine = self.sender = None
        self.connect()

    def side(self, mark):
        if mark == "C":
            return self.client
        if not self.engine:
            self.accept()
        return self.engine

    def connect(self):
        if self.client:
            self.client.close()
        self.client = self.guard.connect()

    def accept(self):
        if self.engine:
            self.engine.close()
        try:
            self.engine, _ = self.guard.listener.accept()
        except TimeoutError:
            raise Mismatch("no connection to the engine") from None
        self.engine.settimeout(DEADLINE)

    def send(self, index, sock, data):
        for i, part in enumerate(self.parts(index, data)):
            if i > 0:
                self.join()
                wait_for(lambda: is_read(sock))
            if len(part) > AT_ONCE:
                self.sender = threading.Thread(target=self.send_part, args=(sock, part))
                self.sender.start()
            else:
                self.send_part(sock, part)

    @staticmethod
    def send_part(sock, part):
        try:
            sock.sendall(part)
        except OSError:
            pass  # an early refusal, or nobody reads; what is received is compared next

    def join(self):
        if self.sender:
            self.sender.join()
        self.sender = None

    @staticmethod
    def receive(sock, want):
        ends = want.startswith(b"...")
        want = want[3:] if ends else want
        got = b""
        while not got.endswith(want) if ends else len(got) < len(want):
            try:
                more = sock.recv(65536 if ends else len(want) - len(got))
            except TimeoutError:
                more = b""
            except ConnectionResetError:
                more = b""
            if not more:
                break
            got += more
        if not got.endswith(want) if ends else got != want:
            raise Mismatch(f"expected {want[-600:]!r}\n    received {got[-600:]!r}")

    @classmethod
    def begins(cls, sock, text):
        """A whole reply of the guard's own, of which just the beginning is known."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = sock.recv(1)
            if not byte:
                raise Mismatch(f"expected a reply, received {head!r}")
            head += byte
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        want = own_reply(text, length)
        if not want.startswith(head):
            raise Mismatch(f"expected {want!r}\n    received {head!r}")
        cls.receive(sock, want[len(head):])
        rest = b""
        while len(head) + length > len(want) + len(rest):
            rest += sock.recv(len(head) + length - len(want) - len(rest)) or b"\0" * length
        if not rest.endswith(b'"}\n'):
            raise Mismatch(f"the message ends in {rest!r}")

    @staticmethod
    def ended(sock, whatever):
        got = b"-"
        try:
            got = sock.recv(65536)
            while whatever and got:
                got = sock.recv(65536)
        except ConnectionResetError:
            got = b""
        except TimeoutError:
            raise Mismatch("expected the end of input, nothing came") from None
        if got:
            raise Mismatch(f"expected the end of input, received {got[:300]!r}")

    def waiting(self):
        """A connection to the engine that was made and not accepted yet, or None."""
        self.guard.listener.setblocking(False)
        try:
            engine, _ = self.guard.listener.accept()
            engine.settimeout(DEADLINE)
            return engine
        except BlockingIOError:
            return None
        finally:
            self.guard.listener.settimeout(DEADLINE)

    def none(self):
        engine = self.waiting()
        if engine:
            engine.close()
            raise Mismatch("a connection to the engine was made")

    def beginning(self, most):
        self.engine = self.engine or self.waiting()
        if not self.engine:
            return
        got = b""
        try:
            while len(got) <= len(most):
                more = self.engine.recv(65536)
                if not more:
                    break
                got += more
        except ConnectionResetError:
            pass
        except TimeoutError:
            raise Mismatch("expected the end of input, nothing came") from None
        self.engine.close()
        self.engine = None
        if not most.startswith(got):
            raise Mismatch(f"expected no more than {most[-600:]!r}\n    received {got[-600:]!r}")

    def step(self, index, mark, data):
        action = mark[1]
        if action == "!":
            self.none()
        elif action == "?":
            self.beginning(data)
        elif action == "+":
            self.connect() if mark[0] == "C" else self.accept()
        elif action == "-":
            self.guard.unlisten()
        elif action == ">":
            self.join()
            self.send(index, self.side(mark[0]), data)
        elif action == "^":
            self.begins(self.side(mark[0]), data)
        elif action == "<":
            self.receive(self.side(mark[0]), data)
        elif action == ")":
            self.join()
            self.side(mark[0]).shutdown(socket.SHUT_WR)
        elif action == "#":
            self.side(mark[0]).close()
        elif action in "$~":
            self.ended(self.side(mark[0]), action == "~")

    def run(self):
        try:
            for index, (line, mark, data) in enumerate(self.script.steps):
                try:
                    self.step(index, mark, data)
                except (Mismatch, OSError) as e:
                    raise Mismatch(f"{self.script.path}:{line}: {mark} {e}") from None
        finally:
            with contextlib.suppress(OSError):  # a sender that still waits gives up
                self.client.shutdown(socket.SHUT_RDWR)
            self.client.close()
            if self.engine:
                self.engine.close()
            if not self.guard.listener:
                self.guard.listen()


def modes(script):
    """Every way to cut the sent texts: (name, parts)."""
    yield "whole", lambda index, data: [data]
    if WHOLE:
        return
    yield "byte by byte", lambda index, data: (
        [data[i : i + 1] for i in range(len(data))] if len(data) <= 4096 else [data])
    if TLS:
        return
    for target in script.sends:
        size = len(script.steps[target][2])
        for cut in range(1, size):
            if SPLITS < cut and (cut < size - SPLITS or size > AT_ONCE):
                continue
            yield f"split at {cut} of line {script.steps[target][0]}", (
                lambda index, data, t=target, c=cut:
                    [data[:c], data[c:]] if index == t else [data])


def run_script(guard, script):
    problem, mode, count = None, "", 0
    try:
        for mode, parts in modes(script):
            # A connection the pool kept would be the next run's: start afresh.
            Replay(guard, script, parts).run()
            guard.unlisten()
            guard.listen()
            count += 1
    except Mismatch as e:
        problem = str(e)
    if problem:
        print(f"FAIL {script.name} ({mode})\n    {problem}\n    log: {guard.said().decode(errors='replace')[-1500:]}")
    else:
        print(f"ok   {script.name} ({count} runs)")
    return not problem


def run_scripts(scripts):
    """Run scripts that have the same rules through one guard; which of them passed."""
    guard = Guard(scripts[0].rules or ["GET,HEAD,POST,PUT,DELETE,OPTIONS,PATCH /.*"])
    results = [run_script(guard, s) for s in scripts]
    status, log = guard.stop()
    if status != 0:
        # What valgrind or a sanitizer has to say, or else how it ended.
        said = "\n".join(re.findall(r"^==.*", log, re.M)[:60]) or log[-1500:]
        print(f"FAIL the guard of {scripts[-1].name} ended with {status}\n    log: {said}")
        results[-1] = False
    return results


def main():
    paths = sys.argv[1:] or sorted(
        os.path.join(HERE, n) for n in os.listdir(HERE) if n.endswith(".wire"))
    groups = {}
    for script in [s for p in paths for s in read_scripts(p)]:
        # A slow start is worth sharing; else each script has a guard of its own.
        groups.setdefault(tuple(script.rules) if UNDER else script, []).append(script)
    results = [r for g in groups.values() for r in run_scripts(g)]
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    if TLS:
        shutil.rmtree(CERTIFICATES)
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
