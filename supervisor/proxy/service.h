/*
 * service - what the service manager is told
 *
 * The protocol is sd_notify(3)'s: lines of NAME=VALUE in one datagram to the socket that
 * NOTIFY_SOCKET names. It is documented as stable, with an implementation to copy; for a
 * few lines libsystemd would be one more library in the process.
 *
 * The watchdog's timer runs in the loop that serves: who is stuck there is silent, and is
 * started again (sd_watchdog_enabled(3)).
 */
#ifndef PROXY_SERVICE_H
#define PROXY_SERVICE_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#define SERVICE_STATUS_S   10  /* seconds between two looks at the status without a watchdog */
#define SERVICE_STATUS_MAX 160 /* bytes of a status, NUL included */

struct worker;

/**
 * struct service - The service manager
 * @fd:		Connected socket, -1 if nobody wants to know
 * @watchdog_us: Silence after which it restarts us, 0 for never
 * @worker:	What is served; borrowed
 * @timer:	Of watchdog and status
 * @reload_failed: The rules in force are not those that were last to be read
 * @is_stopping: It was told so
 * @status:	What it was told last
 */
struct service {
	int fd;
	uint64_t watchdog_us;
	struct worker *worker;
	struct ev_timer timer;
	bool reload_failed;
	bool is_stopping;
	char status[SERVICE_STATUS_MAX];
};

/**
 * service_open() - Find out whether there is one
 * @s:	Filled; the caller owes service_close()
 *
 * The variables are removed, so that nobody who is started later speaks in our name. A
 * socket that cannot be connected to is logged. To be called before the sandbox is up.
 */
void service_open(struct service *s);

/** service_start() - Say that @worker serves, and how it does from now on */
void service_start(struct service *s, struct worker *worker);

/** service_reloading() - Say that the rules are being read again */
void service_reloading(struct service *s);

/** service_reloaded() - Say that this is over; @ok tells whether they are in force */
void service_reloaded(struct service *s, bool ok);

/** service_stopping() - Say, once, that we are about to end */
void service_stopping(struct service *s);

/** service_stop() - Say nothing more; in the worker's thread */
void service_stop(struct service *s);

/** service_close() - Close the socket */
void service_close(struct service *s);

#endif
