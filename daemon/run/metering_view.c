/* The service itself: its state, its queue, its database, its process. */
#include "daemon/run/metering_view.h"

#include "daemon/run/metering_inside.h"
#include "daemon/run/state.h"
#include "daemon/system/process_stats.h"

#define BYTES_EXPECTED (64 * 1024)

/* --- the state --- */

static void write_build(struct scrape *scrape)
{
#ifdef AITD_SYSTEMD
	const char *systemd = "yes";
#else
	const char *systemd = "no";
#endif

	metrics_begin(&scrape->metrics, FAMILY_BUILD_INFO);
	metrics_count(&scrape->metrics, 1, METRICS_LABELS(AITD_VERSION, systemd));
}

static void write_health_states(struct scrape *scrape)
{
	const struct engine_stats *stats = &scrape->stats;
	struct health_input input;
	struct health health;

	health_view_judge(scrape->app, stats, &input, &health);
	metrics_begin(&scrape->metrics, FAMILY_HEALTH);
	for (int i = HEALTH_HEALTHY; i <= HEALTH_UNHEALTHY; i++)
		metrics_count_of(&scrape->metrics, i == (int)health.state,
		                 health_state_name((enum health_state)i));
	metrics_begin(&scrape->metrics, FAMILY_WRITE_MODE);
	for (int i = WRITE_MODE_WRITING; i <= WRITE_MODE_DRY_RUN; i++)
		metrics_count_of(&scrape->metrics, i == (int)stats->writing,
		                 write_mode_name((enum write_mode)i));
	metrics_gauge(&scrape->metrics, FAMILY_PAUSED, stats->paused);
	metrics_gauge(&scrape->metrics, FAMILY_WRITES_STOPPED, stats->stopped[0] != '\0');
	metrics_gauge(&scrape->metrics, FAMILY_FALLBACK_ACTIVE,
	              stats->model_wanted != NULL && !stats->model_awaited);
	metrics_begin(&scrape->metrics, FAMILY_HALTED);
	metrics_count_of(&scrape->metrics, stats->zendesk_halted,
	                 metering_upstreams[UPSTREAM_ZENDESK]);
	metrics_count_of(&scrape->metrics, stats->model_halted, metering_upstreams[UPSTREAM_LLM]);
}

static void write_configuration(struct scrape *scrape)
{
	const struct metering *metering = metering_of(scrape->app);

	metrics_gauge(&scrape->metrics, FAMILY_CONFIG_GOOD, !metering->reload_refused);
	metrics_begin(&scrape->metrics, FAMILY_CONFIG_AT);
	metrics_time(&scrape->metrics, metering->reloaded_wall, METRICS_PLAIN);
}

/* --- the queue --- */

/* A family without labels whose value is not known yet has no sample. */
static void write_time_if_known(struct scrape *scrape, enum family family, msec wall)
{
	metrics_begin(&scrape->metrics, family);
	if (wall > 0)
		metrics_time(&scrape->metrics, wall, METRICS_PLAIN);
}

static void write_queue(struct scrape *scrape)
{
	const struct engine_stats *stats = &scrape->stats;

	metrics_begin(&scrape->metrics, FAMILY_QUEUE);
	for (int state = 0; state < TICKET_DONE; state++)
		metrics_count_of(&scrape->metrics, stats->by_state[state],
		                 ticket_state_name((enum ticket_state)state));
	metrics_sum(&scrape->metrics, FAMILY_BACKLOG, stats->load.waiting);
	write_time_if_known(scrape, FAMILY_OLDEST, stats->oldest_wall);
	metrics_begin(&scrape->metrics, FAMILY_POLLS);
	metrics_count_of(&scrape->metrics, stats->tallies->passes_done, "done");
	metrics_count_of(&scrape->metrics, stats->tallies->passes_failed, "failed");
	write_time_if_known(scrape, FAMILY_LAST_POLL, stats->last_poll_wall);
	write_time_if_known(scrape, FAMILY_LAST_SUCCESS, metering_of(scrape->app)->last_done_wall);
}

/* --- alerts --- */

static void write_alerts(struct scrape *scrape)
{
	static const char *const severities[] = {[ALERT_NOTICE] = "notice",
	                                         [ALERT_WARNING] = "warning",
	                                         [ALERT_CRITICAL] = "critical"};
	static const char *const results[] = {[OUTBOX_SENT] = "sent",
	                                      [OUTBOX_MERGED] = "merged",
	                                      [OUTBOX_FAILED] = "failed",
	                                      [OUTBOX_DROPPED] = "dropped"};
	struct outbox_counts counts = alerts_counts(scrape->app);
	size_t firing[OUTBOX_SEVERITIES];

	metrics_begin(&scrape->metrics, FAMILY_ALERTS);
	for (size_t i = 0; i < OUTBOX_SEVERITIES; i++)
		for (size_t j = 0; j < OUTBOX_ENDS; j++)
			metrics_count(&scrape->metrics, counts.ends[i][j],
			              METRICS_LABELS(severities[i], results[j]));
	alerts_active_by_severity(scrape->app, firing);
	metrics_begin(&scrape->metrics, FAMILY_ALERTS_FIRING);
	for (size_t i = 0; i < OUTBOX_SEVERITIES; i++)
		metrics_count_of(&scrape->metrics, firing[i], severities[i]);
}

/* --- database, disks and log --- */

static void write_size_if_known(struct scrape *scrape, int64_t bytes, const char *const *labels)
{
	if (bytes >= 0)
		metrics_count(&scrape->metrics, (uint64_t)bytes, labels);
}

static void write_disks(struct scrape *scrape)
{
	static const char *const works[] = {[STORE_WORK_PERSIST] = "persist",
	                                    [STORE_WORK_READ] = "read",
	                                    [STORE_WORK_UPKEEP] = "upkeep"};
	const struct app *app = scrape->app;

	metrics_begin(&scrape->metrics, FAMILY_STORE_OPERATION);
	for (size_t i = 0; i < STORE_WORKS; i++)
		metrics_histogram(&scrape->metrics, &metering_of(app)->store[i],
		                  METRICS_LABELS(works[i]));
	metrics_begin(&scrape->metrics, FAMILY_STORE_COMMIT);
	metrics_histogram(&scrape->metrics, &metering_of(app)->commits, METRICS_PLAIN);
	metrics_begin(&scrape->metrics, FAMILY_STORE_SIZE);
	write_size_if_known(scrape, disk_space_store_bytes(app), METRICS_PLAIN);
	metrics_begin(&scrape->metrics, FAMILY_DISK_FREE);
	write_size_if_known(scrape, disk_space_free(app, false), METRICS_LABELS("logs"));
	write_size_if_known(scrape, disk_space_free(app, true), METRICS_LABELS("store"));
}

static void write_log(struct scrape *scrape)
{
	static const char *const levels[] = {[LEVEL_DEBUG] = "debug",
	                                     [LEVEL_INFO] = "info",
	                                     [LEVEL_WARNING] = "warning",
	                                     [LEVEL_ERROR] = "error"};
	struct textlog_counts counts;

	textlog_counts(scrape->app->log, &counts);
	metrics_begin(&scrape->metrics, FAMILY_LOG_LINES);
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		metrics_count_of(&scrape->metrics, counts.lines[i], levels[i]);
	metrics_sum(&scrape->metrics, FAMILY_LOG_DROPPED,
	            counts.dropped + logs_journal_dropped(scrape->app));
}

/* --- the process and its own server --- */

static void write_server(struct scrape *scrape)
{
	const struct app *app = scrape->app;
	struct http_stats stats;

	metrics_begin(&scrape->metrics, FAMILY_LOOP_LAG);
	metrics_histogram(&scrape->metrics, lag_histogram(&app->lag), METRICS_PLAIN);
	metrics_begin(&scrape->metrics, FAMILY_HTTP_REQUESTS);
	for (size_t i = 0; i < METERING_ROUTES; i++)
		for (size_t j = 0; j < METERING_ANSWERS; j++)
			metrics_count(
			        &scrape->metrics, metering_of(app)->answers[i][j],
			        METRICS_LABELS(metering_route_name((enum metering_route)i),
			                       metering_answer_name((enum metering_answer)j)));
	http_server_stats(metering_of(app)->server, &stats);
	metrics_begin(&scrape->metrics, FAMILY_HTTP_CONNECTIONS);
	metrics_count_of(&scrape->metrics, stats.served, "request");
	metrics_count_of(&scrape->metrics, stats.streams, "events");
}

static void write_process(struct scrape *scrape)
{
	struct process_stats process;

	process_stats_read(&process);
	metrics_gauge(&scrape->metrics, FAMILY_PROCESS_CPU, process.cpu_seconds);
	metrics_sum(&scrape->metrics, FAMILY_PROCESS_MEMORY, process.memory);
	metrics_sum(&scrape->metrics, FAMILY_PROCESS_OPEN_FDS, process.fds);
	metrics_sum(&scrape->metrics, FAMILY_PROCESS_MAX_FDS, process.fds_most);
	metrics_begin(&scrape->metrics, FAMILY_PROCESS_START);
	metrics_time(&scrape->metrics, scrape->app->started_wall, METRICS_PLAIN);
}

int metering_view_metrics(void *arg, const struct view_request *request, struct buf *out)
{
	static void (*const writers[])(struct scrape * scrape) = {
	        write_build,
	        write_health_states,
	        write_configuration,
	        metering_view_tickets,
	        metering_view_requests,
	        metering_view_model,
	        metering_view_guards,
	        write_queue,
	        metering_view_people,
	        write_alerts,
	        write_disks,
	        write_log,
	        write_server,
	        write_process,
	};
	struct scrape scrape = {.app = arg, .metrics = {.out = out}};

	buf_reserve(out, BYTES_EXPECTED);
	engine_stats(scrape.app->engine, &scrape.stats);
	for (size_t i = 0; i < ARRAY_LEN(writers); i++)
		writers[i](&scrape);
	return 200;
}
