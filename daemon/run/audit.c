/* Writes the audit trail. Orders wait in a queue until the name of their user is known; one lookup
 * runs at a time, so that a directory service that hangs occupies one worker. */
#include "daemon/run/audit.h"

#include <stdlib.h>

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/system/accounts.h"
#include "daemon/system/clock.h"

#define PAYLOAD_BYTES_MAX 4096

/* The place of orders about the service: of no ticket. */
static const struct ticket_key service = {.account = ACCOUNT_FIRST};

struct ordered {
	struct list node;
	enum route_command command;
	msec wall;
	bool by_signal;
	struct http_peer by;
	char *user;         /* NULL = not known */
	audit_named *named; /* NULL = nobody waits for the name */
	void *arg;
	size_t count;
	struct ticket_key tickets[];
};

struct lookup {
	struct app *app;
	uv_work_t work;
	uint32_t uid;
	char *user;
};

/* --- in words --- */

/* Who gave the order, for a person: "kim (uid 1000, process 4242)". */
static void add_who(struct buf *out, const struct ordered *ordered)
{
	const struct http_peer *by = &ordered->by;

	if (ordered->by_signal)
		buf_puts(out, "the signal SIGHUP");
	else if (by->door == HTTP_DOOR_TCP)
		buf_printf(out, "the token %s from %s", by->token, by->address);
	else if (!by->known)
		buf_puts(out, "an unknown user of the socket");
	else if (ordered->user != NULL)
		buf_printf(out, "%s (uid %u, process %lld)", ordered->user, (unsigned)by->uid,
		           (long long)by->pid);
	else
		buf_printf(out, "uid %u (process %lld)", (unsigned)by->uid, (long long)by->pid);
}

/* An erasure names no ticket: the log must not contain it again. */
static void say_order(struct app *app, const struct ordered *ordered)
{
	struct textlog_event event = {.name = "order"};
	struct buf line;

	buf_init(&line, PAYLOAD_BYTES_MAX);
	if (ordered->command == ROUTE_ERASE) {
		buf_puts(&line, "One ticket: ");
	} else if (ordered->count == 1) {
		event.ticket_id = ordered->tickets[0].id;
		buf_printf(&line, "Ticket %llu: ", (unsigned long long)event.ticket_id);
	} else if (ordered->count > 1) {
		buf_printf(&line, "%zu tickets: ", ordered->count);
	}
	buf_printf(&line, "%s ordered by ", route_name(ordered->command));
	add_who(&line, ordered);
	textlog_say_event(app->log, LEVEL_INFO, buf_str(&line), &event);
	buf_free(&line);
}

/* --- as records --- */

static char *compose_payload(const struct ordered *ordered, bool of_service)
{
	const struct http_peer *by = &ordered->by;
	struct buf json;

	buf_init(&json, PAYLOAD_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, "order", str_of(route_name(ordered->command)));
	if (ordered->by_signal) {
		json_add_member(&json, "signal", STR("SIGHUP"));
	} else if (by->door == HTTP_DOOR_TCP) {
		json_add_member(&json, "token", str_of(by->token));
		json_add_member(&json, "address", str_of(by->address));
	}
	if (by->known) {
		if (ordered->user != NULL)
			json_add_member(&json, "user", str_of(ordered->user));
		json_add_member_int(&json, "uid", by->uid);
		json_add_member_int(&json, "pid", by->pid);
	}
	if (of_service && ordered->count > 0)
		json_add_member_int(&json, "tickets", (int64_t)ordered->count);
	buf_putc(&json, '}');
	return buf_take(&json, NULL);
}

static struct record record_of(const struct ordered *ordered, struct ticket_key ticket)
{
	return (struct record){.kind = RECORD_COMMAND,
	                       .ticket = ticket,
	                       .payload = compose_payload(ordered, ticket.id == 0)};
}

static void store_order(struct app *app, const struct ordered *ordered)
{
	size_t tickets = ordered->command == ROUTE_ERASE ? 0 : ordered->count;
	struct record *records = xcalloc(tickets + 1, sizeof(*records));

	records[0] = record_of(ordered, service);
	for (size_t i = 0; i < tickets; i++)
		records[i + 1] = record_of(ordered, ordered->tickets[i]);
	store_note(app->store, records, tickets + 1, ordered->wall);
	free(records);
}

/* Neither the log nor the database may name an erased ticket again, also one that was erased while
 * the order waited for the name of its user. */
static void drop_erased(struct app *app, struct ordered *ordered)
{
	size_t left = 0;

	if (ordered->command == ROUTE_ERASE)
		return; /* it names no ticket anyway */
	for (size_t i = 0; i < ordered->count; i++)
		if (!records_is_erased(app, ordered->tickets[i]))
			ordered->tickets[left++] = ordered->tickets[i];
	ordered->count = left;
}

static void tell_name(struct app *app, const struct ordered *ordered)
{
	struct buf who;

	if (ordered->named == NULL)
		return;
	buf_init(&who, PAYLOAD_BYTES_MAX);
	add_who(&who, ordered);
	ordered->named(app, ordered->arg, buf_cstr(&who));
	buf_free(&who);
}

static void record_order(struct app *app, struct ordered *ordered)
{
	drop_erased(app, ordered);
	say_order(app, ordered);
	if (app->store != NULL)
		store_order(app, ordered);
	tell_name(app, ordered);
	free(ordered->user);
	free(ordered);
}

/* --- names of users --- */

static void look_up_next(struct app *app);

static void look_up(uv_work_t *work)
{
	struct lookup *lookup = work->data;

	lookup->user = accounts_user_name(lookup->uid);
}

static struct ordered *take_first(struct audit *audit)
{
	struct ordered *ordered = list_first(&audit->waiting, struct ordered, node);

	list_remove(&ordered->node);
	return ordered;
}

static void on_looked_up(uv_work_t *work, int status)
{
	struct lookup *lookup = work->data;
	struct app *app = lookup->app;
	struct audit *audit = &app->audit;

	audit->lookup = NULL;
	if (!audit->late && !list_empty(&audit->waiting)) {
		struct ordered *ordered = take_first(audit);

		ordered->user = lookup->user;
		lookup->user = NULL;
		record_order(app, ordered);
	}
	free(lookup->user);
	free(lookup);
	if (audit->begun) {
		(void)uv_timer_stop(&audit->patience);
		audit->late = false;
		look_up_next(app);
	}
}

static void record_waiting(struct app *app)
{
	while (!list_empty(&app->audit.waiting))
		record_order(app, take_first(&app->audit));
}

static void on_impatient(uv_timer_t *timer)
{
	struct app *app = timer->data;

	app->audit.late = true;
	record_waiting(app);
}

static void look_up_next(struct app *app)
{
	struct audit *audit = &app->audit;

	if (audit->lookup != NULL || list_empty(&audit->waiting))
		return;
	struct lookup *lookup = xcalloc(1, sizeof(*lookup));
	lookup->app = app;
	lookup->uid = list_first(&audit->waiting, struct ordered, node)->by.uid;
	lookup->work.data = lookup;
	audit->lookup = lookup;
	(void)uv_timer_start(&audit->patience, on_impatient, AUDIT_PATIENCE_MS, 0);
	ENSURE(uv_queue_work(&app->loop, &lookup->work, look_up, on_looked_up) == 0);
}

/* --- orders --- */

void audit_start(struct app *app)
{
	struct audit *audit = &app->audit;

	list_init(&audit->waiting);
	ENSURE(uv_timer_init(&app->loop, &audit->patience) == 0);
	audit->patience.data = app;
	uv_unref((uv_handle_t *)&audit->patience);
	audit->begun = true;
}

static struct ordered *ordered_new(struct app *app, enum route_command command,
                                   const struct ticket_key *tickets, size_t count,
                                   const struct http_peer *by)
{
	struct audit *audit = &app->audit;
	struct ordered *ordered = xcalloc(1, sizeof(*ordered) + count * sizeof(*tickets));

	ordered->command = command;
	ordered->wall = clock_now().wall;
	if (ordered->wall <= audit->last_wall)
		ordered->wall = audit->last_wall + 1;
	audit->last_wall = ordered->wall;
	ordered->by_signal = by == NULL;
	if (by != NULL)
		ordered->by = *by;
	ordered->count = count;
	for (size_t i = 0; i < count; i++)
		ordered->tickets[i] = tickets[i];
	return ordered;
}

static void take_order(struct app *app, struct ordered *ordered)
{
	if (!ordered->by.known || app->audit.late) {
		record_order(app, ordered);
		return;
	}
	list_push_back(&app->audit.waiting, &ordered->node);
	look_up_next(app);
}

msec audit_order(struct app *app, enum route_command command, const struct ticket_key *tickets,
                 size_t count, const struct http_peer *by)
{
	struct ordered *ordered = ordered_new(app, command, tickets, count, by);
	msec wall = ordered->wall;

	take_order(app, ordered);
	return wall;
}

void audit_order_named(struct app *app, enum route_command command,
                       const struct ticket_key *tickets, size_t count, const struct http_peer *by,
                       audit_named *named, void *arg)
{
	struct ordered *ordered = ordered_new(app, command, tickets, count, by);

	ordered->named = named;
	ordered->arg = arg;
	take_order(app, ordered);
}

/* --- showing --- */

static void on_shown(void *arg, char *known, const char *error)
{
	struct route_reply *reply = arg;

	if (error != NULL)
		route_reply_say(reply, 500, error);
	else
		route_reply_send(reply, 200, known != NULL ? known : "{\"events\":[]}");
	free(known);
}

void audit_show(struct app *app, struct route_reply *reply)
{
	if (app->store != NULL)
		store_explain(app->store, service, on_shown, reply);
	else
		on_shown(reply, NULL, "this is a dry run, which keeps no history");
}

static const struct json *find_erasure(const struct json *events, msec wall)
{
	for (struct json_each each = json_items(events); json_next(&each);) {
		const struct json *event = each.value, *payload = json_at(event, "payload");
		int64_t at;

		if (json_int_at(event, "at", &at) && at == wall &&
		    str_eq(json_str_at(payload, "order"), str_of(route_name(ROUTE_ERASE))))
			return payload;
	}
	return NULL;
}

void audit_add_erasure(struct buf *json, struct str trail, msec wall)
{
	static const char *const texts[] = {"user", "token", "address"}, *const numbers[] = {"uid",
	                                                                                     "pid"};
	struct err err;
	struct json *tree = json_parse(trail, &err);
	const struct json *payload = find_erasure(json_at(tree, "events"), wall);
	int64_t number;

	if (payload != NULL) {
		json_add_key(json, "erased_by");
		buf_putc(json, '{');
		for (size_t i = 0; i < ARRAY_LEN(texts); i++)
			if (json_str_at(payload, texts[i]).len > 0)
				json_add_member(json, texts[i], json_str_at(payload, texts[i]));
		for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
			if (json_int_at(payload, numbers[i], &number))
				json_add_member_int(json, numbers[i], number);
		buf_putc(json, '}');
	}
	json_free(tree);
}

/* --- the end --- */

void audit_close(struct app *app)
{
	struct audit *audit = &app->audit;

	if (!audit->begun)
		return;
	audit->begun = false;
	audit->late = true;
	record_waiting(app);
	uv_close((uv_handle_t *)&audit->patience, NULL);
}

bool audit_looks_up(const struct app *app)
{
	return app->audit.lookup != NULL;
}
