/* Any bytes in each reading of the decoder: what a view shows comes from places of the original, in
 * their order and within it; a view is never longer than what it was made of; walls stay walls. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "privacy/decode.h"

static void check_view(const struct view *view, const struct mask *mask)
{
	uint32_t last = 0;
	ENSURE(view->origins.len == view->text.len * sizeof(struct origin));
	for (size_t at = 0; at < view->text.len; at++) {
		const struct origin *origin = view_origin(view, at);
		bool wall = is_wall(view->text.data[at]);
		ENSURE(origin->start <= origin->end && origin->end <= mask->len);
		ENSURE(origin->start >= last || origin->depth > 0);
		ENSURE(!wall || origin->depth == 0);
		last = origin->start;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct view view;
	if (!view.text.max)
		view_init(&view);
	char *text = xmemdup0((const char *)data, size);
	for (size_t i = 0; i < size; i++)
		if (is_wall(text[i]))
			text[i] = WALL_KEPT;
	struct mask mask = {.text = text, .len = size};
	for (unsigned reading = 0; reading < READINGS; reading++)
		if (view_make(&view, &mask, (enum reading)reading))
			check_view(&view, &mask);
	free(text);
	return 0;
}
