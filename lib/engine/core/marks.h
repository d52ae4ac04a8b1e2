/* Marks: tickets that a model has refused for what they say. Such a ticket is not sent to that
 * model again until the text that would be sent is another one; rules decide about it meanwhile.
 * What is compared is a hash of the text, never updated_at, which our own write moves.
 *
 * A mark is durable together with the decision that follows it. It goes when the ticket is done,
 * which never comes back, and when it is erased. One word per marked ticket is kept in memory. */
#ifndef ENGINE_CORE_MARKS_H
#define ENGINE_CORE_MARKS_H

#include "base/base.h"

struct engine;
struct ticket;
struct record;

/* The ticket, whose text is at hand, was refused for itself by the model in use: remembers it, and
 * makes that durable, except in a dry run. */
void marks_put(struct engine *engine, struct ticket *ticket);
/* True: the model in use has refused the ticket, whose text is at hand, with exactly this text. */
bool marks_stand(const struct engine *engine, struct ticket *ticket);
/* Keeps the hash of the whole text of a ticket that is about to be shortened. */
void marks_keep_text(struct ticket *ticket);
void marks_forget(struct engine *engine, uint64_t id);
/* Takes up a mark of an earlier run. 0, or -1 with the reason in `err`. */
int marks_restore(struct engine *engine, const struct record *record, struct err *err) MUST_CHECK;

#endif
