/* Any bytes as an env file, and its assignments as configuration. */
#include <stdio.h>

#include "config/envfile.h"
#include "config_promises.h"
#include "fuzz.h"

struct target {
	struct config *config;
	struct config_problems problems;
	int line;
};

static void each(void *arg, int line, struct str key, struct str value)
{
	struct target *target = arg;
	char where[32];

	ENSURE(line > target->line && key.len > 0);
	ENSURE(utf8_valid(value));
	target->line = line;
	snprintf(where, sizeof(where), ".env:%d", line);
	config_read_variable(target->config, FROM_ENV_FILE, where, key, value, &target->problems);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct target target = {.config = config_new()};

	config_problems_init(&target.problems);
	int bad = envfile_read(".env", str_make((const char *)data, size), each, &target,
	                       &target.problems.errors);
	ENSURE(bad == 0 || target.problems.errors.len > 0);
	add_credentials(target.config, &target.problems);
	if (!target.config->zendesk.subdomain[0] && !target.config->zendesk.base_url[0])
		add_variable(target.config, &target.problems, "ZENDESK_SUBDOMAIN", "acme");
	finish_and_check(target.config, &target.problems);
	config_problems_free(&target.problems);
	config_free(target.config);
	return 0;
}
