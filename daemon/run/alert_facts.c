/* Makes the facts of the rules of what the parts of the service know. */
#include "daemon/run/alert_facts.h"

#include "daemon/run/state.h"

void alert_facts_look(struct app *app, struct alert_view_of_app *view)
{
	engine_stats(app->engine, &view->stats);
}

uint64_t alert_facts_depth(const struct alert_view_of_app *view)
{
	const struct load *load = &view->stats.load;

	return load->waiting + load->at_model + load->to_write;
}

static bool model_works(const struct engine_stats *stats)
{
	const uint64_t *answers = stats->tallies->answers;

	if (stats->model_wanted == NULL)
		return true;
	return !stats->model_halted && !stats->model_down &&
	       answers[ANSWER_ACCEPTED] + answers[ANSWER_REPAIRED] > 0;
}

static bool zendesk_works(const struct engine_stats *stats)
{
	return stats->signed_in && !stats->zendesk_halted && !stats->unreachable &&
	       stats->last_poll_wall >= 0;
}

static const char *text_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

void alert_facts_collect(struct app *app, const struct sli *sli, char *const engine[ALERT_KINDS],
                         bool saved, struct clock_reading now, struct alert_view_of_app *view)
{
	const struct engine_stats *stats = &view->stats;
	struct health_input *input = &view->input;
	struct health health;

	health_view_judge(app, stats, input, &health);
	health_sentence(&health, input, view->sentence);
	view->facts = (struct alert_facts){
	        .config = app->settings->config,
	        .disk_free = input->disk_free,
	        .disk_path = input->disk_path,
	        .idle = input->idle,
	        .paused = input->paused,
	        .stopped = text_or_null(input->stopped),
	        .refusal = health_view_refusal(app),
	        .model = input->model,
	        .model_leaves_in = input->model_leaves >= 0 ? input->model_leaves - now.wall : -1,
	        .zendesk_works = zendesk_works(stats),
	        .model_works = model_works(stats),
	        .store_works = saved && !input->store_failing,
	        .health = view->sentence,
	};
	/* a date that has passed is as near as can be */
	if (input->model_leaves >= 0 && view->facts.model_leaves_in < 0)
		view->facts.model_leaves_in = 0;
	sli_measure(sli, &input->last_24h, now.mono, &view->facts.sli);
	for (int kind = 0; kind < ALERT_KINDS; kind++)
		view->facts.engine[kind] = engine[kind];
	for (int check = 0; check < HEALTH_CHECKS; check++)
		view->facts.checks[check] = health.checks[check];
}
