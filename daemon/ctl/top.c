/* Events say that something has changed; what is shown then is asked for anew, at most once a
 * second. Where there is no stream, because too many are open for example, it asks every two
 * seconds. */
#include "daemon/ctl/top.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "daemon/ctl/fetch.h"
#include "daemon/ctl/screen.h"
#include "daemon/ctl/top_view.h"
#include "daemon/ctl/when.h"
#include "daemon/ctl/wire.h"

#define ANSWER_MAX ((size_t)1024 * 1024)
#define FRAME_MAX ((size_t)1024 * 1024)
#define PATH_SIZE 64
#define NS_PER_MS UINT64_C(1000000)
#define ASK_LEAST_MS 1000 /* between two questions of a kind */
#define ASK_POLL_MS 2000  /* without a stream */
#define ASK_MOST_MS 10000 /* with one, when nothing changes */
#define LISTEN_AGAIN_MS 2000
#define TURN_MS 1000

/* One of the three answers that make the picture. */
struct source {
	struct top *top;
	struct json *tree; /* of the last answer; NULL = none yet */
	bool waits;        /* asked, not answered */
	bool changed;      /* it is worth asking again */
	uint64_t asked;
};

enum source_kind { SOURCE_NOW, SOURCE_ALERTS, SOURCE_OUTCOMES, SOURCES };

struct top {
	const struct live_call *call;
	char *place;
	struct wire *wire;
	struct source sources[SOURCES];
	bool streams, dirty, over;
	uint64_t listen_at;
	msec silent_since; /* wall, ms; 0 = it answers */
	struct buf notice;
	enum live_status status;
};

static void path_of_source(enum source_kind kind, char out[PATH_SIZE])
{
	struct err err;
	msec today = 0;

	switch (kind) {
	case SOURCE_NOW:
		(void)!when_parse("today", when_now(), &today, &err);
		snprintf(out, PATH_SIZE, "/api/v1/now?since=%lld", (long long)today);
		break;
	case SOURCE_ALERTS: snprintf(out, PATH_SIZE, "/api/v1/alerts"); break;
	case SOURCE_OUTCOMES:
		snprintf(out, PATH_SIZE, "/api/v1/decisions?limit=%d", TOP_VIEW_OUTCOMES_MAX);
		break;
	case SOURCES: break;
	}
}

/* --- the picture --- */

static bool takes_colours(void)
{
	const char *off = getenv("NO_COLOR");

	return screen_is_possible() && (off == NULL || off[0] == '\0');
}

static void compose(struct top *top, struct buf *out, bool bounded)
{
	const struct json *rows = json_at(top->sources[SOURCE_OUTCOMES].tree, "decisions");
	struct top_view view = {.now = top->sources[SOURCE_NOW].tree,
	                        .alerts = top->sources[SOURCE_ALERTS].tree,
	                        .colours = takes_colours()};

	while (view.outcome_count < json_item_count(rows) &&
	       view.outcome_count < (bounded ? TOP_VIEW_OUTCOMES_MAX : 10)) {
		view.outcomes[view.outcome_count] = json_item(rows, view.outcome_count);
		view.outcome_count++;
	}
	if (top->notice.len > 0)
		view.notice = buf_cstr(&top->notice);
	if (bounded)
		screen_size(&view.columns, &view.rows);
	top_view_write(out, &view);
}

static void draw(struct top *top)
{
	struct buf frame;
	bool gone;

	buf_init(&frame, FRAME_MAX);
	compose(top, &frame, true);
	top->dirty = !screen_draw(buf_str(&frame), &gone);
	buf_free(&frame);
	if (gone) {
		top->over = true;
		top->status = LIVE_FAILED;
	}
}

/* --- answers --- */

static void set_notice(struct top *top, const char *why)
{
	char at[WHEN_SIZE];

	buf_reset(&top->notice);
	top->dirty = true;
	if (why == NULL) {
		top->silent_since = 0;
		return;
	}
	if (top->silent_since == 0)
		top->silent_since = when_now();
	when_format_second(top->silent_since, false, at);
	buf_printf(&top->notice, "Not current since %s: %s; trying again.", at, why);
}

/* What is wrong is told; the last good answer stays. */
static void on_answer(void *arg, struct json *tree, const char *why)
{
	struct source *source = arg;
	struct top *top = source->top;
	bool is_now = source == &top->sources[SOURCE_NOW];
	struct err err;

	source->waits = false;
	if (tree == NULL || (is_now && top_view_check(tree, &err) < 0)) {
		if (is_now)
			set_notice(top, tree == NULL ? why : err.text);
		return;
	}
	json_free(source->tree);
	source->tree = json_share(tree);
	if (is_now && top->silent_since != 0)
		set_notice(top, NULL);
	top->dirty = true;
}

static bool is_due(const struct top *top, const struct source *source)
{
	uint64_t age = (uv_hrtime() - source->asked) / NS_PER_MS;

	if (source->waits || age < ASK_LEAST_MS)
		return false;
	return source->changed || age >= (top->streams ? ASK_MOST_MS : ASK_POLL_MS);
}

static void ask_what_is_due(struct top *top)
{
	char path[PATH_SIZE];

	for (int kind = 0; kind < SOURCES; kind++) {
		struct source *source = &top->sources[kind];

		if (!is_due(top, source))
			continue;
		path_of_source((enum source_kind)kind, path);
		source->waits = true;
		source->changed = false;
		source->asked = uv_hrtime();
		wire_get(top->wire, path, ANSWER_MAX, on_answer, source);
	}
}

/* --- the stream --- */

static void mark_changed(struct top *top)
{
	for (int kind = 0; kind < SOURCES; kind++)
		top->sources[kind].changed = true;
}

static void on_stream_opened(void *arg)
{
	struct top *top = arg;

	top->streams = true;
	mark_changed(top);
}

static void on_stream_event(void *arg, struct str name, struct str data)
{
	struct top *top = arg;
	bool state = str_eq(name, STR("state"));

	top->sources[SOURCE_NOW].changed = true;
	top->sources[state ? SOURCE_ALERTS : SOURCE_OUTCOMES].changed = true;
}

static void on_stream_closed(void *arg, enum wire_end end, int status, const char *why)
{
	struct top *top = arg;

	top->streams = false;
	top->listen_at = uv_hrtime() + LISTEN_AGAIN_MS * NS_PER_MS;
	mark_changed(top);
}

/* --- the command --- */

/* How long nothing can become due. */
static int turn_ms(const struct top *top)
{
	for (int kind = 0; kind < SOURCES; kind++)
		if (top->sources[kind].changed && !top->sources[kind].waits)
			return ASK_LEAST_MS / 10;
	return TURN_MS;
}

static void take_turn(struct top *top)
{
	static const struct wire_listener listener = {on_stream_opened, on_stream_event,
	                                              on_stream_closed};
	int fds[SCREEN_FDS_MAX];
	size_t count = screen_fds(fds);

	if (!wire_is_listening(top->wire) && uv_hrtime() >= top->listen_at)
		wire_listen(top->wire, "/api/v1/events", &listener, top);
	ask_what_is_due(top);
	wire_wait(top->wire, fds, count, turn_ms(top));
	switch (screen_take()) {
	case SCREEN_NOTHING: break;
	case SCREEN_REDRAW: top->dirty = true; break;
	case SCREEN_QUIT: top->over = true; break;
	}
	if (top->dirty && !top->over)
		draw(top);
}

static int watch_live(struct top *top)
{
	top->wire = wire_new(top->place);
	screen_enter();
	top->dirty = true;
	draw(top);
	while (!top->over)
		take_turn(top);
	screen_leave();
	wire_free(top->wire);
	return (int)top->status;
}

/* The first answers; without that of now there is nothing to show. */
static int fetch_first(struct top *top)
{
	struct buf why;
	struct err err;
	char path[PATH_SIZE];
	struct json **now = &top->sources[SOURCE_NOW].tree;

	buf_init(&why, FETCH_WHY_MAX);
	path_of_source(SOURCE_NOW, path);
	enum fetch_end end =
	        fetch_json(top->call->socket, path, ANSWER_MAX, now, &why, &top->place);
	if (end == FETCH_DONE && top_view_check(*now, &err) < 0) {
		buf_printf(&why, "the service's answer is wrong: %s", err.text);
		end = FETCH_REFUSED;
	}
	for (int kind = SOURCE_ALERTS; end == FETCH_DONE && kind < SOURCES; kind++) {
		path_of_source((enum source_kind)kind, path);
		if (fetch_json(top->place, path, ANSWER_MAX, &top->sources[kind].tree, &why,
		               NULL) != FETCH_DONE)
			top->sources[kind].tree = NULL;
		buf_reset(&why);
	}
	int status = end == FETCH_DONE ? LIVE_DONE : fetch_explain(end, "top", &why);
	buf_free(&why);
	return status;
}

static void print_once(struct top *top)
{
	struct buf out;

	buf_init(&out, FRAME_MAX);
	compose(top, &out, false);
	fputs(buf_cstr(&out), stdout);
	buf_free(&out);
}

int top_run(const struct live_call *call)
{
	struct top *top = xcalloc(1, sizeof(*top));
	bool live = !call->once && screen_is_possible();

	top->call = call;
	buf_init(&top->notice, FETCH_WHY_MAX);
	for (int kind = 0; kind < SOURCES; kind++)
		top->sources[kind].top = top;
	int status = fetch_first(top);
	if (status == LIVE_DONE && live)
		status = watch_live(top);
	else if (status == LIVE_DONE)
		print_once(top);
	for (int kind = 0; kind < SOURCES; kind++)
		json_free(top->sources[kind].tree);
	buf_free(&top->notice);
	free(top->place);
	free(top);
	if (live)
		screen_end();
	return status;
}
