/* GET job_statuses/{id} and job_statuses/show_many: the progress of jobs, and at their end the
 * result of each ticket. An item has one form in recorded answers and another in the vendor's
 * description; neither need be complete. */
#include "hash.h"
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#define JOB_KEPT (24 * MSEC_HOUR)

bool zendesk_job_is_old(const struct world *world, const struct z_job *job)
{
	return job->ended && world->now.mono - job->ended > JOB_KEPT;
}

static const char *error_of(const struct z_verdict *verdict)
{
	return verdict->outcome == WRITE_CONFLICT ? "UpdateConflict"
	       : verdict->outcome == WRITE_GONE   ? "RecordNotFound"
	                                          : "TicketUpdateFailed";
}

static const char *details_of(const struct z_verdict *verdict)
{
	if (verdict->outcome == WRITE_CONFLICT)
		return "Safe update timestamp prevented the update due to outdated ticket data. "
		       "Please fetch the "
		       "latest "
		       "ticket data and try again.";
	return verdict->outcome == WRITE_GONE ? "Not found" : verdict->text;
}

static void add_success(uint64_t id, struct buf *out)
{
	json_add_comma(out);
	buf_printf(out,
	           "{\"action\":\"update\",\"status\":\"Updated\",\"success\":true,\"id\":%llu}",
	           (unsigned long long)id);
}

static void add_failure(const struct z_job *job, size_t index, struct buf *out)
{
	const struct z_job_item *item = &job->items[index];
	json_add_comma(out);
	buf_puts(out, "{");
	if (job->trouble == FAULT_RESULTS_OPENAPI) {
		json_add_member_int(out, "id", (int64_t)item->ticket);
		json_add_member(out, "action", STR("update"));
		json_add_member_bool(out, "success", false);
	} else {
		json_add_member_int(out, "index", (int64_t)index);
	}
	json_add_member(out, "error", str_of(error_of(&item->verdict)));
	if (job->trouble != FAULT_RESULTS_INDEX && job->trouble != FAULT_RESULTS_OPENAPI)
		json_add_member_int(out, "id", (int64_t)item->ticket);
	json_add_member(out, "details", str_of(details_of(&item->verdict)));
	buf_puts(out, "}");
}

/* Adds an item that is neither a known success nor a known failure. */
static void add_oddity(const struct z_job *job, size_t index, struct buf *out)
{
	const struct z_job_item *item = &job->items[index];
	json_add_comma(out);
	if (item->verdict.outcome == WRITE_DONE)
		buf_printf(out, "{\"action\":\"update\",\"status\":\"Updated\",\"id\":%llu}",
		           (unsigned long long)item->ticket);
	else
		buf_printf(
		        out,
		        "{\"index\":%zu,\"id\":%llu,\"error\":\"UpstreamHiccup\",\"details\":\"\"}",
		        index, (unsigned long long)item->ticket);
}

static void add_item(const struct z_job *job, size_t index, struct prng *prng, struct buf *out)
{
	if (job->trouble == FAULT_RESULTS_ODD && prng_below(prng, 3) == 0)
		add_oddity(job, index, out);
	else if (job->items[index].verdict.outcome == WRITE_DONE)
		add_success(job->items[index].ticket, out);
	else
		add_failure(job, index, out);
}

static void shuffle(size_t *order, size_t count, struct prng *prng)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = prng_below(prng, i), last = order[i - 1];
		order[i - 1] = order[other];
		order[other] = last;
	}
}

/* Uses random numbers of the job, so that every poll gives the same answer. */
static void add_items(const struct world *world, const struct z_job *job, struct buf *out)
{
	size_t order[100];
	struct prng prng;
	prng_seed(&prng, hash_bytes(job->id, strlen(job->id), 3));
	ENSURE(job->done <= ARRAY_LEN(order));
	for (size_t i = 0; i < job->done; i++)
		order[i] = i;
	if (job->trouble == FAULT_RESULTS_ORDER)
		shuffle(order, job->done, &prng);
	buf_puts(out, "[");
	for (size_t i = 0; i < job->done; i++)
		if (job->trouble != FAULT_RESULTS_FEWER || (i > 0 && prng_below(&prng, 4) > 0))
			add_item(job, order[i], &prng, out);
	if (job->trouble == FAULT_RESULTS_MORE) {
		add_item(job, 0, &prng, out);
		add_success(1 + prng_below(&prng, world->zendesk.store.count), out);
		add_success(1 + prng_below(&prng, INT64_MAX), out);
	}
	buf_puts(out, "]");
}

static void add_results(const struct world *world, const struct z_job *job, struct buf *out)
{
	bool partial = hash_bytes(job->id, strlen(job->id), 5) % 2;
	if (!job->ended || (job->status != JOB_COMPLETED && !partial))
		buf_puts(out, "null");
	else
		add_items(world, job, out);
}

static void add_message(const struct z_job *job, struct buf *out)
{
	struct clock_fields at = clock_split(job->ended_wall);
	if (job->status == JOB_QUEUED)
		buf_puts(out, "null");
	else if (job->status == JOB_WORKING)
		buf_printf(out, "\"Updating ticket #%zu\"", job->done + 1);
	else
		buf_printf(out, "\"%s at %04d-%02d-%02d %02d:%02d:%02d +0000\"",
		           job->status == JOB_COMPLETED ? "Completed" : "Failed", at.year, at.month,
		           at.day, at.hour, at.minute, at.second);
}

void zendesk_add_job(struct world *world, const struct z_job *job, struct buf *out)
{
	static const char *const names[] = {"queued", "working", "completed", "failed", "killed"};
	buf_printf(out,
	           "{\"id\":\"%s\",\"url\":\"" FOREIGN_ORIGIN
	           "/api/v2/job_statuses/%s.json\",\"total\":%zu,"
	           "\"progress\":",
	           job->id, job->id, job->count);
	if (job->status == JOB_QUEUED)
		buf_puts(out, "null");
	else
		buf_add_u64(out, job->done);
	buf_printf(out, ",\"status\":\"%s\",\"message\":", names[job->status]);
	add_message(job, out);
	buf_puts(out, ",\"results\":");
	add_results(world, job, out);
	buf_puts(out, "}");
}

void zendesk_job_status(struct world *world, struct str id, struct world_answer *answer)
{
	const struct z_job *job = zendesk_job_find(world, id);
	if (!job) {
		answer_error(answer, 404, "RecordNotFound", "Not found");
		return;
	}
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"job_status\":");
	zendesk_add_job(world, job, &answer->body);
	buf_puts(&answer->body, "}");
}

void zendesk_job_statuses(struct world *world, const struct world_request *request,
                          struct world_answer *answer)
{
	struct buf list;
	(void)query_parameter(request->target, "ids", &list);
	struct str rest = buf_str(&list);
	answer_json(answer, 200);
	buf_puts(&answer->body, "{\"job_statuses\":[");
	while (rest.len) {
		const struct z_job *job = zendesk_job_find(world, str_trim(str_split(&rest, ',')));
		if (!job)
			continue;
		json_add_comma(&answer->body);
		zendesk_add_job(world, job, &answer->body);
	}
	buf_puts(&answer->body, "]}");
	buf_free(&list);
}
