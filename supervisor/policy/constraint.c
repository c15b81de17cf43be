#include "constraint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gojson.h"
#include "hostpath.h"
#include "image.h"
#include "member.h"
#include "pattern.h"

/**
 * struct line - A line that is being read
 * @start:	Its first byte
 * @p:		What comes next
 * @end:	Behind its last byte
 * @host:	The machine that paths are of
 * @error:	On failure, what was expected
 */
struct line {
	const char *start, *p, *end;
	const struct policy_host *host;
	char *error;
};

static int fail(struct line *l, const char *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct line *l, const char *at, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(l->error, POLICY_ERROR_MAX, format, ap);
	va_end(ap);
	l->p = at;
	return -EINVAL;
}

static int fail_no_memory(struct line *l)
{
	fail(l, l->p, "out of memory");
	return -ENOMEM;
}

static void skip_blanks(struct line *l)
{
	while (l->p < l->end && (*l->p == ' ' || *l->p == '\t'))
		l->p++;
}

/* The bytes up to the next blank; NULL if there are none. The caller frees it. */
static char *take_word(struct line *l)
{
	const char *start;

	skip_blanks(l);
	start = l->p;
	while (l->p < l->end && *l->p != ' ' && *l->p != '\t')
		l->p++;
	return l->p > start ? strndup(start, (size_t)(l->p - start)) : NULL;
}

/* ---- lists ---- */

static int add_word(struct constraint *c, const char *word, bool read_only)
{
	char **words = reallocarray(c->words, c->n_words + 1, sizeof(*words));
	bool *flags;

	if (!words)
		return -ENOMEM;
	c->words = words;
	flags = reallocarray(c->read_only, c->n_words + 1, sizeof(*flags));
	if (!flags)
		return -ENOMEM;
	c->read_only = flags;
	c->words[c->n_words] = strdup(word);
	if (!c->words[c->n_words])
		return -ENOMEM;
	c->read_only[c->n_words++] = read_only;
	return 0;
}

/* Each reads one entry of a list, NUL-terminated, @at in the line. */
typedef int (*read_entry)(struct constraint *c, struct line *l, char *word, const char *at);

static int read_name(struct constraint *c, struct line *l, char *word, const char *at)
{
	(void)l;
	(void)at;
	return add_word(c, word, false);
}

static int read_image(struct constraint *c, struct line *l, char *word, const char *at)
{
	char reference[IMAGE_REFERENCE_MAX];

	if (!image_normalise(reference, word))
		return fail(l, at, "expected an image such as alpine, busybox:* or ghcr.io/acme/*");
	return add_word(c, reference, false);
}

static int read_cap(struct constraint *c, struct line *l, char *word, const char *at)
{
	char name[SPELLING_CAP_MAX];

	if (!spelling_cap(name, word))
		return fail(l, at, "expected a capability such as NET_BIND_SERVICE, or ALL");
	return add_word(c, name, false);
}

static int read_host_word(struct constraint *c, struct line *l, char *word, const char *at)
{
	static const char *const namespaces[] = { "cgroup", "ipc", "net", "pid", "user", "uts" };

	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
		if (strcmp(word, namespaces[i]) == 0)
			return add_word(c, word, false);
	return fail(l, at, "expected pid, ipc, uts, net, user or cgroup");
}

static int read_path(struct constraint *c, struct line *l, char *word, const char *at,
		     bool read_only)
{
	char path[POLICY_PATH_MAX];
	enum hostpath_error e;

	if (strcmp(word, ".") == 0) {
		if (!l->host || !l->host->base)
			return fail(l, at, "\".\" is where cetus-run was started; expected a path");
		e = hostpath_read(path, l->host->base, l->host);
	} else {
		e = hostpath_read(path, word, l->host);
	}
	if (e != HOSTPATH_OK)
		return fail(l, at, "the path %s", hostpath_error_text(e));
	return add_word(c, path, read_only);
}

static int read_bind(struct constraint *c, struct line *l, char *word, const char *at)
{
	char *colon = strchr(word, ':');
	bool read_only = colon && strcmp(colon, ":ro") == 0;

	if (colon && !read_only && strcmp(colon, ":rw") != 0)
		return fail(l, at + (colon - word), "expected :ro, :rw or nothing behind the path");
	if (colon)
		*colon = '\0';
	return read_path(c, l, word, at, read_only);
}

static int read_device(struct constraint *c, struct line *l, char *word, const char *at)
{
	return read_path(c, l, word, at, false);
}

static bool read_ports(struct constraint_range *r, const char *text)
{
	if (strcmp(text, "*") == 0) {
		r->any_port = true;
		r->last = 65535;
		return true;
	}
	return spelling_ports(&r->first, &r->last, text) && r->first > 0 && r->first <= r->last &&
	       r->last <= 65535;
}

static int read_publish(struct constraint *c, struct line *l, char *word, const char *at)
{
	struct constraint_range r = { "", false, 0, 0 }, *grown;
	char *colon = strrchr(word, ':'), *ports = colon ? colon + 1 : word;

	if (colon)
		*colon = '\0';
	if (!read_ports(&r, ports))
		return fail(l, at + (ports - word),
			    "expected a port, a range such as 8000-8999, or *");
	if (colon && !spelling_ip(r.ip, word))
		return fail(l, at, "expected an IP address in front of the port");
	grown = reallocarray(c->ranges, c->n_ranges + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	c->ranges = grown;
	c->ranges[c->n_ranges++] = r;
	return 0;
}

static int parse_list(struct constraint *c, struct line *l, read_entry read)
{
	int rc = 0;

	do {
		const char *start, *end;
		char *word;

		skip_blanks(l);
		start = l->p;
		while (l->p < l->end && *l->p != ',')
			l->p++;
		for (end = l->p; end > start && (end[-1] == ' ' || end[-1] == '\t');)
			end--;
		if (end == start)
			return fail(l, start, "expected a list, with commas in between");
		word = strndup(start, (size_t)(end - start));
		rc = word ? read(c, l, word, start) : -ENOMEM;
		free(word);
	} while (rc == 0 && l->p++ < l->end);
	return rc == -ENOMEM ? fail_no_memory(l) : rc;
}

/* ---- maxima ---- */

static int parse_memory(struct constraint *c, struct line *l)
{
	static const char units[] = "bkmg";
	char *word = take_word(l), *end = word;
	const char *unit;
	unsigned long long n = 0;

	if (word) {
		errno = 0;
		n = strtoull(word, &end, 10);
		unit = *end != '\0' ? strchr(units, *end | 0x20) : units;
		if (unit && n <= (unsigned long long)INT64_MAX >> (10 * (unit - units)))
			c->limit = (int64_t)(n << (10 * (unit - units)));
		if (word[0] < '0' || word[0] > '9' || (*end != '\0' && end[1] != '\0'))
			c->limit = 0;
	}
	free(word);
	return c->limit > 0 ? 0 : fail(l, l->start, "expected memory such as 512m or 2g");
}

static int parse_cpus(struct constraint *c, struct line *l)
{
	char *word = take_word(l), *end = word;
	double n = word ? strtod(word, &end) : 0;

	if (word && word[0] >= '0' && word[0] <= '9' && *end == '\0' && n > 0 && n <= 100000)
		c->limit = (int64_t)(n * 1e9);
	free(word);
	return c->limit > 0 ? 0 : fail(l, l->start, "expected a number of CPUs such as 1.5");
}

static int parse_pids(struct constraint *c, struct line *l)
{
	char *word = take_word(l);
	size_t n = word ? strspn(word, "0123456789") : 0;

	if (n > 0 && n <= 9 && word[n] == '\0')
		c->limit = strtol(word, NULL, 10);
	free(word);
	return c->limit > 0 ? 0 : fail(l, l->start, "expected a number of processes such as 256");
}

/* ---- bytes of the request ---- */

static int take_name(struct constraint *c, struct line *l, const char *what)
{
	c->name = take_word(l);
	return c->name ? 0 : fail(l, l->p, "expected the name of a %s", what);
}

/* The rest of the line, a pattern. */
static int take_pattern(struct constraint *c, struct line *l)
{
	char message[PATTERN_ERROR_MAX];
	size_t off;

	skip_blanks(l);
	if (l->p == l->end)
		return fail(l, l->p, "expected a regular expression");
	c->pattern = pattern_compile(l->p, (size_t)(l->end - l->p), &off, message);
	return c->pattern ? 0 : fail(l, l->p + off, "%s", message);
}

static int parse_query(struct constraint *c, struct line *l)
{
	int rc = take_name(c, l, "parameter");

	skip_blanks(l);
	c->bool_value = l->end - l->p == 4 && memcmp(l->p, "true", 4) == 0;
	c->is_bool = c->bool_value || (l->end - l->p == 5 && memcmp(l->p, "false", 5) == 0);
	return rc == 0 ? take_pattern(c, l) : rc;
}

static int parse_header(struct constraint *c, struct line *l)
{
	int rc = take_name(c, l, "header field");

	return rc == 0 ? take_pattern(c, l) : rc;
}

static int parse_no_query(struct constraint *c, struct line *l)
{
	return take_name(c, l, "parameter");
}

static int take_op(struct constraint *c, struct line *l)
{
	static const char *const ops[] = {
		[CONSTRAINT_EQ] = "==",	     [CONSTRAINT_NE] = "!=", [CONSTRAINT_LE] = "<=",
		[CONSTRAINT_GE] = ">=",	     [CONSTRAINT_LT] = "<",  [CONSTRAINT_GT] = ">",
		[CONSTRAINT_MATCHES] = "=~",
	};
	const char *at;
	char *word;

	_Static_assert(sizeof(ops) / sizeof(ops[0]) == CONSTRAINT_OP_NUM, "each has a spelling");
	skip_blanks(l);
	at = l->p;
	word = take_word(l);
	for (int op = 0; word && op < CONSTRAINT_OP_NUM; op++)
		if (strcmp(word, ops[op]) == 0) {
			c->op = (enum constraint_op)op;
			free(word);
			return 0;
		}
	free(word);
	return fail(l, at, "expected ==, !=, <, <=, >, >= or =~");
}

static int take_value(struct constraint *c, struct line *l)
{
	char message[GOJSON_ERROR_MAX];
	enum gojson_kind kind;
	bool is_order = c->op != CONSTRAINT_EQ && c->op != CONSTRAINT_NE;

	skip_blanks(l);
	c->value = gojson_read(l->p, (size_t)(l->end - l->p), message);
	kind = gojson_kind_of(c->value);
	if (!c->value || kind == GOJSON_ARRAY || kind == GOJSON_OBJECT)
		return fail(l, l->p, "expected a JSON value such as true, 5 or \"text\"");
	if (is_order && kind != GOJSON_INTEGER && kind != GOJSON_REAL)
		return fail(l, l->p, "expected a number to compare with");
	return 0;
}

static int parse_body(struct constraint *c, struct line *l)
{
	const char *at;
	int rc;

	skip_blanks(l);
	at = l->p;
	rc = take_name(c, l, "member such as .HostConfig.AutoRemove");
	if (rc == 0 && !member_path_is_valid(c->name))
		return fail(l, at,
			    "expected a path such as .HostConfig.Init, .Env[*] or .Labels[\"a\"]");
	if (rc == 0)
		rc = take_op(c, l);
	if (rc < 0)
		return rc;
	return c->op == CONSTRAINT_MATCHES ? take_pattern(c, l) : take_value(c, l);
}

/* ---- the table ---- */

static const struct {
	const char *name;
	read_entry list;				    /* a list of these */
	int (*parse)(struct constraint *c, struct line *l); /* or something else, */
							    /* or neither: no arguments */
	const char *opens;
} table[] = {
	[CONSTRAINT_BIND] = { "bind", .list = read_bind,
			      .opens = "mounts of these paths and what is below, nothing else" },
	[CONSTRAINT_BODY] = { "body", .parse = parse_body,
			      .opens = "what has this member, also where confined refuses it" },
	[CONSTRAINT_CAP] = { "cap", .list = read_cap,
			     .opens = "these capabilities beside Docker's default ones" },
	[CONSTRAINT_CONFINED] = { "confined",
				  .opens = "nothing that reaches the host or another container" },
	[CONSTRAINT_CPUS] = { "cpus", .parse = parse_cpus, .opens = "at most this many CPUs" },
	[CONSTRAINT_DEVICE] = { "device", .list = read_device, .opens = "these devices" },
	[CONSTRAINT_ENV] = { "env", .list = read_name,
			     .opens = "environment variables of these names, nothing else" },
	[CONSTRAINT_HEADER] = { "header", .parse = parse_header,
				.opens =
					"a field with such values, also where confined refuses it" },
	[CONSTRAINT_HOST] = { "host", .list = read_host_word,
			      .opens = "these namespaces of the host" },
	[CONSTRAINT_IMAGE] = { "image", .list = read_image, .opens = "these images, nothing else" },
	[CONSTRAINT_LABEL] = { "label", .list = read_name,
			       .opens = "labels of these names, nothing else" },
	[CONSTRAINT_MEMORY] = { "memory", .parse = parse_memory,
				.opens = "what asks for at most this much memory" },
	[CONSTRAINT_NETWORK] = { "network", .list = read_name,
				 .opens = "these networks beside the default one" },
	[CONSTRAINT_NO_QUERY] = { "no-query", .parse = parse_no_query,
				  .opens = "what has no such parameter" },
	[CONSTRAINT_PIDS] = { "pids", .parse = parse_pids,
			      .opens = "what asks for at most this many processes" },
	[CONSTRAINT_PRIVILEGED] = { "privileged", .opens = "all that root of the host may do" },
	[CONSTRAINT_PUBLISH] = { "publish", .list = read_publish,
				 .opens = "ports published at these addresses, nothing else" },
	[CONSTRAINT_QUERY] = { "query", .parse = parse_query,
			       .opens =
				       "a parameter with such values, also where confined refuses it" },
	[CONSTRAINT_RUNTIME] = { "runtime", .list = read_name,
				 .opens = "these runtimes beside the default one" },
	[CONSTRAINT_USER] = { "user", .list = read_name, .opens = "these users, nothing else" },
	[CONSTRAINT_VOLUME] = { "volume", .list = read_name,
				.opens = "named volumes of these names, nothing else" },
};
_Static_assert(sizeof(table) / sizeof(table[0]) == CONSTRAINT_NUM, "each has a row");

const char *constraint_opens(enum constraint_id id)
{
	return table[id].opens;
}

static enum constraint_id find(const char *name)
{
	for (int id = 0; id < CONSTRAINT_NUM; id++)
		if (strcmp(name, table[id].name) == 0)
			return (enum constraint_id)id;
	return CONSTRAINT_NUM;
}

static void constraint_clear(struct constraint *c)
{
	for (size_t i = 0; i < c->n_words; i++)
		free(c->words[i]);
	free(c->words);
	free(c->read_only);
	free(c->ranges);
	free(c->where);
	free(c->text);
	free(c->name);
	gojson_free(c->value);
	pattern_free(c->pattern);
}

static int parse_arguments(struct constraint *c, struct line *l)
{
	if (table[c->id].list)
		return parse_list(c, l, table[c->id].list);
	if (table[c->id].parse) {
		int rc = table[c->id].parse(c, l);

		if (rc < 0 || c->pattern)
			return rc;
	}
	skip_blanks(l);
	/* A value of body is the rest of the line. */
	return l->p < l->end && !c->value ? fail(l, l->p, "expected nothing more") : 0;
}

int constraint_parse(struct constraint_set *set, const char *text, size_t len, const char *where,
		     const struct policy_host *host, size_t *offset, char *error)
{
	struct line l = { text, text, text + len, host, error };
	struct constraint c = { 0 }, *grown;
	char *name = take_word(&l);
	int rc = 0;

	c.id = name ? find(name) : CONSTRAINT_NUM;
	if (c.id == CONSTRAINT_NUM)
		rc = fail(&l, text, "expected the name of a constraint, such as confined or image");
	else if (c.id < CONSTRAINT_NAMED_NUM && constraint_named(set, c.id))
		rc = fail(&l, text, "%s stands twice below this rule", name);
	free(name);
	if (rc == 0)
		rc = parse_arguments(&c, &l);
	if (rc < 0)
		goto fail;
	c.where = strdup(where);
	c.text = strndup(text, len);
	grown = reallocarray(set->items, set->n + 1, sizeof(*grown));
	if (grown)
		set->items = grown;
	if (!c.where || !c.text || !grown) {
		rc = fail_no_memory(&l);
		goto fail;
	}
	c.args = c.text + strcspn(c.text, " \t");
	c.args += strspn(c.args, " \t");
	set->items[set->n++] = c;
	return 0;
fail:
	*offset = (size_t)(l.p - text);
	constraint_clear(&c);
	return rc;
}

void constraint_set_clear(struct constraint_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		constraint_clear(&set->items[i]);
	free(set->items);
	*set = (struct constraint_set){ 0 };
}

const struct constraint *constraint_named(const struct constraint_set *set, enum constraint_id id)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].id == id)
			return &set->items[i];
	return NULL;
}
