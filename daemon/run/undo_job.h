/* One plan of what is taken back: its tickets, what each of them would undergo or underwent, and
 * the same in numbers, as JSON. */
#ifndef DAEMON_RUN_UNDO_JOB_H
#define DAEMON_RUN_UNDO_JOB_H

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "engine/effect.h"

enum undo_state { UNDO_SELECTING, UNDO_READING, UNDO_PLANNED, UNDO_WORKING, UNDO_OVER };

struct undo_entry {
	uint64_t id;
	bool told;    /* in the present state */
	bool planned; /* it was to be changed */
	enum undo_result result;
	enum undo_priority fate;
	size_t removed, gone;
	bool note;
	char *reason; /* NULL = none */
};

struct undo_job {
	struct list node;
	uint64_t number;
	enum undo_state state;
	bool forget;
	char order[UNDO_ORDER_SIZE]; /* of the look, later of the undo */
	struct undo_entry *entries;
	size_t count, cap, told;
	struct map by_id;     /* id → index + 1 */
	int64_t began, ended; /* monotonic, ms: of the undo */
};

struct undo_job *undo_job_new(uint64_t number);
void undo_job_free(struct undo_job *job);
/* False: there are too many. A ticket that is there already is not added twice. */
bool undo_job_add(struct undo_job *job, uint64_t id, size_t most);
/* Takes what the engine told of a ticket; false: it is none of these. */
bool undo_job_tell(struct undo_job *job, uint64_t id, const struct undone *undone);
/* The tickets that are to be changed, to be freed. */
struct ticket_key *undo_job_chosen(const struct undo_job *job, size_t *ret_count) MUST_CHECK;
/* The plan is ordered: only what was to be changed counts from now on. */
void undo_job_begin(struct undo_job *job, int64_t now);
void undo_job_json(const struct undo_job *job, struct buf *json);

#endif
