#include "addr.h"

#include <stdbool.h>
#include <string.h>

static const char *const error_text[] = {
#define X(name, text) [name] = (text),
	ADDR_ERRORS(X)
#undef X
};
_Static_assert(sizeof(error_text) / sizeof(error_text[0]) == ADDR_ERROR_NUM,
	       "every address error has a text");

const char *addr_strerror(enum addr_error e)
{
	return e < ADDR_ERROR_NUM ? error_text[e] : "unknown address error";
}

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '-' || c == '_';
}

static bool is_ipv6_byte(char c)
{
	return is_host_byte(c) || c == ':' || c == '%';
}

static enum addr_error parse_unix(struct addr *a, const char *path)
{
	size_t len = strlen(path);

	if (path[0] != '/' || path[1] == '\0')
		return ADDR_E_PATH;
	if (len > ADDR_PATH_MAX)
		return ADDR_E_PATH_LONG;
	memset(a, 0, sizeof(*a));
	a->kind = ADDR_UNIX;
	memcpy(a->path, path, len);
	return ADDR_OK;
}

/**
 * parse_port() - Read a decimal port up to the end of the text
 * @text:	Digits; one slash may follow, as url.Parse() tolerates it
 * @port:	Filled on success
 *
 * Return: whether @text was a port.
 */
static bool parse_port(const char *text, uint16_t *port)
{
	const char *p = text;
	unsigned int n = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (unsigned int)(*p - '0');
		if (n > UINT16_MAX)
			return false;
	}
	if (p == text)
		return false;
	if (*p == '/')
		p++;
	if (*p != '\0')
		return false;
	*port = (uint16_t)n;
	return true;
}

static enum addr_error parse_tcp(struct addr *a, const char *text)
{
	bool bracketed = text[0] == '[';
	bool (*is_ours)(char c) = bracketed ? is_ipv6_byte : is_host_byte;
	const char *host = text + (bracketed ? 1 : 0), *end = host;
	uint16_t port;

	while (is_ours(*end))
		end++;
	size_t len = (size_t)(end - host);
	if (len > ADDR_HOST_MAX || (bracketed && (len == 0 || *end != ']')))
		return ADDR_E_HOST;
	if (bracketed)
		end++;
	if (*end != ':')
		return *end == '\0' || *end == '/' ? ADDR_E_PORT : ADDR_E_HOST;
	if (!parse_port(end + 1, &port))
		return ADDR_E_PORT;

	memset(a, 0, sizeof(*a));
	a->kind = ADDR_TCP;
	a->port = port;
	memcpy(a->host, host, len);
	return ADDR_OK;
}

enum addr_error addr_parse(struct addr *a, const char *text)
{
	if (has_prefix(text, "unix://"))
		return parse_unix(a, text + strlen("unix://"));
	if (has_prefix(text, "tcp://"))
		return parse_tcp(a, text + strlen("tcp://"));
	return ADDR_E_SCHEME;
}

static void append(char *buf, size_t cap, size_t *len, const char *text)
{
	for (; *text != '\0' && *len + 1 < cap; text++)
		buf[(*len)++] = *text;
	if (cap > 0)
		buf[*len] = '\0';
}

size_t addr_format(const struct addr *a, char *buf, size_t cap)
{
	bool bracketed = strpbrk(a->host, ":%") != NULL; /* no bare host has these */
	char port[sizeof("65535")];
	char *digit = port + sizeof(port) - 1;
	unsigned int n = a->port;
	size_t len = 0;

	if (a->kind == ADDR_UNIX) {
		append(buf, cap, &len, "unix://");
		append(buf, cap, &len, a->path);
		return len;
	}
	*digit = '\0';
	do {
		*--digit = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);

	append(buf, cap, &len, "tcp://");
	append(buf, cap, &len, bracketed ? "[" : "");
	append(buf, cap, &len, a->host);
	append(buf, cap, &len, bracketed ? "]:" : ":");
	append(buf, cap, &len, digit);
	return len;
}
