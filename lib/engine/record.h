/* Records: what must survive a crash, in the order it was decided. Of each ticket at most one
 * record of each kind counts: a later one replaces the earlier; only orders all count. The payload
 * is one JSON object without ticket text. */
#ifndef ENGINE_RECORD_H
#define ENGINE_RECORD_H

#include "base/clock.h"
#include "ticket/key.h"
#include "ticket/listed.h"
#include "observe/statistics.h"

enum record_kind {
	/* the analysis, with priority and updated_at of the first read; durable before any write */
	RECORD_DECISION,
	RECORD_INTENT,  /* a write that is about to be sent: its stamp, tags, priority, and time */
	RECORD_OUTCOME, /* how the ticket ended: done, skipped, failed */
	/* of an account, with ticket number 0: how far the export was read, and which tickets had
	 * no decision then */
	RECORD_CURSOR,
	/* a model refused the ticket for what it says: the model, and a hash of what was sent */
	RECORD_REFUSAL,
	/* a ticket that is done is analysed once more: who asked for it, when, why, the order's id;
	 * or that this is over (core/further.h) */
	RECORD_ORDER,
	/* a person's command, and who gave it; ticket number 0: about the service. History that no
	 * start restores; the engine neither writes nor gets it. */
	RECORD_COMMAND,
	/* of an account, with ticket number 0: which models have ever given a good answer */
	RECORD_PROVEN,
	/* what our updates did to the ticket is taken back: who ordered it; or what became of it
	 * (core/undoing.h) */
	RECORD_UNDO,
	/* a decision of shadow mode: what would be written. It is history, and its brief tells a
	 * start which text need not be asked about again (core/shadow.h); never a decision. */
	RECORD_SHADOW,
	/* what an agent chose for a ticket after it was decided (desk/choice.h). History that no
	 * start restores. */
	RECORD_CHOICE
};
/* NULL = there is no such kind. */
const char *record_kind_name(enum record_kind kind);

/* What an answer of a model rests on, in 16 bytes that tell nothing of it (core/answer_key.h). */
#define ANSWER_KEY_SIZE 16
struct answer_key {
	uint8_t bytes[ANSWER_KEY_SIZE];
};

struct record {
	uint64_t sequence; /* 1, 2, 3 … within one run of the process */
	enum record_kind kind;
	struct ticket_key ticket;
	char *payload; /* owned */
	/* what the record adds to the statistics; both become durable together; not restored */
	struct counts counts;
	/* Of an outcome or a shadow decision: all that a later start needs of it, packed in one
	 * word (known.h, shadow.h), so that
	 * a start need not read the payload of every ticket that was ever done. 0 = the payload
	 * must be read. */
	uint64_t brief;
	/* Of an outcome that is put: the ticket is complete, so that no start needs its decision,
	 * intent, refusal or shadow decision any more. */
	bool completes;
	/* Of an outcome or a shadow decision that is put: its row in the list of decisions, which
	 * becomes durable with it. Owned; NULL = it has none. */
	struct listed *listed;
	/* Of a decision or a shadow decision by a model: other tickets with this key may use its
	 * answer, which the model gave at `answered` (wall; 0 = they may not). Whose key it is
	 * becomes durable with the record, as a row of its own. */
	struct answer_key answer;
	msec answered;
};
void record_free(struct record *record);

#endif
