/* Lines that people read: log, outcome of a ticket, closing summary; and the names of log and
 * results files. */
#include "observe/report.h"

#include <stdio.h>

#define RULE "============================================================" /* 60 */

/* True for characters that would end the line, be invisible or change the writing direction. */
static bool must_be_escaped(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static void add_line_text(struct buf *out, struct str text)
{
	for (size_t bytes; text.len > 0; text = str_skip(text, bytes)) {
		uint32_t c = utf8_decode(text, &bytes);

		/* a control character, or a byte that is not UTF-8 */
		if (bytes == 1 && (c < 0x20 || c >= 0x7F))
			buf_printf(out, "\\x%02x", (unsigned)(unsigned char)text.data[0]);
		else if (must_be_escaped(c))
			buf_printf(out, "\\u{%x}", (unsigned)c);
		else
			buf_add(out, text.data, bytes);
	}
}

static const char *level_name(enum log_level level)
{
	static const char *const names[] = {
	        [LEVEL_DEBUG] = "DEBUG",
	        [LEVEL_INFO] = "INFO",
	        [LEVEL_WARNING] = "WARNING",
	        [LEVEL_ERROR] = "ERROR",
	};

	ENSURE((size_t)level < ARRAY_LEN(names));
	return names[level];
}

void report_log_line(struct buf *out, msec wall, enum log_level level, struct str text)
{
	struct clock_fields t = clock_split(wall);

	buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d | %s | ", t.year, t.month, t.day, t.hour,
	           t.minute, t.second, level_name(level));
	add_line_text(out, text);
	buf_putc(out, '\n');
}

/* Writes seconds as "3.2". Not with printf of a double, whose decimal point depends on the
 * locale. */
static void add_seconds(struct buf *out, msec span)
{
	msec tenths = span > 0 ? (span + 50) / 100 : 0;
	buf_printf(out, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

static void add_would_be(struct buf *out, const struct outcome *outcome)
{
	if (outcome->tags_added.count == 0)
		buf_puts(out, "would add no tags");
	else
		buf_puts(out, "would add tags");
	for (size_t i = 0; i < outcome->tags_added.count; i++) {
		buf_putc(out, ' ');
		add_line_text(out, outcome->tags_added.items[i]);
	}
	if (outcome->priority_set == PRIORITY_NONE)
		buf_puts(out, ", leave the priority");
	else
		buf_printf(out, ", set priority %s", priority_name(outcome->priority_set));
}

static void add_reason(struct buf *out, struct str reason)
{
	add_line_text(out, reason.len ? reason : STR("no reason given"));
}

void report_outcome_text(struct buf *out, const struct outcome *outcome)
{
	unsigned long long id = outcome->ticket.id;

	switch (outcome->status) {
	case OUTCOME_SUCCESS:
		buf_printf(out, "✓ Ticket %llu processed in ", id);
		add_seconds(out, outcome->processing_ms);
		buf_putc(out, 's');
		break;
	case OUTCOME_ERROR:
		buf_printf(out, "✗ Ticket %llu failed: ", id);
		add_reason(out, outcome->reason);
		break;
	case OUTCOME_SKIPPED:
		buf_printf(out, "- Ticket %llu skipped: ", id);
		add_reason(out, outcome->reason);
		break;
	case OUTCOME_DRY_RUN:
	case OUTCOME_SHADOW:
		buf_printf(out, "✓ Ticket %llu analysed in ", id);
		add_seconds(out, outcome->processing_ms);
		buf_puts(out, outcome->status == OUTCOME_SHADOW ? "s (shadow): " : "s (dry run): ");
		add_would_be(out, outcome);
		break;
	}
}

struct lines {
	struct buf text;
	void (*each)(void *arg, const char *line);
	void *arg;
};

static void end_line(struct lines *lines)
{
	lines->each(lines->arg, buf_cstr(&lines->text));
	buf_reset(&lines->text);
}

static void count_line(struct lines *lines, const char *what, uint64_t count)
{
	buf_printf(&lines->text, "%s: %llu", what, (unsigned long long)count);
	end_line(lines);
}

static void time_line(struct lines *lines, const char *what, msec span, const char *unit)
{
	buf_printf(&lines->text, "%s: ", what);
	add_seconds(&lines->text, span);
	buf_puts(&lines->text, unit);
	end_line(lines);
}

/* A model of one's own costs tokens and nothing else. Dollars have four decimals, by integers,
 * because printf of a double depends on the locale. */
static void cost_line(struct lines *lines, const struct spending *spent)
{
	uint64_t tokens = spent->tokens_prompt + spent->tokens_answer;
	uint64_t parts = (uint64_t)(spent->cost * 10000 + 0.5);
	const char *about = spent->estimated ? "~" : "";

	if (tokens == 0)
		return;
	buf_puts(&lines->text, "Cost: ");
	if (spent->cost > 0)
		buf_printf(&lines->text, "%s$%llu.%04llu, ", about,
		           (unsigned long long)(parts / 10000),
		           (unsigned long long)(parts % 10000));
	buf_printf(&lines->text, "%s%llu tokens", about, (unsigned long long)tokens);
	if (spent->tokens_cached > 0)
		buf_printf(&lines->text, " (%llu of them from the service's cache)",
		           (unsigned long long)spent->tokens_cached);
	end_line(lines);
}

void report_summary(const struct batch *batch, void (*each)(void *arg, const char *line), void *arg)
{
	struct lines lines = {.each = each, .arg = arg};

	buf_init(&lines.text, 4096);
	each(arg, RULE);
	if (batch->shadow) {
		buf_printf(&lines.text, "Shadow: %llu analysed, nothing was written to Zendesk",
		           (unsigned long long)batch->shadow);
		end_line(&lines);
	}
	buf_printf(&lines.text, "Processed: %llu/%llu tickets",
	           (unsigned long long)batch->processed, (unsigned long long)batch->total);
	end_line(&lines);
	count_line(&lines, "Failed", batch->failed);
	if (batch->skipped)
		count_line(&lines, "Skipped", batch->skipped);
	if (batch->fallback)
		count_line(&lines, "Answered by rules", batch->fallback);
	time_line(&lines, "Avg time", batch_average(batch), "s per ticket");
	time_line(&lines, "Total time", batch_duration(batch), "s");
	each(arg, RULE);
	cost_line(&lines, &batch->spent);
	buf_free(&lines.text);
}

/* Writes "_2" for the second attempt, nothing for the first. */
static void attempt_suffix(char out[16], int attempt)
{
	out[0] = '\0';
	if (attempt > 1)
		snprintf(out, 16, "_%d", attempt);
}

void report_results_name(char out[REPORT_NAME_SIZE], msec wall, int attempt)
{
	struct clock_fields t = clock_split(wall);
	char again[16];

	attempt_suffix(again, attempt);
	snprintf(out, REPORT_NAME_SIZE, "results_%04d%02d%02d_%02d%02d%02d%s.json", t.year, t.month,
	         t.day, t.hour, t.minute, t.second, again);
}

void report_log_name(char out[REPORT_NAME_SIZE], msec wall, int attempt)
{
	struct clock_fields t = clock_split(wall);
	char again[16];

	attempt_suffix(again, attempt);
	snprintf(out, REPORT_NAME_SIZE, "%04d%02d%02d%s.log", t.year, t.month, t.day, again);
}
