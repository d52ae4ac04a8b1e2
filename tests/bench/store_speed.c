/* What the store costs: records made durable a second by as many tickets in flight as the daemon
 * has, the lateness of the loop meanwhile, and the time and memory of opening a store with many
 * outcomes.
 *
 *     store_speed FOLDER [RECORDS [OUTCOMES]]
 *
 * Prints one JSON object. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "daemon/store/sqlite/store_sqlite.h"
#include "daemon/store/store_open.h"

#define TICKET(id) ticket_key(ACCOUNT_FIRST, id)

#define IN_FLIGHT 256
#define WALL ((msec)1795608000000)

struct load {
	uv_loop_t loop;
	uv_timer_t meter;
	struct store *store;
	uint64_t wanted, put, persisted, commits, expected;
	double late_max;
	const char *payload;
	enum record_kind kind;
};

static double now(void)
{
	return (double)uv_hrtime() / 1e6;
}

static long resident_kb(void)
{
	size_t bytes = 0;

	(void)uv_resident_set_memory(&bytes);
	return (long)(bytes / 1024);
}

static void on_meter(uv_timer_t *timer)
{
	struct load *load = timer->data;
	double late = (double)uv_hrtime() / 1e6 - (double)load->expected;

	load->late_max = late > load->late_max ? late : load->late_max;
	load->expected = uv_hrtime() / 1000000 + 10;
	(void)uv_timer_start(timer, on_meter, 10, 0);
}

static void put(struct load *load)
{
	struct record record = {.sequence = ++load->put,
	                        .kind = load->kind,
	                        .ticket = TICKET(load->put),
	                        .payload = xstrdup(load->payload),
	                        .counts = {.processed = 1}};

	store_put(load->store, &record, WALL);
}

static void on_persisted(void *arg, uint64_t upto)
{
	struct load *load = arg;

	load->persisted = upto;
	load->commits++;
	while (load->put < load->wanted && load->put < upto + IN_FLIGHT)
		put(load);
	if (upto == load->wanted)
		uv_close((uv_handle_t *)&load->meter, NULL);
}

static void on_failed(void *arg, uint64_t from)
{
	struct load *load = arg;

	fatal("records were not persisted: %s", store_error(load->store));
}

static void must_open(const char *path, struct store **ret)
{
	struct err err;

	if (store_open(path, &store_sqlite, ret, &err) < 0)
		fatal("%s", err.text);
}

/* Milliseconds. */
static double write_all(const char *path, struct load *load)
{
	struct store_callbacks callbacks = {
	        .persisted = on_persisted, .failed = on_failed, .arg = load};
	double started;

	must_open(path, &load->store);
	ENSURE(uv_loop_init(&load->loop) == 0);
	ENSURE(uv_timer_init(&load->loop, &load->meter) == 0);
	load->meter.data = load;
	store_start(load->store, &load->loop, &callbacks);
	started = now();
	load->expected = uv_hrtime() / 1000000 + 10;
	(void)uv_timer_start(&load->meter, on_meter, 10, 0);
	for (int i = 0; i < IN_FLIGHT; i++)
		put(load);
	(void)uv_run(&load->loop, UV_RUN_DEFAULT);
	started = now() - started;
	store_close(load->store, NULL, NULL);
	(void)uv_run(&load->loop, UV_RUN_DEFAULT);
	ENSURE(uv_loop_close(&load->loop) == 0);
	return started;
}

static void count(void *arg, const struct record *record)
{
	++*(uint64_t *)arg;
}

static void measure_opening(const char *path, uint64_t outcomes)
{
	double begun = now(), opened, restored;
	clock_t cpu;
	uint64_t seen = 0;
	struct store *store;
	struct err err;
	long before = resident_kb();

	must_open(path, &store);
	opened = now();
	cpu = clock();
	if (store_restore(store, count, &seen, &err) < 0)
		fatal("%s", err.text);
	restored = now();
	cpu = clock() - cpu;
	ENSURE(seen == outcomes);
	printf("\"open_ms\":%.1f,\"restore_ms\":%.1f,\"restore_cpu_ms\":%.1f,\"outcomes\":%llu,"
	       "\"open_kb\":%ld",
	       opened - begun, restored - opened, (double)cpu * 1000 / CLOCKS_PER_SEC,
	       (unsigned long long)seen, resident_kb() - before);
	store_close(store, NULL, NULL);
}

int main(int argc, char **argv)
{
	uint64_t records = argc > 2 ? strtoull(argv[2], NULL, 10) : 20000;
	uint64_t outcomes = argc > 3 ? strtoull(argv[3], NULL, 10) : 100000;
	char *answer = xasprintf("{\"summary\":\"%0*d\",\"raw\":\"%0*d\"}", 150, 0, 700, 0);
	char *end = xasprintf(
	        "{\"state\":\"done\",\"untagged\":false,\"reason\":\"\",\"tags\":\"%0*d\"}", 250,
	        0);
	struct load work = {.wanted = records, .payload = answer, .kind = RECORD_DECISION};
	struct load past = {.wanted = outcomes, .payload = end, .kind = RECORD_OUTCOME};
	char *path;
	double took;

	if (argc < 2) {
		fprintf(stderr, "usage: store_speed FOLDER [RECORDS [OUTCOMES]]\n");
		return 2;
	}
	path = xasprintf("%s/speed.db", argv[1]);
	took = write_all(path, &work);
	printf("{\"records\":%llu,\"records_per_second\":%.0f,\"commits\":%llu,\"commit_ms\":%.2f,"
	       "\"late_max_ms\":%.1f,"
	       "\"write_kb\":%ld,",
	       (unsigned long long)records, (double)records / took * 1000,
	       (unsigned long long)work.commits, took / (double)work.commits, work.late_max,
	       resident_kb());
	free(path);
	path = xasprintf("%s/past.db", argv[1]);
	(void)write_all(path, &past);
	measure_opening(path, outcomes);
	printf(",\"peak_kb\":%ld}\n", resident_kb());
	free(path);
	free(answer);
	free(end);
	return 0;
}
