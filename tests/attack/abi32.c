/*
 * A whole 32-bit program, without a C library: most systems that build this have
 * none for it. Connects to the guarded socket and prints who answered.
 *
 *	abi32 ATTACK GUARD OTHER WORK
 *
 * ATTACK is connect, socketcall, or vdso: by the entry the kernel recommends.
 */
#define SYS_EXIT       1
#define SYS_READ       3
#define SYS_WRITE      4
#define SYS_SOCKETCALL 102
#define SYS_CONNECT    362
#define AT_SYSINFO     32

struct sockaddr_un {
	unsigned short family;
	char path[108];
};

static void *vdso_entry;

static long int80(long nr, long a, long b, long c)
{
	long rc;

	__asm__ volatile("int $0x80" : "=a"(rc) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory");
	return rc;
}

static long vdso(long nr, long a, long b, long c)
{
	long rc;

	__asm__ volatile("call *%[entry]"
			 : "=a"(rc)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), [entry] "S"(vdso_entry)
			 : "memory");
	return rc;
}

static unsigned length(const char *s)
{
	unsigned n = 0;

	while (s[n])
		n++;
	return n;
}

static int contains(const char *s, const char *word)
{
	unsigned i, n = length(word);

	for (; *s; s++) {
		for (i = 0; i < n && s[i] == word[i]; i++)
			;
		if (i == n)
			return 1;
	}
	return 0;
}

static int say(const char *s)
{
	int80(SYS_WRITE, 1, (long)s, length(s));
	return int80(SYS_WRITE, 1, (long)"\n", 1) < 0;
}

/* Who answers at the other end. */
static int ask(int fd)
{
	static const char request[] = "GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n";
	static char reply[4097];
	long len = 0, n;

	int80(SYS_WRITE, fd, (long)request, sizeof(request) - 1);
	while (len < 4096 && (n = int80(SYS_READ, fd, (long)(reply + len), 4096 - len)) > 0) {
		len += n;
		if (contains(reply, "REAL"))
			return say("real");
		if (contains(reply, "PROXIED") || contains(reply, "cetus"))
			return say("proxy");
	}
	return say("none");
}

static int run(const char *attack, const char *guard)
{
	static struct sockaddr_un sun = { .family = 1 };
	long socket_args[] = { 1, 1, 0 }, connect_args[3];
	unsigned i;
	int fd, rc;

	for (i = 0; guard[i] && i < sizeof(sun.path) - 1; i++)
		sun.path[i] = guard[i];
	fd = int80(SYS_SOCKETCALL, 1, (long)socket_args, 0);
	if (fd < 0)
		return say("no socket");
	connect_args[0] = fd;
	connect_args[1] = (long)&sun;
	connect_args[2] = sizeof(sun);
	if (attack[0] == 'c')
		rc = int80(SYS_CONNECT, fd, (long)&sun, sizeof(sun));
	else if (attack[0] == 's')
		rc = int80(SYS_SOCKETCALL, 3, (long)connect_args, 0);
	else if (vdso_entry)
		rc = vdso(SYS_CONNECT, fd, (long)&sun, sizeof(sun));
	else
		return say("no entry");
	return rc < 0 ? say("refused") : ask(fd);
}

__attribute__((used)) void start(long *stack);

void start(long *stack)
{
	long argc = stack[0], *aux;
	char **argv = (char **)(stack + 1), **env = argv + argc + 1;

	while (*env)
		env++;
	for (aux = (long *)(env + 1); aux[0]; aux += 2)
		if (aux[0] == AT_SYSINFO)
			vdso_entry = (void *)aux[1];
	int80(SYS_EXIT, argc < 5 ? 2 : run(argv[1], argv[2]), 0, 0);
}

__asm__(".globl _start\n_start:\n\tmov %esp, %eax\n\tand $-16, %esp\n\tsub $12, %esp\n"
	"\tpush %eax\n\tcall start\n");
