/* The line of tickets whose history is read, and what happens when it cannot be read. */
#include "engine/find/histories.h"

#include <string.h>

#include "engine/core/gates.h"
#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/find/find.h"
#include "guard/backoff.h"

static struct histories *histories_of(const struct engine *engine)
{
	return &engine->account->find->histories;
}

bool histories_add(struct engine *engine, const struct history_wish *wish)
{
	struct histories *histories = histories_of(engine);

	for (size_t i = 0; i < histories->count; i++)
		if (histories->line[i].id == wish->id && histories->line[i].reader == wish->reader)
			return true;
	if (histories->count == HISTORIES_MAX)
		return false;
	histories->line[histories->count++] = *wish;
	return true;
}

bool histories_busy(const struct engine *engine)
{
	return histories_of(engine)->asking || histories_of(engine)->count > 0;
}

static void ask_history(struct engine *engine)
{
	struct histories *histories = histories_of(engine);
	const struct history_wish *first = &histories->line[0];
	struct http_request request = {0};

	first->reader->request(&engine->account->zendesk, first->id, &request);
	call_start(engine, first->reader->kind, &request, 0);
	histories->asking = true;
}

void histories_pump(struct engine *engine, msec *deadline)
{
	struct histories *histories = histories_of(engine);

	if (histories->asking || histories->count == 0 || !gate_is_open(engine) ||
	    !mode_admitting(engine))
		return;
	if (engine->now.mono < histories->not_before)
		clock_earliest(deadline, histories->not_before);
	else if (call_may(engine, histories->line[0].reader->kind, 0, deadline))
		ask_history(engine);
}

static struct history_wish take_first(struct engine *engine)
{
	struct histories *histories = histories_of(engine);
	struct history_wish first = histories->line[0];

	histories->count--;
	memmove(&histories->line[0], &histories->line[1],
	        histories->count * sizeof(histories->line[0]));
	histories->attempts = 0;
	histories->not_before = 0;
	return first;
}

static void give_up_history(struct engine *engine, bool lasting)
{
	struct history_wish wish = take_first(engine);

	if (wish.reader->unread != NULL)
		wish.reader->unread(engine, &wish, lasting);
}

static void history_failed(struct engine *engine, const struct call *call,
                           const struct desk_answer *failure)
{
	struct histories *histories = histories_of(engine);
	bool once = histories->line[0].reader->unread == NULL;

	if (failure->kind == DESK_LIMITED && !once)
		return; /* the guards keep the pause */
	if (failure->kind == DESK_UNAUTHORIZED &&
	    gate_unauthorized(engine, call, failure) != GATE_OWN_FAULT && !once)
		return;
	if (once || (failure->kind != DESK_RETRY && failure->kind != DESK_UNAUTHORIZED))
		give_up_history(engine, true);
	else if (++histories->attempts >= engine->config->retry.attempts)
		give_up_history(engine, false);
	else
		histories->not_before =
		        engine->now.mono + backoff_delay(engine->config->retry.backoff_factor,
		                                         histories->attempts, &engine->prng);
}

void histories_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                     struct desk_answer *failure)
{
	struct histories *histories = histories_of(engine);
	struct err err;

	histories->asking = false;
	if (histories->count == 0)
		return;
	if (failure->kind == DESK_FINE) {
		struct history_wish wish = histories->line[0];

		if (wish.reader->read(engine, &wish, reply, &err) == 0) {
			(void)take_first(engine);
			return;
		}
		desk_answer_unreadable(failure, &err);
	}
	history_failed(engine, call, failure);
}
