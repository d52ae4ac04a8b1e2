/* What agents have chosen, read from a ticket's audits, which come newest first. */
#include <stdlib.h>

#include "desk/zendesk/audit_parts.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/reply_parts.h"

/* What is known so far, while the audits are walked through from the newest to the oldest. */
struct choosing {
	const struct json *users;
	const struct choice_tags *tags;
	uint64_t ours;
	uint64_t settled; /* a bit for each of `tags` of which the newest change is known */
	uint64_t chosen;  /* of these, those that were put on */
	uint64_t audit;   /* of the entry that is being read */
	msec at;
	struct desk_choice *ret;
};

static bool changes_field(const struct json *event, const char *field)
{
	struct str type = json_str_at(event, "type");

	return str_eq(json_str_at(event, "field_name"), str_of(field)) &&
	       (str_eq(type, STR("Change")) || str_eq(type, STR("Create")));
}

static void note_entry(struct choosing *choosing)
{
	if (choosing->ret->audit != 0)
		return;
	choosing->ret->audit = choosing->audit;
	choosing->ret->at = choosing->at;
}

static void read_chosen_priority(struct choosing *choosing, const struct json *event)
{
	enum priority priority;

	if (choosing->ret->priority != PRIORITY_NONE ||
	    priority_parse(json_str_at(event, "value"), &priority) < 0 || priority == PRIORITY_NONE)
		return;
	choosing->ret->priority = priority;
	note_entry(choosing);
}

static void read_chosen_tags(struct choosing *choosing, const struct json *event)
{
	const struct json *value = json_at(event, "value"),
	                  *former = json_at(event, "previous_value");

	for (size_t i = 0; i < choosing->tags->count; i++) {
		struct str tag = choosing->tags->items[i].tag;
		uint64_t bit = UINT64_C(1) << i;
		bool now = zd_audit_has_tag(value, tag);

		if ((choosing->settled & bit) || now == zd_audit_has_tag(former, tag))
			continue;
		choosing->settled |= bit;
		if (!now)
			continue;
		choosing->chosen |= bit;
		note_entry(choosing);
	}
}

/* Within one entry the last event counts. */
static void read_entry(struct choosing *choosing, const struct json *audit)
{
	size_t count;
	const struct json **events = json_list(json_at(audit, "events"), &count);

	for (size_t i = count; i > 0; i--) {
		const struct json *event = events[i - 1];
		bool priority = changes_field(event, "priority");

		if ((!priority && !changes_field(event, "tags")) ||
		    zd_audit_hand(audit, event, choosing->users, choosing->ours) != DESK_HAND_AGENT)
			continue;
		if (priority)
			read_chosen_priority(choosing, event);
		else
			read_chosen_tags(choosing, event);
	}
	free(events);
}

/* An entry without a usable number or time proves nothing. */
static bool begin_entry(struct choosing *choosing, const struct json *audit, msec since)
{
	int64_t number;

	if (!json_int_at(audit, "id", &number) || number <= 0 ||
	    clock_parse_iso(json_str_at(audit, "created_at"), &choosing->at) < 0)
		return false;
	choosing->audit = (uint64_t)number;
	return choosing->at >= since;
}

static void keep_tags(const struct choosing *choosing, struct arena *arena)
{
	struct tags *tags = &choosing->ret->tags;

	tags->items = arena_zalloc(arena, (choosing->tags->count + 1) * sizeof(*tags->items));
	for (size_t i = 0; i < choosing->tags->count; i++)
		if (choosing->chosen & (UINT64_C(1) << i))
			tags->items[tags->count++] = arena_str(arena, choosing->tags->items[i].tag);
}

int zd_reply_choice(const struct http_reply *reply, const struct choice_tags *tags, msec since,
                    uint64_t ours, struct arena *arena, struct desk_choice *ret, struct err *err)
{
	struct json *tree = zd_reply_parse(reply, "list of audits", err);
	const struct json *audits = json_at(tree, "audits");
	struct choosing choosing = {
	        .users = json_at(tree, "users"), .tags = tags, .ours = ours, .ret = ret};

	_Static_assert(CHOICE_TAGS_MAX <= 64, "a bit for each");
	if (!tree)
		return -1;
	if (!json_is_array(audits)) {
		json_free(tree);
		return zd_reply_lacks("list of audits", "audits", err);
	}
	*ret = (struct desk_choice){.at = -1};
	for (struct json_each each = json_items(audits); json_next(&each);)
		if (begin_entry(&choosing, each.value, since))
			read_entry(&choosing, each.value);
	keep_tags(&choosing, arena);
	json_free(tree);
	return 0;
}
