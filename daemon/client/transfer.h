/* One exchange through libcurl: from a request as data to a reply as data. The options of an easy
 * handle are set here and nowhere else, all of them, every time. */
#ifndef DAEMON_CLIENT_TRANSFER_H
#define DAEMON_CLIENT_TRANSFER_H

#include <curl/curl.h>

#include "base/http.h"
#include "base/list.h"
#include "daemon/client/read_ahead.h"
#include "daemon/client/resolver.h"

/* What holds for all exchanges of a client; strings are borrowed. */
struct transfer_rules {
	const char *ca_file; /* bundle; NULL = none found */
	const char *pins;    /* "sha256//…;sha256//…"; NULL = any key that the CA vouches for */
	const char *proxy;   /* NULL = none, whatever the environment says */
	bool tls_1_2;        /* allow TLS 1.2 */
	bool http_2;         /* the library's HTTP/2 can be trusted */
};

struct transfer {
	struct list node;
	uint64_t number;
	void *owner; /* the caller's */
	/* NULL: the reply is taken. */
	void (*done)(void *owner, const struct http_reply *reply);
	struct http_request *request; /* borrowed until the transfer is taken */
	struct http_reply reply;
	msec expires; /* monotonic: the end of request->timeout */

	/* Before libcurl has it: */
	struct resolver_wait wait;
	bool waiting;    /* for a name */
	msec wait_until; /* monotonic: no longer than that */
	char *addresses; /* entry for CURLOPT_RESOLVE, or NULL */

	/* While libcurl has it: */
	CURL *easy;   /* NULL when it does not */
	bool sent;    /* connected: from here on the request may have left */
	bool flooded; /* more header bytes than anybody sends in earnest */
	size_t header_bytes;
	struct buf body;
	struct curl_slist lines[HTTP_REQUEST_HEADERS_MAX + 1];
	struct curl_slist resolve;
	char error[CURL_ERROR_SIZE];
	/* Called once from within libcurl: may only count. */
	void (*connected)(struct transfer *transfer);
	void *client;

	struct read_ahead *reading; /* behind libcurl, with a worker; NULL = not */
};

/* Sets every option of `easy`, which is new or was reset. `rest`: what is left of its time
 * limit. */
void transfer_prepare(struct transfer *transfer, CURL *easy, const struct transfer_rules *rules,
                      msec rest);
/* Fills transfer->reply from the outcome. Only while `easy` still belongs to it. */
void transfer_finish(struct transfer *transfer, CURLcode code);
/* Ended without libcurl. */
void transfer_fail(struct transfer *transfer, enum http_result result, const char *error);

#endif
