#include "gojson_oracle.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#define DEPTH_MAX 256 /* Go has 10000, and the judge far less */

/* A reader at a byte; once it is bad it stays there. */
struct reader {
	const char *p, *end;
	bool bad;
	unsigned int depth;
};

/* ---- bytes ---- */

static char peek(const struct reader *r)
{
	if (r->bad || r->p == r->end)
		return '\0';
	return *r->p;
}

static void skip_blanks(struct reader *r)
{
	while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\n' || peek(r) == '\r')
		r->p++;
}

static bool accept(struct reader *r, char c)
{
	if (peek(r) != c || c == '\0')
		return false;
	r->p++;
	return true;
}

static void expect(struct reader *r, char c)
{
	r->bad = !accept(r, c) || r->bad;
}

static bool accept_word(struct reader *r, const char *word)
{
	if (r->bad || (size_t)(r->end - r->p) < strlen(word) ||
	    memcmp(r->p, word, strlen(word)) != 0)
		return false;
	r->p += strlen(word);
	return true;
}

/* ---- strings ---- */

static size_t put_character(char *out, unsigned int c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static int hex_unit(const char *p, const char *end)
{
	int unit = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		if (!isxdigit((unsigned char)p[i]))
			return -1;
		unit = unit * 16 +
		       (isdigit((unsigned char)p[i]) ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
	}
	return unit;
}

/* Behind "\u". One half of a pair alone is no character. */
static unsigned int read_unit(struct reader *r)
{
	int high = hex_unit(r->p, r->end), low;

	if (high < 0) {
		r->bad = true;
		return 0;
	}
	r->p += 4;
	if (high < 0xd800 || high > 0xdfff)
		return (unsigned int)high;
	if (high > 0xdbff || r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u')
		return 0xfffd;
	low = hex_unit(r->p + 2, r->end);
	if (low < 0xdc00 || low > 0xdfff)
		return 0xfffd;
	r->p += 6;
	return 0x10000 + ((unsigned int)(high - 0xd800) << 10) + (unsigned int)(low - 0xdc00);
}

static unsigned int read_escape(struct reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = peek(r);
	const char *at = c != '\0' ? strchr(from, c) : NULL;

	if (accept(r, 'u'))
		return read_unit(r);
	if (!at) {
		r->bad = true;
		return 0;
	}
	r->p++;
	return (unsigned char)to[at - from];
}

/* One character of UTF-8, or one byte that is not one. */
static unsigned int read_character(struct reader *r)
{
	const unsigned char *p = (const unsigned char *)r->p;
	size_t left = (size_t)(r->end - r->p);
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	unsigned int c = n == 1 ? p[0] : n == 0 || p[0] > 0xf4 ? 0xfffd : p[0] & (0x7fU >> n);

	r->p++;
	if (n < 2 || p[0] > 0xf4)
		return c;
	for (size_t i = 1; i < n; i++) {
		if (i >= left || (p[i] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && c < 0x800) || (n == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c <= 0xdfff))
		return 0xfffd;
	r->p += n - 1;
	return c;
}

/* At its quote. The caller frees it. What is behind a NUL is not looked at. */
static char *read_string(struct reader *r)
{
	/* A byte that is no character grows to three. */
	char *out = fuzz_room(3 * (size_t)(r->end - r->p) + 1);
	size_t n = 0;

	expect(r, '"');
	while (!r->bad && r->p < r->end && *r->p != '"') {
		if ((unsigned char)*r->p < ' ')
			r->bad = true;
		else if (accept(r, '\\'))
			n += put_character(out + n, read_escape(r));
		else
			n += put_character(out + n, read_character(r));
	}
	expect(r, '"');
	out[n] = '\0';
	return out;
}

/* ---- values ---- */

void go_free(struct go_value *v)
{
	size_t n = v->cap > v->n ? v->cap : v->n;

	for (size_t i = 0; i < n; i++) {
		go_free(&v->items[i]);
		if (v->keys)
			free(v->keys[i]);
	}
	free(v->items);
	free(v->keys);
	free(v->text);
	memset(v, 0, sizeof(*v));
}

const char *go_text(const struct go_value *v)
{
	return v->text ? v->text : "";
}

static size_t n_fields(const struct go_type *t)
{
	size_t n = 0;

	while (t->fields[n].name)
		n++;
	return n;
}

const struct go_value *go_member(const struct go_type *t, const struct go_value *v,
				 const char *name)
{
	static const struct go_value zero;

	for (size_t i = 0; i < v->n; i++)
		if (strcmp(t->fields[i].name, name) == 0)
			return &v->items[i];
	return &zero;
}

/* encoding/json, foldName(), for names of letters and digits. */
static bool folds_to(const char *key, const char *name)
{
	for (; *name != '\0'; name++) {
		int want = tolower((unsigned char)*name);

		if (want == 's' && strncmp(key, "\u017f", 2) == 0)
			key += 2;
		else if (want == 'k' && strncmp(key, "\u212a", 3) == 0)
			key += 3;
		else if ((unsigned char)*key < 0x80 && tolower((unsigned char)*key) == want)
			key++;
		else
			return false;
	}
	return *key == '\0';
}

static void grow(struct go_value *v, bool with_keys)
{
	v->items = reallocarray(v->items, v->cap + 1, sizeof(*v->items));
	MUST(v->items);
	memset(&v->items[v->cap], 0, sizeof(*v->items));
	if (with_keys) {
		v->keys = reallocarray(v->keys, v->cap + 1, sizeof(*v->keys));
		MUST(v->keys);
	}
	v->cap++;
}

static void read_value(struct reader *r, const struct go_type *t, struct go_value *v);

/* A member of a struct; @v is NULL where nobody wants it. */
static void read_field(struct reader *r, const struct go_type *t, struct go_value *v,
		       const char *key)
{
	for (size_t i = 0; v && i < v->n; i++)
		if (folds_to(key, t->fields[i].name)) {
			read_value(r, t->fields[i].type, &v->items[i]);
			return;
		}
	read_value(r, NULL, NULL);
}

/* An entry of a map: a new one takes the place of the one before, nothing is merged. */
static void read_entry(struct reader *r, const struct go_type *t, struct go_value *v, char **key)
{
	size_t i = 0;

	while (i < v->n && strcmp(v->keys[i], *key) != 0)
		i++;
	if (i == v->n) {
		grow(v, true);
		v->keys[v->n++] = *key;
		*key = NULL;
	}
	go_free(&v->items[i]);
	read_value(r, t->of, &v->items[i]);
}

static void read_object(struct reader *r, const struct go_type *t, struct go_value *v)
{
	bool is_map = v && t->kind == GO_MAP;

	if (v && !is_map && v->n == 0)
		for (size_t n = n_fields(t); v->n < n; v->n++)
			grow(v, false);
	if (v)
		v->is_set = true;
	expect(r, '{');
	skip_blanks(r);
	if (accept(r, '}'))
		return;
	do {
		char *key;

		skip_blanks(r);
		key = read_string(r);
		skip_blanks(r);
		expect(r, ':');
		if (is_map)
			read_entry(r, t, v, &key);
		else
			read_field(r, t, v, key);
		free(key);
		skip_blanks(r);
	} while (accept(r, ','));
	expect(r, '}');
}

/* Items are read into those that are there from before. */
static void read_array(struct reader *r, const struct go_type *t, struct go_value *v)
{
	if (v)
		v->n = 0;
	expect(r, '[');
	skip_blanks(r);
	if (accept(r, ']')) {
		if (v) {
			go_free(v);
			v->is_set = true;
		}
		return;
	}
	do {
		if (v && v->n == v->cap)
			grow(v, false);
		if (v)
			v->n++;
		read_value(r, t ? t->of : NULL, v ? &v->items[v->n - 1] : NULL);
		skip_blanks(r);
	} while (accept(r, ','));
	expect(r, ']');
	if (v)
		v->is_set = true;
}

static void skip_digits(struct reader *r)
{
	r->bad = r->bad || !isdigit((unsigned char)peek(r));
	while (isdigit((unsigned char)peek(r)))
		r->p++;
}

/* Return: whether it is one for an integer, which is then in @n. */
static bool read_number(struct reader *r, int64_t *n)
{
	const char *start = r->p;
	bool is_integer = true;
	char text[32], *end;

	accept(r, '-');
	if (!accept(r, '0'))
		skip_digits(r);
	if (accept(r, '.')) {
		is_integer = false;
		skip_digits(r);
	}
	if (accept(r, 'e') || accept(r, 'E')) {
		is_integer = false;
		if (!accept(r, '+'))
			accept(r, '-');
		skip_digits(r);
	}
	if (r->bad || !is_integer || r->p - start >= (ptrdiff_t)sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(r->p - start), start);
	errno = 0;
	*n = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool is_integer(const struct go_type *t)
{
	return t && (t->kind == GO_INT || t->kind == GO_INT_POINTER);
}

static bool is_object(const struct go_type *t)
{
	return t && (t->kind == GO_STRUCT || t->kind == GO_STRUCT_POINTER || t->kind == GO_MAP);
}

static void read_text(struct reader *r, const struct go_type *t, struct go_value *v)
{
	char *text = read_string(r);

	if (t && t->kind == GO_STRING) {
		free(v->text);
		v->text = text;
	} else {
		free(text);
	}
}

static void read_null(const struct go_type *t, struct go_value *v)
{
	if (t && t->kind != GO_BOOL && t->kind != GO_INT && t->kind != GO_STRING &&
	    t->kind != GO_STRUCT)
		go_free(v);
}

static void read_bool(const struct go_type *t, struct go_value *v, bool truth)
{
	if (t && t->kind == GO_BOOL)
		v->truth = truth;
}

static void read_scalar(struct reader *r, const struct go_type *t, struct go_value *v)
{
	int64_t n;

	if (peek(r) == '"') {
		read_text(r, t, v);
	} else if (accept_word(r, "true")) {
		read_bool(t, v, true);
	} else if (accept_word(r, "false")) {
		read_bool(t, v, false);
	} else if (accept_word(r, "null")) {
		read_null(t, v);
	} else if (read_number(r, &n) && v && is_integer(t)) {
		v->integer = n;
		v->is_set = true;
	}
}

static void read_value(struct reader *r, const struct go_type *t, struct go_value *v)
{
	skip_blanks(r);
	if (++r->depth > DEPTH_MAX)
		r->bad = true;
	if (t && t->kind == GO_ANY) {
		v->is_set = !(r->end - r->p >= 4 && memcmp(r->p, "null", 4) == 0);
		t = NULL;
	}
	if (peek(r) == '{')
		read_object(r, t, is_object(t) ? v : NULL);
	else if (peek(r) == '[')
		read_array(r, t, t && t->kind == GO_SLICE ? v : NULL);
	else
		read_scalar(r, t, v);
	r->depth--;
}

bool go_read(const struct go_type *t, struct go_value *v, const char *text, size_t len)
{
	struct reader r = { .p = text, .end = text + len };

	read_value(&r, t, v);
	return !r.bad;
}
