#include "spelling.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool spelling_cap(char *out, const char *text)
{
	size_t n = 0;

	if (strncasecmp(text, "CAP_", 4) == 0)
		text += 4;
	for (; *text != '\0'; text++) {
		char c = *text;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (((c < 'A' || c > 'Z') && c != '_') || n == SPELLING_CAP_MAX - 1)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n > 0;
}

bool spelling_cap_is_default(const char *name)
{
	/* moby's oci/caps/defaults.go. */
	static const char *const defaults[] = {
		"CHOWN",   "DAC_OVERRIDE", "FSETID",	       "FOWNER",
		"MKNOD",   "NET_RAW",	   "SETGID",	       "SETUID",
		"SETFCAP", "SETPCAP",	   "NET_BIND_SERVICE", "SYS_CHROOT",
		"KILL",	   "AUDIT_WRITE",
	};

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (strcmp(name, defaults[i]) == 0)
			return true;
	return false;
}

bool spelling_ip(char *out, const char *text)
{
	char bare[SPELLING_IP_MAX];
	struct in6_addr v6;
	struct in_addr v4;
	size_t len = strlen(text);

	if (inet_pton(AF_INET, text, &v4) == 1)
		return inet_ntop(AF_INET, &v4, out, SPELLING_IP_MAX) != NULL;
	if (len > 2 && len - 2 < sizeof(bare) && text[0] == '[' && text[len - 1] == ']') {
		memcpy(bare, text + 1, len - 2);
		bare[len - 2] = '\0';
		text = bare;
	}
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return inet_ntop(AF_INET, &v6.s6_addr[12], out, SPELLING_IP_MAX) != NULL;
	return inet_ntop(AF_INET6, &v6, out, SPELLING_IP_MAX) != NULL;
}

static bool read_port(unsigned int *port, const char **p)
{
	size_t n = strspn(*p, "0123456789");

	if (n == 0 || n > 5)
		return false;
	*port = (unsigned int)strtoul(*p, NULL, 10);
	*p += n;
	return true;
}

bool spelling_ports(unsigned int *first, unsigned int *last, const char *text)
{
	if (!read_port(first, &text))
		return false;
	*last = *first;
	if (*text == '-') {
		text++;
		if (!read_port(last, &text))
			return false;
	}
	return *text == '\0';
}

bool spelling_is_one_of(const char *words, const char *text, size_t len)
{
	for (const char *p = words; len > 0 && *p != '\0';) {
		size_t n = strcspn(p, " ");

		if (n == len && memcmp(p, text, len) == 0)
			return true;
		p += n;
		p += *p == ' ';
	}
	return false;
}

bool spelling_is_id(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789abcdefABCDEF")] == '\0';
}

bool spelling_is_name(const char *text)
{
	static const char first[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

	return text[0] != '\0' && strchr(first, text[0]) &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789_.-")] == '\0';
}
