#include "log.h"
#include "needs.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "json.h"

NEEDS_SYSCALLS("write writev");

static int threshold = LOG_LEVEL_INFO;
static bool prefixed;

static const char *const level_name[] = {
	[LOG_LEVEL_CRITICAL] = "critical", [LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",   [LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};
_Static_assert(sizeof(level_name) / sizeof(level_name[0]) == LOG_LEVEL_NUM,
	       "every level has a name");

static size_t escape_byte(struct log_line *l, const unsigned char *p, size_t left, size_t *used);
static size_t escape_character(struct log_line *l, const unsigned char *p, size_t left,
			       size_t *used);

/**
 * struct format - How a line is written
 * @open:	Up to the time
 * @opened:	Behind it
 * @next:	Before a key
 * @assign:	Behind it
 * @close:	Behind the last value
 * @plain:	Texts that need no quotes have none
 * @escape:	Appends what begins at @p: returns how many bytes that were, and adds to
 *		@used what it took
 */
static const struct format {
	const char *open, *opened, *next, *assign, *close;
	bool plain;
	size_t (*escape)(struct log_line *l, const unsigned char *p, size_t left, size_t *used);
} formats[] = {
	[LOG_FORMAT_LOGFMT] = { "time=", "", " ", "=", "", true, escape_byte },
	[LOG_FORMAT_JSON] = { "{\"time\":\"", "\"", ",\"", "\":", "}", false, escape_character },
};
_Static_assert(sizeof(formats) / sizeof(formats[0]) == LOG_FORMAT_NUM, "every format has a row");

static const struct format *format = &formats[LOG_FORMAT_LOGFMT];

/* Fields end where this still fits behind them. */
#define FIELDS_MAX (LOG_LINE_MAX - (sizeof(",\"cut\":true}\n") - 1))

bool log_limit_take(struct log_limit *l, uint64_t now_ms, uint64_t *dropped)
{
	const uint64_t cost = 1000 / LOG_LIMIT_PER_S, room = LOG_LIMIT_BURST * cost;
	uint64_t passed = now_ms - l->at_ms;

	l->spent_ms = passed < l->spent_ms ? l->spent_ms - passed : 0;
	l->at_ms = now_ms;
	if (l->spent_ms + cost > room) {
		l->dropped++;
		return false;
	}
	l->spent_ms += cost;
	*dropped = l->dropped;
	l->dropped = 0;
	return true;
}

void log_set_level(int level)
{
	threshold = level;
}

void log_set_format(enum log_format f)
{
	format = &formats[f];
}

void log_set_prefix(bool on)
{
	prefixed = on;
}

const char *log_prefix(enum log_level level)
{
	static const char *const prefixes[] = { "<0>", "<1>", "<2>", "<3>",
						"<4>", "<5>", "<6>", "<7>" };
	_Static_assert(sizeof(prefixes) / sizeof(prefixes[0]) == LOG_LEVEL_NUM,
		       "every level has its number");

	return prefixed ? prefixes[level] : "";
}

bool log_enabled(enum log_level level)
{
	return (int)level <= threshold;
}

static void put(struct log_line *l, char c)
{
	if (l->len < sizeof(l->text))
		l->text[l->len++] = c;
}

static void put_text(struct log_line *l, const char *text)
{
	while (*text != '\0')
		put(l, *text++);
}

static void put_uint(struct log_line *l, uint64_t value, int min_digits)
{
	char digits[20];
	int n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0 || n < min_digits);
	while (n > 0)
		put(l, digits[--n]);
}

static void put_time(struct log_line *l)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	put_uint(l, (uint64_t)tm.tm_year + 1900, 4);
	put(l, '-');
	put_uint(l, (uint64_t)tm.tm_mon + 1, 2);
	put(l, '-');
	put_uint(l, (uint64_t)tm.tm_mday, 2);
	put(l, 'T');
	put_uint(l, (uint64_t)tm.tm_hour, 2);
	put(l, ':');
	put_uint(l, (uint64_t)tm.tm_min, 2);
	put(l, ':');
	put_uint(l, (uint64_t)tm.tm_sec, 2);
	put(l, '.');
	put_uint(l, (uint64_t)now.tv_nsec / 1000000, 3);
	put(l, 'Z');
}

/* Return: where the field begins, for end_field(). */
static size_t begin_field(struct log_line *l, const char *key)
{
	size_t start = l->len;

	put_text(l, format->next);
	put_text(l, key);
	put_text(l, format->assign);
	return start;
}

static void end_field(struct log_line *l, size_t start)
{
	if (l->len <= FIELDS_MAX)
		return;
	l->len = start;
	l->is_cut = true;
}

void log_begin(struct log_line *l, enum log_level level, const char *msg)
{
	int saved = errno;

	l->level = level;
	l->is_cut = false;
	l->len = 0;
	put_text(l, format->open);
	put_time(l);
	put_text(l, format->opened);
	log_str(l, "level", level_name[level]);
	log_str(l, "msg", msg);
	errno = saved;
}

void log_str(struct log_line *l, const char *key, const char *value)
{
	log_bytes(l, key, value, value ? strlen(value) : 0);
}

static bool is_printable(unsigned char c)
{
	return c >= ' ' && c <= '~';
}

static bool needs_quotes(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_printable(p[i]) || strchr(" \"=\\", p[i]))
			return true;
	return len == 0;
}

static void put_hex(struct log_line *l, unsigned int value, int digits)
{
	static const char hex[] = "0123456789abcdef";

	while (digits-- > 0)
		put(l, hex[(value >> (4 * digits)) & 15]);
}

/* Return: bytes it takes. */
static size_t put_printable(struct log_line *l, unsigned char c)
{
	bool escaped = c == '"' || c == '\\';

	if (escaped)
		put(l, '\\');
	put(l, (char)c);
	return escaped ? 2 : 1;
}

static size_t escape_byte(struct log_line *l, const unsigned char *p, size_t left, size_t *used)
{
	(void)left;
	if (is_printable(*p)) {
		*used += put_printable(l, *p);
		return 1;
	}
	put_text(l, "\\x");
	put_hex(l, *p, 2);
	*used += strlen("\\xNN");
	return 1;
}

static size_t escape_character(struct log_line *l, const unsigned char *p, size_t left,
			       size_t *used)
{
	char escaped[JSON_ESCAPED_MAX];
	size_t len, n = json_escape(escaped, &len, (const char *)p, left);

	for (size_t i = 0; i < len; i++)
		put(l, escaped[i]);
	*used += len;
	return n;
}

void log_bytes(struct log_line *l, const char *key, const void *value, size_t len)
{
	const unsigned char *p = value;
	bool quoted = !format->plain || needs_quotes(p, len);
	size_t start = begin_field(l, key), used = 0;

	if (quoted)
		put(l, '"');
	for (size_t i = 0; i < len;) {
		if (used >= LOG_VALUE_MAX) {
			put_text(l, "...");
			break;
		}
		i += format->escape(l, p + i, len - i, &used);
	}
	if (quoted)
		put(l, '"');
	end_field(l, start);
}

void log_uint(struct log_line *l, const char *key, uint64_t value)
{
	size_t start = begin_field(l, key);

	put_uint(l, value, 1);
	end_field(l, start);
}

void log_ms(struct log_line *l, const char *key, uint64_t us)
{
	size_t start = begin_field(l, key);

	put_uint(l, us / 1000, 1);
	put(l, '.');
	put_uint(l, us % 1000, 3);
	end_field(l, start);
}

void log_end(struct log_line *l)
{
	if (l->is_cut) {
		begin_field(l, "cut");
		put_text(l, "true");
	}
	put_text(l, format->close);
	put(l, '\n');
}

int log_write(const struct log_line *l, int fd)
{
	int saved = errno, rc;
	ssize_t n;

	do {
		n = write(fd, l->text, l->len);
	} while (n < 0 && errno == EINTR);
	rc = n < 0 ? -errno : (size_t)n < l->len ? -EIO : 0;
	errno = saved;
	return rc;
}

void log_print(const struct log_line *l)
{
	const char *prefix = log_prefix(l->level);
	const struct iovec parts[] = {
		{ (char *)prefix, strlen(prefix) },
		{ (char *)l->text, l->len },
	};
	int saved = errno;

	while (writev(STDERR_FILENO, parts, 2) < 0 && errno == EINTR)
		;
	errno = saved;
}

void log_event(enum log_level level, const char *msg, ...)
{
	struct log_line l;
	const char *key;
	va_list ap;

	if (!log_enabled(level))
		return;
	log_begin(&l, level, msg);
	va_start(ap, msg);
	while ((key = va_arg(ap, const char *)) != NULL)
		log_str(&l, key, va_arg(ap, const char *));
	va_end(ap);
	log_end(&l);
	log_print(&l);
}
