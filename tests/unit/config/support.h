/* What the tests of the configuration share: a configuration with its problems, filled by short
 * calls. */
#ifndef TEST_CONFIG_SUPPORT_H
#define TEST_CONFIG_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"

struct world {
	struct config *config;
	struct config_problems problems;
};

static inline struct world world_new(void)
{
	struct world world = {.config = config_new()};
	config_problems_init(&world.problems);
	return world;
}

static inline void world_free(struct world *world)
{
	config_free(world->config);
	config_problems_free(&world->problems);
}

static inline void file(struct world *world, const char *text)
{
	config_read_file(world->config, "a.conf", str_of(text), &world->problems);
}

static inline void variable(struct world *world, const char *name, const char *value)
{
	config_read_variable(world->config, FROM_ENVIRONMENT, "environment", str_of(name),
	                     str_of(value), &world->problems);
}

static inline void env_file(struct world *world, const char *name, const char *value)
{
	config_read_variable(world->config, FROM_ENV_FILE, ".env:1", str_of(name), str_of(value),
	                     &world->problems);
}

static inline void flag(struct world *world, const char *where, const char *dotted,
                        const char *value)
{
	config_set(world->config, FROM_FLAG, where, dotted, str_of(value), &world->problems);
}

static inline const char *errors(const struct world *world)
{
	return buf_cstr(&world->problems.errors);
}

static inline const char *warnings(const struct world *world)
{
	return buf_cstr(&world->problems.warnings);
}

static inline void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("expected \"%s\" in \"%s\"", part, text);
}

static inline void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("unexpected \"%s\" in \"%s\"", part, text);
}

static inline size_t lines(const char *text)
{
	size_t count = 0;
	for (; *text; text++)
		count += *text == '\n';
	return count;
}

/* What a run needs at least. */
static inline void credentials(struct world *world)
{
	env_file(world, "ZENDESK_SUBDOMAIN", "acme");
	env_file(world, "ZENDESK_EMAIL", "agent@acme.example");
	env_file(world, "ZENDESK_API_TOKEN", "zd-token-4711");
	env_file(world, "OPENAI_API_KEY", "sk-secret-0815");
}

#endif
