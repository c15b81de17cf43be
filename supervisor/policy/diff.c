#include "diff.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "constraint.h"
#include "endpoints.h"
#include "pattern.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* What %_API_VERSION% stands for, as it begins most patterns once they are expanded. */
#define VERSION_PATTERN "(?:/v[0-9]+(?:\\.[0-9]+)*)"

static const char *const methods[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" };

/* No endpoint's, now. */
static const char *const strange_paths[] = {
	"/",
	"/v1.43/brand-new",
	"/brand-new/x",
	"/v5.0.0/libpod/brand-new",
	"/v1.43/containers/web/brand-new",
	"/v1.43/images/a/b/brand-new",
	"/v1.43/containers",
	"/debug/pprof/heap",
	"/metrics",
};

/**
 * struct side - One of the two policies
 * @policy:	Policy
 * @explained:	Of each rule: a difference that was reported is its; owned
 * @matching:	Rules that are about the request at hand, @n of them; owned
 */
struct side {
	const struct policy *policy;
	bool *explained;
	size_t *matching;
	size_t n;
};

struct diff {
	struct side old, new;
	struct policy_matcher *matcher;
	void (*report)(void *data, const struct diff_finding *f);
	void *data;
	bool widens;
};

/* ---- constraints ---- */

static bool is_general(const struct constraint *c)
{
	return c->id == CONSTRAINT_BODY || c->id == CONSTRAINT_HEADER || c->id == CONSTRAINT_QUERY;
}

/* Whether a folder or a name is one of a list, or in one of its folders. */
static bool word_is_in(const struct constraint *list, const struct constraint *c, size_t i)
{
	for (size_t k = 0; k < list->n_words; k++) {
		size_t len = strlen(list->words[k]);
		bool below = list->id == CONSTRAINT_BIND &&
			     strncmp(list->words[k], c->words[i], len) == 0 &&
			     c->words[i][len] == '/';

		if (!below && strcmp(list->words[k], c->words[i]) != 0)
			continue;
		if (list->id != CONSTRAINT_BIND || !list->read_only[k] || c->read_only[i])
			return true;
	}
	return false;
}

static bool range_is_in(const struct constraint *list, const struct constraint_range *r)
{
	for (size_t k = 0; k < list->n_ranges; k++) {
		const struct constraint_range *l = &list->ranges[k];

		if ((l->ip[0] == '\0' || strcmp(l->ip, r->ip) == 0) && l->first <= r->first &&
		    l->last >= r->last && (l->any_port || !r->any_port))
			return true;
	}
	return false;
}

/* Whether what one constraint lets pass another of its name lets pass, too. */
static bool implies(const struct constraint *c, const struct constraint *wider)
{
	if (c->id != wider->id)
		return false;
	if (strcmp(c->text, wider->text) == 0)
		return true;
	switch (c->id) {
	case CONSTRAINT_MEMORY:
	case CONSTRAINT_CPUS:
	case CONSTRAINT_PIDS:
		return c->limit <= wider->limit;
	case CONSTRAINT_PUBLISH:
		for (size_t i = 0; i < c->n_ranges; i++)
			if (!range_is_in(wider, &c->ranges[i]))
				return false;
		return true;
	case CONSTRAINT_BIND:
	case CONSTRAINT_CAP:
	case CONSTRAINT_DEVICE:
	case CONSTRAINT_ENV:
	case CONSTRAINT_HOST:
	case CONSTRAINT_IMAGE:
	case CONSTRAINT_LABEL:
	case CONSTRAINT_NETWORK:
	case CONSTRAINT_RUNTIME:
	case CONSTRAINT_USER:
	case CONSTRAINT_VOLUME:
		for (size_t i = 0; i < c->n_words; i++)
			if (!word_is_in(wider, c, i))
				return false;
		return true;
	default:
		return false;
	}
}

static const struct constraint *implied_by(const struct constraint_set *set,
					   const struct constraint *wider)
{
	for (size_t i = 0; i < set->n; i++)
		if (implies(&set->items[i], wider))
			return &set->items[i];
	return NULL;
}

static bool has_general(const struct constraint_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (is_general(&set->items[i]))
			return true;
	return false;
}

/**
 * only_narrows() - Whether one constraint more lets nothing more pass
 * @c:		The one
 * @set:	All of them
 *
 * Most open again what confined refuses, or speak for another one.
 */
static bool only_narrows(const struct constraint *c, const struct constraint_set *set)
{
	switch (c->id) {
	case CONSTRAINT_MEMORY:
	case CONSTRAINT_CPUS:
	case CONSTRAINT_PIDS:
	case CONSTRAINT_NO_QUERY:
		return true;
	case CONSTRAINT_CONFINED:
		return !has_general(set);
	case CONSTRAINT_BODY:
	case CONSTRAINT_HEADER:
	case CONSTRAINT_QUERY:
		return !constraint_named(set, CONSTRAINT_CONFINED);
	default:
		return false;
	}
}

/* Whether it is proved that what a set lets pass @wider lets pass, too. */
static bool is_narrower(const struct constraint_set *set, const struct constraint_set *wider)
{
	if (wider->n == 0)
		return true;
	for (size_t i = 0; i < wider->n; i++)
		if (!implied_by(set, &wider->items[i]))
			return false;
	for (size_t i = 0; i < set->n; i++) {
		bool is_new = true;

		for (size_t k = 0; k < wider->n && is_new; k++)
			is_new = !implies(&set->items[i], &wider->items[k]);
		if (is_new && !only_narrows(&set->items[i], set))
			return false;
	}
	return true;
}

static const struct constraint_set *constraints(const struct side *s, size_t rule)
{
	return policy_rule_constraints(s->policy, rule);
}

/* ---- trying ---- */

static void find_matching(struct side *s, struct policy_matcher *m,
			  const struct policy_request *req)
{
	s->n = 0;
	for (size_t i = 0; i < policy_count(s->policy); i++)
		if (policy_rule_matches(s->policy, i, m, req))
			s->matching[s->n++] = i;
}

/* The first rule of @s that no rule of @others allows as much as. */
static size_t first_uncovered(const struct side *s, const struct side *others)
{
	for (size_t i = 0; i < s->n; i++) {
		bool covered = false;

		for (size_t k = 0; k < others->n && !covered; k++)
			covered = is_narrower(constraints(s, s->matching[i]),
					      constraints(others, others->matching[k]));
		if (!covered)
			return s->matching[i];
	}
	return DIFF_NO_RULE;
}

static void explain(struct side *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->explained[s->matching[i]] = true;
}

/**
 * struct change - How the verdict on one request has changed
 * @more:	DIFF_ALLOWED or DIFF_LOOSER, DIFF_KIND_NUM if it allows no more
 * @less:	DIFF_DENIED or DIFF_STRICTER, or the same
 * @old_rule:	As in struct diff_finding
 * @new_rule:	The same
 */
struct change {
	enum diff_kind more, less;
	size_t old_rule, new_rule;
};

static struct change try(struct diff *d, const char *method, size_t method_len, const char *path)
{
	const struct policy_request req = {
		.method = method,
		.method_len = method_len,
		.path = path,
		.path_len = strlen(path),
	};
	struct change c = { DIFF_KIND_NUM, DIFF_KIND_NUM, DIFF_NO_RULE, DIFF_NO_RULE };

	find_matching(&d->old, d->matcher, &req);
	find_matching(&d->new, d->matcher, &req);
	c.new_rule = first_uncovered(&d->new, &d->old);
	c.old_rule = first_uncovered(&d->old, &d->new);
	if (c.new_rule != DIFF_NO_RULE) {
		c.more = d->old.n == 0 ? DIFF_ALLOWED : DIFF_LOOSER;
		explain(&d->new);
	}
	if (c.old_rule != DIFF_NO_RULE) {
		c.less = d->new.n == 0 ? DIFF_DENIED : DIFF_STRICTER;
		explain(&d->old);
	}
	/* The other side of a change of constraints. */
	if (c.new_rule == DIFF_NO_RULE && c.less == DIFF_STRICTER)
		c.new_rule = d->new.matching[0];
	if (c.old_rule == DIFF_NO_RULE && c.more == DIFF_LOOSER)
		c.old_rule = d->old.matching[0];
	return c;
}

static void report(struct diff *d, struct diff_finding f)
{
	if (f.kind == DIFF_KIND_NUM)
		return;
	d->widens = d->widens || f.kind <= DIFF_UNDECIDED;
	d->report(d->data, &f);
}

static bool same(const struct change *a, const struct change *b)
{
	return a->more == b->more && a->less == b->less;
}

static void report_change(struct diff *d, const struct change *c, struct diff_finding f)
{
	f.old_rule = c->old_rule;
	f.new_rule = c->new_rule;
	f.kind = c->more;
	report(d, f);
	/* What lets more pass, and something else less, is said once. */
	f.kind = c->more == DIFF_LOOSER && c->less == DIFF_STRICTER ? DIFF_KIND_NUM : c->less;
	report(d, f);
}

/* An endpoint by one method: one finding if all its paths have the same. */
static void try_endpoint(struct diff *d, const struct endpoint *e, const char *method,
			 size_t method_len)
{
	char path[ENDPOINTS_INSTANCE_MAX], first[ENDPOINTS_INSTANCE_MAX], rule[ENDPOINTS_RULE_MAX];
	struct change c, all = { 0 };
	bool differ = false;

	for (size_t n = 0; endpoints_instance(path, e, n); n++) {
		c = try(d, method, method_len, path);
		if (n == 0) {
			all = c;
			memcpy(first, path, sizeof(first));
		}
		differ = differ || !same(&c, &all);
	}
	if (endpoints_suggest(rule, method, method_len, first, strlen(first)) < 0)
		return;
	if (!differ) {
		report_change(d, &all,
			      (struct diff_finding){ .method = method,
						     .method_len = method_len,
						     .endpoint = rule + method_len + 1 });
		return;
	}
	for (size_t n = 0; endpoints_instance(path, e, n); n++) {
		c = try(d, method, method_len, path);
		if (c.more != DIFF_KIND_NUM || c.less != DIFF_KIND_NUM)
			report_change(d, &c,
				      (struct diff_finding){ .method = method,
							     .method_len = method_len,
							     .endpoint = rule + method_len + 1,
							     .path = path });
	}
}

static void try_endpoints(struct diff *d)
{
	for (const struct endpoint *e = endpoints; e->methods; e++)
		for (const char *m = e->methods; *m != '\0';) {
			size_t len = strcspn(m, ",");

			try_endpoint(d, e, m, len);
			m += len + (m[len] == ',');
		}
}

static bool is_listed(const char *list, const char *method)
{
	size_t len = strlen(method);

	for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
		if (strcspn(list, ",") == len && memcmp(list, method, len) == 0)
			return true;
	return false;
}

/* One finding for each rule, not for each path that it is about. */
static void try_strange(struct diff *d, const char *method, const char *path, bool *seen)
{
	struct change c = try(d, method, strlen(method), path);
	size_t n_old = policy_count(d->old.policy);

	if (c.more == DIFF_KIND_NUM && c.less == DIFF_KIND_NUM)
		return;
	if ((c.more == DIFF_KIND_NUM || seen[n_old + c.new_rule]) &&
	    (c.less == DIFF_KIND_NUM || seen[c.old_rule]))
		return;
	if (c.new_rule != DIFF_NO_RULE)
		seen[n_old + c.new_rule] = true;
	if (c.old_rule != DIFF_NO_RULE)
		seen[c.old_rule] = true;
	report_change(d, &c,
		      (struct diff_finding){
			      .method = method, .method_len = strlen(method), .path = path });
}

/* Paths of no endpoint, and methods that an endpoint has not. */
static int try_beyond(struct diff *d)
{
	char path[ENDPOINTS_INSTANCE_MAX];
	bool *seen = calloc(policy_count(d->old.policy) + policy_count(d->new.policy) + 1,
			    sizeof(*seen));

	if (!seen)
		return -ENOMEM;
	for (size_t m = 0; m < N_OF(methods); m++) {
		for (size_t i = 0; i < N_OF(strange_paths); i++)
			try_strange(d, methods[m], strange_paths[i], seen);
		for (const struct endpoint *e = endpoints; e->methods; e++)
			if (!is_listed(e->methods, methods[m]) && endpoints_instance(path, e, 0) &&
			    endpoints_find(methods[m], strlen(methods[m]), path, strlen(path)) ==
				    NULL)
				try_strange(d, methods[m], path, seen);
	}
	free(seen);
	return 0;
}

/* ---- proving ---- */

/**
 * is_whole() - Whether a piece of a pattern can stand for itself
 *
 * It has no alternatives but in groups, no group that begins or ends elsewhere, and
 * none that a number or a name refers to. What is not plain is not.
 */
static bool is_whole(const char *p, size_t len)
{
	int depth = 0;
	bool in_class = false;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\\') {
			if (++i == len || (p[i] >= '1' && p[i] <= '9') || strchr("QEKkgG", p[i]))
				return false;
		} else if (in_class) {
			in_class = p[i] != ']';
		} else if (p[i] == '[') {
			in_class = true;
			i += i + 1 < len && p[i + 1] == '^';
			i += i + 1 < len && p[i + 1] == ']';
		} else if (p[i] == '(') {
			depth++;
			if (i + 1 < len && p[i + 1] == '*')
				return false;
			/* (?:, and nothing else that begins so */
			if (i + 2 < len && p[i + 1] == '?' && p[i + 2] != ':')
				return false;
		} else if ((p[i] == ')' && --depth < 0) || (p[i] == '|' && depth == 0)) {
			return false;
		}
	}
	return depth == 0 && !in_class;
}

/* The length of what any text may follow in a pattern: X(/.*)? and X/.* have X; 0 if none. */
static size_t open_prefix(const char *pattern, size_t len)
{
	static const char *const ends[] = { "(/.*)?", "(?:/.*)?", "/.*" };

	for (size_t i = 0; i < N_OF(ends); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && memcmp(pattern + len - n, ends[i], n) == 0)
			return len - n;
	}
	return 0;
}

/* A line end is in no path that reaches a rule. */
static bool is_everything(const char *pattern)
{
	static const char *const texts[] = { ".*", "/.*", "(/.*)?", "(?s:.*)", ".+" };

	for (size_t i = 0; i < N_OF(texts); i++)
		if (strcmp(pattern, texts[i]) == 0)
			return true;
	return false;
}

/* The text that a pattern is about if it is about one alone, in @out of the same size. */
static bool literal(char *out, const char *pattern)
{
	for (; *pattern != '\0'; pattern++) {
		if (*pattern == '\\' &&
		    (strchr("\\.+*?()|[]{}^$%/-", pattern[1]) && pattern[1] != '\0'))
			pattern++;
		else if (strchr("\\.+*?()|[]{}^$", *pattern))
			return false;
		*out++ = *pattern;
	}
	*out = '\0';
	return true;
}

/* What follows the optional version, or NULL. */
static const char *behind_version(const char *pattern)
{
	static const char optional[] = VERSION_PATTERN "?";

	return strncmp(pattern, optional, strlen(optional)) == 0 ? pattern + strlen(optional) :
								   NULL;
}

static bool pattern_has(const char *pattern, const char *path)
{
	char error[PATTERN_ERROR_MAX];
	size_t off;
	struct pattern *p = pattern_compile(pattern, strlen(pattern), &off, error);
	struct pattern_matcher *m = pattern_matcher_new();
	bool has = p && m && pattern_match(p, m, path, strlen(path)) == PATTERN_MATCH;

	pattern_matcher_free(m);
	pattern_free(p);
	return has;
}

static bool is_quantifier(char c)
{
	return c != '\0' && strchr("*+?{", c) != NULL;
}

/* Whether it is proved that one pattern matches no path that another does not. */
static bool pattern_is_in(const char *pattern, const char *wider)
{
	size_t len = strlen(pattern), prefix;
	const char *rest, *wider_rest;
	bool is_in = false;
	char *text;

	if (strcmp(pattern, wider) == 0 || is_everything(wider))
		return true;
	prefix = open_prefix(wider, strlen(wider));
	if (prefix > 0 && len > prefix && memcmp(pattern, wider, prefix) == 0 &&
	    pattern[prefix] == '/' && !is_quantifier(pattern[prefix + 1]) &&
	    is_whole(pattern, prefix) && is_whole(pattern + prefix, len - prefix))
		return true;
	rest = behind_version(pattern);
	wider_rest = behind_version(wider);
	text = malloc(len + 1);
	if (text && rest && wider_rest && is_whole(wider_rest, strlen(wider_rest)) &&
	    literal(text, rest))
		is_in = pattern_has(wider_rest, text);
	free(text);
	return is_in;
}

/* Whether it is proved that some rule allows by a method what a rule of another policy does. */
static bool method_is_covered(const struct side *s, size_t rule, const char *method,
			      const struct side *others)
{
	struct policy_rule r = policy_rule(s->policy, rule);

	for (size_t i = 0; i < policy_count(others->policy); i++) {
		struct policy_rule o = policy_rule(others->policy, i);

		if (is_listed(o.methods, method) &&
		    is_narrower(constraints(s, rule), constraints(others, i)) &&
		    pattern_is_in(r.expansion, o.expansion))
			return true;
	}
	return false;
}

static bool is_covered(const struct side *s, size_t rule, const struct side *others)
{
	char *list = strdup(policy_rule(s->policy, rule).methods), *rest = list, *method;
	bool covered = list != NULL;

	while (covered && (method = strsep(&rest, ",")) != NULL)
		covered = method_is_covered(s, rule, method, others);
	free(list);
	return covered;
}

/* A rule about one path is tried with that path. */
static void try_own_path(struct diff *d, const struct side *s, size_t rule)
{
	struct policy_rule r = policy_rule(s->policy, rule);
	const char *rest = behind_version(r.expansion), *m = r.methods;
	char *path = malloc(strlen(r.expansion) + 1);

	if (!path || !literal(path, rest ? rest : r.expansion))
		goto out;
	while (*m != '\0') {
		size_t len = strcspn(m, ",");
		struct change c = try(d, m, len, path);

		report_change(
			d, &c,
			(struct diff_finding){ .method = m, .method_len = len, .path = path });
		m += len + (m[len] == ',');
	}
out:
	free(path);
}

static void prove(struct diff *d, const struct side *s, const struct side *others, bool is_new)
{
	for (size_t i = 0; i < policy_count(s->policy); i++) {
		if (!s->explained[i])
			try_own_path(d, s, i);
		if (!s->explained[i] && !is_covered(s, i, others))
			report(d, (struct diff_finding){
					  .kind = is_new ? DIFF_UNDECIDED : DIFF_GONE,
					  .method = "",
					  .old_rule = is_new ? DIFF_NO_RULE : i,
					  .new_rule = is_new ? i : DIFF_NO_RULE,
				  });
	}
}

/* ---- all of it ---- */

static bool side_open(struct side *s, const struct policy *p)
{
	s->policy = p;
	s->explained = calloc(policy_count(p) + 1, sizeof(*s->explained));
	s->matching = calloc(policy_count(p) + 1, sizeof(*s->matching));
	return s->explained && s->matching;
}

static void side_close(struct side *s)
{
	free(s->explained);
	free(s->matching);
}

int diff_policies(const struct policy *old, const struct policy *new,
		  void (*callback)(void *data, const struct diff_finding *f), void *data)
{
	struct diff d = { .report = callback, .data = data, .matcher = policy_matcher_new() };
	int rc = -ENOMEM;

	if (side_open(&d.old, old) && side_open(&d.new, new) && d.matcher) {
		try_endpoints(&d);
		rc = try_beyond(&d);
	}
	if (rc == 0) {
		prove(&d, &d.new, &d.old, true);
		prove(&d, &d.old, &d.new, false);
		rc = d.widens;
	}
	side_close(&d.old);
	side_close(&d.new);
	policy_matcher_free(d.matcher);
	return rc;
}
