/* The shrinker: a violation is found in a world of hundreds of tickets and a dozen kinds of
 * trouble; understood it is in one of three tickets and two kinds. It takes the command line that
 * shows a violation, leaves out one option after another (each kind of fault is one) and makes the
 * numbers smaller, as long as some seed still shows a violation of the same kind. The last number
 * to shrink is --faults-count: the shortest prefix of the faults.
 *
 * A shorter command line is another run, in which chance falls differently; so a few seeds are
 * tried for each. */
#ifndef SIM_SHRINK_H
#define SIM_SHRINK_H

#include "base/clock.h"
#include "words.h"

struct shrink_options {
	uint64_t seed; /* that shows it with the words as they are */
	unsigned jobs; /* processes at a time */
	msec time;     /* real: what has been reached by then is printed */
};

/* Prints what it leaves out, and at the end the command line that remains; `words` holds it too. 0,
 * or 1 when the seed shows nothing, or 2 when the words cannot be read. */
int shrink_run(const struct shrink_options *options, struct words *words) MUST_CHECK;

#endif
