/* Records which reads may carry a write. A read may when the reply's Date is at least 2 s later
 * than the ticket's updated_at; or, where the server gives no usable time, when it is the second
 * read with the same updated_at, requested 3 s after the first. The rule is implemented here a
 * second time, from the protocol. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "invariants.h"

#define SETTLED (2 * MSEC_SECOND)
#define SETTLED_BLIND (3 * MSEC_SECOND)

static bool settled(struct sim_reads *reads, struct str stamp, msec updated, msec date, msec sent)
{
	if (date >= 0 && date >= updated)
		return date - updated >= SETTLED;
	if (str_eq(stamp, str_of(reads->doubtful)))
		return sent - reads->doubtful_since >= SETTLED_BLIND;
	snprintf(reads->doubtful, sizeof(reads->doubtful), STR_FMT, STR_ARG(stamp));
	reads->doubtful_since = sent;
	return false;
}

static void note_read(struct invariants *invariants, const struct json *ticket, msec date,
                      msec sent)
{
	struct str stamp = json_str_at(ticket, "updated_at");
	struct sim_decision *known;
	int64_t id = 0;
	msec updated;
	if (!json_int_at(ticket, "id", &id) || clock_parse_iso(stamp, &updated) < 0)
		return;
	known = sim_decision_of(invariants, (uint64_t)id);
	if (!known)
		return;
	known->reads.fresh = true;
	if (!settled(&known->reads, stamp, updated, date, sent))
		return;
	snprintf(known->reads.settled, sizeof(known->reads.settled), STR_FMT, STR_ARG(stamp));
	/* an older read may arrive behind a newer one */
	if (strcmp(known->reads.settled, known->reads.newest) > 0)
		snprintf(known->reads.newest, sizeof(known->reads.newest), STR_FMT, STR_ARG(stamp));
}

void note_reads(struct invariants *invariants, const struct http_reply *reply, msec sent)
{
	if (reply->result != HTTP_DONE || reply->status != 200)
		return;
	struct json *body = json_parse(str_make(reply->body, reply->body_len), NULL);
	const struct json *many = json_at(body, "tickets");
	msec date = http_reply_date(reply);
	if (json_at(body, "ticket"))
		note_read(invariants, json_at(body, "ticket"), date, sent);
	for (struct json_each each = json_items(many); json_next(&each);)
		note_read(invariants, each.value, date, sent);
	json_free(body);
}
