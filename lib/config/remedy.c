/* What a person does about a secret that a service refused depends on where this process has it
 * from: a service takes it from the credential store and reads that at its start only, a file is
 * read at a reload too, and a variable belongs to whoever set it. */
#include "config/remedy.h"

#include <stdlib.h>

#include "config/notes.h"
#include "config/value.h"

#define STORE_FOLDER "/etc/credstore/"
#define ENV_FILE_OF_SERVICE "/etc/ai-ticketd/ai-ticketd.env"
#define RESTART ", then systemctl restart ai-ticketd"
#define RELOAD_BY_HAND ", then ai-ticketctl reload"

void config_set_managed(struct config *config)
{
	config->notes->managed = true;
}

/* What stands before the last ": " of "environment: NAME", "FILE:LINE: NAME" or "FILE: option", and
 * what follows it. */
static void split_source(const struct source *source, struct str *ret_place, struct str *ret_name)
{
	struct str where = str_of(source->where ? source->where : "");
	size_t at = where.len;

	while (at > 0 && where.data[at - 1] != ' ')
		at--;
	*ret_name = str_skip(where, at);
	*ret_place = str_make(where.data, at > 2 ? at - 2 : 0);
}

void config_remedy_missing(const char *dotted, struct buf *out)
{
	const struct option *option = option_by_dotted(str_of(dotted));
	char variable[OPTION_VARIABLE_SIZE];

	ENSURE(option != NULL);
	buf_printf(out, "For the service: put it into " STORE_FOLDER "%s; by hand: set %s", dotted,
	           option_variable(option, variable));
}

void config_remedy(const struct config *config, const char *dotted, bool resident, struct buf *out)
{
	const struct option *option = option_by_dotted(str_of(dotted));
	struct str place, name;

	ENSURE(option != NULL);
	const struct source *source = &config->notes->of[option_index(option)];
	split_source(source, &place, &name);
	switch (source->origin) {
	case FROM_CREDENTIAL:
		buf_printf(out, "Replace " STORE_FOLDER "%s%s", dotted, resident ? RESTART : "");
		break;
	case FROM_SECRET_FILE:
		buf_printf(out, "Replace the contents of " STR_FMT "%s", STR_ARG(place),
		           resident ? RELOAD_BY_HAND : "");
		break;
	case FROM_ENV_FILE:
		buf_printf(out, "Replace " STR_FMT " in " STR_FMT "%s", STR_ARG(name),
		           STR_ARG(place), resident ? RELOAD_BY_HAND : "");
		break;
	case FROM_ENVIRONMENT:
		if (config->notes->managed)
			buf_printf(out, "Replace " STR_FMT " in " ENV_FILE_OF_SERVICE "%s",
			           STR_ARG(name), resident ? RESTART : "");
		else
			buf_printf(out, "Replace " STR_FMT " in the environment%s", STR_ARG(name),
			           resident ? ", then start the service again" : "");
		break;
	case FROM_DEFAULT:
	case FROM_FILE:
	case FROM_FLAG: config_remedy_missing(dotted, out); break;
	}
}

/* ".env:3" without the number of the line. */
static struct str without_line(struct str place)
{
	size_t len = place.len;

	while (len > 0 && ascii_is_digit(place.data[len - 1]))
		len--;
	return len > 1 && place.data[len - 1] == ':' ? str_make(place.data, len - 1) : place;
}

static char *file_of(const struct source *source)
{
	struct str place, name;

	split_source(source, &place, &name);
	if (source->origin == FROM_ENV_FILE)
		place = without_line(place);
	else if (source->origin != FROM_SECRET_FILE && source->origin != FROM_CREDENTIAL)
		return NULL;
	return xmemdup0(place.data, place.len);
}

void config_each_secret_set(const struct config *config,
                            void (*each)(void *arg, const char *dotted, const char *where,
                                         const char *file),
                            void *arg)
{
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct source *source = &config->notes->of[i];

		if (options[i].type != TYPE_SECRET || value_text(config, &options[i]).len == 0)
			continue;
		char *file = file_of(source);
		each(arg, options[i].dotted, source->where ? source->where : "default", file);
		free(file);
	}
}
