/* Pieces of some tens of kilobytes, cut into blocks; unused blocks form a list. */
#include "base/slots.h"

#include <stdlib.h>

#define SLOTS_ALIGNMENT ((size_t)16)
#define BLOCKS_PER_PIECE 64

struct slots_piece {
	struct slots_piece *older;
	char bytes[] __attribute__((aligned(16)));
};

void slots_init(struct slots *slots, size_t size)
{
	size = size ? (size + SLOTS_ALIGNMENT - 1) & ~(SLOTS_ALIGNMENT - 1) : SLOTS_ALIGNMENT;
	*slots = (struct slots){.size = size};
}

void slots_free(struct slots *slots)
{
	struct slots_piece *older;

	for (struct slots_piece *piece = slots->all; piece; piece = older) {
		older = piece->older;
		free(piece);
	}
	slots->all = NULL;
	slots->unused = NULL;
}

static void add_piece(struct slots *slots)
{
	struct slots_piece *piece = xmalloc(sizeof(*piece) + BLOCKS_PER_PIECE * slots->size);

	piece->older = slots->all;
	slots->all = piece;
	for (size_t i = BLOCKS_PER_PIECE; i-- > 0;)
		slots_give_back(slots, piece->bytes + i * slots->size);
}

void *slots_take(struct slots *slots)
{
	void **block;

	if (slots->unused == NULL)
		add_piece(slots);
	block = slots->unused;
	slots->unused = *block;
	return block;
}

void slots_give_back(struct slots *slots, void *block)
{
	void **next = block;

	*next = slots->unused;
	slots->unused = next;
}
