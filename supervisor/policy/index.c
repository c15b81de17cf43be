#include "index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The expansions of %_API_VERSION%, and of %API_PREFIX%: the same, optional. */
static const char version_group[] = "(?:/v[0-9]+(?:\\.[0-9]+)*)";

#define NONE UINT32_MAX

struct node {
	unsigned char byte;
	uint32_t child;	  /* first of the nodes one byte further, or NONE */
	uint32_t sibling; /* next of its parent's children, or NONE */
	uint32_t first;	  /* entries of the rules whose prefix ends here */
	uint32_t last;
};

struct entry {
	uint32_t rule;
	uint32_t next;
	bool versioned;
	unsigned char suffix_len;
	char suffix[INDEX_SUFFIX_MAX];
};

struct index {
	struct node *nodes; /* owned; nodes[0] is the root */
	size_t n_nodes, nodes_cap;
	struct entry *entries; /* owned */
	size_t n_entries, entries_cap;
};

/**
 * skip_class() - Find the end of a bracketed class
 * @p:		First byte behind the opening bracket
 * @end:	End of the pattern
 *
 * Return: the closing bracket, or NULL for what is not worth understanding.
 */
static const char *skip_class(const char *p, const char *end)
{
	if (p < end && *p == '^')
		p++;
	if (p < end && *p == ']')
		p++;
	for (; p < end && *p != ']'; p++) {
		if (*p == '[')
			return NULL;
		if (*p == '\\' && (++p == end || *p == 'Q' || *p == 'E'))
			return NULL;
	}
	return p < end ? p : NULL;
}

/**
 * is_single_branch() - Whether a pattern surely has no alternative at top level
 * @p:		Pattern
 * @end:	Its end
 *
 * What could make parentheses or bars mean something else (\Q, comments,
 * classes in classes, parentheses that do not add up) counts as "not sure".
 */
static bool is_single_branch(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		switch (*p) {
		case '\\':
			if (++p == end || *p == 'Q' || *p == 'E')
				return false;
			break;
		case '[':
			p = skip_class(p + 1, end);
			if (!p)
				return false;
			break;
		case '(':
			if (p + 2 < end && p[1] == '?' && p[2] != ':')
				return false;
			depth++;
			break;
		case ')':
			if (--depth < 0)
				return false;
			break;
		case '|':
			if (depth == 0)
				return false;
			break;
		}
	}
	return depth == 0;
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("/_-~:@,;=&!%", c) != NULL);
}

static bool is_punctuation(char c)
{
	return c > ' ' && c <= '~' &&
	       !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'));
}

/**
 * literal_byte() - Read one byte that stands for itself, exactly once
 * @p:		Where; moved behind it on success
 * @end:	End of the pattern
 * @byte:	Filled on success
 */
static bool literal_byte(const char **p, const char *end, char *byte)
{
	const char *next = *p;

	*byte = *next++;
	if (*byte == '\\' && next < end && is_punctuation(*next))
		*byte = *next++;
	else if (!is_plain(*byte))
		return false;
	/* What may be repeated, or left away, is not surely there once. */
	if (next < end && strchr("*?+{", *next))
		return false;
	*p = next;
	return true;
}

static void literal_beginning(struct index_key *out, const char *p, const char *end)
{
	while (p < end && out->len < INDEX_PREFIX_MAX &&
	       literal_byte(&p, end, &out->text[out->len]))
		out->len++;
}

/**
 * skip_other() - Skip what is no literal byte: a class, a parenthesis, an escape
 * @p:		Where
 * @end:	End of a pattern that is_single_branch() has understood
 * @depth:	Parentheses that are open, updated
 *
 * Return: what is behind it, or NULL behind an escape whose length is its own.
 */
static const char *skip_other(const char *p, const char *end, int *depth)
{
	if (*p == '[')
		return skip_class(p + 1, end) + 1;
	if (*p == '\\')
		return strchr("dDsSwW", p[1]) || is_punctuation(p[1]) ? p + 2 : NULL;
	*depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
	return p + 1;
}

/**
 * literal_end() - Find the literal end of a pattern
 * @out:	Its suffix is filled
 * @p:		Pattern
 * @end:	Its end
 *
 * A run of literal bytes outside of parentheses counts if nothing follows it.
 */
static void literal_end(struct index_key *out, const char *p, const char *end)
{
	int depth = 0;
	char byte;

	while (p < end) {
		if (depth > 0 || !literal_byte(&p, end, &byte)) {
			p = skip_other(p, end, &depth);
			out->suffix_len = 0;
			if (!p)
				return;
			continue;
		}
		if (out->suffix_len == INDEX_SUFFIX_MAX)
			memmove(out->suffix, out->suffix + 1, --out->suffix_len);
		out->suffix[out->suffix_len++] = byte;
	}
}

void index_key_of(struct index_key *out, const char *pattern, size_t len)
{
	const char *end = pattern + len;
	const size_t group_len = sizeof(version_group) - 1;

	out->versioned = false;
	out->len = out->suffix_len = 0;
	if (!is_single_branch(pattern, end))
		return;
	literal_end(out, pattern, end);
	if (len > group_len && memcmp(pattern, version_group, group_len) == 0) {
		pattern += group_len;
		if (*pattern == '?')
			pattern++;
		/* Only a slash surely ends the version where skip_version() ends it. */
		if (pattern == end || *pattern != '/')
			return;
		out->versioned = true;
	}
	literal_beginning(out, pattern, end);
	if (out->len == 0)
		out->versioned = false;
}

/**
 * skip_version() - Skip an API version at the start of a path
 *
 * Return: its length with the slash before it; 0 if there is none.
 */
static size_t skip_version(const char *path, size_t len)
{
	size_t i = 2;

	if (len < 3 || path[0] != '/' || path[1] != 'v')
		return 0;
	while (i < len && ((path[i] >= '0' && path[i] <= '9') || path[i] == '.'))
		i++;
	return i > 2 && i < len && path[i] == '/' ? i : 0;
}

struct index *index_new(void)
{
	struct index *ix = calloc(1, sizeof(*ix));

	if (!ix)
		return NULL;
	ix->nodes_cap = 64;
	ix->nodes = malloc(ix->nodes_cap * sizeof(*ix->nodes));
	if (!ix->nodes) {
		free(ix);
		return NULL;
	}
	ix->nodes[0] = (struct node){ .child = NONE, .sibling = NONE, .first = NONE };
	ix->n_nodes = 1;
	return ix;
}

void index_free(struct index *ix)
{
	if (!ix)
		return;
	free(ix->nodes);
	free(ix->entries);
	free(ix);
}

/**
 * reserve() - Make room in a growing array
 * @items:	Array, replaced when it grows
 * @cap:	Its capacity in items
 * @need:	Items it must hold
 * @size:	Size of an item
 */
static int reserve(void **items, size_t *cap, size_t need, size_t size)
{
	size_t grown = *cap ? *cap : 64;
	void *p;

	if (need <= *cap)
		return 0;
	while (grown < need)
		grown *= 2;
	p = reallocarray(*items, grown, size);
	if (!p)
		return -ENOMEM;
	*items = p;
	*cap = grown;
	return 0;
}

static uint32_t find_child(const struct index *ix, uint32_t node, unsigned char byte)
{
	uint32_t child = ix->nodes[node].child;

	while (child != NONE && ix->nodes[child].byte != byte)
		child = ix->nodes[child].sibling;
	return child;
}

static uint32_t add_child(struct index *ix, uint32_t node, unsigned char byte)
{
	uint32_t child = (uint32_t)ix->n_nodes++;

	ix->nodes[child] = (struct node){
		.byte = byte,
		.child = NONE,
		.sibling = ix->nodes[node].child,
		.first = NONE,
	};
	ix->nodes[node].child = child;
	return child;
}

int index_add(struct index *ix, const struct index_key *key, uint32_t rule)
{
	uint32_t at = 0, child;

	if (reserve((void **)&ix->nodes, &ix->nodes_cap, ix->n_nodes + key->len,
		    sizeof(*ix->nodes)) < 0 ||
	    reserve((void **)&ix->entries, &ix->entries_cap, ix->n_entries + 1,
		    sizeof(*ix->entries)) < 0)
		return -ENOMEM;

	for (size_t i = 0; i < key->len; i++) {
		unsigned char byte = (unsigned char)key->text[i];

		child = find_child(ix, at, byte);
		at = child != NONE ? child : add_child(ix, at, byte);
	}
	uint32_t e = (uint32_t)ix->n_entries++;
	ix->entries[e] = (struct entry){
		.rule = rule,
		.next = NONE,
		.versioned = key->versioned,
		.suffix_len = (unsigned char)key->suffix_len,
	};
	memcpy(ix->entries[e].suffix, key->suffix, key->suffix_len);
	if (ix->nodes[at].first == NONE)
		ix->nodes[at].first = e;
	else
		ix->entries[ix->nodes[at].last].next = e;
	ix->nodes[at].last = e;
	return 0;
}

static bool ends_in(const char *path, size_t len, const struct entry *e)
{
	if (e->suffix_len == 0)
		return true;
	return len >= e->suffix_len && path[len - 1] == e->suffix[e->suffix_len - 1] &&
	       memcmp(path + len - e->suffix_len, e->suffix, e->suffix_len) == 0;
}

/**
 * walk() - Visit the rules whose prefix lies on one path
 * @path:	Path as the prefixes would begin it
 * @skip:	Nodes at the start to pass over, since an earlier walk saw them
 * @only_versioned: Leave out rules that allow no version
 */
static void walk(const struct index *ix, const char *path, size_t len, size_t skip,
		 bool only_versioned, void (*visit)(void *arg, uint32_t rule), void *arg)
{
	uint32_t at = 0;

	for (size_t i = 0; at != NONE; i++) {
		uint32_t e = i >= skip ? ix->nodes[at].first : NONE;

		for (; e != NONE; e = ix->entries[e].next) {
			const struct entry *entry = &ix->entries[e];

			if ((entry->versioned || !only_versioned) && ends_in(path, len, entry))
				visit(arg, entry->rule);
		}
		if (i == len)
			return;
		at = find_child(ix, at, (unsigned char)path[i]);
	}
}

void index_visit(const struct index *ix, const char *path, size_t len,
		 void (*visit)(void *arg, uint32_t rule), void *arg)
{
	size_t version = skip_version(path, len);
	size_t common = 0;

	walk(ix, path, len, 0, false, visit, arg);
	if (version == 0)
		return;
	while (version + common < len && path[common] == path[version + common])
		common++;
	walk(ix, path + version, len - version, common + 1, true, visit, arg);
}
