/* Which kinds of request the stop holds, who ordered it, and the sentence that says so. */
#include "engine/core/stop.h"

#include <stdio.h>

#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"

/* What a request does. A kind that the table does not name changes something. */
enum doing { CHANGES, PAYS, SIGNS_IN, READS };
/* An OAuth token is made by asking for it, which is more than reading. */
static const enum doing doings[] = {
        [CALL_TOKEN] = SIGNS_IN,  [CALL_ME] = READS,
        [CALL_MODELS] = READS,    [CALL_SEARCH] = READS,
        [CALL_EXPORT] = READS,    [CALL_INCREMENTAL] = READS,
        [CALL_TAGGED] = READS,    [CALL_AUDITS] = READS,
        [CALL_REREAD] = READS,    [CALL_CHANGED] = READS,
        [CALL_CHOICES] = READS,   [CALL_SOLVED] = READS,
        [CALL_WANTED] = READS,    [CALL_ALONE] = READS,
        [CALL_BY_NUMBER] = READS, [CALL_READ_MANY] = READS,
        [CALL_LOOK] = READS,      [CALL_COMMENTS] = READS,
        [CALL_UPDATE] = CHANGES,  [CALL_UPDATE_MANY] = CHANGES,
        [CALL_JOBS] = READS,      [CALL_CHAT] = PAYS,
        [CALL_PROBE] = PAYS,
};

static enum doing doing_of(enum call_kind kind)
{
	return (size_t)kind < ARRAY_LEN(doings) ? doings[kind] : CHANGES;
}

static bool is_ordered(const struct stop *stop)
{
	return stop->order.by[0] != '\0';
}

bool stop_is_on(const struct engine *engine)
{
	return engine->stop.sentence[0] != '\0';
}

bool stop_holds_writes(const struct engine *engine)
{
	return stop_holds(engine, CALL_UPDATE);
}

bool stop_holds(const struct engine *engine, enum call_kind kind)
{
	enum doing doing = doing_of(kind);

	return (stop_is_on(engine) && doing != READS) ||
	       (!shadow_writes(engine) && doing == CHANGES);
}

static void make_sentence(struct stop *stop)
{
	char ordered[CLOCK_UTC_SIZE], configured[CLOCK_UTC_SIZE];

	clock_format_utc(stop->order.since, ordered);
	clock_format_utc(stop->configured, configured);
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
