/* Writes records as JSON. Besides what a later start needs, they hold what a person may want to
 * know afterwards about how a decision was made. */
#include "engine/core/journal.h"

#include "base/json.h"
#include "engine/core/figures.h"
#include "engine/core/paid.h"
#include "engine/core/shadow.h"
#include "engine/core/state.h"

#define PAYLOAD_MAX (256 * 1024)
/* room for twice the ids that can be held or parked */
#define CURSOR_PAYLOAD_MAX (512 * 1024)

static struct record *persist_record(struct engine *engine, uint64_t ticket_id,
                                     enum record_kind kind, struct buf *payload,
                                     const struct counts *counts)
{
	struct effect *effect = effects_add(engine->out, EFFECT_PERSIST);

	struct spending spent = paid_take_unrecorded(engine);

	effect->number = ++engine->last_sequence;
	effect->record = (struct record){
	        .sequence = effect->number,
	        .kind = kind,
	        .ticket = {engine->account->id, ticket_id},
	        .payload = buf_take(payload, NULL),
	        .counts = *counts,
	};
	counts_spent(&effect->record.counts, &spent);
	return &effect->record;
}

/* Persists the record and moves the ticket to the lane where it waits until the record is
 * durable. */
static struct record *persist_and_wait(struct engine *engine, struct ticket *ticket,
                                       enum record_kind kind, struct buf *payload,
                                       const struct counts *counts)
{
	static const enum lane lanes[] = {[RECORD_DECISION] = LANE_DECISION,
	                                  [RECORD_INTENT] = LANE_INTENT,
	                                  [RECORD_SHADOW] = LANE_SHADOW};
	struct record *record = persist_record(engine, ticket->key.id, kind, payload, counts);

	ticket->sequence = engine->last_sequence;
	lane_move(engine, ticket, lanes[kind], 0);
	return record;
}

/* What a further analysis must know after a restart. */
static void add_further(struct buf *out, const struct further *further)
{
	const struct earlier *earlier = &further->earlier;

	if (further->reason == FURTHER_NONE)
		return;
	json_add_key(out, "further");
	buf_putc(out, '{');
	json_add_member(out, "reason", str_of(further_reason_name(further->reason)));
	json_add_member(out, "order", further->order);
	json_add_member(out, "by", further->by);
	json_add_member_int(out, "former", (int64_t)known_pack(further->former));
	json_add_member_bool(out, "written", earlier->written);
	tags_add_member(out, "labels", &earlier->labels);
	json_add_member(out, "priority_left", str_of(priority_name(earlier->priority_left)));
	json_add_member_bool(out, "priority_ours", earlier->priority_ours);
	json_add_member_bool(out, "priority_by_person", earlier->priority_by_person);
	json_add_member(out, "priority_base", str_of(priority_name(earlier->priority_base)));
	buf_putc(out, '}');
}

void journal_order(struct engine *engine, const struct further_order *order, bool over)
{
	struct buf out;

	if (!shadow_records(engine))
		return;
	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "order", str_of(order->order));
	json_add_member(&out, "reason", str_of(further_reason_name(order->reason)));
	json_add_member(&out, "by", str_of(order->by));
	json_add_member_int(&out, "at", order->at);
	json_add_member_bool(&out, "over", over);
	json_add_key(&out, "orders");
	buf_putc(&out, '[');
	for (size_t i = 0; i < FURTHER_TIMES; i++) {
		json_add_comma(&out);
		buf_printf(&out, "%lld", (long long)order->orders[i]);
	}
	buf_putc(&out, ']');
	json_add_member_int(&out, "untagged", order->untagged);
	json_add_member_int(&out, "audit", (int64_t)order->audit);
	json_add_member_int(&out, "revisits", (int64_t)order->revisits);
	buf_putc(&out, '}');
	persist_record(engine, order->id, RECORD_ORDER, &out, &(struct counts){0});
}

void journal_undo(struct engine *engine, const struct further_order *order,
                  const struct undo_end *end)
{
	struct buf out;

	if (engine->setup.dry_run)
		return;
	buf_init(&out, PAYLOAD_MAX);
	if (order->over != NULL)
		buf_puts(&out, order->over);
	else
		journal_add_undo(&out, order, end);
	persist_record(engine, order->id, RECORD_UNDO, &out, &(struct counts){0});
}

/* Other tickets with the same text may use the answer. */
static void lend_answer(const struct ticket *ticket, struct record *record)
{
	record->answer = ticket->flight.answer;
	record->answered = ticket->flight.answered;
}

void journal_decision(struct engine *engine, struct ticket *ticket)
{
	struct counts counts = {0};
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	journal_add_decision(&out, ticket);
	add_further(&out, &ticket->further);
	buf_putc(&out, '}');
	counts_decision(&counts, &ticket->analysis, (uint64_t)ticket->asked);
	lend_answer(ticket, persist_and_wait(engine, ticket, RECORD_DECISION, &out, &counts));
}

static struct listed *new_listed(const struct ticket *ticket, enum outcome_status status,
                                 const char *reason)
{
	struct listed *listed = xmalloc(sizeof(*listed));

	figures_listed(ticket, status, reason, listed);
	return listed;
}

void journal_shadow(struct engine *engine, struct ticket *ticket, const char *hash)
{
	struct counts counts = {0};
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	journal_add_decision(&out, ticket);
	journal_add_would_be(&out, ticket, hash);
	buf_putc(&out, '}');
	counts_decision(&counts, &ticket->analysis, (uint64_t)ticket->asked);
	counts_end(&counts, OUTCOME_SHADOW, figures_processing(ticket));
	struct record *record = persist_and_wait(engine, ticket, RECORD_SHADOW, &out, &counts);

	record->brief = ticket->shadow_word;
	lend_answer(ticket, record);
	record->listed = new_listed(ticket, OUTCOME_SHADOW, NULL);
}

void journal_refusal(struct engine *engine, const struct ticket *ticket, struct str model,
                     const char *hash)
{
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "model", model);
	json_add_member(&out, "hash", str_of(hash));
	json_add_member(&out, "reason", ticket->refused_because);
	json_add_member_int(&out, "at", engine->now.wall);
	buf_putc(&out, '}');
	persist_record(engine, ticket->key.id, RECORD_REFUSAL, &out, &(struct counts){0});
}

void journal_choice(struct engine *engine, uint64_t id, const struct desk_choice *choice)
{
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member_int(&out, "at", choice->at);
	json_add_member(&out, "by", STR("agent"));
	json_add_key(&out, "priority");
	if (choice->priority == PRIORITY_NONE)
		buf_puts(&out, "null");
	else
		json_add_string(&out, str_of(priority_name(choice->priority)));
	tags_add_member(&out, "tags", &choice->tags);
	json_add_member_int(&out, "audit", (int64_t)choice->audit);
	buf_putc(&out, '}');
	persist_record(engine, id, RECORD_CHOICE, &out, &(struct counts){0});
}

void journal_proven(struct engine *engine, const uint64_t *words, size_t count)
{
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_puts(&out, "{\"models\":[");
	for (size_t i = 0; i < count; i++) {
		json_add_comma(&out);
		buf_add_u64(&out, words[i]);
	}
	buf_puts(&out, "]}");
	persist_record(engine, 0, RECORD_PROVEN, &out, &(struct counts){0});
}

void journal_intent(struct engine *engine, struct ticket *ticket, bool bulk)
{
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "stamp", ticket->stamp);
	tags_add_member(&out, "tags", &ticket->tags);
	tags_add_member(&out, "tags_added", &ticket->tags_added);
	json_add_member(&out, "priority_before", str_of(priority_name(ticket->priority_before)));
	if (ticket->further.reason) {
		json_add_member(&out, "order", ticket->further.order);
		tags_add_member(&out, "tags_removed", &ticket->tags_removed);
		json_add_member_bool(&out, "done_before", !further_is_analysed(ticket));
	}
	json_add_member(&out, "priority_set", str_of(priority_name(ticket->priority_set)));
	json_add_member_int(&out, "at", engine->now.wall);
	json_add_member_bool(&out, "bulk", bulk);
	json_add_member_bool(&out, "note", !ticket->note_is_there && further_has_note(ticket));
	ticket->author_id = engine->account->user_id;
	json_add_member_int(&out, "author", (int64_t)ticket->author_id);
	buf_putc(&out, '}');
	(void)persist_and_wait(engine, ticket, RECORD_INTENT, &out, &(struct counts){0});
}

/* Tags and priority before and after the write, if one was made. */
static void add_written(struct buf *out, const struct ticket *ticket)
{
	enum priority after = ticket->priority_set == PRIORITY_NONE ? ticket->priority_before
	                                                            : ticket->priority_set;

	json_add_key(out, "tags_before");
	buf_putc(out, '[');
	for (size_t i = 0; i < ticket->tags.count; i++) {
		if (tags_have(&ticket->tags_added, ticket->tags.items[i]))
			continue;
		json_add_comma(out);
		json_add_string(out, ticket->tags.items[i]);
	}
	buf_putc(out, ']');
	tags_add_member(out, "tags_after", &ticket->tags);
	if (ticket->further.reason)
		tags_add_member(out, "tags_removed", &ticket->tags_removed);
	json_add_member(out, "priority_before", str_of(priority_name(ticket->priority_before)));
	json_add_member(out, "priority_after", str_of(priority_name(after)));
}

struct known known_of_past(const struct past *past)
{
	struct known known = {.returns = past->returns > 0 ? (unsigned)past->returns : 0};

	if (past->former != 0)
		return known_unpack(past->former);
	if (past->tag_taken_off)
		known.kind = KNOWN_UNTAGGED;
	else if (past->state == TICKET_DONE)
		known.kind = KNOWN_DONE;
	else
		known.kind = past->state == TICKET_FAILED ? KNOWN_FAILED : KNOWN_SKIPPED;
	if (known.kind == KNOWN_DONE)
		known.when = past->verdict;
	else if (known.kind != KNOWN_FAILED)
		known.when = past->updated;
	return known;
}

/* Of a further analysis that wrote nothing. */
static uint64_t former_of(const struct ticket *ticket)
{
	if (ticket->further.reason == FURTHER_NONE || ticket->state != TICKET_SKIPPED)
		return 0;
	return known_pack(further_former(ticket));
}

/* The outcome packed in one word: what journal_read_outcome() and known_of_past() would make of its
 * payload. 0 for a failed ticket, whose payload is needed. */
static uint64_t brief_of(const struct ticket *ticket)
{
	struct past past = {.state = ticket->state,
	                    .tag_taken_off = ticket->tag_taken_off,
	                    .returns = ticket->returns,
	                    .verdict = ticket->verdict_wall,
	                    .updated = ticket->updated_last,
	                    .former = former_of(ticket)};
	struct known known = known_of_past(&past);

	return known.kind == KNOWN_FAILED ? 0 : known_pack(known);
}

void journal_outcome(struct engine *engine, struct ticket *ticket, const char *reason)
{
	struct counts counts = {0};
	struct buf out;

	buf_init(&out, PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "state", str_of(ticket_state_name(ticket->state)));
	json_add_member(&out, "reason", str_of(reason));
	json_add_member_int(&out, "at", engine->now.wall);
	json_add_member_int(&out, "run", engine->batch.started_wall);
	json_add_member_int(&out, "verdict", ticket->verdict_wall);
	json_add_member_int(&out, "updated_first", ticket->updated_first);
	json_add_member_int(&out, "updated_last", ticket->updated_last);
	json_add_member_int(&out, "returns", ticket->returns);
	json_add_member_bool(&out, "untagged", ticket->tag_taken_off);
	if (ticket->further.reason) {
		json_add_member(&out, "further",
		                str_of(further_reason_name(ticket->further.reason)));
		json_add_member(&out, "order", ticket->further.order);
	}
	if (former_of(ticket) != 0)
		json_add_member_int(&out, "former", (int64_t)former_of(ticket));
	if (ticket->state == TICKET_DONE && ticket->has_intent)
		add_written(&out, ticket);
	json_add_member_int(&out, "model_ms", ticket->analysis.model_ms);
	json_add_member_int(&out, "write_ms", ticket->write_ms);
	json_add_member_int(&out, "queue_ms", figures_queue(engine, ticket));
	buf_putc(&out, '}');
	counts_end(&counts, figures_status(engine, ticket), figures_processing(ticket));
	struct record *record =
	        persist_record(engine, ticket->key.id, RECORD_OUTCOME, &out, &counts);

	record->brief = brief_of(ticket);
	record->completes =
	        ticket->state == TICKET_DONE || ticket->tag_taken_off || former_of(ticket) != 0;
	record->listed = new_listed(ticket, figures_status(engine, ticket), reason);
}

/* Adds an id to the cursor record, unless the ticket was erased: the lists of ids may still contain
 * it. */
static void add_id_unless_erased(const struct engine *engine, struct buf *out, uint64_t id)
{
	if (memory_is_erased(engine, id))
		return;
	json_add_comma(out);
	buf_add_u64(out, id);
}

/* Adds held tickets that no durable record of their own brings back: those without a durable
 * decision, and those that their records call skipped although they have come back since. */
static void add_held(const struct engine *engine, struct buf *out)
{
	for (struct list *node = engine->held.next; node != &engine->held; node = node->next) {
		const struct ticket *ticket = container_of(node, struct ticket, held);

		if (ticket->lane <= LANE_DECISION || ticket->record_says_skipped)
			add_id_unless_erased(engine, out, ticket->key.id);
	}
}

/* Adds parked tickets that no durable record brings back: the record of their failure may not be
 * durable. */
static void add_parked(const struct engine *engine, struct buf *out)
{
	const struct list *parked = &engine->account->lanes[LANE_PARKED].line;

	for (struct list *node = parked->next; node != parked; node = node->next) {
		const struct ticket *ticket = container_of(node, struct ticket, queue);

		if (!memory_decided(ticket) || ticket->record_says_skipped)
			add_id_unless_erased(engine, out, ticket->key.id);
	}
}

void journal_cursor(struct engine *engine)
{
	const struct asked *again = &engine->account->again, *alone = &engine->account->alone;
	struct buf out;

	if (!shadow_records(engine))
		return;
	buf_init(&out, CURSOR_PAYLOAD_MAX);
	buf_putc(&out, '{');
	json_add_member(&out, "cursor", buf_str(&engine->account->stream.cursor));
	json_add_key(&out, "ids");
	buf_putc(&out, '[');
	for (size_t i = 0; i < again->count; i++)
		add_id_unless_erased(engine, &out, again->ids[i]);
	for (size_t i = 0; i < alone->count; i++)
		add_id_unless_erased(engine, &out, alone->ids[i]);
	add_held(engine, &out);
	add_parked(engine, &out);
	buf_puts(&out, "]}");
	/* the previous cursor stays in force: from there the stream shows these tickets once
	 * more */
	if (out.overflow)
		buf_free(&out);
	else
		persist_record(engine, 0, RECORD_CURSOR, &out, &(struct counts){0});
}
