/* Judges the health of the service by its checks. */
#include "observe/health.h"

#include <string.h>

/* Polls that may be missed, plus time for a pass that rate limits delay. */
#define IDLE_DEGRADED(poll) (3 * (poll) + 5 * MSEC_MINUTE)
#define IDLE_UNHEALTHY(poll) (10 * (poll) + 15 * MSEC_MINUTE)

const char *health_state_name(enum health_state state)
{
	static const char *const names[] = {"healthy", "degraded", "unhealthy"};

	ENSURE((size_t)state < ARRAY_LEN(names));
	return names[state];
}

static enum health_state degraded_if(bool trouble)
{
	return trouble ? HEALTH_DEGRADED : HEALTH_HEALTHY;
}

static enum health_state judge_service(bool halted, bool down)
{
	return halted ? HEALTH_UNHEALTHY : degraded_if(down);
}

static enum health_state judge_disk(int64_t free)
{
	if (free >= 0 && free < HEALTH_DISK_NEEDED)
		return HEALTH_UNHEALTHY;
	return degraded_if(free >= 0 && free < HEALTH_DISK_LOW);
}

bool health_is_stopped(const struct health_input *input)
{
	return input->stopped != NULL && input->stopped[0] != '\0';
}

/* During a pause or a stop of writing nothing is expected. */
static enum health_state judge_last_run(const struct health_input *input)
{
	if (input->paused || input->draining || health_is_stopped(input))
		return HEALTH_HEALTHY;
	if (input->idle > IDLE_UNHEALTHY(input->poll_interval))
		return HEALTH_UNHEALTHY;
	return degraded_if(input->idle > IDLE_DEGRADED(input->poll_interval));
}

static bool too_many_failures(const struct health_input *input)
{
	uint64_t tried = input->last_24h.processed + input->last_24h.failed;

	return tried >= HEALTH_FAILURES_FROM &&
	       (double)input->last_24h.failed > input->failure_rate * (double)tried;
}

static bool too_many_attempts(const struct recent_counts *recent)
{
	return recent_is_too_much(recent, recent->model_failed + recent->zendesk_failed);
}

static bool is_other_model(const struct health_input *input)
{
	return input->model && input->model_wanted &&
	       strcmp(input->model, input->model_wanted) != 0;
}

static bool model_leaves_soon(const struct health_input *input)
{
	return input->model && input->model_leaves >= 0 &&
	       input->model_leaves - input->wall < HEALTH_MODEL_LEAVES;
}

/* Where a service fails or nothing may be begun, that is said, and not that it takes long. */
static bool takes_too_long(const struct health_input *input)
{
	return !input->paused && !input->draining && !health_is_stopped(input) &&
	       input->load.left > input->backlog_time;
}

void health_judge(const struct health_input *input, struct health *ret)
{
	*ret = (struct health){.state = degraded_if(input->draining || health_is_stopped(input))};
	enum health_state *checks = ret->checks;

	checks[CHECK_ZENDESK] = judge_service(input->zendesk_halted, input->zendesk_down);
	checks[CHECK_LLM] = judge_service(input->model_halted, input->model_down);
	checks[CHECK_DATABASE] = input->store_failing ? HEALTH_UNHEALTHY : HEALTH_HEALTHY;
	checks[CHECK_DISK] = judge_disk(input->disk_free);
	checks[CHECK_LOG] = degraded_if(input->log_trouble != NULL);
	checks[CHECK_LAST_RUN] = judge_last_run(input);
	checks[CHECK_ATTEMPTS] = degraded_if(too_many_attempts(&input->recent));
	checks[CHECK_MODEL] = degraded_if(is_other_model(input) || model_leaves_soon(input));
	checks[CHECK_FAILURES] = degraded_if(too_many_failures(input));
	checks[CHECK_BACKLOG] = degraded_if(takes_too_long(input));
	checks[CHECK_ALERTS] = degraded_if(input->alert_trouble != NULL);
	for (int check = 0; check < HEALTH_CHECKS; check++)
		if (checks[check] > ret->state)
			ret->state = checks[check];
}

int health_http_status(enum health_state state)
{
	return state == HEALTH_UNHEALTHY ? 503 : 200;
}

bool health_is_ready(const struct health *health, const struct health_input *input)
{
	return input->ready && health->state != HEALTH_UNHEALTHY && !input->draining;
}
