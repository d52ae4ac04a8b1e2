/* Rate limits of the account: windows end on the UTC minute (ten minutes for the one per ticket),
 * header names differ over the years, and a 429 comes as JSON, plain text or HTML. */
#include "parts.h"

#include <stdio.h>
#include <string.h>

#define TICKET_WINDOW 600 /* seconds */

static void turn_window(struct world *world, struct minute_window *window)
{
	int64_t minute = server_second(world) / 60;
	if (window->minute == minute)
		return;
	window->minute = minute;
	window->used = 0;
}

/* Requests that other programs have used of the pool so far in this minute. */
static int used_by_others(const struct world *world)
{
	int64_t second = server_second(world) % 60 + 1;
	return (int)(world->options.pool_others * second / 60);
}

static int64_t rest_of_minute(const struct world *world)
{
	return 60 - server_second(world) % 60;
}

void zendesk_429(struct world *world, int64_t wait, const char *what, struct world_answer *answer)
{
	char text[160];
	snprintf(text, sizeof(text), "Number of allowed %srequests per minute exceeded", what);
	switch (prng_below(&world->chance, 3)) {
	case 0: answer_error(answer, 429, "APIRateLimitExceeded", text); break;
	case 1: answer_text(answer, 429, text); break;
	default:
		answer_start(answer, 429, "text/html; charset=utf-8");
		buf_printf(&answer->body, "<html><body><h1>%s</h1></body></html>", text);
	}
	answer_header(answer, "Retry-After: %lld", (long long)wait);
	world->audit.limited++;
}

static bool refuse(struct world *world, int64_t wait, const char *what, struct world_answer *answer)
{
	world->audit.past_limit++;
	zendesk_429(world, wait, what, answer);
	return false;
}

static bool take_ticket_update(struct world *world, struct z_ticket *ticket,
                               struct world_answer *answer)
{
	int64_t window = server_second(world) / TICKET_WINDOW;
	if (ticket->update_window != window) {
		ticket->update_window = window;
		ticket->updates = 0;
	}
	if (ticket->updates >= (unsigned)world->options.ticket_updates)
		return refuse(world, TICKET_WINDOW - server_second(world) % TICKET_WINDOW,
		              "ticket update ", answer);
	ticket->updates++;
	return true;
}

static bool take_minute(struct world *world, struct minute_window *window, int limit,
                        const char *what, struct world_answer *answer)
{
	turn_window(world, window);
	if (window->used >= limit)
		return refuse(world, rest_of_minute(world), what, answer);
	window->used++;
	return true;
}

bool zendesk_take(struct world *world, enum zendesk_cost cost, struct z_ticket *ticket,
                  struct world_answer *answer)
{
	const struct world_options *options = &world->options;
	struct zendesk *zendesk = &world->zendesk;
	if (options->pool && !take_minute(world, &zendesk->pool,
	                                  options->pool - used_by_others(world), "API ", answer))
		return false;
	if (cost == COST_EXPORT && options->exports)
		return take_minute(world, &zendesk->exports, options->exports, "search export API ",
		                   answer);
	if (cost == COST_INCREMENTAL && options->incrementals)
		return take_minute(world, &zendesk->incrementals, options->incrementals,
		                   "incremental export API ", answer);
	if (cost != COST_UPDATE)
		return true;
	if (options->single_updates &&
	    !take_minute(world, &zendesk->single_updates, options->single_updates,
	                 "ticket update API ", answer))
		return false;
	return !ticket || !options->ticket_updates || take_ticket_update(world, ticket, answer);
}

static void endpoint_header(struct world *world, const char *name, int limit, int used,
                            int64_t resets, struct world_answer *answer)
{
	answer_header(answer, "%s%s: total=%d; remaining=%d; resets=%lld",
	              world->options.old_headers ? "zendesk-rate-limit-" : "Zendesk-RateLimit-",
	              name, limit, used < limit ? limit - used : 0, (long long)resets);
}

void zendesk_limit_headers(struct world *world, enum zendesk_cost cost, struct z_ticket *ticket,
                           struct world_answer *answer)
{
	const struct world_options *options = &world->options;
	const struct zendesk *zendesk = &world->zendesk;
	long long rest = (long long)rest_of_minute(world);
	if (options->pool) {
		int left = options->pool - zendesk->pool.used - used_by_others(world);
		left = left < 0 ? 0 : left;
		if (!options->old_headers) {
			answer_header(answer, "X-Rate-Limit: %d", options->pool);
			answer_header(answer, "X-Rate-Limit-Remaining: %d", left);
		}
		const char *prefix = options->old_headers ? "rate-limit" : "ratelimit";
		answer_header(answer, "%s%s: %d", prefix, options->old_headers ? "" : "-limit",
		              options->pool);
		answer_header(answer, "%s-remaining: %d", prefix, left);
		answer_header(answer, "%s-reset: %lld", prefix, rest);
	}
	if (cost == COST_UPDATE && options->single_updates)
		endpoint_header(world, "tickets-update", options->single_updates,
		                zendesk->single_updates.used, rest, answer);
	if (cost == COST_UPDATE && options->ticket_updates && ticket)
		endpoint_header(world, "per-ticket-updates", options->ticket_updates,
		                (int)ticket->updates,
		                TICKET_WINDOW - server_second(world) % TICKET_WINDOW, answer);
	if (cost == COST_BULK)
		zendesk_jobs_header(world, answer);
	if (cost == COST_INCREMENTAL && options->incrementals)
		endpoint_header(world, "incremental-exports", options->incrementals,
		                zendesk->incrementals.used, rest, answer);
	if (cost == COST_EXPORT && options->exports)
		endpoint_header(world, "search-export", options->exports, zendesk->exports.used,
		                rest, answer);
}
