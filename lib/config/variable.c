/* Reads variables of the environment and of env files: which option a name means, and warnings
 * about names that are similar to ours. */
#include "config/config.h"

#include <stdlib.h>
#include <string.h>

#include "config/notes.h"
#include "config/proxy_read.h"

static const struct {
	const char *name;
	enum llm_provider provider;
} address_variables[] = {{"OPENAI_BASE_URL", LLM_OPENAI}, {"OLLAMA_HOST", LLM_OLLAMA}};

/* OPENAI_BASE_URL and OLLAMA_HOST may both be set, but only one is used, so only that one is
 * checked, later. */
static bool keep_address(struct config *config, enum config_origin origin, const char *label,
                         struct str name, struct str value)
{
	for (size_t i = 0; i < ARRAY_LEN(address_variables); i++) {
		if (str_eq(name, str_of(address_variables[i].name))) {
			pending_set(&config->notes->address[address_variables[i].provider], origin,
			            label, value);
			return true;
		}
	}
	return false;
}

static void warn_unknown(const char *where, struct str name, struct config_problems *problems)
{
	char near_name[OPTION_VARIABLE_SIZE];

	if (!str_starts(name, STR(VARIABLE_PREFIX)))
		return;
	const struct option *near = option_near_variable(name, near_name);
	if (near)
		problem_add(&problems->warnings, where, "is unknown and ignored; did you mean %s?",
		            option_variable(near, near_name));
	else
		problem_add(&problems->warnings, where, "is unknown and ignored");
}

/* A secret and the path of its file come from the same layer: it is not clear which one is meant,
 * so this is an error. */
static bool given_twice(const struct config *config, const struct option *option,
                        enum config_origin origin, bool file, const char *label,
                        struct config_problems *problems)
{
	const struct config_notes *notes = config->notes;
	const struct source *other = file ? &notes->of[option_index(option)]
	                                  : &notes->secret_file[option_index(option)].source;

	if (option->type != TYPE_SECRET || other->origin != origin)
		return false;
	problem_add(&problems->errors, label, "only one of this and %s may be set", other->where);
	return true;
}

void config_read_variable(struct config *config, enum config_origin origin, const char *where,
                          struct str name, struct str value, struct config_problems *problems)
{
	bool file;
	const struct option *option = option_by_variable(name, &file);

	/* Templates have an empty line for every variable: an empty one counts as not set. */
	if (str_trim(value).len == 0)
		return;
	char *label =
	        xasprintf("%s: " STR_FMT, where, STR_ARG(utf8_cut(name, OPTION_VARIABLE_SIZE)));
	if (!option && !keep_address(config, origin, label, name, value) &&
	    !proxy_read_variable(config, origin, label, name, value, problems))
		warn_unknown(label, name, problems);
	else if (option == &options[OPTION_llm_base_url])
		keep_address(config, origin, label, name, value);
	else if (option && !given_twice(config, option, origin, file, label, problems)) {
		if (file)
			option_set_file(config, option, origin, label, value, problems);
		else
			option_set(config, option, origin, label, value, problems);
	}
	free(label);
}
