#include "resolver.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

/*
 * A lookup is shared by its thread and, through @r, the resolver. The thread
 * only touches it and sends the event; the resolver reads it after that.
 */
struct lookup {
	struct resolver *r;
	char host[ADDR_HOST_MAX + 1];
	char port[sizeof("65535")];
	struct resolver_addrs addrs;
	const char *error;
};

static const char *collect(struct resolver_addrs *addrs, const char *host, const char *port,
			   int flags)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = flags }, *list;
	int rc = getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &list);

	if (rc != 0)
		return gai_strerror(rc);
	addrs->n = 0;
	for (struct addrinfo *ai = list; ai && addrs->n < RESOLVER_ADDRS_MAX; ai = ai->ai_next) {
		memcpy(&addrs->list[addrs->n].sa, ai->ai_addr, ai->ai_addrlen);
		addrs->list[addrs->n++].len = ai->ai_addrlen;
	}
	freeaddrinfo(list);
	return NULL;
}

static void set_unix(struct resolver_addrs *addrs, const char *path)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&addrs->list[0].sa;

	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, strlen(path) + 1);
	addrs->list[0].len = sizeof(*un);
	addrs->n = 1;
}

static void on_done(struct ev_loop *loop, struct ev_async *done, int revents)
{
	struct resolver *r = done->data;
	struct list waiting;

	(void)revents;
	r->error = r->lookup->error;
	if (!r->error) {
		r->addrs = r->lookup->addrs;
		r->good_at = ev_now(loop);
	}
	free(r->lookup);
	r->lookup = NULL;
	r->answered_at = ev_now(loop);

	list_init(&waiting);
	while (!list_empty(&r->waiting)) {
		struct list *node = r->waiting.next;

		list_remove(node);
		list_append(&waiting, node);
	}
	while (!list_empty(&waiting)) {
		struct list *node = waiting.next;

		list_remove(node);
		r->wake(node);
	}
}

static void *run_lookup(void *arg)
{
	struct lookup *l = arg;

	l->error = collect(&l->addrs, l->host, l->port, AI_ADDRCONFIG);
	ev_async_send(l->r->loop, &l->r->done);
	return NULL;
}

static const char *start_lookup(struct resolver *r)
{
	struct lookup *l = calloc(1, sizeof(*l));
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	if (!l)
		return strerror(ENOMEM);
	l->r = r;
	memcpy(l->host, r->addr->host, sizeof(l->host));
	snprintf(l->port, sizeof(l->port), "%u", r->addr->port);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	rc = pthread_create(&thread, &attr, run_lookup, l);
	pthread_attr_destroy(&attr);
	if (rc != 0) {
		free(l);
		return strerror(rc);
	}
	r->lookup = l;
	return NULL;
}

void resolver_init(struct resolver *r, struct ev_loop *loop, const struct addr *addr,
		   void (*wake)(struct list *waiting))
{
	char port[sizeof("65535")];

	*r = (struct resolver){
		.loop = loop, .addr = addr, .wake = wake, .answered_at = -RESOLVER_TTL
	};
	list_init(&r->waiting);
	ev_async_init(&r->done, on_done);
	r->done.data = r;
	ev_async_start(loop, &r->done);
	ev_unref(loop);
	if (addr->kind == ADDR_UNIX) {
		set_unix(&r->addrs, addr->path);
		r->fixed = true;
		return;
	}
	snprintf(port, sizeof(port), "%u", addr->port);
	r->fixed = !collect(&r->addrs, addr->host, port, AI_NUMERICHOST | AI_NUMERICSERV);
}

bool resolver_ready(struct resolver *r, struct list *node)
{
	if (r->fixed || ev_now(r->loop) - r->answered_at < RESOLVER_TTL)
		return true;
	if (!r->lookup) {
		r->error = start_lookup(r);
		if (r->error)
			return true;
	}
	list_append(&r->waiting, node);
	return false;
}

void resolver_stop(struct resolver *r)
{
	ev_ref(r->loop);
	ev_async_stop(r->loop, &r->done);
}
