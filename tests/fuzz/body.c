/*
 * A body on its way: how much of it is taken, and when it ends, is what the
 * grammar says and does not depend on where it is split, nor on what is passed on
 * unseen; llhttp, if it takes the chunks that are passed on, finds the same payload
 * in them.
 */
#include <llhttp.h>

#include "fuzz.h"
#include "http/body.h"
#include "oracle.h"

struct fed {
	enum http_error error;
	bool done;
	size_t taken;
};

/* What is opaque behind the split, the proxy takes through a pipe. */
static size_t skip(struct http_body *body, size_t left)
{
	uint64_t opaque = http_body_opaque(body);

	if (opaque < left)
		left = (size_t)opaque;
	http_body_skip(body, left);
	return left;
}

/**
 * feed() - Pass a body on
 * @h:		Head it belongs to
 * @bytes:	The body, or more
 * @split:	How many arrive first
 * @piped:	Skip what may be skipped behind them
 */
static struct fed feed(const struct http_head *h, struct http_slice bytes, size_t split, bool piped)
{
	struct http_body body;
	struct fed fed = { 0 };
	size_t used;

	http_body_start(&body, h);
	for (size_t end = split; fed.error == HTTP_OK; end = bytes.len) {
		size_t len = end - fed.taken;
		char *part = fuzz_copy(bytes.p + fed.taken, len);

		fed.error = http_body_feed(&body, part, len, &used);
		free(part);
		if (fed.error != HTTP_OK)
			break;
		fed.taken += used;
		MUST(used <= len && (body.done || used == len));
		if (piped && end == split && http_body_opaque(&body) > 0)
			fed.taken += skip(&body, bytes.len - fed.taken);
		fed.done = body.done;
		if (body.done || end == bytes.len)
			break;
	}
	return fed;
}

static struct http_slice seen; /* payload that llhttp reported, in room of ours */

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
	(void)parser;
	memcpy((char *)seen.p + seen.len, at, len);
	seen.len += len;
	return 0;
}

static int on_message_complete(llhttp_t *parser)
{
	(void)parser;
	return HPE_PAUSED;
}

static void check_with_llhttp(struct http_slice bytes, bool done, struct http_slice payload)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	llhttp_settings_t settings = { .on_body = on_body,
				       .on_message_complete = on_message_complete };
	llhttp_t parser;

	seen = (struct http_slice){ fuzz_room(bytes.len), 0 };
	llhttp_init(&parser, HTTP_RESPONSE, &settings);
	MUST(llhttp_execute(&parser, head, sizeof(head) - 1) == HPE_OK);
	llhttp_errno_t e = llhttp_execute(&parser, bytes.p, bytes.len);
	if (e == HPE_PAUSED)
		MUST(done && llhttp_get_error_pos(&parser) == bytes.p + bytes.len);
	if (e == HPE_OK)
		MUST(!done);
	if (e == HPE_PAUSED)
		MUST(oracle_same(seen, payload));
	free((char *)seen.p);
}

/* What is kept of a body that is held is its payload, wherever it is split. */
static void check_kept(const struct http_head *h, struct http_slice bytes, size_t split,
		       const struct fed *fed, struct http_slice payload)
{
	char *kept = fuzz_copy(bytes.p, bytes.len);
	size_t ready = 0, at = 0, used, content;
	enum http_error e = HTTP_OK;
	struct http_body body;

	http_body_start(&body, h);
	for (size_t end = split; e == HTTP_OK && !body.done; end = bytes.len) {
		e = http_body_unframe(&body, kept + at, end - at, &used, &content);
		if (e != HTTP_OK)
			break;
		memmove(kept + ready, kept + at, content);
		ready += content;
		at += used;
		if (end == bytes.len)
			break;
	}
	MUST(e == fed->error);
	if (e == HTTP_OK)
		MUST(at == fed->taken && body.done == fed->done);
	if (e == HTTP_OK && body.done)
		MUST(oracle_same((struct http_slice){ kept, ready }, payload));
	free(kept);
}

static void check_chunks(const struct http_head *h, struct http_slice bytes, size_t split,
			 const struct fed *fed)
{
	struct http_slice payload = { fuzz_room(bytes.len), 0 };
	size_t end;
	enum oracle_answer answer = oracle_read_chunks(bytes, (char *)payload.p, &payload.len,
						       &end);

	MUST((fed->error != HTTP_OK) == (answer == ORACLE_NO));
	MUST(fed->done == (answer == ORACLE_YES));
	if (answer == ORACLE_YES)
		MUST(fed->taken == end);
	if (answer != ORACLE_NO)
		check_with_llhttp((struct http_slice){ bytes.p, fed->taken }, fed->done, payload);
	check_kept(h, bytes, split, fed, payload);
	free((char *)payload.p);
}

static void check_same(const struct fed *whole, struct fed parts)
{
	MUST(whole->error == parts.error);
	if (whole->error == HTTP_OK)
		MUST(whole->done == parts.done && whole->taken == parts.taken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http_head h;
	size_t mode = fuzz_take(data, &size, UINT16_MAX);
	size_t split = fuzz_take(data, &size, size < 2 ? 0 : size - 2);
	struct http_slice bytes = { (const char *)data, size };

	h.framing = mode < UINT16_MAX / 2 ? HTTP_CHUNKED : (enum http_framing)(mode % 4);
	h.content_length = mode / 4 % 4096 + 1;
	struct fed whole = feed(&h, bytes, size, false);

	check_same(&whole, feed(&h, bytes, split, false));
	check_same(&whole, feed(&h, bytes, split, true));
	if (h.framing == HTTP_CHUNKED)
		check_chunks(&h, bytes, split, &whole);
	else
		MUST(whole.error == HTTP_OK);
	if (h.framing == HTTP_LENGTH)
		MUST(whole.taken == (size < h.content_length ? size : h.content_length));
	if (h.framing == HTTP_UNTIL_CLOSE)
		MUST(whole.taken == size && !whole.done);
	return 0;
}
