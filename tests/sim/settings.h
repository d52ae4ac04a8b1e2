/* The command line of aitd_simulate: what is run, and how many times. */
#ifndef SIM_SETTINGS_H
#define SIM_SETTINGS_H

#include "simulation.h"
#include "words.h"

#define SETTINGS_CONFIG_MAX 32

struct settings { /* contains pointers into itself, so it must not be copied */
	struct sim_options sim;
	uint64_t first, last;
	bool campaign;
	bool shrink;
	bool former; /* see campaign_run */
	msec time;   /* limit of a campaign or a shrinking, in ms; 0 = none */
	unsigned jobs;
	const char *config[SETTINGS_CONFIG_MAX + 1];
	size_t config_count;
};

void settings_init(struct settings *settings);
/* Parses one option. `value` may be NULL and is borrowed as long as the settings are used. 2 = the
 * value was used, 1 = the option has none, -1 = an error, described in `err`. */
int settings_take(struct settings *settings, const char *name, const char *value,
                  struct err *err) MUST_CHECK;
/* Parses all words, which are borrowed. */
int settings_take_words(struct settings *settings, const struct words *words,
                        struct err *err) MUST_CHECK;
extern const char settings_help[];

#endif
