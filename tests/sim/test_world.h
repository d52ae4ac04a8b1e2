/* Helpers for the tests of the world: one world, requests as text, answers as JSON. */
#ifndef SIM_TEST_WORLD_H
#define SIM_TEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "world.h"

#define BASIC "Basic YUBiL3Rva2VuOnQ=" /* a@b/token:t */
#define FIND "status%3Cpending%20-tags%3Aai_processed"

static struct world_options options;
static struct world *world;
static struct clock_reading now;
static struct world_answer answer;
static struct json *tree;
static const char *authorization = BASIC;

static inline void begin(void)
{
	now = (struct clock_reading){.mono = 1000000, .wall = 1795557605000}; /* 22:00:05 */
	world = world_new(&options, now);
}

static inline void pass(msec span)
{
	now.mono += span;
	now.wall += span;
}

/* Sends a request and keeps the answer; `tree` is its JSON, or NULL. */
static inline int ask(enum http_method method, const char *target, const char *body)
{
	struct world_request request = {
	        .method = method, .target = str_of(target), .body = str_of(body)};
	request.authorization = str_of(authorization);
	world_request(world, now, &request, &answer);
	json_free(tree);
	tree = json_parse(buf_str(&answer.body), NULL);
	return answer.status;
}

static inline int get(const char *target)
{
	return ask(HTTP_GET, target, NULL);
}

static inline bool head_says(const char *line)
{
	return strstr(buf_cstr(&answer.head), line) != NULL;
}

static inline bool body_says(const char *text)
{
	return strstr(buf_cstr(&answer.body), text) != NULL;
}

static inline int setup(void **state)
{
	memset(&options, 0, sizeof(options));
	options.seed = 1;
	options.tickets = 250;
	options.age = MSEC_HOUR;
	authorization = BASIC;
	return 0;
}

static inline int teardown(void **state)
{
	json_free(tree);
	tree = NULL;
	world_free(world);
	world = NULL;
	world_answer_free(&answer);
	memset(&answer, 0, sizeof(answer));
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
