/*
 * A request head, as the proxy takes it: found, parsed, judged and rebuilt. What
 * would be sent is a request by the grammar, is the judged one, and is rebuilt
 * to the same bytes when it is read again; arriving in two parts changes nothing.
 */
#include "heads.h"
#include "http/endpoint.h"
#include "http/write.h"
#include "oracle.h"

/* What became of one head; all owned, none a byte larger than promised. */
struct passed {
	struct http_head head;
	struct http_target target;
	const char *protocol;
	char *bytes, *room, *out;
	size_t len, out_len;
};

static enum http_error pass(struct passed *x, const char *p, size_t len, size_t split)
{
	const struct http_endpoint *ep;
	enum http_error e;

	x->bytes = x->room = x->out = NULL;
	e = heads_find(p, len, split, &x->len);
	if (e != HTTP_OK || x->len == 0)
		return e;
	x->bytes = fuzz_copy(p, x->len);
	e = http_parse_request(&x->head, x->bytes, x->len);
	if (e != HTTP_OK)
		return e;
	x->room = fuzz_room(x->head.target.len + 2);
	e = http_target_read(&x->target, x->head.target, x->room);
	if (e != HTTP_OK)
		return e;
	ep = http_endpoint_find(x->head.method, x->target.path, x->target.path_len);
	e = http_check_upgrade(&x->head, ep);
	if (e != HTTP_OK)
		return e;
	x->protocol = http_asks_upgrade(&x->head, ep) ? ep->protocol : NULL;
	x->out = fuzz_room(http_request_bound(x->len, &x->target));
	x->out_len = http_write_request(x->out, &x->head, &x->target, x->protocol);
	return e;
}

static void forget(struct passed *x)
{
	free(x->bytes);
	free(x->room);
	free(x->out);
}

static void check_sent(const struct passed *x)
{
	static struct oracle_head in, out;
	struct http_slice path = { x->target.path, x->target.path_len }, decoded;
	char own[64] = "";

	MUST(oracle_read_request(&in, (struct http_slice){ x->bytes, x->len }));
	MUST(oracle_read_request(&out, (struct http_slice){ x->out, x->out_len }));
	MUST(oracle_same(out.method, in.method) && oracle_same(out.method, x->head.method));
	MUST(oracle_same(out.minor, in.minor));
	MUST(oracle_is_target(out.target));

	const char *mark = memchr(out.target.p, '?', out.target.len);
	decoded.len = mark ? (size_t)(mark - out.target.p) : out.target.len;
	decoded.p = fuzz_room(decoded.len);
	decoded.len = oracle_decode((char *)decoded.p,
				    (struct http_slice){ out.target.p, decoded.len });
	MUST(oracle_same(decoded, path));
	free((char *)decoded.p);

	if (x->protocol)
		snprintf(own, sizeof(own), "Connection: Upgrade\r\nUpgrade: %s\r\n", x->protocol);
	oracle_check_fields(&in, &out, own);
	MUST(oracle_count(&out, "Host") <= 1 && (x->head.minor == 0 || oracle_count(&out, "Host")));
	MUST((x->head.framing == HTTP_CHUNKED) == (oracle_count(&out, "Transfer-Encoding") == 1));
	if (oracle_count(&out, "Content-Length") == 0)
		MUST(x->head.framing != HTTP_LENGTH);
	else
		MUST((x->head.framing == HTTP_LENGTH) !=
		     oracle_same(oracle_field(&out, "Content-Length"), oracle_text("0")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct passed whole, halves, again;
	size_t split = fuzz_take(data, &size, size < 2 ? 0 : size - 2);
	enum http_error e = pass(&whole, (const char *)data, size, size);

	MUST(pass(&halves, (const char *)data, size, split) == e && halves.len == whole.len);
	if (whole.out) {
		check_sent(&whole);
		MUST(oracle_same((struct http_slice){ whole.out, whole.out_len },
				 (struct http_slice){ halves.out, halves.out_len }));
		MUST(pass(&again, whole.out, whole.out_len, whole.out_len) == HTTP_OK);
		MUST(again.head.framing == whole.head.framing &&
		     again.head.content_length == whole.head.content_length);
		MUST(oracle_same((struct http_slice){ whole.out, whole.out_len },
				 (struct http_slice){ again.out, again.out_len }));
		forget(&again);
	}
	forget(&whole);
	forget(&halves);
	return 0;
}
