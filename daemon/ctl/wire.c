/* Drives libcurl's multi interface. What a callback of libcurl finds out is only noted there; the
 * transfer is taken apart afterwards. */
#include "daemon/ctl/wire.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "daemon/ctl/event_stream.h"
#include "daemon/ctl/print.h"

#define REFUSAL_BYTES_MAX ((size_t)64 * 1024)
#define WHY_MAX ((size_t)4 * REFUSAL_BYTES_MAX)
#define PATIENCE_MS 10000L
/* The daemon sends a comment every 15 seconds; after three it is taken for dead. */
#define SILENCE_NS (UINT64_C(45) * 1000 * 1000 * 1000)

struct transfer {
	struct transfer *next;
	struct wire *wire;
	CURL *easy;
	struct buf body; /* of an answer, or of a stream that was refused */
	wire_done done;  /* NULL: it is the stream */
	const struct wire_listener *listener;
	void *arg;
	struct event_stream events;
	bool opened, broken, bye;
	uint64_t heard; /* the time of the last byte */
	struct err err; /* why it is broken */
};

struct wire {
	CURLM *multi;
	char *place;
	struct transfer *first;
};

struct wire *wire_new(const char *place)
{
	struct wire *wire = xcalloc(1, sizeof(*wire));

	wire->multi = curl_multi_init();
	if (wire->multi == NULL)
		fatal("libcurl cannot be initialised");
	wire->place = xstrdup(place);
	return wire;
}

static void free_transfer(struct transfer *transfer)
{
	curl_multi_remove_handle(transfer->wire->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	event_stream_free(&transfer->events);
	buf_free(&transfer->body);
	free(transfer);
}

void wire_free(struct wire *wire)
{
	if (wire == NULL)
		return;
	while (wire->first != NULL) {
		struct transfer *transfer = wire->first;

		wire->first = transfer->next;
		free_transfer(transfer);
	}
	curl_multi_cleanup(wire->multi);
	free(wire->place);
	free(wire);
}

bool wire_is_listening(const struct wire *wire)
{
	for (const struct transfer *at = wire->first; at != NULL; at = at->next)
		if (at->listener != NULL)
			return true;
	return false;
}

/* --- bytes --- */

static int status_of(struct transfer *transfer)
{
	long status = 0;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static bool is_event_stream(struct transfer *transfer)
{
	char *type = NULL;

	(void)curl_easy_getinfo(transfer->easy, CURLINFO_CONTENT_TYPE, &type);
	return status_of(transfer) == 200 && str_starts(str_of(type), STR("text/event-stream"));
}

static void take_event(void *arg, struct str name, struct str data)
{
	struct transfer *transfer = arg;

	if (str_eq(name, STR("bye")))
		transfer->bye = true;
	else
		transfer->listener->event(transfer->arg, name, data);
}

static size_t on_bytes(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t len = size * count;

	transfer->heard = uv_hrtime();
	if (transfer->listener == NULL || !is_event_stream(transfer)) {
		buf_add(&transfer->body, data, len);
		return transfer->body.overflow ? 0 : len;
	}
	if (!transfer->opened) {
		transfer->opened = true;
		transfer->listener->opened(transfer->arg);
	}
	if (event_stream_feed(&transfer->events, str_make(data, len), &transfer->err) < 0)
		transfer->broken = true;
	return transfer->broken || transfer->bye ? 0 : len;
}

/* --- requests --- */

static struct transfer *begin(struct wire *wire, const char *path, size_t most, void *arg)
{
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));
	CURL *easy = curl_easy_init();
	char *url = xasprintf("http://localhost%s", path);

	if (easy == NULL)
		fatal("libcurl cannot be initialised");
	*transfer = (struct transfer){
	        .next = wire->first, .wire = wire, .easy = easy, .arg = arg, .heard = uv_hrtime()};
	buf_init(&transfer->body, most);
	event_stream_init(&transfer->events, take_event, transfer);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, wire->place);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, PATIENCE_MS);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	wire->first = transfer;
	return transfer;
}

void wire_listen(struct wire *wire, const char *path, const struct wire_listener *listener,
                 void *arg)
{
	ENSURE(!wire_is_listening(wire));
	struct transfer *transfer = begin(wire, path, REFUSAL_BYTES_MAX, arg);

	transfer->listener = listener;
	curl_multi_add_handle(wire->multi, transfer->easy);
}

void wire_get(struct wire *wire, const char *path, size_t most, wire_done done, void *arg)
{
	struct transfer *transfer = begin(wire, path, most, arg);

	transfer->done = done;
	curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS, PATIENCE_MS);
	curl_multi_add_handle(wire->multi, transfer->easy);
}

/* --- ends --- */

/* The error that was answered in place of what was asked for. */
static void explain_answer_error(struct transfer *transfer, const struct json *tree,
                                 struct buf *why)
{
	struct str sentence = json_str_at(tree, "error");

	if (sentence.len > 0)
		print_add_text(why, str_make(sentence.data, sentence.len));
	else
		buf_printf(why, "the answer (status %d) is not what was asked for",
		           status_of(transfer));
}

static enum wire_end judge_stream(struct transfer *transfer, CURLcode code, struct buf *why)
{
	struct err err;

	if (transfer->broken) {
		buf_printf(why, "the service's events cannot be read: %s", transfer->err.text);
		return WIRE_BROKEN;
	}
	if (transfer->bye || transfer->opened || is_event_stream(transfer)) {
		buf_puts(why, transfer->bye ? "the service stops" : "the connection ended");
		return WIRE_GONE;
	}
	if (status_of(transfer) == 0) {
		buf_puts(why, curl_easy_strerror(code));
		return code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT ||
		                       code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING ||
		                       code == CURLE_SEND_ERROR || code == CURLE_OK
		               ? WIRE_GONE
		               : WIRE_BROKEN;
	}
	struct json *tree = json_parse(buf_str(&transfer->body), &err);
	explain_answer_error(transfer, tree, why);
	json_free(tree);
	return status_of(transfer) == 200 ? WIRE_BROKEN : WIRE_REFUSED;
}

static void end_stream(struct transfer *transfer, CURLcode code)
{
	struct buf why;

	buf_init(&why, WHY_MAX);
	enum wire_end end = judge_stream(transfer, code, &why);
	transfer->listener->closed(transfer->arg, end, status_of(transfer), buf_cstr(&why));
	buf_free(&why);
}

static void end_answer(struct transfer *transfer, CURLcode code)
{
	struct err err = {{0}};
	struct buf why;
	struct json *tree = NULL;

	buf_init(&why, WHY_MAX);
	if (code == CURLE_OK)
		tree = json_parse(buf_str(&transfer->body), &err);
	bool good = json_is_object(tree) && status_of(transfer) / 100 == 2;
	if (code == CURLE_WRITE_ERROR)
		buf_puts(&why, "the answer is too large");
	else if (code != CURLE_OK)
		buf_puts(&why, curl_easy_strerror(code));
	else if (tree == NULL)
		buf_printf(&why, "the answer (status %d) cannot be read: %s", status_of(transfer),
		           err.text);
	else if (!good)
		explain_answer_error(transfer, tree, &why);
	transfer->done(transfer->arg, good ? tree : NULL, buf_cstr(&why));
	json_free(tree);
	buf_free(&why);
}

/* Out of the list first, so that a callback may begin the next one. */
static void end_transfer(struct transfer *transfer, CURLcode code)
{
	struct transfer **at = &transfer->wire->first;

	while (*at != transfer)
		at = &(*at)->next;
	*at = transfer->next;
	if (transfer->listener != NULL)
		end_stream(transfer, code);
	else
		end_answer(transfer, code);
	free_transfer(transfer);
}

static void end_silent_stream(struct wire *wire)
{
	for (struct transfer *at = wire->first; at != NULL; at = at->next) {
		if (at->listener == NULL || uv_hrtime() - at->heard < SILENCE_NS)
			continue;
		end_transfer(at, CURLE_OPERATION_TIMEDOUT);
		return;
	}
}

void wire_wait(struct wire *wire, const int *fds, size_t fd_count, int ms)
{
	struct curl_waitfd extra[WIRE_FDS_MAX] = {{0}};
	int running, left;
	CURLMsg *message;

	ENSURE(fd_count <= WIRE_FDS_MAX);
	for (size_t i = 0; i < fd_count; i++)
		extra[i] = (struct curl_waitfd){.fd = fds[i], .events = CURL_WAIT_POLLIN};
	(void)curl_multi_perform(wire->multi, &running);
	(void)curl_multi_poll(wire->multi, extra, (unsigned)fd_count, ms, NULL);
	(void)curl_multi_perform(wire->multi, &running);
	while ((message = curl_multi_info_read(wire->multi, &left)) != NULL) {
		void *private = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result;
		(void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		end_transfer(private, code);
	}
	end_silent_stream(wire);
}
