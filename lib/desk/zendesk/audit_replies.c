/* Who put a tag on a ticket, or took it off: read from the ticket's audits, which come newest first
 * (https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_audits/). */
#include "desk/zendesk/audit_parts.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/reply_parts.h"

/* Tags come as a list, or as one string with blanks. */
bool zd_audit_has_tag(const struct json *value, struct str tag)
{
	struct str words = json_str_value(value);

	while (words.len > 0)
		if (str_ieq(str_split(&words, ' '), tag))
			return true;
	for (struct json_each each = json_items(value); json_next(&each);)
		if (str_ieq(json_str_value(each.value), tag))
			return true;
	return false;
}

/* The event put the tag on, or took it off. */
static bool is_change(const struct json *event, struct str tag, bool added)
{
	struct str type = json_str_at(event, "type");

	if (!str_eq(json_str_at(event, "field_name"), STR("tags")))
		return false;
	bool now = zd_audit_has_tag(json_at(event, "value"), tag);
	bool before = zd_audit_has_tag(json_at(event, "previous_value"), tag);
	if (str_eq(type, STR("Create")))
		return added && now;
	return str_eq(type, STR("Change")) && now == added && before != added;
}

static bool by_rule(const struct json *owner)
{
	return str_eq(json_str_at(json_at(owner, "via"), "channel"), STR("rule"));
}

const struct json *zd_audit_user(const struct json *users, uint64_t id)
{
	for (struct json_each each = json_items(users); json_next(&each);) {
		const struct json *user = each.value;
		int64_t number;

		if (json_int_at(user, "id", &number) && number > 0 && (uint64_t)number == id)
			return user;
	}
	return NULL;
}

uint64_t zd_audit_author(const struct json *audit)
{
	int64_t number;

	return json_int_at(audit, "author_id", &number) && number > 0 ? (uint64_t)number : 0;
}

enum desk_hand zd_audit_hand(const struct json *audit, const struct json *event,
                             const struct json *users, uint64_t ours)
{
	uint64_t author = zd_audit_author(audit);
	struct str role = json_str_at(zd_audit_user(users, author), "role");

	if (by_rule(event) || by_rule(audit))
		return DESK_HAND_RULE;
	if (author != 0 && author == ours)
		return DESK_HAND_OURS;
	return str_eq(role, STR("agent")) || str_eq(role, STR("admin")) ? DESK_HAND_AGENT
	                                                                : DESK_HAND_USER;
}

static void read_tagging(const struct json *audit, const struct json *event,
                         const struct json *users, uint64_t ours, struct arena *arena,
                         struct desk_tagging *ret)
{
	int64_t number;

	ret->author = zd_audit_author(audit);
	if (json_int_at(audit, "id", &number) && number > 0)
		ret->audit = (uint64_t)number;
	ret->hand = zd_audit_hand(audit, event, users, ours);
	ret->name = arena_str(arena, json_str_at(zd_audit_user(users, ret->author), "name"));
	if (clock_parse_iso(json_str_at(audit, "created_at"), &ret->at) < 0)
		ret->at = -1;
}

/* The newest audit with such a change; within one audit the last event counts. */
static void find_tagging(const struct json *tree, struct str tag, bool added, uint64_t ours,
                         struct arena *arena, struct desk_tagging *ret)
{
	const struct json *audits = json_at(tree, "audits");

	for (struct json_each each = json_items(audits); json_next(&each);) {
		const struct json *audit = each.value, *change = NULL;

		for (struct json_each event = json_items(json_at(audit, "events"));
		     json_next(&event);)
			if (is_change(event.value, tag, added))
				change = event.value;
		if (!change)
			continue;
		read_tagging(audit, change, json_at(tree, "users"), ours, arena, ret);
		return;
	}
}

int zd_reply_tagging(const struct http_reply *reply, struct str tag, bool added, uint64_t ours,
                     struct arena *arena, struct desk_tagging *ret, struct err *err)
{
	struct json *tree = zd_reply_parse(reply, "list of audits", err);

	if (!tree)
		return -1;
	bool whole = json_is_array(json_at(tree, "audits"));
	*ret = (struct desk_tagging){.at = -1};
	if (whole)
		find_tagging(tree, tag, added, ours, arena, ret);
	json_free(tree);
	return whole ? 0 : zd_reply_lacks("list of audits", "audits", err);
}
