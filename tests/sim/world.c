/* The world as a whole: creates it, passes requests to their services, and draws faults. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

static void set_defaults(struct world_options *options)
{
	if (!options->processed_tag)
		options->processed_tag = "ai_processed";
	if (!options->ollama_models)
		options->ollama_models = "llama3.1:8b";
	if (!options->ollama_queue)
		options->ollama_queue = 512;
	if (!options->jobs_max)
		options->jobs_max = 30;
}

struct world *world_new(const struct world_options *options, struct clock_reading now)
{
	struct world *world = xcalloc(1, sizeof(*world));
	world->options = *options;
	set_defaults(&world->options);
	prng_seed(&world->chance, options->seed);
	world->now = now;
	world->now.wall += options->clock_ahead;
	world->started = now.mono;
	planted_init(&world->planted);
	heap_init(&world->futures);
	map_init(&world->zendesk.jobs.by_id);
	map_init(&world->zendesk.agents_changes);
	if (options->ollama_parallel > 0)
		world->models.workers = xcalloc((size_t)options->ollama_parallel, sizeof(msec));
	fill_store(world);
	arrivals_plan(world);
	if (options->people_per_minute > 0 && options->tickets)
		people_plan(world, EDIT_RANDOM, 0, now.mono + 1);
	if (options->again_per_minute > 0 && options->tickets)
		people_plan(world, EDIT_AGAIN, 0, now.mono + 1);
	if (options->choices_per_minute > 0 && options->tickets)
		people_plan(world, EDIT_CHOICE, 0, now.mono + 1);
	return world;
}

void world_free(struct world *world)
{
	struct heap_node *top;
	if (!world)
		return;
	zendesk_jobs_free(world);
	heap_remove(&world->futures, &world->zendesk.arrival.node);
	while ((top = heap_top(&world->futures)))
		edit_free(world, container_of(top, struct edit, future.node));
	heap_free(&world->futures);
	z_store_free(&world->zendesk.store);
	map_free(&world->zendesk.agents_changes);
	zendesk_revoke_tokens(world);
	free(world->zendesk.tokens);
	planted_free(&world->planted);
	free(world->models.workers);
	map_free(&world->models.said);
	free(world);
}

void world_request_of(const struct http_request *request, struct world_request *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->method = request->method;
	struct str url = str_of(request->url);
	ptrdiff_t scheme = str_find(url, STR("://"));
	url = str_skip(url, scheme < 0 ? 0 : (size_t)scheme + 3);
	ptrdiff_t path = str_find_char(url, '/');
	ret->target = path < 0 ? STR("/") : str_skip(url, (size_t)path);
	for (size_t i = 0; i < request->header_count; i++) {
		struct str line = str_of(request->headers[i]);
		struct str name = str_split(&line, ':');
		if (str_ieq(name, STR("authorization")))
			ret->authorization = str_trim(line);
	}
	ret->body = str_make(request->body, request->body ? request->body_len : 0);
}

msec world_deadline(const struct world *world)
{
	const struct heap_node *top = heap_top(&world->futures);
	return top ? top->key : MSEC_NEVER;
}

void world_plan(struct world *world, struct future *future, msec at)
{
	heap_move(&world->futures, &future->node, at);
}

/* Does everything that is due, in order, each at its own time however late this is called. */
void world_tick(struct world *world, struct clock_reading now)
{
	struct heap_node *top;
	msec wall = now.wall + world->options.clock_ahead;
	while ((top = heap_top(&world->futures)) && top->key <= now.mono) {
		struct future *future = container_of(top, struct future, node);
		world->now = (struct clock_reading){.mono = top->key,
		                                    .wall = wall - (now.mono - top->key)};
		heap_remove(&world->futures, top);
		future->happens(world, future);
	}
	world->now = (struct clock_reading){.mono = now.mono, .wall = wall};
}

void world_stop_faults(struct world *world)
{
	world->faults_off = true;
}

bool world_has_calmed(const struct world *world)
{
	msec span = world->options.faults_for;
	return world->faults_off || (span > 0 && world->now.mono - world->started > span);
}

static bool model_is_out(const struct world *world)
{
	msec since = world->now.mono - world->started - world->options.model_out_from;
	return since >= 0 && since < world->options.model_out_for;
}

static enum fault_kind draw_fault(struct world *world, enum fault_service service, unsigned place)
{
	const struct world_options *options = &world->options;
	if (world_has_calmed(world) ||
	    (options->faults_count && world->faults_given >= options->faults_count))
		return FAULT_NONE;
	enum fault_kind kind = faults_draw(&options->faults, service, place, &world->chance);
	if (kind == FAULT_NONE)
		return kind;
	world->faults_given++;
	world->audit.faults[kind]++;
	return kind;
}

static void add_date(struct world *world, struct world_answer *answer)
{
	if (world->fault == FAULT_NODATE)
		return;
	if (world->date_second != server_second(world) || !world->date[0]) {
		world->date_second = server_second(world);
		clock_format_http_date(world->now.wall, world->date);
	}
	answer_header(answer, "Date: %s", world->date);
}

void world_request(struct world *world, struct clock_reading now,
                   const struct world_request *request, struct world_answer *answer)
{
	world->fault = FAULT_NONE;
	world_tick(world, now);
	answer->delay = 0;
	if (control_request(world, request, answer))
		return;
	audit_count_endpoint(world, request);
	bool zendesk = str_starts(request->target, STR("/api/v2/")) ||
	               str_starts(request->target, STR("/oauth/"));
	bool openai = str_find(request->target, STR("/v1/")) >= 0;
	bool chat = request->method == HTTP_POST;
	unsigned place = zendesk ? zendesk_place(request) : chat ? ON_CHAT : ON_LIST;
	world->fault = draw_fault(world, zendesk ? FAULTS_ZENDESK : FAULTS_MODEL, place);
	if (!zendesk && model_is_out(world)) {
		fault_outage(world, answer);
	} else if (!fault_before(world, zendesk, answer)) {
		if (zendesk)
			zendesk_request(world, request, place, answer);
		else if (openai)
			openai_request(world, request, answer);
		else
			ollama_request(world, request, answer);
		fault_after(world, answer);
	}
	if (zendesk || !chat)
		answer->delay += latency_between(world, world->options.zendesk_latency_min,
		                                 world->options.zendesk_latency_max);
	add_date(world, answer);
}
