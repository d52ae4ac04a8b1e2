/* The invariants: see invariants.h. */
#include "invariants.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"

static void violated(struct invariants *invariants, const char *format, ...) PRINTF_LIKE(2, 3);
static void violated(struct invariants *invariants, const char *format, ...)
{
	va_list args;
	if (invariants->violation[0])
		return;
	va_start(args, format);
	vsnprintf(invariants->violation, sizeof(((struct sim_result *)NULL)->violation), format, args);
	va_end(args);
}

enum sim_endpoint sim_endpoint_of(const struct http_request *request)
{
	struct str url = str_of(request->url);
	if (str_find(url, STR("/v1/")) >= 0 || str_find(url, STR("/api/chat")) >= 0 ||
	    str_find(url, STR("/api/tags")) >= 0)
		return SIM_MODEL;
	if (request->method == HTTP_PUT)
		return SIM_UPDATE;
	if (str_find(url, STR("/search/export")) >= 0)
		return SIM_EXPORT;
	return str_find(url, STR("/search")) >= 0 ? SIM_SEARCH : SIM_READ;
}

void invariants_init(struct invariants *invariants, const struct sim_options *options, struct world *world, int rate,
                     char *violation)
{
	memset(invariants, 0, sizeof(*invariants));
	invariants->options = options;
	invariants->world = world;
	invariants->violation = violation;
	invariants->ticket_count = options->world.tickets + options->world.others;
	invariants->tickets = xcalloc(invariants->ticket_count + 1, sizeof(*invariants->tickets));
	invariants->rate = rate;
	invariants->sent_size = rate ? (size_t)(rate + (rate / 10 > 1 ? rate / 10 : 1)) : 0;
	invariants->sent = xcalloc(invariants->sent_size + 1, sizeof(msec));
	for (size_t i = 0; i < invariants->sent_size; i++)
		invariants->sent[i] = -MSEC_HOUR;
	map_init(&invariants->ended);
}

void invariants_free(struct invariants *invariants)
{
	free(invariants->tickets);
	free(invariants->sent);
	map_free(&invariants->ended);
}

void invariants_new_life(struct invariants *invariants)
{
	invariants->last_number = 0;
	map_free(&invariants->ended);
	map_init(&invariants->ended);
	memset(invariants->paused_until, 0, sizeof(invariants->paused_until));
	for (size_t i = 0; i < invariants->sent_size; i++)
		invariants->sent[i] = -MSEC_HOUR; /* a new process cannot know what the old one sent */
	for (uint64_t id = 0; id <= invariants->ticket_count; id++) {
		invariants->tickets[id].outcomes = 0;
		invariants->tickets[id].succeeded = invariants->tickets[id].untouched_end = false;
	}
}

/* No more in any minute than was configured, plus one burst. */
static void check_rate(struct invariants *invariants, msec now)
{
	if (!invariants->rate)
		return;
	msec *oldest = &invariants->sent[invariants->sent_next];
	if (now - *oldest < MSEC_MINUTE)
		violated(invariants, "more than %zu requests to Zendesk within a minute", invariants->sent_size);
	*oldest = now;
	invariants->sent_next = (invariants->sent_next + 1) % invariants->sent_size;
}

void check_request(struct invariants *invariants, const struct effect *effect, msec now)
{
	enum sim_endpoint endpoint = sim_endpoint_of(&effect->request);
	if (effect->number <= invariants->last_number)
		violated(invariants, "request number %llu was used before", (unsigned long long)effect->number);
	invariants->last_number = effect->number;
	if (!str_starts(str_of(effect->request.url), STR("http://127.0.0.1:1/")))
		violated(invariants, "a request to a host that was not configured");
	if (effect->request.timeout <= 0 || effect->request.reply_max == 0)
		violated(invariants, "a request without time-out or bound");
	if (now < invariants->paused_until[endpoint])
		violated(invariants, "a request to %s %lld ms before the end of a Retry-After", effect->request.url,
		         (long long)(invariants->paused_until[endpoint] - now));
	if (endpoint != SIM_MODEL)
		check_rate(invariants, now);
}

static uint64_t ticket_of(const struct http_request *request)
{
	struct str url = str_of(request->url);
	ptrdiff_t at = str_find(url, STR("/tickets/"));
	uint64_t id = 0;
	if (at < 0)
		return 0;
	url = str_skip(url, (size_t)at + strlen("/tickets/"));
	struct str digits = str_split(&url, '.');
	return str_to_u64(digits, &id) == 0 ? id : 0;
}

/* Durable first: the decision, and an intent with the very stamp that is sent. Never status or assignee; the note is
 * private; a priority only where no person has changed it since the first read. */
static void check_update(struct invariants *invariants, uint64_t id, const json_t *change)
{
	const struct sim_decision *ticket = &invariants->tickets[id];
	struct str stamp = json_str_at(change, "updated_stamp");
	bool safe = false, is_public = true;
	struct world_ticket now;
	if (!json_bool_at(change, "safe_update", &safe) || !safe || !stamp.len)
		violated(invariants, "ticket %llu is written without a stamp", (unsigned long long)id);
	if (!ticket->decided || !str_eq(stamp, str_of(ticket->stamp)))
		violated(invariants, "ticket %llu is written before its decision and intent are durable",
		         (unsigned long long)id);
	if (json_at(change, "status") || json_at(change, "assignee_id"))
		violated(invariants, "status or assignee of ticket %llu is sent", (unsigned long long)id);
	(void)json_bool_at(json_at(change, "comment"), "public", &is_public);
	if (is_public)
		violated(invariants, "the note of ticket %llu is public", (unsigned long long)id);
	msec stamped;
	world_look(invariants->world, id, &now);
	bool goes_through = clock_parse_iso(stamp, &stamped) == 0 && now.updated * MSEC_SECOND <= stamped;
	if (goes_through && json_at(change, "priority") && strcmp(now.priority, "urgent") == 0)
		violated(invariants, "ticket %llu is urgent, and we lower it", (unsigned long long)id);
	if (goes_through && json_at(change, "priority") && strcmp(now.priority, ticket->priority_first) != 0)
		violated(invariants,
		         "ticket %llu: priority was '%s' at the first read, a person made it '%s', we overwrite it",
		         (unsigned long long)id, ticket->priority_first, now.priority);
}

void check_arrival(struct invariants *invariants, const struct http_request *request)
{
	uint64_t id = ticket_of(request);
	if (request->method != HTTP_PUT || invariants->violation[0])
		return;
	if (invariants->options->dry_run)
		violated(invariants, "a dry run writes");
	if (id == 0 || id > invariants->ticket_count) {
		violated(invariants, "an update of no ticket");
		return;
	}
	json_t *body = json_parse(str_make(request->body, request->body_len), NULL);
	if (!body)
		violated(invariants, "an update that is no JSON");
	else
		check_update(invariants, id, json_at(body, "ticket"));
	json_free(body);
}

void check_answer(struct invariants *invariants, enum sim_endpoint endpoint, const struct http_reply *reply, msec now)
{
	msec wait = http_reply_retry_after(reply, 0);
	if (reply->result != HTTP_DONE || reply->status != 429 || wait < 0 || endpoint == SIM_MODEL)
		return;
	invariants->paused_until[endpoint] = now + wait;
	if (str_eq(http_reply_header(reply, "x-rate-limit-remaining"), STR("0")))
		for (int i = 0; i < SIM_MODEL; i++)
			invariants->paused_until[i] = now + wait;
}

void check_ended(struct invariants *invariants, uint64_t number)
{
	if (map_get(&invariants->ended, number, NULL))
		violated(invariants, "transfer %llu ended twice", (unsigned long long)number);
	map_put(&invariants->ended, number, 1);
}

void note_durable(struct invariants *invariants, const struct record *record)
{
	if (record->kind == RECORD_OUTCOME)
		return; /* nothing rests on it here */
	ENSURE(record->ticket_id <= invariants->ticket_count);
	struct sim_decision *ticket = &invariants->tickets[record->ticket_id];
	json_t *payload = json_parse(str_of(record->payload), NULL);
	if (!payload)
		violated(invariants, "a record that is no JSON");
	if (record->kind == RECORD_DECISION) {
		ticket->decided = true;
		ticket->stamp[0] = '\0';
		snprintf(ticket->priority_first, sizeof(ticket->priority_first), STR_FMT,
		         STR_ARG(json_str_at(payload, "priority_first")));
	} else if (record->kind == RECORD_INTENT) {
		snprintf(ticket->stamp, sizeof(ticket->stamp), STR_FMT, STR_ARG(json_str_at(payload, "stamp")));
	}
	json_free(payload);
}

void check_outcome(struct invariants *invariants, const struct effect *effect)
{
	const struct outcome *outcome = &effect->outcome;
	uint64_t id = outcome->ticket_id;
	struct world_ticket now;
	if (id > invariants->ticket_count)
		return; /* asked for by number, never existed */
	struct sim_decision *ticket = &invariants->tickets[id];
	if (++ticket->outcomes > 1)
		violated(invariants, "ticket %llu came to an end twice", (unsigned long long)id);
	ticket->untouched_end = outcome->status != OUTCOME_SUCCESS;
	ticket->succeeded = outcome->status == OUTCOME_SUCCESS;
	world_look(invariants->world, id, &now);
	if (ticket->succeeded && now.exists && !now.processed && !now.people_untagged)
		violated(invariants, "ticket %llu is called done and has no tag", (unsigned long long)id);
	if (ticket->succeeded && now.notes != 1)
		violated(invariants, "ticket %llu is called done and has %u notes", (unsigned long long)id, now.notes);
}

void check_step(struct invariants *invariants)
{
	const struct world_audit *audit = world_counts(invariants->world);
	const struct {
		uint64_t count;
		const char *what;
	} never[] = {{audit->second_notes, "a second note was written"},
	             {audit->tags_lost, "a tag of a person was lost"},
	             {audit->statuses_changed, "a status was changed"},
	             {audit->public_notes, "a note is public"},
	             {audit->placeholders, "a placeholder was expanded in a note"},
	             {audit->personal_data_leaked, "personal data reached a model"},
	             {audit->foreign_touched, "a ticket was written that was not to be found"},
	             {audit->writes_unsafe, "an update came without safe_update"},
	             {invariants->options->world.pool_others ? 0 : audit->past_limit, "a request past a limit"}};
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (never[i].count)
			violated(invariants, "%s", never[i].what);
}

void check_end(struct invariants *invariants, uint64_t transfers_open, bool cut_short)
{
	if (transfers_open)
		violated(invariants, "the run is over while %llu transfers are open",
		         (unsigned long long)transfers_open);
	if (invariants->options->mode != ENGINE_ONCE || invariants->options->limit || invariants->options->dry_run)
		return;
	for (uint64_t id = 1; id <= invariants->options->world.tickets; id++) {
		const struct sim_decision *ticket = &invariants->tickets[id];
		struct world_ticket now;
		world_look(invariants->world, id, &now);
		if (now.exists && now.findable && !now.processed && !now.people_untagged && ticket->outcomes == 0 &&
		    !cut_short)
			violated(invariants,
			         "ticket %llu was lost: open, without our tag, and the run never told of it",
			         (unsigned long long)id);
		if (now.processed && now.notes != 1)
			violated(invariants, "ticket %llu has our tag and %u notes", (unsigned long long)id, now.notes);
	}
}
