/* Orders of a person during a run: another configuration, a pause that ends after some time,
 * tickets to be processed at once. */
#include <stdio.h>

#include "shell.h"

#define PAUSE_MAX (3 * MSEC_MINUTE)
#define IDS_MAX 20
#define LINES 12
#define LINE_SIZE 64

struct lines {
	char text[LINES][LINE_SIZE];
	const char *all[LINES + 1];
	size_t count;
};

static void add(struct lines *lines, const char *option, uint64_t number)
{
	ENSURE(lines->count < LINES);
	snprintf(lines->text[lines->count], LINE_SIZE, "%s=%llu", option,
	         (unsigned long long)number);
	lines->all[lines->count] = lines->text[lines->count];
	lines->count++;
}

static void choose(struct shell *shell, struct lines *lines)
{
	static const char *const bulk[] = {"zendesk.bulk=auto", "zendesk.bulk=always",
	                                   "zendesk.bulk=never"};
	static const char *const models[] = {"llm.model=gpt-4o-mini", "llm.model=gpt-4o",
	                                     "llm.model=gpt-6-luna"};
	struct prng *prng = &shell->prng;

	add(lines, "zendesk.batch_size", 1 + prng_below(prng, 100));
	add(lines, "zendesk.max_jobs", 1 + prng_below(prng, 12));
	add(lines, "zendesk.settle_timeout", 30 + prng_below(prng, 300));
	add(lines, "zendesk.poll_interval", 10 + prng_below(prng, 120));
	add(lines, "llm.max_in_flight", 1 + prng_below(prng, 200));
	add(lines, "retry.attempts", 2 + prng_below(prng, 4));
	add(lines, "breaker.threshold", 3 + prng_below(prng, 8));
	if (shell->options->world.neighbours_signed)
		/* not drawn, so that the weather of other seeds does not depend on it */
		add(lines, "llm.tickets_per_request", 1 + 3 * shell->result->orders % 10);
	if (prng_unit(prng) < 0.3)
		add(lines, "zendesk.api_token", prng_below(prng, 1000));
	lines->all[lines->count++] = bulk[prng_below(prng, ARRAY_LEN(bulk))];
	if (prng_unit(prng) < 0.3)
		lines->all[lines->count++] = models[prng_below(prng, ARRAY_LEN(models))];
}

static void reload(struct shell *shell)
{
	struct config *former = shell->config;
	struct lines lines = {.count = 0};
	struct event event = {.kind = EVENT_RELOAD};

	choose(shell, &lines);
	lines.all[lines.count++] = shell->shadow ? "service.mode=shadow" : "service.mode=writing";
	event.config = shell->config = shell_config(shell->options, lines.all);
	config_keep(shell->config, former);
	note_config(&shell->invariants, shell->config, shell->now.mono);
	note_mode(&shell->invariants, shell->shadow);
	shell_step(shell, &event);
	config_free(former);
}

static void pause_for_a_while(struct shell *shell)
{
	struct event event = {.kind = EVENT_PAUSE};

	life_plan_one(shell, HAPPENS_RESUME, shell->now.mono + 1 + shell_span(shell, PAUSE_MAX));
	shell_step(shell, &event);
}

void order_resume(struct shell *shell)
{
	struct event event = {.kind = EVENT_RESUME};

	shell_step(shell, &event);
}

/* Orders tickets that can be found, and sometimes one that does not exist. */
static void order_process(struct shell *shell)
{
	struct ticket_key tickets[IDS_MAX];
	struct event event = {.kind = EVENT_PROCESS, .tickets = tickets};

	event.ticket_count = 1 + (size_t)prng_below(&shell->prng, IDS_MAX);
	for (size_t i = 0; i < event.ticket_count; i++)
		tickets[i] = ticket_key(
		        ACCOUNT_FIRST, 1 + prng_below(&shell->prng, shell->options->world.tickets));
	/* not drawn, so that the weather of a seed does not depend on it */
	event.again = tickets[0].id % 2 == 0;
	event.by = "somebody";
	if (prng_unit(&shell->prng) < 0.2)
		tickets[0].id = 1000000000;
	for (size_t i = 0; i < event.ticket_count && event.again; i++)
		note_order(&shell->invariants, tickets[i].id);
	shell_step(shell, &event);
}

void order_happens(struct shell *shell)
{
	shell->result->orders++;
	switch (prng_below(&shell->prng, 3)) {
	case 0: reload(shell); break;
	case 1: pause_for_a_while(shell); break;
	default: order_process(shell); break;
	}
}
