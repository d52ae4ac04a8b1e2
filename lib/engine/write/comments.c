/* Looking at one ticket alone: when show_many left it out (deleted, or not for our eyes), and at its comments when a write may
 * have arrived but the ticket has moved on without our tag: is our note there?
 *
 * Our note is known by its author, who is us, and by the decision's Timestamp line. Comments come newest first; none older than
 * the ticket's updated_at of the first read can be ours (both are the server's times). */
#include <stdio.h>

#include "engine/core/state.h"
#include "ticket/note.h"

#define COMMENT_PAGES_MAX 10

void look_alone(struct engine *engine, struct ticket *ticket, msec not_before)
{
	if (engine->session.zendesk == GATE_HALTED)
		ticket_end(engine, ticket, TICKET_FAILED, "%s", engine->end_reason);
	else
		heap_insert(&engine->write.looks, &ticket->turn, not_before);
}

static void ask(struct engine *engine, struct ticket *ticket)
{
	struct http_request request = {0};

	engine->current_ticket = ticket->id;
	if (ticket->ask_comments)
		zd_request_comments(&engine->zendesk, ticket->id, ticket->comments_cursor, &request);
	else
		zd_request_ticket(&engine->zendesk, ticket->id, &request);
	call_start(engine, ticket->ask_comments ? CALL_COMMENTS : CALL_READ_ONE, &request, 0)->ticket = ticket;
	engine->write.looking++;
}

void look_pump(struct engine *engine, msec *deadline)
{
	struct heap_node *top;

	if (!session_zendesk_open(engine))
		return;
	while ((top = heap_top(&engine->write.looks))) {
		bool comments = container_of(top, struct ticket, turn)->ask_comments;
		enum endpoint endpoint = comments ? ENDPOINT_COMMENTS : ENDPOINT_READ;

		if (top->key > engine->now.mono) {
			earliest(deadline, top->key);
			return;
		}
		if (!call_may(engine, UPSTREAM_ZENDESK, endpoint, 0)) {
			earliest(deadline, call_when(engine, UPSTREAM_ZENDESK, endpoint, 0));
			return;
		}
		heap_remove(&engine->write.looks, top);
		ask(engine, container_of(top, struct ticket, turn));
	}
}

static void look_failed(struct engine *engine, struct call *call, const struct zd_failure *failure)
{
	struct ticket *ticket = call->ticket;
	msec when;

	switch (failure->kind) {
	case ZD_NOT_FOUND: ticket_end(engine, ticket, TICKET_SKIPPED, "the ticket was deleted"); break;
	case ZD_TOO_LARGE:
		ticket_end(engine, ticket, TICKET_FAILED, "%s over 8 MiB",
		           call->kind == CALL_COMMENTS ? "its comments are" : "the ticket is");
		break;
	case ZD_FORBIDDEN: ticket_end(engine, ticket, TICKET_SKIPPED, "%s", failure->text); break;
	case ZD_REDIRECT:
	case ZD_TLS:
		ticket_end(engine, ticket, TICKET_FAILED, "%s", failure->text);
		session_halt_zendesk(engine, RUN_FAILED, failure->text);
		break;
	case ZD_FINE:
	case ZD_RETRY:
	case ZD_LIMITED:
	case ZD_UNAUTHORIZED:
	case ZD_CONFLICT:
	case ZD_REFUSED:
	case ZD_BAD_REQUEST:
		if (write_try_again(engine, ticket, call, failure, &when))
			look_alone(engine, ticket, when);
		break;
	}
}

static void unreadable(struct engine *engine, struct call *call, const struct err *err)
{
	struct zd_failure failure = {.kind = ZD_RETRY, .retry_after = -1};

	snprintf(failure.text, sizeof(failure.text), "%s", err->text);
	look_failed(engine, call, &failure);
}

void look_read_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                     struct zd_failure *failure)
{
	struct ticket *ticket = call->ticket;
	struct zd_ticket read;
	struct err err;

	engine->write.looking--;

	if (failure->kind != ZD_FINE)
		look_failed(engine, call, failure);
	else if (zd_reply_ticket(reply, &engine->scratch, &read, &err) < 0)
		unreadable(engine, call, &err);
	else if (read.id != ticket->id)
		ticket_end(engine, ticket, TICKET_SKIPPED, "the ticket was merged into another");
	else
		refresh_consider(engine, ticket, &read, reply, call->sent_at, 1);
}

/* Credentials of another user may have been put in place since. */
static bool is_ours(const struct engine *engine, const struct ticket *ticket, uint64_t author_id)
{
	return author_id == engine->session.user_id || (ticket->author_id && author_id == ticket->author_id);
}

static const struct zd_comment *note_among(const struct engine *engine, const struct ticket *ticket,
                                           const struct zd_comments *comments)
{
	for (size_t i = 0; i < comments->count; i++) {
		const struct zd_comment *comment = &comments->items[i];

		if (is_ours(engine, ticket, comment->author_id) &&
		    note_has_timestamp(comment->body, ticket->analysis.decided_wall))
			return comment;
	}
	return NULL;
}

/* Whether comments that may be ours lie beyond this page. */
static bool older_ones_matter(const struct ticket *ticket, const struct zd_comments *comments)
{
	return comments->more && comments->count > 0 &&
	       comments->items[comments->count - 1].created_wall >= ticket->updated_first;
}

static bool can_go_on(const struct ticket *ticket, const struct zd_comments *comments)
{
	return comments->next_cursor.len > 0 && !str_eq(comments->next_cursor, ticket->comments_cursor) &&
	       ticket->comment_pages < COMMENT_PAGES_MAX;
}

/* The earlier write did not arrive, and cannot any more: the ticket has moved past its stamp. */
static void write_anew(struct engine *engine, struct ticket *ticket)
{
	ticket->maybe_written = false;
	ticket->intent = ticket->reported = false;
	ticket->ready_at = engine->now.mono;
	ticket_move(ticket, TICKET_REFRESHING);
	refresh_later(engine, ticket, engine->now.mono);
}

/* The note is there and stays the only one. */
static void add_tags(struct engine *engine, struct ticket *ticket)
{
	ticket->tags_only = ticket->alone = true;
	ticket->ask_comments = false;
	write_anew(engine, ticket);
}

void look_comments_reply(struct engine *engine, struct call *call, const struct http_reply *reply,
                         struct zd_failure *failure)
{
	struct ticket *ticket = call->ticket;
	const struct zd_comment *note;
	struct zd_comments comments;
	struct err err;

	engine->write.looking--;

	if (failure->kind != ZD_FINE) {
		look_failed(engine, call, failure);
	} else if (zd_reply_comments(reply, &engine->scratch, &comments, &err) < 0) {
		unreadable(engine, call, &err);
	} else if ((note = note_among(engine, ticket, &comments))) {
		if (bulk_missed(engine, ticket, note->created_wall)) {
			add_tags(engine, ticket);
			return;
		}
		ticket->verdict_wall = http_reply_date(reply);
		ticket->untagged = true;
		ticket_end(engine, ticket, TICKET_DONE, "tag removed by somebody");
	} else if (older_ones_matter(ticket, &comments) && !can_go_on(ticket, &comments)) {
		ticket_end(engine, ticket, TICKET_FAILED,
		           "whether the note was written could not be found out: too many comments");
	} else if (older_ones_matter(ticket, &comments)) {
		ticket->comment_pages++;
		ticket->comments_cursor = arena_str(&ticket->memory, comments.next_cursor);
		look_alone(engine, ticket, engine->now.mono);
	} else {
		ticket->ask_comments = false;
		ticket->comment_pages = 0;
		ticket->comments_cursor = (struct str){0};
		write_anew(engine, ticket);
	}
}
