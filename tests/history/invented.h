/* Invented tickets, as records that the store takes: what a service would have recorded in many
 * days of a support team's life. Nights and weekends are quiet; the model was down last night and
 * once before; people overrule some labels more often than others. The same seed, time and number
 * give the same tickets. */
#ifndef TESTS_HISTORY_INVENTED_H
#define TESTS_HISTORY_INVENTED_H

#include "base/prng.h"
#include "engine/record.h"

#define INVENTED_RECORDS_MAX 6 /* of one ticket */
#define INVENTED_OUTAGES 2
#define INVENTED_FULL                                                                              \
	20000 /* the newest tickets have all records, older ones only how they ended */

struct invented_outage {
	msec from, to; /* wall */
};

struct invented_history {
	msec now;
	int days;
	uint64_t tickets;  /* in all */
	uint64_t first_id; /* they are numbered from this on */
	uint64_t full;     /* the newest ones that have all their records */
	/* put between the texts of some tickets; NULL = nothing */
	const char *planted;
	struct invented_outage outages[INVENTED_OUTAGES]; /* the newest first */
	/* from here on only for invented.c */
	struct prng prng;
	uint64_t made;
	msec hour;       /* the begin of the hour that is being filled */
	double per_unit; /* tickets for each unit of weight */
	double owed;     /* of this hour */
	uint64_t in_hour, of_hour;
};

/* The members before `outages` are set by the caller. */
void invented_begin(struct invented_history *history, uint64_t seed);

struct invented_record {
	struct record record; /* without a sequence; the payload is the caller's */
	msec wall;
};
/* The records of the next ticket, in their order, and how many; 0 = there are no more. */
size_t invented_next(struct invented_history *history,
                     struct invented_record records[INVENTED_RECORDS_MAX]);

/* The number of a ticket whose story is always the same, if it is among them: 12345. */
#define INVENTED_KNOWN_ID 12345

#endif
