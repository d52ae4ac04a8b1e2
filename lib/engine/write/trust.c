/* Whether bulk updates can be trusted is found out while running: until a read has confirmed a
 * job's first success, every success is confirmed by a read. When tags are missing, or bulk
 * requests are refused, single updates do the work, and a resident process tries bulk updates again
 * later. */
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"

#define LOST_MAX 3    /* bulk requests or jobs without a result in a row, before any with one */
#define MISSING_MAX 3 /* tickets with our note and without our tags, before any with both */
#define BULK_RETRY (10 * MSEC_MINUTE)

bool trust_allows(const struct engine *engine)
{
	return engine->config->zendesk.bulk != BULK_NEVER &&
	       engine->account->jobs.trust != TRUST_BROKEN;
}

void trust_break(struct engine *engine, const char *reason)
{
	if (engine->account->jobs.trust == TRUST_BROKEN)
		return;
	engine->account->jobs.trust = TRUST_BROKEN;
	engine->account->write->bulk.again_at = engine->now.mono + BULK_RETRY;
	if (engine->account->write->bulk.alerted)
		say(engine, LEVEL_WARNING, 0, "bulk updates still do not work: %s", reason);
	else
		say_alert(engine, ALERT_BULK_OFF, 0,
		          "bulk updates are switched off, tickets are updated one by one (100 a "
		          "minute): %s",
		          reason);
	engine->account->write->bulk.alerted = true;
}

/* A scope may have been granted or a service repaired meanwhile. */
void trust_try_again(struct engine *engine)
{
	struct write *write = engine->account->write;
	struct job_slots *jobs = &engine->account->jobs;

	if (jobs->trust != TRUST_BROKEN || engine->setup.mode != ENGINE_RESIDENT ||
	    engine->now.mono < write->bulk.again_at)
		return;
	jobs->trust = TRUST_OPEN;
	write->bulk.missing = write->bulk.refusals = write->bulk.lost = 0;
}

void trust_seen(struct engine *engine, const struct ticket *ticket)
{
	struct job_slots *jobs = &engine->account->jobs;
	struct write *write = engine->account->write;

	if (!ticket->job_says_done)
		return;
	write->bulk.lost = 0;
	if (jobs->trust != TRUST_OPEN)
		return;
	jobs->trust = TRUST_PROVEN;
	write->bulk.alerted = false;
	say_alert_over(engine, ALERT_BULK_OFF, "bulk updates work again");
}

bool trust_missed(struct engine *engine, const struct ticket *ticket, msec noted)
{
	bool untouched = ticket->sent_in_bulk && noted == ticket->updated_last;

	if (engine->account->jobs.trust == TRUST_PROVEN || !(untouched || ticket->job_says_done))
		return untouched;
	if (++engine->account->write->bulk.missing >= MISSING_MAX)
		trust_break(engine, "notes arrive but tags do not");
	return true;
}

void trust_lost(struct engine *engine)
{
	if (++engine->account->write->bulk.lost >= LOST_MAX &&
	    engine->account->jobs.trust != TRUST_PROVEN)
		trust_break(engine, "they return no results");
}
