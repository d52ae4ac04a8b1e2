/* A laboratory for the engine: time moves by script, answers are scripted, requests are looked at.
 * Records are made durable at once unless a test holds them back. */
#ifndef TESTS_LAB_H
#define TESTS_LAB_H

#include "engine/engine.h"

/* Limits of an account, as headers: bulk writing is worth it where requests are not free. */
#define LAB_POOL "x-rate-limit: 700\nx-rate-limit-remaining: 690\nratelimit-reset: 50"

struct lab_request {
	uint64_t number;
	enum upstream_id upstream;
	struct http_request request;
	bool answered;
	bool cancelled; /* the engine asked for its end */
	bool recalled;  /* the engine asked to take it back if it has not left */
};

struct lab_outcome {
	uint64_t ticket_id;
	enum outcome_status status;
	char reason[300];
	char summary[300];
	bool fallback, by_rules;
	enum priority priority_set;
	size_t tags_added;
};

struct lab {
	struct config *config;
	struct engine_setup setup;
	struct engine *engine;
	struct effects effects;
	struct clock_reading now;
	struct lab_request requests[2000];
	size_t request_count;
	struct lab_outcome outcomes[1000];
	size_t outcome_count;
	struct record records[3000];
	size_t record_count;
	struct batch batches[100];
	size_t batch_count;
	uint64_t recalls[100]; /* tickets whose records the engine asked for, unanswered */
	size_t recall_count;
	struct buf said; /* SAY and ALERT texts, a line each */
	unsigned alerts;
	bool alert_lasts[ALERT_KINDS]; /* of alerts about no ticket */
	bool hold_records;             /* keep them from becoming durable */
	bool finished;
	enum run_end end;
	bool no_date;             /* answers carry no Date header */
	struct tombstones erased; /* given to the engine */
	bool unproven;            /* the model has never given a good answer */
	const char *limits;       /* header lines of the answer to users/me; NULL = none */
};

/* A lab with credentials, Zendesk and model at made-up addresses, the clock at
 * 2026-11-22T10:00:00Z. Change lab->config and lab->setup, then lab_start. */
struct lab *lab_new(void);
void lab_set(struct lab *lab, const char *name,
             const char *value); /* "section.name", before the start */
void lab_start(struct lab *lab);
void lab_free(struct lab *lab);
void lab_advance(struct lab *lab, msec span); /* stepping at each deadline on the way */
void lab_drain(struct lab *lab);
void lab_pause(struct lab *lab);
void lab_resume(struct lab *lab);
/* The emergency stop, ordered by "alice" at 2026-11-22T10:00:00Z; and its end. */
void lab_stop_writing(struct lab *lab);
void lab_start_writing(struct lab *lab);
/* The ticket is erased: from now on it is known as such, and the engine is told. */
void lab_erase(struct lab *lab, uint64_t id);
void lab_process(struct lab *lab, const uint64_t *ids, size_t count);
/* A person orders a further analysis. lab_recalled() answers the last question for records, as the
 * store does. */
void lab_again(struct lab *lab, uint64_t id, const char *by);
void lab_recalled(struct lab *lab);
/* Another configuration: the present one with these options changed ("section.name=value",
 * NULL-terminated). */
void lab_reload(struct lab *lab, const char *const *changes);
struct engine_stats lab_stats(const struct lab *lab);
void lab_persisted(struct lab *lab);      /* all records so far */
void lab_persist_failed(struct lab *lab); /* the newest record */
/* The process dies, with all requests under way, and a new one begins with the first `durable`
 * records. */
void lab_new_life(struct lab *lab, size_t durable);

struct lab_request *lab_put(struct lab *lab); /* the oldest unanswered PUT; NULL = none */
/* The oldest unanswered request whose URL holds `part`; NULL when there is none. */
struct lab_request *lab_asks(struct lab *lab, const char *part);
/* all requests ever with that in their URL */
size_t lab_count(const struct lab *lab, const char *part);
size_t lab_puts(const struct lab *lab);
void lab_answer(struct lab *lab, struct lab_request *request, int status, const char *headers,
                const char *body);
void lab_ends(struct lab *lab, struct lab_request *request, enum http_result result);
bool lab_said(const struct lab *lab, const char *part);
/* NULL = none yet */
const struct lab_outcome *lab_outcome(const struct lab *lab, uint64_t ticket_id);
const struct lab_outcome *lab_last_outcome(const struct lab *lab, uint64_t ticket_id);
size_t lab_outcomes_of(const struct lab *lab, uint64_t ticket_id);
/* the newest of the kind, NULL = none */
const struct record *lab_record(const struct lab *lab, enum record_kind kind);

/* Scripts that many tests share. */
void lab_sign_in(struct lab *lab); /* users/me */
void lab_let_in(struct lab *lab);  /* the same, and the list of models */
void lab_let_in_as(struct lab *lab, const char *role);
void lab_found(struct lab *lab, const char *tickets_json); /* one search page holding them all */
/* The search counts a thousand and shows none: they are looked through slice by slice. */
void lab_found_many(struct lab *lab);
/* Answers the present slice's page: `more` than these, oldest first as they are given. */
void lab_slice(struct lab *lab, const char *tickets_json, bool more);
/* Answers all slices, by search or export, until the pass is over: they are empty. */
void lab_slices_end(struct lab *lab);
/* One ticket's JSON; tags as a JSON list; updated "2026-11-22T09:00:00Z" unless given. Valid until
 * called four times more. */
const char *lab_ticket(uint64_t id, const char *status, const char *priority, const char *tags,
                       const char *updated);
void lab_model_says(struct lab *lab, const char *cause, const char *urgency, const char *sentiment);
/* Answers the probe, the chat without a ticket's text. False: there is none. */
bool lab_probe(struct lab *lab, int status, const char *body);
bool lab_is_probe(const struct lab_request *request);
void lab_fresh_read(struct lab *lab, const char *tickets_json); /* answers show_many */
/* Answers the incremental export; cursor NULL = null. */
void lab_stream(struct lab *lab, const char *tickets_json, const char *cursor, bool end);
/* Ticket `id`, which the model has been asked about, is decided, read again and written. */
void lab_all_the_way(struct lab *lab, uint64_t id);
void lab_update_accepted(struct lab *lab); /* answers the oldest PUT with 200 and the tag */
/* Tickets first … first + count - 1 as a list without brackets, one static buffer. */
const char *lab_tickets(uint64_t first, uint64_t count, const char *tags, const char *updated);
/* From nothing to the moment where an update_many with tickets 1 … count is on its way. */
struct lab_request *lab_until_batch(struct lab *lab, uint64_t count);
/* Answers the update_many, or else the poll, about job V3-1: `status` is JSON members, `results` a
 * JSON value. */
void lab_job(struct lab *lab, const char *status, const char *results);
/* From nothing to the moment where ticket 1's update is on its way. */
struct lab_request *lab_until_update(struct lab *lab);

#endif
