/* Reading one ticket alone: when show_many left it out (deleted, or not visible to our user), and
 * reading its comments when a write may have arrived but the ticket has moved on without our tag:
 * is our note there?
 *
 * Our note is known by its author, who is our user, and by the decision's Timestamp line. Comments
 * come newest first; none older than the ticket's updated_at at the first read can be ours (both
 * times are the server's). */
#include "desk/zendesk/replies.h"
#include "engine/core/calls.h"
#include "engine/core/held.h"
#include "engine/core/state.h"
#include "engine/core/ticket.h"
#include "engine/write/bulk.h"
#include "ticket/note.h"

#define COMMENT_PAGES_MAX 10

static enum call_kind kind_of_look(const struct ticket *ticket)
{
	return ticket->ask_comments ? CALL_COMMENTS : CALL_LOOK;
}

static void send_look(struct engine *engine, struct ticket *ticket)
{
	struct http_request request = {0};

	engine->current_ticket = ticket->key;
	if (ticket->ask_comments)
		zd_request_comments(&engine->account->zendesk, ticket->key.id,
		                    ticket->comments_cursor, &request);
	else
		zd_request_ticket(&engine->account->zendesk, ticket->key.id, &request);
	lane_move(engine, ticket, LANE_LOOKING, 0);
	call_start(engine, kind_of_look(ticket), &request, 0)->ticket = ticket;
}

void look_pump(struct engine *engine, msec *deadline)
{
	struct ticket *ticket;

	if (attempts_give_up(engine, LANE_LOOK) || !gate_is_open(engine))
		return;
	while ((ticket = lane_due(engine, LANE_LOOK))) {
		if (!call_may(engine, kind_of_look(ticket), 0, deadline))
			return;
		send_look(engine, ticket);
	}
	clock_earliest(deadline, lane_when(engine, LANE_LOOK));
}

static void look_failed(struct engine *engine, struct call *call, const struct desk_answer *failure)
{
	struct ticket *ticket = call->ticket;
	msec when;

	switch (failure->kind) {
	case DESK_NOT_FOUND:
		ticket->skipped_for = SKIP_GONE;
		held_end(engine, ticket, LANE_SKIPPED, "the ticket was deleted");
		break;
	case DESK_TOO_LARGE:
		ticket->failed_by = FAILURE_UNREADABLE;
		held_end(engine, ticket, LANE_FAILED, "%s over 8 MiB",
		         call->kind == CALL_COMMENTS ? "its comments are" : "the ticket is");
		break;
	case DESK_FORBIDDEN: held_end(engine, ticket, LANE_SKIPPED, "%s", failure->text); break;
	case DESK_REDIRECT:
	case DESK_TLS:
		if (attempts_refused(engine, ticket, failure, &when))
			lane_move(engine, ticket, LANE_LOOK, when);
		break;
	case DESK_FINE:
	case DESK_RETRY:
	case DESK_LIMITED:
	case DESK_UNAUTHORIZED:
	case DESK_CONFLICT:
	case DESK_REFUSED:
	case DESK_BAD_REQUEST:
		if (attempts_again(engine, ticket, call, failure, &when))
			lane_move(engine, ticket, LANE_LOOK, when);
		break;
	}
}

static void look_unreadable(struct engine *engine, struct call *call, const struct err *err)
{
	struct desk_answer failure = {.retry_after = -1};

	desk_answer_unreadable(&failure, err);
	look_failed(engine, call, &failure);
}

static void end_merged(struct engine *engine, struct ticket *ticket)
{
	ticket->skipped_for = SKIP_GONE;
	held_end(engine, ticket, LANE_SKIPPED, "the ticket was merged into another");
}

void look_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                struct desk_answer *failure)
{
	struct ticket *ticket = call->ticket;
	struct desk_ticket read;
	struct err err;

	if (failure->kind != DESK_FINE)
		look_failed(engine, call, failure);
	else if (zd_reply_ticket(reply, &engine->scratch, &read, &err) != 0)
		look_unreadable(engine, call, &err);
	else if (read.id != ticket->key.id)
		end_merged(engine, ticket);
	else
		consider_read(engine, ticket, &read, reply, call->sent_at, 1);
}

/* The author is our user, now or when the intent was made: credentials may have been replaced
 * since. */
static bool is_our_author(const struct engine *engine, const struct ticket *ticket,
                          uint64_t author_id)
{
	return author_id == engine->account->user_id ||
	       (ticket->author_id && author_id == ticket->author_id);
}

static const struct desk_comment *note_among(const struct engine *engine,
                                             const struct ticket *ticket,
                                             const struct desk_comments *comments)
{
	for (size_t i = 0; i < comments->count; i++) {
		const struct desk_comment *comment = &comments->items[i];

		if (is_our_author(engine, ticket, comment->author_id) &&
		    note_has_timestamp(comment->body, ticket->analysis.decided_wall))
			return comment;
	}
	return NULL;
}

/* Comments beyond this page may be ours. */
static bool older_ones_matter(const struct ticket *ticket, const struct desk_comments *comments)
{
	return comments->more && comments->count > 0 &&
	       comments->items[comments->count - 1].created_wall >= ticket->updated_first;
}

static bool can_go_on(const struct ticket *ticket, const struct desk_comments *comments)
{
	return comments->next_cursor.len > 0 &&
	       !str_eq(comments->next_cursor, ticket->comments_cursor) &&
	       ticket->comment_pages < COMMENT_PAGES_MAX;
}

/* The earlier write did not arrive and cannot arrive any more, because the ticket has moved past
 * its stamp: a new write is begun. */
static void write_anew(struct engine *engine, struct ticket *ticket)
{
	ticket->maybe_written = ticket->outcome_unknown = false;
	ticket->has_intent = ticket->job_says_done = false;
	ticket->ready_at = engine->now.mono;
	lane_move(engine, ticket, LANE_READ, engine->now.mono);
}

/* The note is there and must stay the only one: only the tags are written. */
static void write_tags_only(struct engine *engine, struct ticket *ticket)
{
	ticket->note_is_there = ticket->single_only = true;
	ticket->ask_comments = false;
	write_anew(engine, ticket);
}

void look_comments_reply(struct engine *engine, struct call *call, struct http_reply *reply,
                         struct desk_answer *failure)
{
	struct ticket *ticket = call->ticket;
	const struct desk_comment *note;
	struct desk_comments comments;
	struct err err;

	if (failure->kind != DESK_FINE) {
		look_failed(engine, call, failure);
	} else if (zd_reply_comments(reply, &engine->scratch, &comments, &err) < 0) {
		look_unreadable(engine, call, &err);
	} else if ((note = note_among(engine, ticket, &comments))) {
		if (trust_missed(engine, ticket, note->created_wall)) {
			write_tags_only(engine, ticket);
			return;
		}
		ticket->verdict_wall = http_reply_date(reply);
		if (ticket->further.tag_seen) {
			held_end(engine, ticket, LANE_DONE, NULL);
			return;
		}
		ticket->tag_taken_off = true;
		held_end(engine, ticket, LANE_DONE, "our tag was removed by someone");
	} else if (older_ones_matter(ticket, &comments) && !can_go_on(ticket, &comments)) {
		held_end(engine, ticket, LANE_FAILED,
		         "cannot tell whether the note was written: the ticket has too many "
		         "comments; check it by hand");
	} else if (older_ones_matter(ticket, &comments)) {
		ticket->comment_pages++;
		ticket->comments_cursor = arena_str(&ticket->memory, comments.next_cursor);
		lane_move(engine, ticket, LANE_LOOK, engine->now.mono);
	} else {
		ticket->ask_comments = false;
		ticket->comment_pages = 0;
		ticket->comments_cursor = (struct str){0};
		write_anew(engine, ticket);
	}
}
