/* Shadow mode: everything but the write. A decision is recorded as what would be written
 * (RECORD_SHADOW) and its ticket ends there.
 *
 * One word is kept of each ticket with such a record: its updated_at at that time, and a part of
 * the hash of all that decides about a model's answer (address, model, prompt, labels, text). So no
 * model is asked twice about one text, and a ticket that has not moved is not even looked at. The
 * word is the record's brief: a start reads no payload for it.
 *
 * A shadow record is never a decision. In writing mode its ticket is new; only its answer may be
 * used for a fresh decision, when the word fits: the ticket then waits in LANE_RECALL for what the
 * store knows of it, and the answer counts if the whole hash is the same and it is younger than
 * 24 h. */
#ifndef ENGINE_CORE_SHADOW_H
#define ENGINE_CORE_SHADOW_H

#include "base/str.h"
#include "engine/record.h"
#include "ticket/write_mode.h"

struct engine;
struct ticket;
struct desk_ticket;

/* How long an answer may be used for a decision. */
#define SHADOW_ANSWER_USED (24 * MSEC_HOUR)

#define SHADOW_SAID "Shadow mode: nothing is written to Zendesk"
/* why an order to analyse a ticket that is done once more is refused */
#define SHADOW_NOT_AGAIN                                                                           \
	"in shadow mode nothing is written, so nothing is done again; set mode = writing first"

/* Whether decisions are written now; recorded at all; recorded as shadow. */
bool shadow_writes(const struct engine *engine);
bool shadow_records(const struct engine *engine);
bool shadow_is_on(const struct engine *engine);
/* Reads the mode from the setup and the configuration. True: it is another one than before. */
bool shadow_configure(struct engine *engine);

/* shadow_record.c.
 *
 * The ticket, whose text is at hand, is decided: fills in what would be written, makes the record
 * durable and moves the ticket to LANE_SHADOW. */
void shadow_record(struct engine *engine, struct ticket *ticket);
/* That is durable: remembers it, and ends the ticket. */
void shadow_done(struct engine *engine, struct ticket *ticket);
/* What would be written to a ticket with these tags and this priority: ticket->tags_added and
 * ticket->priority_set. */
void shadow_would_be(struct engine *engine, struct ticket *ticket);

/* shadow_words.c: what is remembered.
 *
 * A hash of all that decides about a model's answer. Of models the configured one counts: a service
 * that replaces it is asked no text twice. */
#define SHADOW_HASH_SIZE 65 /* SHA-256, hexadecimal, with its NUL */
void shadow_hash(struct engine *engine, struct str text_hash, char ret[SHADOW_HASH_SIZE]);
/* The hash of the ticket's text, which is at hand. */
struct str shadow_text_hash(struct ticket *ticket);
/* The word for a ticket with this updated_at (wall) and this hash. */
uint64_t shadow_word(msec updated, const char *hash);
/* The ticket has a shadow record, and has not moved since. */
bool shadow_is_unmoved(const struct engine *engine, const struct desk_ticket *read);
bool shadow_has(const struct engine *engine, uint64_t id);
/* The ticket, whose text is at hand, has a shadow record about this text, model, prompt and labels,
 * as far as the word tells. */
bool shadow_fits(struct engine *engine, struct ticket *ticket);
/* The same text was decided before: remembers the ticket's updated_at. */
void shadow_moved(struct engine *engine, const struct ticket *ticket);
void shadow_forget(struct engine *engine, uint64_t id);
/* Takes up a record of an earlier run. 0, or -1 with the reason in `err`. */
int shadow_restore(struct engine *engine, const struct record *record, struct err *err) MUST_CHECK;

/* Takes the ticket's answer from its history, as EVENT_HISTORY tells it. False: there is none that
 * may be used. */
bool shadow_use_answer(struct engine *engine, struct ticket *ticket, const char *history);

#endif
