#!/usr/bin/python3
"""Attacks on a guarded socket, without us and under cetus-run.

    run.py DIRECTORY [PATTERN...]    DIRECTORY holds the built attack programs, CETUS_RUN
                                     is the program under test; default: every case,
                                     "faults *" is a pattern

Each case of the table runs bare, which shows that the attack works where nobody
stands in between, then under cetus-run as root, as an unprivileged user, and, but
for the long ones, as that user under root's cetus-run (dropped), and where there is
a preload library, in that mode, which misses what PRELOAD_DIFFERENCES says. A
decoy listens where the real socket would be; it answers REAL and counts: under
cetus-run nobody may ever reach it. The engine behind the rules is another one and
answers PROXIED. Needs root, for the bare half of some attacks and for the other
user.
"""

import contextlib
import fnmatch
import os
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
from expect import DEADLINE, Failure, check, wait_for

MUST_WORK = os.environ.get("CETUS_MUST_WORK") == "1"
CETUS_RUN = os.environ.get("CETUS_RUN", "build/cetus-run")
USER, STRANGER = 1001, 1002
POOLS = 256 + 64 + 16  # idle connections to the engine, workers, and what is being done
PROGRAMS = ("paths", "namespaces", "races", "abi", "abi32", "process", "threads", "faults", "net",
            "edge", "inherit", "step", "paths-static")

# program, attack, outcome bare, under root's cetus-run, under the user's, what it needs.
# An outcome is a regular expression; "=" is the one to its left, "-" is not run.
TABLE = r"""
# ---- rows of names
paths         plain                      real    proxy   =
paths-static  plain                      real    proxy   =
paths         raw                        real    proxy   =
paths         unguarded                  other   other   =
paths         symlink                    real    proxy   =
paths         chain_5                    real    proxy   =
paths         chain_40                   real    proxy   =
paths         chain_41                   ELOOP   =       =
paths         link_to_directory          real    proxy   =
paths         link_upwards               real    proxy   =
paths         slashes                    real    proxy   =
paths         dots                       real    proxy   =
paths         above_root                 real    proxy   =
paths         relative                   real    proxy   =
paths         relative_upwards           real    proxy   =
paths         trailing_slash             ENOTDIR  =      =
paths         hard_link                  real    proxy   =
paths         renamed                    real    proxy   =
paths         directory_renamed          real    proxy   =
paths         hard_link_alone            real    proxy   =
paths         nameless                   real    proxy   =
paths         exchanged                  real    proxy   =
paths         restarted                  real    proxy   =
paths         started                    real    proxy   =       absent
paths         restarted_renamed          real    proxy   =
paths         restarted_hard_link_alone  real    proxy   =
paths         started_renamed            real    proxy   =       absent
paths         proc_self_root             real    proxy   =
paths         proc_thread_self_root      real    proxy   =
paths         proc_task_root             real    proxy   =
paths         proc_pid_root              real    proxy   =
paths         proc_child_root            real    proxy   =
paths         proc_self_cwd              real    proxy   =
paths         proc_fd_directory          real    proxy   =
paths         dev_fd_directory           real    proxy   =
paths         proc_fd_socket             real    proxy   =
paths         proc_thread_fd_socket      real    proxy   =
paths         link_to_proc_fd            real    proxy   =
paths         relative_from_proc         real    proxy   =
paths         parent_paths               real=[1-9].*  real=0 other=0  =
paths         abstract_same_name         ECONNREFUSED  =  =
paths         abstract_outside           other   other   =       abstract
paths         engine                     direct  judged  =       engine
# ---- whose program it is
paths         not_dumpable               real    proxy   EACCES
paths         plain                      real    proxy   EACCES  unreadable,bare-user
paths         with_euid                  euid=root real  euid=root proxy  euid=user proxy  setuid,bare-user
# ---- other mounts, roots and namespaces
namespaces    bind_file                  real    proxy   =
namespaces    bind_directory             real    proxy   =
namespaces    bind_root                  real    proxy   =
namespaces    moved_mount                real    proxy   =
namespaces    dots_over_mount            real    proxy   =
namespaces    overmounted_by_other       other   other   =
namespaces    mounts_exchanged           real    proxy   =
namespaces    overlay                    ECONNREFUSED  =  =
namespaces    changed_root               real    proxy   =
namespaces    changed_root_dots          real    proxy   =
namespaces    outside_changed_root       real    proxy   =
namespaces    link_in_changed_root       real    proxy   =
namespaces    pivoted_root               real    proxy   =
namespaces    user_namespace             real    proxy   =
namespaces    user_namespace_unmapped    real    proxy   =
namespaces    user_namespace_twice       real    proxy   =
namespaces    network_namespace          real    proxy   =
namespaces    every_namespace            real    proxy   =
namespaces    pid_namespace              real    proxy   =
namespaces    pid_namespace_proc_self    real    proxy   =
namespaces    pid_namespace_proc_1       real    proxy   =
namespaces    pid_namespace_proc_fd      real    proxy   =
namespaces    pid_namespace_outer_proc   real    proxy   =
namespaces    proc_hidden                real    proxy   =
namespaces    proc_forged                real    proxy   =
namespaces    entered_namespace          real    proxy   =
namespaces    detached_mount             real    proxy   =
namespaces    proc_overmounted           other   other|E.*  =    private-mounts
namespaces    guard_overmounted          real    proxy   =       private-mounts
# ---- races
races         rewritten_address          real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         shared_memory              real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         process_vm_writer          real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         proc_mem_writer            real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         exchanged_links            real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         exchanged_directories      real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         exchanged_sockets          real=[1-9].*  real=0 proxy=[1-9].*  =
races         coming_and_going           real=[1-9].*  real=0 proxy=[1-9].*  =
races         changing_directory         real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         changing_root              real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         changing_mount             real=[1-9].*  real=0 proxy=[1-9].* other=[1-9].*  =
races         restarting                 real=[1-9].*  real=0 proxy=[1-9].*  =
races         swapped_descriptor         real=[1-9].*  real=0 proxy=[1-9].*  =
# ---- other entries
abi           high_number                real    proxy   =
abi           high_descriptor            real    proxy   =
abi           high_length                real    proxy   =
abi           x32                        ENOSYS  =       =
abi           number_minus_one           ENOSYS  =       =
abi           number_minus_one_32_bits   ENOSYS  =       =
abi           int80_connect              real    proxy   =
abi           int80_number_high          real    proxy   =
abi           int80_socketcall           real    proxy   =
abi           int80_socketcall_high      real    proxy   =
abi           int80_socketcall_unreadable  EFAULT  =     =
abi           int80_socketcall_socket    ok      =       =
abi           int80_ioctl                ok      EPERM   =
abi           int80_io_uring             EFAULT  ENOSYS  =
abi           int80_userfaultfd          ok      EPERM   =
abi           int80_socketcall_race      real=[1-9].*  real=0 connected=[1-9].*  =
abi           io_uring                   real    ENOSYS  =
abi           io_uring_polled            .*      ENOSYS  =
abi           io_uring_inherited         real    EBADF   =       inherit,9
abi           io_uring_register          EINVAL  ENOSYS  =
abi32         connect                    real    proxy   =
abi32         socketcall                 real    proxy   =
abi32         vdso                       real    proxy   =
# ---- filters and tracing
process       filter_listener            ok      EBUSY   =
process       filter_allow               real    proxy   =
process       filter_log                 real    proxy   =
process       filter_trace               ENOSYS  proxy   =
process       filter_errno               EPERM   =       =
process       filter_notify              ENOSYS  =       =
process       ptrace_rewrite             real    proxy   =
process       ptrace_suspend_seccomp     ok      EPERM   =
# ---- others
process       bystander_ptrace           ok      EPERM   =       bystander
process       bystander_descriptor       real    EPERM   =       bystander
process       bystander_memory           ok      EPERM   =       bystander
process       bystander_proc_mem         ok      EACCES  =       bystander
process       bystander_proc_fd          ok      EACCES  =       bystander
process       bystander_signal           ok      EPERM   =       bystander
process       bystander_pidfd_signal     ok      EPERM   =       bystander
process       bystander_root             real    proxy|EACCES  =  bystander
process       bystander_cwd              real    proxy|EACCES  =  bystander
process       supervisor_ptrace          -       EPERM   =
process       supervisor_memory          -       EPERM   =
process       supervisor_proc_mem        -       EACCES  =
process       supervisor_descriptors     -       taken=0  =
process       supervisor_signal          -       EPERM   =
process       supervisor_signals         -       proxy   =
process       supervisor_sigio           -       proxy   =
process       group_signals              -       proxy   =
process       child_of_supervisor        -       proxy proxy  =
process       supervisor_limit           -       proxy|not real|  =    killed
process       inherited_connection       real    EBADF   =       inherit
process       inherited_directory        real    ENOENT  =       inherit
process       inherited_any              open=[3-9]  open=0  =   inherit
process       tiocsti                    ok      EPERM   =
process       tiocsti_high               ok      EPERM   =
process       tioclinux                  ENOTTY  EPERM   =
process       window_size                ok      =       =
process       as_nobody                  EACCES  =       =       private
process       as_nobody_guard            real    proxy   =
process       as_nobody_effective        EACCES  =       =       private
process       as_nobody_files            EACCES  =       =       private
process       as_root_of_namespace       EACCES  =       =       private
process       as_root_without_override   EACCES  =       =       private
process       as_root_after_nobody       EACCES then other  =  EACCES then EACCES  private
process       forged_name                real    proxy   =
# ---- tasks
threads       thread                     real    proxy   =
threads       thread_own_files           real    proxy   =
threads       thread_own_directory       real    proxy   =
threads       exited_leader              real    proxy   =
threads       vfork_child                real    proxy   =
threads       process_shared_files       real    proxy   =
threads       process_own_files          real    proxy   =
threads       process_shared_directory   real    proxy   =
threads       process_without_signal     real    proxy   =
threads       exec_beside                real    proxy   =
# ---- faults
faults        killed_before              -       ENOSYS  =       killed
faults        killed_during              -       ENOSYS  =       killed,full
faults        killed_under_load          -       real=0  =       killed
faults        orphan_alone               real    ENOSYS  =
faults        orphan_lingering           real    proxy   =       linger
faults        orphan_holding             -       promptly  =
faults        exit_while_pending         leaving  =      =       full,status=7
faults        killed_while_pending       leaving  =      =       full,status=137
faults        userfault                  ok      EPERM   =
faults        hung_address               real    proxy   -
faults        hung_path                  real    proxy   -
faults        hung_paths                 real promptly  proxy promptly  -
faults        crowd_blocked              real    proxy|EAGAIN  =  full
faults        storm_restarting           stormy EISCONN=0 EINTR=none failed=0  =  =
faults        storm_interrupting         stormy EISCONN=0 EINTR=.* failed=0  =  =
faults        storm_retrying             failed=0  =     =
faults        blocked_interrupted        EINTR promptly  =  =    full
faults        blocked_restarted          handled  =      =       full
faults        blocked_timeout            EAGAIN in time  =  =    full
faults        blocked_nonblocking        EAGAIN  =       =       full
faults        blocked_killed             killed promptly  =  =   full
faults        blocked_beside             real other  proxy other  =  full
faults        blocked_interrupted_beside_busy  EINTR promptly  =  =  full
faults        blocked_killed_beside_busy  real   proxy   =       full
faults        stopped_for_a_while        real    proxy   =
faults        forks                      proxied=0  proxied=500  =
faults        own_limit                  real    proxy   =
faults        held_connections           connected=1000  =  =
faults        few_descriptors            -       (all|some) then proxy  =
faults        descriptors_run_out        -       proxy   =
faults        plain                      real    proxy   =       limit=1024
faults        many_connects              -       failed=0 same  =
faults        many_orphans               -       same    =
faults        many_sockets               real    proxy|E.*  =
# ---- a guarded TCP endpoint
net           loopback                   real    proxy   =       tcp
net           loopback_another           real    proxy   =       tcp
net           any_address                real    proxy   =       tcp
net           loopback_6                 real    proxy   =       tcp
net           any_address_6              real    proxy   =       tcp
net           mapped                     real    proxy   =       tcp
net           mapped_any                 real    proxy   =       tcp
net           multipath                  real|E.*  proxy|E.*  =  tcp
net           smc                        real|E.*  proxy|E.*  =  tcp
net           family_unspec              .*      =       =       tcp
net           scope_id                   real    proxy   =       tcp
net           longer_address             real    proxy   =       tcp
net           nonblocking                real    proxy   =       tcp
net           fast_open_tcp              real    proxy|E.*  =    tcp
net           fast_open_multipath        real|E.*  proxy|E.*  =  tcp
net           fast_open_message          .*      proxy|E.*|none  =  tcp
net           fast_open_int80            real    proxy|E.*  =    tcp
net           fast_open_socketcall       real    proxy|E.*  =    tcp
net           flooded_4                  real    proxy   =       tcp
net           flooded_6                  real    proxy   =       tcp
net           fast_open_connect          real    proxy|E.*  =    tcp
"""

# Where connect(2) is not what it is without us, and why:
EDGE_DIFFERENCES = {
    # On x86 the processor lets both be read; another process's memory is read by
    # what its mapping says.
    "a page to write only": ("connected", "EFAULT"),
    "a page to execute only": ("connected", "EFAULT"),
}


# What preload mode cannot see, or sees otherwise; all else is as in the column for root.
PRELOADED = ("paths", "paths-static", "namespaces", "threads", "abi32")
PRELOAD_DIFFERENCES = {
    # No C library is in between.
    "paths-static plain": "real", "abi32 connect": "real", "abi32 socketcall": "real",
    "abi32 vdso": "real",
    # The tool looks at the guarded name when it connects, and never before.
    "paths restarted_renamed": "real", "paths restarted_hard_link_alone": "real",
    "paths started_renamed": "real",
    # The guard's own socket is not below the new root.
    "namespaces changed_root": "ENOENT", "namespaces changed_root_dots": "ENOENT",
    "namespaces outside_changed_root": "ENOENT", "namespaces link_in_changed_root": "ENOENT",
    "namespaces pivoted_root": "ENOENT",
    # The guarded name is guarded, whatever is there.
    "namespaces overmounted_by_other": "proxy",
}


class Lacking(Exception):
    """This machine cannot do what the attack needs."""


class Server(threading.Thread):
    """Answers on any number of listeners, each with a word of its own."""

    def __init__(self):
        super().__init__(daemon=True)
        self.poll = select.epoll()
        self.listeners, self.words, self.counts = {}, {}, {}
        self.start()

    def add(self, listener, word):
        listener.setblocking(False)
        self.listeners[listener.fileno()] = (listener, word)
        self.poll.register(listener, select.EPOLLIN)

    def remove(self, listener):
        del self.listeners[listener.fileno()]
        self.poll.unregister(listener)
        listener.close()

    def accept(self, listener, word, most):
        with contextlib.suppress(BlockingIOError, OSError):
            for _ in range(most):
                conn, _ = listener.accept()
                self.counts[word] = self.counts.get(word, 0) + 1
                self.words[conn.fileno()] = (conn, word)
                self.poll.register(conn, select.EPOLLIN)

    def answer(self, fd):
        conn, word = self.words[fd]
        try:
            data = conn.recv(65536)
            if data:
                word = word.split()[0]
                conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" %
                          (len(word), word.encode()))
                return
        except OSError:
            pass
        del self.words[fd]
        conn.close()

    def run(self):
        while True:
            for fd, _ in self.poll.poll():
                if fd in self.listeners:
                    # Those that have ended are closed in between, or there are too many.
                    self.accept(*self.listeners[fd], 64)
                elif fd in self.words:
                    self.answer(fd)


def listen(path, mode=0o666, owner=None, backlog=4096):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    if path[0] != "\0":
        # An attack may have moved it already.
        with contextlib.suppress(FileNotFoundError):
            os.chmod(path, mode)
            if owner is not None:
                os.chown(path, owner, owner)
    listener.listen(backlog)
    return listener


class Site:
    """A directory of sockets for one run of one case, owned by who attacks."""

    number = 0

    def __init__(self, base, server, uid, needs):
        Site.number += 1
        self.base, self.server, self.uid, self.needs = base, server, uid, needs
        self.dir = f"{base}/{Site.number}"
        self.kept = []
        for name in ("", "run", "other", "engine", "work", "private"):
            os.mkdir(f"{self.dir}/{name}")
            os.chown(f"{self.dir}/{name}", uid, uid)
        self.guard = f"{self.dir}/run/docker.sock"
        self.other = f"{self.dir}/other/other.sock"
        self.work = f"{self.dir}/work"
        self.word = f"REAL {Site.number}"
        self.mine = []
        self.listen("other/other.sock", "OTHER")
        self.listen("engine/engine.sock", "PROXIED")
        self.decoy = None if "absent" in needs else self.listen("run/docker.sock", self.word)
        self.extra = []
        self.bystander = None
        for need in ("bystander", "private", "full", "abstract", "engine", "tcp"):
            if need in needs:
                getattr(self, "need_" + need)()

    def listen(self, name, word, **more):
        listener = listen(f"{self.dir}/{name}", owner=more.pop("owner", self.uid), **more)
        self.server.add(listener, word)
        self.mine.append(listener)
        return listener

    def need_bystander(self):
        conn = socket.socket(socket.AF_UNIX)
        conn.connect(self.guard)
        self.bystander = subprocess.Popen(
            ["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, user=self.uid,
            group=self.uid, extra_groups=[], cwd=f"{self.dir}/run", pass_fds=(7,),
            preexec_fn=lambda: os.dup2(conn.fileno(), 7))
        conn.close()
        self.extra = [str(self.bystander.pid)]

    def need_private(self):
        self.listen("private/private.sock", "OTHER", mode=0o600, owner=STRANGER)
        self.extra = [f"{self.dir}/private/private.sock"]

    def need_full(self):
        path = f"{self.dir}/private/full.sock"
        self.kept.append(listen(path, owner=self.uid, backlog=0))
        with contextlib.suppress(BlockingIOError):
            while True:
                filler = socket.socket(socket.AF_UNIX)
                filler.setblocking(False)
                self.kept.append(filler)
                filler.connect(path)
        self.extra = [path]

    def need_abstract(self):
        listener = listen("\0" + self.other)
        self.server.add(listener, "OTHER")
        self.mine.append(listener)

    def need_engine(self):
        self.extra = [f"{self.dir}/engine/engine.sock"]

    def need_tcp(self):
        listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.server.add(listener, self.word)
        self.mine.append(listener)
        self.extra = [str(listener.getsockname()[1])]

    def restart(self):
        if self.decoy:
            self.mine.remove(self.decoy)
            self.server.remove(self.decoy)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.guard)
        self.decoy = self.listen("run/docker.sock", self.word)

    def reached(self):
        """How many have reached the decoy, but for those of the preparations."""
        for listener in self.mine:
            self.server.accept(listener, self.server.listeners[listener.fileno()][1], sys.maxsize)
        by_ourselves = "bystander" in self.needs or "inherit" in self.needs
        return self.server.counts.get(self.word, 0) - by_ourselves

    def close(self):
        for listener in self.mine:
            self.server.remove(listener)
        for sock in self.kept:
            sock.close()
        if self.bystander:
            self.bystander.stdin.close()
            self.bystander.wait(DEADLINE)
        os.system(f"rm -rf {self.dir}")


def processes_of(session):
    """Those of a session that still run."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/stat", encoding="latin1") as stat:
                state, _, _, its_session = stat.read().rsplit(") ", 1)[1].split()[:4]
            if int(its_session) == session and state not in "XZ":
                found.append(int(pid))
    return found


class Run:
    """One run of one attack, with a conversation over its pipes."""

    def __init__(self, site, argv, uid, limit=None):
        self.site = site
        with open(f"{site.dir}/stderr", "wb") as stderr:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, user=uid,
                group=uid, extra_groups=[], start_new_session=True, cwd="/",
                preexec_fn=limit and (lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                 (limit, limit))))
        self.marked = None
        self.lines = []

    def open_things(self):
        pid = self.process.pid
        zombies = 0
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as children:
                    for child in children.read().split():
                        with open(f"/proc/{child}/stat", encoding="latin1") as stat:
                            zombies += stat.read().rsplit(") ", 1)[1][0] == "Z"
        return (len(os.listdir(f"/proc/{pid}/fd")), len(os.listdir(f"/proc/{pid}/task")), zombies)

    def compare(self):
        def same():
            self.seen = self.open_things()
            return self.seen[2] == 0 and all(
                now <= then + POOLS for now, then in zip(self.seen, self.marked))
        try:
            wait_for(same, "", 15)
            return "same"
        except Failure:
            return f"descriptors, threads, zombies {self.marked} became {self.seen}"

    def asked(self, what):
        if what in ("restart", "start"):
            self.site.restart()
        elif what == "kill":
            self.process.kill()
            self.process.wait(DEADLINE)
        elif what == "mark":
            self.marked = self.open_things()
        elif what == "compare":
            return self.compare()
        return "done"

    def talk(self):
        """What the attack printed, once nobody has its output open any more."""
        end, data = time.monotonic() + DEADLINE, b""
        out, poll = self.process.stdout.fileno(), select.poll()
        poll.register(out, select.POLLIN)
        while True:
            left = end - time.monotonic()
            check(left > 0 and poll.poll(left * 1000), f"it hangs; so far: {self.lines}")
            more = os.read(out, 65536)
            if not more:
                return
            data += more
            *lines, data = data.split(b"\n")
            for line in (line.decode(errors="replace") for line in lines):
                if line.startswith("@"):
                    with contextlib.suppress(BrokenPipeError):
                        os.write(self.process.stdin.fileno(), self.asked(line[1:]).encode() + b"\n")
                else:
                    self.lines.append(line)

    def finish(self):
        """Its exit status; what it leaves behind is a failure."""
        try:
            self.talk()
            try:
                status = self.process.wait(15)
            except subprocess.TimeoutExpired:
                raise Failure(f"it does not end; it said {self.lines}") from None
            wait_for(lambda: not processes_of(self.process.pid), "all its processes end", 15)
            return status if status >= 0 else 128 - status
        finally:
            for pid in processes_of(self.process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.process.stdin.close()
            self.process.stdout.close()


class Runner:
    """Where the programs are, and how they are run in each mode."""

    def __init__(self, base, programs, cetus_run):
        self.base = base
        self.bin = f"{base}/bin"
        self.server = Server()
        os.mkdir(self.bin)
        for name in PROGRAMS:
            shutil.copy(f"{programs}/{name}", f"{self.bin}/{name}")
        self.modes = ["bare"]
        if os.path.exists(cetus_run):
            shutil.copy(cetus_run, f"{self.bin}/cetus-run")
            self.modes += ["root", "user", "dropped"]
        library = os.path.join(os.path.dirname(cetus_run), "libcetus-preload.so")
        if os.path.exists(library):
            shutil.copy(library, f"{self.bin}/libcetus-preload.so")
            self.modes += ["preload"]
        for name, mode in (("setuid", 0o4755), ("unreadable", 0o711)):
            os.mkdir(f"{base}/{name}")
            shutil.copy(f"{programs}/paths", f"{base}/{name}/paths")
            os.chmod(f"{base}/{name}/paths", mode)

    def wrapped(self, site, needs, mode=""):
        argv = [f"{self.bin}/cetus-run", "-backend-addr", f"unix://{site.dir}/engine/engine.sock",
                "-protect", f"unix://{site.guard}", "-log-level", "4"]
        if "tcp" in needs:
            argv += ["-protect", f"tcp://127.0.0.1:{site.extra[0]}"]
        if "linger" in needs:
            argv += ["-linger"]
        if mode == "dropped":
            argv += ["-user", str(USER)]
        elif mode == "preload":
            argv += ["-mode", "preload"]
        return argv + ["--"]

    def run(self, program, attack, mode, needs):
        """What it said, its status, how often the decoy was reached, and the errors."""
        user = mode in ("user", "dropped") or (mode == "bare" and "bare-user" in needs)
        site = Site(self.base, self.server, USER if user else 0, needs)
        uid = USER if user and mode != "dropped" else 0
        where = next((f"{self.base}/{n}" for n in ("setuid", "unreadable") if n in needs), self.bin)
        argv = [f"{where}/{program}", attack, site.guard, site.other, site.work,
                *([need for need in needs if need.isdigit()] or site.extra)]
        if mode != "bare":
            argv = self.wrapped(site, needs, mode) + argv
        if "inherit" in needs:
            argv = [f"{self.bin}/inherit", site.guard] + argv
        if "private-mounts" in needs:
            # It may take away the /proc that the sanitizers' leak check looks through.
            argv = ["env", "ASAN_OPTIONS=detect_leaks=0", "unshare", "-m", "--propagation",
                    "private", *(["-Ur"] if uid else []), *argv]
        limit = mode != "bare" and [int(n[6:]) for n in needs if n.startswith("limit=")]
        try:
            run = Run(site, argv, uid, limit[0] if limit else None)
            try:
                status = run.finish()
            except Failure as failure:
                raise Failure(f"{failure}{self.said(site)}") from None
            return run.lines, status, site.reached(), self.said(site)
        finally:
            site.close()

    @staticmethod
    def said(site):
        with open(f"{site.dir}/stderr", encoding="utf-8", errors="replace") as stderr:
            return "".join("\n        " + line.rstrip() for line in stderr.readlines()[-8:])


def parse_table():
    for line in TABLE.splitlines():
        if not line or line.startswith("#"):
            continue
        program, attack, bare, *rest = re.split(r"\s{2,}", line)
        root = bare if rest[0] == "=" else rest[0]
        user = root if rest[1] == "=" else rest[1]
        needs = rest[2].split(",") if len(rest) > 2 else []
        outcomes = {"bare": bare, "root": root, "user": user}
        if program not in ("races", "faults", "net") and not {"unreadable", "private-mounts"} & {*needs}:
            outcomes["dropped"] = root if root == user else f"{root}|{user}"
        if program in PRELOADED:
            outcomes["preload"] = PRELOAD_DIFFERENCES.get(f"{program} {attack}", root)
        yield program, attack, outcomes, needs


def run_case(runner, program, attack, expected, needs):
    """The outcomes by mode, or a Failure."""
    seen, problems = {}, []
    for mode, pattern in expected.items():
        if pattern == "-" or mode not in runner.modes:
            continue
        try:
            lines, status, reached, errors = runner.run(program, attack, mode, needs)
            seen[mode] = " ".join(lines)
            if mode == "bare" and seen[mode].startswith("cannot ") and not MUST_WORK:
                raise Lacking(seen[mode])
            if not re.fullmatch(pattern, seen[mode]):
                problems.append(f"{mode}: {seen[mode]!r} is not {pattern!r}{errors}")
            if mode != "bare" and reached and (mode, pattern) != ("preload", "real"):
                problems.append(f"{mode}: THE REAL SOCKET WAS REACHED, {reached} times")
            wanted = [int(n[7:]) for n in needs if n.startswith("status=")] or [0]
            if status != wanted[0] and not (mode != "bare" and "killed" in needs):
                problems.append(f"{mode}: exit status {status}{errors}")
            if "\nlevel=forged" in errors:
                problems.append(f"{mode}: a line of the log is forged")
        except Failure as failure:
            problems.append(f"{mode}: {failure}")
    check(not problems, "\n    ".join(problems))
    return seen


# ---- what is more than a row ----------------------------------------------------------


def edges_are_the_same(runner, user):
    """Every odd case of connect(2) says the same as without us."""
    seen = {}
    for mode in ("bare", user):
        needs = ["bare-user"] if user == "user" else []
        lines, status, reached, errors = runner.run("edge", "edges", mode, needs)
        check(status == 0, f"{mode}: exit status {status}, {lines[-1:]}{errors}")
        check(mode == "bare" or not reached, "the real socket was reached")
        seen[mode] = dict(line.split(": ", 1) if not line.startswith("kept") else
                          line.rsplit(": ", 1) for line in lines)
    check(len(seen["bare"]) > 150, f"only {len(seen['bare'])} edges")
    differ = [f"{name}: bare {said}, wrapped {seen[user].get(name)}"
              for name, said in seen["bare"].items() if seen[user].get(name) != said
              and EDGE_DIFFERENCES.get(name) != (said, seen[user].get(name))]
    check(not differ, "\n    ".join(differ))
    return f"{len(seen['bare'])} edges"


def random_paths_lead_to_the_same(runner, user):
    """Thousands of paths through links, mounts and /proc, judged as the kernel does."""
    seen = {}
    for mode in ("bare", user):
        needs = ["bare-user"] if user == "user" else []
        lines, status, reached, errors = runner.run("edge", "walks", mode, needs)
        check(status == 0, f"{mode}: exit status {status}, {lines[-1:]}{errors}")
        check(mode == "bare" or not reached, f"the real socket was reached {reached} times")
        seen[mode] = [line.replace("-> proxy", "-> real") for line in lines]
    differ = [f"bare {bare}, wrapped {wrapped.split()[-1]}"
              for bare, wrapped in zip(seen["bare"], seen[user]) if bare != wrapped]
    check(not differ, f"{len(differ)} differ\n    " + "\n    ".join(differ[:20]))
    return f"{sum('-> real' in line for line in seen['bare'])} of {len(seen['bare'])} to it"


def killed_at_every_step(runner, user):
    """Wherever cetus-run is killed, nothing reaches the socket and nothing is left."""
    uid = USER if user == "user" else 0
    number = 1
    while True:
        site = Site(runner.base, runner.server, uid, [])
        try:
            run = Run(site, [f"{runner.bin}/step", str(number), *runner.wrapped(site, []),
                             f"{runner.bin}/paths", "plain", site.guard, site.other, site.work],
                      uid)
            status = run.finish()
            check(not site.reached() and "real" not in run.lines,
                  f"killed after {number} calls, the real socket was reached")
        except Failure as failure:
            raise Failure(f"killed after {number} calls: {failure}") from None
        finally:
            site.close()
        if status == 1:
            check(run.lines == ["proxy"], f"it ended by itself, having said {run.lines}")
            return f"{number} steps"
        check(status == 0, f"step ended with {status}")
        number += 1


def standard_input_to_the_socket_is_refused(runner, user):
    """A descriptor 0 that is connected to the guarded socket is no way around."""
    uid = USER if user == "user" else 0
    site = Site(runner.base, runner.server, uid, [])
    conn = socket.socket(socket.AF_UNIX)
    conn.connect(site.guard)
    try:
        done = subprocess.run([*runner.wrapped(site, []), "/bin/true"], stdin=conn, user=uid,
                              group=uid, extra_groups=[], capture_output=True, timeout=DEADLINE,
                              check=False)
        check(done.returncode == 125, f"exit status {done.returncode} {done.stderr.decode()}")
        return "exit status 125"
    finally:
        conn.close()
        site.close()


def nested_is_refused_with_a_reason(runner, user):
    """One in the other cannot work, and says so."""
    uid = USER if user == "user" else 0
    site = Site(runner.base, runner.server, uid, [])
    try:
        argv = runner.wrapped(site, [])
        done = subprocess.run([*argv, *argv, "/bin/true"], user=uid, group=uid, extra_groups=[],
                              capture_output=True, timeout=DEADLINE, check=False)
        check(done.returncode == 125, f"exit status {done.returncode} {done.stderr.decode()}")
        check(b"preload" in done.stderr, f"no way out is named: {done.stderr.decode()}")
        return "exit status 125"
    finally:
        site.close()


SPECIAL = (edges_are_the_same, random_paths_lead_to_the_same, killed_at_every_step, standard_input_to_the_socket_is_refused,
           nested_is_refused_with_a_reason)


def report(name, function, *arguments):
    begun = time.monotonic()
    try:
        said = function(*arguments)
    except (Failure, subprocess.TimeoutExpired) as failure:
        print(f"FAIL {name}\n    {failure}", flush=True)
        return False
    except Lacking as lacking:
        print(f"skip {name}: {lacking}", flush=True)
        return None
    if isinstance(said, dict):
        said = ", ".join(f"{mode} {outcome}" for mode, outcome in said.items())
    slow = time.monotonic() - begun
    print(f"ok   {name}: {said}" + (f" ({slow:.1f} s)" if slow > 2 else ""), flush=True)
    return True


def main():
    if os.getuid() != 0:
        print("run.py: needs root", file=sys.stderr)
        return 1 if MUST_WORK else 0
    programs, patterns = sys.argv[1], sys.argv[2:] or ["*"]
    if MUST_WORK and not os.path.exists(CETUS_RUN):
        print(f"run.py: no {CETUS_RUN}", file=sys.stderr)
        return 1
    os.umask(0o022)
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    results = []

    def wanted(name):
        return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)

    with tempfile.TemporaryDirectory(prefix="attack-", dir="/tmp") as base:
        os.chmod(base, 0o755)
        runner = Runner(base, programs, CETUS_RUN)
        for program, attack, expected, needs in parse_table():
            name = " ".join([program, attack, *needs[:1]])
            if wanted(name):
                results.append(report(name, run_case, runner, program, attack, expected, needs))
        for function in SPECIAL:
            for mode in ("root", "user"):
                name = f"{function.__name__} {mode}"
                if wanted(name) and mode in runner.modes:
                    results.append(report(name, function, runner, mode))
    print(f"{results.count(True)} passed, {results.count(False)} failed, "
          f"{results.count(None)} skipped")
    return 0 if True in results and False not in results else 1


if __name__ == "__main__":
    sys.exit(main())
