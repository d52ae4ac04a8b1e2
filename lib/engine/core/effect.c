/* The list of effects, and freeing what an effect owns: in core/, because all of core adds effects,
 * and core may not use the files above it. */
#include "engine/effect.h"

#include <stdlib.h>

void effects_init(struct effects *effects)
{
	list_init(&effects->items);
}

struct effect *effects_add(struct effects *effects, enum effect_kind kind)
{
	struct effect *effect = xcalloc(1, sizeof(*effect));

	effect->kind = kind;
	list_push_back(&effects->items, &effect->node);
	return effect;
}

struct effect *effects_take(struct effects *effects)
{
	struct effect *effect = list_first(&effects->items, struct effect, node);

	if (effect)
		list_remove(&effect->node);
	return effect;
}

void effect_free(struct effect *effect)
{
	if (!effect)
		return;
	list_remove(&effect->node);
	http_request_free(&effect->request);
	record_free(&effect->record);
	free(effect->text);
	arena_free(&effect->memory);
	free(effect);
}
