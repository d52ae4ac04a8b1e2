/* The checks of single steps: rates, pauses, records; invariants.h lists all checks. */
#include "invariants.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/map.h"

void violated(struct invariants *invariants, const char *format, ...)
{
	va_list args;
	if (invariants->violation[0])
		return;
	va_start(args, format);
	vsnprintf(invariants->violation, sizeof(((struct sim_result *)NULL)->violation), format,
	          args);
	va_end(args);
}

enum sim_endpoint sim_endpoint_of(const struct http_request *request)
{
	struct str url = str_of(request->url);
	if (str_find(url, STR("/v1/")) >= 0 || str_find(url, STR("/api/chat")) >= 0 ||
	    str_find(url, STR("/api/tags")) >= 0)
		return SIM_MODEL;
	if (str_find(url, STR("/update_many")) >= 0)
		return SIM_UPDATE_MANY;
	if (request->method == HTTP_PUT)
		return SIM_UPDATE;
	if (str_find(url, STR("/job_statuses")) >= 0)
		return SIM_JOBS;
	if (str_find(url, STR("/incremental/")) >= 0)
		return SIM_INCREMENTAL;
	if (str_find(url, STR("/search/export")) >= 0)
		return SIM_EXPORT;
	return str_find(url, STR("/search")) >= 0 ? SIM_SEARCH : SIM_READ;
}

static void forget_histories(struct invariants *invariants)
{
	invariants->changes_searched = -24 * MSEC_HOUR;
	for (size_t i = 0; i < SIM_HISTORIES; i++)
		invariants->histories[i] = -2 * 24 * MSEC_HOUR;
}

void invariants_init(struct invariants *invariants, const struct sim_options *options,
                     struct world *world, int rate, char *violation)
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
	map_init(&invariants->answers);
	map_init(&invariants->ended);
	forget_histories(invariants);
}

void invariants_free(struct invariants *invariants)
{
	free(invariants->tickets);
	free(invariants->sent);
	map_free(&invariants->answers);
	map_free(&invariants->ended);
}

void invariants_new_life(struct invariants *invariants, msec now)
{
	invariants->strange_until = now + MSEC_MINUTE;
	invariants->last_number = 0;
	map_free(&invariants->ended);
	map_init(&invariants->ended);
	forget_histories(invariants);
	memset(invariants->paused_until, 0, sizeof(invariants->paused_until));
	memset(invariants->alert_lasts, 0, sizeof(invariants->alert_lasts));
	for (size_t i = 0; i < invariants->sent_size; i++)
		/* a new process cannot know what the old one sent */
		invariants->sent[i] = -MSEC_HOUR;
	for (uint64_t id = 0; id <= invariants->ticket_count; id++) {
		invariants->tickets[id].outcomes = 0;
		invariants->tickets[id].succeeded = false;
	}
}

void invariants_next_run(struct invariants *invariants, msec now)
{
	for (uint64_t id = 0; id <= invariants->ticket_count; id++)
		invariants->tickets[id].told |= invariants->tickets[id].outcomes > 0;
	invariants_new_life(invariants, now);
}

/* The array grows, because tickets arrive during a run, with the next higher ids. */
struct sim_decision *sim_decision_of(struct invariants *invariants, uint64_t id)
{
	struct world_ticket now;
	uint64_t room = invariants->ticket_count;
	if (id > room) {
		world_look(invariants->world, id, &now);
		if (!now.exists)
			return NULL;
		invariants->ticket_count = id + 64;
		invariants->tickets =
		        xrealloc(invariants->tickets,
		                 (invariants->ticket_count + 1) * sizeof(*invariants->tickets));
		memset(&invariants->tickets[room + 1], 0,
		       (invariants->ticket_count - room) * sizeof(*invariants->tickets));
	}
	return id ? &invariants->tickets[id] : NULL;
}

/* Checks that no minute has more requests than the configured rate plus one burst. */
static void check_rate(struct invariants *invariants, msec now)
{
	if (!invariants->rate)
		return;
	msec *oldest = &invariants->sent[invariants->sent_next];
	if (now - *oldest < MSEC_MINUTE)
		violated(invariants, "more than %zu requests to Zendesk within a minute",
		         invariants->sent_size);
	*oldest = now;
	invariants->sent_next = (invariants->sent_next + 1) % invariants->sent_size;
}

/* A ticket whose text never changes is not sent to a model again that refused it. Orders may put
 * another model in use. */
static void check_chat(struct invariants *invariants, const struct http_request *request)
{
	const struct world_options *world = &invariants->options->world;
	if ((world->poison <= 0 && !world->poison_first) || invariants->options->orders > 0)
		return;
	uint64_t id = world_poisoned(str_make(request->body, request->body_len));
	const struct sim_decision *ticket = sim_decision_of(invariants, id);
	if (ticket && ticket->refused)
		violated(invariants, "ticket %llu is sent again to a model that refused it",
		         (unsigned long long)id);
}

void note_stop(struct invariants *invariants, bool stopped)
{
	invariants->stopped = stopped;
}

/* While writing is stopped nothing leaves but what reads. */
static void check_stopped(struct invariants *invariants, const struct http_request *request)
{
	if (invariants->stopped && request->method != HTTP_GET)
		violated(invariants, "writing is stopped, and %s %s is sent",
		         http_method_name(request->method), request->url);
}

/* What agents chose is seen by one search in 15 minutes and 200 histories a day. */
static void check_choices(struct invariants *invariants, struct str url, msec now)
{
	if (str_find(url, STR("updated%3E")) >= 0 && str_find(url, STR("sort_order=desc")) >= 0) {
		if (now - invariants->changes_searched < 15 * MSEC_MINUTE)
			violated(invariants, "changes are searched for twice within 15 minutes");
		invariants->changes_searched = now;
	}
	if (str_find(url, STR("/audits.json?page%5Bsize%5D=30&")) < 0)
		return;
	msec *oldest = &invariants->histories[invariants->histories_next];
	if (now - *oldest < 24 * MSEC_HOUR)
		violated(invariants, "more than %d histories are read within a day", SIM_HISTORIES);
	*oldest = now;
	invariants->histories_next = (invariants->histories_next + 1) % SIM_HISTORIES;
}

void note_mode(struct invariants *invariants, bool shadow)
{
	invariants->shadow = shadow;
	for (uint64_t id = 0; id <= invariants->ticket_count && !shadow; id++)
		invariants->tickets[id].anew = true;
}

/* Another model may be asked about the same texts. */
void note_model(struct invariants *invariants, const char *model)
{
	if (strcmp(model, invariants->model) == 0)
		return;
	snprintf(invariants->model, sizeof(invariants->model), "%s", model);
	for (uint64_t id = 0; id <= invariants->ticket_count; id++)
		invariants->tickets[id].shadowed = false;
}

/* In shadow nothing that changes anything leaves, and no model is asked twice about one text: texts
 * never change here. */
static void check_shadow(struct invariants *invariants, const struct effect *effect)
{
	const struct http_request *request = &effect->request;
	const struct sim_decision *ticket = sim_decision_of(invariants, effect->ticket.id);
	bool model = sim_endpoint_of(request) == SIM_MODEL;
	if (!invariants->shadow)
		return;
	if (!model && request->method != HTTP_GET)
		violated(invariants, "in shadow %s %s is sent", http_method_name(request->method),
		         request->url);
	if (model && ticket && ticket->shadowed && !ticket->anew)
		violated(invariants, "a model is asked again about the text of ticket %llu",
		         (unsigned long long)effect->ticket.id);
}

void check_request(struct invariants *invariants, const struct effect *effect, msec now)
{
	enum sim_endpoint endpoint = sim_endpoint_of(&effect->request);
	if (effect->number <= invariants->last_number)
		violated(invariants, "request number %llu was used before",
		         (unsigned long long)effect->number);
	invariants->last_number = effect->number;
	if (!str_starts(str_of(effect->request.url), STR("http://127.0.0.1:1/")))
		violated(invariants, "a request to a host that was not configured");
	if (effect->request.timeout <= 0 || effect->request.reply_max == 0)
		violated(invariants, "a request without time-out or bound");
	check_stopped(invariants, &effect->request);
	check_choices(invariants, str_of(effect->request.url), now);
	check_shadow(invariants, effect);
	if (endpoint == SIM_MODEL)
		check_chat(invariants, &effect->request);
	if (now < invariants->paused_until[endpoint])
		violated(invariants, "a request to %s %lld ms before the end of a Retry-After",
		         effect->request.url,
		         (long long)(invariants->paused_until[endpoint] - now));
	if (endpoint != SIM_MODEL)
		check_rate(invariants, now);
}

void check_answer(struct invariants *invariants, enum sim_endpoint endpoint,
                  const struct http_reply *reply, msec now)
{
	msec wait = http_reply_retry_after(reply, 0);
	if (reply->result != HTTP_DONE || reply->status != 429 || wait < 0 || endpoint == SIM_MODEL)
		return;
	invariants->paused_until[endpoint] = now + wait;
	if (str_eq(http_reply_header(reply, "x-rate-limit-remaining"), STR("0")))
		for (int i = 0; i < SIM_MODEL; i++)
			invariants->paused_until[i] = now + wait;
}

/* No fault makes the model's service refuse more than single tickets, and no two probes met one by
 * chance. */
static bool model_lets_in(const struct invariants *invariants)
{
	static const enum fault_kind refusals[] = {FAULT_401, FAULT_QUOTA, FAULT_NO_MODEL,
	                                           FAULT_REDIRECT};
	const struct world_options *world = &invariants->options->world;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (world->faults.chance[FAULTS_MODEL][refusals[i]] > 0)
			return false;
	return !world->retired_models && !world->model_key &&
	       world_counts(invariants->world)->probes_declined < 2;
}

/* A run ends when its model, which never gave a good answer, is silent or useless for too long. */
static bool is_end_without_model(const struct invariants *invariants, const struct effect *effect)
{
	const struct sim_options *options = invariants->options;
	const struct world_options *world = &options->world;
	return options->resident_for == 0 && (world->model_out_for > 0 || world->faults.any) &&
	       (strstr(effect->text, "does not answer") ||
	        strstr(effect->text, "gives no usable analysis"));
}

/* Whoever passes alerts on relies on pairs. */
void check_alert(struct invariants *invariants, const struct effect *effect)
{
	const struct alert *alert = &effect->alert;
	const struct world_options *world = &invariants->options->world;
	if (alert->kind == ALERT_ZENDESK_REFUSED && !alert->over && world->forbidden &&
	    !world->faults.any)
		violated(invariants, "Zendesk is halted, and it refused single tickets only");
	if (alert->kind == ALERT_MODEL_REFUSED && !alert->over && model_lets_in(invariants) &&
	    !is_end_without_model(invariants, effect))
		violated(invariants, "the model is halted, and its service never refused us");
	if (alert->key.id != 0)
		return;
	if (invariants->alert_lasts[alert->kind] != alert->over)
		violated(invariants, "alert %s %s", alert_kind_name(alert->kind),
		         alert->over ? "ended although none lasted" : "was raised twice");
	invariants->alert_lasts[alert->kind] = !alert->over;
}

void check_ended(struct invariants *invariants, uint64_t number)
{
	if (map_get(&invariants->ended, number, NULL))
		violated(invariants, "transfer %llu ended twice", (unsigned long long)number);
	map_put(&invariants->ended, number, 1);
}

void check_step(struct invariants *invariants, msec now)
{
	const struct world_audit *audit = world_counts(invariants->world);
	if (now < invariants->strange_until || invariants->options->world.pool_others)
		invariants->past_limit_excused = audit->past_limit;
	const struct {
		uint64_t count;
		const char *what;
	} never[] = {
	        {audit->second_notes, "a second note was written"},
	        {audit->tags_lost, "a tag of a person was lost"},
	        {audit->statuses_changed, "a status was changed"},
	        {audit->public_notes, "a note is public"},
	        {audit->placeholders, "a placeholder was expanded in a note"},
	        {audit->answers_foreign, "a ticket has the answer of a neighbour"},
	        {audit->neighbours_obeyed,
	         "the answer to a ticket was changed by another one of its request"},
	        {audit->drafts, "a draft of the model was written"},
	        {audit->personal_data_leaked, "personal data reached a model"},
	        {audit->words_lost, "a model did not see the words of a customer"},
	        {audit->writes_overlapping,
	         "two unfinished writes of a ticket could both go through"},
	        {audit->foreign_touched, "a ticket was written that was not to be found"},
	        {audit->writes_unsafe, "an update came without safe_update"},
	        {audit->past_limit - invariants->past_limit_excused, "a request past a limit"}};
	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (never[i].count)
			violated(invariants, "%s", never[i].what);
}
