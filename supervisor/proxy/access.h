/*
 * access - who may ask
 *
 * A list of entries, of which one has to be true of a client:
 *
 *	192.0.2.7  2001:db8::7		an address
 *	10.0.0.0/8  2001:db8::/32	a network
 *	dashboard.example		a host name: any address that it has now
 *	uid:1000  uid:monitor		the user of the process that has connected
 *	gid:1000  gid:docker		one of its groups, supplementary ones included
 *	container:portainer		the container that it is in, by name
 *	container:0123456789ab		the same by id, of which 12 to 64 digits are given
 *	label:KEY  label:KEY=VALUE	the same by a label
 *	cn:NAME				the common name of its certificate
 *	san:NAME  san:*.example.com	an alternative name of it: a host name, an address of
 *					mail if it has an @, a URI if it has ://
 *
 * IPv4-mapped IPv6 addresses are the IPv4 ones (RFC 4291 section 2.5.5.2). Lists are
 * text and comparisons; who finds out what a client is, is caller.c.
 */
#ifndef PROXY_ACCESS_H
#define PROXY_ACCESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define ACCESS_ERROR_MAX   512 /* bytes of an error text, NUL included */
#define ACCESS_ENTRY_MAX   512 /* bytes of one entry */
#define ACCESS_ENTRIES_MAX 256 /* of one list */

/* clang-format off */
#define ACCESS_KINDS(X)							\
	/* kind		prefix		where it can be true */		\
	X(NETWORK,	NULL,		ACCESS_ON_TCP)			\
	X(HOST,		NULL,		ACCESS_ON_TCP)			\
	X(USER,		"uid:",		ACCESS_ON_UNIX)			\
	X(GROUP,	"gid:",		ACCESS_ON_UNIX)			\
	X(CONTAINER,	"container:",	ACCESS_ON_TCP | ACCESS_ON_UNIX)	\
	X(LABEL,	"label:",	ACCESS_ON_TCP | ACCESS_ON_UNIX)	\
	X(CN,		"cn:",		ACCESS_ON_MTLS)			\
	X(SAN,		"san:",		ACCESS_ON_MTLS)
/* clang-format on */

enum access_kind {
#define X(name, prefix, where) ACCESS_##name,
	ACCESS_KINDS(X)
#undef X
		ACCESS_KIND_NUM
};

/* What a frontend is, as bits. */
enum access_where {
	ACCESS_ON_TCP = 1,
	ACCESS_ON_UNIX = 2,
	ACCESS_ON_MTLS = 4, /* TCP, and a certificate was asked for and verified */
};

/* The alternative names of a certificate, and its common name. */
enum access_name_kind {
	ACCESS_NAME_CN,
	ACCESS_NAME_DNS,
	ACCESS_NAME_MAIL,
	ACCESS_NAME_URI,
	ACCESS_NAME_NUM
};

/**
 * struct access_entry - One of them
 * @kind:	Which of the fields below counts
 * @text:	As it is written; owned by the list
 * @name:	Behind the prefix; in @text
 * @net:	Network, IPv4 ones as mapped, and the bits of it that count
 * @id:		User or group
 * @name_kind:	What name of a certificate is meant
 */
struct access_entry {
	enum access_kind kind;
	const char *text;
	const char *name;
	struct {
		struct in6_addr addr;
		unsigned int bits;
	} net;
	unsigned int id;
	enum access_name_kind name_kind;
};

/**
 * struct access_list - Entries; zeroed it has none
 * @entries:	@n of them; owned
 */
struct access_list {
	struct access_entry *entries;
	size_t n;
};

/** access_look_ahead() - Look at what entries that are added in a sandbox will need */
void access_look_ahead(void);

/**
 * access_add() - Add the entries between commas
 * @a:		List
 * @text:	Text, blanks around entries do not count
 * @error:	On failure, what entry, and what is wrong with it; ACCESS_ERROR_MAX bytes
 *
 * Names of users and groups are looked up now.
 *
 * Return: 0 or -EINVAL, -ENOMEM.
 */
int access_add(struct access_list *a, const char *text, char *error);

/**
 * access_add_one() - Add one entry of a kind that is said elsewhere
 * @a:		List
 * @kind:	Kind
 * @name:	What would be behind the prefix
 * @error:	As above
 */
int access_add_one(struct access_list *a, enum access_kind kind, const char *name, char *error);

/** access_clear() - Free the entries; none is fine */
void access_clear(struct access_list *a);

/** access_has() - Whether there is an entry of a kind */
bool access_has(const struct access_list *a, enum access_kind kind);

/**
 * access_check() - Find entries that can never be true
 * @a:		List
 * @where:	What the frontends are that it is for, enum access_where
 * @error:	Filled if there is one
 *
 * Return: 0 or -EINVAL.
 */
int access_check(const struct access_list *a, unsigned int where, char *error);

/** access_find() - The first entry of a kind, NULL without one; borrowed */
const struct access_entry *access_find(const struct access_list *a, enum access_kind kind);

/** access_lists() - Whether an entry is on a list, as it is written */
bool access_lists(const struct access_list *a, const char *text);

/** access_can_match() - Whether an entry can be true on a frontend; a list without is open */
bool access_can_match(const struct access_list *a, unsigned int where);

/**
 * struct access - Who a tier is for
 * @refs:	Who holds it
 * @from:	Who may ask
 * @certs:	What certificate they need besides
 */
struct access {
	unsigned int refs;
	struct access_list from;
	struct access_list certs;
};

/** access_new() - Make one without entries, held by the caller; NULL when out of memory */
struct access *access_new(void);

/** access_hold() - Hold it once more; NULL is fine */
struct access *access_hold(struct access *a);

/** access_equal() - Whether both are written the same; NULL is equal to NULL alone */
bool access_equal(const struct access *a, const struct access *b);

/** access_free() - Hold it no longer; NULL is fine */
void access_free(struct access *a);

/* ---- clients ---- */

/**
 * struct access_name - A name in a verified certificate
 */
struct access_name {
	enum access_name_kind kind;
	const char *text;
};

enum access_verdict {
	ACCESS_NO,
	ACCESS_YES,
	ACCESS_WAIT,	/* the answer is not here yet */
	ACCESS_UNKNOWN, /* there is none */
	ACCESS_VERDICT_NUM
};

/**
 * struct access_peer - What is known of a client; borrowed for a call
 * @has_addr:	It came over TCP, from @addr
 * @addr:	Its address, an IPv4 one as mapped
 * @has_user:	It came over a unix socket, from a process of @uid and @groups
 * @uid:	User of the process
 * @groups:	Groups of the process, @n_groups of them, the effective one among them
 * @n_groups:	Entries of @groups
 * @names:	Names in its certificate, which was verified, @n_names of them
 * @n_names:	Entries of @names
 * @ask:	Whether an entry is true that others have to be asked about: a host name, a
 *		container or its label
 * @data:	For @ask
 */
struct access_peer {
	bool has_addr;
	struct in6_addr addr;
	bool has_user;
	uid_t uid;
	const gid_t *groups;
	size_t n_groups;
	const struct access_name *names;
	size_t n_names;
	enum access_verdict (*ask)(void *data, const struct access_entry *e);
	void *data;
};

/**
 * access_judge() - Whether a client is one of those on a list
 * @a:		List; without entries everybody is
 * @peer:	Client
 * @by:		On ACCESS_YES, the entry that is true, or NULL if there are none
 *
 * Nobody is asked about what is known without, and of containers only where no host name
 * is true.
 */
enum access_verdict access_judge(const struct access_list *a, const struct access_peer *peer,
				 const struct access_entry **by);

/**
 * access_map() - Write an address the way networks are compared
 * @sa:		struct sockaddr_in or struct sockaddr_in6
 * @addr:	Filled, unless it is of another family
 *
 * Return: whether it is an IP address.
 */
bool access_map(const struct sockaddr *sa, struct in6_addr *addr);

/**
 * access_is_container() - Whether an entry's name is a container's
 * @name:	Of an ACCESS_CONTAINER. What looks like an id is never a name: anybody who
 *		makes containers could take it
 * @id:		The container's, 64 digits
 * @own_name:	The container's, without a slash
 */
bool access_is_container(const char *name, const char *id, const char *own_name);

/** access_is_id() - Whether a text looks like the id of a container, whole or shortened */
bool access_is_id(const char *text);

#endif
