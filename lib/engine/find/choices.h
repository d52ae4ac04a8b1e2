/* What agents choose for tickets after these were decided: their priority, and the tags that
 * report.tags names. It is seen, not asked for: one search every 15 minutes for tickets that have
 * changed, and the history of some of them, at most CHOICES_A_DAY a day. So it is a sample. Only
 * changes that the history attributes to an agent or administrator count. Both are the last
 * requests that are sent: only while the limits leave something beyond zendesk.reserve.
 *
 * What is found becomes a record (RECORD_CHOICE), which the report reads (observe/review.h). */
#ifndef ENGINE_FIND_CHOICES_H
#define ENGINE_FIND_CHOICES_H

#include "base/map.h"
#include "engine/core/calls.h"

#define CHOICES_APART (15 * MSEC_MINUTE)
#define CHOICES_A_DAY 200
/* Histories that may be read at once: those of a day come evenly, so that the sample is not of its
 * first hours alone, and unused ones are saved up to so many. */
#define CHOICES_SAVED 50
#define CHOICES_LINE 100 /* tickets that wait for theirs */

struct choice_wish {
	uint64_t id;
	msec updated, since; /* wall */
};

struct choices {
	bool asking; /* the search is under way */
	msec next;   /* monotonic: when it is due */
	/* wall, of the server where it is known: when the last search was sent, -1 = never; and
	 * from when on it showed changes */
	msec asked, since;
	/* histories that may be read now, and the instant (monotonic) up to which they were
	 * counted */
	double allowed;
	msec counted;
	struct choice_wish line[CHOICES_LINE];
	size_t count;
	/* id → updated_at of the last look; id → number of the last entry that was recorded */
	struct map seen, told;
};

struct choices *choices_new(const struct engine *engine) MUST_CHECK;
void choices_free(struct choices *choices);
void choices_pump(struct engine *engine, msec *deadline);
void choices_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                   struct desk_answer *failure);
/* The ticket was erased: nothing of it is kept. */
void choices_forget(struct engine *engine, uint64_t id);

#endif
