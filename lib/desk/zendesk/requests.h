/* Requests to Zendesk, as data. Hosts always come from the configuration, never from a link in a
 * reply.
 *
 * Every function fills a whole http_request, which the caller frees, and may only be called while
 * zd_auth_header_value() gives something. All carry Accept, User-Agent and Authorization, those
 * with a body Content-Type. */
#ifndef DESK_ZENDESK_REQUESTS_H
#define DESK_ZENDESK_REQUESTS_H

#include "base/http.h"
#include "desk/desk.h"
#include "desk/job.h"
#include "desk/zendesk/auth.h"

#define ZD_REPLY_MAX (1024 * 1024) /* bytes of a reply with several tickets or jobs */
/* bytes of a reply with one item: page size 1, one id, a ticket, its comments, a job */
#define ZD_REPLY_ONE_MAX (8 * 1024 * 1024)
#define ZD_TIMEOUT (30 * MSEC_SECOND)

struct zd_client {
	const struct config *config; /* zendesk_base_url is an origin, as config_finish leaves it */
	char *base;       /* "https://acme.zendesk.com/api/v2", without a slash at the end */
	char *user_agent; /* "ai-ticketd/" and the version */
	struct zd_auth auth;
};
/* The client must not move in memory afterwards. `config` must outlive it, or be replaced by
 * zd_client_reload(); `version` is copied. */
void zd_client_init(struct zd_client *client, const struct config *config, const char *version);
void zd_client_free(struct zd_client *client);
/* Another configuration, for the same base_url. `other_credentials`: the token is forgotten and has
 * to be fetched again. */
void zd_client_reload(struct zd_client *client, const struct config *config,
                      bool other_credentials);

void zd_request_me(const struct zd_client *client, struct http_request *ret);
/* The first page of what query.h says, oldest first; page_size is limited to 1 … DESK_PAGE_MAX. No
 * other page is ever asked for: pages shift while the tickets on them are being tagged, and Zendesk
 * gives 1,000 results at most. */
void zd_request_search(const struct zd_client *client, const struct desk_slice *slice,
                       unsigned page_size, struct http_request *ret);
/* `cursor` is empty for the first page, and bound to its slice. Sends filter[type]=ticket; the
 * query has no `type:` here. In the order of created_at, newest first, without Zendesk's bound of
 * 1,000. */
void zd_request_export(const struct zd_client *client, const struct desk_slice *slice,
                       struct str cursor, unsigned page_size, struct http_request *ret);
/* The oldest tickets that have the tag and are not solved: one page. */
void zd_request_tagged(const struct zd_client *client, struct str tag, struct http_request *ret);
/* The newest 100 entries of a ticket's history, with the users that they name. */
void zd_request_audits(const struct zd_client *client, uint64_t id, struct http_request *ret);
/* The newest 30. */
void zd_request_choices(const struct zd_client *client, uint64_t id, struct http_request *ret);
/* The tickets that have changed since `since` (wall), the newest first: one page. Of zendesk.query
 * what agents do not change by their work narrows it. */
void zd_request_changed(const struct zd_client *client, msec since, struct http_request *ret);
/* The tickets that are solved or closed and do not have our tag, changed last first: one page of
 * those that have not changed after `until` (wall); MSEC_NEVER = of all. */
void zd_request_solved(const struct zd_client *client, msec until, unsigned page_size,
                       struct http_request *ret);
void zd_request_ticket(const struct zd_client *client, uint64_t id, struct http_request *ret);
/* 1 … DESK_PAGE_MAX ids. Tickets that do not exist are missing from the reply. */
void zd_request_show_many(const struct zd_client *client, const uint64_t *ids, size_t count,
                          struct http_request *ret);
/* Newest first, 100 per page; `cursor` is empty for the first page. */
void zd_request_comments(const struct zd_client *client, uint64_t id, struct str cursor,
                         struct http_request *ret);

void zd_request_update(const struct zd_client *client, const struct desk_update *update,
                       struct http_request *ret);

/* Many tickets in one request, each with its own change: the batch form of update_many.
 *
 *     zd_batch_init(&batch);
 *     while (there is another update && zd_batch_add(&batch, &update))
 *             …
 *     zd_request_update_many(client, &batch, &request);
 *
 * The reply to update_many is a job, not a verdict: see zd_reply_job. */
#define ZD_BATCH_MAX 100 /* tickets per request; more are refused as 400 TooManyValues */
/* our own limit of the whole body: Zendesk's is not documented */
#define ZD_BATCH_BYTES_MAX ((size_t)1024 * 1024)
struct zd_batch {
	struct buf body;
	size_t count;
};
void zd_batch_init(struct zd_batch *batch);
/* False: the batch is full by count or bytes and nothing was added. The first update always fits.
 * The caller must not add an id twice. */
bool zd_batch_add(struct zd_batch *batch, const struct desk_update *update) MUST_CHECK;
/* Takes the batch's bytes; it must hold at least one update. Call zd_batch_init() again for the
 * next one. */
void zd_request_update_many(const struct zd_client *client, struct zd_batch *batch,
                            struct http_request *ret);
/* Frees a batch that was not sent. */
void zd_batch_free(struct zd_batch *batch);

/* Status of several jobs in one request (job_statuses/show_many): 1 … DESK_JOBS_MAX ids as
 * zd_reply_job gave them. */
void zd_request_jobs(const struct zd_client *client, const struct str *ids, size_t count,
                     struct http_request *ret);

/* The cursor export of everything that changed (admins only; 10 requests a minute over all
 * incremental exports). Without a cursor it begins at `start_time`, in seconds since 1970 (a
 * negative one counts as 0), which must lie at least a minute in the past. */
void zd_request_incremental(const struct zd_client *client, int64_t start_time, struct str cursor,
                            unsigned page_size, struct http_request *ret);

#endif
