#include "lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "engine/core/state.h"

static void set(struct config *config, const char *assignment, struct config_problems *problems)
{
	struct str value = str_of(assignment);
	struct str name = str_split(&value, '=');
	char *dotted = xmemdup0(name.data, name.len);

	config_set(config, FROM_FLAG, "laboratory", dotted, value, problems);
	free(dotted);
}

static struct config *make_config(const char *const *changes)
{
	struct config_problems problems;
	struct config *config = config_new();
	static const char *const variables[][2] = {{"ZENDESK_SUBDOMAIN", "acme"},
	                                           {"ZENDESK_EMAIL", "bot@acme.example"},
	                                           {"ZENDESK_API_TOKEN", "token"},
	                                           {"OPENAI_API_KEY", "key"},
	                                           {"REQUESTS_PER_MINUTE", "0"},
	                                           {"AI_TICKETD_LOG_BATCH_INTERVAL", "0"},
	                                           {"AI_TICKETD_ZENDESK_AGAIN_TAG", "none"},
	                                           /* tickets of one test have the same text */
	                                           {"AI_TICKETD_LLM_CACHE_TTL", "0"}};

	config_problems_init(&problems);
	for (size_t i = 0; i < ARRAY_LEN(variables); i++)
		config_read_variable(config, FROM_ENVIRONMENT, "environment",
		                     str_of(variables[i][0]), str_of(variables[i][1]), &problems);
	for (; changes && *changes; changes++)
		set(config, *changes, &problems);
	config_finish(config, false, &problems);
	if (problems.errors.len)
		fatal("the laboratory's configuration: %s", buf_cstr(&problems.errors));
	config_problems_free(&problems);
	return config;
}

struct lab *lab_new(void)
{
	struct lab *lab = xcalloc(1, sizeof(*lab));

	json_seed(1);
	lab->config = make_config(NULL);
	lab->setup = (struct engine_setup){.config = lab->config,
	                                   .mode = ENGINE_ONCE,
	                                   .version = "test",
	                                   .seed = 1,
	                                   .marker_key = {1}};
	lab->now.mono = 1000000;
	if (clock_parse_iso(STR("2026-11-22T10:00:00Z"), &lab->now.wall) < 0)
		fatal("no time");
	tombstones_init(&lab->erased);
	lab->setup.erased = &lab->erased;
	effects_init(&lab->effects);
	buf_init(&lab->said, 1 << 20);
	return lab;
}

void lab_set(struct lab *lab, const char *name, const char *value)
{
	struct config_problems problems;

	config_problems_init(&problems);
	config_set(lab->config, FROM_FLAG, "laboratory", name, str_of(value), &problems);
	if (problems.errors.len)
		fatal("the laboratory's configuration: %s", buf_cstr(&problems.errors));
	config_problems_free(&problems);
}

void lab_free(struct lab *lab)
{
	struct effect *effect;

	engine_free(lab->engine);
	while ((effect = effects_take(&lab->effects)))
		effect_free(effect);
	for (size_t i = 0; i < lab->request_count; i++)
		http_request_free(&lab->requests[i].request);
	for (size_t i = 0; i < lab->record_count; i++)
		record_free(&lab->records[i]);
	tombstones_free(&lab->erased);
	buf_free(&lab->said);
	config_free(lab->config);
	free(lab);
}

static void note_outcome(struct lab *lab, const struct outcome *outcome)
{
	struct lab_outcome *seen = &lab->outcomes[lab->outcome_count++];

	seen->ticket_id = outcome->ticket.id;
	seen->status = outcome->status;
	snprintf(seen->reason, sizeof(seen->reason), STR_FMT, STR_ARG(outcome->reason));
	seen->priority_set = outcome->priority_set;
	seen->tags_added = outcome->tags_added.count;
	if (outcome->analysis) {
		snprintf(seen->summary, sizeof(seen->summary), STR_FMT,
		         STR_ARG(outcome->analysis->summary));
		seen->fallback = outcome->analysis->fallback;
		seen->by_rules = outcome->analysis->by_rules;
	}
}

static void note_alert(struct lab *lab, const struct alert *alert)
{
	lab->alerts += !alert->over;
	if (alert->key.id != 0)
		return;
	if (lab->alert_lasts[alert->kind] != alert->over)
		fatal("an alert was raised twice, or ended although none lasted");
	lab->alert_lasts[alert->kind] = !alert->over;
}

static void cancel(struct lab *lab, uint64_t number)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (lab->requests[i].number == number)
			lab->requests[i].cancelled = true;
}

static void recall(struct lab *lab, uint64_t number)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (lab->requests[i].number == number)
			lab->requests[i].recalled = true;
}

static void carry_out(struct lab *lab, struct effect *effect)
{
	struct lab_request *request;

	switch (effect->kind) {
	case EFFECT_REQUEST:
		request = &lab->requests[lab->request_count++];
		request->number = effect->number;
		request->upstream = effect->upstream;
		request->request = effect->request;
		memset(&effect->request, 0, sizeof(effect->request));
		break;
	case EFFECT_CANCEL: cancel(lab, effect->number); break;
	case EFFECT_RECALL: recall(lab, effect->number); break;
	case EFFECT_PERSIST:
		lab->records[lab->record_count++] = effect->record;
		effect->record.payload = NULL;
		effect->record.listed = NULL;
		break;
	case EFFECT_ALERT: note_alert(lab, &effect->alert); __attribute__((fallthrough));
	case EFFECT_SAY:
		buf_puts(&lab->said, effect->text);
		buf_putc(&lab->said, '\n');
		break;
	case EFFECT_HISTORY: lab->recalls[lab->recall_count++] = effect->ticket.id; break;
	case EFFECT_UNDONE: break;
	case EFFECT_BATCH: lab->batches[lab->batch_count++] = effect->batch; break;
	case EFFECT_OUTCOME: note_outcome(lab, &effect->outcome); break;
	case EFFECT_FINISHED:
		lab->finished = true;
		lab->end = effect->end;
		break;
	}
	effect_free(effect);
}

static void step(struct lab *lab, struct event *event)
{
	size_t records = lab->record_count;
	struct effect *effect;

	event->at = lab->now;
	engine_step(lab->engine, event, &lab->effects);
	while ((effect = effects_take(&lab->effects)))
		carry_out(lab, effect);
	if (lab->record_count > records && !lab->hold_records)
		lab_persisted(lab);
}

static void tick_while_due(struct lab *lab)
{
	for (int i = 0; engine_deadline(lab->engine) <= lab->now.mono; i++) {
		struct event tick = {.kind = EVENT_TICK};

		if (i > 10000)
			fatal("the engine asks to be called again and again at the same instant");
		step(lab, &tick);
	}
}

/* As if a former process had recorded it. */
static void prove_model(struct lab *lab)
{
	enum write_mode writing = lab->engine->writing;

	lab->engine->writing = WRITE_MODE_DRY_RUN; /* no record is made of it now */
	proven_put(lab->engine);
	lab->engine->writing = writing;
}

void lab_start(struct lab *lab)
{
	lab->engine = engine_new(&lab->setup, lab->now);
	if (!lab->unproven)
		prove_model(lab);
	tick_while_due(lab);
}

void lab_persisted(struct lab *lab)
{
	struct event event = {.kind = EVENT_PERSISTED};

	if (lab->record_count == 0)
		return;
	event.upto = lab->records[lab->record_count - 1].sequence;
	step(lab, &event);
	tick_while_due(lab);
}

void lab_persist_failed(struct lab *lab)
{
	struct event event = {.kind = EVENT_PERSIST_FAILED,
	                      .upto = lab->records[lab->record_count - 1].sequence};

	step(lab, &event);
	tick_while_due(lab);
}

void lab_new_life(struct lab *lab, size_t durable)
{
	engine_free(lab->engine);
	for (size_t i = 0; i < lab->request_count; i++)
		lab->requests[i].answered = true;
	lab->setup.config = lab->config;
	lab->engine = engine_new(&lab->setup, lab->now);
	lab->finished = false;
	memset(lab->alert_lasts, 0, sizeof(lab->alert_lasts));
	for (size_t i = durable; i < lab->record_count; i++)
		record_free(&lab->records[i]);
	lab->record_count = durable;
	for (size_t i = 0; i < durable; i++)
		engine_restore(lab->engine, &lab->records[i]);
	for (size_t i = durable; i > 0; i--)
		if (lab->records[i - 1].answered > 0)
			engine_restore_answer(lab->engine, &lab->records[i - 1]);
	if (!lab->unproven)
		prove_model(lab);
	tick_while_due(lab);
}

void lab_advance(struct lab *lab, msec span)
{
	msec end = lab->now.mono + span;

	while (engine_deadline(lab->engine) <= end) {
		msec next = engine_deadline(lab->engine);

		if (next > lab->now.mono) {
			lab->now.wall += next - lab->now.mono;
			lab->now.mono = next;
		}
		tick_while_due(lab);
	}
	lab->now.wall += end - lab->now.mono;
	lab->now.mono = end;
}

void lab_drain(struct lab *lab)
{
	struct event event = {.kind = EVENT_DRAIN};

	step(lab, &event);
	tick_while_due(lab);
}

void lab_pause(struct lab *lab)
{
	struct event event = {.kind = EVENT_PAUSE};

	step(lab, &event);
	tick_while_due(lab);
}

void lab_resume(struct lab *lab)
{
	struct event event = {.kind = EVENT_RESUME};

	step(lab, &event);
	tick_while_due(lab);
}

void lab_stop_writing(struct lab *lab)
{
	struct event event = {.kind = EVENT_STOP_WRITING,
	                      .stop = {.by = "alice", .since = 1795341600000}};

	step(lab, &event);
	tick_while_due(lab);
}

void lab_start_writing(struct lab *lab)
{
	struct event event = {.kind = EVENT_START_WRITING};

	step(lab, &event);
	tick_while_due(lab);
}

void lab_process(struct lab *lab, const uint64_t *ids, size_t count)
{
	struct ticket_key *tickets = xcalloc(count, sizeof(*tickets));
	struct event event = {.kind = EVENT_PROCESS, .tickets = tickets, .ticket_count = count};

	for (size_t i = 0; i < count; i++)
		tickets[i] = ticket_key(ACCOUNT_FIRST, ids[i]);
	step(lab, &event);
	free(tickets);
	tick_while_due(lab);
}

void lab_again(struct lab *lab, uint64_t id, const char *by)
{
	struct ticket_key ticket = ticket_key(ACCOUNT_FIRST, id);
	struct event event = {.kind = EVENT_PROCESS,
	                      .tickets = &ticket,
	                      .ticket_count = 1,
	                      .again = true,
	                      .by = by};

	step(lab, &event);
	tick_while_due(lab);
}

static void add_event(struct buf *out, const struct record *record)
{
	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "kind", str_of(record_kind_name(record->kind)));
	json_add_key(out, "payload");
	buf_puts(out, record->payload);
	buf_putc(out, '}');
}

void lab_recalled(struct lab *lab)
{
	struct buf history;

	if (lab->recall_count == 0)
		fatal("the engine asked for no records");
	uint64_t id = lab->recalls[--lab->recall_count];
	struct ticket_key ticket = ticket_key(ACCOUNT_FIRST, id);
	struct event event = {.kind = EVENT_HISTORY, .tickets = &ticket, .ticket_count = 1};

	buf_init(&history, SIZE_MAX / 2);
	buf_puts(&history, "{\"events\":[");
	for (size_t i = 0; i < lab->record_count; i++)
		if (lab->records[i].ticket.id == id)
			add_event(&history, &lab->records[i]);
	buf_puts(&history, "]}");
	event.history = buf_cstr(&history);
	step(lab, &event);
	buf_free(&history);
	tick_while_due(lab);
}

void lab_erase(struct lab *lab, uint64_t id)
{
	struct ticket_key ticket = ticket_key(ACCOUNT_FIRST, id);
	struct event event = {.kind = EVENT_ERASE, .tickets = &ticket, .ticket_count = 1};
	uint8_t mac[TOMBSTONE_SIZE];

	tombstones_mac(&lab->erased, ticket, mac);
	(void)tombstones_add(&lab->erased, mac);
	step(lab, &event);
}

void lab_reload(struct lab *lab, const char *const *changes)
{
	struct config *former = lab->config;
	struct event event = {.kind = EVENT_RELOAD};

	event.config = lab->config = make_config(changes);
	config_keep(lab->config, former);
	step(lab, &event);
	config_free(former);
	tick_while_due(lab);
}

struct engine_stats lab_stats(const struct lab *lab)
{
	struct engine_stats stats;

	engine_stats(lab->engine, &stats);
	return stats;
}

/* The search for changes by agents, which a service sends by itself, is only meant where it is
 * named. */
static bool is_meant(const struct lab_request *request, const char *part)
{
	const char *url = request->request.url, *mark = "sort_order=desc";
	bool changes = strstr(url, "updated%3E") && strstr(url, mark);

	return strstr(url, part) && (!changes || strstr(part, mark));
}

struct lab_request *lab_asks(struct lab *lab, const char *part)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (!lab->requests[i].answered && is_meant(&lab->requests[i], part))
			return &lab->requests[i];
	return NULL;
}

size_t lab_count(const struct lab *lab, const char *part)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += is_meant(&lab->requests[i], part);
	return count;
}

size_t lab_puts(const struct lab *lab)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->request_count; i++)
		count += lab->requests[i].request.method == HTTP_PUT;
	return count;
}

static void deliver(struct lab *lab, struct lab_request *request, struct http_reply *reply)
{
	struct event event = {.kind = EVENT_REPLY, .request = request->number, .reply = reply};

	request->answered = true;
	step(lab, &event);
	http_reply_free(reply);
	tick_while_due(lab);
}

void lab_answer(struct lab *lab, struct lab_request *request, int status, const char *headers,
                const char *body)
{
	struct http_reply reply = {.result = HTTP_DONE, .status = status};
	struct str rest = str_of(headers);
	char date[30];

	if (!request)
		fatal("there is no such request to answer");
	if (!lab->no_date) {
		clock_format_http_date(lab->now.wall, date);
		http_reply_add_header(&reply, STR("date"), str_of(date));
	}
	http_reply_add_header(&reply, STR("content-type"), STR("application/json"));
	while (rest.len) {
		struct str line = str_split(&rest, '\n');
		struct str name = str_split(&line, ':');

		http_reply_add_header(&reply, name, str_trim(line));
	}
	reply.body = xstrdup(body);
	reply.body_len = strlen(body);
	deliver(lab, request, &reply);
}

void lab_ends(struct lab *lab, struct lab_request *request, enum http_result result)
{
	struct http_reply reply = {.result = result};

	if (!request)
		fatal("there is no such request to end");
	snprintf(reply.error, sizeof(reply.error), "%s, 192.0.2.7 port 443",
	         http_result_name(result));
	deliver(lab, request, &reply);
}

bool lab_said(const struct lab *lab, const char *part)
{
	return strstr(buf_cstr(&lab->said), part) != NULL;
}

const struct lab_outcome *lab_outcome(const struct lab *lab, uint64_t ticket_id)
{
	for (size_t i = 0; i < lab->outcome_count; i++)
		if (lab->outcomes[i].ticket_id == ticket_id)
			return &lab->outcomes[i];
	return NULL;
}

const struct lab_outcome *lab_last_outcome(const struct lab *lab, uint64_t ticket_id)
{
	for (size_t i = lab->outcome_count; i > 0; i--)
		if (lab->outcomes[i - 1].ticket_id == ticket_id)
			return &lab->outcomes[i - 1];
	return NULL;
}

size_t lab_outcomes_of(const struct lab *lab, uint64_t ticket_id)
{
	size_t count = 0;

	for (size_t i = 0; i < lab->outcome_count; i++)
		count += lab->outcomes[i].ticket_id == ticket_id;
	return count;
}

const struct record *lab_record(const struct lab *lab, enum record_kind kind)
{
	for (size_t i = lab->record_count; i > 0; i--)
		if (lab->records[i - 1].kind == kind)
			return &lab->records[i - 1];
	return NULL;
}

void lab_let_in(struct lab *lab)
{
	lab_let_in_as(lab, "agent");
}

static void sign_in_as(struct lab *lab, const char *role)
{
	char user[200];

	snprintf(user, sizeof(user),
	         "{\"user\":{\"id\":77,\"role\":\"%s\",\"email\":\"bot@acme.example\"}}", role);
	lab_answer(lab, lab_asks(lab, "/users/me"), 200, lab->limits ? lab->limits : "", user);
}

void lab_sign_in(struct lab *lab)
{
	sign_in_as(lab, "agent");
}

void lab_let_in_as(struct lab *lab, const char *role)
{
	sign_in_as(lab, role);
	if (lab_asks(lab, "/models"))
		lab_answer(lab, lab_asks(lab, "/models"), 200, "",
		           "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-4o-mini\",\"object\":"
		           "\"model\"}]}");
}

const char *lab_ticket(uint64_t id, const char *status, const char *priority, const char *tags,
                       const char *updated)
{
	static char text[4][1000];
	static int turn;
	char *out = text[turn++ % 4];
	char quoted[32];

	snprintf(quoted, sizeof(quoted), "\"%s\"", priority ? priority : "");
	snprintf(out, sizeof(text[0]),
	         "{\"id\":%llu,\"result_type\":\"ticket\",\"subject\":\"The page "
	         "crashes\",\"description\":\"It says "
	         "error 404 "
	         "on every "
	         "report\",\"status\":\"%s\",\"priority\":%s,\"tags\":%s,\"created_at\":\"2026-11-"
	         "22T08:00:00Z\","
	         "\"updated_at\":\"%s\"}",
	         (unsigned long long)id, status, priority ? quoted : "null", tags ? tags : "[]",
	         updated ? updated : "2026-11-22T09:00:00Z");
	return out;
}

void lab_found(struct lab *lab, const char *tickets_json)
{
	static char body[100000];

	snprintf(body, sizeof(body),
	         "{\"results\":[%s],\"count\":%d,\"next_page\":null,\"previous_page\":null}",
	         tickets_json, (int)(strlen(tickets_json) > 0));
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "", body);
}

void lab_found_many(struct lab *lab)
{
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "",
	           "{\"results\":[],\"count\":1000,\"next_page\":\"https://acme.zendesk.com/api/v2/"
	           "search.json?page=2\"}");
}

void lab_slice(struct lab *lab, const char *tickets_json, bool more)
{
	char body[8000];

	snprintf(body, sizeof(body), "{\"results\":[%s],\"count\":%d,\"next_page\":%s}",
	         tickets_json, more ? 1000 : 0,
	         more ? "\"https://acme.zendesk.com/x?page=2\"" : "null");
	lab_answer(lab, lab_asks(lab, "/search.json"), 200, "", body);
}

void lab_slices_end(struct lab *lab)
{
	for (;;) {
		struct lab_request *export = lab_asks(lab, "/search/export.json");

		if (export)
			lab_answer(lab, export, 200, "",
			           "{\"results\":[],\"meta\":{\"has_more\":false}}");
		else if (lab_asks(lab, "priority%3A"))
			lab_slice(lab, "", false);
		else
			return;
	}
}

void lab_model_says(struct lab *lab, const char *cause, const char *urgency, const char *sentiment)
{
	char body[2000];

	snprintf(body, sizeof(body),
	         "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"gpt-4o-mini-2024-07-"
	         "18\",\"choices\":[{"
	         "\"index\":0,"
	         "\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"{"
	         "\\\"summary\\\":"
	         "\\\"Report page "
	         "fails\\\",\\\"root_cause\\\":\\\"%s\\\",\\\"urgency\\\":\\\"%s\\\","
	         "\\\"sentiment\\\":\\\"%s\\\"}\"}}],"
	         "\"usage\":{\"prompt_tokens\":300,\"completion_tokens\":12,\"total_tokens\":312}}",
	         cause, urgency, sentiment);
	lab_answer(lab, lab_asks(lab, "/chat/completions"), 200, "", body);
}

bool lab_is_probe(const struct lab_request *request)
{
	return request && strstr(request->request.body, "Where can I find my invoice?");
}

bool lab_probe(struct lab *lab, int status, const char *body)
{
	for (size_t i = 0; i < lab->request_count; i++) {
		struct lab_request *request = &lab->requests[i];

		if (request->answered || !strstr(request->request.url, "/chat/") ||
		    !lab_is_probe(request))
			continue;
		lab_answer(lab, request, status, "", body);
		return true;
	}
	return false;
}

void lab_fresh_read(struct lab *lab, const char *tickets_json)
{
	static char body[100000];

	snprintf(body, sizeof(body), "{\"tickets\":[%s],\"count\":1,\"next_page\":null}",
	         tickets_json);
	lab_answer(lab, lab_asks(lab, "/show_many.json"), 200, "", body);
}

void lab_stream(struct lab *lab, const char *tickets_json, const char *cursor, bool end)
{
	char body[8000], quoted[200];

	snprintf(quoted, sizeof(quoted), "\"%s\"", cursor ? cursor : "");
	snprintf(body, sizeof(body), "{\"tickets\":[%s],\"after_cursor\":%s,\"end_of_stream\":%s}",
	         tickets_json, cursor ? quoted : "null", end ? "true" : "false");
	lab_answer(lab, lab_asks(lab, "/incremental/"), 200, "", body);
}

struct lab_request *lab_put(struct lab *lab)
{
	for (size_t i = 0; i < lab->request_count; i++)
		if (!lab->requests[i].answered && lab->requests[i].request.method == HTTP_PUT)
			return &lab->requests[i];
	return NULL;
}

void lab_update_accepted(struct lab *lab)
{
	struct lab_request *put = lab_put(lab);
	char body[2000];

	if (!put)
		fatal("no update is on its way");
	uint64_t id = strtoull(strstr(put->request.url, "/tickets/") + 9, NULL, 10);
	snprintf(body, sizeof(body), "{\"ticket\":%s}",
	         lab_ticket(id, "open", NULL, "[\"ai_processed\"]", NULL));
	lab_answer(lab, put, 200, "", body);
}

const char *lab_tickets(uint64_t first, uint64_t count, const char *tags, const char *updated)
{
	static char list[90000];
	size_t len = 0;

	list[0] = '\0';
	for (uint64_t id = first; id < first + count; id++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? "," : "",
		                        lab_ticket(id, "open", NULL, tags, updated));
	return list;
}

void lab_job(struct lab *lab, const char *status, const char *results)
{
	static char body[100000];
	bool poll = lab_asks(lab, "/job_statuses/show_many.json") != NULL;

	snprintf(body, sizeof(body),
	         poll ? "{\"job_statuses\":[{\"id\":\"V3-1\",%s,\"results\":%s}]}"
	              : "{\"job_status\":{\"id\":\"V3-1\",%s,\"results\":%s}}",
	         status, results);
	lab_answer(lab, lab_asks(lab, poll ? "/job_statuses/show_many.json" : "/update_many.json"),
	           200, "", body);
}

struct lab_request *lab_until_batch(struct lab *lab, uint64_t count)
{
	lab_start(lab);
	lab->limits = LAB_POOL;
	lab_let_in(lab);
	lab_found(lab, lab_tickets(1, count, "[\"vip\"]", NULL));
	for (uint64_t i = 0; i < count; i++)
		lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_tickets(1, count, "[\"vip\"]", NULL));
	return lab_asks(lab, "/update_many.json");
}

void lab_all_the_way(struct lab *lab, uint64_t id)
{
	lab_model_says(lab, "bug", "low", "neutral");
	lab_fresh_read(lab, lab_ticket(id, "open", NULL, NULL, NULL));
	lab_update_accepted(lab);
}

struct lab_request *lab_until_update(struct lab *lab)
{
	lab_start(lab);
	lab_let_in(lab);
	lab_found(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	lab_model_says(lab, "bug", "high", "negative");
	lab_fresh_read(lab, lab_ticket(1, "open", NULL, "[\"vip\"]", NULL));
	return lab_put(lab);
}
