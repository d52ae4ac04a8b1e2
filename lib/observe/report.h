/* The text that a batch produces for people and programs: log lines, the closing summary, rows and
 * frame of the results file, names of files. Only text; the shell decides where it goes. Times are
 * UTC. Spans are shown to people in seconds with one decimal, to programs with three.
 *
 * Reasons of failures come from outside. In every text made here, control characters, bytes that
 * are not UTF-8 and characters that break lines or change the writing direction are escaped as \xNN
 * or \u{NNNN}: one event is one line. */
#ifndef OBSERVE_REPORT_H
#define OBSERVE_REPORT_H

#include "base/buf.h"
#include "config/config.h"
#include "observe/spending.h"
#include "ticket/outcome.h"

struct batch {
	msec started_wall, started_mono, ended_mono;
	uint64_t found;     /* tickets found in this batch */
	uint64_t total;     /* outcomes: processed + failed + skipped */
	uint64_t processed; /* success, dry_run or shadow */
	uint64_t shadow;    /* of these, in shadow: nothing was written */
	uint64_t failed;
	uint64_t skipped;
	msec processing_ms;    /* sum over processed tickets */
	struct spending spent; /* of all requests to models */
	uint64_t fallback;     /* decided by rules although a model was configured */
};
void batch_start(struct batch *batch, msec wall, msec mono);
void batch_count(struct batch *batch, const struct outcome *outcome);
/* Average processing time of the processed tickets; 0 when there are none. */
msec batch_average(const struct batch *batch);
msec batch_duration(const struct batch *batch);

/* "2025-11-05 22:33:01 | INFO | text": one line with its newline. */
void report_log_line(struct buf *out, msec wall, enum log_level level, struct str text);
/* Appends one line without its newline:
 *
 *     ✓ Ticket 12345 processed in 3.2s
 *     ✗ Ticket 12347 failed: …
 *     - Ticket 5 skipped: …
 *     ✓ Ticket 12345 analysed in 3.2s (dry run): would add tags ai_processed ai_bug ai_high
 *       ai_negative, set priority high
 *     ✓ Ticket 12345 analysed in 3.2s (shadow): would add tags … */
void report_outcome_text(struct buf *out, const struct outcome *outcome);
/* Calls `each` for each line of the closing summary of a batch; the line is valid during the call:
 * 60 '=', "Processed: 46/47 tickets", "Failed: 1", "Avg time: 3.4s per ticket", "Total time:
 * 17.2s", 60 '='. "Skipped: N" and "Answered by rules: N" (a model was configured) come after
 * "Failed" when they are not 0; "Shadow: N analysed, nothing was written to Zendesk" before
 * "Processed". Behind them all, when a model was asked: "Cost: $0.0068, 14664 tokens", with "~"
 * before numbers that are partly estimated. */
void report_summary(const struct batch *batch, void (*each)(void *arg, const char *line),
                    void *arg);

/* The results file is written as a stream: head, rows (the first with first == true), foot;
 * together one JSON document:
 *
 *     {"timestamp":"2025-11-05T22:33:01Z","results":[
 *     {"ticket_id":12345,"status":"success","processing_time":3.204,
 *      "analysis":{"summary","root_cause","urgency","sentiment",
 *                  "metadata":{"model","model_version","prompt_version","tokens_used",
 *                              "cached":true,"confidence":{…}},
 *                  "timestamp","processing_time_ms"},
 *      "tags_added":["ai_processed",…],"priority_set":"high","error":null}
 *     ],"total":47,"processed":46,"failed":1,"skipped":0,"avg_time_per_ticket":3.4,
 *     "total_time":17.2,"cost_estimate":0.0068,"tokens":14664,"tokens_estimated":false}
 *
 * "tokens_cached":N, of the tokens those that the service had in its cache of prompts, follows
 * "tokens" when there were any. "shadow":N follows "processed" when that many of these were
 * decided in shadow. analysis, priority_set and error are null when there is none; a skipped
 * ticket's reason is in error.
 * confidence holds a number for each label whose confidence is known, and is absent when none is.
 * In a dry run and in shadow tags_added and priority_set say what would have been written. One row
 * is one line of the file. */
void report_results_head(struct buf *out, const struct batch *batch);
void report_results_row(struct buf *out, const struct outcome *outcome, bool first);
void report_results_foot(struct buf *out, const struct batch *batch);

#define REPORT_NAME_SIZE 64
/* "results_YYYYMMDD_HHMMSS.json"; with attempt 2, when that name exists: "results_…_2.json". */
void report_results_name(char out[REPORT_NAME_SIZE], msec wall, int attempt);
/* "YYYYMMDD.log"; with attempt 2: "YYYYMMDD_2.log". */
void report_log_name(char out[REPORT_NAME_SIZE], msec wall, int attempt);

#endif
