/* Adds the sums of two days to the state. */
#include "daemon/run/api_now.h"

#include "base/json.h"
#include "daemon/control/query.h"
#include "daemon/run/api_now_state.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

#define SINCE_MOST (48 * MSEC_HOUR)
#define AHEAD_MOST (15 * MSEC_MINUTE)

static void add_span(const struct app *app, const char *name, msec from, msec to, struct buf *json)
{
	struct counts counts = statistics_between(records_statistics(app), from, to);

	json_add_key(json, name);
	buf_putc(json, '{');
	json_add_member_int(json, "from", from);
	json_add_member_int(json, "to", to);
	statistics_write_counts(&counts, json);
	buf_putc(json, '}');
}

/* The clock of a viewer may be ahead of ours, so that its midnight is still to come: nothing was
 * done since. */
static int read_since(struct str text, msec now, msec *ret, struct err *err)
{
	static const char *const names[] = {"since", NULL};
	struct query query;

	if (query_parse(text, names, &query, err) < 0 ||
	    query_int(&query, "since", 0, QUERY_TIME_MAX, now - now % MSEC_DAY, ret, err) < 0)
		return -1;
	if (*ret > now + AHEAD_MOST || *ret < now - SINCE_MOST)
		return err_set(err, "since: must be within the last 48 hours");
	if (*ret > now)
		*ret = now;
	return 0;
}

int api_now(void *arg, const struct view_request *request, struct buf *out)
{
	struct app *app = arg;
	msec now = clock_now().wall, since;
	struct err err;

	if (read_since(request->query, now, &since, &err) < 0)
		return view_refuse(out, 400, err.text);
	buf_putc(out, '{');
	api_now_state(app, out);
	add_span(app, "today", since, now, out);
	add_span(app, "yesterday", since - MSEC_DAY, now - MSEC_DAY, out);
	buf_puts(out, "}\n");
	return 200;
}
