/* Writes the line of a service that is on hold. */
#include "daemon/run/hold_line.h"

#include "daemon/run/state.h"

#define LINE_BYTES_MAX 4096

/* A pause is a person's wish, and no reason to write a line a minute. */
static bool is_on_hold(const struct health *health, const struct health_input *input)
{
	return !input->paused && !input->draining &&
	       (health->checks[CHECK_ZENDESK] != HEALTH_HEALTHY ||
	        health->checks[CHECK_LLM] == HEALTH_UNHEALTHY ||
	        health->checks[CHECK_DATABASE] != HEALTH_HEALTHY);
}

void hold_line_minute(struct app *app)
{
	struct engine_stats stats;
	struct health_input input;
	struct health health;
	char sentence[HEALTH_SENTENCE_SIZE];
	struct buf line;

	if (app->finished)
		return;
	engine_stats(app->engine, &stats);
	health_view_judge(app, &stats, &input, &health);
	if (!is_on_hold(&health, &input))
		return;
	health_sentence(&health, &input, sentence);
	uint64_t tickets = stats.load.waiting + stats.load.at_model + stats.load.to_write;
	buf_init(&line, LINE_BYTES_MAX);
	buf_puts(&line, "On hold, ");
	buf_add_count(&line, tickets);
	buf_printf(&line, " %s waiting. %s", str_plural(tickets, "ticket", "tickets"), sentence);
	textlog_say(app->log, LEVEL_WARNING, buf_str(&line));
	buf_free(&line);
}
