/*
 * An address: what is parsed is written so that it parses to the same again, in
 * any room; what is refused leaves the result alone.
 */
#include "addr.h"
#include "fuzz.h"

static void check_text(const struct addr *a, const char *text)
{
	const char *colon = strrchr(text, ':');

	if (a->kind == ADDR_UNIX) {
		MUST(strncmp(text, "unix:///", 8) == 0 && strcmp(a->path, text + 7) == 0);
		return;
	}
	MUST(strncmp(text, "tcp://", 6) == 0 && colon && strtoul(colon + 1, NULL, 10) == a->port);
	text += 6 + (text[6] == '[');
	MUST(strncmp(text, a->host, strlen(a->host)) == 0);
	MUST(text + strlen(a->host) + (text[-1] == '[') == colon);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cap = fuzz_take(data, &size, ADDR_TEXT_MAX);
	char *text = fuzz_room(size + 1), *out = fuzz_room(ADDR_TEXT_MAX), *cut = fuzz_room(cap);
	struct addr a, again, untouched;

	memcpy(text, data, size);
	text[size] = '\0';
	memset(&a, 0xa5, sizeof(a));
	untouched = a;
	enum addr_error e = addr_parse(&a, text);
	if (e != ADDR_OK) {
		MUST(memcmp(&a, &untouched, sizeof(a)) == 0 && addr_strerror(e)[0] != '\0');
	} else {
		check_text(&a, text);
		MUST(addr_format(&a, out, ADDR_TEXT_MAX) == strlen(out));
		MUST(addr_parse(&again, out) == ADDR_OK && memcmp(&a, &again, sizeof(a)) == 0);
		size_t len = addr_format(&a, cut, cap);
		MUST(cap == 0 || (len < cap && cut[len] == '\0' && strncmp(cut, out, len) == 0));
	}
	free(text);
	free(out);
	free(cut);
	return 0;
}
