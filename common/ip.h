/*
 * ip - addresses of both versions as one type, IPv4 mapped into IPv6 (RFC 4291
 * section 2.5.5.2)
 */
#ifndef COMMON_IP_H
#define COMMON_IP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

/** ip_map() - An IPv4 address as IPv6 has it */
static inline struct in6_addr ip_map(struct in_addr v4)
{
	struct in6_addr ip = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(&ip.s6_addr[12], &v4, sizeof(v4));
	return ip;
}

/** ip_is_loopback() - Whether it is ::1, or one of 127.0.0.0/8 */
static inline bool ip_is_loopback(const struct in6_addr *ip)
{
	return IN6_IS_ADDR_LOOPBACK(ip) ||
	       (IN6_IS_ADDR_V4MAPPED(ip) && ip->s6_addr[12] == IN_LOOPBACKNET);
}

/** ip_connects_to_loopback() - Whether it is, or is unspecified, which connect(2) takes for it */
static inline bool ip_connects_to_loopback(const struct in6_addr *ip)
{
	const struct in6_addr any4 = ip_map((struct in_addr){ INADDR_ANY });

	return ip_is_loopback(ip) || IN6_IS_ADDR_UNSPECIFIED(ip) || IN6_ARE_ADDR_EQUAL(ip, &any4);
}

#endif
