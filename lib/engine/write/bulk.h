/* Writing many tickets with one request: when it is worth it, the job that comes of it, and whether
 * what it reports is believed. For the files of this room; bulk_pump() and such are in write.h. */
#ifndef ENGINE_WRITE_BULK_H
#define ENGINE_WRITE_BULK_H

#include "engine/write/write.h"

/* worth.c */
/* So many tickets are better written in bulk. */
bool worth_in_bulk(const struct engine *engine, size_t count);
/* Single updates are used up, and bulk is free. */
bool worth_taking_singles(const struct engine *engine);
/* No limit of the server holds requests back, and none of our own. */
bool worth_requests_are_free(const struct engine *engine);
bool worth_is_paused(const struct engine *engine); /* too many jobs, ours or others' */

/* jobs.c: takes the call's tickets */
void job_begin(struct engine *engine, struct call *call, struct str id);

/* trust.c */
bool trust_allows(const struct engine *engine); /* bulk updates are allowed, and believed */
void trust_break(struct engine *engine, const char *reason);
void trust_try_again(struct engine *engine);                         /* if it is time to */
void trust_seen(struct engine *engine, const struct ticket *ticket); /* our tag is there */
/* Our note, written at `noted` by the server's clock, is there, our tag is not. True: bulk writing
 * is to blame, since nobody has touched the ticket after the note, or since it has not proven
 * itself; false: a person took the tag away. */
bool trust_missed(struct engine *engine, const struct ticket *ticket, msec noted);
void trust_lost(struct engine *engine); /* a request or a job gave no result at all */

#endif
