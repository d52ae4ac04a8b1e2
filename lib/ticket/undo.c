/* Compares what was done with what is there. */
#include "ticket/undo.h"

const char *undo_result_name(enum undo_result result)
{
	static const char *const names[] = {"undone", "nothing", "left", "failed"};

	ENSURE((size_t)result < ARRAY_LEN(names));
	return names[result];
}

const char *undo_priority_name(enum undo_priority fate)
{
	static const char *const names[] = {"", "back", "changed", "none before"};

	ENSURE((size_t)fate < ARRAY_LEN(names));
	return names[fate];
}

static enum undo_priority judge_priority(const struct undo_update *update,
                                         const struct undo_ticket *now)
{
	if (update->set == PRIORITY_NONE || update->set == update->before)
		return UNDO_PRIORITY_NOT_OURS;
	if (now->priority != update->set || now->priority_theirs)
		return UNDO_PRIORITY_CHANGED;
	return update->before == PRIORITY_NONE ? UNDO_PRIORITY_WAS_NONE : UNDO_PRIORITY_BACK;
}

static void take_tags_off(const struct undo_update *update, const struct undo_ticket *now,
                          struct undo_plan *ret, struct arena *arena)
{
	ret->gone = tags_missing(&now->tags, &update->added, arena);
	ret->removed = tags_missing(&ret->gone, &update->added, arena);
	ret->tags = tags_missing(&ret->removed, &now->tags, arena);
}

void undo_plan_make(const struct undo_update *update, const struct undo_ticket *now,
                    struct undo_plan *ret, struct arena *arena)
{
	*ret = (struct undo_plan){.closed = now->closed, .note_stays = update->note};
	if (now->closed) {
		ret->tags = tags_copy(&now->tags, arena);
		return;
	}
	take_tags_off(update, now, ret, arena);
	ret->priority_fate = judge_priority(update, now);
	if (ret->priority_fate == UNDO_PRIORITY_BACK)
		ret->priority = update->before;
	ret->changes = ret->removed.count > 0 || ret->priority_fate == UNDO_PRIORITY_BACK;
}
