/* Follows the stream of events and fills its gaps from the list of decisions: what came while the
 * connection was down, and what the daemon skipped because too much came at once. So each outcome
 * is shown once. What is no outcome goes to standard error. */
#include "daemon/ctl/tail.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/ctl/pages.h"
#include "daemon/ctl/print.h"
#include "daemon/ctl/seen.h"
#include "daemon/ctl/sink.h"
#include "daemon/ctl/when.h"
#include "daemon/ctl/wire.h"

#define EVENTS "/api/v1/events"
#define LINE_MAX_BYTES ((size_t)1024 * 1024)
#define TURN_MS 500
#define RETRY_FIRST_MS 500
#define RETRY_MOST_MS 2000
#define GAP_ROWS_MAX LIVE_LINE_EARLIER_MAX
/* What was skipped is in the list once the records of these outcomes are written. */
#define GAP_WAIT_MS 2000
/* Outcomes of one moment are not always told in the order of their times. */
#define GAP_MARGIN_MS 5000

struct tail {
	const struct live_call *call;
	char *place;
	struct wire *wire;
	struct sink sink;
	struct seen seen;
	msec began;        /* the command; wall, ms */
	msec last_at;      /* of the newest outcome that was shown; wall, ms */
	bool ever;         /* a stream was open before */
	bool down;         /* that it is not open was said */
	bool opened;       /* just now */
	uint64_t retry_at; /* when to listen again; uv_hrtime() */
	int retry_ms;
	uint64_t gap_due; /* when to fill a gap; 0 = there is none */
	bool gap_again;   /* something was skipped meanwhile that may come into the list too late */
	msec gap_from;
	struct json **held; /* outcomes that come while earlier ones are to be shown first */
	size_t held_count;
	enum live_status status;
	bool over;
};

static uint64_t after_ms(int ms)
{
	return uv_hrtime() + (uint64_t)ms * 1000000;
}

static void tell(const char *what, const char *why)
{
	fprintf(stderr, "ai-ticketctl: tail: %s%s\n", what, why);
}

static void give_up(struct tail *tail, const char *why)
{
	tell(why, "");
	tail->status = LIVE_FAILED;
	tail->over = true;
}

/* --- lines --- */

static void show(struct tail *tail, const struct json *row)
{
	struct decision decision;
	struct err err;
	struct buf line;

	if (decision_read(row, &decision, &err) < 0) {
		char *why = xasprintf("the service's answer is wrong: %s", err.text);

		give_up(tail, why);
		free(why);
		return;
	}
	if (!seen_add(&tail->seen, &decision))
		return;
	if (decision.at > tail->last_at)
		tail->last_at = decision.at;
	buf_init(&line, LINE_MAX_BYTES);
	if (tail->call->json)
		decision_add_json(&line, row);
	else
		decision_add_line(&line, &decision, true);
	buf_putc(&line, '\n');
	sink_add(&tail->sink, buf_str(&line));
	buf_free(&line);
}

static void show_held(struct tail *tail)
{
	for (size_t i = 0; i < tail->held_count; i++) {
		if (!tail->over)
			show(tail, tail->held[i]);
		json_free(tail->held[i]);
	}
	tail->held_count = 0;
}

static void hold(struct tail *tail, struct json *row)
{
	if (tail->held_count == GAP_ROWS_MAX) {
		json_free(row);
		return;
	}
	tail->held = xrealloc(tail->held, (tail->held_count + 1) * sizeof(struct json *));
	tail->held[tail->held_count++] = row;
}

/* --- earlier outcomes --- */

/* Shows the newest `most` decisions since `since` (-1: of all), the oldest first. */
static void show_earlier(struct tail *tail, msec since, size_t most)
{
	struct pages pages;
	struct buf why;
	struct json **trees = NULL;
	const struct json **rows = xcalloc(most, sizeof(*rows)), *page;
	size_t count = 0, tree_count = 0;
	enum fetch_end end = FETCH_DONE;

	pages_init(&pages, tail->place, since, -1);
	buf_init(&why, FETCH_WHY_MAX);
	while (count < most && !pages.over && end == FETCH_DONE) {
		size_t wanted = most - count < PAGES_ROWS_MAX ? most - count : PAGES_ROWS_MAX;

		trees = xrealloc(trees, (tree_count + 1) * sizeof(*trees));
		end = pages_next(&pages, wanted, &trees[tree_count], &page, &why);
		if (end != FETCH_DONE)
			break;
		tree_count++;
		for (struct json_each each = json_items(page); json_next(&each);)
			rows[count++] = each.value;
	}
	if (end == FETCH_REFUSED)
		give_up(tail, buf_cstr(&why));
	for (size_t i = count; i > 0 && !tail->over; i--)
		show(tail, rows[i - 1]);
	for (size_t i = 0; i < tree_count; i++)
		json_free(trees[i]);
	free(trees);
	free(rows);
	buf_free(&why);
	pages_free(&pages);
}

static msec gap_begin(const struct tail *tail)
{
	msec since = tail->last_at - GAP_MARGIN_MS;

	return since > tail->began ? since : tail->began;
}

static void plan_gap(struct tail *tail, msec from)
{
	if (tail->gap_due != 0) {
		tail->gap_again = true;
		return;
	}
	tail->gap_due = after_ms(GAP_WAIT_MS);
	tail->gap_from = from;
}

/* --- the stream --- */

static void on_opened(void *arg)
{
	((struct tail *)arg)->opened = true;
}

static void take_outcome(struct tail *tail, struct json *row)
{
	if (tail->opened) {
		hold(tail, row);
		return;
	}
	show(tail, row);
	json_free(row);
}

static void on_event(void *arg, struct str name, struct str data)
{
	struct tail *tail = arg;
	struct err err;
	bool outcome = str_eq(name, STR("outcome")), skipped = str_eq(name, STR("skipped"));

	if (tail->over || (!outcome && !skipped))
		return;
	struct json *tree = json_parse(data, &err);
	if (tree == NULL) {
		char *why = xasprintf("the service's events cannot be read: %s", err.text);

		give_up(tail, why);
		free(why);
	} else if (outcome) {
		take_outcome(tail, tree);
		return;
	} else {
		plan_gap(tail, gap_begin(tail));
	}
	json_free(tree);
}

/* Somebody who refuses at first has a reason that does not pass by itself. */
static void on_closed(void *arg, enum wire_end end, int status, const char *why)
{
	struct tail *tail = arg;
	bool passes = end == WIRE_GONE || (status == 503 && tail->ever);

	tail->opened = false;
	if (tail->over)
		return;
	if (!passes) {
		give_up(tail, why);
		return;
	}
	if (!tail->down)
		tell(why, "; waiting for the service");
	tail->down = true;
	tail->retry_at = after_ms(tail->retry_ms);
	tail->retry_ms = tail->retry_ms < RETRY_MOST_MS ? 2 * tail->retry_ms : RETRY_MOST_MS;
}

/* What ended right before was no event for us, and may not be in the list yet: it is read again a
 * little later. */
static void begin_stream(struct tail *tail)
{
	if (tail->down)
		tell("connected again", "");
	if (tail->ever) {
		show_earlier(tail, gap_begin(tail), GAP_ROWS_MAX);
		plan_gap(tail, gap_begin(tail)); /* behind what was shown: it may be very much */
	} else if (tail->call->earlier > 0) {
		show_earlier(tail, -1, (size_t)tail->call->earlier);
		plan_gap(tail, tail->last_at);
	}
	tail->opened = tail->down = false;
	tail->ever = true;
	tail->retry_ms = RETRY_FIRST_MS;
	show_held(tail);
}

static void fill_gap(struct tail *tail)
{
	bool again = tail->gap_again;

	tail->gap_due = 0;
	tail->gap_again = false;
	show_earlier(tail, tail->gap_from, GAP_ROWS_MAX);
	if (again)
		plan_gap(tail, gap_begin(tail));
}

static void turn(struct tail *tail)
{
	static const struct wire_listener listener = {on_opened, on_event, on_closed};

	if (!wire_is_listening(tail->wire) && uv_hrtime() >= tail->retry_at)
		wire_listen(tail->wire, EVENTS, &listener, tail);
	wire_wait(tail->wire, NULL, 0, TURN_MS);
	if (tail->opened && !tail->over)
		begin_stream(tail);
	if (tail->gap_due != 0 && uv_hrtime() >= tail->gap_due && !tail->over)
		fill_gap(tail);
	if (sink_flush(&tail->sink) < 0 && tail->sink.error != EPIPE)
		give_up(tail, strerror(tail->sink.error));
	if (tail->sink.error != 0 || sink_is_left(&tail->sink))
		tail->over = true;
}

/* That somebody answers, and where: else it is said like by all commands. */
static int find_daemon(struct tail *tail)
{
	struct buf why;
	struct json *tree;

	buf_init(&why, FETCH_WHY_MAX);
	enum fetch_end end = fetch_json(tail->call->socket, "/api/v1/session", LINE_MAX_BYTES,
	                                &tree, &why, &tail->place);
	if (end == FETCH_DONE)
		json_free(tree);
	int status = end == FETCH_DONE ? LIVE_DONE : fetch_explain(end, "tail", &why);
	buf_free(&why);
	return status;
}

int tail_run(const struct live_call *call)
{
	struct tail *tail = xcalloc(1, sizeof(*tail));
	int status;

	tail->call = call;
	tail->retry_ms = RETRY_FIRST_MS;
	tail->began = when_now();
	(void)signal(SIGPIPE, SIG_IGN); /* a write says it */
	sink_init(&tail->sink, STDOUT_FILENO);
	status = find_daemon(tail);
	if (status == LIVE_DONE) {
		tail->wire = wire_new(tail->place);
		while (!tail->over)
			turn(tail);
		status = (int)tail->status;
	}
	show_held(tail);
	wire_free(tail->wire);
	sink_free(&tail->sink);
	free(tail->held);
	free(tail->place);
	free(tail);
	return status;
}
