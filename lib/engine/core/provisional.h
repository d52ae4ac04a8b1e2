/* Answers of rules are provisional when they were given because the model's service failed: such a
 * ticket is analysed once more (further.h, REVISIT) when the service works again, at most twice,
 * and never with a note. Not those that the model refused or answered invalidly: what fails at a
 * ticket's text will fail again.
 *
 * The list of them is durable, as records ORDER. In memory it is bounded: during an outage that
 * lasts longer, later tickets keep the answers of the rules, and a line says so. */
#ifndef ENGINE_CORE_PROVISIONAL_H
#define ENGINE_CORE_PROVISIONAL_H

struct engine;
struct ticket;

#define PROVISIONAL_WAITING_MAX 20000 /* about half a KiB each */

/* The ticket, whose outcome was just recorded, is done: orders its REVISIT if its answer is
 * provisional. */
void provisional_done(struct engine *engine, const struct ticket *ticket);

#endif
