/* Bulk updates, many tickets with one request: when they are worth it, the jobs that they become,
 * and whether what jobs report is believed. Only for files of this folder; what others call is in
 * write.h. */
#ifndef ENGINE_WRITE_BULK_H
#define ENGINE_WRITE_BULK_H

#include "engine/write/write.h"

/* worth.c */
/* `count` tickets are better written in bulk than one by one. */
bool worth_in_bulk(const struct engine *engine, size_t count);
/* Tickets wait for others to share a bulk update: it is allowed and requests are not free. */
bool worth_gathering(const struct engine *engine);
/* The rate limit of single updates is used up while bulk updates may be sent. */
bool worth_taking_singles(const struct engine *engine);
/* The server has refused a bulk update because of too many jobs, ours or others'. */
bool worth_is_paused(const struct engine *engine);

/* jobs.c: keeps a job for the accepted update; takes over the call's tickets */
void job_begin(struct engine *engine, struct call *call, struct str id);

/* trust.c */
/* Bulk updates are allowed by zendesk.bulk and are not known to be broken. */
bool trust_allows(const struct engine *engine);
/* Gives bulk updates up and raises an alert. */
void trust_break(struct engine *engine, const char *reason);
/* Allows bulk updates again when the wait after trust_break() is over (resident process only). */
void trust_try_again(struct engine *engine);
/* A read has found our tag on the ticket. */
void trust_seen(struct engine *engine, const struct ticket *ticket);
/* A read has found our note (written at `noted`, server's wall time) but not our tag. True: the
 * bulk update is to blame, because nobody has touched the ticket after the note, or because bulk
 * updates are not proven yet. False: a person removed the tag. */
bool trust_missed(struct engine *engine, const struct ticket *ticket, msec noted);
/* A bulk request or its job gave no result at all. */
void trust_lost(struct engine *engine);

#endif
