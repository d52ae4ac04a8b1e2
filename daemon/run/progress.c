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

enum phase {
	PHASE_SIGN_IN, /* Zendesk has not let us in yet */
	PHASE_FIND,    /* no ticket is known yet */
	PHASE_ANALYSE, /* tickets are left that are not decided */
	PHASE_WRITE,   /* all are decided; some are not written */
	PHASE_FINISH   /* all are done; it is made sure that no more have come */
};

struct progress_view {
	enum phase phase;
	uint64_t done, failed; /* outcomes */
	uint64_t analysed;     /* done, or decided and not written yet */
	uint64_t expected;
	uint64_t jobs; /* bulk updates that Zendesk carries out */
};

/* Whole seconds, and never "0 s": it is not over yet. */
static void add_left(struct buf *out, double seconds)
{
	char left[CLOCK_SPAN_SIZE];

	if (seconds > 1e9)
		return;
	long long whole = (long long)seconds + 1;
	clock_format_span(whole * MSEC_SECOND, left);
	if (whole < 60)
		buf_printf(out, ", %lld s left", whole);
	else
		buf_printf(out, ", %s left", left);
}

static void add_failed(struct buf *out, const struct progress_view *view)
{
	if (view->failed > 0)
		buf_printf(out, ", %llu failed", (unsigned long long)view->failed);
}

/* "Analysing: 120/1000 tickets, 20 done, 45.2/s, 1 failed, 19 s left". `rate`: tickets a second;
 * 0 = not known. */
static void add_analysing(struct buf *out, const struct progress_view *view, double rate)
{
	buf_printf(out, "Analysing: %llu/%llu tickets", (unsigned long long)view->analysed,
	           (unsigned long long)view->expected);
	if (view->analysed > view->done)
		buf_printf(out, ", %llu done", (unsigned long long)view->done);
	if (rate > 0)
		buf_printf(out, ", %.1f/s", rate);
	add_failed(out, view);
	if (rate > 0.001)
		add_left(out, (double)(view->expected - view->analysed) / rate);
}

/* "Writing: 980/1000 tickets, 2 bulk jobs at Zendesk, 1 failed". What is left comes in bulks, so no
 * rate tells how long it takes. */
static void add_writing(struct buf *out, const struct progress_view *view)
{
	buf_printf(out, "Writing: %llu/%llu tickets", (unsigned long long)view->done,
	           (unsigned long long)view->expected);
	if (view->jobs > 0)
		buf_printf(out, ", %llu %s at Zendesk", (unsigned long long)view->jobs,
		           str_plural(view->jobs, "bulk job", "bulk jobs"));
	add_failed(out, view);
}

static void format_progress(struct buf *out, const struct progress_view *view, double rate)
{
	switch (view->phase) {
	case PHASE_SIGN_IN: buf_puts(out, "Signing in to Zendesk"); break;
	case PHASE_FIND: buf_puts(out, "Looking for tickets"); break;
	case PHASE_ANALYSE: add_analysing(out, view, rate); break;
	case PHASE_WRITE: add_writing(out, view); break;
	case PHASE_FINISH:
		buf_printf(out, "Finishing: %llu/%llu tickets", (unsigned long long)view->done,
		           (unsigned long long)view->expected);
		add_failed(out, view);
		break;
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

static enum phase phase_of(const struct progress_view *view, bool signed_in)
{
	if (view->expected == 0)
		return signed_in ? PHASE_FIND : PHASE_SIGN_IN;
	if (view->analysed < view->expected)
		return PHASE_ANALYSE;
	return view->done < view->expected ? PHASE_WRITE : PHASE_FINISH;
}

/* Counts analysed tickets, not written ones: writes come in bulks, so analysis gives the
 * smoother rate. */
static struct progress_view read_progress(const struct engine *engine)
{
	struct engine_stats stats;

	engine_stats(engine, &stats);
	struct progress_view view = {
	        .done = stats.batch.total, .failed = stats.batch.failed, .jobs = stats.jobs};
	view.analysed = view.done;
	for (int state = TICKET_DECIDED; state <= TICKET_SETTLING; state++)
		view.analysed += stats.by_state[state];
	view.expected = stats.expected > view.analysed ? stats.expected : view.analysed;
	view.phase = phase_of(&view, stats.signed_in);
	return view;
}

static void on_timer(uv_timer_t *timer)
{
	struct progress *progress = timer->data;
	struct progress_view view = read_progress(progress->engine);
	struct buf text;

	update_rate(progress, view.analysed, clock_now().mono);
	if (view.expected == 0 && !progress->terminal)
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
