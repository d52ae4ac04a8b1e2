/* Reads one ticket. Everything is checked before anything is copied, so that a dropped item costs
 * no memory. */
#include "desk/zendesk/ticket_json.h"

#define STAMP_BYTES_MAX 40

static bool read_status(const struct json *item, enum desk_status *ret)
{
	struct str word = json_str_at(item, "status");
	int status = DESK_NEW;
	while (status < DESK_STATUS_UNKNOWN &&
	       !str_eq(word, str_of(desk_status_name((enum desk_status)status))))
		status++;
	*ret = (enum desk_status)status;
	return word.data != NULL;
}

static bool read_priority(const struct json *item, enum priority *ret)
{
	const struct json *value = json_at(item, "priority");
	*ret = PRIORITY_NONE;
	if (!value || json_is_null(value))
		return true;
	if (priority_parse(json_str_value(value), ret) < 0)
		*ret = PRIORITY_URGENT;
	return json_is_string(value);
}

static bool are_strings(const struct json *list)
{
	for (struct json_each each = json_items(list); json_next(&each);)
		if (!json_is_string(each.value))
			return false;
	return json_is_array(list);
}

static struct tags copy_tags(const struct json *list, struct arena *arena)
{
	struct tags tags = {0};
	if (json_item_count(list) > 0)
		tags.items = arena_alloc(arena, json_item_count(list) * sizeof(*tags.items));
	for (struct json_each each = json_items(list); json_next(&each);) {
		struct str tag = json_str_value(each.value);
		if (tag.len > 0)
			tags.items[tags.count++] = arena_str(arena, tag);
	}
	return tags;
}

const char *zd_ticket_read(const struct json *item, struct arena *arena, struct desk_ticket *ret)
{
	struct desk_ticket ticket = {0};
	int64_t id;
	const struct json *tags = json_at(item, "tags");
	struct str stamp = json_str_at(item, "updated_at");

	if (!json_int_at(item, "id", &id) || id <= 0)
		return "id";
	if (!read_status(item, &ticket.status))
		return "status";
	if (!read_priority(item, &ticket.priority))
		return "priority";
	if (!json_is_null(tags) && !are_strings(tags))
		return "tags";
	if (stamp.len > STAMP_BYTES_MAX || clock_parse_iso(stamp, &ticket.updated_wall) < 0)
		return "updated_at";
	if (clock_parse_iso(json_str_at(item, "created_at"), &ticket.created_wall) < 0)
		ticket.created_wall = ticket.updated_wall;

	ticket.id = (uint64_t)id;
	ticket.subject = arena_str(arena, json_str_at(item, "subject"));
	ticket.description = arena_str(arena, json_str_at(item, "description"));
	ticket.tags = copy_tags(tags, arena);
	ticket.stamp = arena_str(arena, stamp);
	*ret = ticket;
	return NULL;
}
