#include "needs.h"

#include <stdlib.h>
#include <string.h>

#include "goform.h"
#include "gojson.h"
#include "judge.h"
#include "member.h"
#include "pattern.h"
#include "schema.h"
#include "utf8.h"

#define ROUNDS_MAX 8	/* until all is opened */
#define VALUE_MAX  2048 /* bytes of a value that is written down */
#define OBJECT_ID  "[0-9a-f]{64}"
#define OBJECT_HEX 64
#define N_OF(a)	   (sizeof(a) / sizeof((a)[0]))

/* ---- words ---- */

static bool has_word(const struct needs_words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->items[i], word) == 0)
			return true;
	return false;
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Return: whether it was not there before. */
static bool add_word(struct needs_words *w, const char *word)
{
	char **grown, *copy;

	if (has_word(w, word))
		return false;
	grown = reallocarray(w->items, w->n + 1, sizeof(*grown));
	if (!grown)
		return false;
	w->items = grown;
	copy = strdup(word);
	if (!copy)
		return false;
	w->items[w->n++] = copy;
	qsort(w->items, w->n, sizeof(*w->items), compare_words);
	return true;
}

static void clear_words(struct needs_words *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->items[i]);
	free(w->items);
	*w = (struct needs_words){ 0 };
}

static bool same_words(const struct needs_words *a, const struct needs_words *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return true;
}

static struct needs_list *find_list(const struct needs *n, const char *subject)
{
	for (size_t i = 0; i < n->n_lists; i++)
		if (strcmp(n->lists[i].subject, subject) == 0)
			return &n->lists[i];
	return NULL;
}

static struct needs_list *add_list(struct needs *n, const char *subject)
{
	struct needs_list *l = find_list(n, subject), *grown;
	char *copy;

	if (l)
		return l;
	copy = strdup(subject);
	grown = copy ? reallocarray(n->lists, n->n_lists + 1, sizeof(*grown)) : NULL;
	if (!grown) {
		free(copy);
		return NULL;
	}
	n->lists = grown;
	l = &n->lists[n->n_lists++];
	*l = (struct needs_list){ .subject = copy };
	return l;
}

static bool add_pattern(struct needs *n, const char *subject, const char *pattern)
{
	struct needs_list *l = add_list(n, subject);
	bool is_new = l && !l->any && add_word(&l->words, pattern);

	if (is_new && l->words.n > NEEDS_LIST_MAX) {
		clear_words(&l->words);
		l->any = true;
	}
	return is_new;
}

/* ---- what a constraint line can carry ---- */

/* A name in a list: blanks and commas end one, and "*" would be any text. */
static bool is_plain(const char *word, bool globs)
{
	for (const char *p = word; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == ',' || (globs && *p == '*'))
			return false;
	return word[0] != '\0' && word[0] != '#' && word[0] != '!';
}

static size_t hex_length(const char *p)
{
	return strspn(p, "0123456789abcdef");
}

/**
 * put_literal() - Write the pattern that a text alone matches
 * @out:	Room for VALUE_MAX bytes
 * @text:	Text
 *
 * But an id that the engine makes anew each time stands for any.
 *
 * Return: false if that cannot be written.
 */
static bool put_literal(char *out, const char *text)
{
	size_t n = 0;

	if (strlen(text) > VALUE_MAX / 8 || !utf8_is_valid(text, strlen(text)))
		return false;
	out[0] = '\0';
	while (*text != '\0') {
		unsigned char c = (unsigned char)*text;

		if (hex_length(text) == OBJECT_HEX) {
			n += (size_t)sprintf(out + n, "%s", OBJECT_ID);
			text += OBJECT_HEX;
			continue;
		}
		if (c < ' ' || c == 0x7f || c == ' ' || c == '#' || c == '!')
			n += (size_t)sprintf(out + n, "\\x{%x}", c);
		else
			n += (size_t)sprintf(out + n, "%s%c",
					     strchr("\\.+*?()|[]{}^$%", c) ? "\\" : "", c);
		text++;
	}
	return true;
}

static bool open_text(struct needs *n, const char *subject, const char *value)
{
	char pattern[VALUE_MAX];

	return put_literal(pattern, value) && add_pattern(n, subject, pattern);
}

/* ---- opening ---- */

/**
 * struct finding - A request whose needs are found
 * @n:		What it needs so far
 * @judge:	Judge at work
 * @before:	Words that each constraint had when this round began
 * @opened:	What is looked at is opened now, perhaps by what was refused before it
 * @progress:	Something was opened in this round
 */
struct finding {
	struct needs *n;
	struct judge *judge;
	size_t before[CONSTRAINT_NAMED_NUM];
	bool opened;
	bool progress;
};

static void open_word(struct finding *f, enum constraint_id id, const char *word)
{
	if (add_word(&f->n->named[id], word))
		f->progress = true;
	f->opened = f->opened || f->n->named[id].n > f->before[id];
}

static void open_name(struct finding *f, enum constraint_id id, const char *name)
{
	if (is_plain(name, true))
		open_word(f, id, name);
}

static void open_path(struct finding *f, enum constraint_id id, const char *path, size_t len,
		      bool read_only)
{
	char text[POLICY_PATH_MAX + 4];

	if (len >= POLICY_PATH_MAX || memchr(path, ':', len))
		return;
	snprintf(text, sizeof(text), "%.*s", (int)len, path);
	if (!is_plain(text, false))
		return;
	/* With the right to write there is that to read. */
	if (read_only && !has_word(&f->n->named[id], text))
		snprintf(text, sizeof(text), "%.*s:ro", (int)len, path);
	open_word(f, id, text);
}

static bool has_option(const char *options, const char *option)
{
	size_t len = strlen(option);

	for (; *options != '\0'; options += strcspn(options, ","), options += *options == ',')
		if (strcspn(options, ",") == len && memcmp(options, option, len) == 0)
			return true;
	return false;
}

static void open_bind(struct finding *f, const struct gojson *v)
{
	const char *text = gojson_string(v), *colon = strchr(text, ':');
	const char *options = colon ? strchr(colon + 1, ':') : NULL;
	char name[256];

	if (!colon)
		return;
	if (text[0] == '/') {
		open_path(f, CONSTRAINT_BIND, text, (size_t)(colon - text),
			  options && has_option(options + 1, "ro"));
		return;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(colon - text), text);
	open_name(f, CONSTRAINT_VOLUME, name);
}

static void open_mount(struct finding *f, const struct gojson *v)
{
	const char *source = gojson_member_string(v, "Source");

	if (strcmp(gojson_member_string(v, "Type"), "volume") == 0)
		open_name(f, CONSTRAINT_VOLUME, source);
	else if (source[0] == '/')
		open_path(f, CONSTRAINT_BIND, source, strlen(source),
			  gojson_bool(gojson_member(v, "ReadOnly")));
}

static void visit_binding(void *data, const char *name, const struct gojson *v)
{
	struct finding *f = data;
	const struct gojson *item;
	char text[128];

	(void)name;
	for (size_t i = 0; (item = gojson_item(v, i)) != NULL; i++) {
		const char *ip = gojson_member_string(item, "HostIp");
		const char *port = gojson_member_string(item, "HostPort");

		if (port[0] == '\0' || strcmp(port, "0") == 0)
			port = "*";
		snprintf(text, sizeof(text), strchr(ip, ':') ? "[%s]%s%s" : "%s%s%s", ip,
			 ip[0] != '\0' ? ":" : "", port);
		if (is_plain(text, false))
			open_word(f, CONSTRAINT_PUBLISH, text);
	}
}

static void open_bindings(struct finding *f, const struct gojson *v)
{
	gojson_each(v, visit_binding, f);
}

static void open_caps(struct finding *f, const struct gojson *v)
{
	for (size_t i = 0; gojson_item(v, i); i++)
		open_name(f, CONSTRAINT_CAP, gojson_string(gojson_item(v, i)));
}

static void open_device(struct finding *f, const struct gojson *v)
{
	const char *path = gojson_member_string(v, "PathOnHost");

	open_path(f, CONSTRAINT_DEVICE, path, strlen(path), false);
}

static void open_network_mode(struct finding *f, const struct gojson *v)
{
	if (strcmp(gojson_string(v), "host") == 0)
		open_name(f, CONSTRAINT_HOST, "net");
	else if (!strchr(gojson_string(v), ':'))
		open_name(f, CONSTRAINT_NETWORK, gojson_string(v));
}

static void visit_network(void *data, const char *name, const struct gojson *v)
{
	(void)v;
	open_name(data, CONSTRAINT_NETWORK, name);
}

static void open_networks(struct finding *f, const struct gojson *v)
{
	gojson_each(v, visit_network, f);
}

static void open_image(struct finding *f, const struct gojson *v)
{
	open_name(f, CONSTRAINT_IMAGE, gojson_string(v));
}

static void open_user(struct finding *f, const struct gojson *v)
{
	open_name(f, CONSTRAINT_USER, gojson_string(v));
}

static void open_runtime(struct finding *f, const struct gojson *v)
{
	open_name(f, CONSTRAINT_RUNTIME, gojson_string(v));
}

static void open_volume(struct finding *f, const struct gojson *v)
{
	open_name(f, CONSTRAINT_VOLUME, gojson_string(v));
}

static void open_network(struct finding *f, const struct gojson *v)
{
	open_name(f, CONSTRAINT_NETWORK, gojson_string(v));
}

/* The constraint alone says it. */
static void open_privileged(struct finding *f, const struct gojson *v)
{
	if (gojson_bool(v))
		open_word(f, CONSTRAINT_PRIVILEGED, "");
}

static void open_namespace(struct finding *f, const struct gojson *v, const char *name)
{
	if (strcmp(gojson_string(v), "host") == 0)
		open_name(f, CONSTRAINT_HOST, name);
}

#define NAMESPACE(name)                                                       \
	static void open_ns_##name(struct finding *f, const struct gojson *v) \
	{                                                                     \
		open_namespace(f, v, #name);                                  \
	}
NAMESPACE(cgroup)
NAMESPACE(ipc)
NAMESPACE(pid)
NAMESPACE(user)
NAMESPACE(uts)

/* What is about a member of Docker's bodies, and where the value stands that it is about. */
static const struct {
	const char *path; /* "[" at the end: of each item */
	void (*open)(struct finding *f, const struct gojson *v);
} openers[] = {
	{ "HostConfig.Binds[", open_bind },
	{ "HostConfig.CapAdd", open_caps },
	{ "HostConfig.CgroupnsMode", open_ns_cgroup },
	{ "HostConfig.Devices[", open_device },
	{ "HostConfig.IpcMode", open_ns_ipc },
	{ "HostConfig.Mounts[", open_mount },
	{ "HostConfig.NetworkMode", open_network_mode },
	{ "HostConfig.PidMode", open_ns_pid },
	{ "HostConfig.PortBindings", open_bindings },
	{ "HostConfig.Privileged", open_privileged },
	{ "HostConfig.Runtime", open_runtime },
	{ "HostConfig.UTSMode", open_ns_uts },
	{ "HostConfig.UsernsMode", open_ns_user },
	{ "Image", open_image },
	{ "NetworkingConfig.EndpointsConfig", open_networks },
	{ "Privileged", open_privileged },
	{ "User", open_user },
	{ "image", open_image },
	{ "user", open_user },
};

struct found {
	const struct gojson *v;
};

static bool note_value(void *data, const struct gojson *v)
{
	((struct found *)data)->v = v;
	return true;
}

/* The value of the member with a path as judge.h has them, @len bytes, or NULL. */
static const struct gojson *value_of(const struct finding *f, const char *path, size_t len)
{
	struct found found = { NULL };
	char text[JUDGE_PATH_MAX + 1];

	if (len >= JUDGE_PATH_MAX)
		return NULL;
	snprintf(text, sizeof(text), "%s%.*s", path[0] == '[' ? "" : ".", (int)len, path);
	if (member_path_is_valid(text))
		member_all(f->judge->body, text, note_value, &found);
	return found.v;
}

/* How much of the path of what was refused is the path of what a constraint is about. */
static size_t covered_length(const char *opener, const char *path)
{
	size_t len = strlen(opener);
	const char *bracket;

	if (strncmp(path, opener, len) != 0)
		return 0;
	if (opener[len - 1] != '[')
		return path[len] == '\0' || strchr(".[", path[len]) ? len : 0;
	bracket = strchr(path + len, ']');
	return bracket ? (size_t)(bracket - path) + 1 : 0;
}

/* Whether a constraint with a name opens what was refused. */
static bool open_named(struct finding *f, const char *path)
{
	f->opened = false;
	for (size_t i = 0; i < N_OF(openers) && !f->opened; i++) {
		size_t len = covered_length(openers[i].path, path);

		if (len > 0)
			openers[i].open(f, value_of(f, path, len));
	}
	return f->opened;
}

static void open_param(struct finding *f, const char *name)
{
	const struct goform *q = &f->judge->query;
	char subject[JUDGE_PATH_MAX + 8];

	snprintf(subject, sizeof(subject), "query %s", name);
	for (size_t i = 0; i < q->n && is_plain(name, true); i++)
		if (strcmp(q->pairs[i].name, name) == 0 &&
		    open_text(f->n, subject, q->pairs[i].value))
			f->progress = true;
}

/* Of a field of the head, where credentials are, nothing is written down. */
static void open_field(struct finding *f, const char *path)
{
	char line[JUDGE_PATH_MAX + 16];

	snprintf(line, sizeof(line), "header %.*s .*", (int)strlen(path) - 1, path);
	if (add_word(&f->n->fixed, line))
		f->progress = true;
}

/* Keys and values are a peer's: none may end the line, or begin a comment in it. */
static bool is_one_line(const char *text)
{
	for (const char *p = text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~' || (*p == ' ' && (p[1] == '#' || p[1] == '!')))
			return false;
	return true;
}

static void open_member(struct finding *f, const char *path)
{
	const struct gojson *v = value_of(f, path, strlen(path));
	char subject[JUDGE_PATH_MAX + 16], line[VALUE_MAX + JUDGE_PATH_MAX], value[VALUE_MAX];

	if (!v || !is_one_line(path))
		return;
	snprintf(subject, sizeof(subject), "body .%s =~", path);
	if (gojson_kind_of(v) == GOJSON_STRING) {
		f->progress = open_text(f->n, subject, gojson_string(v)) || f->progress;
		return;
	}
	gojson_show(value, sizeof(value), v);
	snprintf(line, sizeof(line), "body .%s == %s", path, value);
	if (is_one_line(line) && add_word(&f->n->fixed, line))
		f->progress = true;
}

static void on_refused(void *data, const char *path)
{
	struct finding *f = data;
	size_t len = strlen(path);

	if (len == 0 || open_named(f, path))
		return;
	if (path[0] == '?')
		open_param(f, path + 1);
	else if (path[len - 1] == ':')
		open_field(f, path);
	else
		open_member(f, path);
}

/* ---- constraints as a text, and back ---- */

static const char *const names[CONSTRAINT_NAMED_NUM] = {
	[CONSTRAINT_CONFINED] = "confined",
	[CONSTRAINT_BIND] = "bind",
	[CONSTRAINT_CAP] = "cap",
	[CONSTRAINT_CPUS] = "cpus",
	[CONSTRAINT_DEVICE] = "device",
	[CONSTRAINT_ENV] = "env",
	[CONSTRAINT_HOST] = "host",
	[CONSTRAINT_IMAGE] = "image",
	[CONSTRAINT_LABEL] = "label",
	[CONSTRAINT_MEMORY] = "memory",
	[CONSTRAINT_NETWORK] = "network",
	[CONSTRAINT_PIDS] = "pids",
	[CONSTRAINT_PRIVILEGED] = "privileged",
	[CONSTRAINT_PUBLISH] = "publish",
	[CONSTRAINT_RUNTIME] = "runtime",
	[CONSTRAINT_USER] = "user",
	[CONSTRAINT_VOLUME] = "volume",
};

static void print_named(FILE *f, const char *name, const struct needs_words *w)
{
	fputs(name, f);
	for (size_t i = 0; i < w->n; i++)
		fprintf(f, "%s%s", i > 0 ? ", " : w->items[i][0] != '\0' ? " " : "", w->items[i]);
}

static void print_list(FILE *f, const struct needs_list *l)
{
	if (l->any || (l->words.n == 1 && l->words.items[0][0] != '\0')) {
		fprintf(f, "%s %s", l->subject, l->any ? ".*" : l->words.items[0]);
		return;
	}
	fprintf(f, "%s (?:", l->subject);
	for (size_t i = 0; i < l->words.n; i++)
		fprintf(f, "%s%s", i > 0 ? "|" : "", l->words.items[i]);
	fputc(')', f);
}

/* Each constraint, with @before and @behind around it. */
static void print(FILE *f, const struct needs *n, const char *before, const char *behind)
{
	if (n->confined)
		fprintf(f, "%sconfined%s", before, behind);
	for (int id = 0; id < CONSTRAINT_NAMED_NUM; id++) {
		if (n->named[id].n == 0)
			continue;
		fputs(before, f);
		print_named(f, names[id], &n->named[id]);
		fputs(behind, f);
	}
	for (size_t i = 0; i < n->n_lists; i++) {
		fputs(before, f);
		print_list(f, &n->lists[i]);
		fputs(behind, f);
	}
	for (size_t i = 0; i < n->fixed.n; i++)
		fprintf(f, "%s%s%s", before, n->fixed.items[i], behind);
}

void needs_print(FILE *f, const struct needs *n)
{
	print(f, n, "  + ", "\n");
}

static bool compile(struct constraint_set *set, const struct needs *n)
{
	char error[POLICY_ERROR_MAX], *text = NULL, *line;
	size_t len, offset;
	bool is_good = true;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return false;
	print(f, n, "", "\n");
	if (fclose(f) != 0)
		is_good = false;
	for (char *rest = text; is_good && (line = strsep(&rest, "\n")) != NULL;)
		is_good = line[0] == '\0' || constraint_parse(set, line, strlen(line), "learnt",
							      NULL, &offset, error) == 0;
	free(text);
	return is_good;
}

static enum judge_result judge_with(const struct needs *n, const struct policy_request *req,
				    struct finding *f)
{
	struct pattern_matcher *m = pattern_matcher_new();
	struct constraint_set set = { 0 };
	enum judge_result r = JUDGE_FAILS;
	struct judge *j = malloc(sizeof(*j));

	if (m && j && compile(&set, n)) {
		judge_begin(j, req, NULL, m);
		if (f) {
			f->judge = j;
			j->refused = on_refused;
			j->refused_data = f;
		}
		r = set.n > 0 ? judge_set(j, &set) : JUDGE_HOLDS;
		judge_end(j);
	}
	constraint_set_clear(&set);
	pattern_matcher_free(m);
	free(j);
	return r;
}

bool needs_hold(const struct needs *n, const struct policy_request *req)
{
	return judge_with(n, req, NULL) == JUDGE_HOLDS;
}

/* ---- what is to be found out ---- */

static bool is(const struct policy_request *req, const char *method)
{
	return req->method_len == strlen(method) &&
	       memcmp(req->method, method, req->method_len) == 0;
}

static bool has_closed(const struct schema_param *p)
{
	for (; p && p->name; p++)
		if (p->rule != SCHEMA_FREE)
			return true;
	return false;
}

/* Whether there is something that confined would refuse. Reading there is not. */
static bool can_be_confined(const struct schema_endpoint *e, const struct policy_request *req)
{
	return e && !e->refused && (is(req, "POST") || is(req, "PUT")) &&
	       (e->body != SCHEMA_BODY_OPAQUE || has_closed(e->query) || has_closed(e->fields));
}

bool needs_body(const struct policy_request *req)
{
	const struct schema_endpoint *e = schema_find(req->method, req->method_len, req->path,
						      req->path_len);

	return can_be_confined(e, req) && e->body != SCHEMA_BODY_OPAQUE;
}

/* Parameters that say which of the host's, a container's or a registry's things are meant. */
static void note_params(struct needs *n, const struct policy_request *req)
{
	static const char *const params[] = {
		"dir", "fromImage", "names", "path", "remote", "term"
	};
	char subject[32];
	struct goform q = { .n = 0 };

	if (!goform_read(&q, req->query ? req->query : "", req->query_len))
		for (size_t i = 0; i < q.n; i++)
			for (size_t k = 0; k < N_OF(params); k++)
				if (strcmp(q.pairs[i].name, params[k]) == 0) {
					snprintf(subject, sizeof(subject), "query %s", params[k]);
					open_text(n, subject, q.pairs[i].value);
				}
	goform_clear(&q);
}

/* What is listed also where confined would let anything pass. */
static void note_names(struct finding *f, const struct policy_request *req)
{
	static const struct {
		const char *endpoint, *member;
		void (*open)(struct finding *f, const struct gojson *v);
	} rows[] = {
		{ "containers/create", "Image", open_image },
		{ "libpod/containers/create", "image", open_image },
		{ "networks/create", "Name", open_network },
		{ "libpod/networks/create", "name", open_network },
		{ "volumes/create", "Name", open_volume },
		{ "libpod/volumes/create", "Name", open_volume },
	};
	const struct schema_endpoint *e = schema_find(req->method, req->method_len, req->path,
						      req->path_len);
	char error[GOJSON_ERROR_MAX];
	struct gojson *body;

	body = req->body_len > 0 ? gojson_read(req->body, req->body_len, error) : NULL;
	for (size_t i = 0; body && i < N_OF(rows); i++)
		if (strcmp(rows[i].endpoint, e->name) == 0)
			rows[i].open(f, gojson_member(body, rows[i].member));
	gojson_free(body);
}

/* What is pulled, with its tag as dockerd has it. */
static void note_pull(struct finding *f, const struct policy_request *req)
{
	const char *image = "", *tag = "";
	char name[VALUE_MAX];
	struct goform q = { .n = 0 };

	goform_read(&q, req->query ? req->query : "", req->query_len);
	for (size_t i = 0; i < q.n; i++) {
		if (strcmp(q.pairs[i].name, "fromImage") == 0)
			image = q.pairs[i].value;
		else if (strcmp(q.pairs[i].name, "tag") == 0)
			tag = q.pairs[i].value;
	}
	snprintf(name, sizeof(name), "%s%s%s", image,
		 tag[0] == '\0'	  ? "" :
		 strchr(tag, ':') ? "@" :
				    ":",
		 tag);
	if (image[0] != '\0')
		open_name(f, CONSTRAINT_IMAGE, name);
	goform_clear(&q);
}

const char *needs_find(struct needs *n, const struct policy_request *req)
{
	const struct schema_endpoint *e = schema_find(req->method, req->method_len, req->path,
						      req->path_len);
	struct finding f = { .n = n };

	if (e && e->refused) {
		note_params(n, req);
		return NULL;
	}
	if (!can_be_confined(e, req))
		return NULL;
	/* An engine takes a body here from old clients only. */
	if (e->legacy_body && req->body_len == 0 && req->query_len == 0)
		return NULL;
	n->confined = true;
	note_names(&f, req);
	if (strcmp(e->name, "images/create") == 0)
		note_pull(&f, req);
	for (int round = 0; round < ROUNDS_MAX; round++) {
		f.progress = false;
		for (int id = 0; id < CONSTRAINT_NAMED_NUM; id++)
			f.before[id] = n->named[id].n;
		switch (judge_with(n, req, &f)) {
		case JUDGE_HOLDS:
			return NULL;
		case JUDGE_NEEDS_BODY:
			return "its body was not read";
		case JUDGE_FAILS:
		case JUDGE_RESULT_NUM:
			break;
		}
		if (!f.progress)
			break;
	}
	return "no constraint lets it pass";
}

/* ---- merging ---- */

bool needs_any(const struct needs *n)
{
	for (int id = 0; id < CONSTRAINT_NAMED_NUM; id++)
		if (n->named[id].n > 0)
			return true;
	return n->confined || n->n_lists > 0 || n->fixed.n > 0;
}

static bool same_subjects(const struct needs *a, const struct needs *b)
{
	for (size_t i = 0; i < a->n_lists; i++)
		if (!find_list(b, a->lists[i].subject))
			return false;
	return a->n_lists == b->n_lists;
}

/*
 * What only one of them has would keep the other out, if it asks for something: a list of
 * words under confined does not, but for image.
 */
bool needs_fit(const struct needs *a, const struct needs *b)
{
	return a->confined == b->confined && same_words(&a->fixed, &b->fixed) &&
	       same_subjects(a, b) &&
	       (a->named[CONSTRAINT_IMAGE].n > 0) == (b->named[CONSTRAINT_IMAGE].n > 0);
}

bool needs_merge(struct needs *n, const struct needs *other)
{
	bool changed = false;

	for (int id = 0; id < CONSTRAINT_NAMED_NUM; id++)
		for (size_t i = 0; i < other->named[id].n; i++)
			changed = add_word(&n->named[id], other->named[id].items[i]) || changed;
	for (size_t i = 0; i < other->n_lists; i++) {
		const struct needs_list *l = &other->lists[i];

		for (size_t k = 0; k < l->words.n; k++)
			changed = add_pattern(n, l->subject, l->words.items[k]) || changed;
	}
	return changed;
}

static void read_words(struct needs_words *w, const char *args)
{
	char *copy = strdup(args), *rest = copy, *word;

	while (copy && (word = strsep(&rest, ",")) != NULL) {
		word += strspn(word, " \t");
		word[strcspn(word, " \t")] = '\0';
		add_word(w, word);
	}
	free(copy);
}

void needs_read(struct needs *n, const struct constraint_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct constraint *c = &set->items[i];

		if (c->id == CONSTRAINT_CONFINED)
			n->confined = true;
		else if (c->id < CONSTRAINT_NAMED_NUM)
			read_words(&n->named[c->id], c->args);
		else
			add_word(&n->fixed, c->text);
	}
}

void needs_clear(struct needs *n)
{
	for (int id = 0; id < CONSTRAINT_NAMED_NUM; id++)
		clear_words(&n->named[id]);
	for (size_t i = 0; i < n->n_lists; i++) {
		free(n->lists[i].subject);
		clear_words(&n->lists[i].words);
	}
	free(n->lists);
	clear_words(&n->fixed);
	*n = (struct needs){ 0 };
}
