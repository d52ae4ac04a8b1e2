/* Judges the health of the service, and writes it as JSON: see health.h. */
#include "observe/health.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Polls that may be missed, plus time for a pass that rate limits delay. */
#define IDLE_DEGRADED(poll) (3 * (poll) + 5 * MSEC_MINUTE)
#define IDLE_UNHEALTHY(poll) (10 * (poll) + 15 * MSEC_MINUTE)

const char *health_state_name(enum health_state state)
{
	static const char *const names[] = {"healthy", "degraded", "unhealthy"};

	ENSURE((size_t)state < ARRAY_LEN(names));
	return names[state];
}

static enum health_state worse_of(enum health_state a, enum health_state b)
{
	return a > b ? a : b;
}

static enum health_state judge_zendesk(const struct health_input *input)
{
	if (input->zendesk_halted)
		return HEALTH_UNHEALTHY;
	return input->zendesk_down ? HEALTH_DEGRADED : HEALTH_HEALTHY;
}

static enum health_state judge_model(const struct health_input *input)
{
	if (input->model_halted)
		return HEALTH_UNHEALTHY;
	return input->model_down ? HEALTH_DEGRADED : HEALTH_HEALTHY;
}

static enum health_state judge_disk(const struct health_input *input)
{
	bool known = input->disk_free >= 0;

	if (input->store_failing || (known && input->disk_free < HEALTH_DISK_NEEDED))
		return HEALTH_UNHEALTHY;
	return input->log_trouble || (known && input->disk_free < HEALTH_DISK_LOW) ? HEALTH_DEGRADED
	                                                                           : HEALTH_HEALTHY;
}

/* During a pause nothing is expected. */
static enum health_state judge_last_run(const struct health_input *input)
{
	if (input->paused || input->draining)
		return HEALTH_DEGRADED;
	if (input->idle > IDLE_UNHEALTHY(input->poll_interval))
		return HEALTH_UNHEALTHY;
	return input->idle > IDLE_DEGRADED(input->poll_interval) ? HEALTH_DEGRADED : HEALTH_HEALTHY;
}

static enum health_state judge_failures(const struct health_input *input)
{
	uint64_t tried = input->last_24h.processed + input->last_24h.failed;

	if (tried < HEALTH_FAILURES_FROM)
		return HEALTH_HEALTHY;
	return (double)input->last_24h.failed > input->failure_rate * (double)tried
	               ? HEALTH_DEGRADED
	               : HEALTH_HEALTHY;
}

static void set_sentence(struct health *health, const char *format, ...) PRINTF_LIKE(2, 3);
static void set_sentence(struct health *health, const char *format, ...)
{
	char text[2 * sizeof(health->sentence)];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	struct str cut = utf8_cut(str_of(text), sizeof(health->sentence) - 1);
	memcpy(health->sentence, cut.data, cut.len);
	health->sentence[cut.len] = '\0';
}

static struct str reason_or_none(const char *said)
{
	return str_sentence(said && said[0] ? said : "no reason given");
}

static long long whole_minutes(msec span)
{
	return (long long)(span / MSEC_MINUTE);
}

static void say_disk(struct health *health, const struct health_input *input, const char *how)
{
	set_sentence(health, "%s: %lld MiB free at %s. Free some space.", how,
	             (long long)(input->disk_free >> 20), input->disk_path);
}

static void say_unhealthy(struct health *health, const struct health_input *input)
{
	struct str zendesk = reason_or_none(input->zendesk_reason),
	           model = reason_or_none(input->model_reason);

	if (health->zendesk == HEALTH_UNHEALTHY)
		set_sentence(health,
		             "Zendesk refuses access: " STR_FMT
		             ". Fix the cause, then restart the service: a reload does not read "
		             "systemd credentials again.",
		             STR_ARG(zendesk));
	else if (health->model == HEALTH_UNHEALTHY)
		set_sentence(health,
		             "The model is halted: " STR_FMT
		             ". Fix the cause, then restart the service: a reload does not read "
		             "systemd credentials again.",
		             STR_ARG(model));
	else if (input->store_failing)
		set_sentence(health, "The database cannot be written, so Zendesk updates are on "
		                     "hold. Check the disk that holds store.path.");
	else if (health->disk == HEALTH_UNHEALTHY)
		say_disk(health, input, "Disk full");
	else
		set_sentence(
		        health,
		        "Nothing has been read from Zendesk for %lld minutes. Check the log; a "
		        "restart is safe.",
		        whole_minutes(input->idle));
}

static void say_degraded(struct health *health, const struct health_input *input)
{
	if (input->draining)
		set_sentence(health, "Stopping. Work in progress is being finished.");
	else if (health->zendesk == HEALTH_DEGRADED)
		set_sentence(health, "Zendesk does not answer. Retrying automatically; no action "
		                     "needed unless it persists.");
	else if (health->model == HEALTH_DEGRADED)
		set_sentence(health, "The model does not answer, so tickets wait or are classified "
		                     "by rules (llm.on_outage). Retrying automatically.");
	else if (input->log_trouble)
		set_sentence(health, "Log lines are missing: " STR_FMT ". Make the folder again.",
		             STR_ARG(str_sentence(input->log_trouble)));
	else if (health->disk == HEALTH_DEGRADED)
		say_disk(health, input, "Disk nearly full");
	else if (input->paused)
		set_sentence(
		        health,
		        "Paused. No new tickets are taken; ai-ticketctl resume ends the pause.");
	else if (health->last_run == HEALTH_DEGRADED)
		set_sentence(
		        health,
		        "Nothing has been read from Zendesk for %lld minutes. Check the log if it "
		        "persists.",
		        whole_minutes(input->idle));
	else
		set_sentence(
		        health,
		        "%llu of %llu tickets failed in the last 24 hours. The log gives the "
		        "reason for each.",
		        (unsigned long long)input->last_24h.failed,
		        (unsigned long long)(input->last_24h.failed + input->last_24h.processed));
}

void health_judge(const struct health_input *input, struct health *ret)
{
	*ret = (struct health){.zendesk = judge_zendesk(input),
	                       .model = judge_model(input),
	                       .disk = judge_disk(input),
	                       .last_run = judge_last_run(input),
	                       .failures = judge_failures(input)};
	ret->state = worse_of(worse_of(ret->zendesk, ret->model),
	                      worse_of(ret->disk, worse_of(ret->last_run, ret->failures)));
	if (ret->state == HEALTH_UNHEALTHY)
		say_unhealthy(ret, input);
	else if (ret->state == HEALTH_DEGRADED)
		say_degraded(ret, input);
	else
		set_sentence(ret, "Healthy. %llu %s processed in the last 24 hours.",
		             (unsigned long long)input->last_24h.processed,
		             str_plural(input->last_24h.processed, "ticket", "tickets"));
}

int health_http_status(enum health_state state)
{
	return state == HEALTH_UNHEALTHY ? 503 : 200;
}

static void add_check(struct buf *out, const char *key, enum health_state state)
{
	static const char *const words[] = {"ok", "degraded", "failed"};

	json_add_member(out, key, str_of(words[state]));
}

static double nan_if_negative(double value)
{
	return value < 0 ? NAN : value;
}

static void add_metrics(struct buf *out, const struct counts *counts)
{
	msec latency = counts_latency(counts);

	json_add_key(out, "metrics");
	buf_putc(out, '{');
	json_add_member_number(out, "success_rate_24h",
	                       nan_if_negative(counts_success_rate(counts)), 4);
	json_add_member_number(out, "avg_latency_24h",
	                       nan_if_negative((double)latency / (double)MSEC_SECOND), 3);
	json_add_member_int(out, "tickets_processed_24h", (int64_t)counts->processed);
	buf_putc(out, '}');
}

void health_write(const struct health *health, const struct health_input *input, struct buf *out)
{
	char now[CLOCK_ISO_SIZE];

	clock_format_iso(input->wall, now);
	buf_putc(out, '{');
	json_add_member(out, "status", str_of(health_state_name(health->state)));
	json_add_key(out, "checks");
	buf_putc(out, '{');
	add_check(out, "zendesk_api", health->zendesk);
	add_check(out, "llm_api", health->model);
	add_check(out, "disk_space", health->disk);
	add_check(out, "last_run", health->last_run);
	buf_putc(out, '}');
	add_metrics(out, &input->last_24h);
	json_add_member(out, "timestamp", str_of(now));
	json_add_member(out, "message", str_of(health->sentence));
	buf_putc(out, '}');
}
