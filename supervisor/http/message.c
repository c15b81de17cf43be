#include "message.h"

#include <llhttp.h>
#include <string.h>
#include <strings.h>

#include "token.h"

#define NAME(text)                     \
	{                              \
		text, sizeof(text) - 1 \
	}

static const struct {
	struct http_slice name;
	bool hop_by_hop;
} known_fields[] = {
	[HTTP_F_OTHER] = { NAME(""), false },
	[HTTP_F_CONNECTION] = { NAME("Connection"), true },
	[HTTP_F_CONTENT_LENGTH] = { NAME("Content-Length"), false },
	[HTTP_F_CONTENT_TYPE] = { NAME("Content-Type"), false },
	[HTTP_F_EXPECT] = { NAME("Expect"), false },
	[HTTP_F_HOST] = { NAME("Host"), false },
	[HTTP_F_HTTP2_SETTINGS] = { NAME("HTTP2-Settings"), true },
	[HTTP_F_KEEP_ALIVE] = { NAME("Keep-Alive"), true },
	[HTTP_F_PROXY_AUTHENTICATE] = { NAME("Proxy-Authenticate"), true },
	[HTTP_F_PROXY_AUTHORIZATION] = { NAME("Proxy-Authorization"), true },
	[HTTP_F_PROXY_CONNECTION] = { NAME("Proxy-Connection"), true },
	[HTTP_F_TE] = { NAME("TE"), true },
	[HTTP_F_TRANSFER_ENCODING] = { NAME("Transfer-Encoding"), false },
	[HTTP_F_UPGRADE] = { NAME("Upgrade"), true },
};
_Static_assert(sizeof(known_fields) / sizeof(known_fields[0]) == HTTP_F_NUM,
	       "every known field has a row");

static bool is_same(struct http_slice a, struct http_slice b)
{
	return a.len == b.len && strncasecmp(a.p, b.p, a.len) == 0;
}

bool http_slice_is(struct http_slice s, const char *text)
{
	return is_same(s, (struct http_slice){ text, strlen(text) });
}

static enum http_field_id field_id(struct http_slice name)
{
	for (enum http_field_id id = HTTP_F_OTHER + 1; id < HTTP_F_NUM; id++)
		if (is_same(name, known_fields[id].name))
			return id;
	return HTTP_F_OTHER;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* ---- finding the end ---- */

/* The longest target, with room for a method and a version around it. */
#define START_LINE_MAX (HTTP_TARGET_MAX + 64)

/**
 * check_line() - Check a line that is complete
 * @line:	First byte
 * @len:	Length with its LF
 * @first:	It is the first of the head
 */
static enum http_error check_line(const char *line, size_t len, bool first)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n";

	if (first && len > START_LINE_MAX)
		return HTTP_E_TARGET_TOO_LONG;
	if (len < 2 || line[len - 2] != '\r')
		return HTTP_E_BARE_LF;
	if (memchr(line, '\r', len - 2))
		return HTTP_E_BARE_CR;
	if (is_blank(line[0]))
		return first ? HTTP_E_START_LINE : HTTP_E_FOLDED_LINE;
	if (first && len == sizeof(preface) - 1 && memcmp(line, preface, len) == 0)
		return HTTP_E_HTTP2;
	return HTTP_OK;
}

enum http_error http_scan_head(struct http_scan *s, const char *buf, size_t len, size_t *head_len)
{
	enum http_error e;

	*head_len = 0;
	if (len > 0 && !http_is_tchar((unsigned char)buf[0]))
		return buf[0] == '\r' || buf[0] == '\n' ? HTTP_E_START_LINE : HTTP_E_NOT_HTTP;
	while (s->line < len) {
		const char *line = buf + s->line;
		const char *lf = memchr(line, '\n', len - s->line);

		if (!lf)
			break;
		size_t line_len = (size_t)(lf - line) + 1;
		e = check_line(line, line_len, s->line == 0);
		if (e != HTTP_OK)
			return e;
		s->line += line_len;
		if (line_len == 2) {
			*head_len = s->line;
			break;
		}
	}
	if (s->line == 0 && len > START_LINE_MAX)
		return HTTP_E_TARGET_TOO_LONG;
	if (s->line > HTTP_HEAD_MAX || (*head_len == 0 && len >= HTTP_HEAD_MAX))
		return HTTP_E_HEAD_TOO_LARGE;
	return HTTP_OK;
}

/* ---- parsing ---- */

/* Where llhttp's callbacks put what they report. */
struct parse {
	struct http_head *h;
	enum http_error error;
};

static int on_method(llhttp_t *parser, const char *at, size_t len)
{
	struct parse *ctx = parser->data;

	ctx->h->method = (struct http_slice){ at, len };
	return 0;
}

static int on_url(llhttp_t *parser, const char *at, size_t len)
{
	struct parse *ctx = parser->data;

	ctx->h->target = (struct http_slice){ at, len };
	return 0;
}

static int on_status(llhttp_t *parser, const char *at, size_t len)
{
	struct parse *ctx = parser->data;

	ctx->h->reason = (struct http_slice){ at, len };
	return 0;
}

static int on_header_field(llhttp_t *parser, const char *at, size_t len)
{
	struct parse *ctx = parser->data;
	struct http_head *h = ctx->h;

	if (h->n_fields == HTTP_FIELDS_MAX) {
		ctx->error = HTTP_E_TOO_MANY_FIELDS;
		return -1;
	}
	h->fields[h->n_fields++] = (struct http_field){ .name = { at, len } };
	return 0;
}

static int on_header_value(llhttp_t *parser, const char *at, size_t len)
{
	struct parse *ctx = parser->data;
	struct http_field *f;

	if (ctx->h->n_fields == 0)
		return -1;
	f = &ctx->h->fields[ctx->h->n_fields - 1];
	if (!f->value.p)
		f->value.p = at;
	f->value.len = (size_t)(at + len - f->value.p);
	return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
	(void)parser;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_method = on_method,
	.on_url = on_url,
	.on_status = on_status,
	.on_header_field = on_header_field,
	.on_header_value = on_header_value,
	.on_headers_complete = on_headers_complete,
};

/**
 * check_field_line() - Check that a field is just name ":" OWS value OWS CRLF
 * @f:		Field; its value is trimmed, and set where llhttp saw none
 * @line:	Where its line must start
 * @end:	End of the head
 * @next:	On success, where the next line starts
 */
static enum http_error check_field_line(struct http_field *f, const char *line, const char *end,
					const char **next)
{
	const char *cr = memchr(line, '\r', (size_t)(end - line));
	const char *p = line + f->name.len;

	if (!cr || f->name.p != line || p >= cr)
		return HTTP_E_FIELD_NAME;
	if (!http_is_token(f->name.p, f->name.len) || *p != ':')
		return HTTP_E_FIELD_NAME;

	const char *value = p + 1, *value_end = cr;
	while (value < value_end && is_blank(*value))
		value++;
	while (value_end > value && is_blank(value_end[-1]))
		value_end--;
	if (!http_is_value(value, (size_t)(value_end - value)))
		return HTTP_E_FIELD_VALUE;
	/* What llhttp reported is this value, but for blanks at its end. */
	if (f->value.len > 0 && (f->value.p != value || f->value.p + f->value.len > cr ||
				 f->value.p + f->value.len < value_end))
		return HTTP_E_MALFORMED;
	if (f->value.len == 0 && value != value_end)
		return HTTP_E_MALFORMED;
	f->value = (struct http_slice){ value, (size_t)(value_end - value) };
	f->id = field_id(f->name);
	*next = cr + 2;
	return HTTP_OK;
}

/**
 * check_fields() - Check that the field lines fill the head to its last byte
 * @h:		Head
 * @line:	First byte behind the start line
 * @end:	End of the head
 */
static enum http_error check_fields(struct http_head *h, const char *line, const char *end)
{
	for (size_t i = 0; i < h->n_fields; i++) {
		enum http_error e = check_field_line(&h->fields[i], line, end, &line);

		if (e != HTTP_OK)
			return e;
	}
	return end - line == 2 && memcmp(line, "\r\n", 2) == 0 ? HTTP_OK : HTTP_E_MALFORMED;
}

static bool has_field_named(const struct http_head *h, const char *name)
{
	for (size_t i = 0; i < h->n_fields; i++)
		if (http_slice_is(h->fields[i].name, name))
			return true;
	return false;
}

/* What is wrong with a start line whose method llhttp does not know. */
static enum http_error blame_method(const char *head, size_t len)
{
	size_t n = 0;

	while (n < len && http_is_tchar((unsigned char)head[n]))
		n++;
	return n < len && head[n] == ' ' ? HTTP_E_METHOD : HTTP_E_START_LINE;
}

/* What is wrong with a target that llhttp stopped in, at @at. */
static enum http_error blame_target(const char *head, const char *at)
{
	unsigned char c = (unsigned char)*at;

	if (c < ' ' || c == 0x7f)
		return HTTP_E_TARGET_CONTROL;
	if (c < 0x80)
		return HTTP_E_TARGET_FORM;
	return memchr(head, '?', (size_t)(at - head)) ? HTTP_E_QUERY_BYTE : HTTP_E_TARGET_BYTE;
}

/* What is wrong with a field line that llhttp stopped in, at @at. */
static enum http_error blame_field(const char *head, const char *at)
{
	for (const char *p = at; p > head && p[-1] != '\n'; p--)
		if (p[-1] == ':')
			return HTTP_E_FIELD_VALUE;
	return HTTP_E_FIELD_NAME;
}

/**
 * parse() - Run llhttp over a head
 * @h:		Zeroed here, then filled
 * @head:	Complete head, @len bytes
 * @len:	Length of @head
 * @type:	HTTP_REQUEST or HTTP_RESPONSE
 */
static enum http_error parse(struct http_head *h, const char *head, size_t len, llhttp_type_t type)
{
	struct parse ctx = { .h = h };
	llhttp_t parser;

	memset(h, 0, offsetof(struct http_head, fields));
	h->method = h->target = h->reason = (struct http_slice){ "", 0 };
	llhttp_init(&parser, type, &settings);
	parser.data = &ctx;
	switch (llhttp_execute(&parser, head, len)) {
	case HPE_PAUSED:
		break;
	case HPE_INVALID_METHOD:
		return blame_method(head, len);
	case HPE_INVALID_VERSION:
		return HTTP_E_VERSION;
	case HPE_INVALID_URL:
		return blame_target(head, llhttp_get_error_pos(&parser));
	case HPE_INVALID_HEADER_TOKEN:
		return blame_field(head, llhttp_get_error_pos(&parser));
	case HPE_INVALID_CONTENT_LENGTH:
		return HTTP_E_LENGTH;
	case HPE_UNEXPECTED_CONTENT_LENGTH:
		return has_field_named(h, "Transfer-Encoding") ? HTTP_E_LENGTH_CHUNKED :
								 HTTP_E_LENGTH_REPEATED;
	case HPE_INVALID_TRANSFER_ENCODING:
		return HTTP_E_CODING;
	default:
		return ctx.error != HTTP_OK ? ctx.error : HTTP_E_MALFORMED;
	}
	if (parser.http_major != 1 || parser.http_minor > 1)
		return HTTP_E_VERSION;
	h->minor = parser.http_minor;
	h->status = parser.status_code;
	return HTTP_OK;
}

/* ---- what the fields mean ---- */

/**
 * list_has() - Whether a comma-separated list names a token
 * @list:	Field value
 * @token:	Token, case ignored
 */
static bool list_has(struct http_slice list, struct http_slice token)
{
	const char *p = list.p, *end = list.p + list.len;

	while (p < end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		const char *next = comma ? comma : end, *last = next;

		while (p < last && is_blank(*p))
			p++;
		while (last > p && is_blank(last[-1]))
			last--;
		if ((size_t)(last - p) == token.len && strncasecmp(p, token.p, token.len) == 0)
			return true;
		p = next + 1;
	}
	return false;
}

static bool connection_names(const struct http_head *h, struct http_slice token)
{
	for (size_t i = 0; i < h->n_fields; i++)
		if (h->fields[i].id == HTTP_F_CONNECTION && list_has(h->fields[i].value, token))
			return true;
	return false;
}

bool http_is_hop_by_hop(const struct http_head *h, const struct http_field *f)
{
	if (known_fields[f->id].hop_by_hop)
		return true;
	switch (f->id) {
	case HTTP_F_HOST:
	case HTTP_F_CONTENT_LENGTH:
	case HTTP_F_CONTENT_TYPE:
	case HTTP_F_TRANSFER_ENCODING:
		return false;
	default:
		return h->connection_extra && connection_names(h, f->name);
	}
}

/**
 * read_connection() - Read what all Connection fields say together
 * @h:		Head
 *
 * The length is bounded because every field is looked up in the list.
 */
static enum http_error read_connection(struct http_head *h)
{
	enum { CLOSE, KEEP_ALIVE, UPGRADE, OPTION_NUM };
	static const struct http_slice options[OPTION_NUM] = { NAME("close"), NAME("keep-alive"),
							       NAME("upgrade") };
	bool has[OPTION_NUM] = { false };
	size_t len = 0, plain = 0;

	for (size_t i = 0; i < h->n_fields; i++)
		if (h->fields[i].id == HTTP_F_CONNECTION)
			len += h->fields[i].value.len;
	if (len > HTTP_CONNECTION_MAX)
		return HTTP_E_CONNECTION;
	for (size_t i = 0; len > 0 && i < OPTION_NUM; i++) {
		has[i] = connection_names(h, options[i]);
		plain += has[i] ? options[i].len : 0;
	}
	h->connection_extra = len > plain;
	h->close = has[CLOSE] || (h->minor == 0 && !has[KEEP_ALIVE]);
	h->upgrade_named = has[UPGRADE];
	return HTTP_OK;
}

static enum http_error read_length(struct http_head *h, struct http_slice value)
{
	uint64_t n = 0;

	if (h->has_content_length)
		return HTTP_E_LENGTH_REPEATED;
	if (value.len == 0)
		return HTTP_E_LENGTH;
	for (size_t i = 0; i < value.len; i++) {
		if (value.p[i] < '0' || value.p[i] > '9' || __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(value.p[i] - '0'), &n) || n > INT64_MAX)
			return HTTP_E_LENGTH;
	}
	h->has_content_length = true;
	h->content_length = n;
	return HTTP_OK;
}

static enum http_error read_coding(struct http_head *h, struct http_slice value)
{
	if (h->chunked || !http_slice_is(value, "chunked"))
		return HTTP_E_CODING;
	h->chunked = true;
	return h->minor == 0 ? HTTP_E_CODING_10 : HTTP_OK;
}

/**
 * read_fields() - Read the fields that frame and steer a message
 * @h:		Head whose fields are checked
 * @n_host:	On return, the number of Host fields
 */
static enum http_error read_fields(struct http_head *h, size_t *n_host)
{
	struct http_slice upgrade = { "", 0 };
	enum http_error e = HTTP_OK;

	*n_host = 0;
	for (size_t i = 0; i < h->n_fields && e == HTTP_OK; i++) {
		const struct http_field *f = &h->fields[i];

		switch (f->id) {
		case HTTP_F_CONTENT_LENGTH:
			e = read_length(h, f->value);
			break;
		case HTTP_F_TRANSFER_ENCODING:
			e = read_coding(h, f->value);
			break;
		case HTTP_F_HOST:
			(*n_host)++;
			if (!http_is_host(f->value.p, f->value.len))
				e = HTTP_E_HOST;
			break;
		case HTTP_F_UPGRADE:
			/* A list, or a second field, is no protocol token we know. */
			upgrade = upgrade.len == 0 ? f->value : (struct http_slice){ ",", 1 };
			break;
		case HTTP_F_EXPECT:
			if (!http_slice_is(f->value, "100-continue"))
				e = HTTP_E_EXPECT;
			h->expect_continue = true;
			break;
		case HTTP_F_CONTENT_TYPE:
			if (h->content_type.len == 0)
				h->content_type = f->value;
			break;
		case HTTP_F_HTTP2_SETTINGS:
			h->http2_settings = true;
			break;
		default:
			break;
		}
	}
	if (e == HTTP_OK && h->chunked && h->has_content_length)
		e = HTTP_E_LENGTH_CHUNKED;
	h->upgrade = upgrade;
	return e == HTTP_OK ? read_connection(h) : e;
}

/*
 * Whether an urlencoded or multipart body, which Go's servers read as parameters.
 * Go trims Unicode's blanks around a media type and folds its case: one with
 * bytes beyond ASCII is none that anybody sends, and might be one of these.
 */
static bool is_form(struct http_slice type)
{
	static const char *const forms[] = {
		"application/x-www-form-urlencoded",
		"multipart/form-data",
	};

	for (size_t i = 0; i < type.len; i++)
		if ((unsigned char)type.p[i] >= 0x80)
			return true;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t len = strlen(forms[i]);

		if (type.len >= len && strncasecmp(type.p, forms[i], len) == 0 &&
		    (type.len == len || !http_is_tchar((unsigned char)type.p[len])))
			return true;
	}
	return false;
}

static enum http_error check_form(const struct http_head *h)
{
	for (size_t i = 0; i < h->n_fields; i++)
		if (h->fields[i].id == HTTP_F_CONTENT_TYPE && is_form(h->fields[i].value))
			return HTTP_E_FORM_BODY;
	return HTTP_OK;
}

/**
 * check_request_line() - Check that the start line is method SP target SP HTTP/1.x CRLF
 *
 * Return: the first byte behind it, or NULL.
 */
static const char *check_request_line(const struct http_head *h, const char *head, size_t len)
{
	const char *p = head + h->method.len;
	const size_t tail = strlen(" HTTP/1.x\r\n");

	if (h->method.p != head || !http_is_token(h->method.p, h->method.len) ||
	    h->target.p != p + 1 || *p != ' ' || h->target.len == 0)
		return NULL;
	p = h->target.p + h->target.len;
	if (tail > len - (size_t)(p - head) || memcmp(p, " HTTP/1.", 8) != 0 ||
	    memcmp(p + 9, "\r\n", 2) != 0)
		return NULL;
	return p + tail;
}

enum http_error http_parse_request(struct http_head *h, const char *head, size_t len)
{
	enum http_error e = parse(h, head, len, HTTP_REQUEST);
	const char *fields;
	size_t n_host;

	if (e != HTTP_OK)
		return e;
	fields = check_request_line(h, head, len);
	if (!fields)
		return HTTP_E_START_LINE;
	if (h->target.len > HTTP_TARGET_MAX)
		return HTTP_E_TARGET_TOO_LONG;
	e = check_fields(h, fields, head + len);
	if (e == HTTP_OK)
		e = read_fields(h, &n_host);
	if (e != HTTP_OK)
		return e;
	if (n_host > 1 || (n_host == 0 && h->minor == 1))
		return HTTP_E_HOST;
	/* RFC 9110 section 7.8: a server ignores Upgrade in HTTP/1.0. */
	if (h->minor == 0)
		h->upgrade.len = 0;
	h->framing = h->chunked ? HTTP_CHUNKED : h->content_length > 0 ? HTTP_LENGTH : HTTP_NO_BODY;
	return check_form(h);
}

void http_drop_field(struct http_head *h, enum http_field_id id)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->n_fields; i++)
		if (h->fields[i].id != id)
			h->fields[kept++] = h->fields[i];
	h->n_fields = kept;
}

struct http_slice http_field_value(const struct http_head *h, const char *name, size_t n)
{
	for (size_t i = 0; i < h->n_fields; i++) {
		const struct http_field *f = &h->fields[i];

		if (http_slice_is(f->name, name) && !http_is_hop_by_hop(h, f) && n-- == 0)
			return f->value;
	}
	return (struct http_slice){ NULL, 0 };
}

/**
 * check_status_line() - Check that the start line is HTTP/1.x SP 3DIGIT [SP reason] CRLF
 *
 * Return: the first byte behind it, or NULL.
 */
static const char *check_status_line(struct http_head *h, const char *head, size_t len)
{
	const char *cr = memchr(head, '\r', len);
	const char *p = head + strlen("HTTP/1.x ddd");

	if (!cr || p > cr || memcmp(head, "HTTP/1.", 7) != 0 || head[8] != ' ')
		return NULL;
	unsigned int status = 0;
	for (const char *d = head + 9; d < p; d++) {
		if (*d < '0' || *d > '9')
			return NULL;
		status = status * 10 + (unsigned int)(*d - '0');
	}
	if (status != h->status || status < 100 || (p < cr && *p != ' '))
		return NULL;
	h->reason = p < cr ? (struct http_slice){ p + 1, (size_t)(cr - p - 1) } :
			     (struct http_slice){ p, 0 };
	return http_is_value(h->reason.p, h->reason.len) ? cr + 2 : NULL;
}

enum http_error http_parse_reply(struct http_head *h, const char *head, size_t len)
{
	enum http_error e = parse(h, head, len, HTTP_RESPONSE);
	const char *fields;
	size_t n_host;

	if (e != HTTP_OK)
		return e;
	fields = check_status_line(h, head, len);
	if (!fields)
		return HTTP_E_START_LINE;
	e = check_fields(h, fields, head + len);
	return e == HTTP_OK ? read_fields(h, &n_host) : e;
}

void http_frame_reply(struct http_head *h, bool head_request)
{
	if (head_request || h->status < 200 || h->status == 204 || h->status == 304)
		h->framing = HTTP_NO_BODY;
	else if (h->chunked)
		h->framing = HTTP_CHUNKED;
	else if (!h->has_content_length)
		h->framing = HTTP_UNTIL_CLOSE;
	else
		h->framing = h->content_length > 0 ? HTTP_LENGTH : HTTP_NO_BODY;
}
