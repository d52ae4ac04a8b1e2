/* Command line of ai-ticketsim and aitd_simulate: the options that describe a world. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "world.h"

/* One option with its value ("--tickets", "50"). 1 = taken, 0 = none of these, -1 = bad value. */
int world_option(struct world_options *options, const char *name, const char *value,
                 struct err *err) MUST_CHECK;
bool world_option_is_switch(const char *name); /* takes no value */
/* Parses milliseconds or a range MIN-MAX; units as in "2.5s" are not accepted. */
int parse_range(const char *text, msec *ret_min, msec *ret_max) MUST_CHECK;
/* Parses seconds such as "12" or "-0.5", to the millisecond. */
int option_seconds(const char *text, msec *ret) MUST_CHECK;
int option_real(const char *text, double *ret) MUST_CHECK; /* not below 0 */
extern const char world_options_help[];

#endif
