/* Another configuration, in the middle of everything. Most options are looked at where they are used and need nothing; here are
 * those of which something was derived. Nothing under way is dropped: requests that left go on under what they left with, and
 * what they bring is read by what is in force when it comes.
 *
 * What does not take effect on reload has its former value here too: whoever sends the event has seen to that (config_keep). */
#include "engine/core/state.h"

static bool differ(const char *a, const char *b)
{
	return !str_eq(str_of(a), str_of(b));
}

static bool other_account(const struct config *a, const struct config *b)
{
	return differ(a->zendesk_client_id, b->zendesk_client_id) ||
	       differ(a->zendesk_client_secret, b->zendesk_client_secret) ||
	       differ(a->zendesk_scope, b->zendesk_scope) || differ(a->zendesk_email, b->zendesk_email) ||
	       differ(a->zendesk_api_token, b->zendesk_api_token);
}

static void limits(struct engine *engine, const struct config *former)
{
	const struct config *config = engine->config;
	struct upstream *zendesk = &engine->upstreams[UPSTREAM_ZENDESK];
	struct upstream *llm = &engine->upstreams[UPSTREAM_LLM];
	msec now = engine->now.mono;

	upstream_set_limits(zendesk, (double)config->zendesk_requests_per_minute, 0, now);
	upstream_set_limits(llm, (double)config->llm_requests_per_minute, (double)config->llm_tokens_per_minute, now);
	breaker_set(&zendesk->breaker, (int)config->breaker_threshold, config->breaker_timeout);
	breaker_set(&llm->breaker, 0, config->breaker_timeout);
	window_set_max(&llm->window, (int)config->llm_max_in_flight);
	window_raise(&llm->window, (int)config->llm_initial_in_flight);
	budget_keep(&engine->pool, config->zendesk_reserve);
}

/* Sizes that were halved for good reasons begin anew: what is too large is halved again. */
static void sizes(struct engine *engine, const struct config *former)
{
	unsigned size = (unsigned)engine->config->zendesk_batch_size;

	if (former->zendesk_batch_size == engine->config->zendesk_batch_size)
		return;
	engine->discover.page_size = size;
	engine->write.read_size = size;
	engine->bulk.size = size;
	reread_resize(engine);
}

static void leave_alone(struct ticket *ticket, msec former, msec timeout)
{
	if (ticket->in_bulk && ticket->resend_at == ticket->sent_at + former)
		ticket->resend_at = ticket->sent_at + timeout;
}

/* Bulk writes of unknown outcome: those that may be sent again earlier are looked at earlier. */
static void settling(struct engine *engine, const struct config *former)
{
	struct heap *later = &engine->write.later;
	struct list due, *parked = &engine->discover.returns.order;
	msec old = former->zendesk_settle_timeout, timeout = engine->config->zendesk_settle_timeout;

	if (old == timeout)
		return;
	for (struct list *node = parked->next; node != parked; node = node->next)
		leave_alone(container_of(node, struct ticket, queue), old, timeout);
	for (struct list *node = engine->held.next; node != &engine->held; node = node->next)
		leave_alone(container_of(node, struct ticket, held), old, timeout);
	list_init(&due);
	for (size_t i = 0; i < later->count; i++) {
		struct ticket *ticket = container_of(later->nodes[i], struct ticket, turn);

		if (ticket->state == TICKET_SETTLING && ticket->in_bulk && ticket->resend_at < ticket->turn.key)
			list_push_back(&due, &ticket->queue);
	}
	while (!list_empty(&due)) {
		struct ticket *ticket = list_first(&due, struct ticket, queue);

		list_remove(&ticket->queue);
		heap_move(later, &ticket->turn, ticket->resend_at);
	}
}

static void searching(struct engine *engine, const struct config *former)
{
	struct discover *discover = &engine->discover;

	discover->next_pass += engine->config->zendesk_poll_interval - former->zendesk_poll_interval;
	if (differ(former->zendesk_query, engine->config->zendesk_query))
		pass_other_query(engine);
}

void reload(struct engine *engine, const struct config *config)
{
	const struct config *former = engine->config;
	unsigned models = engine->llm.models_used;
	bool account = other_account(former, config);
	bool service = differ(former->llm_api_key, config->llm_api_key);

	engine->config = engine->setup.config = config;
	zd_client_reload(&engine->zendesk, config, account);
	llm_client_reload(&engine->llm, config);
	service = service || engine->llm.models_used != models;
	limits(engine, former);
	sizes(engine, former);
	settling(engine, former);
	searching(engine, former);
	if (config->privacy_redact && !former->privacy_redact)
		analyse_redact(engine);
	analyse_probe(engine);
	session_anew(engine, account, service);
}
