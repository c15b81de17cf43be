#include "value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The spellings of Go's strconv.ParseBool(). */
static bool parse_bool(const char *text, bool *value)
{
	static const char *const spellings[][6] = {
		{ "0", "f", "F", "false", "FALSE", "False" },
		{ "1", "t", "T", "true", "TRUE", "True" },
	};

	for (int v = 0; v < 2; v++)
		for (int i = 0; i < 6; i++)
			if (strcmp(text, spellings[v][i]) == 0) {
				*value = v == 1;
				return true;
			}
	return false;
}

static bool parse_count(const char *text, size_t *value)
{
	size_t n = 0;

	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		n = n * 10 + (size_t)(*text - '0');
		if (n > OPTION_COUNT_MAX)
			return false;
	}
	*value = n;
	return true;
}

static bool parse_level(const char *text, int *value)
{
	if (text[0] < '0' || text[0] > '7' || text[1] != '\0')
		return false;
	*value = text[0] - '0';
	return true;
}

static int set_list(struct option_list *list, const struct option_value *v, char *error)
{
	if (list->n == OPTION_LIST_MAX) {
		snprintf(error, OPTIONS_ERROR_MAX, "%s is given more than %d times", v->origin,
			 OPTION_LIST_MAX);
		return -EINVAL;
	}
	list->values[list->n++] = *v;
	return 0;
}

static bool parse_choice(const char *text, const char *const *choices, int *value)
{
	for (int i = 0; choices && choices[i]; i++)
		if (strcmp(text, choices[i]) == 0) {
			*value = i;
			return true;
		}
	return false;
}

static void list_choices(char *out, size_t cap, const char *const *choices)
{
	size_t len = 0;

	for (size_t i = 0; choices && choices[i] && len < cap; i++)
		len += (size_t)snprintf(out + len, cap - len, "%s%s", i == 0 ? "" : " or ",
					choices[i]);
}

int value_set(void *field, enum option_kind kind, const char *const *choices,
	      const struct option_value *v, char *error)
{
	char expected[OPTIONS_ERROR_MAX / 2] = "";
	bool ok = true;

	switch (kind) {
	case OPTION_STRING:
		*(struct option_value *)field = *v;
		return 0;
	case OPTION_LIST:
	case OPTION_TEXTS:
		return set_list(field, v, error);
	case OPTION_BOOL:
		strcpy(expected, "true or false");
		ok = parse_bool(v->text, field);
		break;
	case OPTION_LEVEL:
		strcpy(expected, "a level from 0 to 7");
		ok = parse_level(v->text, field);
		break;
	case OPTION_COUNT:
		snprintf(expected, sizeof(expected), "a number up to %d", OPTION_COUNT_MAX);
		ok = parse_count(v->text, field);
		break;
	case OPTION_CHOICE:
		list_choices(expected, sizeof(expected), choices);
		ok = parse_choice(v->text, choices, field);
		break;
	}
	if (ok)
		return 0;
	snprintf(error, OPTIONS_ERROR_MAX, "%s %s: expected %s", v->origin, v->text, expected);
	return -EINVAL;
}

static bool is_same(const struct option_value *a, const struct option_value *b)
{
	return a->text && b->text ? strcmp(a->text, b->text) == 0 : a->text == b->text;
}

static bool list_equal(const struct option_list *a, const struct option_list *b)
{
	size_t i = 0;

	while (i < a->n && i < b->n && is_same(&a->values[i], &b->values[i]))
		i++;
	return i == a->n && i == b->n;
}

bool value_equal(const void *a, const void *b, enum option_kind kind)
{
	switch (kind) {
	case OPTION_STRING:
		return is_same(a, b);
	case OPTION_LIST:
	case OPTION_TEXTS:
		return list_equal(a, b);
	case OPTION_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case OPTION_LEVEL:
	case OPTION_CHOICE:
		return *(const int *)a == *(const int *)b;
	case OPTION_COUNT:
		return *(const size_t *)a == *(const size_t *)b;
	}
	return false;
}
