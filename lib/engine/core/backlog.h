/* What an account still has to do, and how fast it gets done: for health and status. Nothing in the
 * engine decides by it. */
#ifndef ENGINE_CORE_BACKLOG_H
#define ENGINE_CORE_BACKLOG_H

#include "engine/core/lanes.h"
#include "observe/load.h"
#include "observe/recent.h"

struct backlog {
	/* tickets that the present pass has not read yet, as the search over all
	 * slices counted them at its start */
	uint64_t unread;
	struct pace pace;
	struct recent recent;
};

/* A search counts so many tickets; none of them is read yet. */
void backlog_found(struct engine *engine, uint64_t tickets);
/* So many more of them were read: they wait in memory from now on, or need nothing. */
void backlog_read(struct engine *engine, uint64_t tickets);
/* So many more are to be read: they waited in memory and are dropped until a later pass, or have
 * come in since the search counted. */
void backlog_unread(struct engine *engine, uint64_t tickets);
/* The pass has read all there is. */
void backlog_pass_over(struct engine *engine);
/* The ticket ends in this lane. */
void backlog_ended(struct engine *engine, const struct ticket *ticket, enum lane end);
/* Notes whether there is work that may be done; called once a step. */
void backlog_pump(struct engine *engine);

/* Tickets that are not begun: unread ones, those waiting in memory, and ids that a person asked
 * for. */
uint64_t backlog_waiting(const struct engine *engine);

#endif
