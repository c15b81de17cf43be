/*
 * A request target: the path that is judged is clean, is what Go's net/http
 * would make of the same target, and is read again from its canonical encoding;
 * a refusal that quotes it is one line of JSON.
 */
#include "fuzz.h"
#include "http/target.h"
#include "http/write.h"
#include "oracle.h"

/* The path of a target that was taken, decoded and cleaned by other means. */
static size_t expect(char *out, struct http_slice raw, struct http_slice *query)
{
	const char *mark = memchr(raw.p, '?', raw.len), *slash;
	char *decoded = fuzz_room(raw.len + 1);
	size_t len = mark ? (size_t)(mark - raw.p) : raw.len;

	*query = mark ? (struct http_slice){ mark + 1, raw.len - len - 1 } : oracle_text("");
	if (raw.p[0] != '/') {
		slash = len > 7 ? memchr(raw.p + 7, '/', len - 7) : NULL;
		len = slash ? (size_t)(raw.p + len - slash) : 0;
		raw.p = slash;
	}
	len = len > 0 ? oracle_decode(decoded, (struct http_slice){ raw.p, len }) : 0;
	len = oracle_clean(out, len > 0 ? (struct http_slice){ decoded, len } : oracle_text("/"));
	free(decoded);
	return len;
}

static void check_quoted(const struct http_target *t)
{
	static struct oracle_head h;
	char *out = fuzz_room(HTTP_OWN_REPLY_MAX);
	size_t len = http_write_own_reply(out, 403, t->path, false, HTTP_KEEP, 0);
	char *body = memmem(out, len, "\r\n\r\n", 4);
	size_t head_len = body ? (size_t)(body - out) + 4 : 0, body_len = len - head_len;

	MUST(body && oracle_read_reply(&h, (struct http_slice){ out, head_len }));
	MUST(strtoul(oracle_field(&h, "Content-Length").p, NULL, 10) == body_len);
	body += 4;
	MUST(body_len > 15 && memcmp(body, "{\"message\":\"", 12) == 0);
	MUST(memcmp(body + body_len - 3, "\"}\n", 3) == 0);
	/* What it says is the path, or its beginning that ends with a character. */
	size_t n = 0;
	for (size_t i = 12; i < body_len - 3; i++, n++) {
		MUST((unsigned char)body[i] >= ' ' && body[i] != '"');
		if (body[i] == '\\')
			MUST(++i < body_len - 3);
		MUST(n < t->path_len && body[i] == t->path[n]);
	}
	MUST((t->path[n] & 0xc0) != 0x80);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *room = fuzz_room(size + 2), *out, *again_room, *expected;
	struct http_slice raw = { (const char *)data, size }, path, canonical, query;
	struct http_target t, again;

	if (http_target_read(&t, raw, room) != HTTP_OK) {
		free(room);
		return 0;
	}
	path = (struct http_slice){ t.path, t.path_len };
	MUST(t.path[t.path_len] == '\0');
	MUST(oracle_is_path(path));
	expected = fuzz_room(size + 2);
	MUST(oracle_same((struct http_slice){ expected, expect(expected, raw, &query) }, path));
	MUST(oracle_same(query, t.query) && t.has_query == (memchr(data, '?', size) != NULL));

	out = fuzz_room(3 * path.len);
	canonical = (struct http_slice){ out, http_path_encode(out, path.p, path.len) };
	MUST(oracle_is_target(canonical));
	again_room = fuzz_room(canonical.len + 2);
	MUST(http_target_read(&again, canonical, again_room) == HTTP_OK && !again.has_query);
	MUST(oracle_same((struct http_slice){ again.path, again.path_len }, path));
	check_quoted(&t);
	free(room);
	free(out);
	free(again_room);
	free(expected);
	return 0;
}
