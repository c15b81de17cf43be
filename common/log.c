#include "log.h"
#include "needs.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

NEEDS_SYSCALLS("write");

static int threshold = LOG_LEVEL_INFO;

static const char *const level_name[] = {
	[LOG_LEVEL_CRITICAL] = "critical", [LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",   [LOG_LEVEL_INFO] = "info",
	[LOG_LEVEL_DEBUG] = "debug",
};
_Static_assert(sizeof(level_name) / sizeof(level_name[0]) == LOG_LEVEL_NUM,
	       "every level has a name");

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

bool log_enabled(enum log_level level)
{
	return (int)level <= threshold;
}

/* One byte is always kept for the newline. */
static void put(struct log_line *l, char c)
{
	if (l->len + 1 < sizeof(l->text))
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

static void put_key(struct log_line *l, const char *key)
{
	put(l, ' ');
	put_text(l, key);
	put(l, '=');
}

void log_begin(struct log_line *l, enum log_level level, const char *msg)
{
	int saved = errno;

	l->len = 0;
	put_text(l, "time=");
	put_time(l);
	put_text(l, " level=");
	put_text(l, level_name[level]);
	log_str(l, "msg", msg);
	errno = saved;
}

void log_str(struct log_line *l, const char *key, const char *value)
{
	log_bytes(l, key, value, value ? strlen(value) : 0);
}

static bool needs_quotes(const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] <= ' ' || p[i] == '"' || p[i] == '=' || p[i] == '\\' || p[i] > '~')
			return true;
	return len == 0;
}

/* Return: bytes the escaped form of @c takes. */
static size_t put_escaped(struct log_line *l, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (c >= ' ' && c <= '~') {
		if (c == '"' || c == '\\')
			put(l, '\\');
		put(l, (char)c);
		return c == '"' || c == '\\' ? 2 : 1;
	}
	put_text(l, "\\x");
	put(l, hex[c >> 4]);
	put(l, hex[c & 15]);
	return 4;
}

void log_bytes(struct log_line *l, const char *key, const void *value, size_t len)
{
	const unsigned char *p = value;
	bool quoted = needs_quotes(p, len);
	size_t used = 0;

	put_key(l, key);
	if (quoted)
		put(l, '"');
	for (size_t i = 0; i < len; i++) {
		if (used >= LOG_VALUE_MAX) {
			put_text(l, "...");
			break;
		}
		used += put_escaped(l, p[i]);
	}
	if (quoted)
		put(l, '"');
}

void log_uint(struct log_line *l, const char *key, uint64_t value)
{
	put_key(l, key);
	put_uint(l, value, 1);
}

void log_ms(struct log_line *l, const char *key, uint64_t us)
{
	put_key(l, key);
	put_uint(l, us / 1000, 1);
	put(l, '.');
	put_uint(l, us % 1000, 3);
}

void log_end(struct log_line *l)
{
	l->text[l->len++] = '\n';
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
	log_write(&l, STDERR_FILENO);
}
