/* Zendesk and the model: requests, answers, cost, and what holds requests back. */
#include <math.h>
#include <string.h>

#include "daemon/run/metering_inside.h"
#include "daemon/run/state.h"
#include "daemon/system/clock.h"

const char *const metering_upstreams[UPSTREAM_COUNT] = {
        [UPSTREAM_ZENDESK] = "zendesk", [UPSTREAM_LLM] = "llm"};

/* --- requests --- */

static void write_durations(struct scrape *scrape)
{
	static const struct {
		enum upstream_id upstream;
		const char *operation;
	} names[REQUEST_OPERATIONS] = {
	        [REQUEST_FIND] = {UPSTREAM_ZENDESK, "find"},
	        [REQUEST_READ] = {UPSTREAM_ZENDESK, "read"},
	        [REQUEST_UPDATE] = {UPSTREAM_ZENDESK, "update"},
	        [REQUEST_UPDATE_MANY] = {UPSTREAM_ZENDESK, "update_many"},
	        [REQUEST_JOBS] = {UPSTREAM_ZENDESK, "jobs"},
	        [REQUEST_OTHER] = {UPSTREAM_ZENDESK, "other"},
	        [REQUEST_CHAT] = {UPSTREAM_LLM, "chat"},
	        [REQUEST_PROBE] = {UPSTREAM_LLM, "probe"},
	        [REQUEST_MODELS] = {UPSTREAM_LLM, "models"},
	};

	metrics_begin(&scrape->metrics, FAMILY_REQUEST_DURATION);
	for (size_t i = 0; i < REQUEST_OPERATIONS; i++)
		metrics_histogram(
		        &scrape->metrics, &metering_of(scrape->app)->durations[i],
		        METRICS_LABELS(metering_upstreams[names[i].upstream], names[i].operation));
}

/* One sample for each service. */
static void write_by_upstream(struct scrape *scrape, enum family family,
                              const uint64_t values[UPSTREAM_COUNT])
{
	metrics_begin(&scrape->metrics, family);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++)
		metrics_count_of(&scrape->metrics, values[i], metering_upstreams[i]);
}

void metering_view_requests(struct scrape *scrape)
{
	const struct metering *metering = metering_of(scrape->app);

	write_durations(scrape);
	metrics_begin(&scrape->metrics, FAMILY_REQUESTS);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++)
		for (size_t code = 0; code < METERING_CODES; code++)
			metrics_count(
			        &scrape->metrics, metering->codes[i][code],
			        METRICS_LABELS(metering_upstreams[i], metering_code_name(code)));
	write_by_upstream(scrape, FAMILY_RETRIES, scrape->stats.tallies->retries);
	write_by_upstream(scrape, FAMILY_IN_FLIGHT, metering->in_flight);
	metrics_begin(&scrape->metrics, FAMILY_TRANSFER);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++)
		for (size_t way = 0; way < 2; way++)
			metrics_count(&scrape->metrics, metering->bytes[i][way],
			              METRICS_LABELS(metering_upstreams[i],
			                             way == 0 ? "sent" : "received"));
}

/* --- the model --- */

/* The models that requests were sent to, then those that the configuration names and that nothing
 * was spent on so far. */
struct models {
	struct model_tally rows[TALLY_MODELS + 1];
	size_t count;
};

static void add_model(struct models *models, struct str name)
{
	struct str cut = utf8_cut(str_trim(name), TALLY_MODEL_SIZE - 1);

	for (size_t i = 0; i < models->count; i++)
		if (str_eq(str_of(models->rows[i].name), cut))
			return;
	if (cut.len > 0 && models->count < TALLY_MODELS)
		memcpy(models->rows[models->count++].name, cut.data, cut.len);
}

static void list_models(const struct scrape *scrape, struct models *ret)
{
	const struct config *config = scrape->app->settings->config;
	const struct engine_tallies *tallies = scrape->stats.tallies;
	struct str more = str_of(config->llm.fallback_models);

	*ret = (struct models){0};
	for (size_t i = 0; i < TALLY_MODELS && tallies->models[i].name[0] != '\0'; i++)
		ret->rows[ret->count++] = tallies->models[i];
	if (scrape->stats.model_wanted != NULL) {
		add_model(ret, str_of(config->llm.model));
		while (more.len > 0)
			add_model(ret, str_split(&more, ','));
	}
	ret->rows[ret->count] = tallies->models[TALLY_MODELS];
	memcpy(ret->rows[ret->count++].name, "other", sizeof("other"));
}

static void write_spending(struct scrape *scrape)
{
	struct models models;

	list_models(scrape, &models);
	metrics_begin(&scrape->metrics, FAMILY_LLM_TOKENS);
	for (size_t i = 0; i < models.count; i++) {
		const struct model_tally *row = &models.rows[i];

		metrics_count(&scrape->metrics, row->spent.tokens_prompt,
		              METRICS_LABELS(row->name, "input"));
		metrics_count(&scrape->metrics, row->spent.tokens_answer,
		              METRICS_LABELS(row->name, "output"));
	}
	metrics_begin(&scrape->metrics, FAMILY_LLM_CACHED);
	for (size_t i = 0; i < models.count; i++)
		metrics_count_of(&scrape->metrics, models.rows[i].spent.tokens_cached,
		                 models.rows[i].name);
	metrics_begin(&scrape->metrics, FAMILY_LLM_COST);
	for (size_t i = 0; i < models.count; i++)
		metrics_number_of(&scrape->metrics, models.rows[i].spent.cost, models.rows[i].name);
}

void metering_view_model(struct scrape *scrape)
{
	static const char *const repairs[] = {"fence",   "prose", "think",  "syntax",
	                                      "wrapper", "keys",  "labels", "length"};
	const struct engine_stats *stats = &scrape->stats;

	write_spending(scrape);
	metrics_begin(&scrape->metrics, FAMILY_LLM_ANSWERS);
	for (int i = 0; i < ANSWER_RESULTS; i++)
		metrics_count_of(&scrape->metrics, stats->tallies->answers[i],
		                 tallies_answer_name((enum answer_result)i));
	metrics_begin(&scrape->metrics, FAMILY_LLM_LOOKUPS);
	for (int i = 0; i < REUSE_LOOKUPS; i++)
		metrics_count_of(&scrape->metrics, stats->tallies->lookups[i],
		                 tallies_lookup_name((enum reuse_lookup)i));
	metrics_begin(&scrape->metrics, FAMILY_LLM_REPAIRS);
	for (size_t i = 0; i < ARRAY_LEN(repairs); i++)
		metrics_count_of(&scrape->metrics, stats->repairs[i], repairs[i]);
	metrics_begin(&scrape->metrics, FAMILY_LLM_RETIREMENT);
	if (stats->model_leaves >= 0 && stats->model != NULL)
		metrics_time(&scrape->metrics, stats->model_leaves, METRICS_LABELS(stats->model));
}

/* --- guards --- */

static bool breaker_is_shut(const struct scrape *scrape, size_t id)
{
	if (id == UPSTREAM_LLM)
		return scrape->stats.model_breaker != BREAKER_CLOSED;
	return engine_upstream(scrape->app->engine, (enum upstream_id)id)->breaker.state !=
	       BREAKER_CLOSED;
}

static void write_waiting(struct scrape *scrape, size_t id, msec now)
{
	const struct upstream *upstream =
	        engine_upstream(scrape->app->engine, (enum upstream_id)id);
	const struct {
		const char *guard;
		bool shut;
	} guards[] = {
	        {"bucket", !bucket_has(&upstream->requests, 1, now) ||
	                           !bucket_has(&upstream->tokens, 1, now)},
	        {"window", !window_may(&upstream->window)},
	        {"breaker", breaker_is_shut(scrape, id)},
	        {"pause", upstream->paused_until > now},
	};

	for (size_t i = 0; i < ARRAY_LEN(guards); i++)
		metrics_count(&scrape->metrics, guards[i].shut,
		              METRICS_LABELS(metering_upstreams[id], guards[i].guard));
}

static void write_breakers(struct scrape *scrape)
{
	metrics_begin(&scrape->metrics, FAMILY_GUARD_WINDOW);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++) {
		int size = engine_upstream(scrape->app->engine, (enum upstream_id)i)->window.size;

		metrics_number_of(&scrape->metrics,
		                  size == WINDOW_UNLIMITED ? (double)INFINITY : size,
		                  metering_upstreams[i]);
	}
	metrics_begin(&scrape->metrics, FAMILY_BREAKER_OPEN);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++)
		metrics_count_of(&scrape->metrics, breaker_is_shut(scrape, i),
		                 metering_upstreams[i]);
	write_by_upstream(scrape, FAMILY_BREAKER_OPENED, scrape->stats.outages);
}

static void write_quotas(struct scrape *scrape)
{
	static const char *const pools[] = {[QUOTA_ACCOUNT] = "account",
	                                    [QUOTA_SEARCH] = "search",
	                                    [QUOTA_EXPORT] = "export",
	                                    [QUOTA_UPDATE] = "update"};
	const struct engine_stats *stats = &scrape->stats;

	metrics_begin(&scrape->metrics, FAMILY_QUOTA);
	for (size_t i = 0; i < QUOTA_COUNT; i++)
		if (stats->quota[i] >= 0)
			metrics_count_of(&scrape->metrics, (uint64_t)stats->quota[i], pools[i]);
	metrics_sum(&scrape->metrics, FAMILY_JOBS, stats->jobs);
}

void metering_view_guards(struct scrape *scrape)
{
	msec now = clock_now().mono;

	metrics_begin(&scrape->metrics, FAMILY_GUARD_WAITING);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++)
		write_waiting(scrape, i, now);
	write_breakers(scrape);
	metrics_begin(&scrape->metrics, FAMILY_THROTTLED);
	for (size_t i = 0; i < UPSTREAM_COUNT; i++)
		metrics_number_of(&scrape->metrics,
		                  (double)scrape->stats.tallies->throttled_ms[i] / MSEC_SECOND,
		                  metering_upstreams[i]);
	write_quotas(scrape);
}
