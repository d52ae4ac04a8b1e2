/* The table of options, made from options.def, and the ways to find a row in it. */
#include "config/table.h"

#include <stdio.h>
#include <string.h>

const struct option options[OPTION_COUNT] = {
#define OPTION(section, name, type, initial, min, max, flags, variable, words, help)               \
	{#section,    #name,   #section "." #name,                                                 \
	 TYPE_##type, initial, min,                                                                \
	 max,         flags,   variable,                                                           \
	 words,       help,    offsetof(struct config, section.name)},
#include "config/options.def"
};

/* With more edits than this, a suggestion would be a guess. */
#define NEAR_EDITS 2
#define NEAR_NAME_MAX 64

bool option_starts_section(const struct option *option)
{
	return option == options || strcmp(option->section, option[-1].section) != 0;
}

/* Cuts the ending off that names the file of a secret; false when there is none. */
static bool cut_suffix(struct str *name, struct str suffix)
{
	if (name->len <= suffix.len || !str_ends(*name, suffix))
		return false;
	name->len -= suffix.len;
	return true;
}

const struct option *option_find(struct str section, struct str name, bool *ret_file)
{
	struct str secret = name;
	bool file = cut_suffix(&secret, STR(OPTION_FILE_SUFFIX));

	if (section.len == 0)
		section = STR(OPTION_TOP_SECTION);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option *option = &options[i];
		if (!str_eq(section, str_of(option->section)))
			continue;
		if (str_eq(name, str_of(option->name))) {
			*ret_file = false;
			return option;
		}
		if (file && option->type == TYPE_SECRET && str_eq(secret, str_of(option->name))) {
			*ret_file = true;
			return option;
		}
	}
	return NULL;
}

const struct option *option_by_dotted(struct str dotted)
{
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (str_eq(dotted, str_of(options[i].dotted)))
			return &options[i];
	return NULL;
}

static char ascii_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

const char *option_variable(const struct option *option, char out[OPTION_VARIABLE_SIZE])
{
	if (option->variable)
		return option->variable;
	int len = snprintf(out, OPTION_VARIABLE_SIZE, VARIABLE_PREFIX "%s_%s", option->section,
	                   option->name);
	ENSURE(len > 0 && len < OPTION_VARIABLE_SIZE);
	for (char *c = out; *c; c++)
		*c = ascii_upper(*c);
	return out;
}

/* Cuts `word` in capitals off the front; false when the text begins otherwise. */
static bool cut_upper(struct str *text, const char *word)
{
	size_t i = 0;

	for (; word[i] != '\0'; i++)
		if (i == text->len || text->data[i] != ascii_upper(word[i]))
			return false;
	*text = str_skip(*text, i);
	return true;
}

/* Compares without making the name: a foreign variable is compared with every option. */
static bool has_variable(const struct option *option, struct str name)
{
	if (option->variable)
		return str_eq(name, str_of(option->variable));
	return cut_upper(&name, VARIABLE_PREFIX) && cut_upper(&name, option->section) &&
	       cut_upper(&name, "_") && cut_upper(&name, option->name) && name.len == 0;
}

const struct option *option_by_variable(struct str name, bool *ret_file)
{
	struct str secret = name;
	bool file = cut_suffix(&secret, STR("_FILE"));

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		*ret_file =
		        file && options[i].type == TYPE_SECRET && has_variable(&options[i], secret);
		if (*ret_file || has_variable(&options[i], name))
			return &options[i];
	}
	return NULL;
}

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Number of insertions, removals and exchanges that turn one name into the other (Levenshtein),
 * ignoring case. */
static size_t edit_distance(struct str a, struct str b)
{
	size_t row[NEAR_NAME_MAX + 1];

	if (a.len > NEAR_NAME_MAX || b.len > NEAR_NAME_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = ascii_lower(a.data[i - 1]) == ascii_lower(b.data[j - 1]);
			size_t here =
			        min_of(min_of(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
			diagonal = row[j];
			row[j] = here;
		}
	}
	return row[b.len];
}

const struct option *option_near(struct str section, struct str name)
{
	const struct option *best = NULL;
	size_t best_edits = NEAR_EDITS + 1;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		bool here = str_eq(section, str_of(options[i].section));
		size_t distance = edit_distance(name, str_of(options[i].name));
		/* In another section only the exact name is suggested. */
		if (here ? distance < best_edits : distance == 0 && best == NULL) {
			best = &options[i];
			best_edits = here ? distance : best_edits;
		}
	}
	return best;
}

const struct option *option_near_variable(struct str name, char out[OPTION_VARIABLE_SIZE])
{
	const struct option *best = NULL;
	size_t best_edits = NEAR_EDITS + 1;
	char dotted[OPTION_VARIABLE_SIZE];

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		/* Options with a variable name of their own are also tried under the general
		 * form. */
		struct option general = options[i];
		general.variable = NULL;
		size_t distance =
		        min_of(edit_distance(name, str_of(option_variable(&options[i], out))),
		               edit_distance(name, str_of(option_variable(&general, dotted))));
		if (distance < best_edits) {
			best = &options[i];
			best_edits = distance;
		}
	}
	return best;
}
