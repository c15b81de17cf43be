/*
 * intercept - decide on one connect, and make it
 *
 * The rule that all depends on: what is connected to is what was looked at. A
 * path is resolved to a descriptor, the descriptor is judged, and the connect
 * goes to that descriptor.
 */
#ifndef RUN_INTERCEPT_H
#define RUN_INTERCEPT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "creds.h"
#include "identity.h"
#include "notify.h"
#include "redirect.h"
#include "run.h"
#include "target.h"

#define INTERCEPT_MEMO_MAX     256 /* connected sockets whose thread was told otherwise */
#define INTERCEPT_COMPLAIN_MAX 64  /* complaints remembered, so as not to repeat them */
#define INTERCEPT_NONCE_LEN    16

/**
 * struct memo - A socket that was connected when its thread had left
 * @cookie:	Of the socket, never given twice; 0 for none
 * @tgid:	Process
 * @address:	What it was connected to, as the thread wrote it
 * @len:	Length of @address
 */
struct memo {
	uint64_t cookie;
	pid_t tgid;
	union target_address address;
	socklen_t len;
};

struct complaint {
	pid_t tgid;
	const char *what;
};

/**
 * struct intercept - What every connect is judged by
 * @config:	Gets redirected connections; borrowed
 * @identity:	Protected sockets; owned
 * @redirect:	Where they are redirected to
 * @own:	The supervisor's credentials
 * @testing:	The first connection is still to come: it is the self-test's, before there
 *		is a tool, and gets the nonce
 * @failed:	What could not be done, first; static, NULL if nothing
 */
struct intercept {
	const struct run_config *config;
	struct identity *identity;
	struct redirect redirect;
	struct creds own;
	atomic_bool testing;
	char nonce[INTERCEPT_NONCE_LEN];
	pthread_mutex_t lock; /* of what follows */
	const char *failed;
	size_t memo_next;
	struct memo memos[INTERCEPT_MEMO_MAX];
	size_t complaint_next;
	struct complaint complaints[INTERCEPT_COMPLAIN_MAX];
};

/** intercept_handle() - The handler for notify_new(); @data is the struct intercept */
void intercept_handle(void *data, struct notify_job *job);

#endif
