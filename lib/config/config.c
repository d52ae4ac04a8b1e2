/* Creating and freeing the configuration, and the one place where a value is stored in it. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "config/notes.h"
#include "config/value.h"

static void set_default(struct config *config, const struct option *option)
{
	union value value;
	struct err err;

	/* An empty text is "not set" and need not be valid. */
	if (option->initial[0] == '\0' && value_is_text(option))
		value.text = xstrdup("");
	else if (value_parse(option, str_of(option->initial), &value, &err) < 0)
		fatal("default of %s: %s", option->dotted, err.text);
	value_store(config, option, value);
}

struct config *config_new(void)
{
	struct config *config = xcalloc(1, sizeof(*config));

	config->notes = xcalloc(1, sizeof(*config->notes));
	for (size_t i = 0; i < OPTION_COUNT; i++)
		set_default(config, &options[i]);
	return config;
}

static void wipe(char *text)
{
	if (text)
		crypto_wipe(text, strlen(text));
}

/* User info is a secret. */
static void free_proxy(struct config_notes *notes)
{
	wipe(notes->https_proxy.text);
	pending_free(&notes->https_proxy);
	pending_free(&notes->no_proxy);
	wipe(notes->proxy_login);
	free(notes->proxy_login);
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (value_is_text(&options[i]))
			value_store(config, &options[i], (union value){.text = NULL});
		free(config->notes->of[i].where);
		pending_free(&config->notes->secret_file[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(config->notes->address); i++)
		pending_free(&config->notes->address[i]);
	free_proxy(config->notes);
	free(config->notes);
	free(config);
}

void source_set(struct source *source, enum config_origin origin, const char *where)
{
	char *copy = xstrdup(where);

	free(source->where);
	*source = (struct source){.origin = origin, .where = copy};
}

void pending_set(struct pending *pending, enum config_origin origin, const char *where,
                 struct str text)
{
	if (origin < pending->source.origin)
		return;
	free(pending->text);
	pending->text = xmemdup0(text.len ? text.data : "", text.len);
	source_set(&pending->source, origin, where);
}

void pending_free(struct pending *pending)
{
	free(pending->text);
	free(pending->source.where);
	*pending = (struct pending){0};
}

bool option_is_default(const struct config *config, enum option_index index)
{
	return config->notes->of[index].origin == FROM_DEFAULT;
}

enum config_origin config_origin_of(const struct config *config, const char *dotted)
{
	const struct option *option = option_by_dotted(str_of(dotted));

	ENSURE(option != NULL);
	return config->notes->of[option_index(option)].origin;
}

void config_refuse(const struct config *config, const char *dotted, const char *reason,
                   struct config_problems *problems)
{
	const struct option *option = option_by_dotted(str_of(dotted));

	ENSURE(option != NULL);
	problem_with(problems, config, option_index(option), "%s", reason);
}

/* True when the option belongs to a later version, which is then reported. In a variable it may be
 * meant for that version and does no harm; in a file or a flag it asks for something that would
 * silently not happen. */
static bool not_in_this_version(const struct option *option, enum config_origin origin,
                                const char *where, struct config_problems *problems)
{
	if (!(option->flags & LATER))
		return false;
	if (origin == FROM_FILE || origin == FROM_FLAG)
		problem_add(&problems->errors, where,
		            "is not available in this version: remove it");
	else
		problem_add(&problems->warnings, where, "has no effect in this version");
	return true;
}

void option_set(struct config *config, const struct option *option, enum config_origin origin,
                const char *where, struct str text, struct config_problems *problems)
{
	struct source *source = &config->notes->of[option_index(option)];
	union value value;
	struct err err;

	if (value_parse(option, text, &value, &err) < 0) {
		problem_add(&problems->errors, where, "%s", err.text);
		return;
	}
	if (not_in_this_version(option, origin, where, problems) || origin < source->origin) {
		value_discard(option, &value);
		return;
	}
	value_store(config, option, value);
	source_set(source, origin, where);
}

void option_set_file(struct config *config, const struct option *option, enum config_origin origin,
                     const char *where, struct str path, struct config_problems *problems)
{
	/* This row of the table only gives the limits. */
	const struct option as_path = {.type = TYPE_PATH, .max = 1024};
	union value value;
	struct err err;

	if (value_parse(&as_path, path, &value, &err) < 0) {
		problem_add(&problems->errors, where, "%s", err.text);
		return;
	}
	if (!not_in_this_version(option, origin, where, problems))
		pending_set(&config->notes->secret_file[option_index(option)], origin, where,
		            str_of(value.text));
	value_discard(&as_path, &value);
}

void option_derive(struct config *config, enum option_index index, struct str text)
{
	value_store(config, &options[index],
	            (union value){.text = xmemdup0(text.len ? text.data : "", text.len)});
}

void config_set(struct config *config, enum config_origin origin, const char *where,
                const char *dotted, struct str value, struct config_problems *problems)
{
	const struct option *option = option_by_dotted(str_of(dotted));

	ENSURE(option != NULL);
	const struct pending *file = &config->notes->secret_file[option_index(option)];
	/* The content of a secret's file has the rank of the layer that gave its path. */
	if (file->text && file->source.origin > origin)
		origin = file->source.origin;
	char *label = origin == FROM_FLAG ? xstrdup(where) : xasprintf("%s: %s", where, dotted);
	if (option->type == TYPE_SECRET && str_trim(value).len == 0)
		problem_add(&problems->errors, label, "is empty");
	else
		option_set(config, option, origin, label, value, problems);
	free(label);
}

bool option_secret_file_counts(const struct config *config, enum option_index index)
{
	const struct pending *file = &config->notes->secret_file[index];
	const struct source *secret = &config->notes->of[index];

	return file->text && file->text[0] && file->source.origin >= secret->origin;
}

void config_each_secret_file(const struct config *config,
                             void (*each)(void *arg, const char *dotted, const char *path),
                             void *arg)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (option_secret_file_counts(config, (enum option_index)i))
			each(arg, options[i].dotted, config->notes->secret_file[i].text);
}

void config_each_secret(void (*each)(void *arg, const char *dotted), void *arg)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (options[i].type == TYPE_SECRET)
			each(arg, options[i].dotted);
}
