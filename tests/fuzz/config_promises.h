/* What must hold of a configuration, wherever its bytes came from. Shared by the targets that fill
 * one. */
#ifndef TEST_FUZZ_CONFIG_PROMISES_H
#define TEST_FUZZ_CONFIG_PROMISES_H

#include <stdlib.h>
#include <string.h>

#include "config/config.h"

static inline void add_variable(struct config *config, struct config_problems *problems,
                                const char *name, const char *value)
{
	config_read_variable(config, FROM_ENVIRONMENT, "environment", str_of(name), str_of(value),
	                     problems);
}

static inline void add_credentials(struct config *config, struct config_problems *problems)
{
	add_variable(config, problems, "ZENDESK_API_TOKEN", "t");
	add_variable(config, problems, "ZENDESK_EMAIL", "a@b");
	add_variable(config, problems, "ZENDESK_CLIENT_ID", "c");
	add_variable(config, problems, "ZENDESK_CLIENT_SECRET", "s");
	add_variable(config, problems, "OPENAI_API_KEY", "k");
	add_variable(config, problems, "LOG_ENCRYPTION_KEY", "k");
}

/* Messages are whole lines of printable text. */
static inline void ensure_lines(struct str text)
{
	ENSURE(text.len == 0 || text.data[text.len - 1] == '\n');
	ENSURE(utf8_valid(text));
	for (size_t i = 0; i < text.len; i++)
		ENSURE(text.data[i] == '\n' || (unsigned char)text.data[i] >= ' ');
}

/* The values of a dump, without the comments that say where they come from. Quoted values may hold
 * " # " themselves, so the cut is at the last one. */
static inline char *dump_values(const struct config *config)
{
	struct buf dump, values;
	struct str rest;

	buf_init(&dump, 1 << 20);
	buf_init(&values, 1 << 20);
	config_dump(config, &dump);
	rest = buf_str(&dump);
	while (rest.data) {
		struct str line = str_split(&rest, '\n');
		size_t end = line.len;
		for (size_t i = 0; i + 3 < line.len; i++)
			if (memcmp(line.data + i, "  # ", 4) == 0)
				end = i;
		buf_add(&values, line.data, end);
		buf_putc(&values, '\n');
	}
	buf_free(&dump);
	return buf_take(&values, NULL);
}

/* A configuration without errors is written to a file that reads back to the same one. */
static inline void ensure_dump_reads_back(const struct config *config)
{
	struct config *again = config_new();
	struct config_problems problems;
	struct buf dump;

	config_problems_init(&problems);
	buf_init(&dump, 1 << 20);
	config_dump(config, &dump);
	config_read_file(again, "dump", buf_str(&dump), &problems);
	add_credentials(again, &problems);
	config_finish(again, false, &problems);
	ENSURE(problems.errors.len == 0);
	char *before = dump_values(config), *after = dump_values(again);
	ENSURE(strcmp(before, after) == 0);
	free(before);
	free(after);
	buf_free(&dump);
	config_problems_free(&problems);
	config_free(again);
}

static inline void count_secret_file(void *arg, const char *dotted, const char *path)
{
	ENSURE(strchr(dotted, '.') && path[0]);
}

static inline void finish_and_check(struct config *config, struct config_problems *problems)
{
	config_each_secret_file(config, count_secret_file, NULL);
	config_finish(config, false, problems);
	ensure_lines(buf_str(&problems->errors));
	ensure_lines(buf_str(&problems->warnings));
	if (problems->errors.len == 0)
		ensure_dump_reads_back(config);
}

#endif
