/*
 * endpoint - the few endpoints where a connection stops being HTTP
 *
 * From moby's api/server/router (container, session, grpc) and podman's
 * pkg/api/server/register_*.go: exec start, attach, its websocket form, and
 * BuildKit's session and grpc. Nowhere else does an upgrade or a hijack pass.
 */
#ifndef HTTP_ENDPOINT_H
#define HTTP_ENDPOINT_H

#include "message.h"

/**
 * struct http_endpoint - An endpoint that may take the connection over
 * @method:	Its method
 * @path:	Segments behind the API version and /libpod; "*" is any one
 * @protocol:	The only Upgrade token it takes
 * @raw:	It also hijacks without an upgrade: a 200 of one of Docker's
 *		stream types whose body nothing ends
 */
struct http_endpoint {
	const char *method;
	const char *path;
	const char *protocol;
	bool raw;
};

/**
 * http_endpoint_find() - Find the endpoint of a request
 * @method:	Method
 * @path:	Decoded, clean path, @len bytes
 * @len:	Length of @path
 *
 * Return: the endpoint, or NULL where connections stay HTTP.
 */
const struct http_endpoint *http_endpoint_find(struct http_slice method, const char *path,
					       size_t len);

/**
 * http_check_upgrade() - Check that a request asks for no upgrade it may not have
 * @h:		Request head
 * @ep:		Its endpoint, or NULL
 */
enum http_error http_check_upgrade(const struct http_head *h, const struct http_endpoint *ep);

/** http_asks_upgrade() - Whether a checked request asks for its endpoint's upgrade */
bool http_asks_upgrade(const struct http_head *h, const struct http_endpoint *ep);

/**
 * http_is_raw_stream() - Whether a reply hijacks the connection without a 101
 * @reply:	Framed reply head
 * @ep:		Endpoint of the request, or NULL
 */
bool http_is_raw_stream(const struct http_head *reply, const struct http_endpoint *ep);

#endif
