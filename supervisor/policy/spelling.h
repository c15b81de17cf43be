/*
 * spelling - names that requests spell in several ways
 */
#ifndef POLICY_SPELLING_H
#define POLICY_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

#define SPELLING_CAP_MAX 40 /* bytes of a capability's name, NUL included */
#define SPELLING_IP_MAX	 46 /* bytes of an address, NUL included */

/**
 * spelling_cap() - Write a capability in capitals and without CAP_
 *
 * As moby's oci/caps, NormalizeLegacyCapabilities(), reads it.
 *
 * Return: whether @text could be one.
 */
bool spelling_cap(char *out, const char *text);

/** spelling_cap_is_default() - Whether Docker gives a capability to every container */
bool spelling_cap_is_default(const char *name);

/**
 * spelling_ip() - Write an address as inet_ntop(3) does
 *
 * IPv6 may stand in brackets; one that is a mapped IPv4 address becomes that.
 *
 * Return: whether @text is an address.
 */
bool spelling_ip(char *out, const char *text);

/**
 * spelling_ports() - Read "8000" or "8000-8010", in digits as strconv.ParseUint() takes them
 *
 * Return: whether @text is that; a port may be 0, or one that there is not.
 */
bool spelling_ports(unsigned int *first, unsigned int *last, const char *text);

/** spelling_is_one_of() - Whether @len bytes, not 0, are one of the words between blanks */
bool spelling_is_one_of(const char *words, const char *text, size_t len);

/** spelling_is_id() - Whether a text could be the beginning of an id: hexadecimal digits alone */
bool spelling_is_id(const char *text);

/** spelling_is_name() - Whether a text is a name as volumes and networks have it */
bool spelling_is_name(const char *text);

#endif
