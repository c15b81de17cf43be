/*
 * What happened lately: counted in a fixed size, written as JSON whatever clients sent.
 */
#include "cmocka_prelude.h"

#include <jansson.h>

#include "proxy/recent.h"

#define NOW 1000

static struct recent r;
static char *text;
static size_t text_len;

/* What is printed, which is JSON; to be freed by json_decref(). */
static json_t *print(uint64_t now_s)
{
	FILE *f = open_memstream(&text, &text_len);
	json_error_t error;
	json_t *all;

	assert_non_null(f);
	fputc('{', f);
	recent_print(f, &r, now_s);
	fputc('}', f);
	assert_int_equal(fclose(f), 0);
	all = json_loadb(text, text_len, JSON_REJECT_DUPLICATES, &error);
	if (!all)
		fail_msg("%s in %s", error.text, text);
	free(text);
	return all;
}

static struct recent_row *row_of(unsigned int client, uint8_t class, uint64_t now_s)
{
	struct rate_key key = { 0 };

	memcpy(key.id, &client, sizeof(client));
	return recent_row(&r, &key, 0, class, now_s);
}

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static json_int_t second(const json_t *all, size_t ago, size_t verdict)
{
	const json_t *seconds = json_object_get(all, "seconds");

	assert_int_equal(json_array_size(seconds), RECENT_SECONDS - 1);
	return json_integer_value(
		json_array_get(json_array_get(seconds, RECENT_SECONDS - 1 - ago), verdict));
}

static int clear(void **state)
{
	(void)state;
	memset(&r, 0, sizeof(r));
	return 0;
}

static void seconds_are_forgotten_as_they_pass(void **state)
{
	json_t *all;

	(void)state;
	recent_count(&r, NOW, 0);
	recent_count(&r, NOW, 1);
	recent_count(&r, NOW, 1);
	all = print(NOW + 3);
	assert_int_equal(second(all, 3, 0), 1);
	assert_int_equal(second(all, 3, 1), 2);
	assert_int_equal(second(all, 2, 1), 0);
	json_decref(all);
	/* Its place is another second's by now. */
	for (uint64_t later = NOW + RECENT_SECONDS; later < NOW + 2 * RECENT_SECONDS + 2; later++) {
		all = print(later);
		for (size_t ago = 1; ago < RECENT_SECONDS; ago++)
			assert_int_equal(second(all, ago, 1), 0);
		json_decref(all);
	}
	recent_count(&r, NOW + RECENT_SECONDS, 2);
	all = print(NOW + RECENT_SECONDS + 1);
	assert_int_equal(second(all, 1, 1), 0);
	assert_int_equal(second(all, 1, 2), 1);
	json_decref(all);
}

static void right_after_boot_nothing_is_made_up(void **state)
{
	json_t *all;

	(void)state;
	recent_count(&r, 1, 1);
	all = print(2);
	assert_int_equal(second(all, 1, 1), 1);
	for (size_t ago = 2; ago < RECENT_SECONDS; ago++)
		assert_int_equal(second(all, ago, 1), 0);
	json_decref(all);
}

static void a_client_has_a_row_for_each_class(void **state)
{
	struct recent_row *row = row_of(1, 0, NOW);
	json_t *all;
	const json_t *rows;

	(void)state;
	assert_string_equal(row->client, "");
	strcpy(row->client, "one");
	row->requests[1] = 4;
	row->reply_us = 400;
	assert_ptr_equal(row_of(1, 0, NOW + 1), row);
	assert_ptr_not_equal(row_of(1, 1, NOW + 1), row);
	assert_ptr_not_equal(row_of(2, 0, NOW + 1), row);
	all = print(NOW + 1 + RECENT_SECONDS - 1);
	rows = json_object_get(all, "rows");
	assert_int_equal(json_array_size(rows), 3);
	json_decref(all);
	row_of(1, 0, NOW + 100);
	all = print(NOW + 1 + RECENT_SECONDS);
	rows = json_object_get(all, "rows");
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(member(json_array_get(rows, 0), "client"), "one");
	assert_string_equal(member(json_array_get(rows, 0), "endpoint"), "containers");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(rows, 0), "reply_us")),
			 100);
	json_decref(all);
}

static void whoever_comes_there_is_room_and_the_latest_are_seen(void **state)
{
	json_t *all;

	(void)state;
	for (unsigned int i = 0; i < 100000; i++)
		assert_string_equal(row_of(i, 0, NOW + i / 1000)->client, "");
	assert_ptr_equal(row_of(99999, 0, NOW + 99), row_of(99999, 0, NOW + 99));
	all = print(NOW + 100);
	assert_int_equal(json_array_size(json_object_get(all, "rows")), RECENT_SETS * RECENT_WAYS);
	json_decref(all);
}

static void denials_are_the_last_ones_latest_first(void **state)
{
	json_t *all;
	const json_t *list;

	(void)state;
	for (unsigned int i = 0; i < RECENT_DENIALS + 5; i++) {
		struct recent_denial *d = recent_deny(&r);

		assert_string_equal(d->path, "");
		d->status = 403 - (RECENT_DENIALS + 4) + i;
		strcpy(d->method, "GET");
		snprintf(d->path, sizeof(d->path), "/v1.41/containers/%u/json", i);
	}
	all = print(NOW);
	list = json_object_get(all, "denials");
	assert_int_equal(json_array_size(list), RECENT_DENIALS);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "status")),
			 403);
	assert_int_equal(json_integer_value(json_object_get(
				 json_array_get(list, RECENT_DENIALS - 1), "status")),
			 403 - (RECENT_DENIALS - 1));
	assert_null(json_object_get(json_array_get(list, 1), "suggestion"));
	assert_string_equal(member(json_array_get(list, 0), "suggestion"),
			    "GET %API_PREFIX_CONTAINERS%/%CONTAINER_ID_OR_NAME%/json");
	json_decref(all);
}

static void any_bytes_make_valid_json_of_bounded_size(void **state)
{
	json_t *all;

	(void)state;
	for (unsigned int i = 0; i < RECENT_DENIALS; i++) {
		struct recent_denial *d = recent_deny(&r);

		for (size_t k = 0; k < sizeof(d->path) - 1; k++)
			d->path[k] = d->reason[k] = d->rule[k] = (char)(1 + (k + i) % 255);
		memset(d->client, i % 2 ? 0x1b : 0xff, sizeof(d->client) - 1);
		memset(d->method, '"', sizeof(d->method) - 1);
	}
	for (unsigned int i = 0; i < RECENT_SETS * RECENT_WAYS * 4; i++)
		memset(row_of(i, 0, NOW)->client, '\xff', RECENT_CLIENT_MAX - 1);
	all = print(NOW);
	assert_true(text_len < 512 * 1024);
	assert_null(
		json_object_get(json_array_get(json_object_get(all, "denials"), 0), "suggestion"));
	json_decref(all);
}

static void what_a_rule_allows_but_for_its_constraints_has_no_other_rule(void **state)
{
	struct recent_denial *d = recent_deny(&r);
	json_t *all;

	(void)state;
	d->status = 403;
	strcpy(d->method, "POST");
	strcpy(d->path, "/containers/create");
	strcpy(d->rule, "my.rules:1");
	all = print(NOW);
	assert_null(
		json_object_get(json_array_get(json_object_get(all, "denials"), 0), "suggestion"));
	json_decref(all);
	d->rule[0] = '\0';
	/* Nor has a path that may have been cut. */
	memset(d->path + strlen(d->path), 'x', sizeof(d->path) - 1 - strlen(d->path));
	all = print(NOW);
	assert_null(
		json_object_get(json_array_get(json_object_get(all, "denials"), 0), "suggestion"));
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(seconds_are_forgotten_as_they_pass, clear),
		cmocka_unit_test_setup(right_after_boot_nothing_is_made_up, clear),
		cmocka_unit_test_setup(a_client_has_a_row_for_each_class, clear),
		cmocka_unit_test_setup(whoever_comes_there_is_room_and_the_latest_are_seen, clear),
		cmocka_unit_test_setup(denials_are_the_last_ones_latest_first, clear),
		cmocka_unit_test_setup(any_bytes_make_valid_json_of_bounded_size, clear),
		cmocka_unit_test_setup(what_a_rule_allows_but_for_its_constraints_has_no_other_rule,
				       clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
