/* Creates tickets: those that exist at the start, and those that arrive during a run. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "hash.h"
#include "texts.h"

static const char *const people_tags[] = {"vip",    "web",  "mobile",    "returning_customer",
                                          "berlin", "gold", "phone_call"};

static void plant(void *arg, struct str value)
{
	struct world *world = arg;
	planted_add(&world->planted, value);
}

/* Values that their place alone does not give away: a number in the subject that the description
 * announces in another notation, and an address that is encoded. */
static void repeat_values(struct world *world, uint64_t id, struct made_text *text)
{
	unsigned number = (unsigned)(5550000 + (id * 7919 + world->options.seed) % 9999);
	char value[64];
	if (!world->options.repeat_values || id % 3 != 0)
		return;
	text->no_subject = false;
	buf_printf(&text->subject, " 753%u", number);
	buf_printf(&text->description, "\n\nPlease call me at +1 (753) %u-%04u.", number / 10000,
	           number % 10000);
	snprintf(value, sizeof(value), "753%u", number);
	planted_add(&world->planted, str_of(value));
	buf_printf(&text->description, "\nhttps://desk.example/r?user=repeated%u%%2Ehost.example",
	           number);
	buf_printf(&text->description, "%%40mailbox.example&x=1");
	snprintf(value, sizeof(value), "repeated%u2Ehost", number);
	planted_add(&world->planted, str_of(value));
}

/* The ticket whose text this one has: an earlier one, if it is a duplicate. Drawn from the id, so
 * that no other draw of the world moves. */
static uint64_t text_id(const struct world_options *options, uint64_t id)
{
	uint64_t drawn = hash_bytes(&id, sizeof(id), options->seed ^ 0xd0b1e);

	while (id > 1 && (double)(drawn % 100000) < options->duplicates * 100000) {
		id = 1 + drawn / 100000 % (id - 1);
		drawn = hash_bytes(&id, sizeof(id), options->seed ^ 0xd0b1e);
	}
	return id;
}

static void give_text(struct world *world, struct z_ticket *ticket)
{
	const struct world_options *options = &world->options;
	uint64_t id = text_id(options, ticket->id);
	if (options->text_count) {
		const struct world_text *text = &options->texts[(id - 1) % options->text_count];
		z_ticket_set_text(ticket, text->subject, text->description);
		return;
	}
	struct made_text made;
	if (options->text_bytes)
		text_make_sized(options->seed, id, options->text_bytes, &made);
	else
		text_make(options->seed, id, &made, plant, world);
	if (options->neighbours_signed)
		neighbours_sign(world, ticket->id, &made);
	repeat_values(world, id, &made);
	if (options->ballast)
		text_add_ballast(options->seed, id, options->ballast > 1, &made);
	ticket->poisoned = poison_give(world, ticket->id, &made.description);
	struct str subject = made.no_subject ? (struct str){NULL, 0}
	                                     : str_make(buf_cstr(&made.subject), made.subject.len);
	z_ticket_set_text(ticket, subject, buf_str(&made.description));
	buf_free(&made.subject);
	buf_free(&made.description);
}

static void give_state(struct world *world, struct z_ticket *ticket, bool findable, int64_t created)
{
	static const enum z_status other[] = {Z_SOLVED, Z_PENDING, Z_HOLD, Z_CLOSED, Z_DELETED};
	struct z_store *store = &world->zendesk.store;
	struct z_state *live = &ticket->live;
	ticket->requester = 20978000 + prng_below(&world->chance, 5000);
	ticket->created = ticket->generated = live->updated = created;
	live->status = findable ? (prng_below(&world->chance, 3) ? Z_NEW : Z_OPEN)
	                        : other[ticket->id % ARRAY_LEN(other)];
	ticket->findable_at_start = findable;
	if (prng_below(&world->chance, 3) == 0)
		live->priority =
		        (enum z_priority)(1 + prng_below(&world->chance, Z_PRIORITIES - 1));
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
	             {world->options.closing, 3},
	             {world->options.forbidden, 4}};
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
			ticket->forbidden |= lists[i].what == 4;
		}
	}
}

/* The older a ticket, the lower its id. */
static int64_t created_of(struct world *world, size_t index, size_t count)
{
	int64_t youngest = stamp_second(world) - world->options.age / MSEC_SECOND;
	double share = (double)(count - 1 - index) / (double)count;
	return youngest - (int64_t)((double)(world->options.spread / MSEC_SECOND) * share);
}

void fill_store(struct world *world)
{
	struct z_store *store = &world->zendesk.store;
	z_store_init(store, world->options.tickets + world->options.others);
	world->zendesk.fallback_word = words_intern(&store->words, STR("ai_fallback"));
	world->zendesk.processed_word =
	        words_intern(&store->words, str_of(world->options.processed_tag));
	world->zendesk.again_word = words_intern(&store->words, STR("ai_again"));
	for (size_t i = 0; i < store->count; i++) {
		struct z_ticket *ticket = &store->items[i];
		give_text(world, ticket);
		give_state(world, ticket, i < world->options.tickets,
		           created_of(world, i, store->count));
		if (world->options.index_lag > 0)
			keep_index_copy(ticket);
	}
	mark_listed(world);
	world->audit.tickets = world->options.tickets;
	world->audit.personal_data_planted = world->planted.count;
}

static void let_arrive(struct world *world)
{
	struct z_store *store = &world->zendesk.store;
	struct z_ticket *ticket = z_store_add(store);
	const struct z_ticket *last = z_store_find(store, ticket->id - 1);
	int64_t created = stamp_second(world);
	give_text(world, ticket);
	/* Never created before an older ticket: search orders by created_at and continues by
	 * id. */
	give_state(world, ticket, true, last && last->created > created ? last->created : created);
	world->audit.arrivals++;
	world->audit.personal_data_planted = world->planted.count;
	msec lag = world->options.index_lag;
	ticket->shown = world->now.mono;
	if (lag <= 0)
		return;
	keep_index_copy(ticket);
	ticket->indexed->status = Z_DELETED; /* not to be found yet */
	ticket->shown += latency_between(world, lag / 2, lag);
	people_plan(world, EDIT_INDEX, ticket->id, ticket->shown);
}

static void arrives(struct world *world, struct future *future)
{
	let_arrive(world);
	if (!world_has_calmed(world))
		arrivals_plan(world);
}

void arrivals_plan(struct world *world)
{
	double rate = world->options.arrivals_per_minute;
	if (rate <= 0)
		return;
	world->zendesk.arrival.happens = arrives;
	world_plan(world, &world->zendesk.arrival,
	           world->now.mono + (msec)(MSEC_MINUTE / rate * 2 * prng_unit(&world->chance)) +
	                   1);
}
