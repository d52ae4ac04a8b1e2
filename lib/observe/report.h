/* What a batch looks like to people and programs: text log lines, rows and frame of the results file, the summary. Pure text;
 * where it goes is the shell's business. Formats are fixed by DESIGN §10. */
#ifndef OBSERVE_REPORT_H
#define OBSERVE_REPORT_H

#include "base/buf.h"
#include "config/config.h"
#include "ticket/outcome.h"

struct batch {
	msec started_wall, started_mono, ended_mono;
	uint64_t found;     /* ids first seen in this run */
	uint64_t total;     /* outcomes: processed + failed + skipped */
	uint64_t processed; /* success or dry_run */
	uint64_t failed;
	uint64_t skipped;
	msec processing_ms; /* sum over processed tickets */
	double cost_estimate;
	uint64_t fallback; /* answered by rules although a model was configured */
};
void batch_start(struct batch *batch, msec wall, msec mono);
void batch_count(struct batch *batch, const struct outcome *outcome, double cost);

/* "2025-11-05 22:33:01 | INFO | text": one line with its newline, control characters of `text` escaped. */
void report_log_line(struct buf *out, msec wall, enum log_level level, struct str text);
/* "✓ Ticket 12345 processed in 3.2s", "✗ Ticket 12347 failed: …", "- Ticket 5 skipped: …", dry run likewise. */
void report_outcome_text(struct buf *out, const struct outcome *outcome);
/* The closing block of a batch, one line per call of `each`: 60 '=', Processed, Failed, Avg time, Total time, 60 '='. */
void report_summary(const struct batch *batch, void (*each)(void *arg, const char *line), void *arg);
/* The results file is written as a stream: head, rows with commas between, foot; together one JSON document with the keys of
 * DESIGN §10. */
void report_results_head(struct buf *out, const struct batch *batch);
void report_results_row(struct buf *out, const struct outcome *outcome, const char *prompt_version, bool first);
void report_results_foot(struct buf *out, const struct batch *batch);
/* "results_YYYYMMDD_HHMMSS.json", "…_2.json" for the second try. UTC. */
void report_results_name(char out[64], msec wall, int attempt);
/* "YYYYMMDD.log" */
void report_log_name(char out[32], msec wall);

#endif
