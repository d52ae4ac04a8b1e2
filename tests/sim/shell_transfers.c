/* Moves requests: they arrive at the world after some time, and its answer comes back after some
 * time, unless something breaks. Whatever happens, the engine is told exactly one end of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

#define DRIP_TIME (2 * MSEC_SECOND)

static void broken(struct http_reply *reply, enum http_result result)
{
	http_reply_free(reply);
	memset(reply, 0, sizeof(*reply));
	reply->result = result;
	snprintf(reply->error, sizeof(reply->error), "%s", http_result_name(result));
}

static bool on_its_way(const struct transfer *transfer)
{
	return transfer->arrival.node.place || transfer->answer.node.place ||
	       transfer->timeout.node.place;
}

static void release(struct shell *shell, struct transfer *transfer)
{
	if (!transfer->ended || on_its_way(transfer))
		return;
	http_request_free(&transfer->request);
	http_reply_free(&transfer->reply);
	free(transfer);
}

/* Ends the transfer, once, and tells the engine. */
static void end_transfer(struct shell *shell, struct transfer *transfer)
{
	struct event event = {
	        .kind = EVENT_REPLY, .request = transfer->number, .reply = &transfer->reply};
	ENSURE(!transfer->ended);
	transfer->ended = true;
	heap_remove(&shell->events, &transfer->answer.node);
	heap_remove(&shell->events, &transfer->timeout.node);
	map_remove(&shell->transfers, transfer->number);
	check_ended(&shell->invariants, transfer->number);
	if (shell->options->bug == BUG_SECOND_ANSWER && transfer->number == 5)
		check_ended(&shell->invariants, transfer->number);
	check_answer(&shell->invariants, transfer->endpoint, &transfer->reply, shell->now.mono);
	if (transfer->endpoint == SIM_READ)
		note_reads(&shell->invariants, &transfer->reply, transfer->sent);
	bug_reply(shell, &transfer->reply);
	shell_step(shell, &event);
	release(shell, transfer);
}

static void plan(struct shell *shell, struct transfer *transfer, struct sim_event *event,
                 enum happening what, msec at)
{
	event->what = what;
	event->transfer = transfer;
	shell_happens(shell, event, at);
}

static bool engine_has(void *arg, uint64_t id)
{
	const struct shell *shell = arg;
	return engine_holds(shell->engine, ticket_key(ACCOUNT_FIRST, id));
}

void transfer_start(struct shell *shell, struct effect *effect)
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));
	shell->result->requests++;
	check_request(&shell->invariants, effect, shell->now.mono);
	note_company(&shell->invariants, &effect->request);
	if (effect->ticket.id)
		check_order(&shell->invariants, effect->ticket.id, engine_has, shell);
	transfer->number = effect->number;
	transfer->sent = shell->now.mono;
	transfer->request = effect->request;
	transfer->endpoint = sim_endpoint_of(&transfer->request);
	memset(&effect->request, 0, sizeof(effect->request));
	map_put_pointer(&shell->transfers, transfer->number, transfer);
	plan(shell, transfer, &transfer->timeout, HAPPENS_TIMEOUT,
	     shell->now.mono + transfer->request.timeout);
	msec travel = shell_span(shell, shell->options->network_max);
	if (shell_faults_last(shell) && shell->options->no_connect > 0 &&
	    (prng_unit(&shell->prng) < shell->options->no_connect)) {
		broken(&transfer->reply, HTTP_NO_CONNECT);
		plan(shell, transfer, &transfer->answer, HAPPENS_REPLY, shell->now.mono + travel);
	} else {
		bug_request(shell, transfer);
		check_sent(&shell->invariants, &transfer->request);
		plan(shell, transfer, &transfer->arrival, HAPPENS_ARRIVAL,
		     shell->now.mono + travel);
	}
}

static void take_headers(struct http_reply *reply, struct str lines)
{
	while (lines.len) {
		struct str value = str_split(&lines, '\n');
		struct str name = str_split(&value, ':');
		http_reply_add_header(reply, name, str_trim(value));
	}
}

/* Makes the reply that a client library would give for the world's answer. False: no reply ever
 * comes. */
static bool compose(struct transfer *transfer, struct world_answer *answer)
{
	struct http_reply *reply = &transfer->reply;
	http_reply_free(reply);
	memset(reply, 0, sizeof(*reply));
	switch (answer->transport) {
	case TRANSPORT_STALL: return false;
	case TRANSPORT_RESET:
	case TRANSPORT_RESET_BODY:
	case TRANSPORT_GARBAGE: broken(reply, HTTP_BROKEN); return true;
	case TRANSPORT_ENDLESS: broken(reply, HTTP_TOO_LARGE); return true;
	case TRANSPORT_DRIP: answer->delay += DRIP_TIME; break;
	case TRANSPORT_NORMAL:
	case TRANSPORT_CLOSE: break;
	}
	if (answer->body.len + answer->padding > transfer->request.reply_max) {
		broken(reply, HTTP_TOO_LARGE);
		return true;
	}
	reply->result = HTTP_DONE;
	reply->status = answer->status;
	take_headers(reply, buf_str(&answer->head));
	reply->body = xmemdup0(buf_cstr(&answer->body), answer->body.len);
	reply->body_len = answer->body.len;
	return true;
}

static void arrives(struct shell *shell, struct transfer *transfer)
{
	struct world_request request;
	struct world_answer *answer = &shell->answer;
	check_arrival(&shell->invariants, &transfer->request);
	world_request_of(&transfer->request, &request);
	world_request(shell->world, shell->now, &request, answer);
	check_step(&shell->invariants, shell->now.mono);
	bool died = answer->transport == TRANSPORT_RESET;
	if (!transfer->ended && compose(transfer, answer))
		plan(shell, transfer, &transfer->answer, HAPPENS_REPLY,
		     shell->now.mono + answer->delay +
		             shell_span(shell, shell->options->network_max));
	/* The client library may send the request again by itself, and so may a planted bug. */
	bool again = died && (prng_unit(&shell->prng) < shell->options->sent_twice);
	bool update = transfer->endpoint == SIM_UPDATE || transfer->endpoint == SIM_UPDATE_MANY;
	if (shell->options->bug == BUG_SECOND_NOTE && update)
		again = true;
	if (again && !transfer->resent) {
		transfer->resent = true;
		heap_remove(&shell->events, &transfer->answer.node);
		plan(shell, transfer, &transfer->arrival, HAPPENS_ARRIVAL, shell->now.mono + 1);
	}
	release(shell, transfer);
}

void transfer_happens(struct shell *shell, struct sim_event *event)
{
	struct transfer *transfer = event->transfer;
	switch (event->what) {
	case HAPPENS_ARRIVAL: arrives(shell, transfer); break;
	case HAPPENS_TIMEOUT:
		broken(&transfer->reply, HTTP_TIMEOUT);
		end_transfer(shell, transfer);
		break;
	case HAPPENS_REPLY: end_transfer(shell, transfer); break;
	case HAPPENS_GATHERED:
	case HAPPENS_FLUSH:
	case HAPPENS_RECALLED:
	case HAPPENS_CRASH:
	case HAPPENS_CLOCK:
	case HAPPENS_ORDER:
	case HAPPENS_UNDO:
	case HAPPENS_RESUME:
	case HAPPENS_STOP:
	case HAPPENS_STORED:
	case HAPPENS_START:
	case HAPPENS_MODE:
	case HAPPENS_MODE_LAST:
	case HAPPENS_DRAIN: break;
	}
}

void transfer_cancel(struct shell *shell, uint64_t number)
{
	struct transfer *transfer = map_get_pointer(&shell->transfers, number);
	if (!transfer || transfer->reply.result == HTTP_CANCELLED)
		return;
	broken(&transfer->reply, HTTP_CANCELLED);
	if ((prng_unit(&shell->prng) < 0.5)) /* it had not left yet */
		heap_remove(&shell->events, &transfer->arrival.node);
	heap_remove(&shell->events, &transfer->answer.node);
	plan(shell, transfer, &transfer->answer, HAPPENS_REPLY, shell->now.mono);
}

/* What has not left is taken back; whether it has is decided by chance. */
void transfer_recall(struct shell *shell, uint64_t number)
{
	struct transfer *transfer = map_get_pointer(&shell->transfers, number);
	if (!transfer || !transfer->arrival.node.place || transfer->resent ||
	    transfer->reply.result != HTTP_DONE || prng_below(&shell->prng, 2))
		return;
	heap_remove(&shell->events, &transfer->arrival.node);
	broken(&transfer->reply, HTTP_RECALLED);
	plan(shell, transfer, &transfer->answer, HAPPENS_REPLY, shell->now.mono);
}

static void each_open(struct shell *shell,
                      void (*each)(struct shell *shell, struct transfer *transfer))
{
	struct map open = shell->transfers;
	map_init(&shell->transfers);
	for (size_t i = 0; i < open.cap; i++)
		if (open.slots[i].key)
			each(shell, (struct transfer *)(uintptr_t)open.slots[i].value);
	map_free(&open);
}

static void orphan(struct shell *shell, struct transfer *transfer)
{
	transfer->ended = true;
	heap_remove(&shell->events, &transfer->answer.node);
	heap_remove(&shell->events, &transfer->timeout.node);
	/* it was not sent yet; chosen by number, because the order of these calls is undefined */
	if (transfer->number % 2)
		heap_remove(&shell->events, &transfer->arrival.node);
	release(shell, transfer);
}

void transfers_crash(struct shell *shell)
{
	each_open(shell, orphan);
}

static void drop(struct shell *shell, struct transfer *transfer)
{
	heap_remove(&shell->events, &transfer->arrival.node);
	orphan(shell, transfer);
}

void transfers_free(struct shell *shell)
{
	struct heap_node *top;
	each_open(shell, drop);
	/* events that were still planned when the run ended */
	while ((top = heap_top(&shell->events))) {
		struct sim_event *event = container_of(top, struct sim_event, node);
		heap_remove(&shell->events, top);
		if (event->transfer)
			release(shell, event->transfer);
		else if (event != &shell->gather && event != &shell->flush &&
		         event != &shell->recalled && event != &shell->drain)
			free(event);
	}
}
