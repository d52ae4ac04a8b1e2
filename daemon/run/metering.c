/* Adds up. Each function is called where the thing happens, and does no more than a few
 * additions. */
#include "daemon/run/metering.h"

#include <string.h>

#include "daemon/run/state.h"
#include "daemon/system/clock.h"

#define NS_PER_SECOND 1e9

void metering_init(struct app *app)
{
	struct metering *metering = &app->metering;

	for (size_t i = 0; i < REQUEST_OPERATIONS; i++)
		histogram_init(&metering->durations[i], &HISTOGRAM_REQUEST);
	for (size_t i = 0; i < METERING_LABELS; i++)
		histogram_init(&metering->confidence[i], &HISTOGRAM_CONFIDENCE);
	for (size_t i = 0; i < STORE_WORKS; i++)
		histogram_init(&metering->store[i], &HISTOGRAM_STORE);
	histogram_init(&metering->commits, &HISTOGRAM_COMMIT);
	histogram_init(&metering->processing, &HISTOGRAM_REQUEST);
	histogram_init(&metering->waiting, &HISTOGRAM_WAIT);
	metering->reloaded_wall = clock_now().wall;
}

const struct metering *metering_of(const struct app *app)
{
	return &app->metering;
}

/* --- requests to other services --- */

static const struct {
	const char *name;
	int from, to;
} codes[METERING_CODES] = {
        /* the first that fits */
        {"2xx", 200, 299}, {"3xx", 300, 399}, {"400", 400, 400}, {"401", 401, 401},
        {"403", 403, 403}, {"404", 404, 404}, {"409", 409, 409}, {"422", 422, 422},
        {"429", 429, 429}, {"4xx", 400, 499}, {"5xx", 500, 599}, {"none", 0, 999},
};

const char *metering_code_name(size_t code)
{
	return codes[code].name;
}

static size_t code_of(const struct http_reply *reply)
{
	int status = reply->result == HTTP_DONE ? reply->status : 0;
	size_t code = 0;

	while (code < METERING_CODES - 1 && (status < codes[code].from || status > codes[code].to))
		code++;
	return code;
}

void metering_sent(struct app *app, struct effect *effect)
{
	effect->sent_ns = uv_hrtime();
	app->metering.in_flight[effect->upstream]++;
	app->metering.bytes[effect->upstream][0] += effect->request.body_len;
}

void metering_replied(struct app *app, const struct effect *effect, const struct http_reply *reply)
{
	struct metering *metering = &app->metering;

	metering->in_flight[effect->upstream]--;
	metering->codes[effect->upstream][code_of(reply)]++;
	metering->bytes[effect->upstream][1] += reply->body_len;
	histogram_add(&metering->durations[effect->operation],
	              (double)(uv_hrtime() - effect->sent_ns) / NS_PER_SECOND);
}

/* --- tickets --- */

static void count_confidence(struct metering *metering, const struct confidence *confidence)
{
	if (confidence->root_cause_known)
		histogram_add(&metering->confidence[0], confidence->root_cause);
	if (confidence->urgency_known)
		histogram_add(&metering->confidence[1], confidence->urgency);
	if (confidence->sentiment_known)
		histogram_add(&metering->confidence[2], confidence->sentiment);
}

void metering_outcome(struct app *app, const struct outcome *outcome)
{
	struct metering *metering = &app->metering;

	if (outcome->status == OUTCOME_ERROR || outcome->status == OUTCOME_SKIPPED)
		return;
	metering->last_done_wall = clock_now().wall;
	histogram_add(&metering->processing, (double)outcome->processing_ms / MSEC_SECOND);
	histogram_add(&metering->waiting, (double)outcome->queue_ms / MSEC_SECOND);
	if (outcome->analysis != NULL)
		count_confidence(metering, &outcome->analysis->confidence);
}

/* --- the rest --- */

void metering_reloaded(struct app *app, bool accepted)
{
	app->metering.reload_refused = !accepted;
	if (accepted)
		app->metering.reloaded_wall = clock_now().wall;
}

void metering_stored(void *arg, enum store_work work, uint64_t ns)
{
	struct app *app = arg;

	histogram_add(&app->metering.store[work], (double)ns / NS_PER_SECOND);
}

void metering_committed(void *arg, size_t records)
{
	struct app *app = arg;

	histogram_add(&app->metering.commits, (double)records);
}

/* --- requests to this service --- */

const char *metering_route_name(enum metering_route route)
{
	static const char *const names[] = {
	        [METERING_HEALTH] = "health",   [METERING_STATUS] = "status",
	        [METERING_METRICS] = "metrics", [METERING_PAGE] = "page",
	        [METERING_API] = "api",         [METERING_EVENTS] = "events",
	        [METERING_ORDER] = "order",     [METERING_OTHER] = "other",
	};

	return names[route];
}

const char *metering_answer_name(enum metering_answer answer)
{
	static const char *const names[] = {[METERING_2XX] = "2xx",
	                                    [METERING_3XX] = "3xx",
	                                    [METERING_401] = "401",
	                                    [METERING_4XX] = "4xx",
	                                    [METERING_5XX] = "5xx"};

	return names[answer];
}

static enum metering_answer answer_of(int status)
{
	if (status == 401)
		return METERING_401;
	return status < 300   ? METERING_2XX
	       : status < 400 ? METERING_3XX
	       : status < 500 ? METERING_4XX
	                      : METERING_5XX;
}

static enum metering_route route_of_path(struct str path)
{
	static const struct {
		const char *path;
		enum metering_route route;
	} whole[] = {
	        {"/health", METERING_HEALTH},        {"/live", METERING_HEALTH},
	        {"/ready", METERING_HEALTH},         {"/status", METERING_STATUS},
	        {"/metrics", METERING_METRICS},      {"/", METERING_PAGE},
	        {"/api/v1/events", METERING_EVENTS},
	};

	for (size_t i = 0; i < ARRAY_LEN(whole); i++)
		if (str_eq(path, str_of(whole[i].path)))
			return whole[i].route;
	if (str_starts(path, STR("/api/")))
		return METERING_API;
	/* its files lie beside it: /page.css */
	return str_find_char(path, '.') > 0 ? METERING_PAGE : METERING_OTHER;
}

static enum metering_route route_of(const struct http_message *message, int status)
{
	struct str path;

	if (message == NULL || status == 404)
		return METERING_OTHER;
	if (strcmp(message->method, "GET") != 0 && strcmp(message->method, "HEAD") != 0)
		return METERING_ORDER;
	path = buf_str(&message->target);
	return route_of_path(str_split(&path, '?'));
}

static void count_answer(void *arg, const struct http_message *message, int status)
{
	struct app *app = arg;

	app->metering.answers[route_of(message, status)][answer_of(status)]++;
}

void metering_watch(struct app *app, struct http_server *server)
{
	app->metering.server = server;
	http_server_watch(server, count_answer, app);
}
