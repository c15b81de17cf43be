#include "rehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "apipath.h"
#include "http/message.h"
#include "http/target.h"
#include "policy/glob.h"

#define HEAD_MAX (64 * 1024)
#define BODY_MAX 2048

#define ID    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define IMAGE "\"sha256:" ID "\""

/* What clients of every age can talk to. */
#define API_VERSION	"1.47"
#define API_VERSION_MIN "1.24"

/* ---- the answers ---- */

#define VERSION                                                             \
	"{\"Version\":\"28.0.0\",\"ApiVersion\":\"" API_VERSION             \
	"\",\"MinAPIVersion\":\"" API_VERSION_MIN                           \
	"\",\"Os\":\"linux\",\"Arch\":\"amd64\",\"KernelVersion\":\"6.1\"," \
	"\"Components\":[{\"Name\":\"Engine\",\"Version\":\"28.0.0\",\"Details\":{}}]}"
#define INFO                                                                                     \
	"{\"ID\":\"rehearsal\",\"Name\":\"rehearsal\",\"ServerVersion\":\"28.0.0\",\"OSType\":"  \
	"\"linux\",\"Architecture\":\"x86_64\",\"Driver\":\"overlay2\",\"Plugins\":{\"Volume\":" \
	"[\"local\"],\"Network\":[\"bridge\",\"host\",\"null\"],\"Log\":[\"json-file\"]},"       \
	"\"RegistryConfig\":{\"IndexConfigs\":{},\"InsecureRegistryCIDRs\":[],\"Mirrors\":[]},"  \
	"\"Swarm\":{\"LocalNodeState\":\"inactive\"},\"SecurityOptions\":[],\"Runtimes\":"       \
	"{\"runc\":{\"path\":\"runc\"}},\"DefaultRuntime\":\"runc\"}"
#define CONTAINER                                                                                 \
	"{\"Id\":\"" ID "\",\"Name\":\"/%s\",\"Created\":\"2024-01-01T00:00:00Z\",\"Path\":"      \
	"\"true\",\"Args\":[],\"Image\":" IMAGE ",\"State\":{\"Status\":\"running\",\"Running\":" \
	"true,\"Pid\":1,\"ExitCode\":0,\"StartedAt\":\"2024-01-01T00:00:00Z\"},\"RestartCount\":" \
	"0,\"Driver\":\"overlay2\",\"Mounts\":[],\"HostConfig\":{\"NetworkMode\":\"default\","    \
	"\"LogConfig\":{\"Type\":\"json-file\",\"Config\":{}}},\"Config\":{\"Image\":\"image\","  \
	"\"Labels\":{},\"Env\":[],\"Cmd\":[\"true\"],\"Volumes\":null},\"NetworkSettings\":"      \
	"{\"Networks\":{},\"Ports\":{}}}"
#define AN_IMAGE                                                                                \
	"{\"Id\":" IMAGE ",\"RepoTags\":[\"image:latest\"],\"RepoDigests\":[],\"Created\":"     \
	"\"2024-01-01T00:00:00Z\",\"Size\":1,\"Os\":\"linux\",\"Architecture\":\"amd64\","      \
	"\"Config\":{\"Env\":[],\"Cmd\":[\"true\"],\"Labels\":{},\"Volumes\":null},\"RootFS\":" \
	"{\"Type\":\"layers\",\"Layers\":[]}}"
#define NETWORK                                                                                  \
	"{\"Id\":\"" ID "\",\"Name\":\"%s\",\"Driver\":\"bridge\",\"Scope\":\"local\",\"IPAM\":" \
	"{\"Driver\":\"default\",\"Config\":[],\"Options\":null},\"Labels\":{},\"Options\":{},"  \
	"\"Containers\":{},\"Internal\":false,\"EnableIPv6\":false}"
#define VOLUME                                                                                     \
	"{\"Name\":\"%s\",\"Driver\":\"local\",\"Mountpoint\":\"/\",\"Labels\":{},\"Options\":{}," \
	"\"Scope\":\"local\"}"

/**
 * struct answer - What a request is answered
 * @method:	Method, NULL behind the last row
 * @path:	Behind the version; "*" is any text
 * @status:	Status
 * @body:	JSON, in which %s is the first name of the path; or ""
 * @makes:	From now on there are such things, a bit
 * @needs:	Without one of these bits it is not found
 */
struct answer {
	const char *method;
	const char *path;
	unsigned int status;
	const char *body;
	unsigned int makes;
	unsigned int needs;
};

enum { NETWORKS = 1, VOLUMES = 2 };

/* The first that matches. */
static const struct answer answers[] = {
	{ "GET", "/_ping", 200, "OK" },
	{ "HEAD", "/_ping", 200, "" },
	{ "GET", "/version", 200, VERSION },
	{ "GET", "/info", 200, INFO },
	{ "GET", "/events", 200, "" },
	{ "GET", "/system/df", 200, "{\"LayersSize\":0}" },
	{ "POST", "/auth", 200, "{\"Status\":\"Login Succeeded\"}" },
	{ "POST", "/build", 200, "{\"stream\":\"Successfully built 0123456789ab\\n\"}\n" },
	{ "POST", "/commit", 201, "{\"Id\":" IMAGE "}" },
	{ "GET", "/containers/json", 200, "[]" },
	{ "POST", "/containers/create", 201, "{\"Id\":\"" ID "\",\"Warnings\":[]}" },
	{ "POST", "/containers/*/exec", 201, "{\"Id\":\"" ID "\"}" },
	{ "POST", "/containers/*/wait", 200, "{\"StatusCode\":0}" },
	{ "POST", "/containers/*/update", 200, "{\"Warnings\":[]}" },
	{ "POST", "/containers/*", 204, "" },
	{ "DELETE", "/containers/*", 204, "" },
	{ "GET", "/containers/*/json", 200, CONTAINER },
	{ "GET", "/containers/*/logs", 200, "" },
	{ "GET", "/containers/*/top", 200, "{\"Titles\":[\"PID\"],\"Processes\":[]}" },
	{ "GET", "/containers/*/changes", 200, "[]" },
	{ "GET", "/containers/*/stats", 200, "{\"name\":\"/container\",\"id\":\"" ID "\"}\n" },
	{ "PUT", "/containers/*/archive", 200, "" },
	{ "GET", "/exec/*/json", 200,
	  "{\"ID\":\"" ID "\",\"Running\":false,\"ExitCode\":0,\"Pid\":1,\"ContainerID\":\"" ID
	  "\"}" },
	{ "POST", "/exec/*/start", 200, "" },
	{ "POST", "/exec/*", 200, "" },
	{ "GET", "/images/json", 200, "[]" },
	{ "GET", "/images/search", 200, "[]" },
	{ "GET", "/images/*/history", 200, "[]" },
	{ "GET", "/images/*/json", 200, AN_IMAGE },
	{ "GET", "/images/*", 200, "" },
	{ "POST", "/images/*/tag", 201, "" },
	{ "POST", "/images/*", 200, "{\"status\":\"done\"}\n" },
	{ "DELETE", "/images/*", 200, "[]" },
	{ "GET", "/distribution/*/json", 200, "{\"Descriptor\":{},\"Platforms\":[]}" },
	{ "GET", "/networks", 200, "[]" },
	{ "POST", "/networks/create", 201, "{\"Id\":\"" ID "\",\"Warning\":\"\"}",
	  .makes = NETWORKS },
	{ "GET", "/networks/*", 200, NETWORK, .needs = NETWORKS },
	{ "POST", "/networks/*", 200, "" },
	{ "DELETE", "/networks/*", 204, "" },
	{ "GET", "/volumes", 200, "{\"Volumes\":[],\"Warnings\":[]}" },
	{ "POST", "/volumes/create", 201, VOLUME, .makes = VOLUMES },
	{ "GET", "/volumes/*", 200, VOLUME, .needs = VOLUMES },
	{ "DELETE", "/volumes/*", 204, "" },
	{ "GET", "/services", 200, "[]" },
	{ "GET", "/tasks", 200, "[]" },
	{ "GET", "/nodes", 200, "[]" },
	{ "GET", "/plugins", 200, "[]" },
	{ "GET", "/secrets", 200, "[]" },
	{ "GET", "/configs", 200, "[]" },
	{ "POST", "*/prune", 200, "{}" },
	{ "POST", "*/create", 201, "{\"ID\":\"" ID "\"}" },
	{ "DELETE", "*", 204, "" },
	{ NULL }
};

static const struct answer not_found = { "", "", 404, "{\"message\":\"No such thing\"}" };

static unsigned int made; /* of struct answer; what is made by one thread others see in time */

static const struct answer *find_answer(const char *method, const char *path)
{
	for (const struct answer *a = answers; a->method; a++) {
		if (strcmp(a->method, method) != 0 || !glob_match(a->path, path))
			continue;
		__atomic_or_fetch(&made, a->makes, __ATOMIC_RELAXED);
		return (a->needs & ~__atomic_load_n(&made, __ATOMIC_RELAXED)) == 0 ? a : &not_found;
	}
	return &not_found;
}

/* ---- a connection ---- */

static void send_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		p += n;
		len -= (size_t)n;
	}
}

/* What a client attaches to has ended at once. */
static bool send_upgrade(int fd, const struct http_head *h)
{
	char text[256];
	int n;

	if (h->upgrade.len == 0 || !http_slice_is(h->upgrade, "tcp"))
		return false;
	n = snprintf(text, sizeof(text),
		     "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
		     "Content-Type: application/vnd.docker.raw-stream\r\n\r\n");
	send_all(fd, text, (size_t)n);
	return true;
}

static void send_answer(int fd, const struct answer *a, const char *name)
{
	char body[BODY_MAX], text[BODY_MAX + 512];
	int len, n;

	/* Names are those of a path, so that JSON needs them as they are, or not at all. */
	len = snprintf(body, sizeof(body), "%s", a->body);
	if (strstr(a->body, "%s")) {
		const char *mark = strstr(a->body, "%s");

		len = snprintf(body, sizeof(body), "%.*s%s%s", (int)(mark - a->body), a->body,
			       name[strcspn(name, "\"\\")] == '\0' ? name : "x", mark + 2);
	}
	n = snprintf(text, sizeof(text),
		     "HTTP/1.1 %u Rehearsed\r\nApi-Version: " API_VERSION "\r\nOstype: linux\r\n"
		     "Docker-Experimental: false\r\nServer: Docker/28.0.0 (linux)\r\n"
		     "Content-Type: application/json\r\nConnection: close\r\n",
		     a->status);
	if (a->status == 204)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "\r\n");
	else
		n += snprintf(text + n, sizeof(text) - (size_t)n, "Content-Length: %d\r\n\r\n%s",
			      len, body);
	send_all(fd, text, (size_t)n);
}

/* @room: for the target, HTTP_TARGET_MAX + 2 bytes */
static void answer(int fd, const struct http_head *h, char *room)
{
	char method[24], text[1024], name[256];
	struct http_target t;
	const char *path;
	size_t len, first;

	if (http_target_read(&t, h->target, room) != HTTP_OK || send_upgrade(fd, h))
		return;
	path = t.path;
	len = t.path_len;
	apipath_strip(&path, &len);
	first = apipath_segment(path, len);
	snprintf(method, sizeof(method), "%.*s", (int)h->method.len, h->method.p);
	snprintf(text, sizeof(text), "%.*s", (int)len, path);
	snprintf(name, sizeof(name), "%s", first + 1 < strlen(text) ? text + first + 2 : "x");
	name[strcspn(name, "/")] = '\0';
	send_answer(fd, find_answer(method, text), name);
}

/* One request a connection, so that where it ends need not be known. */
static void *serve(void *data)
{
	int fd = (int)(intptr_t)data;
	struct http_head *h = malloc(sizeof(*h));
	struct http_scan scan = { 0 };
	char *in = malloc(HEAD_MAX), *room = malloc(HTTP_TARGET_MAX + 2);
	size_t len = 0, head_len = 0;
	ssize_t n;

	while (in && h && head_len == 0 && len < HEAD_MAX) {
		n = recv(fd, in + len, HEAD_MAX - len, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
		if (http_scan_head(&scan, in, len, &head_len) != HTTP_OK)
			break;
	}
	if (room && head_len > 0 && http_parse_request(h, in, head_len) == HTTP_OK)
		answer(fd, h, room);
	shutdown(fd, SHUT_WR);
	while (in && recv(fd, in, HEAD_MAX, 0) > 0)
		;
	close(fd);
	free(room);
	free(in);
	free(h);
	return NULL;
}

static int start_thread(pthread_t *thread, void *(*run)(void *data), void *data)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(thread, NULL, run, data);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static void *accept_all(void *data)
{
	const struct rehearsal *r = data;
	pthread_t thread;

	for (;;) {
		int fd = accept4(r->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0)
			return NULL;
		if (start_thread(&thread, serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(thread);
		else
			close(fd);
	}
}

/* ---- the socket ---- */

static void set_addr(struct addr *a, const struct rehearsal *r, const char *name)
{
	*a = (struct addr){ .kind = ADDR_UNIX };
	snprintf(a->path, sizeof(a->path), "%.80s/%s", r->folder, name);
}

static int listen_at(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

int rehearsal_start(struct rehearsal *r, char *error)
{
	const char *tmp = getenv("TMPDIR");
	int rc;

	snprintf(r->folder, sizeof(r->folder), "%.60s/cetus-explain-XXXXXX",
		 tmp && tmp[0] == '/' ? tmp : "/tmp");
	r->fd = -1;
	if (!mkdtemp(r->folder)) {
		rc = -errno;
		snprintf(error, REHEARSAL_ERROR_MAX, "%s: %s", r->folder, strerror(-rc));
		return rc;
	}
	set_addr(&r->engine, r, "engine.sock");
	set_addr(&r->client, r, "client.sock");
	r->fd = listen_at(r->engine.path);
	rc = r->fd < 0 ? -errno : -start_thread(&r->thread, accept_all, r);
	if (rc == 0)
		return 0;
	snprintf(error, REHEARSAL_ERROR_MAX, "%s: %s", r->engine.path, strerror(-rc));
	rehearsal_end(r);
	return rc;
}

void rehearsal_end(struct rehearsal *r)
{
	unlink(r->engine.path);
	unlink(r->client.path);
	rmdir(r->folder);
}
