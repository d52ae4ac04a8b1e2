/* The table of options, made from options.def: what the other files of this folder know of an
 * option. Private to lib/config. */
#ifndef CONFIG_TABLE_H
#define CONFIG_TABLE_H

#include "config/config.h"

enum option_type {
	TYPE_STRING,
	TYPE_PATH,
	TYPE_SECRET,
	TYPE_TAG,
	TYPE_LIST,
	TYPE_BOOL,
	TYPE_INT,
	TYPE_REAL,
	TYPE_DURATION,
	TYPE_SIZE,
	TYPE_ENUM
};

#define RELOAD 1u /* takes effect on reload */
#define LATER 2u  /* checked, but its feature is not in this version */

/* Index of an option: OPTION_zendesk_query … */
enum option_index {
#define OPTION(section, name, ...) OPTION_##section##_##name,
#include "config/options.def"
	OPTION_COUNT
};

struct option {
	const char *section;
	const char *name;
	const char *dotted; /* "section.name" */
	enum option_type type;
	const char *initial; /* the default, as it would be written in a file */
	double min, max;
	unsigned flags;
	const char *variable; /* NULL = AI_TICKETD_SECTION_NAME */
	const char *words;
	const char *help;
	size_t offset; /* of the field in struct config */
};
extern const struct option options[OPTION_COUNT];

static inline enum option_index option_index(const struct option *option)
{
	return (enum option_index)(option - options);
}

/* True for the first option of its section. */
bool option_starts_section(const struct option *option);

#define OPTION_FILE_SUFFIX "_file"
/* The options of this section may also stand outside of any section. */
#define OPTION_TOP_SECTION "service"
/* Finds an option by section (empty: outside of any) and name, as written in a file. `*ret_file`:
 * the name is the <option>_file of a secret. NULL = unknown. */
const struct option *option_find(struct str section, struct str name, bool *ret_file);
const struct option *option_by_dotted(struct str dotted); /* NULL = unknown */

#define OPTION_VARIABLE_SIZE 80
#define VARIABLE_PREFIX "AI_TICKETD_"
/* The name of the option's variable; `out` is used when it must be built. */
const char *option_variable(const struct option *option, char out[OPTION_VARIABLE_SIZE]);
/* NULL = not one of our variables. */
const struct option *option_by_variable(struct str name, bool *ret_file);

/* The option that an unknown name was probably meant to be, for "did you mean"; NULL = none is
 * similar. */
const struct option *option_near(struct str section, struct str name);
const struct option *option_near_variable(struct str name, char out[OPTION_VARIABLE_SIZE]);

#endif
