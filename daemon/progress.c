/* Progress is read from the engine's statistics when it is drawn; nobody has to report it. */
#include "daemon/progress.h"

#include <stdio.h>

#include "daemon/when.h"

#define TERMINAL_MS 200
#define PLAIN_MS 10000
#define SMOOTHING_MS 5000.0

static void format_left(char *out, size_t size, double seconds)
{
	if (seconds < 100)
		snprintf(out, size, "%.0f s", seconds);
	else if (seconds < 100 * 60)
		snprintf(out, size, "%.0f min", seconds / 60);
	else
		snprintf(out, size, "%.1f h", seconds / 3600);
}

void progress_text(char *out, size_t size, uint64_t done, uint64_t expected, uint64_t failed, double rate)
{
	char left[32];
	int used = snprintf(out, size, "%llu/%llu tickets", (unsigned long long)done, (unsigned long long)expected);

	if (rate >= 0 && used > 0 && (size_t)used < size)
		used += snprintf(out + used, size - (size_t)used, ", %.1f/s", rate);
	if (used > 0 && (size_t)used < size)
		used += snprintf(out + used, size - (size_t)used, ", %llu failed", (unsigned long long)failed);
	if (rate > 0.001 && expected > done && used > 0 && (size_t)used < size) {
		format_left(left, sizeof(left), (double)(expected - done) / rate);
		snprintf(out + used, size - (size_t)used, ", %s left", left);
	}
}

static void update_rate(struct progress *progress, uint64_t done, msec now)
{
	double span = (double)(now - progress->drawn_at);
	double fresh = span > 0 ? (double)(done - progress->drawn) * 1000.0 / span : 0;
	double weight = span < SMOOTHING_MS ? span / SMOOTHING_MS : 1;

	if (progress->rate >= 0)
		progress->rate += weight * (fresh - progress->rate);
	else if (done > 0)
		progress->rate = fresh;
	progress->drawn = done;
	progress->drawn_at = now;
}

static void on_timer(uv_timer_t *timer)
{
	struct progress *progress = timer->data;
	struct engine_stats stats;
	char text[120];

	engine_stats(progress->engine, &stats);
	update_rate(progress, stats.batch.total, when_now().mono);
	if (stats.expected == 0 && stats.batch.total == 0)
		return;
	progress_text(text, sizeof(text), stats.batch.total,
	              stats.expected > stats.batch.total ? stats.expected : stats.batch.total, stats.batch.failed,
	              progress->rate);
	if (progress->terminal)
		textlog_set_status(progress->log, text);
	else
		textlog_say(progress->log, LEVEL_INFO, str_of(text));
}

void progress_start(struct progress *progress, uv_loop_t *loop, struct textlog *log, const struct engine *engine)
{
	uint64_t every;

	*progress = (struct progress){.log = log, .engine = engine, .rate = -1, .drawn_at = when_now().mono};
	progress->terminal = textlog_has_terminal(log);
	every = progress->terminal ? TERMINAL_MS : PLAIN_MS;
	ENSURE(uv_timer_init(loop, &progress->timer) == 0);
	progress->timer.data = progress;
	(void)uv_timer_start(&progress->timer, on_timer, every, every);
	uv_unref((uv_handle_t *)&progress->timer);
}

void progress_stop(struct progress *progress)
{
	textlog_set_status(progress->log, "");
	uv_close((uv_handle_t *)&progress->timer, NULL);
}
