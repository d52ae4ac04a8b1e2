/* Seals and unseals payloads on their way to and from the disk, with the functions set by
 * store_set_seal. On the loop's thread, because neither they nor the JSON parser are made for
 * two threads. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/store/store_inside.h"

#define SEALED_MAX (1024 * 1024)
#define REASON_PLACE "reason"
#define ANSWER_MAX (16 * 1024 * 1024)

/* The place is bound to the sealed payload, so that it cannot be unsealed after being moved to
 * another ticket or kind. The first account is not named, so that payloads sealed before there
 * were several accounts stay readable. */
static char *place_of(const char *kind, struct ticket_key ticket)
{
	unsigned long long id = ticket.id;

	if (ticket.account == ACCOUNT_FIRST)
		return xasprintf("%s %llu", kind, id);
	return xasprintf("%s %u:%llu", kind, (unsigned)ticket.account, id);
}

static char *seal_place(const struct record *record)
{
	return place_of(record_kind_name(record->kind), record->ticket);
}

static void seal_at(const struct store *store, char *place, const char *text, char **ret,
                    size_t *ret_len)
{
	struct buf out;

	buf_init(&out, SEALED_MAX);
	store->seal.seal(store->seal.arg, str_of(place), str_of(text), &out);
	ENSURE(!out.overflow);
	*ret = buf_take(&out, ret_len);
	free(place);
}

void store_payload_seal(const struct store *store, struct store_record *record)
{
	const struct record *clear = &record->record;

	if (store->seal.seal == NULL || clear->kind == RECORD_CURSOR)
		return;
	seal_at(store, seal_place(clear), clear->payload, &record->sealed, &record->sealed_len);
	if (clear->listed != NULL && clear->listed->reason[0] != '\0')
		seal_at(store, place_of(REASON_PLACE, clear->ticket), clear->listed->reason,
		        &record->reason, &record->reason_len);
}

int store_reason_open(const struct store *store, struct ticket_key ticket, struct str sealed,
                      struct buf *out)
{
	struct err ignored;

	if (store->seal.unseal == NULL)
		return -1;
	char *place = place_of(REASON_PLACE, ticket);
	int result = store->seal.unseal(store->seal.arg, str_of(place), sealed, out, &ignored);
	free(place);
	return result;
}

int store_payload_open(const struct store *store, const struct store_row *row, struct buf *out,
                       struct err *err)
{
	if (!row->sealed) {
		buf_add(out, row->record.payload, row->len);
		return 0;
	}
	if (store->seal.unseal == NULL)
		return err_set(err, "it is sealed, and log.key is not set");
	char *place = seal_place(&row->record);
	int result = store->seal.unseal(store->seal.arg, str_of(place),
	                                str_make(row->record.payload, row->len), out, err);
	free(place);
	return result;
}

static void add_clear_payload(const struct store *store, const struct store_row *row,
                              struct buf *json)
{
	struct buf clear;
	struct err why;
	struct json *tree = NULL;

	buf_init(&clear, ANSWER_MAX);
	if (store_payload_open(store, row, &clear, &why) == 0)
		tree = json_parse(buf_str(&clear), &why);
	if (tree != NULL)
		buf_add_str(json, buf_str(&clear));
	else
		buf_puts(json, "null");
	json_free(tree);
	buf_free(&clear);
}

static void add_row(const struct store *store, const struct store_row *row, struct buf *json)
{
	json_add_comma(json);
	buf_putc(json, '{');
	json_add_member_int(json, "at", row->wall);
	json_add_member(json, "kind", str_of(record_kind_name(row->record.kind)));
	json_add_member_bool(json, "alive", row->alive);
	json_add_key(json, "payload");
	add_clear_payload(store, row, json);
	buf_putc(json, '}');
}

char *store_payload_explain(const struct store *store, const struct task *task)
{
	const struct store_rows *history = &task->history;
	struct buf json;

	if (history->total == 0 && !task->erased && task->deaths == 0)
		return NULL;
	buf_init(&json, ANSWER_MAX);
	buf_puts(&json, "{\"ticket_id\":");
	buf_add_u64(&json, task->ticket.id);
	json_add_member_bool(&json, "erased", task->erased);
	if (task->erased_at > 0)
		json_add_member_int(&json, "erased_at", task->erased_at);
	json_add_member_int(&json, "deaths", task->deaths);
	json_add_member_int(&json, "omitted", (int64_t)(history->total - history->count));
	json_add_key(&json, "events");
	buf_putc(&json, '[');
	for (size_t i = history->count; i > 0; i--)
		add_row(store, &history->rows[i - 1], &json);
	buf_puts(&json, "]}");
	return buf_take(&json, NULL);
}
