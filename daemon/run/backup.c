/* Asks the store for a copy, and tells where it is. */
#include "daemon/run/backup.h"

#include "base/json.h"
#include "daemon/run/state.h"
#include "daemon/store/store_backup.h"

#define ANSWER_BYTES_MAX 16384

static void on_backed_up(void *arg, const struct store_copy *copy, const char *error)
{
	struct app *app = arg;
	struct route_reply *reply = app->backup.reply;
	struct buf json;

	app->backup.reply = NULL;
	if (copy == NULL) {
		route_reply_say(reply, 503, error);
		return;
	}
	buf_init(&json, ANSWER_BYTES_MAX);
	buf_putc(&json, '{');
	json_add_member(&json, "message",
	                STR("The database was copied. Carry the copy elsewhere and remove it."));
	json_add_member(&json, "path", str_of(copy->path));
	json_add_key(&json, "size_bytes");
	buf_add_u64(&json, (uint64_t)copy->bytes);
	buf_putc(&json, '}');
	route_reply_send(reply, 200, buf_cstr(&json));
	buf_free(&json);
}

void backup_begin(struct app *app, struct route_reply *reply)
{
	if (app->store == NULL)
		route_reply_say(reply, 503, "the service is stopping");
	else if (app->backup.reply != NULL)
		route_reply_say(reply, 409, "a copy of the database is being made already");
	else {
		app->backup.reply = reply;
		store_backup(app->store, on_backed_up, app);
	}
}
