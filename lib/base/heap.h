/* Intrusive binary min-heap on a 64-bit key, for deadlines. A node knows its place, so that it can
 * be removed from the middle. Equal keys come out in the order they were inserted, because a run
 * must be reproducible. */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include "base/base.h"

struct heap_node {
	int64_t key;
	uint64_t order; /* set by heap_insert */
	size_t place;   /* 1-based; 0 = in no heap */
};

struct heap {
	struct heap_node **nodes;
	size_t count;
	size_t cap;
	uint64_t inserted;
};

void heap_init(struct heap *heap);
/* The nodes belong to the caller; they are in no heap afterwards. */
void heap_free(struct heap *heap);
void heap_insert(struct heap *heap, struct heap_node *node, int64_t key);
/* Does nothing for a node that is in no heap. */
void heap_remove(struct heap *heap, struct heap_node *node);
/* Changes the key, as if the node were removed and inserted again: among equal keys it comes last.
 * Inserts a node that is in no heap. */
void heap_move(struct heap *heap, struct heap_node *node, int64_t key);
struct heap_node *heap_top(const struct heap *heap); /* NULL when empty */

#endif
