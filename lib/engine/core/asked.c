/* The lists of ids are plain arrays with linear search: they are short, and `wanted` is
 * filled by hand. */
#include "engine/core/asked.h"

#include <stdlib.h>

#include "engine/core/mode.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "desk/zendesk/requests.h"

#define ADDED_MAX (3 * (size_t)DESK_PAGE_MAX) /* limit of asked_is_full() */

static void asked_free(struct asked *asked)
{
	free(asked->ids);
	asked->ids = NULL;
	asked->count = asked->cap = asked->asked = 0;
}

void asked_clear(struct engine *engine)
{
	struct account *account = engine->account;

	if (engine->out && account->wanted.count > 0)
		say(engine, LEVEL_WARNING, 0, "Stopping: %zu requested %s not processed",
		    account->wanted.count,
		    str_plural(account->wanted.count, "ticket is", "tickets are"));
	asked_free(&account->again);
	asked_free(&account->wanted);
	asked_free(&account->alone);
}

bool asked_is_full(const struct engine *engine)
{
	return engine->account->again.count >= ADDED_MAX;
}

/* Index of the id in the list; `count` when it is not there. */
static size_t place_of(const struct asked *asked, uint64_t id)
{
	size_t at = 0;

	while (at < asked->count && asked->ids[at] != id)
		at++;
	return at;
}

static void add_id_once(struct asked *asked, uint64_t id, msec now)
{
	if (place_of(asked, id) < asked->count)
		return;
	if (asked->count == asked->asked)
		asked->since = now;
	if (asked->count == asked->cap) {
		asked->cap = asked->cap ? 2 * asked->cap : 16;
		asked->ids = xrealloc(asked->ids, asked->cap * sizeof(*asked->ids));
	}
	asked->ids[asked->count++] = id;
}

void asked_add(struct engine *engine, uint64_t id)
{
	add_id_once(&engine->account->again, id, engine->now.mono);
}

bool asked_want(struct engine *engine, uint64_t id)
{
	if (engine->account->wanted.count >= PROCESS_IDS_MAX)
		return false;
	add_id_once(&engine->account->wanted, id, engine->now.mono);
	return true;
}

bool asked_alone(struct engine *engine, uint64_t id)
{
	struct asked *alone = &engine->account->alone;

	if (alone->count >= ALONE_MAX && place_of(alone, id) == alone->count)
		return false;
	add_id_once(alone, id, engine->now.mono);
	return true;
}

static void remove_id(struct asked *asked, uint64_t id)
{
	size_t at = place_of(asked, id);

	if (at == asked->count)
		return;
	asked->asked -= at < asked->asked;
	asked->count--;
	for (; at < asked->count; at++)
		asked->ids[at] = asked->ids[at + 1];
}

void asked_forget(struct engine *engine, uint64_t id)
{
	remove_id(&engine->account->wanted, id);
	remove_id(&engine->account->again, id);
	remove_id(&engine->account->alone, id);
}

bool asked_wanted(const struct engine *engine, uint64_t id)
{
	const struct asked *wanted = &engine->account->wanted;

	return place_of(wanted, id) < wanted->count;
}

void asked_at_once(struct engine *engine)
{
	engine->account->again.since = engine->now.mono - READ_WAIT;
}
