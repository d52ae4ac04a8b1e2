/* A change of one ticket, by PUT tickets/{id} or in a job: what is refused, what conflicts, what
 * changes, and what the audit records. */
#include "mind.h"
#include "parts.h"

#include <string.h>

#define COMMENT_BYTES_MAX (64 * 1024)
#define COMMENTS_MAX 5000

static const char *const known_keys[] = {"subject",
                                         "raw_subject",
                                         "comment",
                                         "priority",
                                         "status",
                                         "type",
                                         "tags",
                                         "requester_id",
                                         "assignee_id",
                                         "group_id",
                                         "organization_id",
                                         "custom_fields",
                                         "external_id",
                                         "due_at",
                                         "safe_update",
                                         "updated_stamp",
                                         "custom_status_id",
                                         "brand_id",
                                         "collaborator_ids",
                                         "metadata",
                                         "problem_id",
                                         "recipient",
                                         "ticket_form_id",
                                         "assignee_email"};

static bool key_known(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(known_keys); i++)
		if (strcmp(known_keys[i], key) == 0)
			return true;
	return false;
}

/* Unknown keys are ignored, and named in a header. */
static void warn_of_unknown_keys(const struct json *change, struct world_answer *answer)
{
	for (struct json_each each = json_members(change); json_next(&each);) {
		if (!key_known(each.key.data) && each.key.len < 60)
			answer_header(answer,
			              "X-Zendesk-API-Warn: Removed restricted keys [\"%s\"] from "
			              "parameters",
			              each.key.data);
	}
}

static void answer_invalid(const struct z_verdict *verdict, struct world_answer *answer)
{
	answer_json(answer, 422);
	buf_printf(&answer->body,
	           "{\"error\":\"RecordInvalid\",\"description\":\"Record validation "
	           "errors\",\"details\":{\"%s\":"
	           "[{\"description\":\"%s\"}]}}",
	           verdict->field, verdict->text);
}

static void answer_conflict(struct world_answer *answer)
{
	answer_error(answer, 409, "UpdateConflict",
	             "Safe Update prevented the update due to outdated ticket data. Please fetch "
	             "the latest ticket data and "
	             "try again.");
}

int zendesk_stamp(const struct json *change, msec *ret)
{
	*ret = MSEC_NEVER;
	if (!json_at(change, "safe_update"))
		return 0;
	return clock_parse_iso(json_str_at(change, "updated_stamp"), ret) < 0 ? -1 : 1;
}

void zendesk_count_unsafe(struct world *world, const struct json *change)
{
	world->audit.writes_unsafe +=
	        !json_at(change, "safe_update") || !json_at(change, "updated_stamp");
}

static bool priority_good(const struct json *change, enum z_priority *ret, bool *ret_given)
{
	const struct json *value = json_at(change, "priority");
	*ret_given = value != NULL;
	if (!value)
		return true;
	int priority = z_priority_parse(json_str_value(value));
	*ret = priority < 0 ? Z_NONE : (enum z_priority)priority;
	return priority > 0;
}

static struct z_verdict invalid(struct world *world, const char *field, const char *text)
{
	world->audit.writes_refused++;
	return (struct z_verdict){.outcome = WRITE_INVALID, .field = field, .text = text};
}

static struct z_verdict judge(struct world *world, const struct z_ticket *ticket,
                              const struct json *change, msec stamp)
{
	enum z_priority priority;
	bool given;
	if (ticket->live.status == Z_DELETED)
		return (struct z_verdict){.outcome = WRITE_GONE};
	if (ticket->live.status == Z_CLOSED || ticket->closing)
		return invalid(world, "status", "Status: closed prevents ticket update");
	if (ticket->refused || ticket->forbidden)
		return invalid(world, "base", "Reason for contact: needs a value");
	if (!priority_good(change, &priority, &given))
		return invalid(world, "priority", "Priority: is not valid");
	if (ticket->comment_count + 1 >= COMMENTS_MAX && json_at(change, "comment"))
		return invalid(world, "base", "Ticket: has too many comments");
	bool late = !world->options.ignore_stamps && stamp != MSEC_NEVER &&
	            ticket->live.updated * MSEC_SECOND > stamp;
	if (late || world->fault == FAULT_LOCK || world->fault == FAULT_CONFLICT_BULK) {
		world->audit.conflicts++;
		return (struct z_verdict){.outcome = WRITE_CONFLICT};
	}
	return (struct z_verdict){.outcome = WRITE_DONE};
}

/* Parses tags as Zendesk does: a list, or one string; lower case; split at blanks and commas. */
static void add_tag_words(struct world *world, struct str text, struct z_state *state,
                          const struct z_state *before)
{
	struct z_store *store = &world->zendesk.store;
	while (text.len) {
		size_t len = 0;
		char word[256];
		while (len < text.len && !ascii_is_space(text.data[len]) && text.data[len] != ',')
			len++;
		struct str part = utf8_cut(str_make(text.data, len), sizeof(word));
		for (size_t i = 0; i < part.len; i++)
			word[i] = strchr("\"\\", part.data[i]) || (unsigned char)part.data[i] < ' '
			                  ? '_'
			                  : ascii_lower(part.data[i]);
		if (part.len) {
			uint32_t id = words_intern(&store->words, str_make(word, part.len));
			bool by_us = true;
			for (size_t i = 0; i < before->tag_count; i++)
				if (before->tags[i].word == id)
					by_us = before->tags[i].by_us;
			z_state_add_tag(store, state, id, by_us);
		}
		text = str_skip(text, len + 1);
	}
}

static void apply_tags(struct world *world, struct z_ticket *ticket, const struct json *tags)
{
	struct z_state after = ticket->live;
	after.tags = NULL;
	after.tag_count = 0;
	if (json_is_string(tags))
		add_tag_words(world, json_str_value(tags), &after, &ticket->live);
	for (struct json_each each = json_items(tags); json_next(&each);)
		add_tag_words(world, json_str_value(each.value), &after, &ticket->live);
	for (size_t i = 0; i < ticket->live.tag_count; i++)
		if (!ticket->live.tags[i].by_us &&
		    ticket->live.tags[i].word != world->zendesk.again_word &&
		    !z_state_has(&after, ticket->live.tags[i].word))
			world->audit.tags_lost++;
	if (z_state_has(&ticket->live, world->zendesk.processed_word) &&
	    !z_state_has(&after, world->zendesk.processed_word)) {
		world->audit.tags_lost += !ticket->may_untag;
		ticket->people_untagged = true;
	}
	z_state_free(&ticket->live);
	ticket->live = after;
}

static void apply_priority(struct world *world, struct z_ticket *ticket, enum z_priority priority)
{
	enum z_priority before = ticket->live.priority;
	if (priority == before)
		return;
	bool ours = before == ticket->priority_set;
	bool changed_since_read = !ours && ticket->priority_by_people && ticket->first_read &&
	                          ticket->priority_by_people > ticket->first_read &&
	                          before != ticket->priority_first;
	if (before == Z_URGENT || changed_since_read)
		world->audit.priorities_overwritten++;
	if (priority < before)
		world->audit.priorities_lowered++;
	if (!ours)
		ticket->priority_before = before;
	ticket->priority_set = priority;
	ticket->live.priority = priority;
	audits_note_priority(world, ticket, Z_HAND_BOT);
}

/* Expands placeholders: {{ticket.id}} becomes the id, others vanish. Text from tickets must never
 * get that far. */
static void expand_placeholders(struct world *world, const struct z_ticket *ticket, struct str text,
                                struct buf *out)
{
	while (text.len) {
		ptrdiff_t open = str_find(text, STR("{{"));
		ptrdiff_t close = open < 0 ? -1 : str_find(str_skip(text, (size_t)open), STR("}}"));
		if (close < 0) {
			buf_add_str(out, text);
			return;
		}
		buf_add(out, text.data, (size_t)open);
		struct str name = str_trim(str_make(text.data + open + 2, (size_t)close - 2));
		if (str_eq(name, STR("ticket.id")))
			buf_add_u64(out, ticket->id);
		world->audit.placeholders++;
		text = str_skip(text, (size_t)(open + close) + 2);
	}
}

static void apply_comment(struct world *world, struct z_ticket *ticket, const struct json *comment)
{
	bool is_public = true;
	struct str body = json_str_at(comment, "body");
	if (!body.data)
		body = json_str_at(comment, "html_body");
	if (!str_trim(body).len)
		return;
	(void)json_bool_at(comment, "public", &is_public);
	struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	expand_placeholders(world, ticket, utf8_cut(body, COMMENT_BYTES_MAX), &text);
	neighbours_check_note(world, ticket->id, buf_str(&text));
	world->audit.drafts += str_find(buf_str(&text), STR(MIND_DRAFT)) >= 0;
	struct z_comment *added =
	        z_ticket_add_comment(&world->zendesk.store, ticket, buf_str(&text));
	buf_free(&text);
	added->author = BOT_ID;
	added->is_public = is_public;
	added->created = stamp_second(world);
	ticket->notes_by_us++;
	world->audit.notes++;
	world->audit.second_notes += ticket->notes_by_us > 1 + ticket->notes_ordered;
	world->audit.ordered_notes +=
	        ticket->notes_by_us > 1 && ticket->notes_by_us <= 1 + ticket->notes_ordered;
	world->audit.public_notes += is_public;
	if (ticket->notes_by_us > world->audit.notes_max_per_ticket)
		world->audit.notes_max_per_ticket = ticket->notes_by_us;
}

static void apply(struct world *world, struct z_ticket *ticket, const struct json *change)
{
	enum z_priority priority;
	bool given;
	world->audit.writes++;
	world->audit.foreign_touched += !ticket->findable_at_start;
	if (priority_good(change, &priority, &given) && given)
		apply_priority(world, ticket, priority);
	if (json_at(change, "tags"))
		apply_tags(world, ticket, json_at(change, "tags"));
	if (json_at(change, "comment"))
		apply_comment(world, ticket, json_at(change, "comment"));
	struct str status = json_str_at(change, "status");
	if (status.len || json_at(change, "assignee_id") || json_at(change, "custom_status_id"))
		world->audit.statuses_changed++;
	if (status.len && z_status_parse(status) >= 0)
		ticket->live.status = (enum z_status)z_status_parse(status);
	ticket_changed(world, ticket);
}

static void add_audit(struct world *world, const struct z_ticket *ticket, struct buf *out)
{
	char now[CLOCK_ISO_SIZE];
	clock_format_iso(world->now.wall, now);
	buf_printf(out,
	           ",\"audit\":{\"id\":%llu,\"ticket_id\":%llu,\"created_at\":\"%s\",\"author_id\":"
	           "%llu,\"metadata\":{"
	           "\"system\":{\"client\":\"api\"},\"custom\":{}},\"via\":{\"channel\":\"api\","
	           "\"source\":{\"from\":{},"
	           "\"to\":{},\"rel\":null}},\"events\":[]}",
	           (unsigned long long)world->zendesk.store.next_id++,
	           (unsigned long long)ticket->id, now, BOT_ID);
}

struct z_verdict zendesk_write(struct world *world, struct z_ticket *ticket,
                               const struct json *change, msec stamp)
{
	struct z_verdict verdict = judge(world, ticket, change, stamp);
	struct z_state before = {0};
	if (verdict.outcome != WRITE_DONE)
		return verdict;
	if (world->fault == FAULT_RETAG)
		z_state_copy(&before, &ticket->live);
	apply(world, ticket, change);
	people_after_write(world, ticket, &before);
	z_state_free(&before);
	return verdict;
}

static void answer_updated(struct world *world, const struct z_ticket *ticket,
                           const struct json *change, struct world_answer *answer)
{
	answer_json(answer, 200);
	warn_of_unknown_keys(change, answer);
	buf_puts(&answer->body, "{\"ticket\":");
	zendesk_add_ticket(world, ticket, &ticket->live, TICKET_PLAIN, &answer->body);
	if (!world->options.brief)
		add_audit(world, ticket, &answer->body);
	buf_puts(&answer->body, "}");
}

static void update(struct world *world, struct z_ticket *ticket, const struct json *change,
                   struct world_answer *answer)
{
	msec stamp;
	zendesk_count_unsafe(world, change);
	if (zendesk_stamp(change, &stamp) < 0) {
		answer_error(answer, 400, "InvalidValue",
		             "updated_stamp is required with safe_update");
		return;
	}
	zendesk_count_overlap(world, ticket, stamp);
	if (ticket->forbidden) {
		answer_json(answer, 403);
		buf_puts(&answer->body,
		         "{\"error\":{\"title\":\"Forbidden\",\"message\":\"You do not "
		         "have access to this page.\"}}");
		return;
	}
	struct z_verdict verdict = zendesk_write(world, ticket, change, stamp);
	switch (verdict.outcome) {
	case WRITE_DONE: answer_updated(world, ticket, change, answer); break;
	case WRITE_CONFLICT: answer_conflict(answer); break;
	case WRITE_INVALID: answer_invalid(&verdict, answer); break;
	case WRITE_GONE: answer_error(answer, 404, "RecordNotFound", "Not found"); break;
	}
}

void zendesk_update(struct world *world, struct z_ticket *ticket,
                    const struct world_request *request, struct world_answer *answer)
{
	struct json *body = json_parse(request->body, NULL);
	const struct json *change = json_at(body, "ticket");
	if (json_is_object(change))
		update(world, ticket, change, answer);
	else
		answer_error(answer, 400, "InvalidRequest", "The request body is no ticket");
	json_free(body);
}
