/* Asks the store for sums of the statistics. */
#include "daemon/run/api_series.h"

#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "daemon/control/query.h"
#include "daemon/run/api_decisions.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

struct series {
	struct route_reply *reply;
	msec from, to, step;
};

static void add_point(struct buf *json, const struct store_point *point)
{
	double p95 = counts_quantile(&point->counts, 0.95);

	json_add_comma(json);
	buf_putc(json, '{');
	json_add_member_int(json, "at", point->at);
	statistics_write_counts(&point->counts, json);
	json_add_member_number(json, "p95_ms", p95 < 0 ? NAN : p95, 0);
	buf_putc(json, '}');
}

static void on_series(void *arg, const struct store_points *points)
{
	struct series *series = arg;
	struct buf json;

	buf_init(&json, VIEW_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member_int(&json, "from", series->from);
	json_add_member_int(&json, "to", series->to);
	json_add_member_int(&json, "step_ms", series->step);
	json_add_key(&json, "points");
	buf_putc(&json, '[');
	for (size_t i = 0; i < points->count; i++)
		add_point(&json, &points->points[i]);
	buf_puts(&json, "]}\n");
	if (points->error != NULL)
		route_reply_say(series->reply, 500, points->error);
	else
		route_reply_send(series->reply, 200, buf_cstr(&json));
	buf_free(&json);
	free(series);
}

/* --- the question --- */

static int check_steps(const struct series *series, struct err *err)
{
	if ((series->to - series->from + series->step - 1) / series->step > STORE_POINTS_MAX)
		return err_set(err, "step: is too short for that span: at most %d points are told",
		               STORE_POINTS_MAX);
	return 0;
}

static int read_series(struct str text, msec now, struct series *ret, struct err *err)
{
	static const char *const names[] = {"from", "to", "step", NULL}, *const steps[] = {
	                                                                         "15m", "1h", "6h",
	                                                                         "1d", NULL};
	static const msec lengths[] = {STATISTICS_QUARTER, MSEC_HOUR, 6 * MSEC_HOUR, MSEC_DAY};
	struct query query;
	int step;

	if (query_parse(text, names, &query, err) < 0 ||
	    query_int(&query, "to", 0, QUERY_TIME_MAX, now + 1, &ret->to, err) < 0 ||
	    query_int(&query, "from", 0, QUERY_TIME_MAX,
	              ret->to > MSEC_DAY ? ret->to - MSEC_DAY : 0, &ret->from, err) < 0 ||
	    query_word(&query, "step", steps, &step, err) < 0)
		return -1;
	ret->step = step < 0 ? MSEC_HOUR : lengths[step];
	if (ret->from >= ret->to)
		return err_set(err, "from: must be before `to`");
	ret->from -= ret->from % STATISTICS_QUARTER;
	ret->to += STATISTICS_QUARTER - 1;
	ret->to -= ret->to % STATISTICS_QUARTER;
	return check_steps(ret, err);
}

void api_series_begin(void *arg, const struct view_request *request, struct route_reply *reply)
{
	struct app *app = arg;
	struct series *series = xcalloc(1, sizeof(*series));
	struct err err;

	series->reply = reply;
	if (read_series(request->query, clock_now().wall, series, &err) < 0) {
		route_reply_say(reply, 400, err.text);
		free(series);
		return;
	}
	if (api_decisions_refused(app, reply)) {
		free(series);
		return;
	}
	if (!store_series(app->store, series->from, series->to, series->step, on_series, series)) {
		api_decisions_busy(reply);
		free(series);
	}
}
