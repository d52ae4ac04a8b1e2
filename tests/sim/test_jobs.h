/* Helpers for the tests of jobs: a batch of tickets, its job and the job's results. */
#ifndef SIM_TEST_JOBS_H
#define SIM_TEST_JOBS_H

#include "test_world.h"

#define MANY "/api/v2/tickets/update_many.json"

static char stamp[32]; /* updated_at of every ticket at the start */
static char job[64];   /* id of the last job */

static inline void start(void)
{
	begin();
	assert_int_equal(get("/api/v2/tickets/1.json"), 200);
	snprintf(stamp, sizeof(stamp), STR_FMT,
	         STR_ARG(json_str_at(json_at(tree, "ticket"), "updated_at")));
}

static inline void start_with(const char *faults)
{
	struct err err;
	assert_int_equal(faults_parse(&options.faults, faults, &err), 0);
	options.faults_count = 1;
	begin();
	snprintf(stamp, sizeof(stamp), "2026-11-24T21:00:05Z");
}

static inline int write_many(const char *tickets)
{
	char body[4096];
	snprintf(body, sizeof(body), "{\"tickets\":[%s]}", tickets);
	int status = ask(HTTP_PUT, MANY, body);
	snprintf(job, sizeof(job), STR_FMT,
	         STR_ARG(json_str_at(json_at(tree, "job_status"), "id")));
	return status;
}

/* Sends a bulk update of the tickets first … last, each with our tag and the stamp. */
static inline int tag_range(int first, int last)
{
	struct buf body;
	buf_init(&body, 64 * 1024);
	buf_puts(&body, "{\"tickets\":[");
	for (int id = first; id <= last; id++) {
		json_add_comma(&body);
		buf_printf(&body,
		           "{\"id\":%d,\"tags\":[\"ai_processed\"],\"comment\":{\"body\":\"note\","
		           "\"public\":false},"
		           "\"safe_update\":true,\"updated_stamp\":\"%s\"}",
		           id, stamp);
	}
	buf_puts(&body, "]}");
	int status = ask(HTTP_PUT, MANY, buf_cstr(&body));
	buf_free(&body);
	snprintf(job, sizeof(job), STR_FMT,
	         STR_ARG(json_str_at(json_at(tree, "job_status"), "id")));
	return status;
}

/* Requests the job's status; NULL when it is not found. */
static inline const struct json *poll(void)
{
	char target[160];
	snprintf(target, sizeof(target), "/api/v2/job_statuses/show_many.json?ids=%s", job);
	assert_int_equal(get(target), 200);
	return json_item(json_at(tree, "job_statuses"), 0);
}

static inline bool is(const struct json *object, const char *key, const char *value)
{
	return str_eq(json_str_at(object, key), str_of(value));
}

static inline int64_t number_of(const struct json *object, const char *key)
{
	int64_t value = -1;
	(void)json_int_at(object, key, &value);
	return value;
}

static inline const struct json *result(size_t i)
{
	return json_item(json_at(poll(), "results"), i);
}

static inline bool tagged(uint64_t id)
{
	struct world_ticket ticket;
	world_tick(world, now);
	world_look(world, id, &ticket);
	return ticket.processed;
}

static inline int processed(void)
{
	world_tick(world, now);
	return (int)world_audit(world)->processed;
}

#endif
