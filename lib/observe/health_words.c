/* The words of the health's checks, as sentences and as JSON. */
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "observe/health.h"

#define WORD_MAX 400

static struct str reason_or_none(const char *said)
{
	return str_sentence(said && said[0] ? said : "no reason given");
}

static bool is_known(const char *reason)
{
	return reason && reason[0];
}

static void add_why(struct buf *out, const char *before, const char *reason)
{
	struct str said = reason_or_none(reason);

	buf_printf(out, "%s" STR_FMT, before, STR_ARG(said));
}

/* ": reason", or nothing when none is known. */
static void add_known(struct buf *out, const char *reason)
{
	if (is_known(reason))
		add_why(out, ": ", reason);
}

static void add_disk(struct buf *out, const struct health_input *input)
{
	buf_printf(out, "%lld MiB free on %s", (long long)(input->disk_free >> 20),
	           input->disk_path);
}

static void add_idle(struct buf *out, const struct health_input *input)
{
	char span[CLOCK_SPAN_SIZE];

	clock_format_span(input->idle, span);
	buf_printf(out,
	           input->zendesk_down ? "Zendesk has not answered for %s"
	                               : "Nothing has been read from Zendesk for %s",
	           span);
	if (input->zendesk_down)
		add_known(out, input->zendesk_reason);
}

/* "3 of the last 50 tickets were classified by rules because the model failed at each attempt" */
static void add_attempts(struct buf *out, const struct recent_counts *recent)
{
	unsigned long long tickets = recent->tickets;

	if (recent->model_failed > 0)
		buf_printf(out,
		           "%llu of the last %llu tickets were classified by rules because the "
		           "model failed at each attempt",
		           (unsigned long long)recent->model_failed, tickets);
	if (recent->model_failed > 0 && recent->zendesk_failed > 0)
		buf_puts(out, "; ");
	if (recent->zendesk_failed > 0)
		buf_printf(out,
		           "%llu of the last %llu tickets could not be written because Zendesk "
		           "failed at each attempt",
		           (unsigned long long)recent->zendesk_failed, tickets);
}

/* "gpt-4o-mini will be shut down on 2027-01-14 (in 25 days)" */
static void add_shutdown(struct buf *out, const struct health_input *input)
{
	char date[CLOCK_ISO_SIZE];
	msec left = input->model_leaves - input->wall;

	clock_format_iso(input->model_leaves, date);
	if (left < 0)
		buf_printf(out, "%s was shut down on %.10s", input->model, date);
	else
		buf_printf(out, "%s will be shut down on %.10s (in %lld %s)", input->model, date,
		           (long long)(left / MSEC_DAY),
		           str_plural((uint64_t)(left / MSEC_DAY), "day", "days"));
}

static void add_model(struct buf *out, const struct health_input *input)
{
	if (strcmp(input->model, input->model_wanted) != 0)
		buf_printf(out, "%s answers in place of %s, which is not available", input->model,
		           input->model_wanted);
	else
		add_shutdown(out, input);
}

void health_model_warning(const struct health_input *input, struct buf *out)
{
	if (!input->model || !input->model_wanted)
		return;
	if (strcmp(input->model, input->model_wanted) == 0 &&
	    (input->model_leaves < 0 || input->model_leaves - input->wall > HEALTH_MODEL_WARNS))
		return;
	add_model(out, input);
	buf_puts(out, ": set another llm.model");
}

static void add_failures(struct buf *out, const struct health_input *input)
{
	buf_add_count(out, input->last_24h.failed);
	buf_puts(out, " of ");
	buf_add_count(out, input->last_24h.failed + input->last_24h.processed);
	buf_puts(out, " tickets failed in the last 24 hours");
}

/* "1204 tickets are waiting and will take about 2 h 5 min; limited by …" */
static void add_backlog(struct buf *out, const struct load *load)
{
	uint64_t tickets = load->waiting + load->at_model + load->to_write;
	char span[CLOCK_SPAN_SIZE];

	clock_format_span(load->left, span);
	buf_add_count(out, tickets);
	buf_printf(out, " %s not done", str_plural(tickets, "ticket is", "tickets are"));
	if (load->left == MSEC_NEVER)
		buf_puts(out, ", and none has ended in 5 minutes");
	else
		buf_printf(out, " and will take about %s", span);
	if (load->limit != LOAD_FREE) {
		buf_puts(out, "; limited by ");
		load_limit_text(load->limit, load->limit_value, out);
	}
}

/* The reason says what to do. */
static void add_halt(struct buf *out, const struct health_input *input, enum health_check check)
{
	const char *reason = check == CHECK_ZENDESK ? input->zendesk_reason : input->model_reason;

	if (is_known(reason))
		add_why(out, "", reason);
	else
		buf_puts(out, check == CHECK_ZENDESK ? "Zendesk refuses access"
		                                     : "The model refuses access");
}

/* --- sentences --- */

static void say_unhealthy(const struct health_input *input, enum health_check check,
                          struct buf *out)
{
	if (check == CHECK_ZENDESK || check == CHECK_LLM) {
		add_halt(out, input, check);
		buf_putc(out, '.');
	} else if (check == CHECK_DATABASE) {
		buf_puts(out, "The database cannot be written, so Zendesk updates are on hold. "
		              "Check the disk that holds store.path.");
	} else if (check == CHECK_DISK) {
		buf_puts(out, "Disk full: ");
		add_disk(out, input);
		buf_puts(out, ". Free some space.");
	} else {
		add_idle(out, input);
		buf_puts(out, ". Check the log; a restart is safe.");
	}
}

static const char *what_service_does(const struct health_input *input, enum health_check check)
{
	return check == CHECK_LLM && input->model_unusable ? "gives no usable answer"
	                                                   : "does not answer";
}

static void say_service_down(const struct health_input *input, enum health_check check,
                             struct buf *out)
{
	bool zendesk = check == CHECK_ZENDESK;

	buf_printf(out, "%s %s", zendesk ? "Zendesk" : "The model",
	           what_service_does(input, check));
	add_known(out, zendesk ? input->zendesk_reason : input->model_reason);
	if (!zendesk)
		buf_puts(out, input->model_awaited
		                      ? ". Tickets wait for it"
		                      : ". Tickets are classified by rules (llm.on_outage)");
	buf_puts(out, ". Retrying automatically; no action needed unless it persists.");
}

static void say_degraded(const struct health_input *input, enum health_check check, struct buf *out)
{
	switch (check) {
	case CHECK_ZENDESK:
	case CHECK_LLM: say_service_down(input, check, out); break;
	case CHECK_DISK:
		buf_puts(out, "Disk nearly full: ");
		add_disk(out, input);
		buf_puts(out, ". Free some space.");
		break;
	case CHECK_LOG:
		add_why(out, "Log lines are missing: ", input->log_trouble);
		buf_puts(out, ". Make the folder again.");
		break;
	case CHECK_LAST_RUN:
		add_idle(out, input);
		buf_puts(out, ". Check the log if it persists.");
		break;
	case CHECK_ATTEMPTS:
		add_attempts(out, &input->recent);
		buf_puts(out, ". The log gives the reason for each.");
		break;
	case CHECK_MODEL:
		add_model(out, input);
		buf_puts(out, ". Set another llm.model.");
		break;
	case CHECK_FAILURES:
		add_failures(out, input);
		buf_puts(out, ". The log gives the reason for each.");
		break;
	case CHECK_BACKLOG:
		add_backlog(out, &input->load);
		buf_putc(out, '.');
		break;
	case CHECK_ALERTS:
		add_why(out, "Nobody may be told: ", input->alert_trouble);
		buf_putc(out, '.');
		break;
	case CHECK_DATABASE:
	case HEALTH_CHECKS: break;
	}
}

/* The first check in this state. */
static enum health_check first_with(const struct health *health, enum health_state state)
{
	for (int check = 0; check < HEALTH_CHECKS; check++)
		if (health->checks[check] == state)
			return (enum health_check)check;
	return HEALTH_CHECKS;
}

static void add_healthy(const struct health_input *input, struct buf *out)
{
	buf_puts(out, "Healthy. ");
	buf_add_count(out, input->last_24h.processed);
	buf_printf(out, " %s processed in the last 24 hours.",
	           str_plural(input->last_24h.processed, "ticket", "tickets"));
}

static void add_pause(const struct health_input *input, struct buf *out)
{
	bool stopped = health_is_stopped(input);
	uint64_t more = stopped ? 0 : input->load.at_model + input->load.to_write;

	buf_puts(out, "Paused. No new tickets are taken; ");
	if (more > 0) {
		buf_add_count(out, more);
		buf_puts(out, input->writing == WRITE_MODE_WRITING
		                      ? " in progress will still be written; "
		                      : " in progress will be finished; ");
	}
	buf_puts(out, "ai-ticketctl resume ends the pause. ");
}

static void add_stop(const struct health_input *input, struct buf *out)
{
	buf_puts(out, input->stopped);
	if (input->stop_trouble != NULL)
		add_why(out, ". A restart would end that: ", input->stop_trouble);
	buf_puts(out, ". ");
}

void health_sentence(const struct health *health, const struct health_input *input,
                     char out[HEALTH_SENTENCE_SIZE])
{
	struct buf words;

	buf_init(&words, SIZE_MAX);
	if (input->writing == WRITE_MODE_SHADOW)
		buf_puts(&words, "Shadow mode: nothing is written to Zendesk. ");
	if (health_is_stopped(input))
		add_stop(input, &words);
	if (input->paused && !input->draining)
		add_pause(input, &words);
	if (health->state == HEALTH_HEALTHY)
		add_healthy(input, &words);
	else if (input->draining && health->state == HEALTH_DEGRADED)
		buf_puts(&words, "Stopping. Work in progress is being finished.");
	else if (health->state == HEALTH_DEGRADED)
		say_degraded(input, first_with(health, health->state), &words);
	else
		say_unhealthy(input, first_with(health, health->state), &words);
	struct str cut = utf8_cut(str_trim(buf_str(&words)), HEALTH_SENTENCE_SIZE - 1);
	memcpy(out, cut.data, cut.len);
	out[cut.len] = '\0';
	buf_free(&words);
}

/* --- the words of the checks --- */

static void add_service_word(struct buf *out, const struct health_input *input,
                             enum health_check check)
{
	bool zendesk = check == CHECK_ZENDESK;

	buf_puts(out, "error: ");
	if (zendesk ? input->zendesk_halted : input->model_halted) {
		add_halt(out, input, check);
		return;
	}
	buf_puts(out, what_service_does(input, check));
	add_known(out, zendesk ? input->zendesk_reason : input->model_reason);
}

/* The word of a check that is not good. */
static void add_word(struct buf *out, const struct health_input *input, enum health_check check,
                     enum health_state state)
{
	switch (check) {
	case CHECK_ZENDESK:
	case CHECK_LLM: add_service_word(out, input, check); break;
	case CHECK_DATABASE: buf_puts(out, "error: cannot be written"); break;
	case CHECK_DISK: buf_puts(out, state == HEALTH_UNHEALTHY ? "critical" : "warning"); break;
	case CHECK_LOG: add_why(out, "error: ", input->log_trouble); break;
	case CHECK_LAST_RUN: buf_puts(out, "stale"); break;
	case CHECK_ATTEMPTS:
		buf_puts(out, "error: ");
		add_attempts(out, &input->recent);
		break;
	case CHECK_MODEL:
		buf_puts(out, "warning: ");
		add_model(out, input);
		break;
	case CHECK_FAILURES:
		buf_puts(out, "warning: ");
		add_failures(out, input);
		break;
	case CHECK_BACKLOG:
		buf_puts(out, "warning: ");
		add_backlog(out, &input->load);
		break;
	case CHECK_ALERTS: add_why(out, "warning: ", input->alert_trouble); break;
	case HEALTH_CHECKS: break;
	}
}

static void add_check(struct buf *out, const struct health_input *input,
                      const struct health *health, enum health_check check)
{
	static const char *const keys[HEALTH_CHECKS] = {[CHECK_ZENDESK] = "zendesk_api",
	                                                [CHECK_LLM] = "llm_api",
	                                                [CHECK_DATABASE] = "database",
	                                                [CHECK_DISK] = "disk_space",
	                                                [CHECK_LOG] = "log",
	                                                [CHECK_LAST_RUN] = "last_run",
	                                                [CHECK_ATTEMPTS] = "attempts",
	                                                [CHECK_MODEL] = "llm_model",
	                                                [CHECK_FAILURES] = "failures",
	                                                [CHECK_BACKLOG] = "backlog",
	                                                [CHECK_ALERTS] = "alerts"};
	enum health_state state = health->checks[check];
	struct buf word;

	buf_init(&word, SIZE_MAX);
	if (state == HEALTH_HEALTHY)
		buf_puts(&word, "ok");
	else
		add_word(&word, input, check, state);
	json_add_member(out, keys[check], utf8_cut(buf_str(&word), WORD_MAX));
	buf_free(&word);
}

/* First the four that monitors were promised. */
static void add_checks(struct buf *out, const struct health *health,
                       const struct health_input *input)
{
	static const enum health_check order[HEALTH_CHECKS] = {
	        CHECK_ZENDESK,  CHECK_LLM,     CHECK_DISK,  CHECK_LAST_RUN,
	        CHECK_DATABASE, CHECK_LOG,     CHECK_MODEL, CHECK_ATTEMPTS,
	        CHECK_FAILURES, CHECK_BACKLOG, CHECK_ALERTS};

	json_add_key(out, "checks");
	buf_putc(out, '{');
	for (size_t i = 0; i < HEALTH_CHECKS; i++)
		add_check(out, input, health, order[i]);
	buf_putc(out, '}');
}

static double nan_if_negative(double value)
{
	return value < 0 ? NAN : value;
}

static void add_metrics(struct buf *out, const struct health_input *input)
{
	const struct counts *counts = &input->last_24h;
	const struct load *load = &input->load;
	msec latency = counts_latency(counts);
	msec left = load->left == MSEC_NEVER ? -1 : load->left;

	json_add_key(out, "metrics");
	buf_putc(out, '{');
	json_add_member_number(out, "success_rate_24h",
	                       nan_if_negative(counts_success_rate(counts)), 4);
	json_add_member_number(out, "avg_latency_24h",
	                       nan_if_negative((double)latency / (double)MSEC_SECOND), 3);
	json_add_member_int(out, "tickets_processed_24h", (int64_t)counts->processed);
	json_add_member_int(out, "backlog",
	                    (int64_t)(load->waiting + load->at_model + load->to_write));
	json_add_member_number(out, "backlog_seconds",
	                       nan_if_negative((double)left / (double)MSEC_SECOND), 0);
	buf_putc(out, '}');
}

void health_write(const struct health *health, const struct health_input *input, struct buf *out)
{
	char now[CLOCK_ISO_SIZE], sentence[HEALTH_SENTENCE_SIZE];

	clock_format_iso(input->wall, now);
	health_sentence(health, input, sentence);
	buf_putc(out, '{');
	json_add_member(out, "status", str_of(health_state_name(health->state)));
	json_add_member_bool(out, "ready", health_is_ready(health, input));
	json_add_member_bool(out, "paused", input->paused);
	json_add_member_bool(out, "stopping", input->draining);
	json_add_member(out, "writes", health_is_stopped(input) ? STR("stopped") : STR("on"));
	json_add_member(out, "mode", str_of(write_mode_name(input->writing)));
	add_checks(out, health, input);
	add_metrics(out, input);
	json_add_member(out, "timestamp", str_of(now));
	json_add_member(out, "message", str_of(sentence));
	buf_putc(out, '}');
}
