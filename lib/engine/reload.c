/* Putting another configuration in force in mid-run. Most options are read where they are used and
 * need nothing; here is what was derived from options and must be derived again. Nothing under way
 * is dropped: requests that were sent keep what they were sent with, and their replies are read by
 * what is in force when they arrive. Options that a reload cannot change have their previous values
 * here: the sender of the event has seen to that (config_keep). */
#include "engine/reload.h"

#include "engine/core/plain.h"
#include "engine/core/say.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"
#include "engine/core/stop.h"
#include "engine/decide/decide.h"
#include "engine/decide/reuse.h"
#include "engine/find/find.h"
#include "engine/session.h"
#include "engine/write/write.h"

static bool text_differs(const char *a, const char *b)
{
	return !str_eq(str_of(a), str_of(b));
}

static bool account_differs(const struct config *a, const struct config *b)
{
	return text_differs(a->zendesk.client_id, b->zendesk.client_id) ||
	       text_differs(a->zendesk.client_secret, b->zendesk.client_secret) ||
	       text_differs(a->zendesk.scope, b->zendesk.scope) ||
	       text_differs(a->zendesk.email, b->zendesk.email) ||
	       text_differs(a->zendesk.api_token, b->zendesk.api_token);
}

static void apply_limits(struct engine *engine, const struct config *former)
{
	const struct config *config = engine->config;
	struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];
	struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;

	upstream_set_limits(zendesk, (double)config->zendesk.requests_per_minute, 0, now);
	upstream_set_limits(llm, (double)config->llm.requests_per_minute,
	                    (double)config->llm.tokens_per_minute, now);
	breaker_set(&zendesk->breaker, (int)config->breaker.threshold, config->breaker.timeout);
	breaker_set(&llm->breaker, 0, config->breaker.timeout);
	window_set_max(&llm->window, (int)config->llm.max_in_flight);
	window_raise(&llm->window, (int)config->llm.initial_in_flight);
	budget_keep(&engine->account->budgets.pool, config->zendesk.reserve);
}

/* Sizes that were halved begin anew: what is too large will be halved again. */
static void apply_sizes(struct engine *engine, const struct config *former)
{
	if (former->zendesk.batch_size == engine->config->zendesk.batch_size)
		return;
	find_resize(engine);
	write_resize(engine);
}

static void apply_search_options(struct engine *engine, const struct config *former)
{
	engine->account->find->next_pass +=
	        engine->config->zendesk.poll_interval - former->zendesk.poll_interval;
	if (text_differs(former->zendesk.query, engine->config->zendesk.query))
		pass_other_query(engine);
}

static bool privacy_differs(const struct config_privacy *a, const struct config_privacy *b)
{
	return a->redact != b->redact || a->cvv != b->cvv || a->birth_dates != b->birth_dates ||
	       a->national_ids != b->national_ids || a->passports != b->passports ||
	       a->mac_addresses != b->mac_addresses ||
	       !str_eq(str_of(a->patterns), str_of(b->patterns));
}

void reload(struct engine *engine, const struct config *config)
{
	const struct config *former = engine->config;
	unsigned models = engine->llm.models_used;
	bool account = account_differs(former, config);
	bool service = text_differs(former->llm.api_key, config->llm.api_key);

	engine->config = engine->setup.config = config;
	zd_client_reload(&engine->account->zendesk, config, account);
	llm_client_reload(&engine->llm, config);
	service = service || engine->llm.models_used != models;
	apply_limits(engine, former);
	apply_sizes(engine, former);
	if (config->zendesk.settle_timeout != former->zendesk.settle_timeout)
		write_settle_anew(engine, former->zendesk.settle_timeout);
	apply_search_options(engine, former);
	say_alert_over(engine, ALERT_MODEL_REPLACED, "model %s is used again", engine->llm.model);
	if (config->zendesk.bulk == BULK_NEVER)
		say_alert_over(engine, ALERT_BULK_OFF,
		               "zendesk.bulk = never: bulk updates are not wanted any more");
	if (privacy_differs(&config->privacy, &former->privacy)) {
		plain_set_options(engine);
		if (config->privacy.redact)
			analyse_redact(engine);
	}
	(void)shadow_configure(engine); /* what follows from it: stopping.h */
	stop_reload(engine);
	reuse_reload(engine);
	outage_try(engine);
	session_anew(engine, account, service);
}
