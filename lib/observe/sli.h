/* The service level indicators: how well the service works now. Sums of whole minutes are kept for
 * an hour, by the monotonic clock, so that a wall clock that is set moves nothing.
 *
 * A share or an average of few tickets says nothing: below SLI_EVENTS_MIN events it is unknown. So
 * an idle night with one failure is no failure rate of 100 %. What must not be forgotten at a
 * restart, the sums of 24 hours, comes from the statistics (statistics.h). */
#ifndef OBSERVE_SLI_H
#define OBSERVE_SLI_H

#include "observe/statistics.h"

#define SLI_MINUTES 60 /* so many are kept */
#define SLI_WINDOW 15  /* minutes that ratios and percentiles look at, the present one included */
#define SLI_EVENTS_MIN 20 /* fewer say nothing */
#define SLI_STUCK 10      /* minutes in which a queue must have become shorter */
/* Processing times are counted by so many bounds, from 0.1 to 120 s. 10 and 15 s are among them, so
 * that the shares behind "p95 above 15 s" are exact. What takes longer than the last one is counted
 * beside them, and a percentile there is given as the last bound. */
#define SLI_BOUNDS 19

struct sli_minute {
	int64_t number; /* of the minute, plus one; 0 = free */
	uint32_t done, failed;
	uint32_t analysed, negative; /* of the done ones */
	uint32_t answers, unusable;  /* of the model */
	uint32_t high_of_a_poll;     /* the most high-urgency tickets of one poll, so far */
	uint64_t processing_ms;      /* of the done ones */
	uint32_t took[SLI_BOUNDS + 1];
	bool depth_known;
	uint64_t depth; /* of the queue, as last seen in this minute */
};

/* A zeroed one has seen nothing. */
struct sli {
	struct sli_minute minutes[SLI_MINUTES];
	uint32_t high; /* high-urgency tickets since the last poll began */
};

/* A ticket has ended. Skipped ones are no attempt and are not counted. */
void sli_outcome(struct sli *sli, const struct outcome *outcome, msec mono);
/* So many more answers of the model came, and so many of them could not be used. */
void sli_answers(struct sli *sli, uint64_t answers, uint64_t unusable, msec mono);
/* A poll begins: high-urgency tickets are counted from 0 again. */
void sli_poll(struct sli *sli);
/* How many tickets are not done now; to be called at least once a minute. */
void sli_depth(struct sli *sli, uint64_t depth, msec mono);

/* Shares are 0 … 1. Negative: not known. */
struct sli_values {
	/* of the last SLI_WINDOW minutes */
	double success_rate, error_rate; /* of the tickets that were processed or failed */
	double model_failures;           /* of the model's answers, those that could not be used */
	double negative;                 /* of the processed tickets */
	double average_ms, p95_ms;       /* processing of a ticket */
	int64_t high_urgency;            /* tickets of the poll that had most of them */
	/* of now */
	int64_t depth;
	bool stuck; /* the queue is not shorter than SLI_STUCK minutes ago */
	bool stuck_known;
	int64_t least_depth; /* since then; when stuck_known */
	/* there are counts since SLI_WINDOW minutes ago: what is missing did not happen */
	bool covered;
	/* of the last 24 hours */
	double failure_rate, cost_per_ticket; /* US dollars */
};
void sli_measure(const struct sli *sli, const struct counts *last_24h, msec mono,
                 struct sli_values *ret);
/* Whether anything that is measured can change without a further event when a minute is over. */
bool sli_moves(const struct sli *sli, msec mono);
/* When the present minute is over (monotonic). */
msec sli_next_minute(msec mono);

#endif
