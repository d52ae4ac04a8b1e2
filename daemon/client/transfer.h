/* One exchange through libcurl: makes a reply from a request, both as data. Only this file sets
 * options of easy handles, all of them, every time. */
#ifndef DAEMON_CLIENT_TRANSFER_H
#define DAEMON_CLIENT_TRANSFER_H

#include <curl/curl.h>

#include "base/http.h"
#include "base/list.h"
#include "config/proxy.h"
#include "daemon/client/read_ahead.h"
#include "daemon/client/resolver.h"

/* Options that all exchanges of a client share; strings are borrowed. */
struct transfer_rules {
	const char *ca_file; /* bundle; NULL = none found */
	const char *pins;    /* "sha256//…;sha256//…"; NULL = any key that the CA certifies */
	struct config_proxy proxy;
	bool tls_1_2; /* allow TLS 1.2 */
	bool http_2;  /* HTTP/2 of this version of libcurl is reliable */
};

struct curl_loop;

struct transfer {
	struct list node;
	uint64_t number;
	void *owner; /* the caller's */
	/* Called with the reply of http_client_call; NULL: the reply is taken by
	 * http_client_take. */
	void (*done)(void *owner, const struct http_reply *reply);
	struct http_request *request; /* borrowed until the reply is taken */
	struct http_reply reply;
	msec expires; /* monotonic: the end of request->timeout */

	/* Used before libcurl gets the transfer. */
	struct resolver_wait wait;
	bool waiting;    /* for a name lookup */
	msec wait_until; /* monotonic: end of that wait */
	char *addresses; /* entry for CURLOPT_RESOLVE, or NULL */

	/* Used while libcurl has the transfer. */
	CURL *easy; /* NULL when libcurl does not have it */
	struct curl_loop *lane;
	bool sent;    /* connected: the request may have been sent */
	bool flooded; /* the reply has too many header bytes to be genuine */
	size_t header_bytes;
	struct buf body;
	struct curl_slist lines[HTTP_REQUEST_HEADERS_MAX + 1];
	struct curl_slist resolve;
	char error[CURL_ERROR_SIZE];
	/* Called once, within libcurl: may only count. */
	void (*connected)(struct transfer *transfer);
	void *client;

	struct read_ahead *reading; /* the reply is being parsed on a worker; NULL = not */
};

/* Sets every option of `easy`, which is new or was reset. `rest`: what remains of the time limit,
 * in ms. */
void transfer_prepare(struct transfer *transfer, CURL *easy, const struct transfer_rules *rules,
                      msec rest);
bool transfer_is_https(const struct transfer *transfer);
/* Fills transfer->reply from libcurl's result. Must be called while `easy` still belongs to the
 * transfer. */
void transfer_finish(struct transfer *transfer, CURLcode code);
/* Fills transfer->reply for a transfer that ended without libcurl. */
void transfer_fail(struct transfer *transfer, enum http_result result, const char *error);

#endif
