/* Finds the tickets that agents have changed, and reads what they chose. */
#include "engine/find/choices.h"

#include <stdlib.h>
#include <string.h>

#include "desk/zendesk/replies.h"
#include "engine/core/gates.h"
#include "engine/core/journal.h"
#include "engine/core/mode.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/find/find.h"
#include "engine/find/histories.h"
#include "ticket/choice.h"

#define INDEX_LAGS (10 * MSEC_MINUTE) /* a search index follows changes after minutes */
/* with those that were saved up they make up a day's */
#define GROWS_A_DAY (CHOICES_A_DAY - CHOICES_SAVED)
#define GROWS_EVERY (MSEC_DAY / GROWS_A_DAY)

struct choices *choices_new(const struct engine *engine)
{
	struct choices *choices = xcalloc(1, sizeof(*choices));

	/* nothing was decided before the first tickets were */
	choices->next = engine->now.mono + CHOICES_APART;
	choices->counted = engine->now.mono;
	choices->allowed = CHOICES_SAVED / 2.0;
	choices->asked = -1;
	map_init(&choices->seen);
	map_init(&choices->told);
	return choices;
}

void choices_free(struct choices *choices)
{
	map_free(&choices->seen);
	map_free(&choices->told);
	free(choices);
}

static struct choices *choices_of(const struct engine *engine)
{
	return engine->account->find->choices;
}

void choices_forget(struct engine *engine, uint64_t id)
{
	(void)map_remove(&choices_of(engine)->seen, id);
	(void)map_remove(&choices_of(engine)->told, id);
}

/* A run that ends does not wait for agents, and a dry run records nothing. */
static bool is_off(const struct engine *engine)
{
	return engine->setup.mode != ENGINE_RESIDENT || engine->setup.dry_run;
}

/* A configuration in force has passed the same check. */
static void read_tags(struct engine *engine, struct choice_tags *ret)
{
	struct err err;

	if (choice_tags_read(str_of(engine->config->report.tags),
	                     str_of(engine->config->zendesk.tag_prefix), ret, &engine->scratch,
	                     &err) < 0)
		ret->count = 0;
}

/* --- the search --- */

/* It looks back a little further than the last one, because the index lags. */
static void ask_changed(struct engine *engine)
{
	struct choices *choices = choices_of(engine);
	struct http_request request = {0};

	choices->since = (choices->asked >= 0 ? choices->asked : engine->now.wall - CHOICES_APART) -
	                 INDEX_LAGS;
	zd_request_changed(&engine->account->zendesk, choices->since, &request);
	call_start(engine, CALL_CHANGED, &request, 0);
	choices->asking = true;
	choices->asked = engine->now.wall;
	choices->next = engine->now.mono + CHOICES_APART;
}

static bool was_decided(const struct engine *engine, uint64_t id)
{
	enum known_kind kind = memory_known(engine, id).kind;

	return kind == KNOWN_DONE || kind == KNOWN_UNTAGGED || shadow_has(engine, id);
}

static void take_changed(struct engine *engine, const struct desk_ticket *read)
{
	struct choices *choices = choices_of(engine);
	uint64_t seen;

	if (choices->count == CHOICES_LINE || !was_decided(engine, read->id) ||
	    memory_is_erased(engine, read->id))
		return;
	if (map_get(&choices->seen, read->id, &seen) && (msec)seen >= read->updated_wall)
		return;
	for (size_t i = 0; i < choices->count; i++)
		if (choices->line[i].id == read->id)
			return;
	choices->line[choices->count++] = (struct choice_wish){
	        .id = read->id, .updated = read->updated_wall, .since = choices->since};
}

/* One search that fails is one sample less. */
void choices_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                   struct desk_answer *failure)
{
	struct desk_page found;
	struct err err;

	choices_of(engine)->asking = false;
	if (http_reply_date(reply) >= 0)
		choices_of(engine)->asked = http_reply_date(reply); /* our clock may be wrong */
	if (failure->kind == DESK_UNAUTHORIZED)
		(void)gate_unauthorized(engine, call, failure);
	if (failure->kind != DESK_FINE ||
	    zd_reply_search(reply, &engine->scratch, &found, NULL, &err) < 0)
		return;
	for (size_t i = 0; i < found.count; i++)
		take_changed(engine, &found.tickets[i]);
}

/* --- the histories --- */

static void count_choice(struct engine *engine, const struct choice_tags *tags,
                         const struct desk_choice *choice)
{
	static const enum human_field fields[] = {[CHOICE_CATEGORY] = HUMAN_ROOT_CAUSE,
	                                          [CHOICE_URGENCY] = HUMAN_URGENCY,
	                                          [CHOICE_SENTIMENT] = HUMAN_SENTIMENT};
	uint64_t *counted = engine->tallies.human_changes;

	counted[HUMAN_PRIORITY] += choice->priority != PRIORITY_NONE;
	for (size_t i = 0; i < choice->tags.count; i++) {
		const struct choice_tag *tag = choice_tag_find(tags, choice->tags.items[i]);

		if (tag)
			counted[fields[tag->field]]++;
	}
}

static int read_choice(struct engine *engine, const struct history_wish *wish,
                       const struct http_reply *reply, struct err *err)
{
	struct choices *choices = choices_of(engine);
	struct choice_tags tags;
	struct desk_choice choice;
	uint64_t told = 0;

	read_tags(engine, &tags);
	if (zd_reply_choice(reply, &tags, wish->since, engine->account->user_id, &engine->scratch,
	                    &choice, err) < 0)
		return -1;
	(void)map_get(&choices->told, wish->id, &told);
	map_put(&choices->seen, wish->id, (uint64_t)(wish->updated > 0 ? wish->updated : 0));
	if (choice.audit <= told || memory_is_erased(engine, wish->id))
		return 0;
	map_put(&choices->told, wish->id, choice.audit);
	journal_choice(engine, wish->id, &choice);
	count_choice(engine, &tags, &choice);
	return 0;
}

static const struct history_reader choice_reader = {
        .kind = CALL_CHOICES, .request = zd_request_choices, .read = read_choice};

/* Counts what may be read: an equal part of the day's for each part of a day. */
static void count_allowed(struct engine *engine)
{
	struct choices *choices = choices_of(engine);

	choices->allowed += (double)(engine->now.mono - choices->counted) / (double)GROWS_EVERY;
	if (choices->allowed > CHOICES_SAVED)
		choices->allowed = CHOICES_SAVED;
	choices->counted = engine->now.mono;
}

/* The next of the line; orders of agents, which need histories too, go first. */
static void hand_over(struct engine *engine, msec *deadline)
{
	struct choices *choices = choices_of(engine);

	if (choices->count == 0 || histories_busy(engine))
		return;
	count_allowed(engine);
	if (choices->allowed < 1) {
		clock_earliest(deadline, engine->now.mono + GROWS_EVERY);
		return;
	}
	struct choice_wish first = choices->line[0];

	choices->count--;
	memmove(&choices->line[0], &choices->line[1], choices->count * sizeof(choices->line[0]));
	if (!histories_add(engine, &(struct history_wish){.id = first.id,
	                                                  .updated = first.updated,
	                                                  .since = first.since,
	                                                  .reader = &choice_reader}))
		return;
	choices->allowed--;
}

void choices_pump(struct engine *engine, msec *deadline)
{
	struct choices *choices = choices_of(engine);

	if (is_off(engine) || !gate_is_open(engine) || !mode_admitting(engine))
		return;
	hand_over(engine, deadline);
	if (choices->asking)
		return;
	if (engine->account->memory.known.count + engine->account->memory.shadows.count == 0)
		choices->next = engine->now.mono + CHOICES_APART;
	if (engine->now.mono < choices->next)
		clock_earliest(deadline, choices->next);
	else if (call_may(engine, CALL_CHANGED, 0, deadline))
		ask_changed(engine);
}
