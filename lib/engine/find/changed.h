/* Passes of a shadow: which of them ask for all tickets, and which only for what has changed. */
#ifndef ENGINE_FIND_CHANGED_H
#define ENGINE_FIND_CHANGED_H

struct engine;

/* Decides what the pass that begins now asks for. */
void changed_begin_pass(struct engine *engine);
/* The pass was completed. */
void changed_pass_over(struct engine *engine);

#endif
