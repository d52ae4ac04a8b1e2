/* Records as JSON and back: what the next start of the process needs to go on exactly where this
 * run stopped. Each record is one JSON object without ticket text (the summary has passed
 * redaction). */
#ifndef ENGINE_CORE_JOURNAL_H
#define ENGINE_CORE_JOURNAL_H

#include "base/json.h"
#include "desk/choice.h"
#include "engine/core/known.h"
#include "engine/core/ticket.h"

struct engine;
struct undo_end;

#define JOURNAL_HASH_SIZE 65 /* SHA-256, hexadecimal, with its NUL */

/* These two also move the ticket to LANE_DECISION or LANE_INTENT, where it waits until the record
 * is durable. `bulk`: the write is expected to be a bulk update. */
void journal_decision(struct engine *engine, struct ticket *ticket);
void journal_intent(struct engine *engine, struct ticket *ticket, bool bulk);
/* The same for a shadow decision, which waits in LANE_SHADOW; `hash`: shadow.h. */
void journal_shadow(struct engine *engine, struct ticket *ticket, const char *hash);
/* `model` refused the ticket for itself; `hash`: marks.h. No ticket waits for this record. */
void journal_refusal(struct engine *engine, const struct ticket *ticket, struct str model,
                     const char *hash);
/* A further analysis is ordered; or `over`: it needs nothing any more. No ticket waits for this
 * record. */
void journal_order(struct engine *engine, const struct further_order *order, bool over);
/* What an agent has chosen for a ticket that was decided. No ticket waits for this record. */
void journal_choice(struct engine *engine, uint64_t id, const struct desk_choice *choice);
/* What was written is to be taken back; or, with `end`, that is over. order->over is written once
 * more. No ticket waits for this record. */
void journal_undo(struct engine *engine, const struct further_order *order,
                  const struct undo_end *end);
/* The models that have ever given a good answer (proven.h). */
void journal_proven(struct engine *engine, const uint64_t *words, size_t count);
/* `reason` may be NULL. */
void journal_outcome(struct engine *engine, struct ticket *ticket, const char *reason);
/* Records how far the stream was read, together with the ids of tickets that no other durable
 * record brings back. Does nothing in a dry run. */
void journal_cursor(struct engine *engine);

/* What an outcome of an earlier run says; fields that an older version did not record are 0. */
struct past {
	enum ticket_state state;
	bool tag_taken_off;
	/* how often it has failed so far */
	int returns;
	/* wall: Date of the answer that ended it */
	msec verdict;
	/* wall: updated_at of the last read */
	msec updated;
	/* of a further analysis that wrote nothing: the word that was remembered before, and stays;
	 * 0 = none */
	uint64_t former;
};
/* The word the ticket is remembered by. For a failed ticket, which is tried again, the outcome says
 * more than the word. */
struct known known_of_past(const struct past *past);

/* Parts of payloads: what a decision and a shadow decision have in common; */
void journal_add_decision(struct buf *out, const struct ticket *ticket);
/* what would be written, and what the report sums up; */
void journal_add_would_be(struct buf *out, const struct ticket *ticket, const char *hash);
/* the payload of journal_undo(). */
void journal_add_undo(struct buf *out, const struct further_order *order,
                      const struct undo_end *end);

/* Reading records: 0, or -1 with the reason in `err`. Texts are copied into ticket->memory. */
int journal_read_outcome(const char *payload, struct past *ret, struct err *err) MUST_CHECK;
/* Copies the hash. */
int journal_read_refusal(const char *payload, char ret[JOURNAL_HASH_SIZE],
                         struct err *err) MUST_CHECK;
/* Fills in all but id, phase and earlier. */
int journal_read_order(const char *payload, struct further_order *ret, bool *ret_over,
                       struct err *err) MUST_CHECK;
/* Fills in id, by, at and forget. `updated`: that of the ticket when it was over. */
int journal_read_undo(const char *payload, struct further_order *ret, bool *ret_over,
                      bool *ret_undone, msec *ret_updated, struct err *err) MUST_CHECK;
/* At most `max` words; the rest is ignored. */
int journal_read_proven(const char *payload, uint64_t *words, size_t max, size_t *ret_count,
                        struct err *err) MUST_CHECK;
int journal_read_decision(struct ticket *ticket, const char *payload, struct err *err) MUST_CHECK;
/* The answer alone, from the payload of a shadow record. */
int journal_read_answer(struct ticket *ticket, const struct json *payload,
                        struct err *err) MUST_CHECK;
/* The write rests on no decision: the ticket was done before and is not analysed again. */
bool journal_intent_is_after_end(const char *payload);
/* zendesk.settle_timeout and the wall clock decide how long a bulk update is still left alone. */
int journal_read_intent(struct engine *engine, struct ticket *ticket, const char *payload,
                        struct err *err) MUST_CHECK;
/* The intent of an undo, which may leave no tag; one that cannot be read is ignored. */
void journal_take_intent(struct engine *engine, struct ticket *ticket, const struct json *payload);
/* Adds the ids to those that are read again (asked.h), and sets the stream's cursor. Nothing is
 * changed on failure. */
int journal_read_cursor(struct engine *engine, const char *payload, struct err *err) MUST_CHECK;

#endif
