#include "oracle.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <strings.h>

#include "fuzz.h"
#include "http/body.h"

/* RFC 9110 section 5.6.2, RFC 9112 sections 3, 4, 5 and 7.1, RFC 3986 section 3. */
#define TOKEN "[!#$%&'*+.^_`|~0-9A-Za-z-]++"
#define VALUE "[\\t -~\\x80-\\xff]*+"
#define PCHAR "[A-Za-z0-9._~!$&'()*+,;=:@-]"
/* What the canonical encoding escapes: nothing that could stand for itself. */
#define ESCAPE "%(?:2[0235]|3[CEF]|5[B-E]|60|7[B-D]|[89A-F][0-9A-F])"
#define QUERY  "(?:" PCHAR "|[/?]|%[0-9A-Fa-f]{2})*+"

enum grammar {
	REQUEST_LINE,
	STATUS_LINE,
	FIELD,
	HOP_BY_HOP,
	TARGET,
	PATH,
	CHUNK_LINE,
	EMPTY_LINE,
	GRAMMAR_NUM
};

static const char *const grammars[] = {
	[REQUEST_LINE] = "(" TOKEN ") ([!-~]++) HTTP/1\\.([01])\\r\\n",
	[STATUS_LINE] = "HTTP/1\\.([01]) ([1-9][0-9]{2})(?: (" VALUE "))?+\\r\\n",
	[FIELD] = "(" TOKEN "):(" VALUE ")\\r\\n",
	[HOP_BY_HOP] = "(?i)(?:connection|keep-alive|te|upgrade|http2-settings|"
		       "proxy-(?:authenticate|authorization|connection))\\z",
	[TARGET] = "(?:/|(?:/(?!\\.{1,2}(?:[/?]|\\z))(?:" PCHAR "|" ESCAPE ")++)++/?+)"
		   "(?:\\?" QUERY ")?+\\z",
	[PATH] = "(*UTF)(?:/|(?:/(?!\\.{1,2}(?:/|\\z))[^/\\x00-\\x1f\\x7f]++)++/?+)\\z",
	[CHUNK_LINE] = "([0-9A-Fa-f]{1,15}+)(?:;[\\t -~\\x80-\\xff]{0,256}+)?+\\r\\n",
	[EMPTY_LINE] = "\\r\\n",
};
_Static_assert(sizeof(grammars) / sizeof(grammars[0]) == GRAMMAR_NUM, "every grammar has a text");

#define GROUPS_MAX 4

/**
 * run() - Match a grammar at one place
 * @g:		Grammar
 * @text:	Bytes
 * @at:		Where it must begin; on ORACLE_YES moved behind it
 * @groups:	Filled on ORACLE_YES; an unset group is empty
 * @options:	PCRE2_PARTIAL_HARD if more bytes may follow
 */
static enum oracle_answer run(enum grammar g, struct http_slice text, size_t *at,
			      struct http_slice groups[GROUPS_MAX], uint32_t options)
{
	static pcre2_code *codes[GRAMMAR_NUM];
	static pcre2_match_data *data;
	PCRE2_SIZE off, *spans;
	int error, n;

	if (!data)
		data = pcre2_match_data_create(GROUPS_MAX, NULL);
	if (!codes[g])
		codes[g] = pcre2_compile((PCRE2_SPTR)grammars[g], PCRE2_ZERO_TERMINATED,
					 PCRE2_ANCHORED, &error, &off, NULL);
	MUST(data && codes[g]);
	n = pcre2_match(codes[g], (PCRE2_SPTR)text.p, text.len, *at, options, data, NULL);
	if (n == PCRE2_ERROR_PARTIAL)
		return ORACLE_INCOMPLETE;
	if (n < 0) {
		MUST(n == PCRE2_ERROR_NOMATCH ||
		     (n <= PCRE2_ERROR_UTF8_ERR1 && n >= PCRE2_ERROR_UTF8_ERR21));
		return ORACLE_NO;
	}
	spans = pcre2_get_ovector_pointer(data);
	for (int i = 0; i < GROUPS_MAX; i++) {
		bool set = i < n && spans[2 * i] != PCRE2_UNSET;

		groups[i].p = set ? text.p + spans[2 * i] : "";
		groups[i].len = set ? spans[2 * i + 1] - spans[2 * i] : 0;
	}
	*at = spans[1];
	return ORACLE_YES;
}

static enum oracle_answer match(enum grammar g, struct http_slice text, size_t *at,
				struct http_slice groups[GROUPS_MAX])
{
	return *at == text.len ? ORACLE_INCOMPLETE : run(g, text, at, groups, PCRE2_PARTIAL_HARD);
}

static bool matches_whole(enum grammar g, struct http_slice text)
{
	struct http_slice groups[GROUPS_MAX];
	size_t at = 0;

	return run(g, text, &at, groups, 0) == ORACLE_YES && at == text.len;
}

bool oracle_same(struct http_slice a, struct http_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

struct http_slice oracle_text(const char *text)
{
	return (struct http_slice){ text, strlen(text) };
}

static bool same_name(struct http_slice a, struct http_slice b)
{
	return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

static struct http_slice trim(struct http_slice s)
{
	while (s.len > 0 && strchr(" \t", s.p[0]))
		s.p++, s.len--;
	while (s.len > 0 && strchr(" \t", s.p[s.len - 1]))
		s.len--;
	return s;
}

/* The field lines and the empty line, which must be the last of the bytes. */
static bool read_fields(struct oracle_head *h, struct http_slice bytes, size_t at)
{
	struct http_slice groups[GROUPS_MAX];
	size_t first = at;

	h->n_fields = 0;
	while (match(FIELD, bytes, &at, groups) == ORACLE_YES) {
		if (h->n_fields == sizeof(h->fields) / sizeof(h->fields[0]))
			return false;
		h->fields[h->n_fields].line = groups[0];
		h->fields[h->n_fields].name = groups[1];
		h->fields[h->n_fields].value = trim(groups[2]);
		h->n_fields++;
	}
	h->lines = (struct http_slice){ bytes.p + first, at - first };
	return bytes.len - at == 2 && memcmp(bytes.p + at, "\r\n", 2) == 0;
}

bool oracle_read_request(struct oracle_head *h, struct http_slice bytes)
{
	struct http_slice groups[GROUPS_MAX];
	size_t at = 0;

	if (match(REQUEST_LINE, bytes, &at, groups) != ORACLE_YES)
		return false;
	h->method = groups[1];
	h->target = groups[2];
	h->minor = groups[3];
	return read_fields(h, bytes, at);
}

bool oracle_read_reply(struct oracle_head *h, struct http_slice bytes)
{
	struct http_slice groups[GROUPS_MAX];
	size_t at = 0;

	if (match(STATUS_LINE, bytes, &at, groups) != ORACLE_YES)
		return false;
	h->minor = groups[1];
	h->status = groups[2];
	h->reason = groups[3];
	return read_fields(h, bytes, at);
}

size_t oracle_count(const struct oracle_head *h, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n_fields; i++)
		n += same_name(h->fields[i].name, oracle_text(name));
	return n;
}

struct http_slice oracle_field(const struct oracle_head *h, const char *name)
{
	if (oracle_count(h, name) == 1)
		for (size_t i = 0; i < h->n_fields; i++)
			if (same_name(h->fields[i].name, oracle_text(name)))
				return h->fields[i].value;
	return (struct http_slice){ NULL, 0 };
}

static bool list_names(struct http_slice list, struct http_slice name)
{
	while (list.len > 0) {
		const char *comma = memchr(list.p, ',', list.len);
		size_t n = comma ? (size_t)(comma - list.p) : list.len;

		if (same_name(trim((struct http_slice){ list.p, n }), name))
			return true;
		n += comma != NULL;
		list.p += n;
		list.len -= n;
	}
	return false;
}

static bool connection_names(const struct oracle_head *h, struct http_slice name)
{
	for (size_t i = 0; i < h->n_fields; i++)
		if (same_name(h->fields[i].name, oracle_text("Connection")) &&
		    list_names(h->fields[i].value, name))
			return true;
	return false;
}

static bool stays_behind(const struct oracle_head *h, struct http_slice name)
{
	static const char *const never[] = { "Host", "Content-Length", "Content-Type",
					     "Transfer-Encoding" };

	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (same_name(name, oracle_text(never[i])))
			return false;
	return matches_whole(HOP_BY_HOP, name) || connection_names(h, name);
}

/* Framing is written anew: a length without leading zeros, a coding in small letters. */
static bool same_value(struct http_slice name, struct http_slice in, struct http_slice out)
{
	if (same_name(name, oracle_text("Transfer-Encoding")))
		return same_name(in, out) && oracle_same(out, oracle_text("chunked"));
	if (same_name(name, oracle_text("Content-Length")))
		for (; in.len > 1 && in.p[0] == '0'; in.len--)
			in.p++;
	return oracle_same(in, out);
}

void oracle_check_fields(const struct oracle_head *in, const struct oracle_head *out,
			 const char *own)
{
	const char *end = out->lines.p + out->lines.len;
	size_t n = 0;

	for (size_t i = 0; i < in->n_fields; i++) {
		if (stays_behind(in, in->fields[i].name))
			continue;
		MUST(n < out->n_fields);
		MUST(oracle_same(out->fields[n].name, in->fields[i].name));
		MUST(same_value(in->fields[i].name, in->fields[i].value, out->fields[n].value));
		n++;
	}
	const char *rest = n < out->n_fields ? out->fields[n].line.p : end;
	MUST(oracle_same((struct http_slice){ rest, (size_t)(end - rest) }, oracle_text(own)));
	MUST(oracle_count(out, "Content-Length") + oracle_count(out, "Transfer-Encoding") <= 1);
}

bool oracle_is_target(struct http_slice target)
{
	return matches_whole(TARGET, target);
}

bool oracle_is_path(struct http_slice path)
{
	return matches_whole(PATH, path);
}

size_t oracle_decode(char *out, struct http_slice raw)
{
	size_t n = 0;

	for (size_t i = 0; i < raw.len; i++) {
		char digits[3] = { 0 };

		out[n++] = raw.p[i];
		if (raw.p[i] != '%')
			continue;
		MUST(i + 2 < raw.len);
		memcpy(digits, raw.p + i + 1, 2);
		out[n - 1] = (char)strtoul(digits, NULL, 16);
		i += 2;
	}
	return n;
}

size_t oracle_clean(char *out, struct http_slice path)
{
	static size_t starts[64 * 1024];
	size_t depth = 0, n = 0;

	for (size_t i = 0; i < path.len;) {
		struct http_slice segment = { path.p + i, 0 };

		while (i + segment.len < path.len && segment.p[segment.len] != '/')
			segment.len++;
		i += segment.len + 1;
		if (segment.len == 0 || oracle_same(segment, oracle_text(".")))
			continue;
		if (oracle_same(segment, oracle_text(".."))) {
			n = depth > 0 ? starts[--depth] : 0;
			continue;
		}
		MUST(depth < sizeof(starts) / sizeof(starts[0]));
		starts[depth++] = n;
		out[n++] = '/';
		memcpy(out + n, segment.p, segment.len);
		n += segment.len;
	}
	if (n == 0 || path.p[path.len - 1] == '/')
		out[n++] = '/';
	return n;
}

static enum oracle_answer read_trailers(struct http_slice bytes, size_t *at)
{
	struct http_slice groups[GROUPS_MAX];
	enum oracle_answer answer;
	size_t first = *at;

	do {
		answer = match(EMPTY_LINE, bytes, at, groups);
		if (answer != ORACLE_NO)
			break;
		answer = match(FIELD, bytes, at, groups);
	} while (answer == ORACLE_YES);
	size_t seen = (answer == ORACLE_YES ? *at : bytes.len) - first;
	return seen > HTTP_TRAILERS_MAX ? ORACLE_NO : answer;
}

enum oracle_answer oracle_read_chunks(struct http_slice bytes, char *payload, size_t *payload_len,
				      size_t *end)
{
	struct http_slice groups[GROUPS_MAX];
	enum oracle_answer answer;

	*payload_len = *end = 0;
	while ((answer = match(CHUNK_LINE, bytes, end, groups)) == ORACLE_YES) {
		char digits[16] = { 0 };

		memcpy(digits, groups[1].p, groups[1].len);
		size_t size = strtoull(digits, NULL, 16), left = bytes.len - *end;
		if (size == 0)
			return read_trailers(bytes, end);
		if (left < size)
			return ORACLE_INCOMPLETE;
		memcpy(payload + *payload_len, bytes.p + *end, size);
		*payload_len += size;
		*end += size;
		answer = match(EMPTY_LINE, bytes, end, groups);
		if (answer != ORACLE_YES)
			break;
	}
	return answer;
}
