#include "hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "log.h"
#include "resolver.h"

struct host {
	struct list node;
	struct addr addr;
	struct resolver resolver;
	struct hosts_waiter first; /* for the answer at the start */
	ev_tstamp logged_at;	   /* when an error was there that is in the log */
	bool expected;		   /* since names were forgotten */
};

static void wake(struct list *waiting)
{
	struct hosts_waiter *w = list_entry(waiting, struct hosts_waiter, node);

	w->wake(w);
}

/* Once for each time that it was looked up in vain. */
static void log_error(struct host *host)
{
	const struct resolver *r = &host->resolver;

	if (!r->error || host->logged_at == r->answered_at)
		return;
	host->logged_at = r->answered_at;
	if (audit_may_log(NULL))
		log_event(LOG_LEVEL_WARNING, "a host name of allow-from cannot be looked up",
			  "host", host->addr.host, "error", r->error, NULL);
}

static void on_first(struct hosts_waiter *w)
{
	log_error(list_entry(w, struct host, first));
}

static struct host *find(struct hosts *h, const char *name)
{
	struct host *host;

	for (struct list *n = h->names.next; n != &h->names; n = n->next) {
		host = list_entry(n, struct host, node);
		if (strcmp(host->addr.host, name) == 0)
			return host;
	}
	host = calloc(1, sizeof(*host));
	if (!host)
		return NULL;
	host->addr.kind = ADDR_TCP;
	snprintf(host->addr.host, sizeof(host->addr.host), "%s", name);
	host->first.wake = on_first;
	list_init(&host->first.node);
	list_init(&host->node);
	list_append(&h->names, &host->node);
	resolver_init(&host->resolver, h->loop, &host->addr, wake);
	return host;
}

void hosts_init(struct hosts *h, struct ev_loop *loop)
{
	h->loop = loop;
	list_init(&h->names);
}

void hosts_expect(struct hosts *h, const struct access_list *a)
{
	for (size_t i = 0; i < a->n; i++) {
		struct host *host = a->entries[i].kind == ACCESS_HOST ?
					    find(h, a->entries[i].name) :
					    NULL;

		if (host)
			host->expected = true;
		if (host && list_empty(&host->first.node) &&
		    resolver_ready(&host->resolver, &host->first.node))
			log_error(host);
	}
}

static void drop(struct host *host)
{
	list_remove(&host->node);
	resolver_stop(&host->resolver);
	free(host);
}

/* Whoever waits for an answer, and the thread that looks it up, still need theirs. */
void hosts_forget(struct hosts *h)
{
	struct list *n, *next;

	for (n = h->names.next; n != &h->names; n = next) {
		struct host *host = list_entry(n, struct host, node);

		next = n->next;
		if (!host->expected && !host->resolver.lookup &&
		    list_empty(&host->resolver.waiting))
			drop(host);
		else
			host->expected = false;
	}
}

static bool has(const struct resolver_addrs *addrs, const struct in6_addr *addr)
{
	struct in6_addr one;

	for (size_t i = 0; i < addrs->n; i++)
		if (access_map((const struct sockaddr *)&addrs->list[i].sa, &one) &&
		    IN6_ARE_ADDR_EQUAL(&one, addr))
			return true;
	return false;
}

enum access_verdict hosts_have(struct hosts *h, const char *name, const struct in6_addr *addr,
			       struct hosts_waiter *waiter)
{
	struct host *host = find(h, name);
	struct resolver *r;

	if (!host)
		return ACCESS_NO;
	r = &host->resolver;
	list_remove(&waiter->node);
	if (!resolver_ready(r, &waiter->node))
		return ACCESS_WAIT;
	log_error(host);
	if (r->error && ev_now(h->loop) - r->good_at > HOSTS_KEEP_S)
		return ACCESS_NO;
	return has(&r->addrs, addr) ? ACCESS_YES : ACCESS_NO;
}

void hosts_stop(struct hosts *h)
{
	struct list *n, *next;

	for (n = h->names.next; n != &h->names; n = next) {
		struct host *host = list_entry(n, struct host, node);

		next = n->next;
		resolver_stop(&host->resolver);
		/* A lookup under way still has its resolver, and the process is ending. */
		if (!host->resolver.lookup)
			free(host);
	}
	list_init(&h->names);
}
