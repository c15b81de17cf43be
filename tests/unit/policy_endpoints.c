/*
 * Endpoints that confined refuses as a whole, that it lets pass, and that it does not know.
 */
#include "bodies.h"

/**
 * struct endpoint_row - A request without a body
 * @request:	Method, path and query
 * @finding:	Part of the refusal, NULL if it passes
 */
struct endpoint_row {
	const char *request;
	const char *finding;
};

/* clang-format off */
static const struct endpoint_row rows[] = {
	{ "POST /plugins/pull?remote=evil", "a program on the host" },
	{ "POST /v1.41/plugins/pull?remote=evil&name=x", "a program on the host" },
	{ "POST /plugins/a/b/upgrade?remote=evil", "a program on the host" },
	{ "POST /plugins/create?name=x", "a program on the host" },
	{ "POST /plugins/x/set", "a program on the host" },
	{ "POST /plugins/x/enable", "a program on the host" },
	{ "POST /plugins/x/disable", "a program on the host" },
	{ "POST /plugins/x/push", "whose content nobody judges" },
	{ "DELETE /plugins/x", "a program on the host" },
	{ "GET /plugins/privileges?remote=evil", "ask a registry" },
	{ "GET /plugins", NULL },
	{ "GET /plugins/x/json", NULL },

	{ "POST /swarm/init", "administers the cluster" },
	{ "POST /swarm/join", "administers the cluster" },
	{ "GET /swarm", "administers the cluster" },
	{ "GET /swarm/unlockkey", "administers the cluster" },
	{ "POST /nodes/x/update?version=1", "administers the cluster" },
	{ "GET /nodes", "administers the cluster" },
	{ "POST /secrets/create", "secrets and files" },
	{ "GET /secrets", "secrets and files" },
	{ "GET /configs/x", "secrets and files" },
	{ "DELETE /configs/x", "secrets and files" },
	{ "GET /services?status=1", NULL },
	{ "GET /services/x?insertDefaults=1", NULL },
	{ "GET /services/x/logs?stdout=1", NULL },
	{ "DELETE /services/x", NULL },
	{ "GET /tasks", NULL },
	{ "GET /tasks/x", NULL },
	{ "GET /tasks/x/logs?stdout=1", NULL },

	{ "GET /containers/x/archive?path=/etc", "files of any container" },
	{ "HEAD /containers/x/archive?path=/etc", "files of any container" },
	{ "PUT /containers/x/archive?path=/etc", "files of any container" },
	{ "POST /containers/x/copy", "files of any container" },
	{ "GET /containers/x/export", "files of any container" },
	{ "GET /containers/x/checkpoints?dir=/etc", "files of any container" },
	{ "POST /containers/x/checkpoints", "files of any container" },
	{ "DELETE /containers/x/checkpoints/y?dir=/etc", "files of the host" },
	{ "GET /containers/x/attach/ws?stdin=1", "looks like reading" },
	{ "POST /containers/x/rename?name=y", "taken for another container" },
	{ "POST /containers/x/start?checkpoint=c", "someone has saved" },
	{ "POST /containers/x/start?checkpoint-dir=/etc", "a folder of the host" },
	{ "POST /containers/x/start?detachKeys=ctrl-p", NULL },
	{ "POST /containers/x/stop?t=1&signal=TERM", NULL },
	{ "POST /containers/x/kill?signal=KILL", NULL },
	{ "POST /containers/x/restart", NULL },
	{ "POST /containers/x/pause", NULL },
	{ "POST /containers/x/unpause", NULL },
	{ "POST /containers/x/wait?condition=removed", NULL },
	{ "POST /containers/x/resize?h=1&w=2", NULL },
	{ "POST /containers/x/attach?stream=1&stdout=1&stderr=1&stdin=1", NULL },
	{ "DELETE /containers/x?force=1&v=1", NULL },
	{ "POST /containers/prune", "what others may need" },
	{ "GET /containers/json?all=1&limit=1&size=1&filters=%7B%7D", NULL },
	{ "GET /containers/x/json?size=1", NULL },
	{ "GET /containers/x/logs?follow=1&stdout=1&tail=all", NULL },
	{ "GET /containers/x/stats?stream=0&one-shot=1", NULL },
	{ "GET /containers/x/changes", NULL },
	{ "GET /containers/x/top", NULL },
	{ "GET /containers/x/top?ps_args=-ef", NULL },
	{ "GET /containers/x/top?ps_args=e", "a program of the host" },
	{ "GET /containers/x/json?brand-new=1", "nobody has judged" },
	{ "GET /containers/x/json?brand-new=0", NULL },
	{ "GET /exec/x/json", NULL },
	{ "POST /exec/x/resize?h=1&w=1", NULL },

	{ "POST /images/load?quiet=1", "whose content nobody judges" },
	{ "POST /images/a/b/push?tag=x", "whose content nobody judges" },
	{ "GET /images/get?names=x", "whose content nobody judges" },
	{ "GET /images/a/b/get", "whose content nobody judges" },
	{ "GET /images/search?term=x", "ask a registry" },
	{ "GET /distribution/alpine:latest/json", "ask a registry" },
	{ "DELETE /images/x?force=1", "what others may need" },
	{ "POST /images/prune", "what others may need" },
	{ "GET /images/json?all=1&digests=1", NULL },
	{ "GET /images/ghcr.io/acme/x:1/json", NULL },
	{ "GET /images/x/history", NULL },
	{ "POST /auth", "log in to a registry" },
	{ "POST /build/prune", "what others may need" },
	{ "POST /session", "nothing judges" },
	{ "POST /grpc", "nothing judges" },

	{ "POST /networks/prune", "what others may need" },
	{ "GET /networks?filters=%7B%7D", NULL },
	{ "GET /networks/x?verbose=1", NULL },
	{ "DELETE /networks/x", NULL },
	{ "POST /volumes/prune", "what others may need" },
	{ "DELETE /volumes/x?force=1", "what others may need" },
	{ "PUT /volumes/x?version=1", "storage of the cluster" },
	{ "GET /volumes", NULL },
	{ "GET /volumes/x", NULL },

	{ "GET /_ping", NULL },
	{ "HEAD /_ping", NULL },
	{ "GET /version", NULL },
	{ "GET /v1.24/info", NULL },
	{ "GET /events?since=1&until=2", NULL },
	{ "GET /system/df?type=volume", NULL },

	{ "GET /brand-new", "no constraint but" },
	{ "POST /containers/json", "no constraint but" },
	{ "GET /v1.41x/info", "no constraint but" },
	{ "GET /v1.41/v1.41/info", "no constraint but" },
	{ "GET /containers//json", "no constraint but" },
};
/* clang-format on */

static void refuses_what_reaches_the_host_or_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(rows); i++)
		body_verdict("+ confined", rows[i].request, NULL, !rows[i].finding,
			     rows[i].finding ? rows[i].finding : "");
	printf("%zu requests\n", N_OF(rows));
	body_check_none_failed();
}

static void refuses_them_under_any_named_constraint(void **state)
{
	(void)state;
	body_verdict("+ image alpine", "POST /images/load", NULL, false, "nobody judges");
	body_verdict("+ privileged", "POST /plugins/pull?remote=x", NULL, false, "program");
	body_verdict("+ query path ^/srv", "GET /containers/x/archive?path=/srv", NULL, true, "");
	body_check_none_failed();
}

/* The privileges that a plugin asks for come as an array. */
static void refuses_a_plugin_whatever_its_body(void **state)
{
	static const char *const bodies[] = {
		NULL, "", "[]", "{}", "null", "[{\"Name\":\"network\",\"Value\":[\"host\"]}]"
	};

	(void)state;
	for (size_t i = 0; i < N_OF(bodies); i++)
		body_verdict("+ confined", "POST /plugins/pull?remote=x", bodies[i], false,
			     "a program on the host");
	body_check_none_failed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_reaches_the_host_or_others),
		cmocka_unit_test(refuses_them_under_any_named_constraint),
		cmocka_unit_test(refuses_a_plugin_whatever_its_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
