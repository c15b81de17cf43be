/*
 * addr - socket addresses as users write them
 *
 * The forms are hectorm/cetusguard's: tcp://host:port, tcp://:port,
 * tcp://[v6]:port and unix:///path. Parsing only: nothing here resolves a
 * name or opens a descriptor, allocates or touches errno.
 */
#ifndef COMMON_ADDR_H
#define COMMON_ADDR_H

#include <stddef.h>
#include <stdint.h>

#define ADDR_HOST_MAX 253 /* bytes of a host name, RFC 1035 section 2.3.4 */
#define ADDR_PATH_MAX 107 /* bytes of sun_path less its NUL, unix(7) */
#define ADDR_TEXT_MAX (sizeof("tcp://[]:65535") + ADDR_HOST_MAX)

enum addr_kind { ADDR_TCP, ADDR_UNIX, ADDR_KIND_NUM };

/**
 * struct addr - One parsed address
 * @kind:	Which of the fields below count
 * @port:	TCP port, host byte order; 0 asks the kernel to choose one
 * @host:	Name or numeric address without brackets; "" is every interface
 *		for a listener and the loopback interface for a client
 * @path:	Absolute path of the socket
 */
struct addr {
	enum addr_kind kind;
	uint16_t port;
	char host[ADDR_HOST_MAX + 1];
	char path[ADDR_PATH_MAX + 1];
};

/* clang-format off */
#define ADDR_ERRORS(X)							\
	X(ADDR_OK,		"no error")				\
	X(ADDR_E_SCHEME,	"expected tcp://host:port or unix:///path") \
	X(ADDR_E_PATH,		"expected an absolute path after unix://") \
	X(ADDR_E_PATH_LONG,	"the socket path is longer than 107 bytes") \
	X(ADDR_E_HOST,		"expected a host name, an IPv4 address or an IPv6 address in brackets") \
	X(ADDR_E_PORT,		"expected :port with a number from 0 to 65535 at the end")

enum addr_error {
#define X(name, text) name,
	ADDR_ERRORS(X)
#undef X
	ADDR_ERROR_NUM
};
/* clang-format on */

/**
 * addr_parse() - Read an address
 * @a:		Filled on success, untouched otherwise
 * @text:	NUL-terminated address
 *
 * Return: ADDR_OK, or what is wrong with @text.
 */
enum addr_error addr_parse(struct addr *a, const char *text);

/**
 * addr_strerror() - The text of an error
 * @e:	Error
 *
 * Return: static text, never NULL.
 */
const char *addr_strerror(enum addr_error e);

/**
 * addr_format() - Write an address the way addr_parse() reads it
 * @a:		Address
 * @buf:	Room for the text and its NUL
 * @cap:	Size of @buf; ADDR_TEXT_MAX always suffices, less truncates
 *
 * Return: length of the text.
 */
size_t addr_format(const struct addr *a, char *buf, size_t cap);

#endif
