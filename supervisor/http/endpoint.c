#include "endpoint.h"

#include <string.h>

#include "apipath.h"

static const struct http_endpoint endpoints[] = {
	{ "POST", "/containers/*/attach", "tcp", true },
	{ "GET", "/containers/*/attach/ws", "websocket", false },
	{ "POST", "/exec/*/start", "tcp", true },
	{ "POST", "/session", "h2c", false },
	{ "POST", "/grpc", "h2c", false },
};

/* moby's streams, media types of API 1.24 and of 1.42. */
static const char *const raw_stream_types[] = {
	"application/vnd.docker.raw-stream",
	"application/vnd.docker.multiplexed-stream",
};

static bool segment_is(const char *path, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(path, name, len) == 0;
}

static bool path_matches(const char *pattern, const char *path, size_t len)
{
	while (*pattern == '/' && len > 0) {
		size_t want = apipath_segment(pattern, strlen(pattern));
		size_t have = apipath_segment(path, len);

		if (have == 0)
			return false;
		if (!segment_is(pattern + 1, want, "*") &&
		    (want != have || memcmp(pattern + 1, path + 1, want) != 0))
			return false;
		pattern += want + 1;
		path += have + 1;
		len -= have + 1;
	}
	return *pattern == '\0' && len == 0;
}

const struct http_endpoint *http_endpoint_find(struct http_slice method, const char *path,
					       size_t len)
{
	apipath_strip(&path, &len);
	for (size_t i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		if (segment_is(method.p, method.len, endpoints[i].method) &&
		    path_matches(endpoints[i].path, path, len))
			return &endpoints[i];
	return NULL;
}

enum http_error http_check_upgrade(const struct http_head *h, const struct http_endpoint *ep)
{
	if (h->http2_settings)
		return HTTP_E_HTTP2_SETTINGS;
	if (h->upgrade.len == 0)
		return HTTP_OK;
	return ep && http_slice_is(h->upgrade, ep->protocol) ? HTTP_OK : HTTP_E_UPGRADE;
}

bool http_asks_upgrade(const struct http_head *h, const struct http_endpoint *ep)
{
	return ep && h->upgrade.len > 0 && h->upgrade_named;
}

bool http_is_raw_stream(const struct http_head *reply, const struct http_endpoint *ep)
{
	if (!ep || !ep->raw || reply->status != 200 || reply->framing != HTTP_UNTIL_CLOSE)
		return false;
	for (size_t i = 0; i < sizeof(raw_stream_types) / sizeof(raw_stream_types[0]); i++)
		if (http_slice_is(reply->content_type, raw_stream_types[i]))
			return true;
	return false;
}
