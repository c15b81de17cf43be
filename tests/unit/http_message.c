/*
 * Heads: what is taken, what is refused and why, and that what is rebuilt from
 * a head is read again as the same message.
 *
 * Each row goes the way of a request: scan, parse, target, upgrade, body.
 */
#include "cmocka_prelude.h"
#include "http/body.h"
#include "http/endpoint.h"
#include "http/message.h"
#include "http/target.h"
#include "http/write.h"

/* clang-format off */
#define BYTES(text) (text), sizeof(text) - 1
#define LINE(line) BYTES(line "\r\nHost: h\r\n\r\n")
#define GET(fields) BYTES("GET /a HTTP/1.1\r\nHost: h\r\n" fields "\r\n")
#define POST(fields) BYTES("POST /a HTTP/1.1\r\nHost: h\r\n" fields "\r\n")
#define OLD(fields) BYTES("POST /a HTTP/1.0\r\nHost: h\r\n" fields "\r\n")
#define TO(method, path, fields) BYTES(method " " path " HTTP/1.1\r\nHost: h\r\n" fields "\r\n")
#define CHUNKS(body) BYTES("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" body)

static const struct request_row {
	const char *bytes;
	size_t len;
	enum http_error error;
} refused[] = {
	/* the start line */
	{ LINE("GET  /a HTTP/1.1"), HTTP_E_START_LINE },
	{ LINE("GET /a  HTTP/1.1"), HTTP_E_START_LINE },
	{ LINE("GET /a HTTP/1.1 "), HTTP_E_VERSION },
	{ LINE("GET\t/a HTTP/1.1"), HTTP_E_START_LINE },
	{ LINE("GET /a\tHTTP/1.1"), HTTP_E_TARGET_FORM },
	{ LINE(" GET /a HTTP/1.1"), HTTP_E_NOT_HTTP },
	{ LINE("\r\nGET /a HTTP/1.1"), HTTP_E_START_LINE },
	{ LINE("\nGET /a HTTP/1.1"), HTTP_E_START_LINE },
	{ LINE("GET /a b HTTP/1.1"), HTTP_E_MALFORMED },
	{ LINE("GET"), HTTP_E_START_LINE },
	{ LINE("GET /a"), HTTP_E_VERSION },
	{ LINE("GET /a HTTP/0.9"), HTTP_E_VERSION },
	{ LINE("GET /a HTTP/1.2"), HTTP_E_VERSION },
	{ LINE("GET /a HTTP/2.0"), HTTP_E_VERSION },
	{ LINE("GET /a HTTP/11"), HTTP_E_VERSION },
	{ LINE("GET /a HTTP/1.10"), HTTP_E_VERSION },
	{ LINE("GET /a http/1.1"), HTTP_E_MALFORMED },
	{ LINE("GET /a HTTPS/1.1"), HTTP_E_MALFORMED },
	{ LINE("GET /a ICE/1.0"), HTTP_E_MALFORMED },
	{ LINE("get /a HTTP/1.1"), HTTP_E_METHOD },
	{ LINE("GETX /a HTTP/1.1"), HTTP_E_METHOD },
	{ LINE("GE\x00T /a HTTP/1.1"), HTTP_E_START_LINE },
	{ LINE("{\"a\": 1}"), HTTP_E_NOT_HTTP },
	{ BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"), HTTP_E_NOT_HTTP },
	{ BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), HTTP_E_HTTP2 },

	/* line ends */
	{ BYTES("GET /a HTTP/1.1\nHost: h\r\n\r\n"), HTTP_E_BARE_LF },
	{ BYTES("GET /a HTTP/1.1\r\nHost: h\n\r\n"), HTTP_E_BARE_LF },
	{ BYTES("GET /a HTTP/1.1\r\nHost: h\r\n\n"), HTTP_E_BARE_LF },
	{ BYTES("GET /a HTTP/1.1\r\nHost: h\r\nA: b\n\nGET /b HTTP/1.1\r\n\r\n"), HTTP_E_BARE_LF },
	{ BYTES("GET /a HTTP/1.1\r\r\nHost: h\r\n\r\n"), HTTP_E_BARE_CR },
	{ GET("A: b\rC: d\r\n"), HTTP_E_BARE_CR },
	{ GET("A: b\r\r\n"), HTTP_E_BARE_CR },
	{ GET("A: b\r\n c\r\n"), HTTP_E_FOLDED_LINE },
	{ GET("A: b\r\n\tc\r\n"), HTTP_E_FOLDED_LINE },
	{ GET("A:\r\n b\r\n"), HTTP_E_FOLDED_LINE },
	{ GET("Content-Length: 1\r\n 0\r\n"), HTTP_E_FOLDED_LINE },
	{ BYTES("GET /a HTTP/1.1\r\n Host: h\r\n\r\n"), HTTP_E_FOLDED_LINE },

	/* fields */
	{ GET("A : b\r\n"), HTTP_E_FIELD_NAME },
	{ GET("A\t: b\r\n"), HTTP_E_FIELD_NAME },
	{ GET(": b\r\n"), HTTP_E_FIELD_NAME },
	{ GET("A\r\n"), HTTP_E_FIELD_NAME },
	{ GET("A b: c\r\n"), HTTP_E_FIELD_NAME },
	{ GET("A(: c\r\n"), HTTP_E_FIELD_NAME },
	{ GET("\xc3\xa9: c\r\n"), HTTP_E_FIELD_NAME },
	{ GET("A\x00: c\r\n"), HTTP_E_FIELD_NAME },
	{ GET("Content-Length : 3\r\n"), HTTP_E_FIELD_NAME },
	{ GET("Transfer-Encoding\x0b: chunked\r\n"), HTTP_E_FIELD_NAME },

	/* Host */
	{ BYTES("GET /a HTTP/1.1\r\n\r\n"), HTTP_E_HOST },
	{ BYTES("GET /a HTTP/1.1\r\nX-Host: h\r\n\r\n"), HTTP_E_HOST },
	{ GET("Host: h\r\n"), HTTP_E_HOST },
	{ GET("hOST: i\r\n"), HTTP_E_HOST },
	{ OLD("Host: i\r\n"), HTTP_E_HOST },

	/* framing */
	{ POST("Content-Length: \r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: x\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: -1\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: +1\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 0x1\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 1.0\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 1 0\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 1,1\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 1, 1\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 9223372036854775808\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 18446744073709551617\r\n"), HTTP_E_LENGTH },
	{ POST("Content-Length: 1\r\nContent-Length: 1\r\n"), HTTP_E_LENGTH_REPEATED },
	{ POST("Content-Length: 1\r\ncontent-length: 2\r\n"), HTTP_E_LENGTH_REPEATED },
	{ GET("Content-Length: 0\r\nContent-Length: 0\r\n"), HTTP_E_LENGTH_REPEATED },
	{ POST("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), HTTP_E_LENGTH_CHUNKED },
	{ POST("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n"), HTTP_E_LENGTH_CHUNKED },
	{ POST("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), HTTP_E_LENGTH_CHUNKED },
	{ POST("Transfer-Encoding: \r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: gzip\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: identity\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: gzip, chunked\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: chunked, chunked\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: chunked, identity\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: chunked;q=1\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: \"chunked\"\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: xchunked\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), HTTP_E_CODING },
	{ POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: \r\n"), HTTP_E_CODING },
	{ OLD("Transfer-Encoding: chunked\r\n"), HTTP_E_CODING_10 },
	{ CHUNKS("x\r\n"), HTTP_E_CHUNK_SIZE },
	{ CHUNKS("1;\x01\r\n"), HTTP_E_CHUNK_EXTENSION },
	{ CHUNKS("1\r\nab\r\n"), HTTP_E_CHUNK_END },
	{ CHUNKS("0\r\nA\r\n\r\n"), HTTP_E_TRAILER },

	/* what is asked for beside */
	{ POST("Expect: 200-ok\r\n"), HTTP_E_EXPECT },
	{ POST("Expect: 100-continue, x\r\n"), HTTP_E_EXPECT },
	{ POST("Expect: \r\n"), HTTP_E_EXPECT },
	{ GET("Connection: Upgrade\r\nUpgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ GET("Upgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ GET("Upgrade: websocket\r\n"), HTTP_E_UPGRADE },
	{ GET("Upgrade:\r\nUpgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ TO("POST", "/exec/a/start", "Upgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ TO("POST", "/exec/a/start", "Upgrade: tcp, h2c\r\n"), HTTP_E_UPGRADE },
	{ TO("POST", "/exec/a/start", "Upgrade: tcp\r\nUpgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ TO("POST", "/exec/a/start", "Upgrade: tcp/1\r\n"), HTTP_E_UPGRADE },
	{ TO("POST", "/session/x", "Upgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ TO("GET", "/session", "Upgrade: h2c\r\n"), HTTP_E_UPGRADE },
	{ GET("HTTP2-Settings: AAMAAABk\r\n"), HTTP_E_HTTP2_SETTINGS },
	{ TO("POST", "/session", "Upgrade: h2c\r\nHTTP2-Settings: \r\n"), HTTP_E_HTTP2_SETTINGS },
	{ OLD("HTTP2-Settings: AAMAAABk\r\n"), HTTP_E_HTTP2_SETTINGS },

	/* targets, of which http_target.c has more */
	{ LINE("OPTIONS * HTTP/1.1"), HTTP_E_TARGET_FORM },
	{ LINE("CONNECT h:80 HTTP/1.1"), HTTP_E_TARGET_FORM },
	{ LINE("GET a HTTP/1.1"), HTTP_E_TARGET_FORM },
	{ LINE("GET https://h/a HTTP/1.1"), HTTP_E_TARGET_FORM },
	{ LINE("GET unix:/a HTTP/1.1"), HTTP_E_TARGET_FORM },
	{ LINE("GET /%zz HTTP/1.1"), HTTP_E_TARGET_ESCAPE },
	{ LINE("GET /%00 HTTP/1.1"), HTTP_E_TARGET_CONTROL },
	{ LINE("GET /%ff HTTP/1.1"), HTTP_E_TARGET_UTF8 },
	{ LINE("GET /a#b HTTP/1.1"), HTTP_E_TARGET_FRAGMENT },
	{ LINE("GET /a?b#c HTTP/1.1"), HTTP_E_TARGET_FRAGMENT },
	{ LINE("GET /a?\"b\" HTTP/1.1"), HTTP_E_QUERY_BYTE },
};

/* Refusals whose reason must name the byte at fault, though llhttp stops at it first. */
static const struct request_row blamed[] = {
	{ GET("A: b\x00" "c\r\n"), HTTP_E_FIELD_VALUE },
	{ GET("A: b\x01\r\n"), HTTP_E_FIELD_VALUE },
	{ GET("A: b\x0b\r\n"), HTTP_E_FIELD_VALUE },
	{ GET("A: \x7f\r\n"), HTTP_E_FIELD_VALUE },
	{ GET("Transfer-Encoding: \x0b" "chunked\r\n"), HTTP_E_FIELD_VALUE },
	{ LINE("GET /\xc3\xa9 HTTP/1.1"), HTTP_E_TARGET_BYTE },
	{ LINE("GET /a?\xc3\xa9 HTTP/1.1"), HTTP_E_QUERY_BYTE },
	{ LINE("GET /\x01 HTTP/1.1"), HTTP_E_TARGET_CONTROL },
	{ LINE("GET /\x7f HTTP/1.1"), HTTP_E_TARGET_CONTROL },
};

/* Parameters in a body, where Go's mime.ParseMediaType() finds them. */
static const struct request_row forms[] = {
	{ POST("Content-Type: application/x-www-form-urlencoded\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: Application/X-WWW-Form-URLEncoded\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: application/x-www-form-urlencoded ; a=b\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: \t application/x-www-form-urlencoded\t\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: multipart/form-data; boundary=x\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: text/plain\r\nContent-Type: multipart/form-data\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: multipart/form-data\r\nContent-Type: text/plain\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: application/x-www-form-urlencoded\xc2\xa0\r\n"), HTTP_E_FORM_BODY },
	/* strings.TrimSpace() takes U+00A0, U+0085 and U+3000 away, strings.ToLower() makes U+0130 an i. */
	{ POST("Content-Type: \xc2\xa0" "application/x-www-form-urlencoded\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: \xc2\x85" "multipart/form-data; boundary=x\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: \xe3\x80\x80" "application/x-www-form-urlencoded\r\n"), HTTP_E_FORM_BODY },
	{ POST("Content-Type: appl\xc4\xb0" "cation/x-www-form-urlencoded\r\n"), HTTP_E_FORM_BODY },
};

static const struct taken_row {
	const char *bytes;	/* a head without body */
	size_t len;
	const char *method, *path;
	enum http_framing framing;
	uint64_t length;
	const char *flags;	/* of close, expect, asks (for an upgrade), in this order */
	const char *rebuilt;	/* fields the engine gets, in order */
} taken[] = {
	{ GET(""), "GET", "/a", HTTP_NO_BODY, 0, "", "Host: h\r\n" },
	{ BYTES("GET /a HTTP/1.0\r\n\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "close", "" },
	{ BYTES("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "", "" },
	{ TO("PURGE", "/a", ""), "PURGE", "/a", HTTP_NO_BODY, 0, "", "Host: h\r\n" },
	{ TO("HEAD", "/a?b=c", ""), "HEAD", "/a", HTTP_NO_BODY, 0, "", "Host: h\r\n" },
	{ TO("GET", "http://other/a/../b", ""), "GET", "/b", HTTP_NO_BODY, 0, "", "Host: h\r\n" },
	{ BYTES("GET /a HTTP/1.1\r\nHost:\r\n\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "", "Host: \r\n" },

	{ POST("Content-Length: 5\r\n"), "POST", "/a", HTTP_LENGTH, 5, "", "Host: h\r\nContent-Length: 5\r\n" },
	{ POST("content-LENGTH:005\r\n"), "POST", "/a", HTTP_LENGTH, 5, "", "Host: h\r\ncontent-LENGTH: 5\r\n" },
	{ POST("Content-Length: 0\r\n"), "POST", "/a", HTTP_NO_BODY, 0, "", "Host: h\r\nContent-Length: 0\r\n" },
	{ POST("Content-Length: 9223372036854775807\r\n"), "POST", "/a", HTTP_LENGTH, INT64_MAX, "",
	  "Host: h\r\nContent-Length: 9223372036854775807\r\n" },
	{ GET("Content-Length: 5\r\n"), "GET", "/a", HTTP_LENGTH, 5, "", "Host: h\r\nContent-Length: 5\r\n" },
	{ POST("Transfer-Encoding: chunked\r\n"), "POST", "/a", HTTP_CHUNKED, 0, "",
	  "Host: h\r\nTransfer-Encoding: chunked\r\n" },
	{ POST("transfer-encoding:\tChunked \r\n"), "POST", "/a", HTTP_CHUNKED, 0, "",
	  "Host: h\r\ntransfer-encoding: chunked\r\n" },
	{ POST("Expect: 100-Continue\r\nContent-Length: 5\r\n"), "POST", "/a", HTTP_LENGTH, 5, "expect",
	  "Host: h\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n" },
	{ POST("Content-Type: application/json\r\n"), "POST", "/a", HTTP_NO_BODY, 0, "",
	  "Host: h\r\nContent-Type: application/json\r\n" },
	{ POST("Content-Type: application/x-www-form-urlencodedx\r\n"), "POST", "/a", HTTP_NO_BODY, 0, "",
	  "Host: h\r\nContent-Type: application/x-www-form-urlencodedx\r\n" },

	{ GET("A:b\r\nA:  c d\t\r\nE:\r\nF: \t \r\nU: \xc3\xa9\xff\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "",
	  "Host: h\r\nA: b\r\nA: c d\r\nE: \r\nF: \r\nU: \xc3\xa9\xff\r\n" },
	{ GET("!#$%&'*+-.^_`|~09azAZ: x\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "",
	  "Host: h\r\n!#$%&'*+-.^_`|~09azAZ: x\r\n" },
	{ GET("X-Registry-Auth: e30=\r\nAccept-Encoding: gzip\r\nUser-Agent: u\r\n"), "GET", "/a", HTTP_NO_BODY, 0,
	  "", "Host: h\r\nX-Registry-Auth: e30=\r\nAccept-Encoding: gzip\r\nUser-Agent: u\r\n" },

	/* what ends at this hop */
	{ GET("Connection: close\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "close", "Host: h\r\n" },
	{ GET("Connection: keep-alive, CLOSE\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "close", "Host: h\r\n" },
	{ GET("Connection: keep-alive\r\nConnection: close\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "close", "Host: h\r\n" },
	{ GET("Keep-Alive: 1\r\nTE: trailers\r\nProxy-Connection: x\r\nProxy-Authorization: y\r\n"
	      "Proxy-Authenticate: z\r\nUpgrade:\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "", "Host: h\r\n" },
	{ GET("X-A: 1\r\nConnection: x-a,, X-B\r\nX-B: 2\r\nX-C: 3\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "",
	  "Host: h\r\nX-C: 3\r\n" },
	{ POST("Connection: Content-Length, Host, Content-Type, Transfer-Encoding\r\nContent-Length: 1\r\n"
	       "Content-Type: a/b\r\n"), "POST", "/a", HTTP_LENGTH, 1, "",
	  "Host: h\r\nContent-Length: 1\r\nContent-Type: a/b\r\n" },
	{ GET("Connection: clos\r\nclose: x\r\n"), "GET", "/a", HTTP_NO_BODY, 0, "", "Host: h\r\nclose: x\r\n" },

	/* upgrades */
	{ TO("POST", "/exec/a/start", "Connection: Upgrade\r\nUpgrade: tcp\r\n"), "POST", "/exec/a/start",
	  HTTP_NO_BODY, 0, "asks", "Host: h\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" },
	{ TO("POST", "/v1.43/containers/a/attach", "connection: keep-alive, upgrade\r\nupgrade: TCP\r\n"), "POST",
	  "/v1.43/containers/a/attach", HTTP_NO_BODY, 0, "asks", "Host: h\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n" },
	{ TO("GET", "/containers/a/attach/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n"),
	  "GET", "/containers/a/attach/ws", HTTP_NO_BODY, 0, "asks",
	  "Host: h\r\nSec-WebSocket-Key: k\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" },
	{ TO("POST", "/session", "Connection: Upgrade\r\nUpgrade: h2c\r\nX-Docker-Expose-Session-Uuid: u\r\n"), "POST",
	  "/session", HTTP_NO_BODY, 0, "asks",
	  "Host: h\r\nX-Docker-Expose-Session-Uuid: u\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n" },
	{ TO("POST", "/exec/a/start", "Upgrade: tcp\r\n"), "POST", "/exec/a/start", HTTP_NO_BODY, 0, "", "Host: h\r\n" },
	{ TO("POST", "/exec/a/start", "Connection: Upgrade\r\n"), "POST", "/exec/a/start", HTTP_NO_BODY, 0, "",
	  "Host: h\r\n" },
	{ BYTES("POST /exec/a/start HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"), "POST", "/exec/a/start",
	  HTTP_NO_BODY, 0, "close", "" },
};

static const struct {
	const char *bytes;
	size_t len;
	enum http_error error;
	unsigned int status;
	enum http_framing framing, to_head;	/* for a GET and for a HEAD */
	const char *rebuilt;	/* for a GET whose connection stays */
} replies[] = {
	{ BYTES("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), HTTP_OK, 200, HTTP_LENGTH, HTTP_NO_BODY,
	  "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" },
	{ BYTES("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), HTTP_OK, 200, HTTP_NO_BODY, HTTP_NO_BODY,
	  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
	{ BYTES("HTTP/1.0 200 OK\r\n\r\n"), HTTP_OK, 200, HTTP_UNTIL_CLOSE, HTTP_NO_BODY, "HTTP/1.1 200 OK\r\n\r\n" },
	{ BYTES("HTTP/1.1 200 \r\n\r\n"), HTTP_OK, 200, HTTP_UNTIL_CLOSE, HTTP_NO_BODY, "HTTP/1.1 200 \r\n\r\n" },
	{ BYTES("HTTP/1.1 200\r\n\r\n"), HTTP_OK, 200, HTTP_UNTIL_CLOSE, HTTP_NO_BODY, "HTTP/1.1 200 \r\n\r\n" },
	{ BYTES("HTTP/1.1 200 \xc3\xa9 x\r\n\r\n"), HTTP_OK, 200, HTTP_UNTIL_CLOSE, HTTP_NO_BODY,
	  "HTTP/1.1 200 \xc3\xa9 x\r\n\r\n" },
	{ BYTES("HTTP/1.1 999 x\r\nContent-Length: 1\r\n\r\n"), HTTP_OK, 999, HTTP_LENGTH, HTTP_NO_BODY,
	  "HTTP/1.1 999 x\r\nContent-Length: 1\r\n\r\n" },
	{ BYTES("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\nTrailer: X\r\n\r\n"), HTTP_OK, 200, HTTP_CHUNKED,
	  HTTP_NO_BODY, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n" },
	{ BYTES("HTTP/1.1 100 Continue\r\n\r\n"), HTTP_OK, 100, HTTP_NO_BODY, HTTP_NO_BODY,
	  "HTTP/1.1 100 Continue\r\n\r\n" },
	{ BYTES("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"), HTTP_OK, 103, HTTP_NO_BODY, HTTP_NO_BODY,
	  "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" },
	{ BYTES("HTTP/1.1 204 No Content\r\n\r\n"), HTTP_OK, 204, HTTP_NO_BODY, HTTP_NO_BODY,
	  "HTTP/1.1 204 No Content\r\n\r\n" },
	{ BYTES("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"), HTTP_OK, 304, HTTP_NO_BODY, HTTP_NO_BODY,
	  "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n" },
	{ BYTES("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"), HTTP_OK, 101, HTTP_NO_BODY,
	  HTTP_NO_BODY, "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n" },
	{ BYTES("HTTP/1.1 200 OK\r\nConnection: close, X-A\r\nX-A: 1\r\nKeep-Alive: x\r\nServer: s\r\n\r\n"), HTTP_OK, 200,
	  HTTP_UNTIL_CLOSE, HTTP_NO_BODY, "HTTP/1.1 200 OK\r\nServer: s\r\n\r\n" },
	{ BYTES("HTTP/1.1 200 OK\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n\r\n"), HTTP_OK,
	  200, HTTP_LENGTH, HTTP_NO_BODY,
	  "HTTP/1.1 200 OK\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1\r\n\r\n" },

	{ BYTES("HTTP/1.1 99 x\r\n\r\n"), HTTP_E_START_LINE },
	{ BYTES("HTTP/1.1 099 x\r\n\r\n"), HTTP_E_START_LINE },
	{ BYTES("HTTP/1.1 2000 x\r\n\r\n"), HTTP_E_MALFORMED },
	{ BYTES("HTTP/1.1 200OK\r\n\r\n"), HTTP_E_MALFORMED },
	{ BYTES("HTTP/1.1  200 OK\r\n\r\n"), HTTP_E_START_LINE },
	{ BYTES("HTTP/1.1 200 O\x01K\r\n\r\n"), HTTP_E_START_LINE },
	{ BYTES("HTTP/1.1 200 O\x00K\r\n\r\n"), HTTP_E_START_LINE },
	{ BYTES("HTTP/1.1\r\n\r\n"), HTTP_E_VERSION },
	{ BYTES("HTTP/2.0 200 OK\r\n\r\n"), HTTP_E_VERSION },
	{ BYTES("HTTP/1.2 200 OK\r\n\r\n"), HTTP_E_VERSION },
	{ BYTES("HTTP/0.9 200 OK\r\n\r\n"), HTTP_E_VERSION },
	{ BYTES("ICY 200 OK\r\n\r\n"), HTTP_E_MALFORMED },
	{ BYTES("SSH-2.0-OpenSSH_9.2\r\n\r\n"), HTTP_E_MALFORMED },
	{ BYTES("<html>\r\n\r\n"), HTTP_E_NOT_HTTP },
	{ BYTES("\x15\x03\x01\x00\x02\x02\x46"), HTTP_E_NOT_HTTP },
	{ BYTES("GET / HTTP/1.1\r\nHost: h\r\n\r\n"), HTTP_E_MALFORMED },
	{ BYTES("HTTP/1.1 200 OK\nA: b\r\n\r\n"), HTTP_E_BARE_LF },
	{ BYTES("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"), HTTP_E_FOLDED_LINE },
	{ BYTES("HTTP/1.1 200 OK\r\nA : b\r\n\r\n"), HTTP_E_FIELD_NAME },
	{ BYTES("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_E_LENGTH_CHUNKED },
	{ BYTES("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"), HTTP_E_LENGTH_REPEATED },
	{ BYTES("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), HTTP_E_LENGTH },
	{ BYTES("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"), HTTP_E_CODING },
	{ BYTES("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"), HTTP_E_CODING },
	{ BYTES("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), HTTP_E_CODING_10 },
};
/* clang-format on */

static bool reached[HTTP_ERROR_NUM];

/* What is known of a message after all of its stages. */
struct message {
	struct http_head head;
	struct http_target target;
	const struct http_endpoint *endpoint;
	size_t head_len;
	char room[HTTP_HEAD_MAX];
};

static struct message message;

/**
 * scan_bytewise() - Look for the end of a head as if each byte came alone
 * @head_len:	As for http_scan_head()
 */
static enum http_error scan_bytewise(const char *bytes, size_t len, size_t *head_len)
{
	struct http_scan s = { 0 };
	enum http_error e = HTTP_OK;

	*head_len = 0;
	for (size_t n = 0; n <= len && e == HTTP_OK && *head_len == 0; n++)
		e = http_scan_head(&s, bytes, n, head_len);
	return e;
}

static enum http_error scan(const char *bytes, size_t len, size_t *head_len)
{
	struct http_scan s = { 0 };

	return http_scan_head(&s, bytes, len, head_len);
}

static enum http_error read_body(const struct http_head *h, const char *bytes, size_t len)
{
	struct http_body body;
	size_t used;

	http_body_start(&body, h);
	return http_body_feed(&body, bytes, len, &used);
}

/**
 * read_request() - Take a request through every stage
 * @m:		Filled as far as it gets
 * @bytes:	Head and perhaps some body
 * @len:	Length of @bytes
 */
static enum http_error read_request(struct message *m, const char *bytes, size_t len)
{
	/* On the heap at its exact size, where ASan sees a byte read too far. */
	char *exact = malloc(len);
	enum http_error e;

	memcpy(exact, bytes, len);
	e = scan(exact, len, &m->head_len);
	if (e == HTTP_OK && m->head_len == 0)
		fail_msg("no head in %s", bytes);
	if (e == HTTP_OK)
		e = http_parse_request(&m->head, exact, m->head_len);
	free(exact);
	/* Once more where the slices may stay. */
	if (e == HTTP_OK)
		e = http_parse_request(&m->head, bytes, m->head_len);
	if (e == HTTP_OK)
		e = http_target_read(&m->target, m->head.target, m->room);
	if (e == HTTP_OK) {
		m->endpoint = http_endpoint_find(m->head.method, m->target.path,
						 m->target.path_len);
		e = http_check_upgrade(&m->head, m->endpoint);
	}
	if (e == HTTP_OK)
		e = read_body(&m->head, bytes + m->head_len, len - m->head_len);
	reached[e] = true;
	return e;
}

/**
 * rebuild() - Write what the engine would get
 * @m:		A request that was taken
 * @len:	Filled
 *
 * Return: the head, NUL-terminated, to be freed.
 */
static char *rebuild(const struct message *m, size_t *len)
{
	size_t bound = http_request_bound(m->head_len, &m->target);
	char *out = malloc(bound);
	const char *protocol = http_asks_upgrade(&m->head, m->endpoint) ? m->endpoint->protocol :
									  NULL;

	*len = http_write_request(out, &m->head, &m->target, protocol);
	assert_true(*len <= bound);
	out = realloc(out, *len + 1);
	out[*len] = '\0';
	return out;
}

static void check_refused(const struct request_row *rows, size_t n)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		enum http_error e = read_request(&message, rows[i].bytes, rows[i].len);

		if (e == rows[i].error)
			continue;
		print_error("row %zu \"%s\": %s, expected: %s\n", i, rows[i].bytes,
			    http_error_text(e), http_error_text(rows[i].error));
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void refuses_what_has_no_single_meaning(void **state)
{
	(void)state;
	check_refused(refused, N_OF(refused));
}

static void names_the_byte_at_fault(void **state)
{
	(void)state;
	check_refused(blamed, N_OF(blamed));
}

static void refuses_form_bodies_however_go_spells_them(void **state)
{
	(void)state;
	check_refused(forms, N_OF(forms));
}

static void finds_the_end_of_a_head_however_it_arrives(void **state)
{
	size_t whole, bytewise;

	(void)state;
	for (size_t i = 0; i < N_OF(refused); i++) {
		assert_int_equal(scan(refused[i].bytes, refused[i].len, &whole),
				 scan_bytewise(refused[i].bytes, refused[i].len, &bytewise));
		assert_int_equal(whole, bytewise);
	}
	for (size_t i = 0; i < N_OF(taken); i++) {
		assert_int_equal(scan(taken[i].bytes, taken[i].len, &whole), HTTP_OK);
		assert_int_equal(scan_bytewise(taken[i].bytes, taken[i].len, &bytewise), HTTP_OK);
		assert_int_equal(whole, taken[i].len);
		assert_int_equal(bytewise, taken[i].len);
	}
}

static void leaves_alone_what_follows_a_head(void **state)
{
	static const char two[] = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n\n\x16 not a head";
	size_t len;

	(void)state;
	assert_int_equal(scan(two, sizeof(two) - 1, &len), HTTP_OK);
	assert_int_equal(len, strlen("GET /a HTTP/1.1\r\nHost: h\r\n\r\n"));
}

static void check_taken(const struct taken_row *r)
{
	const struct http_head *h = &message.head;
	char flags[32];

	assert_int_equal(h->method.len, strlen(r->method));
	assert_memory_equal(h->method.p, r->method, h->method.len);
	assert_string_equal(message.target.path, r->path);
	assert_int_equal(h->framing, r->framing);
	assert_true(h->content_length == r->length);
	snprintf(flags, sizeof(flags), "%s%s%s", h->close ? "close" : "",
		 h->expect_continue ? "expect" : "",
		 http_asks_upgrade(h, message.endpoint) ? "asks" : "");
	assert_string_equal(flags, r->flags);
}

static void understands_and_rebuilds_what_it_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(taken); i++) {
		const struct taken_row *r = &taken[i];
		enum http_error e = read_request(&message, r->bytes, r->len);
		size_t len;

		if (e != HTTP_OK)
			fail_msg("taken[%zu] \"%s\": %s", i, r->bytes, http_error_text(e));
		check_taken(r);
		char *sent = rebuild(&message, &len);
		const char *fields = strstr(sent, "\r\n") + 2;

		assert_int_equal(strlen(fields), strlen(r->rebuilt) + 2);
		assert_memory_equal(fields, r->rebuilt, strlen(r->rebuilt));
		free(sent);
	}
}

/* Promise 2: whoever reads what is sent reads what was judged. */
static void what_is_sent_is_what_was_judged(void **state)
{
	static struct message again;

	(void)state;
	for (size_t i = 0; i < N_OF(taken); i++) {
		size_t len, len_again;

		assert_int_equal(read_request(&message, taken[i].bytes, taken[i].len), HTTP_OK);
		char *sent = rebuild(&message, &len);

		assert_int_equal(read_request(&again, sent, len), HTTP_OK);
		assert_int_equal(again.head_len, len);
		assert_int_equal(again.head.minor, message.head.minor);
		assert_int_equal(again.head.method.len, message.head.method.len);
		assert_memory_equal(again.head.method.p, message.head.method.p,
				    message.head.method.len);
		assert_string_equal(again.target.path, message.target.path);
		assert_int_equal(again.target.has_query, message.target.has_query);
		assert_int_equal(again.target.query.len, message.target.query.len);
		assert_memory_equal(again.target.query.p, message.target.query.p,
				    message.target.query.len);
		assert_int_equal(again.head.framing, message.head.framing);
		assert_true(again.head.content_length == message.head.content_length);
		assert_int_equal(again.head.expect_continue, message.head.expect_continue);
		assert_ptr_equal(again.endpoint, message.endpoint);

		char *twice = rebuild(&again, &len_again);
		assert_string_equal(twice, sent);
		free(twice);
		free(sent);
	}
}

static void reads_frames_and_rebuilds_replies(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_OF(replies); i++) {
		struct http_head *h = &message.head;
		size_t head_len, bytewise_len;
		enum http_error e = scan(replies[i].bytes, replies[i].len, &head_len);

		assert_int_equal(scan_bytewise(replies[i].bytes, replies[i].len, &bytewise_len), e);
		assert_int_equal(head_len, bytewise_len);
		if (e == HTTP_OK)
			e = http_parse_reply(h, replies[i].bytes, head_len);
		if (e != replies[i].error)
			fail_msg("replies[%zu] \"%s\": %s, expected: %s", i, replies[i].bytes,
				 http_error_text(e), http_error_text(replies[i].error));
		if (e != HTTP_OK)
			continue;
		assert_int_equal(h->status, replies[i].status);
		http_frame_reply(h, true);
		assert_int_equal(h->framing, replies[i].to_head);
		http_frame_reply(h, false);
		if (h->framing != replies[i].framing)
			fail_msg("replies[%zu]: framing %u", i, h->framing);

		char *out = malloc(http_reply_bound(head_len) + 1);
		size_t len = http_write_reply(out, h, HTTP_KEEP);

		assert_true(len <= http_reply_bound(head_len));
		out[len] = '\0';
		assert_string_equal(out, replies[i].rebuilt);
		free(out);
	}
}

/* ---- limits ---- */

/**
 * grown() - A request with @n bytes of filling at one place
 * @before:	What stands before it
 * @n:		Bytes
 * @behind:	What stands behind it
 * @len:	Filled
 */
static char *grown(const char *before, size_t n, const char *behind, size_t *len)
{
	char *text = malloc(strlen(before) + n + strlen(behind) + 1);
	char *p = stpcpy(text, before);

	memset(p, 'a', n);
	strcpy(p + n, behind);
	*len = strlen(text);
	return text;
}

static enum http_error read_grown(const char *before, size_t n, const char *behind)
{
	size_t len;
	char *text = grown(before, n, behind, &len);
	enum http_error e = read_request(&message, text, len);

	free(text);
	return e;
}

static void a_target_may_be_128_kib_long(void **state)
{
	static const char end[] = " HTTP/1.1\r\nHost: h\r\n\r\n";

	(void)state;
	assert_int_equal(read_grown("GET /", HTTP_TARGET_MAX - 1, end), HTTP_OK);
	assert_int_equal(message.target.path_len, HTTP_TARGET_MAX);
	assert_int_equal(read_grown("GET /", HTTP_TARGET_MAX, end), HTTP_E_TARGET_TOO_LONG);
	assert_int_equal(read_grown("GET /?", HTTP_TARGET_MAX - 1, end), HTTP_E_TARGET_TOO_LONG);
}

static void a_target_without_end_is_refused_before_its_end(void **state)
{
	size_t len, head_len;
	char *text = grown("GET /", HTTP_TARGET_MAX + 64, "", &len);

	(void)state;
	assert_int_equal(scan(text, len, &head_len), HTTP_E_TARGET_TOO_LONG);
	free(text);
}

static void an_endless_target_gets_one_answer_however_it_arrives(void **state)
{
	size_t len, head_len;
	char *text = grown("GET /", HTTP_HEAD_MAX, " HTTP/1.1\r\nHost: h\r\n\r\n", &len);
	enum http_error bytewise = scan_bytewise(text, len, &head_len);
	enum http_error whole = scan(text, len, &head_len);

	(void)state;
	free(text);
	assert_int_equal(bytewise, HTTP_E_TARGET_TOO_LONG);
	assert_int_equal(whole, HTTP_E_TARGET_TOO_LONG);
}

static void a_head_may_be_256_kib_long(void **state)
{
	static const char begin[] = "GET /a HTTP/1.1\r\nHost: h\r\nA: ", end[] = "\r\n\r\n";
	size_t most = HTTP_HEAD_MAX - strlen(begin) - strlen(end), len, head_len;

	(void)state;
	assert_int_equal(read_grown(begin, most, end), HTTP_OK);
	assert_int_equal(read_grown(begin, most + 1, end), HTTP_E_HEAD_TOO_LARGE);
	/* Without an end it is refused when its room is full. */
	char *text = grown(begin, most + 4, "", &len);
	assert_int_equal(scan(text, HTTP_HEAD_MAX - 1, &head_len), HTTP_OK);
	assert_int_equal(head_len, 0);
	assert_int_equal(scan(text, HTTP_HEAD_MAX, &head_len), HTTP_E_HEAD_TOO_LARGE);
	free(text);
}

static enum http_error read_fields(size_t n)
{
	static char text[64 + 16 * 2 * HTTP_FIELDS_MAX];
	char *p = stpcpy(text, "GET /a HTTP/1.1\r\nHost: h\r\n");

	for (size_t i = 1; i < n; i++)
		p += sprintf(p, "A%zu: b\r\n", i);
	p = stpcpy(p, "\r\n");
	return read_request(&message, text, (size_t)(p - text));
}

static void a_head_may_have_256_fields(void **state)
{
	(void)state;
	assert_int_equal(read_fields(HTTP_FIELDS_MAX), HTTP_OK);
	assert_int_equal(message.head.n_fields, HTTP_FIELDS_MAX);
	assert_int_equal(read_fields(HTTP_FIELDS_MAX + 1), HTTP_E_TOO_MANY_FIELDS);
	assert_int_equal(read_fields(HTTP_FIELDS_MAX * 2), HTTP_E_TOO_MANY_FIELDS);
}

/* 256 fields without a blank grow most, by the blank that is written. */
static void a_rebuilt_head_stays_within_its_bound(void **state)
{
	static char text[64 + 4 * HTTP_FIELDS_MAX];
	char *p = stpcpy(text, "GET /%25%25%25%20?x HTTP/1.1\r\nHost:h\r\n");
	size_t len;

	(void)state;
	for (size_t i = 1; i < HTTP_FIELDS_MAX; i++)
		p = stpcpy(p, "a:\r\n");
	p = stpcpy(p, "\r\n");
	assert_int_equal(read_request(&message, text, (size_t)(p - text)), HTTP_OK);
	free(rebuild(&message, &len));
	assert_true(len > (size_t)(p - text));
}

static void connection_may_be_1_kib_long_in_all(void **state)
{
	static const char begin[] = "GET /a HTTP/1.1\r\nHost: h\r\nConnection: b\r\nConnection: ";

	(void)state;
	assert_int_equal(read_grown(begin, HTTP_CONNECTION_MAX - 1, "\r\n\r\n"), HTTP_OK);
	assert_int_equal(read_grown(begin, HTTP_CONNECTION_MAX, "\r\n\r\n"), HTTP_E_CONNECTION);
}

static void a_field_is_found_by_its_name_unless_it_ends_here(void **state)
{
	static const char head[] =
		"POST /x HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a:\r\nX-B: 3\r\n"
		"TE: trailers\r\nConnection: X-B, Host\r\nX-AB: 4\r\nX-A: 2\r\n\r\n";
	static const struct {
		const char *name;
		size_t n;
		const char *value;
	} rows[] = {
		{ "host", 0, "h" }, { "Host", 1, NULL }, { "X-A", 0, "1" },  { "X-A", 1, "" },
		{ "x-a", 2, "2" },  { "X-A", 3, NULL },	 { "X-B", 0, NULL }, { "TE", 0, NULL },
		{ "X", 0, NULL },   { "X-AB", 0, "4" },
	};
	static struct http_head h;

	(void)state;
	assert_int_equal(http_parse_request(&h, head, strlen(head)), HTTP_OK);
	for (size_t i = 0; i < N_OF(rows); i++) {
		struct http_slice value = http_field_value(&h, rows[i].name, rows[i].n);

		assert_int_equal(value.p != NULL, rows[i].value != NULL);
		assert_int_equal(value.len, rows[i].value ? strlen(rows[i].value) : 0);
		if (rows[i].value)
			assert_memory_equal(value.p, rows[i].value, value.len);
	}
}

static void a_field_that_is_dropped_is_not_sent(void **state)
{
	static const char head[] = "POST /x HTTP/1.1\r\nExpect: 100-continue\r\nHost: h\r\n"
				   "Transfer-Encoding: chunked\r\nX-A: 1\r\n"
				   "expect: 100-continue\r\n\r\n";
	static const char sent[] = "POST /x HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n\r\n";
	static struct http_head h;
	struct http_target t;
	char out[512], room[8];

	(void)state;
	assert_int_equal(http_parse_request(&h, head, strlen(head)), HTTP_OK);
	assert_int_equal(http_target_read(&t, h.target, room), HTTP_OK);
	http_drop_field(&h, HTTP_F_EXPECT);
	http_drop_field(&h, HTTP_F_TRANSFER_ENCODING);
	http_drop_field(&h, HTTP_F_UPGRADE);
	assert_int_equal(http_write_request(out, &h, &t, NULL), strlen(sent));
	assert_memory_equal(out, sent, strlen(sent));
}

static void an_incomplete_head_is_malformed(void **state)
{
	static const char text[] = "GET /a HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		char *exact = malloc(len + 1);
		enum http_error e;

		memcpy(exact, text, len);
		e = http_parse_request(&message.head, exact, len);
		free(exact);
		assert_int_equal(e, HTTP_E_MALFORMED);
	}
}

static void every_error_is_reached_and_has_a_status(void **state)
{
	(void)state;
	for (enum http_error e = HTTP_OK; e < HTTP_ERROR_NUM; e++) {
		unsigned int status = http_error_status(e);

		if (!reached[e])
			fail_msg("no row ends in \"%s\"", http_error_text(e));
		if (e != HTTP_OK)
			assert_in_range(status, 400, 505);
		assert_true(http_error_text(e)[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_has_no_single_meaning),
		cmocka_unit_test(names_the_byte_at_fault),
		cmocka_unit_test(refuses_form_bodies_however_go_spells_them),
		cmocka_unit_test(finds_the_end_of_a_head_however_it_arrives),
		cmocka_unit_test(leaves_alone_what_follows_a_head),
		cmocka_unit_test(understands_and_rebuilds_what_it_takes),
		cmocka_unit_test(what_is_sent_is_what_was_judged),
		cmocka_unit_test(reads_frames_and_rebuilds_replies),
		cmocka_unit_test(a_target_may_be_128_kib_long),
		cmocka_unit_test(a_target_without_end_is_refused_before_its_end),
		cmocka_unit_test(an_endless_target_gets_one_answer_however_it_arrives),
		cmocka_unit_test(a_head_may_be_256_kib_long),
		cmocka_unit_test(a_head_may_have_256_fields),
		cmocka_unit_test(a_rebuilt_head_stays_within_its_bound),
		cmocka_unit_test(connection_may_be_1_kib_long_in_all),
		cmocka_unit_test(a_field_is_found_by_its_name_unless_it_ends_here),
		cmocka_unit_test(a_field_that_is_dropped_is_not_sent),
		cmocka_unit_test(an_incomplete_head_is_malformed),
		/* Last: it looks at what the ones above came upon. */
		cmocka_unit_test(every_error_is_reached_and_has_a_status),
	};

	printf("%zu heads of requests, %zu of replies\n",
	       N_OF(refused) + N_OF(blamed) + N_OF(forms) + N_OF(taken), N_OF(replies));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
