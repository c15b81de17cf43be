/*
 * error - why a message was refused
 *
 * One row an error: name, status of the reply to the client when a request has
 * it (a reply of the engine that has it is a 502), and a phrase for people.
 */
#ifndef HTTP_ERROR_H
#define HTTP_ERROR_H

/* clang-format off */
#define HTTP_ERRORS(X)								\
	X(HTTP_OK,		    0,	 "no error")				\
	X(HTTP_E_MALFORMED,	    400, "malformed head")			\
	X(HTTP_E_NOT_HTTP,	    400, "this is not HTTP (a TLS client on a plain port?)") \
	X(HTTP_E_BARE_LF,	    400, "a line ends in LF without CR")	\
	X(HTTP_E_BARE_CR,	    400, "a CR stands inside a line")		\
	X(HTTP_E_FOLDED_LINE,	    400, "a field is continued on a second line") \
	X(HTTP_E_START_LINE,	    400, "malformed start line")		\
	X(HTTP_E_METHOD,	    501, "unknown method")			\
	X(HTTP_E_VERSION,	    505, "only HTTP/1.0 and HTTP/1.1 are spoken here") \
	X(HTTP_E_HTTP2,		    505, "HTTP/2 is not spoken here")		\
	X(HTTP_E_HEAD_TOO_LARGE,    431, "the head is larger than 256 KiB")	\
	X(HTTP_E_TARGET_TOO_LONG,   414, "the request target is longer than 128 KiB") \
	X(HTTP_E_TOO_MANY_FIELDS,   431, "more than 256 fields")		\
	X(HTTP_E_FIELD_NAME,	    400, "a field name is empty or has a byte no name may have") \
	X(HTTP_E_FIELD_VALUE,	    400, "a field value has a control byte")	\
	X(HTTP_E_CONNECTION,	    400, "Connection is longer than 1 KiB")	\
	X(HTTP_E_HOST,		    400, "missing, repeated or malformed Host")		\
	X(HTTP_E_LENGTH,	    400, "Content-Length is not a number")	\
	X(HTTP_E_LENGTH_REPEATED,   400, "Content-Length is repeated")		\
	X(HTTP_E_LENGTH_CHUNKED,    400, "both Content-Length and Transfer-Encoding") \
	X(HTTP_E_CODING,	    400, "a transfer coding other than a single chunked") \
	X(HTTP_E_CODING_10,	    400, "Transfer-Encoding in HTTP/1.0")	\
	X(HTTP_E_UPGRADE,	    400, "this endpoint has no such upgrade")	\
	X(HTTP_E_HTTP2_SETTINGS,    400, "HTTP2-Settings is not taken here")	\
	X(HTTP_E_EXPECT,	    417, "an expectation other than 100-continue") \
	X(HTTP_E_FORM_BODY,	    415, "form bodies are not taken: parameters go into the query") \
	X(HTTP_E_TARGET_FORM,	    400, "the request target is neither /path nor http://host/path") \
	X(HTTP_E_TARGET_BYTE,	    400, "the path has a byte that must be percent-encoded") \
	X(HTTP_E_TARGET_ESCAPE,	    400, "the target has a malformed percent escape") \
	X(HTTP_E_TARGET_CONTROL,    400, "the path has a control byte")		\
	X(HTTP_E_TARGET_UTF8,	    400, "the path is not valid UTF-8")		\
	X(HTTP_E_TARGET_FRAGMENT,   400, "the target has a fragment")		\
	X(HTTP_E_QUERY_BYTE,	    400, "the query has a byte that must be percent-encoded") \
	X(HTTP_E_CHUNK_SIZE,	    400, "malformed chunk size")		\
	X(HTTP_E_CHUNK_EXTENSION,   400, "malformed or over-long chunk extension") \
	X(HTTP_E_CHUNK_END,	    400, "a chunk does not end where its size says") \
	X(HTTP_E_TRAILER,	    400, "malformed or over-long trailer")

enum http_error {
#define X(name, status, text) name,
	HTTP_ERRORS(X)
#undef X
	HTTP_ERROR_NUM
};
/* clang-format on */

/** http_error_status() - Status code of the reply to a request with error @e */
unsigned int http_error_status(enum http_error e);

/** http_error_text() - Phrase for error @e; static, never NULL */
const char *http_error_text(enum http_error e);

#endif
