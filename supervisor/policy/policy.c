/*
 * The policy, in prose. Rules are permissions and their union is what is
 * allowed: a request is allowed when there is a rule that has its method and
 * whose pattern matches its whole path, and denied otherwise, so the order of
 * rules never changes a verdict. A rule whose match runs into a limit grants
 * nothing, whatever it would have granted; it is named so that its author
 * hears of it.
 *
 * There is one thing that a rule on a path does not allow: a body where the API has
 * none any more, see is_start().
 *
 * A rule with constraints allows when all of them hold, too. They are asked only
 * when no rule without them allows the request, and the body is asked for only when
 * all that can be said without it holds.
 */
#include "policy.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "constraint.h"
#include "gojson.h"
#include "index.h"
#include "judge.h"
#include "pattern.h"
#include "rules.h"
#include "variables.h"

const char policy_builtin_rules[] = "GET,HEAD %API_PREFIX_PING%\n"
				    "GET,HEAD %API_PREFIX_LIBPOD_PING%\n"
				    "GET %API_PREFIX_VERSION%\n"
				    "GET %API_PREFIX_LIBPOD_VERSION%\n"
				    "GET %API_PREFIX_INFO%\n"
				    "GET %API_PREFIX_LIBPOD_INFO%\n";

struct rule {
	uint64_t methods;	  /* bits of policy.methods */
	struct pattern *compiled; /* owned */
	char *where;		  /* owned, as are the next three */
	char *method_text;
	char *pattern_text;
	char *expansion;
	struct constraint_set constraints;
};

struct policy {
	atomic_size_t holds;
	struct rule *rules; /* owned */
	size_t n_rules, rules_cap;
	char *methods[POLICY_METHODS_MAX]; /* owned */
	size_t n_methods;
	struct index *index; /* owned */
	struct policy_host host;
};

struct policy_matcher {
	struct pattern_matcher *pattern; /* owned */
	uint32_t *candidates;		 /* owned: rules with constraints that match */
	size_t candidates_cap;
	char reason[POLICY_REASON_MAX];
};

struct policy *policy_new(const struct policy_host *host)
{
	struct policy *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	gojson_prepare();
	atomic_init(&p->holds, 1);
	if (host)
		p->host = *host;
	p->index = index_new();
	if (!p->index) {
		free(p);
		return NULL;
	}
	return p;
}

static void rule_clear(struct rule *r)
{
	pattern_free(r->compiled);
	free(r->where);
	free(r->method_text);
	free(r->pattern_text);
	free(r->expansion);
	constraint_set_clear(&r->constraints);
}

struct policy *policy_hold(struct policy *p)
{
	atomic_fetch_add_explicit(&p->holds, 1, memory_order_relaxed);
	return p;
}

void policy_free(struct policy *p)
{
	if (!p || atomic_fetch_sub_explicit(&p->holds, 1, memory_order_acq_rel) > 1)
		return;
	for (size_t i = 0; i < p->n_rules; i++)
		rule_clear(&p->rules[i]);
	for (size_t i = 0; i < p->n_methods; i++)
		free(p->methods[i]);
	index_free(p->index);
	free(p->rules);
	free(p);
}

static int fail(struct policy_error *err, size_t column, const char *text)
{
	err->column = (unsigned int)column + 1;
	snprintf(err->text, sizeof(err->text), "%s", text);
	return -EINVAL;
}

static int fail_no_memory(struct policy_error *err)
{
	fail(err, 0, "out of memory");
	return -ENOMEM;
}

static int method_bit(const struct policy *p, const char *name, size_t len)
{
	for (size_t i = 0; i < p->n_methods; i++)
		if (strlen(p->methods[i]) == len && memcmp(p->methods[i], name, len) == 0)
			return (int)i;
	return -1;
}

/**
 * add_methods() - Turn a list of methods into bits, learning new ones
 * @p:		Policy
 * @line:	Parsed line
 * @mask:	Filled on success
 *
 * Return: 0, -ENOMEM, or -E2BIG when there are more than POLICY_METHODS_MAX.
 */
static int add_methods(struct policy *p, const struct rule_line *line, uint64_t *mask)
{
	const char *name = line->methods;
	const char *end = line->methods + line->methods_len;

	*mask = 0;
	while (name < end) {
		const char *comma = memchr(name, ',', (size_t)(end - name));
		size_t len = (size_t)((comma ? comma : end) - name);
		int bit = method_bit(p, name, len);

		if (bit < 0) {
			if (p->n_methods == POLICY_METHODS_MAX)
				return -E2BIG;
			p->methods[p->n_methods] = strndup(name, len);
			if (!p->methods[p->n_methods])
				return -ENOMEM;
			bit = (int)p->n_methods++;
		}
		*mask |= UINT64_C(1) << bit;
		name += len + 1;
	}
	return 0;
}

/**
 * compile() - Expand and compile the pattern of a line
 * @r:		Rule; compiled and expansion are filled, and owned by it at once
 * @line:	Parsed line
 * @column:	Column of the pattern in its line
 * @err:	On failure, what is wrong
 */
static int compile(struct rule *r, const struct rule_line *line, size_t column,
		   struct policy_error *err)
{
	char message[PATTERN_ERROR_MAX];
	struct expansion x;
	size_t off;

	switch (expand_variables(&x, line->pattern, line->pattern_len, &off)) {
	case EXPAND_OK:
		break;
	case EXPAND_E_UNKNOWN: {
		const char *name = line->pattern + off + 1;

		fail(err, column + off, "");
		snprintf(err->text, sizeof(err->text),
			 "unknown variable %%%.*s%% (write \\%% for a percent sign)",
			 (int)strcspn(name, "%"), name);
		return -EINVAL;
	}
	case EXPAND_E_TOO_LONG:
		return fail(err, column + off,
			    "the pattern is too long once its variables are replaced");
	case EXPAND_E_NO_MEMORY:
	case EXPAND_ERROR_NUM:
		return fail_no_memory(err);
	}
	r->expansion = x.text;
	r->compiled = pattern_compile(x.text, x.len, &off, message);
	if (!r->compiled)
		return fail(err, column + expansion_source_offset(&x, off), message);

	char *fitted = realloc(r->expansion, x.len + 1);
	if (fitted)
		r->expansion = fitted;
	return 0;
}

/**
 * add_rule() - Add the rule of a line
 * @p:		Policy
 * @source:	Where the line stands
 * @line:	Parsed line
 * @column:	Column of the pattern in it
 * @err:	In: number of the line; on failure, what is wrong
 */
static int add_rule(struct policy *p, const char *source, const struct rule_line *line,
		    size_t column, struct policy_error *err)
{
	struct rule r = { 0 };
	struct index_key key;
	int rc;

	if (p->n_rules == p->rules_cap) {
		size_t cap = p->rules_cap ? 2 * p->rules_cap : 16;
		struct rule *grown = reallocarray(p->rules, cap, sizeof(*grown));

		if (!grown)
			return fail_no_memory(err);
		p->rules = grown;
		p->rules_cap = cap;
	}
	rc = add_methods(p, line, &r.methods);
	if (rc < 0)
		return rc == -E2BIG ? fail(err, 0, "more than 64 different methods") :
				      fail_no_memory(err);
	rc = compile(&r, line, column, err);
	if (rc < 0)
		goto fail;
	if (asprintf(&r.where, "%s:%u", source, err->line) < 0)
		r.where = NULL;
	r.method_text = strndup(line->methods, line->methods_len);
	r.pattern_text = strndup(line->pattern, line->pattern_len);
	index_key_of(&key, r.expansion, strlen(r.expansion));
	if (!r.where || !r.method_text || !r.pattern_text ||
	    index_add(p->index, &key, (uint32_t)p->n_rules) < 0) {
		rc = fail_no_memory(err);
		goto fail;
	}
	p->rules[p->n_rules++] = r;
	return 0;
fail:
	rule_clear(&r);
	return rc;
}

/**
 * add_constraint() - Narrow the rule above
 * @p:		Policy
 * @source:	Where the line stands
 * @first:	Number of the first rule of this text
 * @line:	Parsed line
 * @column:	Column of the constraint in it
 * @err:	In: number of the line; on failure, what is wrong
 */
static int add_constraint(struct policy *p, const char *source, size_t first,
			  const struct rule_line *line, size_t column, struct policy_error *err)
{
	size_t offset = 0;
	char *where;
	int rc;

	if (p->n_rules == first)
		return fail(err, column,
			    "a constraint narrows the rule above it, and there is none");
	if (asprintf(&where, "%s:%u", source, err->line) < 0)
		return fail_no_memory(err);
	rc = constraint_parse(&p->rules[p->n_rules - 1].constraints, line->constraint,
			      line->constraint_len, where, &p->host, &offset, err->text);
	free(where);
	err->column = (unsigned int)(column + offset) + 1;
	return rc;
}

static int add_line(struct policy *p, const char *source, size_t first, const char *text,
		    size_t len, struct policy_error *err)
{
	struct rule_line line;
	const char *error;
	size_t column;

	switch (rule_line_parse(&line, text, len, &column, &error)) {
	case RULE_LINE_BLANK:
		return 0;
	case RULE_LINE_ERROR:
		return fail(err, column, error);
	case RULE_LINE_CONSTRAINT:
		return add_constraint(p, source, first, &line, (size_t)(line.constraint - text),
				      err);
	case RULE_LINE_RULE:
		break;
	}
	return add_rule(p, source, &line, (size_t)(line.pattern - text), err);
}

int policy_add(struct policy *p, const char *source, const char *text, size_t len,
	       struct policy_error *err)
{
	static const char bom[] = "\xef\xbb\xbf"; /* what Windows editors put first */
	const char *end = text + len;
	size_t first = p->n_rules;
	int rc;

	if (len >= strlen(bom) && memcmp(text, bom, strlen(bom)) == 0)
		text += strlen(bom);
	for (err->line = 1; text < end; err->line++) {
		const char *lf = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = lf ? lf : end;

		rc = add_line(p, source, first, text, (size_t)(line_end - text), err);
		if (rc < 0)
			return rc;
		text = line_end + 1;
	}
	return 0;
}

size_t policy_count(const struct policy *p)
{
	return p->n_rules;
}

struct policy_rule policy_rule(const struct policy *p, size_t i)
{
	const struct rule *r = &p->rules[i];

	assert(i < p->n_rules);
	return (struct policy_rule){
		.where = r->where,
		.methods = r->method_text,
		.pattern = r->pattern_text,
		.expansion = r->expansion,
	};
}

bool policy_looks_up_paths(const struct policy *p)
{
	for (size_t i = 0; i < p->n_rules; i++)
		if (constraint_named(&p->rules[i].constraints, CONSTRAINT_BIND) ||
		    constraint_named(&p->rules[i].constraints, CONSTRAINT_DEVICE))
			return true;
	return false;
}

struct policy_constraint policy_constraint(const struct policy *p, size_t i, size_t k)
{
	const struct constraint_set *set = &p->rules[i].constraints;

	assert(i < p->n_rules);
	if (k >= set->n)
		return (struct policy_constraint){ 0 };
	return (struct policy_constraint){
		.where = set->items[k].where,
		.text = set->items[k].text,
		.opens = constraint_opens(set->items[k].id),
	};
}

struct policy_matcher *policy_matcher_new(void)
{
	struct policy_matcher *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->pattern = pattern_matcher_new();
	if (!m->pattern) {
		free(m);
		return NULL;
	}
	return m;
}

void policy_matcher_free(struct policy_matcher *m)
{
	if (!m)
		return;
	pattern_matcher_free(m->pattern);
	free(m->candidates);
	free(m);
}

/* One evaluation: the request, and what the visited rules said so far. */
struct evaluation {
	const struct policy *policy;
	struct policy_matcher *matcher;
	const struct policy_request *req;
	uint64_t method;
	uint32_t allowed_by; /* lowest rule that allows, or n_rules */
	uint32_t limited_by; /* lowest rule that gave up, or n_rules */
	bool is_start;	     /* a rule without constraints may not be enough */
	size_t n_candidates; /* rules with constraints, in the matcher */
	bool no_memory;
};

static void add_candidate(struct evaluation *ev, uint32_t number)
{
	struct policy_matcher *m = ev->matcher;

	if (ev->n_candidates == m->candidates_cap) {
		size_t cap = m->candidates_cap ? 2 * m->candidates_cap : 16;
		uint32_t *grown = reallocarray(m->candidates, cap, sizeof(*grown));

		if (!grown) {
			ev->no_memory = true;
			return;
		}
		m->candidates = grown;
		m->candidates_cap = cap;
	}
	m->candidates[ev->n_candidates++] = number;
}

static void evaluate_rule(void *arg, uint32_t number)
{
	struct evaluation *ev = arg;
	const struct rule *r = &ev->policy->rules[number];

	if (!(r->methods & ev->method))
		return;
	if (number >= ev->allowed_by && (r->constraints.n == 0 || !ev->is_start))
		return;
	switch (pattern_match(r->compiled, ev->matcher->pattern, ev->req->path,
			      ev->req->path_len)) {
	case PATTERN_MATCH:
		if (r->constraints.n > 0)
			add_candidate(ev, number);
		else
			ev->allowed_by = number;
		break;
	case PATTERN_LIMIT:
		if (number < ev->limited_by)
			ev->limited_by = number;
		break;
	case PATTERN_NO_MATCH:
	case PATTERN_RESULT_NUM:
		break;
	}
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/**
 * judge_candidates() - Ask the constraints of the rules that match
 * @ev:		Evaluation with at least one
 * @why:	Filled
 */
static enum policy_verdict judge_candidates(const struct evaluation *ev, struct policy_why *why)
{
	struct policy_matcher *m = ev->matcher;
	enum policy_verdict verdict = POLICY_DENY;
	struct judge j;

	qsort(m->candidates, ev->n_candidates, sizeof(*m->candidates), compare_numbers);
	judge_begin(&j, ev->req, &ev->policy->host, m->pattern);
	why->endpoint = j.endpoint ? j.endpoint->name : "";
	for (size_t i = 0; verdict != POLICY_ALLOW && i < ev->n_candidates; i++) {
		const struct rule *r = &ev->policy->rules[m->candidates[i]];

		switch (judge_set(&j, &r->constraints)) {
		case JUDGE_HOLDS:
			verdict = POLICY_ALLOW;
			why->rule = r->where;
			break;
		case JUDGE_NEEDS_BODY:
			verdict = POLICY_NEEDS_BODY;
			break;
		case JUDGE_FAILS:
		case JUDGE_RESULT_NUM:
			if (why->rule[0] == '\0')
				why->rule = r->where;
			break;
		}
	}
	if (verdict == POLICY_DENY) {
		judge_text(&j, m->reason, sizeof(m->reason));
		why->reason = m->reason;
	}
	judge_end(&j);
	return verdict;
}

/* What is not allowed by a rule without constraints. */
static enum policy_verdict evaluate_rest(const struct evaluation *ev, struct policy_why *why)
{
	if (ev->no_memory) {
		why->reason = "out of memory";
		return POLICY_DENY;
	}
	if (ev->n_candidates > 0)
		return judge_candidates(ev, why);
	if (why->limit_rule[0] != '\0') {
		why->rule = why->limit_rule;
		why->reason = "the only rule that might allow it takes too long to match";
	} else {
		why->reason = "no rule allows it";
	}
	return POLICY_DENY;
}

/**
 * is_start() - Whether a body would be more than the path says
 *
 * Engines that still speak API 1.23 take a HostConfig with containers/start, which is
 * what containers/create is about; nobody means that by a rule on start.
 */
static bool is_start(const struct policy_request *req)
{
	static const char end[] = "/start";
	const struct schema_endpoint *e;

	if (req->path_len < strlen(end) ||
	    memcmp(req->path + req->path_len - strlen(end), end, strlen(end)) != 0)
		return false;
	e = schema_find(req->method, req->method_len, req->path, req->path_len);
	return e && e->legacy_body;
}

static bool says_nothing(const struct policy_request *req)
{
	static const char blanks[] = " \t\r\n";
	size_t n = 0;

	for (size_t i = 0; i < req->body_len; i++)
		n += memchr(blanks, req->body[i], sizeof(blanks) - 1) == NULL;
	return n == 0 || (n == 2 && memchr(req->body, '{', req->body_len) &&
			  memchr(req->body, '}', req->body_len));
}

/* What a rule without constraints allows. */
static enum policy_verdict allow(const struct evaluation *ev, struct policy_why *why)
{
	if (ev->is_start && !ev->req->has_body)
		return POLICY_NEEDS_BODY;
	if (ev->is_start && !says_nothing(ev->req) && ev->n_candidates > 0)
		return judge_candidates(ev, why);
	why->rule = ev->policy->rules[ev->allowed_by].where;
	if (!ev->is_start || says_nothing(ev->req))
		return POLICY_ALLOW;
	why->endpoint = "containers/start";
	why->reason = "the body would change what the container may do; a rule with + confined "
		      "may allow that";
	return POLICY_DENY;
}

const struct constraint_set *policy_rule_constraints(const struct policy *p, size_t i)
{
	return &p->rules[i].constraints;
}

bool policy_rule_matches(const struct policy *p, size_t i, struct policy_matcher *m,
			 const struct policy_request *req)
{
	const struct rule *r = &p->rules[i];
	int bit = method_bit(p, req->method, req->method_len);

	return bit >= 0 && (r->methods & UINT64_C(1) << bit) &&
	       pattern_match(r->compiled, m->pattern, req->path, req->path_len) == PATTERN_MATCH;
}

enum policy_verdict policy_evaluate(const struct policy *p, struct policy_matcher *m,
				    const struct policy_request *req, struct policy_why *why)
{
	uint32_t none = (uint32_t)p->n_rules;
	struct evaluation ev = {
		.policy = p,
		.matcher = m,
		.req = req,
		.allowed_by = none,
		.limited_by = none,
	};
	int bit = method_bit(p, req->method, req->method_len);

	*why = (struct policy_why){ .rule = "", .reason = "", .endpoint = "", .limit_rule = "" };
	if (bit >= 0) {
		ev.is_start = is_start(req);
		ev.method = UINT64_C(1) << bit;
		index_visit(p->index, req->path, req->path_len, evaluate_rule, &ev);
	}
	if (ev.limited_by != none)
		why->limit_rule = p->rules[ev.limited_by].where;
	if (ev.allowed_by != none)
		return allow(&ev, why);
	return evaluate_rest(&ev, why);
}
