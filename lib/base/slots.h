/* Blocks of one size from a few large pieces of memory. What stays for hours among what comes and
 * goes in bursts would otherwise keep a page of the heap for each of its blocks. */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include "base/base.h"

struct slots {
	size_t size;             /* of a block, bytes */
	struct slots_piece *all; /* owned */
	void *unused;            /* the first of a list through the blocks */
};

/* `size` becomes a multiple of 16, at which blocks are aligned. No memory is taken yet. */
void slots_init(struct slots *slots, size_t size);
/* Frees the pieces, and so all blocks. */
void slots_free(struct slots *slots);
/* A block with any contents, valid until it is given back. Ends the process when memory is
 * exhausted. */
void *slots_take(struct slots *slots) MUST_CHECK;
/* The block is used for the next slots_take(); the pieces stay until slots_free(). */
void slots_give_back(struct slots *slots, void *block);

#endif
