/* libcurl's multi handle on a libuv loop: sockets, its one timer, and the list of transfers that
 * ended. Knows nothing about requests.
 *
 * Rules kept here: libcurl's callbacks only record; the multi handle is entered from poll, timer
 * and curl_loop_kick() alone; after every entry the ended transfers are harvested. While transfers
 * run the owner calls curl_loop_kick() at least once a second: some versions of libcurl miss
 * announcing a deadline. */
#ifndef DAEMON_CLIENT_CURL_LOOP_H
#define DAEMON_CLIENT_CURL_LOOP_H

#include <curl/curl.h>
#include <uv.h>

#include "base/base.h"

struct curl_loop {
	uv_loop_t *loop;
	CURLM *multi;
	uv_timer_t timer;
	bool due;     /* libcurl wants to be called without delay */
	bool closing; /* requests to watch a socket are ignored */
	long connections_max;
	/* Not from within libcurl's callbacks: may remove transfers, may not start any. */
	void (*ended)(void *arg, CURL *easy, CURLcode code);
	void *arg;
};

void curl_loop_init(struct curl_loop *cl, uv_loop_t *loop,
                    void (*ended)(void *arg, CURL *easy, CURLcode code), void *arg);
/* Most connections, idle ones included. At any time; what is open beyond it is closed when it falls
 * idle. */
void curl_loop_set_max(struct curl_loop *cl, long connections);
void curl_loop_add(struct curl_loop *cl, CURL *easy);
void curl_loop_remove(struct curl_loop *cl, CURL *easy);
/* Lets libcurl do what is due, among it starting the transfers just added. */
void curl_loop_kick(struct curl_loop *cl);
/* Begins anew: libcurl has no other way to close idle connections. All transfers must be
 * removed. */
void curl_loop_renew(struct curl_loop *cl);
/* All transfers must be removed. The memory stays in use until the loop has ended. */
void curl_loop_close(struct curl_loop *cl);

#endif
