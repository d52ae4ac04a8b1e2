/* What a person does about a secret that a service refused depends on where this process has it
 * from: a service takes it from the credential store and reads that at its start only, a file is
 * read at a reload too, and a variable belongs to whoever set it. */
#include "config/config.h"

#include "config/notes.h"

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
