/* Runs libcurl's multi handle on a libuv loop: its sockets, its one timer, and the transfers that
 * have ended. Knows nothing about requests.
 *
 * Rules that are kept here: libcurl's callbacks only record; the multi handle is entered only from
 * poll, timer and curl_loop_kick(); after every entry the ended transfers are reported. While
 * transfers run the owner must call curl_loop_kick() at least once a second, because some versions
 * of libcurl do not announce every deadline. */
#ifndef DAEMON_CLIENT_CURL_LOOP_H
#define DAEMON_CLIENT_CURL_LOOP_H

#include <curl/curl.h>
#include <uv.h>

#include "base/base.h"

struct curl_loop_socket {
	struct watcher *watcher; /* NULL: nobody watches it */
	bool connection;         /* libcurl has had it in its cache, and reports its end */
};

struct curl_loop {
	uv_loop_t *loop;
	CURLM *multi; /* NULL: no transfer since the start or since curl_loop_rest */
	uv_timer_t timer;
	bool due; /* libcurl wants to be called without delay */
	/* Set by the owner: sockets are left alone until it is cleared, which must happen within
	 * the next turns, since they are looked at in each. */
	bool full;
	size_t transfers;      /* added and not removed */
	unsigned idle_seconds; /* since the last curl_loop_add, as its owner counts them */
	bool closing;          /* libcurl's requests to watch a socket are ignored */
	long connections_max;
	struct curl_loop_socket *sockets; /* by descriptor */
	size_t socket_count;
	/* A transfer ended. Not called within libcurl's callbacks: may remove transfers, must not
	 * add any. */
	void (*ended)(void *arg, CURL *easy, CURLcode code);
	void *arg;
};

/* Call curl_loop_set_max before the first transfer; until then there is no multi handle. */
void curl_loop_init(struct curl_loop *cl, uv_loop_t *loop,
                    void (*ended)(void *arg, CURL *easy, CURLcode code), void *arg);
/* Sets the most connections, including idle ones. May be called at any time; connections above it
 * are closed when they become idle. */
void curl_loop_set_max(struct curl_loop *cl, long connections);
/* Adds a prepared handle, which starts at the next curl_loop_kick. Sets the option that tells when
 * its connection is closed. */
void curl_loop_add(struct curl_loop *cl, CURL *easy);
/* Removes a handle, running or ended, before it is reused or freed. */
void curl_loop_remove(struct curl_loop *cl, CURL *easy);
/* Lets libcurl do what is due, including the start of transfers that were just added. */
void curl_loop_kick(struct curl_loop *cl);
/* Frees the multi handle, since libcurl has no other way to close idle connections. All transfers
 * must be removed before; the next one makes a new handle. */
void curl_loop_rest(struct curl_loop *cl);
/* Closes libcurl and the timer. All transfers must be removed before. `cl` must stay valid until
 * the loop has ended. */
void curl_loop_close(struct curl_loop *cl);

#endif
