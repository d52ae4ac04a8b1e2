/* The tickets of the simulated account: what Zendesk keeps about them, the copy its search index
 * has, and the marks the audit needs. Tags are interned words; each remembers whether a person or
 * our program put it there. */
#ifndef SIM_TICKETS_H
#define SIM_TICKETS_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"

enum z_status { Z_NEW, Z_OPEN, Z_PENDING, Z_HOLD, Z_SOLVED, Z_CLOSED, Z_DELETED, Z_STATUSES };
enum z_priority { Z_NONE, Z_LOW, Z_NORMAL, Z_HIGH, Z_URGENT, Z_PRIORITIES };
extern const char *const z_status_names[Z_STATUSES];
extern const char *const z_priority_names[Z_PRIORITIES]; /* "" for Z_NONE */
/* Index of the word, or -1. */
int z_status_parse(struct str word);
int z_priority_parse(struct str word);

struct z_job_item;

struct z_tag {
	uint32_t word; /* index into words */
	bool by_us;
};

/* The part of a ticket that writes and people change, and that the index copies. */
struct z_state {
	enum z_status status;
	enum z_priority priority;
	int64_t updated; /* server seconds */
	struct z_tag *tags;
	size_t tag_count;
};

enum z_hand { Z_HAND_AGENT, Z_HAND_REQUESTER, Z_HAND_RULE, Z_HAND_BOT };
/* A tag was put on a ticket, or taken off, or its priority changed. */
struct z_tagging {
	uint64_t audit;
	bool is_priority;
	enum z_priority priority; /* of such a change: the new one */
	uint32_t word;
	bool added;
	enum z_hand hand;
	int64_t at; /* server seconds */
};

struct z_comment {
	uint64_t id;
	uint64_t author;
	int64_t created; /* server seconds */
	bool is_public;
	char *body;
	size_t body_len;
};

struct z_ticket {
	uint64_t id;
	int64_t created;
	/* server seconds: moves with every change, also with those that leave updated_at alone */
	int64_t generated;
	uint64_t requester;
	struct z_state live;
	struct z_state *indexed; /* the state that search knows; NULL = the same as live */
	msec shown; /* monotonic: since when search shows a ticket that arrived; 0 = always */
	char *text; /* JSON: "subject":…,"raw_subject":…,"description":… */
	size_t text_len;
	char *description; /* JSON string, a slice of text */
	size_t description_len;
	struct z_comment *comments; /* after the description */
	size_t comment_count;
	bool findable_at_start, refused, closing, forbidden, poisoned;
	bool called_too_long; /* by the model, when it was sent alone */
	unsigned notes_by_us;
	struct z_tagging *taggings; /* oldest first */
	size_t tagging_count;
	unsigned agents_ordered;        /* how often an agent put zendesk.again_tag on it */
	unsigned notes_ordered;         /* notes that people ordered besides the first */
	int64_t first_read;             /* server ms of the first read in this session; 0 = none */
	enum z_priority priority_first; /* priority at the first read */
	int64_t priority_by_people;     /* server ms of the last change by a person; 0 = none */
	bool people_untagged;
	bool may_untag;     /* a person ordered that our processed tag be taken off */
	bool tags_put_back; /* a person saved an old form over our tags */
	enum z_priority priority_set, priority_before; /* what we set last, and the one before */
	int64_t update_window;      /* number of the last ten-minute window with updates */
	unsigned updates;           /* number of updates in that window */
	struct z_job_item *in_jobs; /* changes of this ticket in jobs that are not done */
};

struct words {
	char **items;
	size_t count;
	struct map by_hash;
};
uint32_t words_intern(struct words *words, struct str word);
bool words_find(const struct words *words, struct str word, uint32_t *ret);

struct z_store {
	struct z_ticket *items; /* ids 1 … count, in order */
	size_t count, cap;
	struct words words;
	uint64_t next_id; /* next id of a comment or audit */
};
void z_store_init(struct z_store *store, size_t count);
struct z_ticket *z_store_add(struct z_store *store); /* may move the other tickets in memory */
void z_store_free(struct z_store *store);
/* NULL when there was never such a ticket */
struct z_ticket *z_store_find(const struct z_store *store, uint64_t id);

bool z_state_has(const struct z_state *state, uint32_t word);
/* frees the former contents of `to` */
void z_state_copy(struct z_state *to, const struct z_state *from);
void z_state_free(struct z_state *state);
/* Tags are kept in alphabetical order (Zendesk does not keep the order they came in). */
void z_state_add_tag(const struct z_store *store, struct z_state *state, uint32_t word, bool by_us);
void z_state_remove_tag(struct z_state *state, uint32_t word);

/* "<subject>" and "<description>" as JSON; data == NULL is null. */
void z_ticket_set_text(struct z_ticket *ticket, struct str subject, struct str description);
struct z_comment *z_ticket_add_comment(struct z_store *store, struct z_ticket *ticket,
                                       struct str body);

#endif
