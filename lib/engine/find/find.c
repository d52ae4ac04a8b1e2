/* Creating, freeing and driving the parts that find tickets. */
#include <stdlib.h>

#include "engine/core/further_orders.h"
#include "engine/core/mode.h"
#include "engine/core/state.h"
#include "engine/find/choices.h"
#include "engine/find/find.h"
#include "engine/find/tagged.h"

void find_init(struct engine *engine)
{
	struct account *account = engine->account;
	struct find *find = xcalloc(1, sizeof(*find));

	account->find = find;
	find->tagged = tagged_new();
	find->choices = choices_new(engine);
	account->wanted.wanted = true;
	buf_init(&find->cursor, CURSOR_BYTES_MAX);
	find->started = engine->now.wall;
	find->last_poll = find->last_run = -1;
	find->solved.until = MSEC_NEVER;
	find_resize(engine);
	stream_init(engine);
}

void find_free(struct engine *engine)
{
	struct account *account = engine->account;

	buf_free(&account->find->cursor);
	buf_free(&account->stream.cursor);
	tagged_free(account->find->tagged);
	choices_free(account->find->choices);
	free(account->find);
}

void find_resize(struct engine *engine)
{
	struct account *account = engine->account;
	unsigned size = (unsigned)engine->config->zendesk.batch_size;

	account->find->page_size = account->again.size = account->wanted.size = size;
}

void find_pump(struct engine *engine, msec *deadline)
{
	if (gate_is_halted(engine)) {
		sift_stop(engine);
		return;
	}
	returns_pump(engine, deadline);
	further_pump(engine, deadline);
	reread_pump(engine, deadline);
	alone_pump(engine, deadline);
	if (engine->setup.backtest)
		solved_pump(engine, deadline);
	else if (engine->setup.mode == ENGINE_ONE_TICKET)
		by_number_pump(engine, deadline);
	else
		pass_pump(engine, deadline);
	choices_pump(engine, deadline);
	histories_pump(engine, deadline);
	tagged_pump(engine, deadline);
}
