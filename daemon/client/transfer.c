/* Collects header lines and the body within limits, and translates libcurl's results into ours.
 * What matters most is whether the server can have acted on the request: not before PREREQFUNCTION
 * was called. */
#include "daemon/client/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/client/tls_library.h"

#define CONNECT_MS 5000
#define HEADERS_MAX 64
#define HEADER_BYTES_KEPT (16 * 1024)
#define HEADER_BYTES_MAX (256 * 1024)
#define RECEIVE_BUFFER 8192L
#define SEND_BUFFER 16384L
#define ANNOUNCED_MAX (256 * 1024)

/* A burst of replies waits in memory: each takes as much as it announces. What a server announces
 * and does not send must not cost much. */
static void make_room(struct transfer *transfer)
{
	curl_off_t announced = -1;

	curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
	if (announced > 0 && announced <= ANNOUNCED_MAX)
		buf_reserve(&transfer->body, (size_t)announced);
}

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;

	if (transfer->body.data == NULL)
		make_room(transfer);
	buf_add(&transfer->body, data, size * count);
	return transfer->body.overflow ? 0 : size * count;
}

static void drop_headers(struct http_reply *reply)
{
	for (size_t i = 0; i < reply->header_count; i++) {
		free(reply->headers[i].name);
		free(reply->headers[i].value);
	}
	reply->header_count = 0;
}

static void keep_header(struct transfer *transfer, struct str line)
{
	struct str name = str_split(&line, ':');

	if (name.len == 0 || transfer->reply.header_count >= HEADERS_MAX ||
	    transfer->header_bytes > HEADER_BYTES_KEPT)
		return;
	http_reply_add_header(&transfer->reply, str_trim(name), str_trim(line));
}

/* Called for each header line, also of 1xx answers, of a proxy's answer, and of trailers; each
 * status line discards the headers before it. */
static size_t on_header(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	struct str line = str_make(data, size * count);

	transfer->header_bytes += line.len;
	if (transfer->header_bytes > HEADER_BYTES_MAX) {
		transfer->flooded = true;
		return 0;
	}
	if (str_starts(line, STR("HTTP/")))
		drop_headers(&transfer->reply);
	else if (str_find_char(line, ':') > 0)
		keep_header(transfer, line);
	return line.len;
}

static int on_connected(void *arg, char *remote, char *local, int remote_port, int local_port)
{
	struct transfer *transfer = arg;

	if (!transfer->sent) {
		transfer->sent = true;
		transfer->connected(transfer);
	}
	return CURL_PREREQFUNC_OK;
}

/* The list's nodes are inside the transfer, so nothing is copied. An empty "Expect:" keeps libcurl
 * from waiting a second before it sends a large body. */
static void set_header_lines(struct transfer *transfer, CURL *easy)
{
	const struct http_request *request = transfer->request;
	static char no_expect[] = "Expect:";
	size_t count = request->header_count;

	for (size_t i = 0; i < count; i++) {
		transfer->lines[i].data = request->headers[i];
		transfer->lines[i].next = &transfer->lines[i + 1];
	}
	transfer->lines[count].data = no_expect;
	transfer->lines[count].next = NULL;
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->lines);
}

static void set_request(struct transfer *transfer, CURL *easy)
{
	const struct http_request *request = transfer->request;
	bool https = strncmp(request->url, "https:", 6) == 0;

	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, https ? "https" : "http");
	curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, https ? "https" : "http");
	curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	if (request->body != NULL || request->method == HTTP_POST || request->method == HTTP_PUT) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		                 request->body != NULL ? request->body : "");
	}
	if (request->method == HTTP_PUT || request->method == HTTP_DELETE)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, http_method_name(request->method));
	set_header_lines(transfer, easy);
	if (transfer->addresses != NULL) {
		transfer->resolve = (struct curl_slist){transfer->addresses, NULL};
		curl_easy_setopt(easy, CURLOPT_RESOLVE, &transfer->resolve);
	}
}

static void set_callbacks(struct transfer *transfer, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_connected);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
	/* The write callback limits the decoded bytes; this rejects a too large Content-Length
	 * before the body. */
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->request->reply_max);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
}

/* LOW_SPEED_LIMIT is not set: every exchange has a limit as a whole, a model is silent while it
 * computes, and libcurl would wake up once a second for each of hundreds of transfers. */
static void set_connection(const struct transfer *transfer, CURL *easy,
                           const struct transfer_rules *rules, msec rest)
{
	bool proxy = config_proxy_serves(&rules->proxy, str_of(transfer->request->url));

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, RECEIVE_BUFFER);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
	                 rest < CONNECT_MS ? (long)rest : (long)CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)rest);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 60L);
	curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, 50L);
	curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN, 600L);
	/* an empty proxy, and no exceptions: libcurl looks at no variables of its own */
	curl_easy_setopt(easy, CURLOPT_PROXY, proxy ? rules->proxy.url : "");
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROXYUSERPWD, proxy ? rules->proxy.login : NULL);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
	                 rules->http_2 ? (long)CURL_HTTP_VERSION_2TLS
	                               : (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, rules->http_2 ? 1L : 0L);
}

/* CAPATH is not set: a directory of certificates would disable the shared store, and each
 * connection would parse all of them. */
static void set_tls(CURL *easy, const struct transfer_rules *rules)
{
	curl_easy_setopt(easy, CURLOPT_SSLVERSION,
	                 rules->tls_1_2 ? (long)CURL_SSLVERSION_TLSv1_2
	                                : (long)CURL_SSLVERSION_TLSv1_3);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_PROXY_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_CAINFO, rules->ca_file);
	curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, rules->ca_file);
	curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 3600L);
	if (rules->pins != NULL)
		curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, rules->pins);
}

void transfer_prepare(struct transfer *transfer, CURL *easy, const struct transfer_rules *rules,
                      msec rest)
{
	transfer->easy = easy;
	transfer->error[0] = '\0';
	buf_init(&transfer->body, transfer->request->reply_max);
	set_callbacks(transfer, easy);
	set_request(transfer, easy);
	set_connection(transfer, easy, rules, rest < 1 ? 1 : rest);
	set_tls(easy, rules);
	/* Over TLS libcurl copies what it sends, into 64 KB a request unless told otherwise. */
	curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, SEND_BUFFER);
	tls_library_prepare(easy);
}

static bool is_tls_code(CURLcode code)
{
	return code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
	       code == CURLE_SSL_PINNEDPUBKEYNOTMATCH || code == CURLE_SSL_CACERT_BADFILE ||
	       code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_CIPHER ||
	       code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS ||
	       code == CURLE_USE_SSL_FAILED;
}

/* A connection that breaks during the handshake is a failure of the network, not a refusal.
 * libcurl has one code for both; only its text distinguishes them. */
static bool died_in_handshake(const char *error)
{
	return strstr(error, " SSL_connect: ") != NULL || strstr(error, "unexpected eof") != NULL;
}

static enum http_result result_of(const struct transfer *transfer, CURLcode code)
{
	if (code == CURLE_OK)
		return HTTP_DONE;
	if (transfer->body.overflow || code == CURLE_FILESIZE_EXCEEDED)
		return HTTP_TOO_LARGE;
	if (!transfer->sent)
		return is_tls_code(code) && !died_in_handshake(transfer->error) ? HTTP_TLS_REFUSED
		                                                                : HTTP_NO_CONNECT;
	return code == CURLE_OPERATION_TIMEDOUT ? HTTP_TIMEOUT : HTTP_BROKEN;
}

static const char *hint_of(const struct transfer *transfer, enum http_result result)
{
	const char *error = transfer->error;

	if (result != HTTP_TLS_REFUSED)
		return "";
	if (strstr(error, "wrong version number") != NULL)
		return "; check that the server uses TLS on this port";
	if (strstr(error, "protocol version") != NULL ||
	    strstr(error, "unsupported protocol") != NULL)
		return "; the server's TLS is older than tls.min";
	if (strstr(error, "public key") != NULL)
		return "; its public key matches none of tls.pins";
	if (strstr(error, "issuer certificate") != NULL || strstr(error, "self-signed") != NULL ||
	    strstr(error, "self signed") != NULL)
		return ". If a proxy inspects TLS here, name its CA in tls.ca_file";
	return "";
}

static void set_error(struct transfer *transfer, CURLcode code, enum http_result result)
{
	const char *text = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);

	if (transfer->flooded)
		text = "the reply's headers are too long";
	if (result == HTTP_TOO_LARGE)
		snprintf(transfer->reply.error, sizeof(transfer->reply.error),
		         "the reply is larger than %zu bytes", transfer->request->reply_max);
	else
		snprintf(transfer->reply.error, sizeof(transfer->reply.error), "%.130s%s", text,
		         hint_of(transfer, result));
}

void transfer_finish(struct transfer *transfer, CURLcode code)
{
	struct http_reply *reply = &transfer->reply;
	long status = 0;

	if (code == CURLE_OUT_OF_MEMORY)
		fatal("no memory for libcurl");
	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	reply->result = result_of(transfer, code);
	if (reply->result == HTTP_DONE && status == 0)
		reply->result = HTTP_BROKEN;
	if (reply->result == HTTP_DONE) {
		reply->status = (int)status;
		reply->body = buf_take(&transfer->body, &reply->body_len);
	} else {
		set_error(transfer, code, reply->result);
		drop_headers(reply);
		buf_free(&transfer->body);
	}
}

void transfer_fail(struct transfer *transfer, enum http_result result, const char *error)
{
	drop_headers(&transfer->reply);
	buf_free(&transfer->body);
	transfer->reply.result = result;
	snprintf(transfer->reply.error, sizeof(transfer->reply.error), "%s", error);
}
