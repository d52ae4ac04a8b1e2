/* The members of a row, always all of them and in this order. */
#include "daemon/run/api_row.h"

#include "base/json.h"

const char *const API_ROW_OUTCOMES[] = {
        [OUTCOME_SUCCESS] = "done",    [OUTCOME_ERROR] = "failed",  [OUTCOME_SKIPPED] = "skipped",
        [OUTCOME_DRY_RUN] = "dry_run", [OUTCOME_SHADOW] = "shadow", [OUTCOME_SHADOW + 1] = NULL};

static void add_word(struct buf *json, const char *key, const char *word)
{
	if (word != NULL && word[0] != '\0') {
		json_add_member(json, key, str_of(word));
		return;
	}
	json_add_key(json, key);
	buf_puts(json, "null");
}

static void add_analysis(struct buf *json, const struct listed *listed)
{
	bool decided = listed->decided;

	add_word(json, "root_cause", decided ? root_cause_name(listed->root_cause) : NULL);
	add_word(json, "urgency", decided ? urgency_name(listed->urgency) : NULL);
	add_word(json, "sentiment", decided ? sentiment_name(listed->sentiment) : NULL);
	if (decided && listed->confidence >= 0)
		json_add_member_number(json, "confidence", (double)listed->confidence / LISTED_SURE,
		                       4);
	else
		add_word(json, "confidence", NULL);
	add_word(json, "by", !decided ? NULL : listed->by_rules ? "rules" : "model");
	add_word(json, "model", decided && !listed->by_rules ? listed->model : NULL);
}

static void add_end(struct buf *json, const struct store_listed_row *row,
                    const struct listed *listed)
{
	buf_putc(json, '{');
	json_add_member_int(json, "at", row->at);
	json_add_key(json, "ticket_id");
	buf_add_u64(json, row->ticket.id);
	json_add_member(json, "outcome", str_of(API_ROW_OUTCOMES[listed->status]));
	json_add_member_bool(json, "undone", row->undone);
	add_analysis(json, listed);
	add_word(json, "priority_before", priority_name(listed->priority_before));
	add_word(json, "priority_after", priority_name(listed->priority_after));
	json_add_member_int(json, "processing_ms", listed->processing_ms);
	if (listed->cost_nano >= 0)
		json_add_member_number(json, "cost_usd", (double)listed->cost_nano / 1e9, 9);
	else
		add_word(json, "cost_usd", NULL);
	json_add_member(json, "reason", str_of(listed->reason));
	buf_putc(json, '}');
}

void api_row_write(struct buf *json, msec at, struct ticket_key ticket, const struct listed *listed)
{
	struct store_listed_row row = {.ticket = ticket, .at = at};

	add_end(json, &row, listed);
}

void api_row_write_stored(struct buf *json, const struct store_listed_row *row)
{
	json_add_comma(json);
	add_end(json, row, &row->listed);
}
