/* The world as a whole: how it begins, how a request finds its service, and how faults strike. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "texts.h"

static const char *const people_tags[] = {"vip", "web", "mobile", "returning_customer", "berlin", "gold", "phone_call"};

static void plant(void *arg, struct str value)
{
	struct world *world = arg;
	planted_add(&world->planted, value);
}

static void give_text(struct world *world, struct z_ticket *ticket)
{
	const struct world_options *options = &world->options;
	if (options->text_count) {
		const struct world_text *text = &options->texts[(ticket->id - 1) % options->text_count];
		z_ticket_set_text(ticket, text->subject, text->description);
		return;
	}
	struct made_text made;
	if (options->text_bytes)
		text_make_sized(options->seed, ticket->id, options->text_bytes, &made);
	else
		text_make(options->seed, ticket->id, &made, plant, world);
	struct str subject =
	        made.no_subject ? (struct str){NULL, 0} : str_make(buf_cstr(&made.subject), made.subject.len);
	z_ticket_set_text(ticket, subject, buf_str(&made.description));
	buf_free(&made.subject);
	buf_free(&made.description);
}

static void give_state(struct world *world, struct z_ticket *ticket, bool findable)
{
	static const enum z_status other[] = {Z_SOLVED, Z_PENDING, Z_HOLD, Z_CLOSED, Z_DELETED};
	struct z_store *store = &world->zendesk.store;
	struct z_state *live = &ticket->live;
	ticket->requester = 20978000 + prng_below(&world->chance, 5000);
	ticket->created = live->updated = stamp_second(world) - world->options.age / MSEC_SECOND;
	live->status =
	        findable ? (prng_below(&world->chance, 3) ? Z_NEW : Z_OPEN) : other[ticket->id % ARRAY_LEN(other)];
	ticket->findable_at_start = findable;
	if (prng_below(&world->chance, 3) == 0)
		live->priority = (enum z_priority)(1 + prng_below(&world->chance, Z_PRIORITIES - 1));
	for (uint64_t tags = prng_below(&world->chance, 4); tags > 0; tags--) {
		const char *tag = people_tags[prng_below(&world->chance, ARRAY_LEN(people_tags))];
		z_state_add_tag(store, live, words_intern(&store->words, str_of(tag)), false);
	}
}

static void keep_index_copy(struct z_ticket *ticket)
{
	if (ticket->indexed)
		return;
	ticket->indexed = xcalloc(1, sizeof(*ticket->indexed));
	z_state_copy(ticket->indexed, &ticket->live);
}

static void mark_listed(struct world *world)
{
	const struct {
		const char *list;
		int what;
	} lists[] = {{world->options.closed, 0},
	             {world->options.deleted, 1},
	             {world->options.refused, 2},
	             {world->options.closing, 3}};
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct str rest = str_of(lists[i].list);
		while (rest.len) {
			uint64_t id;
			struct z_ticket *ticket;
			if (str_to_u64(str_trim(str_split(&rest, ',')), &id) < 0 ||
			    !(ticket = z_store_find(&world->zendesk.store, id)))
				continue;
			if (lists[i].what == 0)
				ticket->live.status = Z_CLOSED;
			if (lists[i].what == 1) {
				keep_index_copy(ticket); /* search still shows it */
				ticket->live.status = Z_DELETED;
			}
			ticket->refused |= lists[i].what == 2;
			ticket->closing |= lists[i].what == 3;
		}
	}
}

static void fill_store(struct world *world)
{
	struct z_store *store = &world->zendesk.store;
	z_store_init(store, world->options.tickets + world->options.others);
	world->zendesk.processed_word = words_intern(&store->words, str_of(world->options.processed_tag));
	for (size_t i = 0; i < store->count; i++) {
		struct z_ticket *ticket = &store->items[i];
		give_text(world, ticket);
		give_state(world, ticket, i < world->options.tickets);
		if (world->options.index_lag > 0)
			keep_index_copy(ticket);
	}
	mark_listed(world);
	world->audit.tickets = world->options.tickets;
	world->audit.personal_data_planted = world->planted.count;
}

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
	if (options->ollama_parallel > 0)
		world->models.workers = xcalloc((size_t)options->ollama_parallel, sizeof(msec));
	fill_store(world);
	if (options->people_per_minute > 0 && options->tickets)
		people_plan(world, EDIT_RANDOM, 0, now.mono + 1);
	return world;
}

void world_free(struct world *world)
{
	struct heap_node *top;
	if (!world)
		return;
	zendesk_jobs_free(world);
	while ((top = heap_top(&world->futures)))
		edit_free(world, container_of(top, struct edit, future.node));
	heap_free(&world->futures);
	z_store_free(&world->zendesk.store);
	zendesk_revoke_tokens(world);
	free(world->zendesk.tokens);
	planted_free(&world->planted);
	free(world->models.workers);
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

/* Everything due, in order, each at its own instant however late we come. */
void world_tick(struct world *world, struct clock_reading now)
{
	struct heap_node *top;
	msec wall = now.wall + world->options.clock_ahead;
	while ((top = heap_top(&world->futures)) && top->key <= now.mono) {
		struct future *future = container_of(top, struct future, node);
		world->now = (struct clock_reading){.mono = top->key, .wall = wall - (now.mono - top->key)};
		heap_remove(&world->futures, top);
		future->happens(world, future);
	}
	world->now = (struct clock_reading){.mono = now.mono, .wall = wall};
}

void world_stop_faults(struct world *world)
{
	world->faults_off = true;
}

static enum fault_kind draw_fault(struct world *world, enum fault_service service, unsigned place)
{
	const struct world_options *options = &world->options;
	if (options->faults_for > 0 && world->now.mono - world->started > options->faults_for)
		world->faults_off = true;
	if (world->faults_off || (options->faults_count && world->faults_given >= options->faults_count))
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

void world_request(struct world *world, struct clock_reading now, const struct world_request *request,
                   struct world_answer *answer)
{
	world->fault = FAULT_NONE;
	world_tick(world, now);
	answer->delay = 0;
	if (control_request(world, request, answer))
		return;
	audit_count_endpoint(world, request);
	bool zendesk = str_starts(request->target, STR("/api/v2/")) || str_starts(request->target, STR("/oauth/"));
	bool openai = str_find(request->target, STR("/v1/")) >= 0;
	bool chat = request->method == HTTP_POST;
	unsigned place = zendesk ? zendesk_place(request) : chat ? ON_CHAT : ON_LIST;
	world->fault = draw_fault(world, zendesk ? FAULTS_ZENDESK : FAULTS_MODEL, place);
	if (!fault_before(world, zendesk, answer)) {
		if (zendesk)
			zendesk_request(world, request, place, answer);
		else if (openai)
			openai_request(world, request, answer);
		else
			ollama_request(world, request, answer);
		fault_after(world, answer);
	}
	if (zendesk || !chat)
		answer->delay +=
		        latency_between(world, world->options.zendesk_latency_min, world->options.zendesk_latency_max);
	add_date(world, answer);
}
