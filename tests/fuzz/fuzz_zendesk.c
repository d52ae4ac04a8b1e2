/* Everything a Zendesk server can send, given to everything that reads it. The input is a reply as
 * on the wire: a status, header lines, an empty line, the body; a file in the corpus can be read by
 * eye. */
#include <stdlib.h>

#include "base/json.h"
#include "desk/zendesk/limits.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/requests.h"
#include "fuzz.h"

static struct config *config;

static struct http_reply reply_of(struct str input)
{
	struct http_reply reply = {.result = HTTP_DONE};
	uint64_t status;
	reply.status = str_to_u64(str_trim(str_split(&input, '\n')), &status) < 0
	                       ? 200
	                       : (int)(status % 1000);
	while (input.len > 0) {
		struct str line = str_trim(str_split(&input, '\n'));
		if (line.len == 0)
			break;
		struct str name = str_split(&line, ':');
		http_reply_add_header(&reply, name, line);
	}
	reply.body = xmemdup0(input.data, input.len);
	reply.body_len = input.len;
	return reply;
}

static void check_ticket(const struct desk_ticket *ticket)
{
	ENSURE(ticket->id > 0 && ticket->id <= INT64_MAX);
	ENSURE(ticket->stamp.len > 0);
	for (size_t i = 0; i < ticket->tags.count; i++)
		ENSURE(ticket->tags.items[i].len > 0);
}

static void check_page(const struct desk_page *page)
{
	ENSURE(page->more == (page->next_page > 0 || page->next_cursor.len > 0));
	ENSURE(page->total >= -1);
	for (size_t i = 0; i < page->count; i++)
		check_ticket(&page->tickets[i]);
}

/* Its cursor may outlive its end. */
static void check_stream(const struct desk_page *page)
{
	ENSURE(!page->more || page->next_cursor.len > 0);
	ENSURE(page->next_page == 0 && page->total == -1 && page->next_cursor.len <= 4096);
	for (size_t i = 0; i < page->count; i++)
		check_ticket(&page->tickets[i]);
}

/* One line, valid, no control character: fit for a log. */
static void check_text(const char *text)
{
	ENSURE(utf8_valid(str_of(text)));
	for (; *text; text++)
		ENSURE((unsigned char)*text >= ' ' && *text != 0x7F);
}

static void check_item(const struct desk_job_item *item)
{
	bool silent = item->verdict == DESK_ITEM_UPDATED || item->verdict == DESK_ITEM_CONFLICT;
	ENSURE((unsigned)item->verdict <= DESK_ITEM_REFUSED);
	ENSURE(item->id <= INT64_MAX && item->index >= -1);
	ENSURE(silent == (item->text.len == 0) && item->text.len <= 200);
	if (item->text.len > 0)
		check_text(item->text.data);
}

static void check_job(const struct desk_job *job)
{
	ENSURE(job->id.len > 0 && job->id.len <= 200);
	ENSURE((unsigned)job->state <= DESK_JOB_FAILED);
	ENSURE(job->total >= -1 && job->progress >= -1);
	for (size_t i = 0; i < job->item_count; i++)
		check_item(&job->items[i]);
}

/* What was read can be asked about. */
static void poll(const struct zd_client *client, const struct desk_jobs *jobs)
{
	struct http_request request;
	struct str ids[DESK_JOBS_MAX];
	size_t count = 0;
	for (; count < jobs->count && count < DESK_JOBS_MAX; count++)
		ids[count] = jobs->items[count].id;
	if (count == 0)
		return;
	zd_request_jobs(client, ids, count, &request);
	check_text(request.url);
	http_request_free(&request);
}

static void read_jobs(const struct http_reply *reply, struct arena *arena,
                      const struct zd_client *client)
{
	struct desk_job job;
	struct desk_jobs jobs;
	unsigned dropped;
	struct err err;
	if (zd_reply_job(reply, arena, &job, &err) == 0)
		check_job(&job);
	else
		check_text(err.text);
	if (zd_reply_jobs(reply, arena, &jobs, &dropped, &err) < 0) {
		check_text(err.text);
		return;
	}
	for (size_t i = 0; i < jobs.count; i++)
		check_job(&jobs.items[i]);
	poll(client, &jobs);
}

static void read_pages(const struct http_reply *reply, struct arena *arena)
{
	struct desk_page page;
	struct err err;
	if (zd_reply_search(reply, arena, &page, NULL, &err) == 0)
		check_page(&page);
	else
		check_text(err.text);
	if (zd_reply_export(reply, arena, &page, NULL, &err) == 0)
		check_page(&page);
	if (zd_reply_show_many(reply, arena, &page, NULL, &err) == 0)
		check_page(&page);
	if (zd_reply_incremental(reply, arena, &page, NULL, &err) == 0)
		check_stream(&page);
	else
		check_text(err.text);
}

static void check_body(const struct http_request *request)
{
	struct err err;
	struct json *tree = json_parse(str_make(request->body, request->body_len), &err);
	ENSURE(tree);
	json_free(tree);
}

/* What was read can be written back. */
static void write_back(const struct zd_client *client, const struct desk_ticket *ticket)
{
	struct http_request request;
	struct zd_batch batch;
	struct desk_update update = {
	        .id = ticket->id, .tags = ticket->tags, .note = STR("n"), .stamp = ticket->stamp};
	check_ticket(ticket);
	if (ticket->tags.count == 0)
		return;
	zd_request_update(client, &update, &request);
	check_body(&request);
	http_request_free(&request);

	zd_batch_init(&batch);
	ENSURE(zd_batch_add(&batch, &update));
	zd_request_update_many(client, &batch, &request);
	check_body(&request);
	http_request_free(&request);
}

static void read_others(const struct http_reply *reply, struct arena *arena,
                        const struct zd_client *client)
{
	struct desk_ticket ticket;
	struct desk_user user;
	struct desk_comments comments;
	struct desk_tagging tagging;
	struct err err;
	if (zd_reply_ticket(reply, arena, &ticket, &err) == 0)
		write_back(client, &ticket);
	if (zd_reply_me(reply, &user, &err) == 0)
		ENSURE(user.agent || !user.admin);
	(void)!zd_reply_tagging(reply, STR("ai_again"), true, 77, arena, &tagging, &err);
	(void)!zd_reply_tagging(reply, STR("ai_processed"), false, 77, arena, &tagging, &err);
	if (zd_reply_comments(reply, arena, &comments, &err) == 0)
		ENSURE(comments.more == (comments.next_cursor.len > 0));
}

static void read_token(const struct http_reply *reply)
{
	struct zd_auth auth;
	struct err err;
	zd_auth_init(&auth, config);
	if (zd_auth_token_reply(&auth, reply, 0, &err) == 0) {
		ENSURE(auth.renew_at > 0 && auth.renew_at <= 48 * MSEC_HOUR);
		check_text(zd_auth_header_value(&auth));
	} else {
		check_text(err.text);
		ENSURE(str_find(str_of(err.text), str_of(config->zendesk.client_secret)) < 0);
	}
	zd_auth_free(&auth);
}

static void read_headers(const struct http_reply *reply)
{
	struct desk_answer failure;
	struct desk_limits limits;
	zd_classify(reply, 0, &failure);
	ENSURE((failure.kind == DESK_FINE) == (failure.text[0] == '\0'));
	check_text(failure.text);
	zd_limits_read(reply, &limits);
	ENSURE(limits.endpoint_count <= DESK_ENDPOINTS_MAX);
	ENSURE(limits.pool_resets <= MSEC_HOUR);
	msec rest = zd_limits_window_rest(reply);
	ENSURE(rest > 0 && rest <= MSEC_MINUTE + MSEC_SECOND);
}

/* OAuth, with a secret to look for. Made once: it does not depend on the input. */
static void make_config(void)
{
	if (config)
		return;
	json_seed(1);
	config = config_new();
	free(config->zendesk.client_id);
	free(config->zendesk.client_secret);
	config->zendesk.client_id = xstrdup("id");
	config->zendesk.client_secret = xstrdup("s3cr3t");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct zd_client client;
	struct http_reply reply = reply_of(str_make((const char *)data, size));
	make_config();
	arena = (struct arena){0};
	zd_client_init(&client, config, "0");
	client.auth.bearer = xstrdup("Bearer t");
	read_headers(&reply);
	read_pages(&reply, &arena);
	read_others(&reply, &arena, &client);
	read_jobs(&reply, &arena, &client);
	read_token(&reply);
	zd_client_free(&client);
	http_reply_free(&reply);
	arena_free(&arena);
	return 0;
}
