/* Records of what people take back. */
#include <stdio.h>

#include "base/json.h"
#include "engine/core/journal.h"
#include "engine/core/undoing.h"

void journal_add_undo(struct buf *out, const struct further_order *order,
                      const struct undo_end *end)
{
	buf_putc(out, '{');
	json_add_member(out, "order", str_of(order->order));
	json_add_member(out, "by", str_of(order->by));
	json_add_member_int(out, "at", order->at);
	json_add_member_bool(out, "forget", order->forget);
	json_add_member_bool(out, "over", end != NULL);
	if (end != NULL) {
		json_add_member(out, "result", str_of(undo_result_name(end->result)));
		json_add_member(out, "reason", str_of(end->reason));
		tags_add_member(out, "tags_removed", &end->removed);
		tags_add_member(out, "tags_gone", &end->gone);
		json_add_member(out, "priority_before",
		                str_of(priority_name(end->priority_before)));
		json_add_member(out, "priority_after", str_of(priority_name(end->priority_after)));
		json_add_member(out, "priority", str_of(undo_priority_name(end->priority_fate)));
		json_add_member_bool(out, "note_stays", end->note_stays);
		json_add_member_int(out, "updated", end->updated);
	}
	buf_putc(out, '}');
}

static int read_undo(const struct json *tree, struct further_order *ret, bool *ret_over)
{
	struct str order = json_str_at(tree, "order"), by = json_str_at(tree, "by");

	if (order.len == 0 || order.len >= FURTHER_ID_SIZE || by.len > FURTHER_BY_MAX ||
	    !json_int_at(tree, "at", &ret->at) || ret->at < 0 || ret->at > KNOWN_WHEN_MAX ||
	    !json_bool_at(tree, "forget", &ret->forget) || !json_bool_at(tree, "over", ret_over))
		return -1;
	snprintf(ret->order, sizeof(ret->order), STR_FMT, STR_ARG(order));
	snprintf(ret->by, sizeof(ret->by), STR_FMT, STR_ARG(by));
	return 0;
}

int journal_read_undo(const char *payload, struct further_order *ret, bool *ret_over,
                      bool *ret_undone, msec *ret_updated, struct err *err)
{
	struct json *tree = json_parse(str_of(payload), err);

	if (!tree)
		return -1;
	int rc = read_undo(tree, ret, ret_over);
	*ret_undone = str_eq(json_str_at(tree, "result"), STR("undone"));
	if (!json_int_at(tree, "updated", ret_updated) || *ret_updated < 0 ||
	    *ret_updated > KNOWN_WHEN_MAX)
		*ret_updated = 0;
	json_free(tree);
	return rc < 0 ? err_set(err, "a field of the undo is missing or wrong") : 0;
}
