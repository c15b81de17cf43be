#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "glob.h"
#include "member.h"
#include "pattern.h"
#include "spelling.h"
#include "utf8.h"

#define KEY_SHOWN_MAX 64 /* bytes of a key of a map */

/* ---- what does not hold ---- */

/* Put a phrase into the findings, or count it where there is no room. */
static void add_finding(struct judge_findings *f, const char *subject, const char *phrase,
			const char *where)
{
	const char *separator = f->n > 0 ? "; " : "", *blank = subject[0] != '\0' ? " " : "";
	size_t room = sizeof(f->text) - f->len;
	int n = snprintf(f->text + f->len, room, "%s%s%s%s (%s)", separator, subject, blank, phrase,
			 where);

	f->n++;
	if (n > 0 && (size_t)n < room) {
		f->len += (size_t)n;
		return;
	}
	f->text[f->len] = '\0';
	f->n_left_out++;
}

static void refuse(struct judge *j, const struct constraint *by, const char *format, va_list ap)
	__attribute__((format(printf, 3, 0)));

static void refuse(struct judge *j, const struct constraint *by, const char *format, va_list ap)
{
	char phrase[512];

	vsnprintf(phrase, sizeof(phrase), format, ap);
	if (j->refused)
		j->refused(j->refused_data, j->path);
	add_finding(&j->findings, j->path, phrase, by->where);
}

void judge_refuse(struct judge *j, const struct constraint *by, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	refuse(j, by, format, ap);
	va_end(ap);
}

const struct constraint *judge_named(const struct judge *j, enum constraint_id id)
{
	return constraint_named(j->set, id);
}

/* Whether a general constraint is about what is at hand, and so opens it. */
static bool is_opened(const struct judge *j)
{
	if (j->param_is_opened)
		return true;
	for (size_t i = 0; i < j->set->n; i++) {
		const struct constraint *c = &j->set->items[i];

		if (c->id == CONSTRAINT_BODY && c->op != CONSTRAINT_NE &&
		    member_path_covers(c->name, j->path))
			return true;
	}
	return false;
}

void judge_close_because(struct judge *j, const char *format, ...)
{
	const struct constraint *confined = judge_named(j, CONSTRAINT_CONFINED);
	va_list ap;

	if (!confined || is_opened(j))
		return;
	va_start(ap, format);
	refuse(j, confined, format, ap);
	va_end(ap);
}

void judge_close(struct judge *j, const struct gojson *v, const char *why)
{
	char value[JUDGE_VALUE_MAX];

	gojson_show(value, sizeof(value), v);
	judge_close_because(j, "%s%s%s", value, v ? " " : "", why);
}

void judge_close_to(struct judge *j, enum constraint_id id, const struct gojson *v, const char *why)
{
	const struct constraint *c = judge_named(j, id);
	char value[JUDGE_VALUE_MAX];

	if (!c || judge_named(j, CONSTRAINT_CONFINED)) {
		judge_close(j, v, why);
		return;
	}
	gojson_show(value, sizeof(value), v);
	judge_refuse(j, c, "%s%s%s", value, v ? " " : "", why);
}

static bool is_listed(const struct constraint *c, const char *name)
{
	for (size_t i = 0; i < c->n_words; i++)
		if (glob_match(c->words[i], name))
			return true;
	return false;
}

void judge_listed(struct judge *j, enum constraint_id id, const char *name, const char *why)
{
	const struct constraint *c = judge_named(j, id);

	if (c && !is_listed(c, name))
		judge_refuse(j, c, "\"%.*s\" is not one of %s", JUDGE_VALUE_MAX, name, c->args);
	else if (!c && why)
		judge_close_because(j, "\"%.*s\" %s", JUDGE_VALUE_MAX, name, why);
}

/* ---- walking a schema ---- */

size_t judge_enter(struct judge *j, const char *format, ...)
{
	size_t mark = j->path_len, room = sizeof(j->path) - mark;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(j->path + mark, room, format, ap);
	va_end(ap);
	if (mark == 0 && j->path[0] == '.')
		memmove(j->path, j->path + 1, strlen(j->path));
	if (n < 0 || (size_t)n >= room)
		/* No path of a constraint ends so. */
		memcpy(j->path + sizeof(j->path) - 4, "...", 4);
	j->path_len = strlen(j->path);
	return mark;
}

size_t judge_enter_key(struct judge *j, const char *key)
{
	/* What could be taken for another key is left open, as no path of a constraint is. */
	if (strchr(key, '"') || strlen(key) > KEY_SHOWN_MAX)
		return judge_enter(j, "[\"%.*s...",
				   (int)strcspn(key, "\"") < KEY_SHOWN_MAX ?
					   (int)strcspn(key, "\"") :
					   KEY_SHOWN_MAX,
				   key);
	return judge_enter(j, "[\"%s\"]", key);
}

void judge_leave(struct judge *j, size_t mark)
{
	j->path[mark] = '\0';
	j->path_len = mark;
}

/* Whether one of some words between blanks is a text; there may be none. */
static bool has_word(const char *words, const char *text)
{
	return words && spelling_is_one_of(words, text, strlen(text));
}

static bool is_neutral(const struct schema_field *f, const struct gojson *v)
{
	char number[32];

	if (gojson_is_neutral(v))
		return true;
	if (gojson_kind_of(v) == GOJSON_STRING)
		return has_word(f->neutral, gojson_string(v));
	if (gojson_kind_of(v) != GOJSON_INTEGER)
		return false;
	snprintf(number, sizeof(number), "%lld", (long long)gojson_integer(v));
	return has_word(f->neutral, number);
}

static void judge_value(struct judge *j, const struct schema_field *f, const struct gojson *v)
{
	if (f->check)
		f->check(j, v);
	if (f->of)
		judge_walk(j, f->of, v);
}

/**
 * struct visit - An object that is gone through
 * @j:		Judge
 * @schema:	Its rows, if its names are fields
 * @field:	The row it is the value of, if its names are data
 */
struct visit {
	struct judge *j;
	const struct schema *schema;
	const struct schema_field *field;
};

static void visit_entry(void *data, const char *name, const struct gojson *member)
{
	struct visit *visit = data;
	size_t mark = judge_enter_key(visit->j, name);

	judge_value(visit->j, visit->field, member);
	judge_leave(visit->j, mark);
}

static void judge_each(struct judge *j, const struct schema_field *f, const struct gojson *v)
{
	struct visit visit = { .j = j, .field = f };

	for (size_t i = 0; gojson_item(v, i); i++) {
		size_t mark = judge_enter(j, "[%zu]", i);

		judge_value(j, f, gojson_item(v, i));
		judge_leave(j, mark);
	}
	if (f->kind == SCHEMA_MAP)
		gojson_each(v, visit_entry, &visit);
}

static bool is_collection(enum schema_kind kind)
{
	return kind == SCHEMA_ARRAY || kind == SCHEMA_STRINGS || kind == SCHEMA_MAP;
}

/* A value that Go would not take means nothing that could be judged. */
static void refuse_kind(struct judge *j, enum schema_kind kind)
{
	judge_refuse(j, &j->set->items[0], "is not %s", schema_kind_text(kind));
}

static void judge_field(struct judge *j, const struct schema_field *f, const struct gojson *v)
{
	if (gojson_kind_of(v) == GOJSON_NULL)
		return;
	if (!schema_kind_fits(f->kind, v)) {
		refuse_kind(j, f->kind);
		return;
	}
	switch (f->rule) {
	case SCHEMA_FREE:
		return;
	case SCHEMA_UNSET:
		judge_close(j, v, f->why);
		return;
	case SCHEMA_CHECKED:
	case SCHEMA_INSIDE:
		if (is_collection(f->kind) && (f->each || f->rule == SCHEMA_INSIDE))
			judge_each(j, f, v);
		else
			judge_value(j, f, v);
		return;
	case SCHEMA_CLOSED:
	case SCHEMA_RULE_NUM:
		break;
	}
	if (!is_neutral(f, v))
		judge_close(j, v, f->why);
}

static void visit_member(void *data, const char *name, const struct gojson *member)
{
	static const struct schema_field unknown = {
		.kind = SCHEMA_ANY,
		.why = "is a field that nobody has judged yet",
	};
	struct visit *visit = data;
	const struct schema_field *f = schema_field_find(visit->schema, name);
	size_t mark = judge_enter(visit->j, ".%s", f ? f->name : name);

	judge_field(visit->j, f ? f : &unknown, member);
	judge_leave(visit->j, mark);
}

void judge_walk(struct judge *j, const struct schema *s, const struct gojson *v)
{
	struct visit visit = { .j = j, .schema = s };

	gojson_each(v, visit_member, &visit);
}

/* ---- the query and the head ---- */

/* A general constraint on a parameter or field opens it. */
static bool is_opened_by(const struct judge *j, enum constraint_id id, const char *name)
{
	for (size_t i = 0; i < j->set->n; i++)
		if (j->set->items[i].id == id && gojson_same_name(j->set->items[i].name, name))
			return true;
	return false;
}

static const struct schema_param *find_param(const struct schema_param *params, const char *name)
{
	for (; params && params->name; params++)
		/* Podman takes them in any case. */
		if (gojson_same_name(params->name, name))
			return params;
	return NULL;
}

static bool param_is_neutral(const struct schema_param *p, const char *value)
{
	if (p && p->is_bool)
		return !goform_is_true(value);
	return value[0] == '\0' || (p && has_word(p->neutral, value)) ||
	       (!p && !goform_is_true(value));
}

static void judge_param(struct judge *j, const struct schema_param *p, enum constraint_id id,
			const char *name, const char *value)
{
	size_t mark;

	if (p && p->rule == SCHEMA_FREE)
		return;
	/* It opens what confined refuses, and not what another constraint does. */
	j->param_is_opened = is_opened_by(j, id, name);
	mark = judge_enter(j, id == CONSTRAINT_QUERY ? "?%s" : "%s:", name);
	if (p && p->rule == SCHEMA_CHECKED) {
		p->check(j, value);
	} else if (!param_is_neutral(p, value)) {
		judge_close_because(j, "\"%.*s\" %s", JUDGE_VALUE_MAX, value,
				    p ? p->why : "is a parameter that nobody has judged yet");
	}
	judge_leave(j, mark);
	j->param_is_opened = false;
}

static const char *field(const struct judge *j, const char *name, size_t n, size_t *len)
{
	return j->req->field ? j->req->field(j->req->data, name, n, len) : NULL;
}

static void judge_params(struct judge *j)
{
	const struct schema_param *f = j->endpoint->fields;
	char value[JUDGE_VALUE_MAX];
	const char *text;
	size_t len;

	for (size_t i = 0; i < j->query.n; i++)
		judge_param(j, find_param(j->endpoint->query, j->query.pairs[i].name),
			    CONSTRAINT_QUERY, j->query.pairs[i].name, j->query.pairs[i].value);
	for (; f && f->name; f++)
		for (size_t n = 0; (text = field(j, f->name, n, &len)) != NULL; n++) {
			snprintf(value, sizeof(value), "%.*s", (int)len, text);
			judge_param(j, f, CONSTRAINT_HEADER, f->name, value);
		}
}

/* Whether engines would read the body as further parameters, which go before the query's. */
static bool has_form(const struct judge *j)
{
	static const char *const marks[] = { "urlencoded", "multipart" };
	const char *text;
	size_t len;

	for (size_t n = 0; (text = field(j, "Content-Type", n, &len)) != NULL; n++)
		for (size_t i = 0; i < 2; i++)
			for (size_t at = 0; at + strlen(marks[i]) <= len; at++)
				if (strncasecmp(text + at, marks[i], strlen(marks[i])) == 0)
					return true;
	return false;
}

/* ---- general constraints ---- */

static bool value_holds(const struct judge *j, const struct constraint *c, const char *value,
			size_t len)
{
	char text[8];

	if (c->is_bool) {
		/* Longer than any spelling of false is true. */
		snprintf(text, sizeof(text), "%.*s", (int)(len < 7 ? len : 7), value);
		return goform_is_true(text) == c->bool_value;
	}
	return pattern_match_value(c->pattern, j->matcher, value, len) == PATTERN_MATCH;
}

static void general_refuse(struct judge *j, const struct constraint *c, const char *subject,
			   const char *value)
{
	size_t mark = judge_enter(j, "%s%s", subject, c->name);

	if (value)
		judge_refuse(j, c, "\"%.*s\" does not hold \"%s\"", JUDGE_VALUE_MAX, value,
			     c->text);
	else
		judge_refuse(j, c, "does not hold \"%s\"", c->text);
	judge_leave(j, mark);
}

/* The first one wins with dockerd, the last with podman: all have to hold. */
static void judge_query(struct judge *j, const struct constraint *c)
{
	bool seen = false;

	for (size_t i = 0; i < j->query.n; i++) {
		const char *value = j->query.pairs[i].value;

		if (!gojson_same_name(j->query.pairs[i].name, c->name))
			continue;
		seen = true;
		if (c->id == CONSTRAINT_NO_QUERY || !value_holds(j, c, value, strlen(value)))
			general_refuse(j, c, "?", value);
	}
	if (!seen && c->id == CONSTRAINT_QUERY && !value_holds(j, c, "", 0))
		general_refuse(j, c, "?", "");
}

static void judge_header(struct judge *j, const struct constraint *c)
{
	const char *value;
	size_t len, n = 0;

	for (; (value = field(j, c->name, n, &len)) != NULL; n++)
		if (!value_holds(j, c, value, len))
			general_refuse(j, c, "", NULL);
	if (n == 0 && !value_holds(j, c, "", 0))
		general_refuse(j, c, "", "");
}

/* ---- body ---- */

/**
 * struct comparison - A constraint on a member
 * @j:	Judge
 * @c:	Constraint
 */
struct comparison {
	const struct judge *j;
	const struct constraint *c;
};

/* Absent is Go's zero value of the kind that is compared with. */
static bool equals(const struct gojson *v, const struct gojson *value)
{
	if (gojson_kind_of(v) == GOJSON_NULL)
		return gojson_is_neutral(value);
	return gojson_equal(v, value);
}

static bool is_number(const struct gojson *v)
{
	enum gojson_kind kind = gojson_kind_of(v);

	return kind == GOJSON_INTEGER || kind == GOJSON_REAL || kind == GOJSON_NULL;
}

static bool member_holds(void *data, const struct gojson *v)
{
	const struct comparison *cmp = data;
	const struct constraint *c = cmp->c;
	double a = gojson_number(v), b = gojson_number(c->value);

	switch (c->op) {
	case CONSTRAINT_EQ:
		return equals(v, c->value);
	case CONSTRAINT_NE:
		return !equals(v, c->value);
	case CONSTRAINT_LE:
		return is_number(v) && a <= b;
	case CONSTRAINT_GE:
		return is_number(v) && a >= b;
	case CONSTRAINT_LT:
		return is_number(v) && a < b;
	case CONSTRAINT_GT:
		return is_number(v) && a > b;
	case CONSTRAINT_MATCHES:
		if (gojson_kind_of(v) != GOJSON_STRING && gojson_kind_of(v) != GOJSON_NULL)
			return false;
		return pattern_match_value(c->pattern, cmp->j->matcher, gojson_string(v),
					   strlen(gojson_string(v))) == PATTERN_MATCH;
	case CONSTRAINT_OP_NUM:
		break;
	}
	return false;
}

static void judge_member(struct judge *j, const struct constraint *c)
{
	struct comparison cmp = { j, c };
	size_t mark;

	if (member_all(j->body, c->name, member_holds, &cmp))
		return;
	mark = judge_enter(j, "%s", c->name);
	judge_refuse(j, c, "does not hold \"%s\"", c->text);
	judge_leave(j, mark);
}

static void read_body(struct judge *j)
{
	if (j->body || j->body_error[0] != '\0' || j->req->body_len == 0)
		return;
	j->body = gojson_read(j->req->body, j->req->body_len, j->body_error);
	if (!j->body || gojson_kind_of(j->body) == GOJSON_OBJECT)
		return;
	/* To Go null is a struct that nothing was put into; "docker commit" sends it. */
	if (gojson_kind_of(j->body) != GOJSON_NULL)
		snprintf(j->body_error, sizeof(j->body_error), "is no JSON object");
	gojson_free(j->body);
	j->body = NULL;
}

/* ---- one rule ---- */

static bool has_named(const struct constraint_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].id < CONSTRAINT_NAMED_NUM)
			return true;
	return false;
}

static bool has_body_constraint(const struct constraint_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->items[i].id == CONSTRAINT_BODY)
			return true;
	return false;
}

static void judge_head(struct judge *j, bool named)
{
	const struct constraint *first = &j->set->items[0];

	if (j->query_error)
		judge_refuse(j, first, "%s", j->query_error);
	if (has_form(j))
		judge_refuse(j, first, "a form as the body goes before the query's parameters");
	for (size_t i = 0; i < j->set->n; i++) {
		const struct constraint *c = &j->set->items[i];

		if (c->id == CONSTRAINT_QUERY || c->id == CONSTRAINT_NO_QUERY)
			judge_query(j, c);
		else if (c->id == CONSTRAINT_HEADER)
			judge_header(j, c);
	}
	if (!named)
		return;
	if (j->endpoint && j->endpoint->refused)
		judge_refuse(j, first, "%s", j->endpoint->refused);
	else if (j->endpoint)
		judge_params(j);
	else
		judge_refuse(j, first, "no constraint but query, header and body knows %.*s %.*s",
			     (int)j->req->method_len, j->req->method,
			     (int)(j->req->path_len < 200 ? j->req->path_len : 200), j->req->path);
}

/* Nobody means what containers/create is about by a rule on another endpoint. */
static void judge_legacy_body(struct judge *j)
{
	if (gojson_size(j->body) > 0 && !judge_named(j, CONSTRAINT_CONFINED))
		judge_refuse(j, &j->set->items[0],
			     "the body would change what the container may do; + confined may "
			     "allow that");
}

static void judge_body(struct judge *j, bool named)
{
	const struct constraint *first = &j->set->items[0];
	const struct schema_endpoint *e = named ? j->endpoint : NULL;
	bool must = e && e->body == SCHEMA_BODY_MUST;

	read_body(j);
	if (!j->body && (must || j->body_error[0] != '\0')) {
		judge_refuse(j, first, "the body %s",
			     j->body_error[0] != '\0' ? j->body_error : "is missing");
		return;
	}
	for (size_t i = 0; i < j->set->n; i++)
		if (j->set->items[i].id == CONSTRAINT_BODY)
			judge_member(j, &j->set->items[i]);
	if (j->endpoint && j->endpoint->legacy_body)
		judge_legacy_body(j);
	if (!e || e->body == SCHEMA_BODY_OPAQUE)
		return;
	judge_walk(j, e->schema, j->body);
	if (e->finish)
		e->finish(j, j->body);
}

void judge_begin(struct judge *j, const struct policy_request *req, const struct policy_host *host,
		 struct pattern_matcher *matcher)
{
	memset(j, 0, sizeof(*j));
	j->req = req;
	j->host = host;
	j->matcher = matcher;
	j->endpoint = schema_find(req->method, req->method_len, req->path, req->path_len);
	j->query_error = goform_read(&j->query, req->query ? req->query : "", req->query_len);
}

void judge_end(struct judge *j)
{
	goform_clear(&j->query);
	gojson_free(j->body);
}

enum judge_result judge_set(struct judge *j, const struct constraint_set *set)
{
	size_t before = j->findings.n;
	bool named = has_named(set);
	bool wants_body = has_body_constraint(set) ||
			  (j->endpoint && (j->endpoint->legacy_body ||
					   (named && j->endpoint->body != SCHEMA_BODY_OPAQUE)));

	j->set = set;
	judge_head(j, named);
	if (j->findings.n == before && wants_body) {
		if (!j->req->has_body)
			return JUDGE_NEEDS_BODY;
		judge_body(j, named);
	}
	return j->findings.n == before ? JUDGE_HOLDS : JUDGE_FAILS;
}

/* Names and values are a peer's, and what is shown of them goes to a terminal, too. */
static void blank_controls(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p != '\0'; p++) {
		if (*p < ' ' || *p == 0x7f)
			*p = '?';
		else if (*p == 0xc2 && p[1] < 0xa0) /* U+0080 to U+009F */
			p[0] = p[1] = '?';
	}
}

void judge_text(const struct judge *j, char *out, size_t cap)
{
	const struct judge_findings *f = &j->findings;

	if (f->n_left_out > 0)
		snprintf(out, cap, "%s, and %zu more", f->text, f->n_left_out);
	else
		snprintf(out, cap, "%s", f->text);
	/* Values are the client's bytes, and cut where they are too long. */
	utf8_mend(out);
	blank_controls(out);
}
