/* Reading the status of jobs and what they report about each ticket. A job is believed item by
 * item: nothing is concluded from its state or its numbers, and an item that is neither clearly
 * done nor clearly refused is unknown. */
#include <string.h>

#include "desk/zendesk/complaint.h"
#include "desk/zendesk/reply_parts.h"
#include "desk/zendesk/words.h"

/* an id becomes part of a URL, up to DESK_JOBS_MAX of them; real ones have 35 bytes */
#define JOB_ID_BYTES_MAX 200

/* True for visible ASCII without a comma, which would make two ids of it in the list of a
 * request. */
static bool is_job_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (id.data[i] <= ' ' || id.data[i] > '~' || id.data[i] == ',')
			return false;
	return id.len > 0 && id.len <= JOB_ID_BYTES_MAX;
}

static enum desk_job_state job_state(struct str word)
{
	if (str_eq(word, STR("queued")))
		return DESK_JOB_QUEUED;
	if (str_eq(word, STR("completed")))
		return DESK_JOB_COMPLETED;
	if (str_eq(word, STR("failed")) || str_eq(word, STR("killed")))
		return DESK_JOB_FAILED;
	return DESK_JOB_WORKING;
}

static int64_t count_at(const struct json *object, const char *key)
{
	int64_t count;
	return json_int_at(object, key, &count) && count >= 0 ? count : -1;
}

static bool has_word(struct str text, struct str word)
{
	for (ptrdiff_t at; (at = str_ifind(text, word)) >= 0;
	     text = str_skip(text, (size_t)at + word.len)) {
		struct str rest = str_skip(text, (size_t)at + word.len);
		bool begins = at == 0 || !ascii_is_alnum(text.data[at - 1]);
		if (begins && (rest.len == 0 || !ascii_is_alnum(rest.data[0])))
			return true;
	}
	return false;
}

/* True when the words are about the ticket itself, not about a field's value. */
static bool says_not_found(struct str words)
{
	return str_ifind(words, STR("RecordNotFound")) >= 0 ||
	       str_ifind(words, STR("ticket not found")) >= 0 ||
	       str_istarts(str_trim(words), STR("not found"));
}

static enum desk_item_verdict verdict_of_error(const struct zd_complaint *complaint)
{
	struct str words = buf_str(&complaint->words);
	if (strcmp(complaint->name, "UpdateConflict") == 0)
		return DESK_ITEM_CONFLICT;
	if (strcmp(complaint->name, "RecordNotFound") == 0 || says_not_found(words))
		return DESK_ITEM_GONE;
	if (strcmp(complaint->name, "ClosedTicket") == 0 || has_word(words, STR("closed")))
		return DESK_ITEM_CLOSED;
	return DESK_ITEM_REFUSED;
}

/* An error decides, whatever `success` says. */
static enum desk_item_verdict verdict_of(const struct json *item,
                                         const struct zd_complaint *complaint)
{
	bool success;
	if (complaint->present)
		return verdict_of_error(complaint);
	if (!json_bool_at(item, "success", &success))
		return DESK_ITEM_UNKNOWN;
	return success ? DESK_ITEM_UPDATED : DESK_ITEM_REFUSED;
}

static struct str item_text(const struct zd_complaint *complaint, enum desk_item_verdict verdict,
                            struct arena *arena)
{
	struct buf text;
	buf_init(&text, ZD_WORDS_BYTES_MAX);
	zd_add_words(&text, buf_str(&complaint->words), ZD_WORDS_BYTES_MAX);
	if (text.len == 0)
		buf_puts(&text, verdict == DESK_ITEM_UNKNOWN ? "neither success nor an error"
		                                             : complaint->other);
	struct str copy = arena_str(arena, buf_str(&text));
	buf_free(&text);
	return copy;
}

static void read_item(const struct json *item, int64_t total, struct arena *arena,
                      struct desk_job_item *ret)
{
	struct zd_complaint complaint;
	int64_t id = count_at(item, "id"), index = count_at(item, "index");
	zd_complaint_read_object(item, &complaint);
	*ret = (struct desk_job_item){.verdict = verdict_of(item, &complaint)};
	ret->id = id > 0 ? (uint64_t)id : 0;
	ret->index = total >= 0 && index >= total ? -1 : index;
	if (ret->verdict != DESK_ITEM_UPDATED && ret->verdict != DESK_ITEM_CONFLICT)
		ret->text = item_text(&complaint, ret->verdict, arena);
	zd_complaint_free(&complaint);
}

/* `results` is null until the job's end, and an object for other kinds of job: both say nothing
 * about tickets. */
static void read_items(const struct json *list, struct arena *arena, struct desk_job *job)
{
	size_t count = zd_count_objects(list);
	if (count > 0)
		job->items = arena_alloc(arena, count * sizeof(*job->items));
	for (struct json_each each = json_items(list); json_next(&each);)
		if (json_is_object(each.value))
			read_item(each.value, job->total, arena, &job->items[job->item_count++]);
}

static bool read_job(const struct json *status, struct arena *arena, struct desk_job *ret)
{
	struct desk_job job = {.total = count_at(status, "total"),
	                       .progress = count_at(status, "progress")};
	struct str id = json_str_at(status, "id");
	if (!is_job_id(id))
		return false;
	job.id = arena_str(arena, id);
	job.state = job_state(json_str_at(status, "status"));
	read_items(json_at(status, "results"), arena, &job);
	*ret = job;
	return true;
}

int zd_reply_job(const struct http_reply *reply, struct arena *arena, struct desk_job *ret,
                 struct err *err)
{
	struct json *tree = zd_reply_parse(reply, "answer about a job", err);
	if (!tree)
		return -1;
	const struct json *status = json_at(tree, "job_status");
	int r = 0;
	if (!json_is_object(status))
		r = zd_reply_lacks("answer about a job", "job_status", err);
	else if (!read_job(status, arena, ret))
		r = zd_reply_lacks("answer about a job", "job_status.id", err);
	json_free(tree);
	return r;
}

static void read_jobs(const struct json *list, struct arena *arena, struct desk_jobs *jobs,
                      unsigned *dropped)
{
	size_t most = zd_count_objects(list);
	if (most > 0)
		jobs->items = arena_alloc(arena, most * sizeof(*jobs->items));
	for (struct json_each each = json_items(list); json_next(&each);) {
		const struct json *status = each.value;
		if (json_is_object(status) && read_job(status, arena, &jobs->items[jobs->count]))
			jobs->count++;
		else
			(*dropped)++;
	}
}

int zd_reply_jobs(const struct http_reply *reply, struct arena *arena, struct desk_jobs *ret,
                  unsigned *ret_dropped, struct err *err)
{
	struct desk_jobs jobs = {0};
	unsigned dropped = 0;
	struct json *tree = zd_reply_parse(reply, "list of jobs", err);
	if (!tree)
		return -1;
	const struct json *list = json_at(tree, "job_statuses");
	int r = json_is_array(list) ? 0 : zd_reply_lacks("list of jobs", "job_statuses", err);
	if (r == 0) {
		read_jobs(list, arena, &jobs, &dropped);
		*ret = jobs;
		if (ret_dropped)
			*ret_dropped = dropped;
	}
	json_free(tree);
	return r;
}
