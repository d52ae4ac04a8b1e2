/* With which other tickets a ticket is sent to the model; decide/group.c decides. */
#ifndef ENGINE_CORE_COMPANY_H
#define ENGINE_CORE_COMPANY_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: nothing is known yet. */
struct company {
	bool judged; /* its text was looked at … */
	bool speaks; /* … and speaks of other tickets: it is sent alone */
	/* most tickets of its next request; 0 = as many as the configuration says */
	unsigned most;
	/* number of the part of a request that was refused: sent with that part alone; 0 = none */
	uint64_t part;
	unsigned told_to_wait; /* requests in company that a limit of the service stopped */
};

#endif
