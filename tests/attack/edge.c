/*
 * Every odd case of connect(2), one line each. The lines of a run without us and of
 * one with us are compared: a program must not see the difference.
 */
#include "attack.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/mman.h>

static struct sockaddr_un sun;
static socklen_t sun_len;

static void say(const char *name, const char *what)
{
	printf("%s: %s\n", name, what);
}

/* A connect() whose socket is made for it; the answer is connected or an errno. */
static void try(const char *name, int fd, const void *addr, long len)
{
	long rc = syscall(SYS_connect, fd, addr, len);

	say(name, rc < 0 ? strerrorname_np(errno) : "connected");
	if (fd > 2 && fcntl(fd, F_GETFD) >= 0)
		close(fd);
}

static int new_socket(int family, int type)
{
	return must(socket(family, type | SOCK_CLOEXEC, 0), "socket");
}

static int stream(void)
{
	return new_socket(AF_UNIX, SOCK_STREAM);
}

/* ---- the length ---- */

static void lengths(void)
{
	static const long some[] = { 0,	  1,   2,	3,	 5,	   109,
				     110, 111, 112,	127,	 128,	   129,
				     256, -1,  INT_MAX, INT_MIN, 1L << 32, (1L << 32) + 110 };
	char buffer[512] = { 0 };
	size_t i;

	memcpy(buffer, &sun, sizeof(sun));
	for (i = 0; i < ARRAY_SIZE(some); i++)
		try(format("length %ld", some[i]), stream(), buffer, some[i]);
	for (i = 0; i < ARRAY_SIZE(some); i++)
		try(format("length %ld of a datagram socket", some[i]),
		    new_socket(AF_UNIX, SOCK_DGRAM), buffer, some[i]);
	for (i = 0; i < ARRAY_SIZE(some); i++)
		try(format("length %ld of an internet socket", some[i]),
		    new_socket(AF_INET, SOCK_STREAM), buffer, some[i]);
	try("the path without its end", stream(), &sun, sun_len - 1);
	try("the path without its last byte", stream(), &sun, sun_len - 2);
}

/* A path of 108 bytes that nothing ends. */
static void unterminated(void)
{
	struct sockaddr_un long_one = { .sun_family = AF_UNIX };
	size_t n = strlen(guard), slashes = sizeof(long_one.sun_path) - n;

	memset(long_one.sun_path, '/', slashes);
	memcpy(long_one.sun_path + slashes, guard, n);
	try("108 bytes unterminated", stream(), &long_one, sizeof(long_one));
	long_one.sun_path[107] = '\0';
	try("107 bytes, not its name", stream(), &long_one, sizeof(long_one));
}

static void embedded_nul(void)
{
	struct sockaddr_un padded = sun;

	memcpy(padded.sun_path + strlen(guard) + 1, "more", 5);
	try("bytes after the end", stream(), &padded, sizeof(padded));
	padded.sun_path[3] = '\0';
	try("an end in the middle", stream(), &padded, sizeof(padded));
	memset(&padded, 0, sizeof(padded));
	padded.sun_family = AF_UNIX;
	try("empty path", stream(), &padded, 3);
	try("all bytes nul", stream(), &padded, sizeof(padded));
	try("abstract, nobody there", stream(), &padded, 20);
}

/* ---- the address's memory ---- */

static void memory(void)
{
	char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);

	must(pages == MAP_FAILED ? -1 : 0, "mmap");
	try("NULL", stream(), NULL, sun_len);
	try("NULL of no length", stream(), NULL, 0);
	try("address 1", stream(), (void *)1, sun_len);
	try("a kernel address", stream(), (void *)0xffffffff81000000, sun_len);
	try("an address that is none", stream(), (void *)0x8000000000000000, sun_len);
	try("the end of addresses", stream(), (void *)-1L, sun_len);
	memcpy(pages + 4096 - 10, &sun, sizeof(sun));
	try("over a page's end", stream(), pages + 4096 - 10, sun_len);
	mprotect(pages + 4096, 4096, PROT_NONE);
	try("into a page without access", stream(), pages + 4096 - 10, sun_len);
	try("a page without access", stream(), pages + 4096, sun_len);
	munmap(pages + 4096, 4096);
	try("into a hole", stream(), pages + 4096 - 10, sun_len);
	try("a hole", stream(), pages + 4096, sun_len);
	memcpy(pages + 8192, &sun, sizeof(sun));
	mprotect(pages + 8192, 4096, PROT_WRITE);
	try("a page to write only", stream(), pages + 8192, sun_len);
	mprotect(pages + 8192, 4096, PROT_READ);
	try("a page to read only", stream(), pages + 8192, sun_len);
	mprotect(pages + 8192, 4096, PROT_EXEC);
	try("a page to execute only", stream(), pages + 8192, sun_len);
}

/* ---- the descriptor ---- */

static void descriptors(void)
{
	int pair[2];

	try("descriptor -1", -1, &sun, sun_len);
	try("descriptor 1000", 1000, &sun, sun_len);
	try("descriptor 1000 and NULL", 1000, NULL, sun_len);
	try("descriptor 1000, bad length", 1000, &sun, 1000);
	try("a file", must(open("/dev/null", O_RDWR), "open"), &sun, sun_len);
	try("a file and NULL", must(open("/dev/null", O_RDWR), "open"), NULL, sun_len);
	try("a path descriptor of a file", must(open("/dev/null", O_PATH), "open"), &sun, sun_len);
	try("a path descriptor of the socket", must(open(guard, O_PATH), "open"), &sun, sun_len);
	try("an epoll", must(epoll_create1(0), "epoll"), &sun, sun_len);
	must(pipe(pair), "pipe");
	try("a pipe", pair[0], &sun, sun_len);
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	try("one of a pair", pair[0], &sun, sun_len);
	must(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), "socketpair");
	try("one of a datagram pair", pair[0], &sun, sun_len);
	try("a socket, NULL, bad length", stream(), NULL, 1000);
}

/* ---- the socket's kind and state ---- */

static void kinds(void)
{
	struct sockaddr_un mine;
	socklen_t mine_len = address(&mine, in_work("mine"));
	int fd, fd2;

	try("datagram", new_socket(AF_UNIX, SOCK_DGRAM), &sun, sun_len);
	try("seqpacket", new_socket(AF_UNIX, SOCK_SEQPACKET), &sun, sun_len);
	try("raw", new_socket(AF_UNIX, SOCK_RAW), &sun, sun_len);
	try("nonblocking", new_socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK), &sun, sun_len);
	try("TCP", new_socket(AF_INET, SOCK_STREAM), &sun, sun_len);
	try("UDP", new_socket(AF_INET, SOCK_DGRAM), &sun, sun_len);
	try("TCP 6", new_socket(AF_INET6, SOCK_STREAM), &sun, sun_len);
	try("netlink", new_socket(AF_NETLINK, SOCK_RAW), &sun, sun_len);

	fd = stream();
	must(connect(fd, (struct sockaddr *)&sun, sun_len), "connect");
	fd2 = must(dup(fd), "dup");
	try("connected", fd, &sun, sun_len);
	try("connected, another name", fd2, &sun, sun_len);
	fd = stream();
	must(bind(fd, (struct sockaddr *)&mine, mine_len), "bind");
	fd2 = must(dup(fd), "dup");
	must(listen(fd, 1), "listen");
	try("listening", fd, &sun, sun_len);
	try("to itself", fd2, &mine, mine_len);
	try("to one's own listener gone", stream(), &mine, mine_len);
	fd = stream();
	must(bind(fd, (struct sockaddr *)&(struct sockaddr_un){ .sun_family = AF_UNIX },
		  sizeof(sa_family_t)),
	     "bind");
	try("bound", fd, &sun, sun_len);
	fd = stream();
	shutdown(fd, SHUT_RDWR);
	try("shut down", fd, &sun, sun_len);
}

static void families(void)
{
	struct sockaddr_un wrong = sun;
	static const int some[] = { AF_UNSPEC, AF_INET, AF_INET6, AF_NETLINK, 255, 65535 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(some); i++) {
		wrong.sun_family = some[i];
		try(format("family %d on a stream", some[i]), stream(), &wrong, sun_len);
		try(format("family %d on a datagram", some[i]), new_socket(AF_UNIX, SOCK_DGRAM),
		    &wrong, sun_len);
		if (some[i] != AF_INET)
			try(format("family %d on TCP", some[i]), new_socket(AF_INET, SOCK_STREAM),
			    &wrong, sun_len);
	}
}

/* ---- other paths ---- */

static void path(const char *name, const char *where)
{
	struct sockaddr_un to;
	socklen_t len = address(&to, where);

	try(name, stream(), &to, len);
}

static void paths(void)
{
	close(must(open(in_work("file"), O_CREAT | O_WRONLY, 0600), "create"));
	must(symlink("loop", in_work("loop")), "symlink");
	must(symlink("nothing", in_work("dangling")), "symlink");
	must(mkdir(in_work("closed"), 0), "mkdir");
	must(mkfifo(in_work("fifo"), 0600), "mkfifo");
	path("no such name", in_work("nothing"));
	path("no such directory", in_work("nothing/s"));
	path("below a file", in_work("file/s"));
	path("a file's path", in_work("file"));
	path("a directory", work);
	path("root", "/");
	path("a fifo", in_work("fifo"));
	path("a device", "/dev/null");
	path("a loop", in_work("loop"));
	path("a dangling link", in_work("dangling"));
	path("a directory that is closed", in_work("closed/s"));
	path("a name too long", format("/%0106d", 0));
	path("the socket as a directory", format("%s/", guard));
	path("below the socket", format("%s/x", guard));
	path("dot after the socket", format("%s/.", guard));
	path("no such descriptor", "/proc/self/fd/999");
	path("the descriptor of a file",
	     format("/proc/self/fd/%d", open(in_work("file"), O_RDONLY)));
	path("the descriptor of a socket", format("/proc/self/fd/%d", stream()));
	path("no such process", "/proc/999999999/root/x");
	path("a namespace", "/proc/self/ns/net");
	path("unguarded", other);
	must(chdir("/"), "chdir");
	path("relative at the root", guard + 1);
	must(mkdir(in_work("gone"), 0755), "mkdir");
	must(chdir(in_work("gone")), "chdir");
	must(rmdir(in_work("gone")), "rmdir");
	path("relative in a directory that is gone", "s");
	path("above a directory that is gone", "../x");
	must(chdir("/"), "chdir");
}

/* ---- TCP and UDP ---- */

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void internet(void)
{
	struct sockaddr_in to = loopback(0);
	struct sockaddr unspec = { .sa_family = AF_UNSPEC };
	socklen_t len = sizeof(to);
	int listener = new_socket(AF_INET, SOCK_STREAM), fd;

	must(bind(listener, (struct sockaddr *)&to, len), "bind");
	getsockname(listener, (struct sockaddr *)&to, &len);
	try("TCP, nobody listens", new_socket(AF_INET, SOCK_STREAM), &to, len);
	must(listen(listener, 5), "listen");
	try("TCP, somebody listens", new_socket(AF_INET, SOCK_STREAM), &to, len);
	try("TCP, nonblocking", new_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK), &to, len);
	try("TCP, length one short", new_socket(AF_INET, SOCK_STREAM), &to, len - 1);
	try("TCP on a unix socket", stream(), &to, len);
	fd = new_socket(AF_INET, SOCK_STREAM);
	must(connect(fd, (struct sockaddr *)&to, len), "connect");
	try("TCP, again", dup(fd), &to, len);
	try("TCP, dissolved", dup(fd), &unspec, sizeof(unspec));
	try("TCP, after that", fd, &to, len);
	fd = new_socket(AF_INET, SOCK_DGRAM);
	try("UDP", dup(fd), &to, len);
	try("UDP, another time", dup(fd), &to, len);
	try("UDP, dissolved", fd, &unspec, sizeof(unspec));
	to.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	try("UDP, broadcast", new_socket(AF_INET, SOCK_DGRAM), &to, len);
	to = loopback(0);
	try("TCP, port 0", new_socket(AF_INET, SOCK_STREAM), &to, len);
}

/* ---- sending to an address ---- */

static void send_to(const char *name, int fd, int flags)
{
	ssize_t n = sendto(fd, "x", 1, flags | MSG_NOSIGNAL, (struct sockaddr *)&sun, sun_len);

	say(format("sendto, %s", name), result(n));
	close(fd);
}

static void send_message(const char *name, int fd)
{
	struct iovec iov = { (void *)"x", 1 };
	struct mmsghdr m = { .msg_hdr = { .msg_name = &sun,
					  .msg_namelen = sun_len,
					  .msg_iov = &iov,
					  .msg_iovlen = 1 } };

	say(format("sendmsg, %s", name), result(sendmsg(fd, &m.msg_hdr, MSG_NOSIGNAL)));
	say(format("sendmmsg, %s", name), result(sendmmsg(fd, &m, 1, MSG_NOSIGNAL)));
	close(fd);
}

static void sends(void)
{
	static const struct {
		const char *name;
		int type;
	} kind[] = { { "stream", SOCK_STREAM },
		     { "datagram", SOCK_DGRAM },
		     { "seqpacket", SOCK_SEQPACKET } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kind); i++) {
		send_to(kind[i].name, new_socket(AF_UNIX, kind[i].type), 0);
		send_to(format("%s, fast open", kind[i].name), new_socket(AF_UNIX, kind[i].type),
			MSG_FASTOPEN);
		send_message(kind[i].name, new_socket(AF_UNIX, kind[i].type));
	}
}

/* ---- what a socket keeps when it is connected ---- */

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	getsockopt(fd, level, name, &value, &len);
	return value;
}

static void kept(void)
{
	int fd = new_socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK), twin, poll, size = 65536,
	    yes = 1;
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET };
	struct stat before, after;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes));
	size = option(fd, SOL_SOCKET, SO_SNDBUF);
	fstat(fd, &before);
	twin = must(dup(fd), "dup");
	poll = must(epoll_create1(0), "epoll_create");
	must(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
	while (epoll_wait(poll, &event, 1, 0) > 0)
		;
	must(connect(fd, (struct sockaddr *)&sun, sun_len), "connect");
	fstat(fd, &after);
	say("kept: inode", before.st_ino == after.st_ino ? "yes" : "no");
	say("kept: SO_SNDBUF", option(fd, SOL_SOCKET, SO_SNDBUF) == size ? "yes" : "no");
	say("kept: SO_PASSCRED", option(fd, SOL_SOCKET, SO_PASSCRED) == 1 ? "yes" : "no");
	say("kept: FD_CLOEXEC", fcntl(fd, F_GETFD) & FD_CLOEXEC ? "yes" : "no");
	say("kept: O_NONBLOCK", fcntl(fd, F_GETFL) & O_NONBLOCK ? "yes" : "no");
	say("kept: its twin is connected", send(twin, "", 0, MSG_NOSIGNAL) == 0 ? "yes" : "no");
	say("kept: epoll sees it",
	    epoll_wait(poll, &event, 1, 1000) == 1 && !(event.events & (EPOLLHUP | EPOLLERR)) ?
		    "yes" :
		    "no");
	say("error left", option(fd, SOL_SOCKET, SO_ERROR) == 0 ? "none" : "some");
	close(poll);
	close(twin);
	close(fd);
}

static const char *edges(void)
{
	sun_len = address(&sun, guard);
	lengths();
	unterminated();
	embedded_nul();
	memory();
	descriptors();
	kinds();
	families();
	paths();
	internet();
	sends();
	kept();
	return NULL;
}

/* ---- random paths ---- */

#define WALKS 3000

static const char *const names[] = {
	".",	"..",	"a",	 "b",  "up",	"root", "here", "sock",	  "other", "loop",
	"gone", "file", "self",	 "fd", "cwd",	"proc", "dev",	"long",	  "",	   "thread-self",
	"task", "net",	"mount", "ns", "magic", "exe",	"deep", "absent",
};

static void make_tree(void)
{
	must(mkdir(in_work("a"), 0755), "mkdir");
	must(mkdir(in_work("a/b"), 0755), "mkdir");
	close(must(open(in_work("file"), O_CREAT | O_WRONLY, 0600), "create"));
	must(symlink("..", in_work("up")), "symlink");
	must(symlink("../..", in_work("a/up")), "symlink");
	must(symlink("/", in_work("root")), "symlink");
	must(symlink(work, in_work("a/here")), "symlink");
	must(symlink(".", in_work("here")), "symlink");
	must(symlink(guard, in_work("sock")), "symlink");
	must(symlink("../../sock", in_work("a/b/sock")), "symlink");
	must(symlink(other, in_work("other")), "symlink");
	must(symlink(other, in_work("a/other")), "symlink");
	must(symlink("loop", in_work("loop")), "symlink");
	must(symlink("nothing", in_work("gone")), "symlink");
	must(symlink("/proc", in_work("proc")), "symlink");
	must(symlink("/proc", in_work("a/proc")), "symlink");
	must(symlink("/dev", in_work("dev")), "symlink");
	must(symlink("/proc/self/cwd", in_work("magic")), "symlink");
	must(symlink("/proc/thread-self/cwd/a/", in_work("deep")), "symlink");
	must(symlink("here/here/here/here/here/here/here/here/here/here", in_work("long")),
	     "symlink");
}

/* Who is at a path of names picked by chance, the same ones in every run. */
static void walk(unsigned *seed)
{
	char to[100] = "";
	size_t len = 0;
	int i, n = 1 + rand_r(seed) % 9;
	const char *name;

	if (rand_r(seed) % 8 == 0)
		len = snprintf(to, sizeof(to), "/proc/self/cwd/");
	for (i = 0; i < n; i++) {
		name = i == n - 1 && rand_r(seed) % 2 ? (rand_r(seed) % 3 ? "sock" : "other") :
							names[rand_r(seed) % ARRAY_SIZE(names)];
		if (len + strlen(name) + 2 > sizeof(to))
			break;
		len += sprintf(to + len, "%s%s", name,
			       i < n - 1 || rand_r(seed) % 16 == 0 ? "/" : "");
	}
	printf("%s -> %s\n", to, attempt(to));
}

static const char *walks(void)
{
	unsigned seed = 1;
	int i;

	make_tree();
	must(chdir(work), "chdir");
	for (i = 0; i < WALKS; i++)
		walk(&seed);
	return NULL;
}

static const struct attack attacks[] = {
	{ "walks", walks },
	{ "edges", edges },
};

int main(int argc, char **argv)
{
	return attack_main(argc, argv, attacks, ARRAY_SIZE(attacks));
}
