/* Makes a lane when all others are full, and keeps it: there are never more than the most transfers
 * need. */
#include "daemon/client/curl_lanes.h"

#include <stdlib.h>

#include "daemon/system/capacity.h"

#define IDLE_SECONDS_MAX 50

static long connections_max(const struct curl_lanes *lanes, size_t lane)
{
	bool all = lane == 0 || lanes->transfers_max < CAPACITY_LANE;

	return (long)capacity_connections(all ? lanes->transfers_max : CAPACITY_LANE);
}

static struct curl_loop *make_lane(struct curl_lanes *lanes)
{
	struct curl_loop *lane = xmalloc(sizeof(*lane));

	curl_loop_init(lane, lanes->loop, lanes->ended, lanes->arg);
	curl_loop_set_max(lane, connections_max(lanes, lanes->count));
	lane->full = lanes->full;
	lanes->lanes = xrealloc(lanes->lanes, (lanes->count + 1) * sizeof(*lanes->lanes));
	lanes->lanes[lanes->count++] = lane;
	return lane;
}

void curl_lanes_init(struct curl_lanes *lanes, uv_loop_t *loop, size_t transfers,
                     void (*ended)(void *arg, CURL *easy, CURLcode code), void *arg)
{
	*lanes = (struct curl_lanes){
	        .loop = loop, .transfers_max = transfers, .ended = ended, .arg = arg};
	(void)make_lane(lanes);
}

void curl_lanes_set_max(struct curl_lanes *lanes, size_t transfers)
{
	lanes->transfers_max = transfers;
	for (size_t i = 0; i < lanes->count; i++)
		curl_loop_set_max(lanes->lanes[i], connections_max(lanes, i));
}

static struct curl_loop *lane_with_room(struct curl_lanes *lanes)
{
	for (size_t i = 1; i < lanes->count; i++)
		if (lanes->lanes[i]->transfers < CAPACITY_LANE)
			return lanes->lanes[i];
	return make_lane(lanes);
}

struct curl_loop *curl_lanes_add(struct curl_lanes *lanes, CURL *easy, bool tls)
{
	struct curl_loop *lane = tls ? lanes->lanes[0] : lane_with_room(lanes);

	curl_loop_add(lane, easy);
	return lane;
}

bool curl_lanes_due(const struct curl_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		if (lanes->lanes[i]->due)
			return true;
	return false;
}

void curl_lanes_kick_due(struct curl_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		if (lanes->lanes[i]->due)
			curl_loop_kick(lanes->lanes[i]);
}

static void tick(struct curl_loop *lane)
{
	if (lane->transfers > 0)
		curl_loop_kick(lane);
	else if (++lane->idle_seconds == IDLE_SECONDS_MAX)
		curl_loop_rest(lane);
}

void curl_lanes_tick(struct curl_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		tick(lanes->lanes[i]);
}

void curl_lanes_hold(struct curl_lanes *lanes, bool full)
{
	if (lanes->full == full)
		return;
	lanes->full = full;
	for (size_t i = 0; i < lanes->count; i++)
		lanes->lanes[i]->full = full;
}

void curl_lanes_rest(struct curl_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		curl_loop_rest(lanes->lanes[i]);
}

void curl_lanes_close(struct curl_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		curl_loop_close(lanes->lanes[i]);
}

void curl_lanes_free(struct curl_lanes *lanes)
{
	for (size_t i = 0; i < lanes->count; i++)
		free(lanes->lanes[i]);
	free(lanes->lanes);
}
