/* Looks at the rules when it is time, and gives what they tell to log, channels and book. */
#include "daemon/run/alerts.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/alert_facts.h"
#include "daemon/run/alert_test.h"
#include "daemon/run/alert_view.h"
#include "daemon/run/state.h"
#include "daemon/store/store_kept.h"
#include "daemon/system/clock.h"
#include "observe/alert_book.h"

#define BOOK "alerts"
#define LOOK_AT_MOST MSEC_SECOND
#define LOOK_WHILE_ACTIVE (5 * MSEC_SECOND)
#define LOOK_SELDOM (15 * MSEC_SECOND)
/* What the client keeps for the next request, its parsed certificates above all, is freed. */
#define REST_AFTER (20 * MSEC_SECOND)
#define SAVE_AGAIN (30 * MSEC_SECOND)
/* An alert about a ticket has no end of its own: it is over when none came for a day. */
#define OF_TICKET_LASTS MSEC_DAY

static void schedule_look(struct app *app);

static bool is_stopping(const struct app *app)
{
	return app->finished || signals_received(&app->signals) > 0;
}

/* --- the book --- */

static void list_boxes(struct alerts *alerts, struct alert_channel_box boxes[ALERT_CHANNELS])
{
	for (size_t i = 0; i < ALERT_CHANNELS; i++)
		boxes[i] = (struct alert_channel_box){alerts->senders[i].channel->name,
		                                      &alerts->senders[i].outbox};
}

static void on_book_kept(void *arg, bool durable)
{
	struct app *app = arg;
	struct alerts *alerts = &app->alerts;

	alerts->saving = false;
	if (durable) {
		alerts->saved = true;
	} else {
		alerts->unsaved = true;
		alerts->save_at = clock_now().mono + SAVE_AGAIN;
	}
	if (alerts->on)
		schedule_look(app);
}

/* One text at a time is on its way to the disk: while the disk takes none, none piles up. */
static void save_book(struct app *app, struct clock_reading now)
{
	struct alerts *alerts = &app->alerts;
	struct alert_channel_box boxes[ALERT_CHANNELS];
	struct buf book;

	if (app->store == NULL)
		return;
	list_boxes(alerts, boxes);
	buf_init(&book, ALERT_BOOK_BYTES_MAX);
	alert_book_write(&alerts->state, boxes, ALERT_CHANNELS, now, &book);
	alerts->unsaved = false;
	alerts->save_at = now.mono + MSEC_SECOND;
	if (!book.overflow) {
		alerts->saving = true;
		store_keep(app->store, BOOK, buf_cstr(&book), on_book_kept, app);
	}
	buf_free(&book);
}

static void load_book(struct app *app, struct clock_reading now)
{
	struct alert_channel_box boxes[ALERT_CHANNELS];
	const char *book = app->store != NULL ? store_kept(app->store, BOOK) : NULL;
	struct err err;

	list_boxes(&app->alerts, boxes);
	if (book != NULL &&
	    alert_book_read(str_of(book), &app->alerts.state, boxes, ALERT_CHANNELS, now, &err) < 0)
		textlog_printf(app->log, LEVEL_WARNING,
		               "The alerts before the restart cannot be read and are forgotten: %s",
		               err.text);
}

/* --- what is told --- */

static enum log_level level_of(const struct alert_told *told)
{
	static const enum log_level levels[] = {[ALERT_NOTICE] = LEVEL_INFO,
	                                        [ALERT_WARNING] = LEVEL_WARNING,
	                                        [ALERT_CRITICAL] = LEVEL_ERROR};

	return told->change == ALERT_RESOLVED ? LEVEL_INFO : levels[told->severity];
}

/* The log has the engine's own lines about what it raised and ended (app.c). */
static void log_told(struct app *app, const struct alert_told *told)
{
	bool of_engine = told->rule >= RULE_ENGINE && told->rule < RULE_UNHEALTHY;

	if (of_engine)
		return;
	char *line = xasprintf("%s: %s", told->title, told->text);
	textlog_say_event(app->log, level_of(told), str_of(line),
	                  &(struct textlog_event){.name = "alert"});
	free(line);
}

static void tell_alert(void *arg, const struct alert_told *told)
{
	struct app *app = arg;

	log_told(app, told);
	for (size_t i = 0; i < ALERT_CHANNELS; i++)
		alert_outbox_put(&app->alerts.senders[i].outbox, told);
}

static void tell_health(struct app *app, msec mono)
{
	char trouble[ALERT_VIEW_TROUBLE_SIZE];

	alert_view_trouble(app->alerts.senders, mono, trouble);
	health_view_alerts(app, trouble);
}

static void on_sender_changed(void *arg, struct alert_sender *sender, enum outbox_state before,
                              bool given_up)
{
	struct app *app = arg;
	const struct alert_outbox *outbox = &sender->outbox;
	const char *label = sender->channel->label;

	app->alerts.unsaved = true;
	if (given_up)
		textlog_printf(app->log, LEVEL_ERROR,
		               "An alert could not be sent to %s and is given up%s%s", label,
		               outbox->reason[0] != '\0' ? ": " : "", outbox->reason);
	if (outbox->state == OUTBOX_IS_REFUSED && before != OUTBOX_IS_REFUSED)
		textlog_printf(
		        app->log, LEVEL_ERROR,
		        "Alerts are not sent to %s any more until a reload (it is tried once a "
		        "day): %s",
		        label, outbox->reason);
	else if (outbox->state == OUTBOX_WAITING && before == OUTBOX_OK)
		textlog_printf(app->log, LEVEL_WARNING, "Alerts to %s wait and are tried again: %s",
		               label, outbox->reason);
	else if (outbox->state == OUTBOX_OK && before != OUTBOX_OK)
		textlog_printf(app->log, LEVEL_INFO, "Alerts are sent to %s again", label);
	tell_health(app, clock_now().mono);
	schedule_look(app);
}

/* --- what is counted --- */

void alerts_outcome(struct app *app, const struct outcome *outcome)
{
	if (!app->alerts.on)
		return;
	sli_outcome(&app->alerts.sli, outcome, clock_now().mono);
	alerts_touch(app);
}

void alerts_engine(struct app *app, const struct effect *effect)
{
	struct alerts *alerts = &app->alerts;
	enum alert_kind kind = effect->alert.kind;

	if (!alerts->on)
		return;
	free(alerts->engine[kind]);
	alerts->engine[kind] = effect->alert.over ? NULL : xstrdup(effect->text);
	alerts->raised[kind] = clock_now().mono;
	alerts->of_tickets[kind] = effect->alert.key.id != 0;
	alerts_touch(app);
}

static void count_answers(struct alerts *alerts, const struct engine_tallies *tallies, msec mono)
{
	uint64_t answers = 0, unusable = 0;

	for (int result = 0; result < ANSWER_RESULTS; result++) {
		answers += tallies->answers[result];
		if (!answer_result_is_good((enum answer_result)result))
			unusable += tallies->answers[result];
	}
	if (answers > alerts->answers)
		sli_answers(&alerts->sli, answers - alerts->answers, unusable - alerts->unusable,
		            mono);
	alerts->answers = answers;
	alerts->unusable = unusable;
}

static void count_polls(struct alerts *alerts, const struct engine_tallies *tallies)
{
	uint64_t passes = tallies->passes_done + tallies->passes_failed;

	if (passes != alerts->passes)
		sli_poll(&alerts->sli);
	alerts->passes = passes;
}

static void forget_tickets(struct alerts *alerts, msec mono)
{
	for (int kind = 0; kind < ALERT_KINDS; kind++) {
		if (alerts->engine[kind] == NULL || !alerts->of_tickets[kind] ||
		    mono - alerts->raised[kind] < OF_TICKET_LASTS)
			continue;
		free(alerts->engine[kind]);
		alerts->engine[kind] = NULL;
	}
}

/* --- looking --- */

static void look_at_rules(struct app *app, struct clock_reading now)
{
	struct alerts *alerts = &app->alerts;
	struct alert_reading readings[ALERT_RULES];
	bool active[ALERT_RULES];
	struct alert_view_of_app view;

	alerts->looked = now.mono;
	alerts->touched = false;
	tell_health(app, now.mono);
	alert_facts_look(app, &view);
	count_answers(alerts, view.stats.tallies, now.mono);
	count_polls(alerts, view.stats.tallies);
	forget_tickets(alerts, now.mono);
	sli_depth(&alerts->sli, alert_facts_depth(&view), now.mono);
	alert_facts_collect(app, &alerts->sli, alerts->engine, alerts->saved, now, &view);
	alert_state_active(&alerts->state, active);
	alert_rules_read(&view.facts, active, readings);
	if (alert_state_step(&alerts->state, readings, now, app->settings->config->alerts.repeat,
	                     tell_alert, app))
		alerts->unsaved = true;
}

/* When the rules are to be looked at again. */
static msec look_due(const struct app *app)
{
	const struct alerts *alerts = &app->alerts;
	msec soonest = alerts->looked + LOOK_AT_MOST, due = alerts->looked + LOOK_SELDOM;
	msec state = alert_state_due(&alerts->state, app->settings->config->alerts.repeat);

	clock_earliest(&due, state > alerts->looked ? state : soonest);
	if (alerts->touched)
		clock_earliest(&due, soonest);
	if (alert_state_busy(&alerts->state))
		clock_earliest(&due, alerts->looked + LOOK_WHILE_ACTIVE);
	if (sli_moves(&alerts->sli, alerts->looked))
		clock_earliest(&due, sli_next_minute(alerts->looked));
	return due;
}

static void on_look(uv_timer_t *timer);

static void schedule_look(struct app *app)
{
	struct alerts *alerts = &app->alerts;
	msec mono = clock_now().mono, due = MSEC_NEVER;

	if (!is_stopping(app))
		due = look_due(app);
	for (size_t i = 0; i < ALERT_CHANNELS; i++)
		clock_earliest(&due, alert_sender_due(&alerts->senders[i], mono));
	if (alerts->unsaved && !alerts->saving && app->store != NULL)
		clock_earliest(&due, alerts->save_at);
	if (due == MSEC_NEVER) {
		(void)uv_timer_stop(&alerts->timer);
		return;
	}
	uv_update_time(&app->loop);
	(void)uv_timer_start(&alerts->timer, on_look, due > mono ? (uint64_t)(due - mono) : 0, 0);
}

static void send_messages(struct app *app, struct clock_reading now)
{
	struct alerts *alerts = &app->alerts;

	for (size_t i = 0; i < ALERT_CHANNELS; i++) {
		struct alert_sender *sender = &alerts->senders[i];

		if (alert_sender_due(sender, now.mono) > now.mono)
			continue;
		if (alerts->client == NULL)
			alerts->client = alert_sender_client(&app->loop, app->settings->config,
			                                     app->settings->ca_file);
		alerts->client_used = true;
		alerts->sent = now.mono;
		alert_sender_pump(sender, alerts->client, now);
	}
	if (alerts->client_used && http_client_in_flight(alerts->client) == 0 &&
	    now.mono - alerts->sent >= REST_AFTER) {
		alerts->client_used = false;
		http_client_rest(alerts->client);
	}
}

static void on_look(uv_timer_t *timer)
{
	struct app *app = timer->data;
	struct alerts *alerts = &app->alerts;
	struct clock_reading now = clock_now();

	if (!is_stopping(app) && look_due(app) <= now.mono)
		look_at_rules(app, now);
	send_messages(app, now);
	if (alerts->unsaved && !alerts->saving && alerts->save_at <= now.mono)
		save_book(app, now);
	schedule_look(app);
}

void alerts_touch(struct app *app)
{
	if (!app->alerts.on || app->alerts.touched)
		return;
	app->alerts.touched = true;
	schedule_look(app);
}

bool alerts_turn(struct app *app)
{
	struct alerts *alerts = &app->alerts;
	struct http_reply reply;
	void *owner;

	if (alerts->client == NULL)
		return false;
	http_client_pump(alerts->client);
	/* every request is the shell's own: its reply goes to who asked, within this call */
	while (http_client_take(alerts->client, &owner, &reply))
		fatal("a reply to nobody");
	return http_client_busy(alerts->client);
}

/* --- start, reload, end --- */

static void set_addresses(struct app *app, msec mono)
{
	const struct config_alerts *config = &app->settings->config->alerts;
	const char *urls[ALERT_CHANNELS] = {config->slack_webhook_url, config->webhook_url};
	const char *secrets[ALERT_CHANNELS] = {NULL, config->webhook_secret};

	for (size_t i = 0; i < ALERT_CHANNELS; i++)
		alert_sender_set(&app->alerts.senders[i], urls[i], secrets[i], mono,
		                 app->alerts.client);
}

void alerts_start(struct app *app)
{
	struct alerts *alerts = &app->alerts;
	struct clock_reading now = clock_now();

	alert_state_init(&alerts->state, now.mono);
	for (size_t i = 0; i < ALERT_CHANNELS; i++) {
		alert_sender_init(&alerts->senders[i], &alert_sender_channels[i], now.mono);
		alerts->senders[i].changed = on_sender_changed;
		alerts->senders[i].arg = app;
	}
	set_addresses(app, now.mono);
	load_book(app, now);
	ENSURE(uv_timer_init(&app->loop, &alerts->timer) == 0);
	alerts->timer.data = app;
	uv_unref((uv_handle_t *)&alerts->timer);
	alerts->looked = now.mono;
	alerts->save_at = now.mono;
	alerts->on = true;
	schedule_look(app);
}

void alerts_reloaded(struct app *app)
{
	if (!app->alerts.on)
		return;
	set_addresses(app, clock_now().mono);
	app->alerts.unsaved = true;
	alerts_touch(app);
	schedule_look(app);
}

void alerts_close(struct app *app)
{
	struct alerts *alerts = &app->alerts;

	if (!alerts->on)
		return;
	alerts->on = false;
	uv_close((uv_handle_t *)&alerts->timer, NULL);
	for (size_t i = 0; i < ALERT_CHANNELS; i++)
		alert_sender_close(&alerts->senders[i], alerts->client);
	(void)alerts_turn(app);
	if (alerts->client != NULL)
		http_client_close(alerts->client);
	if (alerts->unsaved)
		save_book(app, clock_now());
}

unsigned alerts_lookups(const struct app *app)
{
	return app->alerts.client != NULL ? http_client_lookups(app->alerts.client) : 0;
}

void alerts_free(struct app *app)
{
	struct alerts *alerts = &app->alerts;

	if (alerts->client != NULL)
		http_client_free(alerts->client);
	for (size_t i = 0; i < ALERT_CHANNELS; i++)
		alert_sender_free(&alerts->senders[i]);
	for (int kind = 0; kind < ALERT_KINDS; kind++)
		free(alerts->engine[kind]);
	alert_state_free(&alerts->state);
}

/* --- what others show --- */

size_t alerts_active(const struct app *app)
{
	return alert_state_count(&app->alerts.state, NULL);
}

void alerts_active_by_severity(const struct app *app, size_t counts[3])
{
	(void)alert_state_count(&app->alerts.state, counts);
}

const char *alerts_worst(const struct app *app)
{
	size_t counts[3];

	alerts_active_by_severity(app, counts);
	for (int severity = ALERT_CRITICAL; severity >= ALERT_NOTICE; severity--)
		if (counts[severity] > 0)
			return alert_severity_name((enum alert_severity)severity);
	return NULL;
}

struct outbox_counts alerts_counts(const struct app *app)
{
	return alert_view_counts(app->alerts.senders);
}

void alerts_measure(struct app *app, struct sli_values *ret)
{
	struct clock_reading now = clock_now();
	struct counts day = statistics_last_24h(records_statistics(app), now.wall);

	sli_measure(&app->alerts.sli, &day, now.mono, ret);
}

void alerts_write_json(const struct app *app, struct buf *out)
{
	buf_putc(out, '{');
	alert_book_view(&app->alerts.state, out);
	alert_view_channels(app->alerts.senders, out);
	buf_putc(out, '}');
}

int alerts_view(void *arg, const struct view_request *request, struct buf *out)
{
	if (request->query.len > 0)
		return view_refuse(out, 400, "this path takes no parameters");
	alerts_write_json(arg, out);
	buf_putc(out, '\n');
	return 200;
}

void alerts_test(struct app *app, struct route_reply *reply)
{
	if (!app->alerts.on) {
		route_reply_say(reply, 503, "the service is stopping");
		return;
	}
	alert_test_begin(app->alerts.senders, reply);
	schedule_look(app);
}
