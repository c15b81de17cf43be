/*
 * A reply head, from the engine to the client: what is passed on is a reply by
 * the grammar, with the same status and phrase, and ends its body where the
 * engine's does; arriving in two parts changes nothing.
 */
#include "heads.h"
#include "http/write.h"
#include "oracle.h"

/* RFC 9112 section 6.3, from the field lines alone. */
static enum http_framing framing_of(const struct oracle_head *h, bool head_request)
{
	struct http_slice length = oracle_field(h, "Content-Length");

	if (head_request || h->status.p[0] == '1' || oracle_same(h->status, oracle_text("204")) ||
	    oracle_same(h->status, oracle_text("304")))
		return HTTP_NO_BODY;
	if (oracle_count(h, "Transfer-Encoding") > 0)
		return HTTP_CHUNKED;
	if (!length.p)
		return HTTP_UNTIL_CLOSE;
	while (length.len > 0 && length.p[0] == '0')
		length.p++, length.len--;
	return length.len > 0 ? HTTP_LENGTH : HTTP_NO_BODY;
}

/* As the proxy does, which passes a 101 only with a protocol it granted. */
static bool is_refused(const struct http_head *h)
{
	return h->status == 101 && !http_slice_is(h->upgrade, "tcp") &&
	       !http_slice_is(h->upgrade, "h2c") && !http_slice_is(h->upgrade, "websocket");
}

static void check_sent(const char *head, size_t len, struct http_head *h, bool head_request,
		       enum http_connection connection)
{
	static struct oracle_head in, out;
	static struct http_head again;
	char *bytes = fuzz_room(http_reply_bound(len)), own[64] = "";
	size_t out_len = http_write_reply(bytes, h, connection);

	MUST(oracle_read_reply(&in, (struct http_slice){ head, len }));
	MUST(oracle_read_reply(&out, (struct http_slice){ bytes, out_len }));
	MUST(oracle_same(out.status, in.status) && oracle_same(out.reason, in.reason));
	MUST(oracle_same(out.minor, oracle_text("1")));
	if (h->status == 101)
		snprintf(own, sizeof(own), "Connection: Upgrade\r\nUpgrade: %.*s\r\n",
			 (int)h->upgrade.len, h->upgrade.p);
	else if (connection == HTTP_CLOSE)
		snprintf(own, sizeof(own), "Connection: close\r\n");
	oracle_check_fields(&in, &out, own);
	MUST(framing_of(&in, head_request) == h->framing);
	MUST(framing_of(&out, head_request) == h->framing);

	/* One line of its own may be one too many. */
	MUST(http_parse_reply(&again, bytes, out_len) ==
	     (out.n_fields > HTTP_FIELDS_MAX ? HTTP_E_TOO_MANY_FIELDS : HTTP_OK));
	if (out.n_fields <= HTTP_FIELDS_MAX) {
		http_frame_reply(&again, head_request);
		MUST(again.status == h->status && again.framing == h->framing &&
		     again.content_length == h->content_length);
	}
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head h;
	size_t mode = fuzz_take(data, &size, 5), head_len, halves_len;
	size_t split = fuzz_take(data, &size, size < 2 ? 0 : size - 2);
	enum http_error e = heads_find((const char *)data, size, size, &head_len);

	MUST(heads_find((const char *)data, size, split, &halves_len) == e);
	MUST(halves_len == head_len);
	if (e != HTTP_OK || head_len == 0)
		return 0;
	char *head = fuzz_copy((const char *)data, head_len);
	if (http_parse_reply(&h, head, head_len) == HTTP_OK && !is_refused(&h)) {
		http_frame_reply(&h, mode % 2);
		check_sent(head, head_len, &h, mode % 2, (enum http_connection)(mode / 2));
	}
	free(head);
	return 0;
}
