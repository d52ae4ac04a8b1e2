/* Writes page after page, as it comes. */
#include "daemon/ctl/export.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/ctl/csv.h"
#include "daemon/ctl/draft.h"
#include "daemon/ctl/pages.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/sink.h"

#define ROW_MAX ((size_t)1024 * 1024)

struct export
{
	const struct live_call *call;
	struct sink sink;
	struct buf row;
	uint64_t rows;
	bool terminal; /* control characters are shown, not sent */
};

/* --- CSV --- */

/* To the millisecond, in UTC, as spreadsheets and programs read it. */
static void add_time_cell(struct export *export, int64_t at)
{
	char iso[CLOCK_ISO_SIZE], cell[CLOCK_ISO_SIZE + 8];

	clock_format_iso(at, iso);
	iso[CLOCK_ISO_SIZE - 2] = '\0'; /* its Z */
	snprintf(cell, sizeof(cell), "%s.%03dZ", iso, (int)(at % MSEC_SECOND));
	csv_add_plain(&export->row, true, cell);
}

static void add_number_cell(struct export *export, double number)
{
	char cell[32] = "";

	if (isfinite(number))
		snprintf(cell, sizeof(cell), "%.15g", number);
	csv_add_plain(&export->row, false, cell);
}

static void add_text_cell(struct export *export, struct str text)
{
	struct buf shown;

	if (!export->terminal) {
		csv_add_text(&export->row, false, text);
		return;
	}
	buf_init(&shown, ROW_MAX);
	print_add_text(&shown, text);
	csv_add_text(&export->row, false, buf_str(&shown));
	buf_free(&shown);
}

static void add_csv_row(struct export *export, const struct decision *decision)
{
	char ticket[24];

	add_time_cell(export, decision->at);
	snprintf(ticket, sizeof(ticket), "%lld", (long long)decision->ticket);
	csv_add_plain(&export->row, false, ticket);
	add_text_cell(export, decision->outcome);
	add_text_cell(export, decision->root_cause);
	add_text_cell(export, decision->urgency);
	add_text_cell(export, decision->sentiment);
	add_number_cell(export, decision->confidence);
	add_text_cell(export, decision->by);
	add_text_cell(export, decision->model);
	add_text_cell(export, decision->priority_before);
	add_text_cell(export, decision->priority_after);
	add_number_cell(export, decision->processing_ms);
	add_number_cell(export, decision->cost);
	add_text_cell(export, decision->reason);
	csv_end_row(&export->row);
}

/* --- both --- */

static void begin_rows(struct export *export)
{
	sink_add(&export->sink, export->call->csv
	                                ? STR("at,ticket_id,outcome,root_cause,urgency,sentiment,"
	                                      "confidence,by,model,priority_before,priority_after,"
	                                      "processing_ms,cost_usd,reason\r\n")
	                                : STR("["));
}

static void export_row(struct export *export, const struct json *row)
{
	struct decision decision;
	struct err err;

	ENSURE(decision_read(row, &decision, &err) == 0); /* the page was checked */
	buf_reset(&export->row);
	if (export->call->csv) {
		add_csv_row(export, &decision);
	} else {
		buf_puts(&export->row, export->rows > 0 ? ",\n" : "\n");
		decision_add_json(&export->row, row);
	}
	sink_add(&export->sink, buf_str(&export->row));
	export->rows++;
}

static void end_rows(struct export *export)
{
	if (!export->call->csv)
		sink_add(&export->sink, export->rows > 0 ? STR("\n]\n") : STR("]\n"));
}

static int write_failed(const struct export *export)
{
	const char *place = export->call->file != NULL ? export->call->file : "standard output";
	int error = export->sink.error;

	draft_drop();
	fprintf(stderr, "ai-ticketctl: export: not complete: %s: %s\n", place,
	        error == EPIPE ? "its reader has left" : strerror(error));
	return LIVE_FAILED;
}

/* What was printed can no longer be taken back. */
static int read_failed(struct export *export, enum fetch_end end, const struct buf *why)
{
	draft_drop();
	if (export->call->file == NULL && export->call->csv && export->rows > 0)
		sink_add(&export->sink, STR("INCOMPLETE: the export was interrupted\r\n"));
	if (export->call->file == NULL && sink_flush(&export->sink) < 0)
		return write_failed(export);
	if (export->rows == 0)
		return fetch_explain(end, "export", why);
	struct str reason = str_trim(buf_str(why));
	fprintf(stderr, "ai-ticketctl: export: not complete, after %llu rows: " STR_FMT "\n",
	        (unsigned long long)export->rows, STR_ARG(reason));
	return LIVE_FAILED;
}

static int keep(struct export *export)
{
	struct err err;

	end_rows(export);
	if (sink_flush(&export->sink) < 0)
		return write_failed(export);
	if (draft_keep(&err) < 0) {
		fprintf(stderr, "ai-ticketctl: export: %s\n", err.text);
		return LIVE_FAILED;
	}
	if (export->call->file != NULL)
		fprintf(stderr, "%llu %s in %s\n", (unsigned long long)export->rows,
		        str_plural(export->rows, "decision", "decisions"), export->call->file);
	return LIVE_DONE;
}

static int write_pages(struct export *export, struct pages *pages, struct buf *why)
{
	struct json *tree;
	const struct json *rows;

	while (!pages->over) {
		enum fetch_end end = pages_next(pages, PAGES_ROWS_MAX, &tree, &rows, why);

		if (end != FETCH_DONE)
			return read_failed(export, end, why);
		if (export->rows == 0)
			begin_rows(export);
		for (struct json_each each = json_items(rows); json_next(&each);)
			export_row(export, each.value);
		json_free(tree);
		if (export->sink.error != 0)
			return write_failed(export);
	}
	return keep(export);
}

int export_run(const struct live_call *call)
{
	struct export export = {.call = call};
	struct pages pages;
	struct buf why;
	struct err err;
	int fd = draft_begin(call->file, &err);

	if (fd < 0) {
		fprintf(stderr, "ai-ticketctl: export: %s\n", err.text);
		return LIVE_FAILED;
	}
	export.terminal = isatty(fd) == 1;
	sink_init(&export.sink, fd);
	buf_init(&export.row, ROW_MAX);
	buf_init(&why, FETCH_WHY_MAX);
	pages_init(&pages, call->socket, call->since, call->until);
	int status = write_pages(&export, &pages, &why);
	pages_free(&pages);
	buf_free(&why);
	buf_free(&export.row);
	sink_free(&export.sink);
	return status;
}
