/* Which kinds of request the stop holds, who ordered it, and the sentence that says so. */
#include "engine/core/stop.h"

#include <stdio.h>

#include "engine/core/say.h"
#include "engine/core/state.h"

/* Requests that only read. An OAuth token is made by asking for it, so that is not among them. */
static const bool only_reads[] = {
        [CALL_TOKEN] = false,    [CALL_ME] = true,           [CALL_MODELS] = true,
        [CALL_SEARCH] = true,    [CALL_EXPORT] = true,       [CALL_INCREMENTAL] = true,
        [CALL_TAGGED] = true,    [CALL_AUDITS] = true,       [CALL_REREAD] = true,
        [CALL_CHANGED] = true,   [CALL_CHOICES] = true,      [CALL_SOLVED] = true,
        [CALL_WANTED] = true,    [CALL_ALONE] = true,        [CALL_BY_NUMBER] = true,
        [CALL_READ_MANY] = true, [CALL_LOOK] = true,         [CALL_COMMENTS] = true,
        [CALL_UPDATE] = false,   [CALL_UPDATE_MANY] = false, [CALL_JOBS] = true,
        [CALL_CHAT] = false,     [CALL_PROBE] = false,
};

static bool is_ordered(const struct stop *stop)
{
	return stop->order.by[0] != '\0';
}

bool stop_is_on(const struct engine *engine)
{
	return engine->stop.sentence[0] != '\0';
}

bool stop_holds(const struct engine *engine, enum call_kind kind)
{
	return stop_is_on(engine) && !((size_t)kind < ARRAY_LEN(only_reads) && only_reads[kind]);
}

static void make_sentence(struct stop *stop)
{
	char ordered[CLOCK_ISO_SIZE], configured[CLOCK_ISO_SIZE];

	clock_format_iso(stop->order.since, ordered);
	clock_format_iso(stop->configured, configured);
	if (is_ordered(stop) && stop->configured >= 0)
		snprintf(stop->sentence, sizeof(stop->sentence),
		         "Writing is stopped by %s since %s, and by writes = off in the "
		         "configuration: run ai-ticketctl start-writing, set writes = on and run "
		         "ai-ticketctl reload",
		         stop->order.by, ordered);
	else if (is_ordered(stop))
		snprintf(stop->sentence, sizeof(stop->sentence),
		         "Writing is stopped by %s since %s: run ai-ticketctl start-writing",
		         stop->order.by, ordered);
	else if (stop->configured >= 0)
		snprintf(stop->sentence, sizeof(stop->sentence),
		         "Writing is stopped by writes = off in the configuration since %s: set "
		         "writes = on and run ai-ticketctl reload",
		         configured);
	else
		stop->sentence[0] = '\0';
}

static void read_configuration(struct engine *engine)
{
	bool off = engine->config->service.writes == WRITES_OFF;

	if (!off)
		engine->stop.configured = -1;
	else if (engine->stop.configured < 0)
		engine->stop.configured = engine->now.wall;
}

void stop_init(struct engine *engine)
{
	engine->stop = (struct stop){.order = engine->setup.stopped, .configured = -1};
	read_configuration(engine);
	make_sentence(&engine->stop);
}

static void tell_change(struct engine *engine)
{
	make_sentence(&engine->stop);
	say(engine, LEVEL_WARNING, 0, "%s",
	    stop_is_on(engine) ? engine->stop.sentence : "Writing is started again");
}

void stop_order(struct engine *engine, const struct engine_stop *order)
{
	bool same = is_ordered(&engine->stop) && engine->stop.order.since == order->since;

	if (is_ordered(&engine->stop) && !same)
		return;
	engine->stop.order = *order;
	if (same)
		make_sentence(&engine->stop);
	else
		tell_change(engine);
}

void stop_end(struct engine *engine)
{
	if (!is_ordered(&engine->stop))
		return;
	engine->stop.order = (struct engine_stop){0};
	tell_change(engine);
}

void stop_reload(struct engine *engine)
{
	bool configured = engine->stop.configured >= 0;

	read_configuration(engine);
	if (configured != (engine->stop.configured >= 0))
		tell_change(engine);
}
