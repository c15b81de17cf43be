/*
 * The ready rule sets: what each tool asks for passes, what harms does not, and no
 * line of a set is idle.
 *
 * The requests are in tests/profiles: NAME.requests for the set NAME, and harmful for
 * all of them. Lines that begin with # are comments; the others are
 *
 *	METHOD TARGET		a request that passes
 *	!METHOD TARGET		one that is refused
 *	<tab>{...		its body
 *	<tab>Name: value	a header field of it
 *	<tab>but NAME...	in harmful: sets that let it pass, as their comments say
 */
#include "cmocka_prelude.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config.h"
#include "section.h"
#include "http/target.h"
#include "policy/policy.h"
#include "profiles.h"

#define DIR	     "tests/profiles/"
#define REQUESTS_MAX 128
#define LINES_MAX    256

struct request {
	char *method;
	char *target;
	char *body;  /* NULL for none */
	char *field; /* "Name: value", NULL for none */
	char *but;   /* names of sets, NULL for none */
	bool refused;
	unsigned int line;
};

struct requests {
	char name[64];
	char *text;
	struct request items[REQUESTS_MAX];
	size_t n;
};

static struct policy_matcher *matcher;

/* ---- reading ---- */

static char *read_file(const char *name)
{
	char path[128];
	char *text = NULL;
	size_t cap = 0;
	FILE *f;

	snprintf(path, sizeof(path), DIR "%s", name);
	f = fopen(path, "re");
	if (!f || getdelim(&text, &cap, '\0', f) < 0)
		fail_msg("%s cannot be read", path);
	fclose(f);
	return text;
}

static void read_request(struct requests *all, char *line, unsigned int number)
{
	struct request *r = &all->items[all->n++];
	char *blank = strchr(line, ' ');

	assert_true(all->n < REQUESTS_MAX && blank);
	*blank = '\0';
	*r = (struct request){ .refused = *line == '!', .line = number, .target = blank + 1 };
	r->method = line + r->refused;
}

static void read_detail(struct requests *all, char *text)
{
	struct request *r = &all->items[all->n - 1];

	assert_true(all->n > 0);
	if (*text == '{')
		r->body = text;
	else if (strncmp(text, "but ", 4) == 0)
		r->but = text + 3;
	else
		r->field = text;
}

static void read_requests(struct requests *all, const char *name)
{
	unsigned int number = 0;
	char *line, *next;

	all->n = 0;
	snprintf(all->name, sizeof(all->name), "%s", name);
	all->text = next = read_file(name);
	while ((line = strsep(&next, "\n")) != NULL) {
		number++;
		if (*line == '\t')
			read_detail(all, line + 1);
		else if (*line != '\0' && *line != '#')
			read_request(all, line, number);
	}
}

/* ---- asking ---- */

static const char *find_field(void *data, const char *name, size_t n, size_t *len)
{
	const char *field = data, *colon = field ? strchr(field, ':') : NULL;

	if (!colon || n > 0 || strlen(name) != (size_t)(colon - field) ||
	    strncasecmp(field, name, strlen(name)) != 0)
		return NULL;
	*len = strlen(colon + 2);
	return colon + 2;
}

static bool passes(const struct policy *p, const struct request *r, struct policy_why *why)
{
	static char room[64 * 1024];
	struct http_target target;
	struct policy_request req = { .method = r->method, .method_len = strlen(r->method) };

	assert_int_equal(http_target_read(&target,
					  (struct http_slice){ r->target, strlen(r->target) },
					  room),
			 HTTP_OK);
	req.path = target.path;
	req.path_len = target.path_len;
	req.query = target.query.p;
	req.query_len = target.query.len;
	req.field = find_field;
	req.data = r->field;
	req.body = r->body ? r->body : "";
	req.body_len = strlen(req.body);
	req.has_body = true;
	return policy_evaluate(p, matcher, &req, why) == POLICY_ALLOW;
}

static struct policy *load(const char *name, const char *text)
{
	static const struct policy_host host = { .base = "/work/project" };
	struct policy *p = policy_new(&host);
	struct policy_error e;

	if (policy_add(p, "builtin", policy_builtin_rules, strlen(policy_builtin_rules), &e) < 0 ||
	    policy_add(p, name, text, strlen(text), &e) < 0)
		fail_msg("%s:%u:%u: %s", name, e.line, e.column, e.text);
	return p;
}

static bool all_as_said(const struct policy *p, const struct requests *all)
{
	struct policy_why why;

	for (size_t i = 0; i < all->n; i++)
		if (passes(p, &all->items[i], &why) == all->items[i].refused)
			return false;
	return true;
}

static const struct profile *of_requests(struct requests *all, const struct profile *p)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.requests", p->name);
	read_requests(all, name);
	return p;
}

/* ---- lines ---- */

/* Whether a line of a rule text is a rule or a constraint. */
static bool says_something(const char *line)
{
	line += strspn(line, " \t");
	return *line != '\0' && *line != '\n' && *line != '#' && *line != '!';
}

static bool is_constraint(const char *line)
{
	return line[strspn(line, " \t")] == '+';
}

/* The text without one line, and without the constraints below it if it is a rule. */
static void leave_out(char *out, const char *text, const char *line)
{
	const char *end = line + strcspn(line, "\n") + 1;

	while (!is_constraint(line) && is_constraint(end))
		end += strcspn(end, "\n") + 1;
	sprintf(out, "%.*s%s", (int)(line - text), text, end);
}

/* ---- tests ---- */

static void what_each_tool_asks_for_passes(void **state)
{
	static struct requests all;
	size_t total = 0;

	(void)state;
	for (const struct profile *profile = profiles_table; profile->name; profile++) {
		struct policy *p = load(profile->name, of_requests(&all, profile)->text);
		struct policy_why why;

		for (size_t i = 0; i < all.n; i++)
			if (passes(p, &all.items[i], &why) == all.items[i].refused)
				fail_msg("%s:%u: %s %s: %s %s", all.name, all.items[i].line,
					 all.items[i].method, all.items[i].target,
					 all.items[i].refused ? "passes by" : why.reason, why.rule);
		total += all.n;
		printf("%s: %zu rules, %zu requests\n", profile->name, policy_count(p) - 6, all.n);
		policy_free(p);
		free(all.text);
	}
	printf("%zu requests\n", total);
}

static bool is_named(const char *names, const char *name)
{
	size_t len = strlen(name);

	for (; names && *names != '\0'; names += strcspn(names, " ")) {
		names += strspn(names, " ");
		if (strncmp(names, name, len) == 0 && (names[len] == ' ' || names[len] == '\0'))
			return true;
	}
	return false;
}

static void what_harms_passes_only_where_a_set_says_so(void **state)
{
	static struct requests all;

	(void)state;
	read_requests(&all, "harmful");
	for (const struct profile *profile = profiles_table; profile->name; profile++) {
		struct policy *p = load(profile->name, profile->text);
		struct policy_why why;

		for (size_t i = 0; i < all.n; i++)
			if (passes(p, &all.items[i], &why) !=
			    is_named(all.items[i].but, profile->name))
				fail_msg("harmful:%u: %s %s with %s: %s %s", all.items[i].line,
					 all.items[i].method, all.items[i].target, profile->name,
					 why.rule, why.reason);
		policy_free(p);
	}
	printf("%zu harmful requests\n", all.n);
	free(all.text);
}

static void no_line_is_idle(void **state)
{
	static struct requests all;
	static char text[64 * 1024];
	size_t lines = 0;

	(void)state;
	for (const struct profile *profile = profiles_table; profile->name; profile++) {
		const char *line = of_requests(&all, profile)->text, *end;

		for (; *line != '\0'; line = end + 1) {
			struct policy *p;

			end = line + strcspn(line, "\n");
			if (!says_something(line))
				continue;
			leave_out(text, profile->text, line);
			p = load(profile->name, text);
			if (all_as_said(p, &all))
				fail_msg("%s: nothing of %s changes without: %.*s", profile->name,
					 all.name, (int)(end - line), line);
			policy_free(p);
			lines++;
		}
		free(all.text);
	}
	printf("%zu lines\n", lines);
}

/* Each method of a rule, too: the set without it has one request less. */
static void no_method_is_idle(void **state)
{
	static struct requests all;

	(void)state;
	for (const struct profile *profile = profiles_table; profile->name; profile++) {
		struct policy *p = load(profile->name, of_requests(&all, profile)->text);

		for (size_t i = 0; i < policy_count(p); i++) {
			struct policy_rule rule = policy_rule(p, i);
			char methods[64], *next = methods, *method;
			struct policy_why why;
			bool used;

			snprintf(methods, sizeof(methods), "%s", rule.methods);
			while (strncmp(rule.where, "builtin", 7) != 0 &&
			       (method = strsep(&next, ",")) != NULL) {
				used = false;
				for (size_t k = 0; k < all.n; k++)
					used = used || (strcmp(all.items[k].method, method) == 0 &&
							passes(p, &all.items[k], &why) &&
							strcmp(why.rule, rule.where) == 0);
				if (!used)
					fail_msg("%s: nothing uses %s", rule.where, method);
			}
		}
		policy_free(p);
		free(all.text);
	}
}

static void each_line_has_its_reason(void **state)
{
	(void)state;
	for (const struct profile *profile = profiles_table; profile->name; profile++) {
		const char *line = profile->text, *end, *comment;

		assert_true(line[0] == '#' && line[1] == ' ');
		assert_non_null(strstr(line, "\n# From ")	 ? line :
				strstr(line, "\n# As the guide") ? line :
								   strstr(line, "\n# For "));
		for (; *line != '\0'; line = end + 1) {
			end = line + strcspn(line, "\n");
			comment = memmem(line, (size_t)(end - line), " # ", 3);
			if (says_something(line) && !comment)
				fail_msg("%s: no reason: %.*s", profile->name, (int)(end - line),
					 line);
		}
	}
}

/* ---- by name ---- */

static const struct {
	const char *values[3];
	bool no_builtin;
	const char *sources; /* of all rules, without what is repeated */
	const char *error;
} names[] = {
	{ { "low" }, false, "builtin low ", NULL },
	{ { "low" }, true, "low ", NULL },
	{ { "medium,low" }, true, "medium low ", NULL },
	{ { "high", "low,", "medium" }, true, "high low medium ", NULL },
	{ { "" }, true, "", NULL },
	{ { "nobody" }, true, NULL, "-profile nobody: no such rule set; there are " },
	{ { "low,Low" }, true, NULL, "-profile Low: no such rule set; there are " },
	{ { "low, high" }, true, NULL, "-profile  high: no such rule set; there are " },
	{ { "lo" }, true, NULL, "-profile lo: no such rule set; there are " },
	{ { "low/../high" }, true, NULL, "-profile low/../high: no such rule set; there are " },
	{ { "low", "compose-here" },
	  true,
	  NULL,
	  "profile compose-here:8:10: \".\" is where cetus-run was started" },
};

static void add_source(char *sources, const char *where)
{
	char source[64];

	snprintf(source, sizeof(source), "%.*s ", (int)strcspn(where, ":"), where);
	if (!strstr(sources, source))
		strcat(sources, source);
}

static void a_set_is_loaded_by_its_name(void **state)
{
	static struct options o;
	static struct host host;

	(void)state;
	for (size_t i = 0; i < N_OF(names); i++) {
		char error[CONFIG_ERROR_MAX] = "", sources[256] = "";
		struct proxy_tier tier;
		struct policy *p;

		memset(&o, 0, sizeof(o));
		o.no_builtin_rules = names[i].no_builtin;
		for (size_t k = 0; k < 3 && names[i].values[k]; k++)
			o.profile.values[o.profile.n++] = (struct option_value){ names[i].values[k],
										 "-profile" };
		p = sections_read(&o, error) == 0 && config_load(&host, &o, &tier, error) == 0 ?
			    tier.policy :
			    NULL;
		options_free(&o);
		if ((p == NULL) != (names[i].error != NULL))
			fail_msg("names[%zu]: %s", i, p ? "loads" : error);
		if (!p) {
			if (strncmp(error, names[i].error, strlen(names[i].error)) != 0)
				fail_msg("names[%zu]: \"%s\"", i, error);
			continue;
		}
		for (size_t k = 0; k < policy_count(p); k++)
			add_source(sources, policy_rule(p, k).where);
		assert_string_equal(sources, names[i].sources);
		policy_free(p);
		host_close(&host);
	}
}

static void an_unknown_name_is_answered_with_all_names(void **state)
{
	char list[CONFIG_ERROR_MAX / 2];
	const char *first = profiles_table[0].name;

	(void)state;
	profiles_names(list, sizeof(list));
	for (const struct profile *p = profiles_table; p->name; p++)
		assert_non_null(strstr(list, p->name));
	/* Whole names only, where there is no room. */
	profiles_names(list, strlen(first) + 3);
	assert_string_equal(list, first);
}

static void each_set_says_in_a_line_what_it_is_for(void **state)
{
	(void)state;
	for (const struct profile *p = profiles_table; p->name; p++) {
		size_t len;
		const char *summary = profiles_summary(p, &len);

		assert_true(len > 20 && len < 100 && summary[len - 1] == '.');
		assert_ptr_equal(profiles_find(p->name, strlen(p->name)), p);
		/* Sorted, so that the list reads well. */
		assert_true(!p[1].name || strcmp(p->name, p[1].name) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_each_tool_asks_for_passes),
		cmocka_unit_test(what_harms_passes_only_where_a_set_says_so),
		cmocka_unit_test(no_line_is_idle),
		cmocka_unit_test(no_method_is_idle),
		cmocka_unit_test(each_line_has_its_reason),
		cmocka_unit_test(a_set_is_loaded_by_its_name),
		cmocka_unit_test(an_unknown_name_is_answered_with_all_names),
		cmocka_unit_test(each_set_says_in_a_line_what_it_is_for),
	};
	int failed;

	matcher = policy_matcher_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	policy_matcher_free(matcher);
	return failed;
}
