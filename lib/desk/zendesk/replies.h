/* Replies of Zendesk: strict parsing into structs, and one classification of everything that is not
 * a success.
 *
 * Errors come in three JSON envelopes, as plain text and as HTML; the status decides first, the
 * body second. Texts in struct desk_answer are cut to 200 bytes and hold no credentials. */
#ifndef DESK_ZENDESK_REPLIES_H
#define DESK_ZENDESK_REPLIES_H

#include "base/arena.h"
#include "base/http.h"
#include "desk/choice.h"
#include "desk/desk.h"
#include "desk/job.h"
#include "desk/tagging.h"
#include "ticket/choice.h"

/* Parsers of 2xx replies, each: 0, or -1 with the reason: the body is no JSON, or does not have
 * this shape. A malformed ticket, or one that is no JSON, is listed in `unread`, so that one odd
 * ticket cannot stop a page; a list item without a usable number, or that is no ticket at all, is
 * dropped and counted in *ret_dropped (may be NULL). Everything in *ret is a copy in the arena; the
 * reply may be freed at once. On failure *ret is unchanged. */
int zd_reply_search(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                    unsigned *ret_dropped, struct err *err) MUST_CHECK;
int zd_reply_export(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                    unsigned *ret_dropped, struct err *err) MUST_CHECK;
int zd_reply_show_many(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                       unsigned *ret_dropped, struct err *err) MUST_CHECK;
/* The cursor-based incremental export. Deleted tickets come with DESK_DELETED. */
int zd_reply_incremental(const struct http_reply *reply, struct arena *arena, struct desk_page *ret,
                         unsigned *ret_dropped, struct err *err) MUST_CHECK;
/* {"ticket":{…}}, the reply to GET and to PUT. 1, with the reason: the ticket itself is malformed,
 * so that asking again is of no use. */
int zd_reply_ticket(const struct http_reply *reply, struct arena *arena, struct desk_ticket *ret,
                    struct err *err) MUST_CHECK;
int zd_reply_me(const struct http_reply *reply, struct desk_user *ret, struct err *err) MUST_CHECK;
int zd_reply_comments(const struct http_reply *reply, struct arena *arena,
                      struct desk_comments *ret, struct err *err) MUST_CHECK;

/* The reply to zd_request_audits(): the newest change that put `tag` on the ticket (`added`) or
 * took it off. Zendesk names the rule in the `via` of the event, or of the whole audit. `ours`: the
 * id of our user. */
int zd_reply_tagging(const struct http_reply *reply, struct str tag, bool added, uint64_t ours,
                     struct arena *arena, struct desk_tagging *ret, struct err *err) MUST_CHECK;

/* The same reply, or that to zd_request_choices(): what agents have chosen by changes that are not
 * older than `since` (wall), the newest change of the priority and of each of `tags`. What rules,
 * requesters or we have changed is no choice. */
int zd_reply_choice(const struct http_reply *reply, const struct choice_tags *tags, msec since,
                    uint64_t ours, struct arena *arena, struct desk_choice *ret,
                    struct err *err) MUST_CHECK;

/* {"job_status":{…}}, the reply to update_many, sent before any ticket is changed. */
int zd_reply_job(const struct http_reply *reply, struct arena *arena, struct desk_job *ret,
                 struct err *err) MUST_CHECK;
/* {"job_statuses":[…]}; jobs that Zendesk no longer knows are missing from it. */
int zd_reply_jobs(const struct http_reply *reply, struct arena *arena, struct desk_jobs *ret,
                  unsigned *ret_dropped, struct err *err) MUST_CHECK;

/* Never fails. Some names of errors outrank the status: `unavailable` is DESK_RETRY, `TooManyJobs`
 * DESK_LIMITED, `InvalidEndpoint` DESK_BAD_REQUEST, under any status. Under a 2xx the name decides,
 * and an unknown one is DESK_RETRY with `unknown`. A 2xx that is no JSON is DESK_FINE here; the
 * parser reports it. `wall` is the present wall time, used for a Retry-After date when the reply
 * has no Date. */
void zd_classify(const struct http_reply *reply, msec wall, struct desk_answer *ret);

#endif
