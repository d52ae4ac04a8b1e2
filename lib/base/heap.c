/* The deadline heap. `nodes[place - 1]` is the node at that place; the children of place p are 2p
 * and 2p + 1. */
#include "base/heap.h"

#include <stdlib.h>

#define HEAP_FIRST_CAP ((size_t)16)

void heap_init(struct heap *heap)
{
	*heap = (struct heap){0};
}

void heap_free(struct heap *heap)
{
	for (size_t i = 0; i < heap->count; i++)
		heap->nodes[i]->place = 0;
	free(heap->nodes);
	heap_init(heap);
}

static bool is_before(const struct heap_node *a, const struct heap_node *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void put_node(struct heap *heap, struct heap_node *node, size_t place)
{
	heap->nodes[place - 1] = node;
	node->place = place;
}

/* Both functions move a hole instead of swapping, so that each node on the way is written once. */
static void sift_up(struct heap *heap, struct heap_node *node, size_t place)
{
	while (place > 1 && is_before(node, heap->nodes[place / 2 - 1])) {
		put_node(heap, heap->nodes[place / 2 - 1], place);
		place /= 2;
	}
	put_node(heap, node, place);
}

static void sift_down(struct heap *heap, struct heap_node *node, size_t place)
{
	for (;;) {
		size_t child = 2 * place;
		if (child > heap->count)
			break;
		if (child < heap->count && is_before(heap->nodes[child], heap->nodes[child - 1]))
			child++;
		if (!is_before(heap->nodes[child - 1], node))
			break;
		put_node(heap, heap->nodes[child - 1], place);
		place = child;
	}
	put_node(heap, node, place);
}

static void sift(struct heap *heap, struct heap_node *node, size_t place)
{
	if (place > 1 && is_before(node, heap->nodes[place / 2 - 1]))
		sift_up(heap, node, place);
	else
		sift_down(heap, node, place);
}

void heap_insert(struct heap *heap, struct heap_node *node, int64_t key)
{
	ENSURE(node->place == 0);
	if (heap->count == heap->cap) {
		heap->cap = heap->cap ? 2 * heap->cap : HEAP_FIRST_CAP;
		heap->nodes = xrealloc(heap->nodes, heap->cap * sizeof(struct heap_node *));
	}
	node->key = key;
	node->order = heap->inserted++;
	heap->count++;
	sift_up(heap, node, heap->count);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
	size_t place = node->place;
	if (place == 0)
		return;
	ENSURE(place <= heap->count && heap->nodes[place - 1] == node);
	struct heap_node *last = heap->nodes[--heap->count];
	node->place = 0;
	if (last != node)
		sift(heap, last, place);
}

void heap_move(struct heap *heap, struct heap_node *node, int64_t key)
{
	if (node->place == 0) {
		heap_insert(heap, node, key);
		return;
	}
	ENSURE(node->place <= heap->count && heap->nodes[node->place - 1] == node);
	node->key = key;
	node->order = heap->inserted++;
	sift(heap, node, node->place);
}

struct heap_node *heap_top(const struct heap *heap)
{
	return heap->count ? heap->nodes[0] : NULL;
}
