/*
 * log - one event, one line, logfmt or JSON
 *
 * A line is built in a buffer of the caller's and leaves with one write(2):
 * no allocation, no stdio, errno as it was. Values that come from a peer are
 * escaped here, so no caller can forget to: what is printable ASCII stays, and a
 * value longer than LOG_VALUE_MAX ends in "...". Of the rest logfmt makes \xNN a byte,
 * and JSON (RFC 8259) \uNNNN a character, \ufffd for a byte that is part of none. A
 * field that no longer fits is left out, and the line says cut=true.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_LINE_MAX  8192 /* bytes of a line, newline included */
#define LOG_VALUE_MAX 1024 /* bytes of one value after escaping */

/* Levels of syslog(3), the ones the program uses. */
enum log_level {
	LOG_LEVEL_NONE = 0,
	LOG_LEVEL_CRITICAL = 2,
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
	LOG_LEVEL_NUM
};

enum log_format { LOG_FORMAT_LOGFMT, LOG_FORMAT_JSON, LOG_FORMAT_NUM };

/**
 * struct log_line - A line
 * @level:	Of the event
 * @is_cut:	A field did not fit
 * @len:	Bytes of @text
 * @text:	Not terminated
 */
struct log_line {
	enum log_level level;
	bool is_cut;
	size_t len;
	char text[LOG_LINE_MAX];
};

/*
 * Lines that a peer can provoke: so many at once, then so many a second. An
 * attacker who is refused a million times does not fill the disk.
 */
#define LOG_LIMIT_BURST 200
#define LOG_LIMIT_PER_S 20

/**
 * struct log_limit - A token bucket, zeroed before the first use
 * @spent_ms:	Milliseconds' worth of tokens that are spent
 * @at_ms:	When that was so
 * @dropped:	Lines refused since the last one granted
 */
struct log_limit {
	uint64_t spent_ms;
	uint64_t at_ms;
	uint64_t dropped;
};

/**
 * log_limit_take() - Ask for a line
 * @l:		Bucket
 * @now_ms:	Any clock that never goes back
 * @dropped:	On success, the lines that were refused before this one
 *
 * Return: whether it may be written; false counts it as dropped.
 */
bool log_limit_take(struct log_limit *l, uint64_t now_ms, uint64_t *dropped);

/** log_set_level() - Drop what is less urgent than @level (0 drops all) */
void log_set_level(int level);

/** log_set_format() - Write lines in @format from now on; before any other thread does */
void log_set_format(enum log_format format);

/**
 * log_set_prefix() - Have lines on standard error begin with their level
 *
 * It is written <N>, as journald reads it: sd-daemon(3).
 */
void log_set_prefix(bool on);

/** log_prefix() - What a line of @level on standard error begins with, "" for nothing */
const char *log_prefix(enum log_level level);

/** log_enabled() - Whether a line of @level would be written */
bool log_enabled(enum log_level level);

/**
 * log_begin() - Start a line with time=, level= and msg=
 * @l:		Line
 * @level:	Level named in it
 * @msg:	Event, our own text
 */
void log_begin(struct log_line *l, enum log_level level, const char *msg);

/** log_str() - Append a text; a NULL @value counts as "" */
void log_str(struct log_line *l, const char *key, const char *value);

/** log_bytes() - Append a text of @len bytes that need no NUL */
void log_bytes(struct log_line *l, const char *key, const void *value, size_t len);

/** log_uint() - Append a number, in decimal */
void log_uint(struct log_line *l, const char *key, uint64_t value);

/** log_ms() - Append a duration in ms with three decimals, from @us */
void log_ms(struct log_line *l, const char *key, uint64_t us);

/**
 * log_end() - Finish the line with its newline
 * @l:	Line; complete afterwards, ready for log_write()
 */
void log_end(struct log_line *l);

/**
 * log_write() - Write a finished line
 * @l:	Line
 * @fd:	Descriptor; short writes and errors lose the rest of the line
 *
 * Return: 0, or -errno, or -EIO if only a part of it was written.
 */
int log_write(const struct log_line *l, int fd);

/** log_print() - Write a finished line to standard error, with its prefix */
void log_print(const struct log_line *l);

/**
 * log_event() - Write one line to stderr if its level is on
 * @level:	Level
 * @msg:	Event
 * @...:	key, value pairs of const char *, ended by a NULL key
 */
void log_event(enum log_level level, const char *msg, ...) __attribute__((sentinel));

#endif
