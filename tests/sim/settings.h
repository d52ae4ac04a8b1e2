/* The command line of aitd_simulate: what is run, and how often. */
#ifndef SIM_SETTINGS_H
#define SIM_SETTINGS_H

#include "simulation.h"
#include "words.h"

#define SETTINGS_CONFIG_MAX 32

struct settings { /* points into itself: not to be copied */
	struct sim_options sim;
	uint64_t first, last;
	bool campaign;
	bool shrink;
	msec time; /* of a campaign or a shrinking; 0 = no bound */
	unsigned jobs;
	const char *config[SETTINGS_CONFIG_MAX + 1];
	size_t config_count;
};

void settings_init(struct settings *settings);
/* One option. `value`, which may be NULL, is borrowed for the life of the settings. 2 = the value
 * was used, 1 = the option has none, -1 = a mistake, which `err` names. */
int settings_take(struct settings *settings, const char *name, const char *value,
                  struct err *err) MUST_CHECK;
/* All of them; the words are borrowed. */
int settings_take_words(struct settings *settings, const struct words *words,
                        struct err *err) MUST_CHECK;
extern const char settings_help[];

#endif
