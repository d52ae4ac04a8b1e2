/* Spreads transfers over several multi handles of libcurl, its lanes.
 *
 * A request takes an idle connection to its host, and libcurl looks for it by walking through all
 * connections to that host, those in use too. With 256 requests in flight to one model, of which
 * one ends at a time, the walk passes 128 of them on average, each somewhere else in memory:
 * measured with libcurl 8.14, a fifth of the whole CPU time. In a lane there are no more than
 * CAPACITY_LANE, so it passes 16.
 *
 * A transfer goes into the first lane that has room: few transfers share one lane; when one of many
 * ends, the next one comes into its lane, where the idle connection is.
 *
 * All transfers over TLS share a lane of their own. Each multi handle reads the certificates of
 * the authorities for itself (0.9 MB of Debian's bundle), and HTTP/2, which is used over TLS only,
 * needs the requests to a host together. */
#ifndef DAEMON_CLIENT_CURL_LANES_H
#define DAEMON_CLIENT_CURL_LANES_H

#include "daemon/client/curl_loop.h"

struct curl_lanes {
	uv_loop_t *loop;
	struct curl_loop **lanes; /* the first is for TLS */
	size_t count;
	bool full; /* see curl_lanes_hold */
	size_t transfers_max;
	void (*ended)(void *arg, CURL *easy, CURLcode code);
	void *arg;
};

/* `transfers`: how many there are at most; `ended` as in curl_loop.h. */
void curl_lanes_init(struct curl_lanes *lanes, uv_loop_t *loop, size_t transfers,
                     void (*ended)(void *arg, CURL *easy, CURLcode code), void *arg);
/* May be called at any time. */
void curl_lanes_set_max(struct curl_lanes *lanes, size_t transfers);
/* Adds a prepared handle, which starts at the next kick. `tls`: the address is https. Returns its
 * lane: the handle is to be removed from it by curl_loop_remove. */
struct curl_loop *curl_lanes_add(struct curl_lanes *lanes, CURL *easy, bool tls);
/* Whether curl_lanes_kick_due has something to do. */
bool curl_lanes_due(const struct curl_lanes *lanes);
/* Lets libcurl do what is due, including the start of transfers that were just added. */
void curl_lanes_kick_due(struct curl_lanes *lanes);
/* To be called once a second while there are transfers. Kicks each lane that has some, and closes
 * the connections of one that had none for 50 seconds: libcurl closes an idle connection, also one
 * that its peer has ended, only when another transfer begins on the same handle. */
void curl_lanes_tick(struct curl_lanes *lanes);
/* Leaves the sockets alone until it is called with false, within the next turns. */
void curl_lanes_hold(struct curl_lanes *lanes, bool full);
/* Closes idle connections. All transfers must be removed before. */
void curl_lanes_rest(struct curl_lanes *lanes);
/* Closes libcurl and its timers. All transfers must be removed before. */
void curl_lanes_close(struct curl_lanes *lanes);
/* Frees the memory, when the loop has ended. */
void curl_lanes_free(struct curl_lanes *lanes);

#endif
