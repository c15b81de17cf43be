/*
 * Where a connection may stop being HTTP, and where it may not.
 */
#include "cmocka_prelude.h"
#include "http/endpoint.h"

/* clang-format off */
static const struct {
	const char *method, *path;
	const char *protocol;	/* NULL where connections stay HTTP */
	bool raw;
} endpoints[] = {
	{ "POST", "/containers/abc/attach", "tcp", true },
	{ "POST", "/v1.43/containers/abc/attach", "tcp", true },
	{ "POST", "/v4.3.1/libpod/containers/abc/attach", "tcp", true },
	{ "POST", "/libpod/containers/abc/attach", "tcp", true },
	{ "POST", "/exec/abc/start", "tcp", true },
	{ "POST", "/v1.24/exec/abc/start", "tcp", true },
	{ "POST", "/v4/libpod/exec/abc/start", "tcp", true },
	{ "GET", "/containers/abc/attach/ws", "websocket", false },
	{ "GET", "/v1.43/containers/abc/attach/ws", "websocket", false },
	{ "POST", "/session", "h2c", false },
	{ "POST", "/v1.43/session", "h2c", false },
	{ "POST", "/grpc", "h2c", false },
	{ "POST", "/v1.43/grpc", "h2c", false },

	/* another method */
	{ "GET", "/containers/abc/attach", NULL, false },
	{ "GET", "/exec/abc/start", NULL, false },
	{ "POST", "/containers/abc/attach/ws", NULL, false },
	{ "GET", "/session", NULL, false },
	{ "PUT", "/grpc", NULL, false },
	{ "post", "/session", NULL, false },
	{ "POS", "/session", NULL, false },
	{ "POSTS", "/session", NULL, false },

	/* another path */
	{ "POST", "/", NULL, false },
	{ "POST", "/v1.43", NULL, false },
	{ "POST", "/v1.43/", NULL, false },
	{ "POST", "/libpod", NULL, false },
	{ "POST", "/v1.43/libpod", NULL, false },
	{ "POST", "/v1.43/libpod/", NULL, false },
	{ "POST", "/containers", NULL, false },
	{ "POST", "/containers/attach", NULL, false },
	{ "POST", "/containers/abc/attach/", NULL, false },
	{ "POST", "/containers/abc/attachx", NULL, false },
	{ "POST", "/containers/abc/attac", NULL, false },
	{ "POST", "/containers/abc/def/attach", NULL, false },
	{ "POST", "/containers/abc/start", NULL, false },
	{ "POST", "/exec/abc/resize", NULL, false },
	{ "POST", "/exec/start", NULL, false },
	{ "POST", "/exec/abc/start/x", NULL, false },
	{ "POST", "/x/exec/abc/start", NULL, false },
	{ "POST", "/session/", NULL, false },
	{ "POST", "/sessions", NULL, false },
	{ "POST", "/SESSION", NULL, false },
	{ "POST", "/session/x", NULL, false },
	{ "POST", "/v1.43/v1.43/session", NULL, false },
	{ "POST", "/v/session", NULL, false },
	{ "POST", "/V1.43/session", NULL, false },
	{ "POST", "/v1x/session", NULL, false },
	{ "POST", "/libpod/libpod/session", NULL, false },
	{ "POST", "/libpod/v1.43/session", NULL, false },
};

static const struct {
	const char *method, *path;
	const char *upgrade;	/* value of Upgrade, NULL without one */
	bool named;		/* by Connection */
	enum http_error error;
	bool asks;
} upgrades[] = {
	{ "POST", "/exec/a/start", NULL, false, HTTP_OK, false },
	{ "POST", "/exec/a/start", NULL, true, HTTP_OK, false },
	{ "POST", "/exec/a/start", "tcp", true, HTTP_OK, true },
	{ "POST", "/exec/a/start", "TCP", true, HTTP_OK, true },
	{ "POST", "/exec/a/start", "tcp", false, HTTP_OK, false },
	{ "POST", "/exec/a/start", "h2c", true, HTTP_E_UPGRADE, false },
	{ "POST", "/exec/a/start", "websocket", true, HTTP_E_UPGRADE, false },
	{ "POST", "/exec/a/start", "tcp, h2c", true, HTTP_E_UPGRADE, false },
	{ "POST", "/exec/a/start", "tcp,", true, HTTP_E_UPGRADE, false },
	{ "POST", "/exec/a/start", ",", true, HTTP_E_UPGRADE, false },
	{ "GET", "/containers/a/attach/ws", "websocket", true, HTTP_OK, true },
	{ "GET", "/containers/a/attach/ws", "WebSocket", true, HTTP_OK, true },
	{ "GET", "/containers/a/attach/ws", "tcp", true, HTTP_E_UPGRADE, false },
	{ "POST", "/session", "h2c", true, HTTP_OK, true },
	{ "POST", "/session", "h2", true, HTTP_E_UPGRADE, false },
	{ "POST", "/grpc", "h2c", true, HTTP_OK, true },
	{ "GET", "/containers/json", "h2c", true, HTTP_E_UPGRADE, false },
	{ "GET", "/containers/json", "h2c", false, HTTP_E_UPGRADE, false },
	{ "GET", "/containers/json", "tcp", true, HTTP_E_UPGRADE, false },
	{ "GET", "/containers/json", NULL, true, HTTP_OK, false },
};

#define RAW "application/vnd.docker.raw-stream"
#define MULTIPLEXED "application/vnd.docker.multiplexed-stream"

static const struct {
	const char *method, *path;
	unsigned int status;
	enum http_framing framing;
	const char *type;
	bool is_raw;
} streams[] = {
	{ "POST", "/exec/a/start", 200, HTTP_UNTIL_CLOSE, RAW, true },
	{ "POST", "/exec/a/start", 200, HTTP_UNTIL_CLOSE, MULTIPLEXED, true },
	{ "POST", "/containers/a/attach", 200, HTTP_UNTIL_CLOSE, RAW, true },
	{ "POST", "/exec/a/start", 200, HTTP_CHUNKED, RAW, false },
	{ "POST", "/exec/a/start", 200, HTTP_LENGTH, RAW, false },
	{ "POST", "/exec/a/start", 200, HTTP_NO_BODY, RAW, false },
	{ "POST", "/exec/a/start", 201, HTTP_UNTIL_CLOSE, RAW, false },
	{ "POST", "/exec/a/start", 404, HTTP_UNTIL_CLOSE, RAW, false },
	{ "POST", "/exec/a/start", 200, HTTP_UNTIL_CLOSE, "application/json", false },
	{ "POST", "/exec/a/start", 200, HTTP_UNTIL_CLOSE, "", false },
	{ "POST", "/exec/a/start", 200, HTTP_UNTIL_CLOSE, RAW "x", false },
	{ "GET", "/containers/a/logs", 200, HTTP_UNTIL_CLOSE, RAW, false },
	{ "GET", "/containers/a/attach/ws", 200, HTTP_UNTIL_CLOSE, RAW, false },
	{ "POST", "/session", 200, HTTP_UNTIL_CLOSE, RAW, false },
};
/* clang-format on */

static struct http_slice slice(const char *text)
{
	return (struct http_slice){ text, text ? strlen(text) : 0 };
}

/* The path at its exact size, where ASan sees a byte read too far. */
static const struct http_endpoint *find(const char *method, const char *path)
{
	size_t len = strlen(path);
	char *exact = malloc(len);
	const struct http_endpoint *ep;

	memcpy(exact, path, len);
	ep = http_endpoint_find(slice(method), exact, len);
	free(exact);
	return ep;
}

static void finds_the_endpoints_that_take_connections_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(endpoints); i++) {
		const struct http_endpoint *ep = find(endpoints[i].method, endpoints[i].path);

		if ((ep != NULL) != (endpoints[i].protocol != NULL))
			fail_msg("%s %s is %s", endpoints[i].method, endpoints[i].path,
				 ep ? ep->path : "none");
		if (!ep)
			continue;
		assert_string_equal(ep->protocol, endpoints[i].protocol);
		assert_int_equal(ep->raw, endpoints[i].raw);
	}
}

static void takes_only_the_protocol_of_the_endpoint(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(upgrades); i++) {
		const struct http_endpoint *ep = find(upgrades[i].method, upgrades[i].path);
		struct http_head h = {
			.upgrade = slice(upgrades[i].upgrade),
			.upgrade_named = upgrades[i].named,
		};
		enum http_error e = http_check_upgrade(&h, ep);

		if (e != upgrades[i].error)
			fail_msg("upgrades[%zu]: %s", i, http_error_text(e));
		if (e == HTTP_OK)
			assert_int_equal(http_asks_upgrade(&h, ep), upgrades[i].asks);
	}
}

static void http2_settings_are_refused_everywhere(void **state)
{
	struct http_head h = { .http2_settings = true };

	(void)state;
	assert_int_equal(http_check_upgrade(&h, NULL), HTTP_E_HTTP2_SETTINGS);
	h.upgrade = slice("h2c");
	h.upgrade_named = true;
	assert_int_equal(http_check_upgrade(&h, find("POST", "/session")), HTTP_E_HTTP2_SETTINGS);
}

static void a_stream_without_101_is_known_by_its_type_and_framing(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(streams); i++) {
		struct http_head reply = {
			.status = streams[i].status,
			.framing = streams[i].framing,
			.content_type = slice(streams[i].type),
		};

		if (http_is_raw_stream(&reply, find(streams[i].method, streams[i].path)) !=
		    streams[i].is_raw)
			fail_msg("streams[%zu]", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_endpoints_that_take_connections_over),
		cmocka_unit_test(takes_only_the_protocol_of_the_endpoint),
		cmocka_unit_test(http2_settings_are_refused_everywhere),
		cmocka_unit_test(a_stream_without_101_is_known_by_its_type_and_framing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
