/* Writes a store with an invented history, for the demo of the dashboard and for tests with many
 * tickets:
 *
 *     invent_history FILE [--days N] [--tickets N] [--first-id N] [--seed N] [--now MS]
 *                    [--planted TEXT]
 *
 * FILE must not exist. Everything goes through the store itself. Prints one JSON object: what was
 * made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/store/sqlite/store_sqlite.h"
#include "daemon/store/store_kept.h"
#include "daemon/store/store_open.h"
#include "invented.h"
#include "observe/alert_book.h"

#define IN_FLIGHT 20000 /* records */

struct work {
	struct invented_history history;
	struct store *store;
	uint64_t put, persisted;
	bool all;
};

static void put_one(struct work *work, struct invented_record *one)
{
	one->record.sequence = ++work->put;
	store_put(work->store, &one->record, one->wall);
}

static void put_some(struct work *work)
{
	struct invented_record records[INVENTED_RECORDS_MAX];

	while (!work->all && work->put < work->persisted + IN_FLIGHT) {
		size_t count = invented_next(&work->history, records);

		work->all = count == 0;
		for (size_t i = 0; i < count; i++)
			put_one(work, &records[i]);
	}
}

static void on_persisted(void *arg, uint64_t upto)
{
	struct work *work = arg;

	work->persisted = upto;
	put_some(work);
}

static void on_kept(void *arg, bool durable)
{
	struct work *work = arg;

	if (!durable)
		fatal("the alerts cannot be written: %s", store_error(work->store));
}

static void on_failed(void *arg, uint64_t from)
{
	struct work *work = arg;

	fatal("the history cannot be written: %s", store_error(work->store));
}

/* --- alerts that are over --- */

struct past {
	int rule;
	msec since, lasted;
	double value, threshold;
	const char *text;
};

static void remember(struct alert_state *state, const struct past *past, msec now)
{
	struct alert_past one = {.rule = past->rule,
	                         .since = past->since,
	                         .ended = past->since + past->lasted,
	                         .value = past->value,
	                         .threshold = past->threshold,
	                         .text = xstrdup(past->text)};

	alert_state_remember(state, &one, now);
}

/* What the service would have told of the outages, and of a slow Monday. */
static void remember_all(struct alert_state *state, const struct invented_history *history)
{
	const struct invented_outage *last = &history->outages[0], *first = &history->outages[1];
	struct past all[] = {
	        {RULE_P95_LATENCY, first->from - 6 * MSEC_DAY, 40 * MSEC_MINUTE, 18400, 15000,
	         "One in twenty tickets of the last 15 minutes took longer than 18.4 s, above 15 "
	         "s. If the model is slow, lower llm.max_in_flight or use a faster model."},
	        {RULE_ENGINE + ALERT_MODEL_DOWN, first->from + 2 * MSEC_MINUTE,
	         first->to - first->from, 0, 0,
	         "HTTP 503. Tickets were classified by rules meanwhile."},
	        {RULE_NEGATIVE_SENTIMENT, first->from + 4 * MSEC_DAY, 75 * MSEC_MINUTE, 0.27, 0.2,
	         "27 % of the tickets of the last 15 minutes were negative, above 20 %."},
	        {RULE_ENGINE + ALERT_MODEL_DOWN, last->from + 2 * MSEC_MINUTE,
	         last->to - last->from, 0, 0,
	         "HTTP 503. Tickets were classified by rules meanwhile."},
	        {RULE_ERROR_RATE, last->from + 20 * MSEC_MINUTE, 55 * MSEC_MINUTE, 0.041, 0.005,
	         "4.1 % of the tickets of the last 15 minutes failed, above 0.5 %. The log says "
	         "why."},
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		remember(state, &all[i], history->now);
}

static void keep_alerts(struct work *work)
{
	struct clock_reading now = {.mono = 0, .wall = work->history.now};
	struct alert_state *state = xcalloc(1, sizeof(*state));
	struct buf book;

	alert_state_init(state, 0);
	remember_all(state, &work->history);
	buf_init(&book, ALERT_BOOK_BYTES_MAX);
	alert_book_write(state, NULL, 0, now, &book);
	ENSURE(!book.overflow);
	store_keep(work->store, "alerts", buf_cstr(&book), on_kept, work);
	buf_free(&book);
	alert_state_free(state);
	free(state);
}

static void fill(struct work *work, const char *path)
{
	struct store_callbacks callbacks = {
	        .persisted = on_persisted, .failed = on_failed, .arg = work};
	uv_loop_t loop;
	struct err err;

	if (store_open(path, &store_sqlite, &work->store, &err) < 0)
		fatal("%s", err.text);
	ENSURE(uv_loop_init(&loop) == 0);
	store_start(work->store, &loop, &callbacks);
	keep_alerts(work);
	put_some(work);
	do {
		(void)uv_run(&loop, UV_RUN_ONCE);
	} while (!work->all || work->persisted < work->put);
	store_close(work->store, NULL, NULL);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	ENSURE(uv_loop_close(&loop) == 0);
}

static int64_t number(const char *text)
{
	char *end;
	long long value = strtoll(text, &end, 10);

	if (end == text || *end != '\0' || value < 0)
		fatal("%s: is not a number", text);
	return value;
}

static void take_option(struct work *work, uint64_t *seed, const char *name, const char *value)
{
	struct invented_history *history = &work->history;

	if (strcmp(name, "--days") == 0)
		history->days = (int)number(value);
	else if (strcmp(name, "--tickets") == 0)
		history->tickets = (uint64_t)number(value);
	else if (strcmp(name, "--first-id") == 0)
		history->first_id = (uint64_t)number(value);
	else if (strcmp(name, "--now") == 0)
		history->now = number(value);
	else if (strcmp(name, "--planted") == 0)
		history->planted = value;
	else if (strcmp(name, "--seed") == 0)
		*seed = (uint64_t)number(value);
	else
		fatal("%s: is no option", name);
}

int main(int argc, char **argv)
{
	struct work work = {.history = {.now = (msec)time(NULL) * MSEC_SECOND,
	                                .days = 30,
	                                .tickets = 15000,
	                                .first_id = 2001,
	                                .full = INVENTED_FULL}};
	uint64_t seed = 1;
	FILE *there;

	if (argc < 2 || argc % 2 != 0)
		fatal("usage: invent_history FILE [--days N] [--tickets N] [--first-id N] [--seed "
		      "N] [--now MS] [--planted TEXT]");
	for (int i = 2; i < argc; i += 2)
		take_option(&work, &seed, argv[i], argv[i + 1]);
	if ((there = fopen(argv[1], "re")) != NULL)
		fatal("%s: is there already; name another file", argv[1]);
	invented_begin(&work.history, seed);
	fill(&work, argv[1]);
	printf("{\"tickets\":%llu,\"records\":%llu,\"outage_from\":%lld,\"outage_to\":%lld}\n",
	       (unsigned long long)work.history.made, (unsigned long long)work.put,
	       (long long)work.history.outages[0].from, (long long)work.history.outages[0].to);
	return 0;
}
