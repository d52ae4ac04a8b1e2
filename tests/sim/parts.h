/* The inside of the world, shared by its files and by nobody else: one struct with a part for each service, and the few
 * helpers every part needs to compose an answer. */
#ifndef SIM_PARTS_H
#define SIM_PARTS_H

#include "base/heap.h"
#include "base/json.h"
#include "base/prng.h"
#include "tickets.h"
#include "world.h"

#define FOREIGN_ORIGIN "https://acme.zendesk.invalid" /* in all links: whoever follows one ends here */
#define BOT_ID 6130907993114ULL
#define PERSON_ID 6130907990001ULL

/* Requests counted in windows that end on the full minute of the server's clock. */
struct minute_window {
	int64_t minute;
	int used;
};

struct oauth_token {
	char value[40];
	char *scope;
	int64_t expires; /* server seconds */
};

struct zendesk {
	struct z_store store;
	struct minute_window pool, single_updates, exports;
	struct oauth_token *tokens;
	size_t token_count;
	uint32_t processed_word;
};

struct models {
	struct minute_window requests, tokens;
	msec *workers; /* Ollama: when each is free again */
	bool loaded;
	uint64_t answered;  /* for ids */
	uint64_t inspected; /* hash of the last system message searched for personal data */
};

/* Planted personal data, found again by its first eight letters or digits. */
struct planted_value {
	char *text; /* lower-case letters and digits only */
	struct planted_value *next;
};
struct planted {
	struct map by_start;
	uint64_t count;
};

enum edit_kind {
	EDIT_INDEX, /* not a person: the search index takes over the ticket's state */
	EDIT_COMMENT,
	EDIT_ADD_TAG,
	EDIT_PRIORITY,
	EDIT_SOLVE,
	EDIT_CLOSE,
	EDIT_DELETE,
	EDIT_UNTAG, /* takes our processed tag away */
	EDIT_RANDOM /* at any findable ticket, again and again: people at work */
};
struct edit {
	struct heap_node node; /* key: monotonic time */
	enum edit_kind kind;
	uint64_t ticket;
};

#define ENDPOINTS_MAX 48
struct endpoint_count {
	char name[48]; /* "GET /api/v2/tickets/{id}" */
	uint64_t count;
};

struct world {
	struct world_options options;
	struct prng chance;       /* latencies, faults, people */
	struct clock_reading now; /* of the request being answered; wall is the servers' clock */
	msec started;             /* monotonic */
	bool faults_off;
	uint64_t faults_given;
	enum fault_kind fault; /* of the request being answered */
	struct zendesk zendesk;
	struct models models;
	struct planted planted;
	struct heap edits;
	struct world_audit audit;
	struct endpoint_count endpoints[ENDPOINTS_MAX];
	size_t endpoint_count;
	char date[30];
	int64_t date_second;
};

static inline int64_t server_second(const struct world *world)
{
	return world->now.wall / MSEC_SECOND;
}

/* answer.c */
void answer_start(struct world_answer *answer, int status, const char *content_type);
void answer_header(struct world_answer *answer, const char *format, ...) PRINTF_LIKE(2, 3);
void answer_json(struct world_answer *answer, int status); /* the body follows from the caller */
void answer_text(struct world_answer *answer, int status, const char *text);
/* {"error":"…","description":"…"} */
void answer_error(struct world_answer *answer, int status, const char *error, const char *description);
bool query_parameter(struct str target, const char *name, struct buf *out);
bool query_number(struct str target, const char *name, uint64_t *ret);
bool in_list(const char *list, struct str word);
msec latency_between(struct world *world, msec low, msec high);

/* zendesk_auth.c: true when let in; otherwise the refusal is in `answer`. */
bool zendesk_let_in(struct world *world, const struct world_request *request, const char *scope, bool anonymous_ok,
                    bool *ret_anonymous, struct world_answer *answer);
void zendesk_token(struct world *world, const struct world_request *request, struct world_answer *answer);
void zendesk_token_current(struct world *world, const struct world_request *request, struct world_answer *answer);
void zendesk_revoke_tokens(struct world *world);

/* zendesk_limits.c */
enum zendesk_cost { COST_READ, COST_EXPORT, COST_UPDATE };
/* False: a limit is used up and the 429 is in `answer`. `ticket` only with COST_UPDATE (may be NULL). */
bool zendesk_take(struct world *world, enum zendesk_cost cost, struct z_ticket *ticket, struct world_answer *answer);
void zendesk_limit_headers(struct world *world, enum zendesk_cost cost, struct z_ticket *ticket,
                           struct world_answer *answer);
void zendesk_429(struct world *world, int64_t wait, const char *what, struct world_answer *answer);

/* zendesk_search.c */
void zendesk_search(struct world *world, const struct world_request *request, struct world_answer *answer);
void zendesk_search_count(struct world *world, const struct world_request *request, struct world_answer *answer);
void zendesk_export(struct world *world, const struct world_request *request, struct world_answer *answer);

/* zendesk_routes.c */
void zendesk_request(struct world *world, const struct world_request *request, unsigned place,
                     struct world_answer *answer);
/* A person may act upon it; the audit remembers what our first read in this session told. */
void zendesk_mark_read(struct world *world, struct z_ticket *ticket, const struct z_state *told);
unsigned zendesk_place(const struct world_request *request); /* enum fault_place */
void zendesk_add_ticket(struct world *world, const struct z_ticket *ticket, const struct z_state *state,
                        bool from_search, struct buf *out);

/* zendesk_write.c */
void zendesk_update(struct world *world, struct z_ticket *ticket, const struct world_request *request,
                    struct world_answer *answer);

/* zendesk_comments.c */
void zendesk_comments(struct world *world, struct z_ticket *ticket, const struct world_request *request,
                      struct world_answer *answer);

/* people.c */
void people_plan(struct world *world, enum edit_kind kind, uint64_t ticket, msec at);
void people_after_look(struct world *world, uint64_t ticket); /* the fault of this request, if it is a person's */
void people_run(struct world *world, msec until);             /* edits due, in order */
void people_do(struct world *world, enum edit_kind kind, struct z_ticket *ticket);
void ticket_changed(struct world *world, struct z_ticket *ticket); /* moves updated_at, tells the index */

/* strikes.c */
bool fault_before(struct world *world, bool zendesk, struct world_answer *answer); /* true: answered, nothing done */
void fault_after(struct world *world, struct world_answer *answer);

/* planted.c */
void planted_init(struct planted *planted);
void planted_free(struct planted *planted);
void planted_add(struct planted *planted, struct str value);
unsigned planted_found(const struct planted *planted, struct str text);

/* openai.c, ollama.c */
void openai_request(struct world *world, const struct world_request *request, struct world_answer *answer);
void ollama_request(struct world *world, const struct world_request *request, struct world_answer *answer);

/* audit.c */
void audit_count_endpoint(struct world *world, const struct world_request *request);
/* /_sim/…: true when it was one. */
bool control_request(struct world *world, const struct world_request *request, struct world_answer *answer);

#endif
