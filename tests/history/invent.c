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
#include "daemon/store/store_open.h"
#include "invented.h"

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

static void on_failed(void *arg, uint64_t from)
{
	struct work *work = arg;

	fatal("the history cannot be written: %s", store_error(work->store));
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
