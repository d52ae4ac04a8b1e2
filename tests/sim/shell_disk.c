/* The simulated disk: records become durable in groups after some time, or a full disk accepts
 * none for some time; a crash may lose records that were not durable yet.
 *
 * With options->gather it does as the store does: records wait for others, for so long, or until
 * there are GATHER_RECORDS, or until the engine waits for them; then one commit makes them durable
 * all together; what comes meanwhile gathers for the next one. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "shell.h"

#define GATHER_RECORDS 64

/* Seeds without gathering draw what they always drew. */
static struct prng *disk_prng(struct shell *shell)
{
	return shell->options->gather > 0 ? &shell->disk_chance : &shell->prng;
}

static msec disk_span(struct shell *shell, msec max)
{
	return max > 0 ? (msec)prng_below(disk_prng(shell), (uint64_t)max + 1) : 0;
}

static void append(struct record **list, size_t *count, size_t *cap, const struct record *record)
{
	if (*count == *cap) {
		*cap = *cap ? 2 * *cap : 64;
		*list = xrealloc(*list, *cap * sizeof(**list));
	}
	(*list)[(*count)++] = *record;
}

static void make_durable(struct shell *shell, struct record *record)
{
	note_durable(&shell->invariants, record);
	append(&shell->durable, &shell->durable_count, &shell->durable_cap, record);
}

static void tell(struct shell *shell, enum event_kind kind, uint64_t upto)
{
	struct event event = {.kind = kind, .upto = upto};
	shell_step(shell, &event);
}

static void plan_flush(struct shell *shell)
{
	shell_happens(shell, &shell->flush,
	              shell->now.mono + disk_span(shell, shell->options->disk_max));
}

/* --- gathering --- */

static void begin_commit(struct shell *shell)
{
	struct record *free_list = shell->writing;
	size_t free_cap = shell->writing_cap;

	if (!shell->gathered || shell->writing_count > 0)
		return;
	shell->writing = shell->pending;
	shell->writing_count = shell->pending_count;
	shell->writing_cap = shell->pending_cap;
	shell->pending = free_list;
	shell->pending_count = 0;
	shell->pending_cap = free_cap;
	shell->gathered = false;
	plan_flush(shell);
}

void disk_gathered(struct shell *shell)
{
	heap_remove(&shell->events, &shell->gather.node);
	shell->gathered = shell->pending_count > 0;
	begin_commit(shell);
}

void disk_hurry(struct shell *shell)
{
	if (shell->options->gather > 0 && shell->pending_count > 0 &&
	    engine_records_urgent(shell->engine))
		disk_gathered(shell);
}

static void gather(struct shell *shell)
{
	if (shell->pending_count >= GATHER_RECORDS)
		disk_gathered(shell);
	else if (shell->gather.node.place == 0 && !shell->gathered)
		shell_happens(shell, &shell->gather, shell->now.mono + shell->options->gather);
}

void disk_take(struct shell *shell, struct record *record)
{
	append(&shell->pending, &shell->pending_count, &shell->pending_cap, record);
	memset(record, 0, sizeof(*record));
	if (shell->options->gather > 0)
		gather(shell);
	else if (shell->flush.node.place == 0)
		plan_flush(shell);
}

/* --- the end of a commit --- */

static bool fails(struct shell *shell)
{
	if (shell->options->disk_fails <= 0 || !shell_faults_last(shell))
		return false;
	if (shell->now.mono < shell->disk_full_until)
		return true;
	if (!(prng_unit(disk_prng(shell)) < shell->options->disk_fails))
		return false;
	if (shell->options->disk_full > 0)
		shell->disk_full_until =
		        shell->now.mono + disk_span(shell, shell->options->disk_full);
	return true;
}

static void drop(struct record *records, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		record_free(&records[i]);
	*count = 0;
}

static void save(struct shell *shell, struct record *records, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		make_durable(shell, &records[i]);
	*count = 0;
}

/* Records become durable in order: when some are lost, those that were put after them are too. */
static void end_commit(struct shell *shell, struct record *records, size_t *count)
{
	if (*count == 0)
		return;
	uint64_t first = records[0].sequence, last = records[*count - 1].sequence;
	bool failed = fails(shell), early = shell->options->bug == BUG_EARLY_PERSIST;
	shell->result->commits++;
	if (failed || early)
		drop(records, count);
	else
		save(shell, records, count);
	if (failed) {
		drop(shell->pending, &shell->pending_count);
		shell->gathered = false;
	}
	tell(shell, failed ? EVENT_PERSIST_FAILED : EVENT_PERSISTED, failed ? first : last);
}

void disk_flush(struct shell *shell)
{
	if (shell->options->gather > 0) {
		end_commit(shell, shell->writing, &shell->writing_count);
		begin_commit(shell);
	} else {
		end_commit(shell, shell->pending, &shell->pending_count);
	}
}

static void crash_while_gathering(struct shell *shell)
{
	if (shell->writing_count > 0 && prng_below(&shell->disk_chance, 2) == 0)
		save(shell, shell->writing, &shell->writing_count);
	drop(shell->writing, &shell->writing_count);
	shell->gathered = false;
	heap_remove(&shell->events, &shell->gather.node);
}

void disk_crash(struct shell *shell)
{
	size_t saved = 0;

	if (shell->options->gather > 0)
		crash_while_gathering(shell);
	else if (shell->pending_count > 0)
		saved = (size_t)prng_below(&shell->prng, shell->pending_count + 1);
	for (size_t i = 0; i < shell->pending_count; i++) {
		if (i < saved)
			make_durable(shell, &shell->pending[i]);
		else
			record_free(&shell->pending[i]);
	}
	shell->pending_count = 0;
	heap_remove(&shell->events, &shell->flush.node);
	heap_remove(&shell->events, &shell->recalled.node);
	shell->recall_count = 0;
}

void disk_recall(struct shell *shell, uint64_t id)
{
	shell->recalls =
	        xrealloc(shell->recalls, (shell->recall_count + 1) * sizeof(*shell->recalls));
	shell->recalls[shell->recall_count++] = id;
	if (shell->options->gather > 0)
		disk_gathered(shell); /* whoever looks does not wait for more records */
	if (shell->recalled.node.place == 0)
		shell_happens(shell, &shell->recalled,
		              shell->now.mono + disk_span(shell, shell->options->disk_max));
}

static void add_event(struct buf *out, const struct record *record)
{
	json_add_comma(out);
	buf_putc(out, '{');
	json_add_member(out, "kind", str_of(record_kind_name(record->kind)));
	json_add_key(out, "payload");
	buf_puts(out, record->payload);
	buf_putc(out, '}');
}

/* As the store tells it: what is durable, in the order in which it was put. */
static void recall_one(struct shell *shell, uint64_t id)
{
	struct ticket_key ticket = ticket_key(ACCOUNT_FIRST, id);
	struct event event = {.kind = EVENT_HISTORY, .tickets = &ticket, .ticket_count = 1};
	struct buf history;

	buf_init(&history, SIZE_MAX / 2);
	buf_puts(&history, "{\"events\":[");
	for (size_t i = 0; i < shell->durable_count; i++)
		if (shell->durable[i].ticket.id == id)
			add_event(&history, &shell->durable[i]);
	buf_puts(&history, "]}");
	event.history = buf_cstr(&history);
	shell_step(shell, &event);
	buf_free(&history);
}

void disk_recalled(struct shell *shell)
{
	uint64_t *ids = shell->recalls;
	size_t count = shell->recall_count;

	shell->recalls = NULL;
	shell->recall_count = 0;
	for (size_t i = 0; i < count && !shell->dies; i++)
		recall_one(shell, ids[i]);
	free(ids);
}

void disk_restore(struct shell *shell)
{
	for (size_t i = 0; i < shell->durable_count; i++)
		engine_restore(shell->engine, &shell->durable[i]);
	for (size_t i = shell->durable_count; i > 0; i--)
		if (shell->durable[i - 1].answered > 0)
			engine_restore_answer(shell->engine, &shell->durable[i - 1]);
}

void disk_free(struct shell *shell)
{
	for (size_t i = 0; i < shell->durable_count; i++)
		record_free(&shell->durable[i]);
	drop(shell->pending, &shell->pending_count);
	drop(shell->writing, &shell->writing_count);
	free(shell->durable);
	free(shell->pending);
	free(shell->writing);
	free(shell->recalls);
}
