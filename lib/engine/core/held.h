/* Tickets that are held: found and not ended. How one is taken, ends, and is let go. */
#ifndef ENGINE_CORE_HELD_H
#define ENGINE_CORE_HELD_H

#include "engine/core/lanes.h"
#include "desk/desk.h"

struct engine;
struct ticket;

/* Creates a ticket, holds it and counts it as found. `read`: what a reply shows of it, or NULL. The
 * engine owns it until held_end(), held_free() or held_let_go(). */
struct ticket *held_new(struct engine *engine, uint64_t id, const struct desk_ticket *read);
/* Holds a ticket that was created otherwise. */
void held_take(struct engine *engine, struct ticket *ticket);
/* Holds it no more; the caller frees or parks it. */
void held_let_go(struct engine *engine, struct ticket *ticket);
/* Takes the ticket out of its lane and frees it, without an outcome. */
void held_free(struct engine *engine, struct ticket *ticket);
/* Ends a ticket (LANE_DONE, LANE_SKIPPED, LANE_FAILED): what is remembered of it, its record and
 * its outcome. `format` is the reason and may be NULL on success. The ticket is freed. */
void held_end(struct engine *engine, struct ticket *ticket, enum lane end, const char *format, ...)
        PRINTF_LIKE(4, 5);

/* NULL when no ticket with this id is held. Walks the list of all that are. */
struct ticket *held_find(const struct engine *engine, uint64_t id);
/* A read that was made for another purpose shows a held ticket. If the ticket waits for its write,
 * this shows whether its write is late. */
void held_news(struct engine *engine, const struct desk_ticket *read);

#endif
