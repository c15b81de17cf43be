#include "access.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "id.h"
#include "ip.h"

#define V4_BITS_BEFORE 96 /* of a mapped IPv4 address */
#define HOST_MAX       253
#define LABEL_MAX      63 /* of a host name, RFC 1035 section 2.3.4 */
#define ID_LEN	       64 /* digits of a container's id */
#define ID_LEN_MIN     12 /* as the Docker CLI shows it */

static const char *const prefixes[] = {
#define X(kind, prefix, where) prefix,
	ACCESS_KINDS(X)
#undef X
};

static const unsigned int places[] = {
#define X(kind, prefix, where) where,
	ACCESS_KINDS(X)
#undef X
};

static int fail(char *error, const char *text, const char *why)
{
	snprintf(error, ACCESS_ERROR_MAX, "%s: %s", text, why);
	return -EINVAL;
}

/* ---- addresses ---- */

static bool is_v4(const struct in6_addr *a)
{
	return IN6_IS_ADDR_V4MAPPED(a);
}

bool access_map(const struct sockaddr *sa, struct in6_addr *addr)
{
	if (sa->sa_family == AF_INET)
		*addr = ip_map(((const struct sockaddr_in *)(const void *)sa)->sin_addr);
	else if (sa->sa_family == AF_INET6)
		*addr = ((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr;
	else
		return false;
	return true;
}

static struct in6_addr masked(const struct in6_addr *a, unsigned int bits)
{
	struct in6_addr m = *a;

	for (unsigned int i = 0; i < sizeof(m.s6_addr); i++) {
		unsigned int kept = bits > 8 * i ? bits - 8 * i : 0;

		if (kept < 8)
			m.s6_addr[i] &= (uint8_t)(0xff00U >> kept);
	}
	return m;
}

/* IPv4 is no part of ::/0: who writes that means IPv6. */
static bool is_in(const struct access_entry *e, const struct in6_addr *a)
{
	struct in6_addr m = masked(a, e->net.bits);

	return is_v4(a) == is_v4(&e->net.addr) && IN6_ARE_ADDR_EQUAL(&m, &e->net.addr);
}

static void show_network(char *out, size_t cap, const struct in6_addr *a, unsigned int bits)
{
	char text[INET6_ADDRSTRLEN];
	bool v4 = is_v4(a);

	inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? (const void *)&a->s6_addr[12] : a, text,
		  sizeof(text));
	snprintf(out, cap, "%s/%u", text, v4 ? bits - V4_BITS_BEFORE : bits);
}

/* Return: the number behind the slash, or -1 for none up to @max. */
static int read_bits(const char *text, int max)
{
	int n = 0;

	if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
		return -1;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return -1;
		n = n * 10 + (*text - '0');
		if (n > max)
			return -1;
	}
	return n;
}

/**
 * read_network() - Read an address, or a network
 * @e:		Entry; @text is the whole of it
 * @addr:	What stands before the slash
 * @slash:	Behind the slash, or NULL
 * @error:	On failure, why
 *
 * Return: 1, 0 if @addr is no address at all, or -EINVAL.
 */
static int read_network(struct access_entry *e, const char *addr, const char *slash, char *error)
{
	char why[128], network[INET6_ADDRSTRLEN + 8];
	struct in_addr v4;
	bool is_short = inet_pton(AF_INET, addr, &v4) == 1;
	int bits, max = is_short ? 32 : 128;
	struct in6_addr base;

	if (is_short)
		e->net.addr = ip_map(v4);
	else if (inet_pton(AF_INET6, addr, &e->net.addr) != 1)
		return 0;
	e->kind = ACCESS_NETWORK;
	bits = slash ? read_bits(slash, max) : max;
	if (bits < 0) {
		snprintf(why, sizeof(why),
			 "expected the bits of the network behind /, from 0 to %d", max);
		return fail(error, e->text, why);
	}
	e->net.bits = (unsigned int)bits + (is_short ? V4_BITS_BEFORE : 0);
	base = masked(&e->net.addr, e->net.bits);
	if (IN6_ARE_ADDR_EQUAL(&base, &e->net.addr))
		return 1;
	show_network(network, sizeof(network), &base, e->net.bits);
	snprintf(why, sizeof(why), "has bits behind those of the network, which is %s", network);
	return fail(error, e->text, why);
}

/* ---- names ---- */

/* What resolvers and Compose take: letters, digits, - and _ in labels between dots. */
static bool is_host_name(const char *name)
{
	size_t len = strlen(name), label = 0;
	bool digits = true; /* in the last label, which no name has (RFC 3696 section 2) */

	if (len == 0 || len > HOST_MAX)
		return false;
	for (; *name != '\0'; name++) {
		if (*name == '.') {
			if (label == 0)
				return false;
			digits = digits || name[1] != '\0';
			label = name[1] != '\0' ? 0 : label;
			continue;
		}
		if (!isalnum((unsigned char)*name) && *name != '-' && *name != '_')
			return false;
		if (label == 0)
			digits = true;
		digits = digits && isdigit((unsigned char)*name);
		if (++label > LABEL_MAX)
			return false;
	}
	return label > 0 && !digits;
}

static int read_host(struct access_entry *e, char *error)
{
	const char *slash = strchr(e->text, '/');
	char addr[ACCESS_ENTRY_MAX];
	int rc;

	snprintf(addr, sizeof(addr), "%.*s", slash ? (int)(slash - e->text) : (int)strlen(e->text),
		 e->text);
	rc = read_network(e, addr, slash ? slash + 1 : NULL, error);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	e->kind = ACCESS_HOST;
	e->name = e->text;
	if (!slash && is_host_name(addr))
		return 0;
	return fail(error, e->text,
		    "expected an address, a network as 10.0.0.0/8, a host name, uid:, gid:, "
		    "container:, label:, cn: or san:");
}

/*
 * Ids that names had when they were looked up first. In the sandbox nobody can be looked
 * up any more, and what is read again names mostly the same.
 */
struct known {
	struct known *next;
	unsigned int id;
	char text[]; /* the entry */
};

static struct known *known;

static bool is_known(struct access_entry *e)
{
	for (const struct known *k = known; k; k = k->next)
		if (strcmp(k->text, e->text) == 0) {
			e->id = k->id;
			return true;
		}
	return false;
}

static void note(const struct access_entry *e)
{
	size_t len = strlen(e->text) + 1;
	struct known *k = malloc(sizeof(*k) + len);

	if (!k)
		return;
	k->next = known;
	k->id = e->id;
	memcpy(k->text, e->text, len);
	known = k;
}

static bool find_user(const char *name, unsigned int *id)
{
	const struct passwd *user = getpwnam(name);

	if (user)
		*id = user->pw_uid;
	return user != NULL;
}

static bool find_group(const char *name, unsigned int *id)
{
	const struct group *group = getgrnam(name);

	if (group)
		*id = group->gr_gid;
	return group != NULL;
}

/*
 * In a user namespace that does not have everybody, all others have these ids (the
 * kernel's defaults of overflowuid and overflowgid, user_namespaces(7)).
 */
#define OVERFLOW_ID 65534

/* @map: /proc/self/uid_map or gid_map. What cannot be read has nobody. */
static bool has_everybody(const char *map)
{
	unsigned long long sum = 0;
	FILE *f = fopen(map, "re");
	char line[128];

	if (!f)
		return errno == ENOENT;
	/* The first id inside, the first one outside, and how many there are. */
	while (fgets(line, sizeof(line), f)) {
		const char *count = strrchr(line, ' ');

		sum += count ? strtoull(count, NULL, 10) : 0;
	}
	fclose(f);
	return sum >= UINT32_MAX;
}

/* Looked at once, before the sandbox, in which nothing could be opened. */
static bool is_anybody(const struct access_entry *e)
{
	static enum { UNKNOWN, NO, YES } answers[ACCESS_KIND_NUM];

	if (e->id != OVERFLOW_ID)
		return false;
	if (answers[e->kind] == UNKNOWN)
		answers[e->kind] = has_everybody(e->kind == ACCESS_USER ? "/proc/self/uid_map" :
									  "/proc/self/gid_map") ?
					   NO :
					   YES;
	return answers[e->kind] == YES;
}

void access_look_ahead(void)
{
	is_anybody(&(struct access_entry){ .kind = ACCESS_USER, .id = OVERFLOW_ID });
	is_anybody(&(struct access_entry){ .kind = ACCESS_GROUP, .id = OVERFLOW_ID });
}

/**
 * find_id() - Read the number or the name of a user or a group
 * @e:		Entry
 * @find:	Looks a name up
 * @none:	What is wrong if it has not found it
 * @error:	On failure, why
 */
static int find_id(struct access_entry *e, bool (*find)(const char *name, unsigned int *id),
		   const char *none, char *error)
{
	if (id_parse(e->name, &e->id) || is_known(e))
		return 0;
	errno = 0;
	if (find(e->name, &e->id)) {
		note(e);
		return 0;
	}
	if (errno == EACCES)
		none = "names cannot be looked up while it serves; give the number, or start it again";
	return fail(error, e->text, none);
}

/* As find_id(), which looks it up. */
static int read_id(struct access_entry *e, bool (*find)(const char *name, unsigned int *id),
		   const char *none, char *error)
{
	int rc = find_id(e, find, none, error);

	if (rc == 0 && is_anybody(e))
		rc = fail(error, e->text, "in this user namespace that is whoever has no id in it");
	return rc;
}

static int read_user(struct access_entry *e, char *error)
{
	return read_id(e, find_user, "there is no such user", error);
}

static int read_group(struct access_entry *e, char *error)
{
	return read_id(e, find_group, "there is no such group", error);
}

/* moby's names.RestrictedNameChars: [a-zA-Z0-9][a-zA-Z0-9_.-]+ */
static int read_container(struct access_entry *e, char *error)
{
	const char *p = e->name;
	size_t len = strlen(p);
	bool is_fine = len >= 2 && isalnum((unsigned char)p[0]);

	for (; is_fine && *p != '\0'; p++)
		is_fine = isalnum((unsigned char)*p) || strchr("_.-", *p);
	return is_fine ? 0 : fail(error, e->text, "expected the name or the id of a container");
}

static int read_label(struct access_entry *e, char *error)
{
	size_t key = strcspn(e->name, "=");

	return key > 0 ? 0 : fail(error, e->text, "expected KEY or KEY=VALUE");
}

static int read_cn(struct access_entry *e, char *error)
{
	(void)error;
	e->name_kind = ACCESS_NAME_CN;
	return 0;
}

static int read_san(struct access_entry *e, char *error)
{
	const char *host = strncmp(e->name, "*.", 2) == 0 ? e->name + 2 : e->name;

	if (strstr(e->name, "://"))
		e->name_kind = ACCESS_NAME_URI;
	else if (strchr(e->name, '@'))
		e->name_kind = ACCESS_NAME_MAIL;
	else
		e->name_kind = ACCESS_NAME_DNS;
	if (e->name_kind != ACCESS_NAME_DNS || is_host_name(host))
		return 0;
	return fail(error, e->text,
		    "expected a host name, *. and a host name, an address of mail or a URI");
}

static int (*const readers[])(struct access_entry *e, char *error) = {
	[ACCESS_NETWORK] = read_host,
	[ACCESS_HOST] = read_host,
	[ACCESS_USER] = read_user,
	[ACCESS_GROUP] = read_group,
	[ACCESS_CONTAINER] = read_container,
	[ACCESS_LABEL] = read_label,
	[ACCESS_CN] = read_cn,
	[ACCESS_SAN] = read_san,
};
_Static_assert(sizeof(readers) / sizeof(readers[0]) == ACCESS_KIND_NUM, "every kind is read");

/* ---- lists ---- */

/* Read one whose @text is set. */
static int read_entry(struct access_entry *e, char *error)
{
	for (size_t i = 0; i < ACCESS_KIND_NUM; i++) {
		size_t len = prefixes[i] ? strlen(prefixes[i]) : 0;

		if (len == 0 || strncmp(e->text, prefixes[i], len) != 0)
			continue;
		e->kind = (enum access_kind)i;
		e->name = e->text + len;
		if (*e->name == '\0')
			return fail(error, e->text, "expected something behind the colon");
		return readers[i](e, error);
	}
	return read_host(e, error);
}

/**
 * add() - Add one entry
 * @a:		List
 * @text:	Entry, @len bytes
 * @len:	Length of @text
 * @error:	On failure, why
 */
static int add(struct access_list *a, const char *text, size_t len, char *error)
{
	struct access_entry *grown, e = { 0 };
	int rc;

	if (len >= ACCESS_ENTRY_MAX || a->n == ACCESS_ENTRIES_MAX) {
		snprintf(error, ACCESS_ERROR_MAX, "%.*s...: %s", 32, text,
			 len >= ACCESS_ENTRY_MAX ? "this is too long" : "there are too many");
		return -EINVAL;
	}
	grown = realloc(a->entries, (a->n + 1) * sizeof(*grown));
	if (grown)
		a->entries = grown;
	e.text = grown ? strndup(text, len) : NULL;
	if (!e.text) {
		snprintf(error, ACCESS_ERROR_MAX, "out of memory");
		return -ENOMEM;
	}
	rc = read_entry(&e, error);
	if (rc < 0)
		free((char *)e.text);
	else
		a->entries[a->n++] = e;
	return rc;
}

int access_add(struct access_list *a, const char *text, char *error)
{
	int rc = 0;

	do {
		size_t len, end;

		text += strspn(text, " \t");
		len = end = strcspn(text, ",");
		while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
			len--;
		if (len == 0) {
			snprintf(error, ACCESS_ERROR_MAX, "an entry is empty");
			return -EINVAL;
		}
		rc = add(a, text, len, error);
		text += end + (text[end] == ',');
	} while (rc == 0 && *text != '\0');
	return rc;
}

int access_add_one(struct access_list *a, enum access_kind kind, const char *name, char *error)
{
	char text[ACCESS_ENTRY_MAX + 1];
	int len = snprintf(text, sizeof(text), "%s%s", prefixes[kind], name);

	return add(a, text, (size_t)len, error);
}

void access_clear(struct access_list *a)
{
	for (size_t i = 0; i < a->n; i++)
		free((char *)a->entries[i].text);
	free(a->entries);
	*a = (struct access_list){ 0 };
}

const struct access_entry *access_find(const struct access_list *a, enum access_kind kind)
{
	for (size_t i = 0; i < a->n; i++)
		if (a->entries[i].kind == kind)
			return &a->entries[i];
	return NULL;
}

bool access_has(const struct access_list *a, enum access_kind kind)
{
	return access_find(a, kind) != NULL;
}

bool access_lists(const struct access_list *a, const char *text)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->entries[i].text, text) == 0)
			return true;
	return false;
}

static bool is_same_list(const struct access_list *a, const struct access_list *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->entries[i].text, b->entries[i].text) != 0)
			return false;
	return true;
}

bool access_can_match(const struct access_list *a, unsigned int where)
{
	for (size_t i = 0; i < a->n; i++)
		if (places[a->entries[i].kind] & where)
			return true;
	return a->n == 0;
}

int access_check(const struct access_list *a, unsigned int where, char *error)
{
	for (size_t i = 0; i < a->n; i++) {
		unsigned int place = places[a->entries[i].kind];

		if (place & where)
			continue;
		return fail(error, a->entries[i].text,
			    place == ACCESS_ON_UNIX ?
				    "can be true of clients of a unix socket only" :
			    place == ACCESS_ON_TCP ?
				    "can be true of clients over TCP only" :
				    "can be true only where clients need a certificate: over TCP, "
				    "with the CA of -frontend-tls-cacert");
	}
	return 0;
}

struct access *access_new(void)
{
	struct access *a = calloc(1, sizeof(*a));

	return access_hold(a);
}

struct access *access_hold(struct access *a)
{
	if (a)
		a->refs++;
	return a;
}

bool access_equal(const struct access *a, const struct access *b)
{
	if (!a || !b)
		return a == b;
	return is_same_list(&a->from, &b->from) && is_same_list(&a->certs, &b->certs);
}

void access_free(struct access *a)
{
	if (!a || --a->refs > 0)
		return;
	access_clear(&a->from);
	access_clear(&a->certs);
	free(a);
}

/* ---- judging ---- */

static bool has_group(const struct access_peer *peer, gid_t group)
{
	for (size_t i = 0; i < peer->n_groups; i++)
		if (peer->groups[i] == group)
			return true;
	return false;
}

/* One label and no more stands for the asterisk, as in RFC 6125 section 6.4.3. */
static bool is_name(const struct access_entry *e, const struct access_name *name)
{
	const char *rest = e->name, *text = name->text;

	if (name->kind != e->name_kind)
		return false;
	if (name->kind != ACCESS_NAME_DNS)
		return strcmp(rest, text) == 0;
	if (strncmp(rest, "*.", 2) == 0) {
		size_t label = strcspn(text, ".");

		if (label == 0)
			return false;
		rest++;
		text += label;
	}
	return strcasecmp(rest, text) == 0;
}

static bool has_name(const struct access_entry *e, const struct access_peer *peer)
{
	for (size_t i = 0; i < peer->n_names; i++)
		if (is_name(e, &peer->names[i]))
			return true;
	return false;
}

static enum access_verdict judge(const struct access_entry *e, const struct access_peer *peer)
{
	switch (e->kind) {
	case ACCESS_NETWORK:
		return peer->has_addr && is_in(e, &peer->addr) ? ACCESS_YES : ACCESS_NO;
	case ACCESS_USER:
		return peer->has_user && peer->uid == e->id ? ACCESS_YES : ACCESS_NO;
	case ACCESS_GROUP:
		return peer->has_user && has_group(peer, e->id) ? ACCESS_YES : ACCESS_NO;
	case ACCESS_CN:
	case ACCESS_SAN:
		return has_name(e, peer) ? ACCESS_YES : ACCESS_NO;
	case ACCESS_HOST:
		return peer->has_addr ? peer->ask(peer->data, e) : ACCESS_NO;
	case ACCESS_CONTAINER:
	case ACCESS_LABEL:
		return peer->ask(peer->data, e);
	case ACCESS_KIND_NUM:
		break;
	}
	return ACCESS_NO;
}

/* How dear an answer is. */
static unsigned int cost_of(enum access_kind kind)
{
	if (kind == ACCESS_CONTAINER || kind == ACCESS_LABEL)
		return 2;
	return kind == ACCESS_HOST ? 1 : 0;
}

enum access_verdict access_judge(const struct access_list *a, const struct access_peer *peer,
				 const struct access_entry **by)
{
	*by = NULL;
	for (unsigned int cost = 0; cost <= 2; cost++) {
		for (size_t i = 0; i < a->n; i++) {
			const struct access_entry *e = &a->entries[i];
			enum access_verdict v = cost_of(e->kind) == cost ? judge(e, peer) :
									   ACCESS_NO;

			if (v == ACCESS_YES)
				*by = e;
			if (v != ACCESS_NO)
				return v;
		}
	}
	return a->n == 0 ? ACCESS_YES : ACCESS_NO;
}

/* ---- containers ---- */

bool access_is_id(const char *text)
{
	size_t len = strspn(text, "0123456789abcdef");

	return text[len] == '\0' && len >= ID_LEN_MIN && len <= ID_LEN;
}

bool access_is_container(const char *name, const char *id, const char *own_name)
{
	if (access_is_id(name))
		return strncmp(name, id, strlen(name)) == 0;
	return strcmp(name, own_name) == 0;
}
