/* Whether the model is down. Requests that fail use up no attempt until it is known whose fault
 * that is (guard/streak.h). When different tickets fail and nothing is answered, a probe without a
 * ticket's text asks; while it is not answered either, tickets wait and one probe after another
 * goes out: an outage that is over within llm.patience costs no ticket anything. One that lasts
 * longer is what llm.on_outage says: rules decide at once, or tickets go on waiting. They wait in
 * any case for a model that has never given a good answer (core/proven.h), since it may not be
 * there at all. A run does not wait for ever: it ends, and says that no ticket was touched.
 *
 * Answers that are no analyses are answers, and use up attempts. But when three tickets in a row
 * ended that way and no good answer came for llm.patience, that is an outage too, if the probe is
 * not answered well either. */
#include <stdlib.h>

#include "engine/core/lanes.h"
#include "engine/core/say.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/decide/decide.h"
#include "engine/decide/reuse.h"

#define DOWN_AFTER_TICKETS 3
/* probes come after 1, 2, 4, 8, 8 … s; once patience is over after 10, 20, 40, 60, 60 … s */
#define SOON_FIRST MSEC_SECOND
#define SOON_MAX (8 * MSEC_SECOND)
#define LATE_FIRST (10 * MSEC_SECOND)
#define LATE_MAX MSEC_MINUTE
#define HOLD_SAID_EVERY MSEC_MINUTE

enum payment { NOBODY_PAYS, ONE_ATTEMPT, ALL_BUT_ONE };

struct decide *decide_new(msec now)
{
	struct decide *decide = xcalloc(1, sizeof(*decide));

	streak_init(&decide->streak, now);
	decide->reuse = reuse_new();
	return decide;
}

void decide_free(struct decide *decide)
{
	reuse_free(decide->reuse);
	free(decide);
}

/* After a probe was answered one attempt is left to each ticket once. */
static int attempts_after_probe(const struct ticket *ticket, int most)
{
	int attempts = ticket->attempts + ticket->failures;

	if (ticket->attempts >= most - 1)
		return most;
	return attempts < most - 1 ? attempts : most - 1;
}

/* The row of failures is over: what tickets had on account is paid or forgiven. */
static void settle_failures(struct engine *engine, enum payment payment)
{
	list_each(node, next, &engine->held)
	{
		struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->state != TICKET_ANALYSING || ticket->failures == 0)
			continue;
		if (payment == ONE_ATTEMPT)
			ticket->attempts++;
		else if (payment == ALL_BUT_ONE)
			ticket->attempts =
			        attempts_after_probe(ticket, (int)engine->config->retry.attempts);
		ticket->failures = 0;
		if (payment == ALL_BUT_ONE && ticket->lane == LANE_MODEL)
			lane_wait_less(engine, ticket, engine->now.mono);
	}
}

void outage_failed(struct engine *engine, struct ticket *ticket)
{
	struct decide *decide = engine->decide;
	int64_t most = engine->config->retry.attempts;
	bool used_up = ticket->attempts + ++ticket->failures >= most;

	streak_failed(&decide->streak, ticket->key.id, engine->now.mono);
	if (ticket->attempts + 1 >= most && streak_is_tickets(&decide->streak, engine->now.mono)) {
		ticket->attempts++;
		ticket->failures = 0;
		return;
	}
	if (engine->model_gate.state == GATE_OPEN &&
	    streak_is_doubtful(&decide->streak, used_up, engine->now.mono))
		gate_doubt_model(engine, true);
}

void outage_group_failed(struct engine *engine, uint64_t id)
{
	struct decide *decide = engine->decide;

	streak_failed(&decide->streak, id, engine->now.mono);
	if (engine->model_gate.state == GATE_OPEN &&
	    streak_is_doubtful(&decide->streak, false, engine->now.mono))
		gate_doubt_model(engine, true);
}

void outage_exhausted(struct engine *engine)
{
	struct decide *decide = engine->decide;

	decide->exhausted++;
	if (!decide->down && engine->model_gate.state == GATE_OPEN &&
	    decide->exhausted >= DOWN_AFTER_TICKETS &&
	    engine->now.mono - decide->streak.good >= engine->config->llm.patience)
		gate_doubt_model(engine, true);
}

void outage_answered(struct engine *engine, bool by_probe, msec sent_at)
{
	struct decide *decide = engine->decide;
	bool failures = decide->streak.count > 0;

	if (failures && sent_at < decide->streak.first) {
		/* on its way since before the first failure: it proves nothing about now */
		decide->streak.good = engine->now.mono;
		return;
	}
	bool service = streak_good(&decide->streak, engine->now.mono);

	if (failures && (decide->holding || decide->down || (service && !by_probe)))
		settle_failures(engine, NOBODY_PAYS);
	else if (failures)
		settle_failures(engine, by_probe && !service ? ALL_BUT_ONE : ONE_ATTEMPT);
	decide->exhausted = 0;
	engine->model_gate.probe.unanswered = 0;
	if (engine->model_gate.state == GATE_DOUBTED && engine->model_gate.probe.for_outage)
		gate_open_model(engine);
	if (!decide->down && !decide->holding)
		return;
	decide->down = decide->holding = false;
	if (engine->alert_lasts[ALERT_MODEL_DOWN])
		say_alert_over(engine, ALERT_MODEL_DOWN, "model %s answers again",
		               engine->llm.model);
	else
		say(engine, LEVEL_INFO, 0, "model %s answers again", engine->llm.model);
}

static void plan_probe(struct engine *engine, msec first, msec longest)
{
	msec delay = first << (engine->decide->trials < 8 ? engine->decide->trials : 8);

	engine->decide->trials++;
	engine->model_gate.probe.sent = engine->model_gate.probe.declined = 0;
	if (longest > engine->config->llm.probe_interval)
		longest = engine->config->llm.probe_interval;
	engine->decide->probe_at = engine->now.mono + (delay < longest ? delay : longest);
}

static const char *what_it_does(const struct engine *engine)
{
	return engine->model_gate.unusable ? "gives no usable answer" : "does not answer";
}

const char *outage_why(const struct engine *engine)
{
	return engine->model_gate.unusable ? "the model gives no usable answer"
	                                   : "the model does not answer";
}

static void let_rules_decide(struct engine *engine)
{
	struct ticket *ticket;

	engine->decide->down = true;
	engine->tallies.model_outages++;
	engine->decide->holding = false;
	gate_open_model(engine);
	if (engine->alert_lasts[ALERT_MODEL_DOWN])
		say(engine, LEVEL_WARNING, 0, "llm.on_outage is rules: tickets wait no longer");
	else
		say_alert(engine, ALERT_MODEL_DOWN, 0,
		          "model %s %s: tickets are classified by rules until it does",
		          engine->llm.model, what_it_does(engine));
	engine->decide->trials = 0;
	plan_probe(engine, LATE_FIRST, LATE_MAX);
	while ((ticket = lane_any(engine, LANE_MODEL)) || (ticket = lane_any(engine, LANE_JOINED)))
		decision_by_rules(engine, ticket, outage_why(engine), RULES_FOR_SERVICE);
}

static void end_the_run(struct engine *engine)
{
	bool touched =
	        !engine->setup.dry_run &&
	        (engine->batch.total > 0 || engine->batch.processed > 0 ||
	         lane_count(engine, LANE_DECISION) + lane_count(engine, LANE_SHADOW) > 0 ||
	         engine->held_count >
	                 lane_count(engine, LANE_JOINED) + lane_count(engine, LANE_MODEL) +
	                         lane_count(engine, LANE_WAITING) + lane_count(engine, LANE_ASKED));

	engine->decide->holding = false;
	engine->decide->gave_up = true;
	gate_halt_silent_model(engine, touched ? "The other tickets are left for the next run."
	                                       : "No ticket was touched.");
}

/* Says that tickets wait, once the time that hardly any outage takes is over. */
static void tell_holding(struct engine *engine, bool patience_over)
{
	struct decide *decide = engine->decide;

	if (!decide->holding) {
		decide->holding = true;
		decide->hold_said = engine->now.mono;
		say(engine, LEVEL_WARNING, 0, "model %s %s: tickets wait for it", engine->llm.model,
		    what_it_does(engine));
	}
	if (!patience_over || engine->alert_lasts[ALERT_MODEL_DOWN])
		return;
	struct contact contact;
	gate_judge_silence(engine, &contact);
	say_alert(engine, ALERT_MODEL_DOWN, 0, "%s Tickets wait until it %s.", contact.text,
	          engine->model_gate.unusable ? "does" : "answers");
}

static msec fails_since(const struct engine *engine)
{
	const struct decide *decide = engine->decide;

	if (decide->streak.first < 0 && decide->exhausted > 0)
		return decide->streak.good;
	return streak_since(&decide->streak, engine->now.mono);
}

void outage_unanswered(struct engine *engine)
{
	struct decide *decide = engine->decide;
	const struct config *config = engine->config;
	msec since = fails_since(engine), over = since + config->llm.patience;
	bool proven = proven_is(engine), run = engine->setup.mode != ENGINE_RESIDENT;
	bool patience_over = engine->now.mono >= over;

	settle_failures(engine, NOBODY_PAYS);
	if (decide->down) {
		plan_probe(engine, LATE_FIRST, LATE_MAX);
		return;
	}
	if (decide->streak.first < 0)
		decide->streak.first = since;
	if (proven && patience_over && config->llm.on_outage == OUTAGE_RULES) {
		let_rules_decide(engine);
		return;
	}
	if (!decide->holding)
		decide->trials = 0;
	patience_over = proven ? patience_over : decide->trials + 1 >= config->retry.attempts;
	if (run && patience_over) {
		end_the_run(engine);
		return;
	}
	tell_holding(engine, patience_over);
	if (engine->now.mono < over)
		plan_probe(engine, SOON_FIRST, SOON_MAX);
	else
		plan_probe(engine, LATE_FIRST, LATE_MAX);
	if (engine->now.mono < over && decide->probe_at > over)
		decide->probe_at = over;
}

bool outage_is_probe_due(struct engine *engine, msec *deadline)
{
	const struct decide *decide = engine->decide;
	enum gate_state state = engine->model_gate.state;

	if (state != GATE_DOUBTED && !(state == GATE_OPEN && decide->down))
		return false;
	if ((decide->holding || decide->down) && engine->now.mono < decide->probe_at) {
		clock_earliest(deadline, decide->probe_at);
		return false;
	}
	return true;
}

void outage_pump(struct engine *engine, msec *deadline)
{
	struct decide *decide = engine->decide;
	size_t waiting = lane_count(engine, LANE_JOINED) + lane_count(engine, LANE_MODEL) +
	                 lane_count(engine, LANE_WAITING);

	if (!decide->holding || engine->setup.mode != ENGINE_RESIDENT)
		return;
	if (engine->now.mono - decide->hold_said >= HOLD_SAID_EVERY) {
		decide->hold_said = engine->now.mono;
		say(engine, LEVEL_WARNING, 0, "%zu %s for model %s, which has %s for %lld minutes",
		    waiting, str_plural(waiting, "ticket waits", "tickets wait"), engine->llm.model,
		    engine->model_gate.unusable ? "given no usable answer" : "not answered",
		    (long long)((engine->now.mono - fails_since(engine)) / MSEC_MINUTE));
	}
	clock_earliest(deadline, decide->hold_said + HOLD_SAID_EVERY);
}

void outage_try(struct engine *engine)
{
	struct decide *decide = engine->decide;

	decide->trials = 0;
	decide->probe_at = engine->now.mono;
	if (decide->down && engine->config->llm.on_outage == OUTAGE_HOLD) {
		decide->down = false;
		if (engine->model_gate.state == GATE_OPEN)
			gate_doubt_model(engine, true);
	}
}
