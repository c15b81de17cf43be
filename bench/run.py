#!/usr/bin/python3
"""Measure cetusguard beside HAProxy and nginx, doing the same work.

    run.py [--build DIR] [--quick] [--only ROW]... [--also NAME COMMAND]

The engine is bench/engine. Every proxy runs alone in what is measured, one after
the other, round by round, so that what else the machine does falls on all alike.
--also adds a proxy: in COMMAND {listen} and {engine} stand for its port and the
engine's. The table goes to standard output; DIR/bench/ gets result.json and
chart.svg.
"""

import argparse
import contextlib
import json
import os
import re
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

DEADLINE = 60.0
ENGINE_PORT = 24100
MIB = 1024 * 1024
HERE = os.path.dirname(os.path.abspath(__file__))

RULES = """
GET /_ping
GET /containers/json
GET /(length|chunks)/[0-9]+
GET /events
POST /upload
POST %API_PREFIX_CONTAINERS%/x/attach
"""
# What a rule file for many tools looks like: rules of every part of the API.
FAMILIES = ["containers", "images", "networks", "volumes", "services", "tasks", "nodes",
            "configs", "secrets", "plugins"]

HAPROXY = """
global
    nbthread 1
    maxconn 9500
defaults
    mode http
    timeout connect 10s
    timeout client 1h
    timeout server 1h
    timeout tunnel 1h
    option http-keep-alive
frontend docker
    bind 127.0.0.1:{listen}
    acl get method GET
    acl post method POST
    acl paths_get path -m reg ^(/v[0-9.]+)?/(_ping|containers/json|(length|chunks)/[0-9]+|events)$
    acl paths_post path -m reg ^(/v[0-9.]+)?/(upload|containers/x/attach)$
    http-request deny unless get paths_get or post paths_post
    default_backend engine
backend engine
    http-reuse always
    server engine 127.0.0.1:{engine} maxconn 9500
"""

NGINX = """
worker_processes 1;
daemon off;
pid {dir}/nginx.pid;
error_log {dir}/nginx.log;
worker_rlimit_nofile 20000;
events {{ worker_connections 18500; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
    upstream engine {{
        server 127.0.0.1:{engine};
        keepalive 256;
        keepalive_requests 1000000000;
    }}
    map $http_upgrade $hop {{ default upgrade; '' ''; }}
    server {{
        listen 127.0.0.1:{listen};
        client_max_body_size 0;
        proxy_http_version 1.1;
        proxy_set_header Connection $hop;
        proxy_set_header Upgrade $http_upgrade;
        proxy_buffering off;
        proxy_request_buffering off;
        proxy_read_timeout 1h;
        location / {{ return 403; }}
        location ~ ^(/v[0-9.]+)?/(_ping|containers/json|(length|chunks)/[0-9]+|events)$ {{
            if ($request_method != GET) {{ return 403; }}
            proxy_pass http://engine;
        }}
        location ~ ^(/v[0-9.]+)?/(upload|containers/x/attach)$ {{
            if ($request_method != POST) {{ return 403; }}
            proxy_pass http://engine;
        }}
    }}
}}
"""

# What the images of a Docker socket proxy open and close by a setting each, one pattern after
# the other: haproxy and nginx as Tecnativa's and linuxserver's set them up, but for one thread
# and for a line of log a request, which they write and nobody writes here.
OPENED = ("containers", "events", "_ping", "version")
SETTINGS = ("auth", "build", "commit", "configs", "containers", "distribution", "events", "exec",
            "grpc", "images", "info", "networks", "nodes", "_ping", "plugins", "secrets",
            "services", "session", "swarm", "system", "tasks", "version", "volumes")

TECNATIVA = """
global
    nbthread 1
    maxconn 4000
    {settings}
defaults
    mode http
    option http-server-close
    option redispatch
    retries 3
    timeout http-request 10s
    timeout queue 1m
    timeout connect 10s
    timeout client 10m
    timeout server 10m
    timeout http-keep-alive 10s
frontend docker
    bind 127.0.0.1:{listen}
    http-request deny unless METH_GET
    {patterns}
    http-request deny
    default_backend engine
backend engine
    server engine 127.0.0.1:{engine}
"""
TECNATIVA_PATTERN = ("http-request allow if {{ path,url_dec -m reg -i"
                     r" ^(/v[\d\.]+)?(/\w+)?/{word} }} {{ env({word}) -m bool }}")

LINUXSERVER = """
daemon off;
pid {dir}/linuxserver.pid;
error_log {dir}/linuxserver.log;
pcre_jit on;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    client_max_body_size 0;
    client_body_temp_path {dir}/body; proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
    map $http_upgrade $hop {{ default upgrade; '' close; }}
    server {{
        listen 127.0.0.1:{listen};
        proxy_buffers 32 4k;
        proxy_http_version 1.1;
        proxy_set_header Connection $hop;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Host $host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Uri $request_uri;
        proxy_set_header X-Real-IP $remote_addr;
        {settings}
        {patterns}
        location / {{ return 403; }}
    }}
}}
"""
LINUXSERVER_PATTERN = (r"location ~* ^(/v[\d\.]+)?/{word} {{ limit_except GET HEAD {{ deny all; }}"
                       " if (${word} = 0) {{ return 403; }}"
                       " proxy_pass http://127.0.0.1:{engine}; }}")


def wait_for(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"bench: not within {DEADLINE:.0f} s: {what}")
        time.sleep(0.0005)


def listens(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def connect(port):
    sock = socket.create_connection(("127.0.0.1", port), DEADLINE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


# ---- what is measured -----------------------------------------------------------------


class Process:
    """A command and its children, which listen on a port."""

    def __init__(self, port, command, log):
        self.port = port
        self.begun = time.monotonic()
        with open(log, "ab") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        wait_for(lambda: listens(port) or self.process.poll() is not None, command)
        if self.process.poll() is not None:
            with open(log, encoding="utf-8", errors="replace") as out:
                sys.exit(f"bench: {command} ended: {out.read()[-2000:]}")

    def pids(self):
        """All processes of its session."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as stat:
                if int(stat.read().rsplit(b")", 1)[1].split()[3]) == self.process.pid:
                    found.append(int(pid))
        return found

    def cpu_s(self):
        """Seconds on a processor, user and system, of all its threads."""
        total = 0
        for pid in self.pids():
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/schedstat", "rb") as stat:
                    total += int(stat.read().split()[0])
        return total / 1e9

    def pss_mib(self):
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
                total += int(re.search(r"^Pss: +(\d+)", rollup.read(), re.M).group(1))
        return total / 1024

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Proxies:
    """Makes processes of a proxy by its name."""

    def __init__(self, build, directory, also, without):
        self.build, self.dir, self.port = build, directory, ENGINE_PORT + 1
        self.commands = {
            "cetusguard": self.cetusguard,
            "haproxy": lambda listen, _: self.haproxy(listen, "haproxy", HAPROXY),
            "nginx": lambda listen, _: self.nginx(listen, "nginx", NGINX),
            "tecnativa": lambda listen, _: self.haproxy(
                listen, "tecnativa", TECNATIVA, "setenv {word} {value}", TECNATIVA_PATTERN),
            "linuxserver": lambda listen, _: self.nginx(
                listen, "linuxserver", LINUXSERVER, "set ${word} {value};", LINUXSERVER_PATTERN),
            "relay": self.relay,
        }
        for name, command in also:
            self.commands[name] = lambda listen, rules, c=command: shlex.split(
                c.format(listen=listen, engine=ENGINE_PORT))
        self.names = [name for name in self.commands if name not in without]

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def cetusguard(self, listen, rules):
        return [os.path.join(self.build, "cetusguard"), "-backend-addr",
                f"tcp://127.0.0.1:{ENGINE_PORT}", "-frontend-addr", f"tcp://127.0.0.1:{listen}",
                "-no-builtin-rules", "-rules", rules, "-log-level", "3"]

    def configured(self, listen, name, text, setting="", pattern=""):
        """The file of a configuration, with a line for each of SETTINGS."""
        fill = {"listen": listen, "engine": ENGINE_PORT, "dir": self.dir}

        def lines(form):
            return "\n".join(form.format(word=word, value=int(word in OPENED), **fill)
                             for word in SETTINGS)

        return self.write(name + ".cfg", text.format(
            settings=lines(setting), patterns=lines(pattern), **fill))

    def haproxy(self, *configuration):
        return ["haproxy", "-db", "-f", self.configured(*configuration)]

    def nginx(self, *configuration):
        return ["nginx", "-c", self.configured(*configuration)]

    def relay(self, listen, _):
        return [os.path.join(self.build, "bench/relay"), str(listen), str(ENGINE_PORT)]

    @contextlib.contextmanager
    def start(self, name, rules=RULES):
        self.port += 1
        process = Process(self.port, self.commands[name](self.port, rules),
                          os.path.join(self.dir, name + ".log"))
        try:
            yield process
        finally:
            process.stop()


# ---- work -------------------------------------------------------------------------------


def wrk(port, seconds, connections, path, *headers, script=None):
    """Requests, requests a second, median and 99th percentile in milliseconds."""
    said = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}", "--latency",
         *(a for h in headers for a in ("-H", h)), *(("-s", script) if script else ()),
         f"http://127.0.0.1:{port}{path}"],
        check=True, capture_output=True, text=True).stdout
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}

    def latency(name):
        number, unit = re.search(rf"{name}% +([0-9.]+)([a-z]+)", said).groups()
        return float(number) * scale[unit]

    return {"requests": int(re.search(r"(\d+) requests in", said).group(1)),
            "rps": float(re.search(r"Requests/sec: +([0-9.]+)", said).group(1)),
            "p50_ms": latency("50"), "p99_ms": latency("99"),
            "refused": int((re.search(r"Non-2xx or 3xx responses: (\d+)", said) or [0, 0])[1])}


def requests_row(connections, path="/_ping", *headers, refused=False, script=None):
    def measure(target, seconds):
        before = target.cpu_s()
        got = wrk(target.port, seconds, connections, path, *headers, script=script)
        if (got["refused"] > 0) != (refused and target is not Direct):
            sys.exit(f"bench: {path}: {got}")
        got["cpu_us"] = (target.cpu_s() - before) * 1e6 / got["requests"]
        return {k: got[k] for k in ("cpu_us", "rps", "p50_ms", "p99_ms")}
    return measure


def transfer_row(work, mib):
    def measure(target, _):
        before, begun = target.cpu_s(), time.monotonic()
        work(target.port, mib)
        seconds = time.monotonic() - begun
        cpu = target.cpu_s() - before
        return {"cpu_s_per_gib": cpu * 1024 / mib, "gib_s": mib / 1024 / seconds}
    return measure


def receive(sock, want):
    room = bytearray(MIB)
    while want > 0:
        n = sock.recv_into(room)
        if n == 0:
            sys.exit("bench: the stream ended early")
        want -= n


def received(sock):
    """Bytes until the peer ends or breaks off."""
    total = 0
    with contextlib.suppress(OSError):
        while n := len(sock.recv(MIB)):
            total += n
    return total


def read_head(sock):
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            sys.exit(f"bench: no reply: {data!r}")
        data += more
    return data.split(b"\r\n\r\n", 1)


def download(kind):
    def work(port, mib):
        with connect(port) as sock:
            sock.sendall(b"GET /%s/%d HTTP/1.1\r\nHost: h\r\n\r\n" % (kind, mib))
            receive(sock, mib * MIB - len(read_head(sock)[1]))
    return work


def upload_length(port, mib):
    block = bytes(MIB)
    with connect(port) as sock:
        sock.sendall(b"POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % (mib * MIB))
        for _ in range(mib):
            sock.sendall(block)
        read_head(sock)


def upload_chunks(port, mib):
    # As Docker's clients send a build context: chunks of 32 KiB.
    block = (b"8000\r\n" + bytes(32768) + b"\r\n") * 32
    with connect(port) as sock:
        sock.sendall(b"POST /upload HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(mib):
            sock.sendall(block)
        sock.sendall(b"0\r\n\r\n")
        read_head(sock)


def attach(port):
    sock = connect(port)
    sock.sendall(b"POST /containers/x/attach HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                 b"Upgrade: tcp\r\n\r\n")
    if b" 101 " not in read_head(sock)[0]:
        sys.exit("bench: no stream")
    return sock


def hijacked(port, mib):
    block = bytes(MIB)
    with attach(port) as sock:
        sender = threading.Thread(target=lambda: [sock.sendall(block) for _ in range(mib)])
        sender.start()
        receive(sock, mib * MIB)
        sender.join()


def ping_pong(target, seconds):
    times = []
    with attach(target.port) as sock:
        before, end = target.cpu_s(), time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.perf_counter()
            sock.sendall(b"x")
            sock.recv(1)
            times.append(time.perf_counter() - begun)
        cpu = target.cpu_s() - before
    times.sort()
    return {"cpu_us": cpu * 1e6 / len(times), "p50_us": times[len(times) // 2] * 1e6,
            "p99_us": times[len(times) * 99 // 100] * 1e6}


def half_close(target, _):
    """Of streams whose client ends its side, the part that comes back whole."""
    sizes = (1, 64 * 1024, 8 * MIB)
    whole = 0
    for size in sizes:
        with attach(target.port) as sock:
            def send(sock=sock, size=size):
                with contextlib.suppress(OSError):
                    sock.sendall(bytes(size))
                    sock.shutdown(socket.SHUT_WR)
            sender = threading.Thread(target=send)
            sender.start()
            whole += received(sock) == size
            sender.join()
    return {"whole": whole / len(sizes)}


CREATE = "POST %API_PREFIX_CONTAINERS%/create\n"
CONSTRAINED = CREATE + """
    + confined
    + image alpine, busybox:*
    + volume data_*
    + publish 127.0.0.1:8000-8999
    + memory 512m
"""
# About what the Docker CLI sends for a plain run.
CREATE_BODY = json.dumps({
    "Hostname": "", "User": "", "AttachStdout": True, "AttachStderr": True, "Tty": False,
    "Env": ["A=1", "B=2"], "Cmd": ["echo", "hello"], "Image": "alpine", "Volumes": {},
    "WorkingDir": "", "Entrypoint": None, "OnBuild": None, "Labels": {"a": "b"},
    "HostConfig": {
        "Binds": ["data_1:/data"], "NetworkMode": "default", "Memory": 268435456,
        "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}]},
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "AutoRemove": True,
        "CapAdd": None, "CapDrop": None, "Dns": [], "ExtraHosts": None, "Privileged": False,
        "SecurityOpt": None, "LogConfig": {"Type": "", "Config": {}}, "Devices": [],
        "OomKillDisable": False, "PidsLimit": 0, "Ulimits": None, "ConsoleSize": [0, 0],
        "MaskedPaths": None, "ReadonlyPaths": None, "BlkioWeightDevice": []},
    "NetworkingConfig": {"EndpointsConfig": {}}})


def posts_row(proxies):
    proxies.write("create.lua", f"""wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[{CREATE_BODY}]==]
""")
    return requests_row(16, "/containers/create",
                        script=os.path.join(proxies.dir, "create.lua"))


def many_rules(n, spread):
    """N rules of which the last matches; of one endpoint, or spread over the API."""
    rules = [f"GET %API_PREFIX_{FAMILIES[i % len(FAMILIES)].upper()}%/name-{i}/json" if spread else
             f"GET %API_PREFIX_CONTAINERS%/name-{i}/json" for i in range(n - 1)]
    return "\n".join(rules + ["GET %API_PREFIX_CONTAINERS%/json"])


# name -> (what a run of it measures, only for these proxies)
def rows(quick):
    mib = 128 if quick else 1024
    return {
        "keep-alive, 1 connection": requests_row(1),
        "keep-alive, 16 connections": requests_row(16),
        "keep-alive, 256 connections": requests_row(256),
        "20 KiB of JSON, 16 connections": requests_row(16, "/containers/json"),
        "a connection a request": requests_row(16, "/_ping", "Connection: close"),
        "denied": requests_row(16, "/containers/prune", refused=True),
        "download, length": transfer_row(download(b"length"), mib),
        "download, chunks": transfer_row(download(b"chunks"), mib),
        "upload, length": transfer_row(upload_length, mib),
        "upload, chunks": transfer_row(upload_chunks, mib),
        "hijacked, both ways": transfer_row(hijacked, mib),
        "hijacked, ping-pong": ping_pong,
        "hijacked, half-close": half_close,
    }


# ---- memory and start, each with a process of its own -----------------------------------


def ask(socks, request):
    for sock in socks:
        sock.sendall(request)
    for sock in socks:
        read_head(sock)


def hold(port, n, request=b""):
    """N connections, with a stream each or all used at one go."""
    poll, socks = b"GET /_ping HTTP/1.1\r\nHost: h\r\n\r\n", []
    while len(socks) < n:
        # No more at a time than wait in any proxy's backlog.
        some = [connect(port) for _ in range(min(n - len(socks), 250))]
        ask(some, request or poll)
        socks += some
    if not request:
        ask(socks, poll)
    return socks


def settled(process):
    """PSS once it falls no more: what a crowd has left need not be given back at once."""
    before, now = float("inf"), process.pss_mib()
    while now < before:
        time.sleep(2)
        before, now = now, process.pss_mib()
    return min(before, now)


def memory(proxies, name, quick):
    result = {}
    stream = b"GET /events HTTP/1.1\r\nHost: h\r\n\r\n"
    for label, n, request in (("idle", 0, b""), ("1,000 idle", 1000, b""),
                              ("9,000 idle", 9000, b""), ("1,000 streams", 1000, stream)):
        if quick and n > 1000:
            continue
        with proxies.start(name) as process:
            socks = hold(process.port, n or 1, request)
            if n == 0:
                socks.pop().close()
            result[label + ", at first"] = process.pss_mib()
            result[label] = settled(process)
            for sock in socks:
                sock.close()
    return result


def first_answer(proxies, name):
    """Milliseconds from exec to the first answered request."""
    with proxies.start(name) as process:
        with connect(process.port) as sock:
            sock.sendall(b"GET /_ping HTTP/1.1\r\nHost: h\r\n\r\n")
            read_head(sock)
        return (time.monotonic() - process.begun) * 1e3


def stripped_size(path):
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["strip", "-o", out.name, path], check=True)
        return os.path.getsize(out.name)


# ---- the whole ----------------------------------------------------------------------------


class Direct:
    """The engine itself: no proxy, and so no processor time of one."""

    port = ENGINE_PORT

    @staticmethod
    def cpu_s():
        return 0.0


def summary(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


STREAMS = ("download, length", "download, chunks", "upload, length", "upload, chunks",
           "hijacked, both ways", "hijacked, ping-pong", "hijacked, half-close")
# The engine closes no connection that it is asked to close. The relay denies nothing, ends both
# sides at once, and its sends wait: with both ways full nobody would read any more. The images
# allow what is denied, and have limits in the way of streams and of memory().
NOT_OF = {"direct": ("a connection a request",),
          "relay": ("a connection a request", "denied", "hijacked, both ways", "hijacked, half-close"),
          "tecnativa": ("denied", *STREAMS), "linuxserver": ("denied", *STREAMS)}
IMAGES = ("tecnativa", "linuxserver")


def measure_rows(proxies, wanted, rounds, seconds):
    """row -> target -> metric -> list of values, one a round."""
    found = {}
    with contextlib.ExitStack() as stack:
        targets = {"direct": Direct}
        targets.update((n, stack.enter_context(proxies.start(n))) for n in proxies.names)
        for number in range(rounds):
            for row, measure in wanted.items():
                print(f"round {number + 1} of {rounds}: {row}    ", end="\r", file=sys.stderr)
                order = list(targets.items())
                for name, target in order[number % len(order):] + order[:number % len(order)]:
                    if row in NOT_OF.get(name, ()):
                        continue
                    for metric, value in measure(target, seconds).items():
                        found.setdefault(row, {}).setdefault(name, {}).setdefault(
                            metric, []).append(value)
    print(" " * 70, end="\r", file=sys.stderr)
    return found


def measure_rules(proxies, rounds, seconds):
    """What rules cost, each set in a process of its own."""
    lists, creates = requests_row(16, "/containers/json"), posts_row(proxies)
    sets = {f"{n:,} rules, {'all of one endpoint' if not spread else 'spread'}":
            (lists, many_rules(n, spread)) for spread in (True, False) for n in (10, 100, 1000)}
    sets.update({"no constraints": (lists, RULES),
                 "constraints of other rules": (lists, RULES + CONSTRAINED),
                 "create, no constraints": (creates, RULES + CREATE),
                 "create, judged": (creates, RULES + CONSTRAINED)})
    found = {}
    with contextlib.ExitStack() as stack:
        targets = {name: stack.enter_context(proxies.start("cetusguard", rules))
                   for name, (_, rules) in sets.items()}
        for _ in range(rounds):
            for name, target in targets.items():
                got = sets[name][0](target, seconds)
                found.setdefault(name, {}).setdefault("cetusguard", {}).setdefault(
                    "cpu_us", []).append(got["cpu_us"])
    return found


def print_table(result, names):
    def cell(values, form):
        if not values:
            return ""
        return f"{values['median']:{form}}  ({values['min']:{form}}-{values['max']:{form}})"

    for row, by_name in result["rows"].items():
        metrics = list(next(iter(by_name.values())))
        print(f"\n{row}")
        print("  {:<12}".format("") + "".join(f"{m:>28}" for m in metrics))
        for name in names:
            if name not in by_name:
                continue
            cells = [cell(by_name[name].get(m), ".0f" if m == "rps" else ".2f") for m in metrics]
            print(f"  {name:<12}" + "".join(f"{c:>28}" for c in cells))
    print("\nproportional memory (PSS), MiB; first answer, ms")
    for name, values in result["process"].items():
        print(f"  {name:<12}" + "".join(f"{k}: {v:.2f}   " for k, v in values.items()))
    print(f"\nstripped binary: {result['binary_bytes']:,} bytes")


COLOURS = {"cetusguard": "#1a7f5a", "haproxy": "#7a8aa0", "nginx": "#b9a37a"}


def chart(result, path):
    """Bars of processor time, each row relative to its longest."""
    bars, y = [], 20
    for row, by_name in result["rows"].items():
        metric = next((m for m in ("cpu_us", "cpu_s_per_gib") if m in by_name["cetusguard"]), None)
        if metric is None or "haproxy" not in by_name:
            continue
        longest = max(by_name[n][metric]["median"] for n in by_name if n != "direct")
        unit = "us a request" if metric == "cpu_us" else "s a GiB"
        bars.append(f'<text x="10" y="{y + 4}" class="row">{row}, {unit}</text>')
        y += 12
        for name, values in by_name.items():
            if name == "direct":
                continue
            width = 380 * values[metric]["median"] / longest
            bars.append(
                f'<rect x="110" y="{y}" width="{width:.0f}" height="11" '
                f'fill="{COLOURS.get(name, "#999")}"/>'
                f'<text x="100" y="{y + 9}" text-anchor="end">{name}</text>'
                f'<text x="{115 + width:.0f}" y="{y + 9}">{values[metric]["median"]:.2f}</text>')
            y += 14
        y += 18
    with open(path, "w", encoding="utf-8") as out:
        out.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="560" height="{y}" '
                  'font-family="sans-serif" font-size="10"><style>.row{font-weight:bold}</style>'
                  f'<rect width="560" height="{y}" fill="white"/>' + "".join(bars) + "</svg>\n")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", default=os.path.join(HERE, "../build"))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", metavar="ROW")
    parser.add_argument("--also", action="append", nargs=2, default=[], metavar=("NAME", "COMMAND"))
    return parser.parse_args()


def main():
    args = parse_arguments()
    rounds, seconds = (2, 1) if args.quick else (5, 2)
    wanted = {k: v for k, v in rows(args.quick).items()
              if not args.only or any(o in k for o in args.only)}
    out = os.path.join(args.build, "bench")
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        engine = Process(ENGINE_PORT, [os.path.join(out, "engine"), str(ENGINE_PORT)],
                         os.path.join(directory, "engine.log"))
        try:
            proxies = Proxies(args.build, directory, args.also, IMAGES if args.quick else ())
            found = measure_rows(proxies, wanted, rounds, seconds)
            if not args.only:
                found.update(measure_rules(proxies, 1 if args.quick else rounds, seconds))
            process = {} if args.only else {
                name: {**memory(proxies, name, args.quick),
                       "first answer": statistics.median(first_answer(proxies, name)
                                                         for _ in range(rounds))}
                for name in proxies.names if name not in IMAGES}
        finally:
            engine.stop()
    result = {
        "rounds": rounds, "seconds": seconds, "machine": os.uname().release,
        "rows": {row: {name: {m: summary(v) for m, v in metrics.items()}
                       for name, metrics in by_name.items()} for row, by_name in found.items()},
        "process": process,
        "binary_bytes": stripped_size(os.path.join(args.build, "cetusguard")),
    }
    print_table(result, ["direct", *proxies.names])
    with open(os.path.join(out, "result.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
    chart(result, os.path.join(out, "chart.svg"))


if __name__ == "__main__":
    main()
