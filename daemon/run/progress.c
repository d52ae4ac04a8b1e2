/* Draws the progress of the run. It is read from the engine's statistics each time it is drawn,
 * so no other part has to report it. */
#include "daemon/run/progress.h"

#include <stdio.h>

#include "daemon/system/clock.h"
#include "ticket/state.h"

/* Time between two drawings, in ms; SMOOTHING_MS is the memory of the smoothed rate. */
#define TERMINAL_MS 200
#define PLAIN_MS 10000
#define SMOOTHING_MS 5000.0

struct progress_view {
	uint64_t done, failed; /* outcomes */
	uint64_t analysed;     /* done, or decided and not written yet */
	uint64_t expected;
};

static void format_left(char *out, size_t size, double seconds)
{
	if (seconds < 100)
		snprintf(out, size, "%.0f s", seconds);
	else if (seconds < 100 * 60)
		snprintf(out, size, "%.0f min", seconds / 60);
	else
		snprintf(out, size, "%.1f h", seconds / 3600);
}

/* Example: "20/1000 tickets, 120 analysed, 45.2/s, 1 failed, 19 s left". `rate`: tickets a
 * second; 0 = not known. */
static void format_progress(struct buf *out, const struct progress_view *view, double rate)
{
	char left[32];

	buf_printf(out, "%llu/%llu tickets", (unsigned long long)view->done,
	           (unsigned long long)view->expected);
	if (view->analysed > view->done)
		buf_printf(out, ", %llu analysed", (unsigned long long)view->analysed);
	if (rate > 0)
		buf_printf(out, ", %.1f/s", rate);
	buf_printf(out, ", %llu failed", (unsigned long long)view->failed);
	if (rate > 0.001 && view->expected > view->analysed) {
		format_left(left, sizeof(left), (double)(view->expected - view->analysed) / rate);
		buf_printf(out, ", %s left", left);
	}
}

/* `rate` is the mean since the start during the first SMOOTHING_MS, then an exponential average
 * over about that time. */
static void update_rate(struct progress *progress, uint64_t done, msec now)
{
	double span = (double)(now - progress->drawn_at),
	       memory = (double)(now - progress->started_at);

	if (span <= 0)
		return;
	if (memory > SMOOTHING_MS)
		memory = SMOOTHING_MS;
	if (span > memory)
		span = memory;
	progress->rate +=
	        span / memory *
	        ((double)(done - progress->drawn) * 1000.0 / (double)(now - progress->drawn_at) -
	         progress->rate);
	progress->drawn = done;
	progress->drawn_at = now;
}

/* Counts analysed tickets, not written ones: writes come in bulks, so analysis gives the
 * smoother rate. */
static struct progress_view read_progress(const struct engine *engine)
{
	struct engine_stats stats;

	engine_stats(engine, &stats);
	struct progress_view view = {.done = stats.batch.total, .failed = stats.batch.failed};
	view.analysed = view.done;
	for (int state = TICKET_DECIDED; state <= TICKET_SETTLING; state++)
		view.analysed += stats.by_state[state];
	view.expected = stats.expected > view.analysed ? stats.expected : view.analysed;
	return view;
}

static void on_timer(uv_timer_t *timer)
{
	struct progress *progress = timer->data;
	struct progress_view view = read_progress(progress->engine);
	struct buf text;

	update_rate(progress, view.analysed, clock_now().mono);
	if (view.expected == 0)
		return;
	buf_init(&text, 200);
	format_progress(&text, &view, progress->rate);
	if (progress->terminal)
		textlog_set_status(progress->log, buf_cstr(&text));
	else
		textlog_say(progress->log, LEVEL_INFO, buf_str(&text));
	buf_free(&text);
}

void progress_start(struct progress *progress, uv_loop_t *loop, struct textlog *log,
                    const struct engine *engine, bool service)
{
	*progress = (struct progress){.log = log, .engine = engine};
	progress->started_at = progress->drawn_at = clock_now().mono;
	progress->terminal = textlog_has_terminal(log);
	uint64_t every = progress->terminal ? TERMINAL_MS : PLAIN_MS;
	ENSURE(uv_timer_init(loop, &progress->timer) == 0);
	progress->timer.data = progress;
	if (progress->terminal || !service)
		(void)uv_timer_start(&progress->timer, on_timer, every, every);
	uv_unref((uv_handle_t *)&progress->timer);
}

void progress_stop(struct progress *progress)
{
	textlog_set_status(progress->log, "");
	uv_close((uv_handle_t *)&progress->timer, NULL);
}
