/* Passes requests to Zendesk's endpoints. Reads of tickets are here; search, updates, comments,
 * credentials and limits have files of their own. */
#include "parts.h"

#include <string.h>

#define SHOW_MANY_MAX 100

/* "/api/v2/tickets/5.json?x" → "tickets/5" */
static struct str route_of(struct str target)
{
	struct str path = str_split(&target, '?');
	path = str_skip(path, strlen("/api/v2/"));
	if (str_ends(path, STR(".json")))
		path.len -= strlen(".json");
	return path;
}

/* Splits "tickets/5" or "tickets/5/comments" into the id and the rest. */
static bool ticket_route(struct str route, uint64_t *ret_id, struct str *ret_rest)
{
	if (!str_starts(route, STR("tickets/")))
		return false;
	*ret_rest = str_skip(route, strlen("tickets/"));
	struct str id = str_split(ret_rest, '/');
	return str_to_u64(id, ret_id) == 0;
}

static bool continues(struct str target, const char *parameter)
{
	struct buf cursor;
	bool found = query_parameter(target, parameter, &cursor);
	buf_free(&cursor);
	return found;
}

unsigned zendesk_place(const struct world_request *request)
{
	struct str route = route_of(request->target), rest;
	uint64_t id;
	if (str_starts(route, STR("search/export")) && continues(request->target, "page[after]"))
		return ON_SEARCH | ON_CURSOR;
	if (str_starts(route, STR("search")))
		return ON_SEARCH;
	if (str_starts(route, STR("incremental/")))
		return continues(request->target, "cursor") ? ON_STREAM | ON_CURSOR : ON_STREAM;
	if (str_eq(route, STR("tickets/show_many")))
		return ON_LOOK;
	if (str_eq(route, STR("tickets/update_many")))
		return ON_BULK;
	if (str_starts(route, STR("job_statuses")))
		return ON_JOBS;
	if (ticket_route(route, &id, &rest) && !rest.len)
		return request->method == HTTP_PUT ? ON_WRITE : ON_LOOK;
	return ON_OTHER;
}

/* Adds fields of a ticket that our program does not use. */
static void add_other_fields(const struct z_ticket *ticket, struct buf *out)
{
	buf_printf(
	        out,
	        ",\"type\":null,\"external_id\":null,\"recipient\":null,\"requester_id\":%llu,"
	        "\"submitter_id\":%llu,"
	        "\"assignee_id\":null,\"organization_id\":null,\"group_id\":null,\"collaborator_"
	        "ids\":[],"
	        "\"follower_ids\":[],\"has_incidents\":false,\"is_public\":true,\"due_at\":null,"
	        "\"custom_fields\":[],\"satisfaction_rating\":null,"
	        "\"via\":{\"channel\":\"email\",\"source\":{\"from\":{},\"to\":{},\"rel\":null}}",
	        (unsigned long long)ticket->requester, (unsigned long long)ticket->requester);
}

void zendesk_add_ticket(struct world *world, const struct z_ticket *ticket,
                        const struct z_state *state, enum ticket_form form, struct buf *out)
{
	char created[CLOCK_ISO_SIZE], updated[CLOCK_ISO_SIZE];
	clock_format_iso(ticket->created * MSEC_SECOND, created);
	clock_format_iso(state->updated * MSEC_SECOND, updated);
	buf_printf(out, "{%s\"id\":%llu,\"url\":\"" FOREIGN_ORIGIN "/api/v2/tickets/%llu.json\",",
	           form == TICKET_FOUND ? "\"result_type\":\"ticket\"," : "",
	           (unsigned long long)ticket->id, (unsigned long long)ticket->id);
	buf_add(out, ticket->text, ticket->text_len);
	buf_printf(out, ",\"status\":\"%s\",\"priority\":", z_status_names[state->status]);
	buf_printf(out, state->priority ? "\"%s\"" : "null%s", z_priority_names[state->priority]);
	buf_puts(out, ",\"tags\":[");
	for (size_t i = 0; i < state->tag_count; i++) {
		buf_puts(out, i ? ",\"" : "\"");
		/* never needs escaping */
		buf_puts(out, world->zendesk.store.words.items[state->tags[i].word]);
		buf_putc(out, '"');
	}
	buf_puts(out, "]");
	if (!world->options.brief)
		add_other_fields(ticket, out);
	if (form == TICKET_STREAMED)
		json_add_member_int(out, "generated_timestamp", ticket->generated);
	buf_printf(out, ",\"created_at\":\"%s\",\"updated_at\":\"%s\"}", created, updated);
}

void zendesk_mark_read(struct world *world, struct z_ticket *ticket, const struct z_state *told)
{
	/* otherwise it may never be seen */
	bool arrives = world->fault == FAULT_NONE || world->fault >= FAULT_CONFLICT;
	if (!ticket->first_read && arrives) {
		ticket->first_read = world->now.wall;
		ticket->priority_first = told->priority;
	}
	people_after_look(world, ticket->id);
}

static void show_one(struct world *world, struct z_ticket *ticket, struct world_answer *answer)
{
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"ticket\":");
	zendesk_add_ticket(world, ticket, &ticket->live, TICKET_PLAIN, &answer->body);
	buf_puts(&answer->body, "}");
	zendesk_mark_read(world, ticket, &ticket->live);
}

static void show_many(struct world *world, const struct world_request *request,
                      struct world_answer *answer)
{
	struct buf list;
	(void)query_parameter(request->target, "ids", &list);
	struct str rest = buf_str(&list);
	size_t asked = 0, given = 0;
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"tickets\":[");
	while (rest.len) {
		uint64_t id;
		struct str word = str_trim(str_split(&rest, ','));
		struct z_ticket *ticket =
		        str_to_u64(word, &id) == 0 ? z_store_find(&world->zendesk.store, id) : NULL;
		asked++;
		if (!ticket || ticket->live.status == Z_DELETED)
			continue;
		json_add_comma(&answer->body);
		zendesk_add_ticket(world, ticket, &ticket->live, TICKET_PLAIN, &answer->body);
		zendesk_mark_read(world, ticket, &ticket->live);
		given++;
	}
	buf_free(&list);
	buf_printf(&answer->body, "],\"count\":%zu,\"next_page\":null,\"previous_page\":null}",
	           given);
	if (asked <= SHOW_MANY_MAX)
		return;
	answer_json(answer, 400);
	buf_printf(&answer->body,
	           "{\"error\":\"TooManyValues\",\"description\":\"Parameter ids cannot specify "
	           "more than %d values\","
	           "\"max_count\":%d}",
	           SHOW_MANY_MAX, SHOW_MANY_MAX);
}

/* Answers users/me. It also begins a session: earlier reads belong to a program that has ended. */
static void answer_me(struct world *world, bool anonymous, struct world_answer *answer)
{
	answer_json(answer, 200);
	for (size_t i = 0; i < world->zendesk.store.count; i++)
		world->zendesk.store.items[i].first_read = 0;
	if (anonymous) {
		buf_puts(
		        &answer->body,
		        "{\"user\":{\"id\":null,\"url\":null,\"name\":\"Anonymous user\",\"email\":"
		        "\"invalid@example.com\",\"role\":\"end-user\",\"active\":false}}");
		return;
	}
	buf_printf(&answer->body,
	           "{\"user\":{\"id\":%llu,\"name\":\"Bot\",\"email\":\"bot@example.com\",\"role\":"
	           "\"%s\",\"active\":true,"
	           "\"verified\":true,\"time_zone\":\"UTC\",\"locale\":\"en-US\"}}",
	           BOT_ID, world->options.role ? world->options.role : "admin");
}

static void count_tickets(struct world *world, struct world_answer *answer)
{
	size_t count = 0;
	for (size_t i = 0; i < world->zendesk.store.count; i++)
		count += world->zendesk.store.items[i].live.status != Z_DELETED;
	char now[CLOCK_ISO_SIZE];
	clock_format_iso(world->now.wall, now);
	answer_json(answer, 200);
	buf_printf(&answer->body, "{\"count\":{\"value\":%zu,\"refreshed_at\":\"%s\"}}", count,
	           now);
}

static void by_ticket(struct world *world, const struct world_request *request, uint64_t id,
                      struct str rest, struct world_answer *answer)
{
	struct z_ticket *ticket = z_store_find(&world->zendesk.store, id);
	if (!ticket || ticket->live.status == Z_DELETED)
		answer_error(answer, 404, "RecordNotFound", "Not found");
	else if (!rest.len && request->method == HTTP_GET)
		show_one(world, ticket, answer);
	else if (!rest.len && request->method == HTTP_PUT)
		zendesk_update(world, ticket, request, answer);
	else if (str_eq(rest, STR("comments")) && request->method == HTTP_GET)
		zendesk_comments(world, ticket, request, answer);
	else if (str_eq(rest, STR("audits")) && request->method == HTTP_GET)
		zendesk_audits(world, ticket, answer);
	else
		answer_error(answer, 404, "InvalidEndpoint", "Not found");
}

static void reading(struct world *world, const struct world_request *request, struct str route,
                    bool anonymous, struct world_answer *answer)
{
	uint64_t id;
	struct str rest;
	if (str_eq(route, STR("users/me")))
		answer_me(world, anonymous, answer);
	else if (str_eq(route, STR("search")))
		zendesk_search(world, request, answer);
	else if (str_eq(route, STR("search/count")))
		zendesk_search_count(world, request, answer);
	else if (str_eq(route, STR("search/export")))
		zendesk_export(world, request, answer);
	else if (str_eq(route, STR("incremental/tickets/cursor")))
		zendesk_incremental(world, request, answer);
	else if (str_eq(route, STR("tickets/count")))
		count_tickets(world, answer);
	else if (str_eq(route, STR("tickets/show_many")))
		show_many(world, request, answer);
	else if (str_eq(route, STR("job_statuses/show_many")))
		zendesk_job_statuses(world, request, answer);
	else if (str_starts(route, STR("job_statuses/")))
		zendesk_job_status(world, str_skip(route, strlen("job_statuses/")), answer);
	else if (str_eq(route, STR("oauth/tokens/current")))
		zendesk_token_current(world, request, answer);
	else if (ticket_route(route, &id, &rest))
		by_ticket(world, request, id, rest, answer);
	else
		answer_error(answer, 404, "InvalidEndpoint", "Not found");
}

void zendesk_request(struct world *world, const struct world_request *request, unsigned place,
                     struct world_answer *answer)
{
	if (str_starts(request->target, STR("/oauth/tokens"))) {
		if (request->method == HTTP_POST)
			zendesk_token(world, request, answer);
		else
			answer_error(answer, 404, "InvalidEndpoint", "Not found");
		return;
	}
	struct str route = route_of(request->target), rest;
	bool anonymous = false;
	uint64_t id;
	if (!zendesk_let_in(world, request, request->method == HTTP_GET ? "read" : "write",
	                    str_eq(route, STR("users/me")), &anonymous, answer))
		return;
	struct z_ticket *ticket =
	        ticket_route(route, &id, &rest) ? z_store_find(&world->zendesk.store, id) : NULL;
	enum zendesk_cost cost = place == ON_WRITE                     ? COST_UPDATE
	                         : place == ON_BULK                    ? COST_BULK
	                         : place & ON_STREAM                   ? COST_INCREMENTAL
	                         : str_eq(route, STR("search/export")) ? COST_EXPORT
	                                                               : COST_READ;
	if (zendesk_take(world, cost, ticket, answer)) {
		if (request->method == HTTP_GET)
			reading(world, request, route, anonymous, answer);
		else if (place == ON_WRITE)
			by_ticket(world, request, id, rest, answer);
		else if (place == ON_BULK && request->method == HTTP_PUT)
			zendesk_update_many(world, request, answer);
		else
			answer_error(answer, 404, "InvalidEndpoint", "Not found");
	}
	zendesk_limit_headers(world, cost, ticket, answer);
}
