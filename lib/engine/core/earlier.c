/* Follows the records of a ticket in their order, from one completed write to the next. */
#include "engine/core/earlier.h"

#include <string.h>

#include "base/json.h"

static bool list_has(const struct json *list, struct str tag)
{
	for (struct json_each each = json_items(list); json_next(&each);)
		if (str_ieq(json_str_value(each.value), tag))
			return true;
	return false;
}

/* Those of `tags` that are not in the list. */
static struct tags without_list(const struct tags *tags, const struct json *list,
                                struct arena *arena)
{
	struct tags left = {.items = arena_alloc(arena, tags->count * sizeof(*left.items) + 1)};

	for (size_t i = 0; i < tags->count; i++)
		if (!list_has(list, tags->items[i]))
			left.items[left.count++] = tags->items[i];
	return left;
}

/* The tags that this write added: those that were there after it and not before. */
static struct tags added_by(const struct json *payload, struct arena *arena)
{
	const struct json *before = json_at(payload, "tags_before"),
	                  *after = json_at(payload, "tags_after");
	struct tags added = {
	        .items = arena_alloc(arena, json_item_count(after) * sizeof(*added.items) + 1)};

	for (struct json_each each = json_items(after); json_next(&each);) {
		struct str tag = json_str_value(each.value);

		if (tag.len > 0 && !list_has(before, tag))
			added.items[added.count++] = arena_str(arena, tag);
	}
	return added;
}

/* `first`: at the first read of this analysis, or what the write before it left. */
static void follow_priority(struct earlier *earlier, enum priority first, enum priority before,
                            enum priority after)
{
	bool still_ours = earlier->priority_ours && before == earlier->priority_left;

	if (before != after && !still_ours)
		earlier->priority_base = before;
	earlier->priority_ours = before != after || still_ours;
	earlier->priority_left = after;
	earlier->priority_by_person |= first != before;
}

static void follow(struct earlier *earlier, const enum priority *first, const struct tags *added,
                   const struct json *removed, enum priority before, enum priority after,
                   struct arena *arena)
{
	struct tags kept = without_list(&earlier->labels, removed, arena);

	earlier->labels = tags_merge(&kept, added, arena);
	follow_priority(earlier, first ? *first : before, before, after);
	earlier->written = true;
}

static void follow_write(struct earlier *earlier, const enum priority *first,
                         const struct json *payload, struct arena *arena)
{
	enum priority before, after;

	if (!str_eq(json_str_at(payload, "state"), STR("done")) ||
	    !json_at(payload, "tags_after") ||
	    priority_parse(json_str_at(payload, "priority_before"), &before) < 0 ||
	    priority_parse(json_str_at(payload, "priority_after"), &after) < 0)
		return;
	struct tags added = added_by(payload, arena);
	follow(earlier, first, &added, json_at(payload, "tags_removed"), before, after, arena);
}

/* What was about to be written when the record of its end was lost, to a full disk for example. */
static void follow_intent(struct earlier *earlier, const enum priority *first,
                          const struct json *payload, struct arena *arena)
{
	const struct json *list = json_at(payload, "tags_added");
	struct tags added = {
	        .items = arena_alloc(arena, json_item_count(list) * sizeof(*added.items) + 1)};
	struct str set = json_str_at(payload, "priority_set");
	enum priority before, after;

	if (priority_parse(json_str_at(payload, "priority_before"), &before) < 0)
		return;
	if (set.len == 0)
		after = before;
	else if (priority_parse(set, &after) < 0)
		return;
	for (struct json_each each = json_items(list); json_next(&each);)
		added.items[added.count++] = arena_str(arena, json_str_value(each.value));
	follow(earlier, first, &added, json_at(payload, "tags_removed"), before, after, arena);
}

/* Nothing of what was taken back, or what a person had taken off before, is ours any more. */
static void follow_undo(struct earlier *earlier, const struct json *payload, struct arena *arena)
{
	enum priority after;

	earlier->labels = without_list(&earlier->labels, json_at(payload, "tags_gone"), arena);
	if (str_eq(json_str_at(payload, "priority"), STR("changed")))
		earlier->priority_ours = false;
	if (!str_eq(json_str_at(payload, "result"), STR("undone")))
		return;
	earlier->labels = without_list(&earlier->labels, json_at(payload, "tags_removed"), arena);
	if (priority_parse(json_str_at(payload, "priority_after"), &after) == 0)
		earlier->priority_left = after;
	earlier->priority_ours = false;
}

/* How far the records of a ticket are followed. */
struct walk {
	struct earlier *earlier;
	struct arena *arena;
	const struct json *intent; /* the newest of this analysis, or NULL if its end is recorded */
	const struct json *noted;  /* the newest that carries the note, until more is known of it */
	enum priority first;       /* at the first read, or as the write of the note left it */
	bool first_known, undoing;
};

static void follow_sent(struct walk *walk, const struct json *payload)
{
	follow_intent(walk->earlier, walk->first_known ? &walk->first : NULL, payload, walk->arena);
}

/* Another intent of the same analysis replaces one that did not arrive. But one without the note,
 * after one with it, is made only where the note was found: that write has arrived, and somebody
 * took a tag off. */
static void follow_next_intent(struct walk *walk, const struct json *payload)
{
	bool note = true;

	if (walk->undoing)
		return;
	walk->intent = payload;
	if (json_bool_at(payload, "note", &note) && note)
		walk->noted = payload;
	if (note || walk->noted == NULL)
		return;
	follow_sent(walk, walk->noted);
	walk->noted = NULL;
	walk->first = walk->earlier->priority_left;
}

static void follow_decision(struct walk *walk, const struct json *payload)
{
	int64_t decided;

	walk->first_known =
	        priority_parse(json_str_at(payload, "priority_first"), &walk->first) == 0;
	if (json_int_at(payload, "decided", &decided) && decided > walk->earlier->decided)
		walk->earlier->decided = decided;
}

/* The intent has no record of its end, and was carried out all the same. */
static void end_intent(struct walk *walk)
{
	if (walk->intent)
		follow_sent(walk, walk->intent);
	walk->intent = walk->noted = NULL;
}

/* What an undo leaves alone because it is in progress goes on: its intent has not ended. */
static bool goes_on(const struct json *undo)
{
	return str_eq(json_str_at(undo, "result"), STR("left")) &&
	       json_item_count(json_at(undo, "tags_gone")) == 0;
}

static void follow_undo_event(struct walk *walk, const struct json *payload)
{
	walk->undoing = json_at(payload, "result") == NULL; /* otherwise it is over */
	if (walk->undoing || goes_on(payload))
		return;
	end_intent(walk);
	follow_undo(walk->earlier, payload, walk->arena);
}

static void follow_outcome(struct walk *walk, const struct json *payload)
{
	bool done = str_eq(json_str_at(payload, "state"), STR("done"));

	follow_write(walk->earlier, walk->first_known ? &walk->first : NULL, payload, walk->arena);
	walk->intent = NULL;
	walk->noted = done ? NULL : walk->noted;
	walk->undoing = false;
}

/* A ticket is analysed again only when it is done: an intent without an end was carried out. That
 * of an undo says nothing: its own records do. */
static void follow_event(struct walk *walk, struct str kind, const struct json *payload)
{
	if (str_eq(kind, STR("intent")))
		follow_next_intent(walk, payload);
	else if (str_eq(kind, STR("outcome")))
		follow_outcome(walk, payload);
	else if (str_eq(kind, STR("undo")))
		follow_undo_event(walk, payload);
	else if (str_eq(kind, STR("decision"))) {
		end_intent(walk);
		walk->undoing = false;
		follow_decision(walk, payload);
	}
}

static void read_events(const struct json *events, struct arena *arena, struct earlier *ret)
{
	struct walk walk = {.earlier = ret, .arena = arena};

	for (struct json_each each = json_items(events); json_next(&each);) {
		const struct json *event = each.value;

		follow_event(&walk, json_str_at(event, "kind"), json_at(event, "payload"));
	}
	if (walk.intent)
		follow_sent(&walk, walk.intent);
}

void earlier_read(const char *history, struct arena *arena, struct earlier *ret)
{
	struct json *tree = history ? json_parse(str_of(history), NULL) : NULL;

	memset(ret, 0, sizeof(*ret));
	read_events(json_at(tree, "events"), arena, ret);
	json_free(tree);
}

void earlier_copy(struct earlier *to, const struct earlier *from, struct arena *arena)
{
	*to = *from;
	to->labels = tags_copy(&from->labels, arena);
}

enum priority earlier_priority(const struct earlier *earlier, enum priority_mode mode,
                               enum priority first, enum priority now, enum urgency urgency)
{
	if (now != first || earlier->priority_by_person || mode == PRIORITY_NEVER)
		return PRIORITY_NONE;
	if (!earlier->priority_ours)
		return priority_decide(mode, now, now, urgency);
	enum priority want =
	        priority_decide(mode, earlier->priority_base, earlier->priority_base, urgency);
	if (want == PRIORITY_NONE)
		want = earlier->priority_base; /* as it would be without us */
	return want == now ? PRIORITY_NONE : want;
}
