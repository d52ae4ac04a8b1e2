/* Connects libcurl's events with libuv's. Each watched socket has a watcher, from libcurl's first
 * request to watch it until libuv has closed the poll handle. A watcher is never reused, because a
 * closed socket's number may be assigned again in the same turn. */
#include "daemon/client/curl_loop.h"

#include <stdlib.h>

struct watcher {
	uv_poll_t poll;
	struct curl_loop *cl;
	curl_socket_t fd;
	int events; /* UV_READABLE, UV_WRITABLE */
};

static void report_ended(struct curl_loop *cl)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(cl->multi, &left)) != NULL)
		if (message->msg == CURLMSG_DONE)
			cl->ended(cl->arg, message->easy_handle, message->data.result);
}

static void run_socket_action(struct curl_loop *cl, curl_socket_t fd, int flags)
{
	int running;

	(void)curl_multi_socket_action(cl->multi, fd, flags, &running);
	report_ended(cl);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct watcher *watcher = poll->data;
	int flags = 0;

	/* On an error no event is reported: libcurl then tries the socket and finds the real
	 * reason. */
	if (status == 0)
		flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
		        (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
	run_socket_action(watcher->cl, watcher->fd, flags);
	/* libuv stops a poll handle that reported an error. */
	if (status < 0 && !uv_is_closing((uv_handle_t *)poll))
		(void)uv_poll_start(poll, watcher->events, on_ready);
}

static void on_watcher_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void stop_watching(struct curl_loop *cl, curl_socket_t fd, struct watcher *watcher)
{
	if (watcher == NULL)
		return;
	(void)curl_multi_assign(cl->multi, fd, NULL);
	uv_close((uv_handle_t *)&watcher->poll, on_watcher_closed);
}

/* NULL when a socket cannot be watched: its transfer then ends by its time limit. */
static struct watcher *start_watching(struct curl_loop *cl, curl_socket_t fd)
{
	struct watcher *watcher = xcalloc(1, sizeof(*watcher));

	watcher->cl = cl;
	watcher->fd = fd;
	if (uv_poll_init_socket(cl->loop, &watcher->poll, fd) < 0) {
		free(watcher);
		return NULL;
	}
	watcher->poll.data = watcher;
	(void)curl_multi_assign(cl->multi, fd, watcher);
	return watcher;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct curl_loop *cl = arg;
	struct watcher *watcher = known;

	if (what == CURL_POLL_REMOVE) {
		stop_watching(cl, fd, watcher);
		return 0;
	}
	if (cl->closing)
		return 0;
	if (watcher == NULL)
		watcher = start_watching(cl, fd);
	if (watcher == NULL)
		return 0;
	watcher->events =
	        (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
	(void)uv_poll_start(&watcher->poll, watcher->events, on_ready);
	return 0; /* any other value would abort all transfers */
}

static void on_timeout(uv_timer_t *timer)
{
	curl_loop_kick(timer->data);
}

static int on_timer(CURLM *multi, long timeout_ms, void *arg)
{
	struct curl_loop *cl = arg;

	cl->due = timeout_ms == 0;
	if (cl->closing)
		return 0;
	if (timeout_ms <= 0) {
		(void)uv_timer_stop(&cl->timer);
		return 0;
	}
	uv_update_time(cl->loop);
	(void)uv_timer_start(&cl->timer, on_timeout, (uint64_t)timeout_ms, 0);
	return 0;
}

/* The cache must hold all connections of a burst. The other two limits are only a safeguard:
 * requests wait before they reach libcurl, because its own queue uses up their time limits and is
 * unfair. */
void curl_loop_set_max(struct curl_loop *cl, long connections)
{
	cl->connections_max = connections;
	curl_multi_setopt(cl->multi, CURLMOPT_MAXCONNECTS, connections);
	curl_multi_setopt(cl->multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
	curl_multi_setopt(cl->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
}

static void make_multi(struct curl_loop *cl)
{
	cl->multi = curl_multi_init();
	if (cl->multi == NULL)
		fatal("no memory for libcurl");
	curl_multi_setopt(cl->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(cl->multi, CURLMOPT_SOCKETDATA, cl);
	curl_multi_setopt(cl->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(cl->multi, CURLMOPT_TIMERDATA, cl);
	curl_multi_setopt(cl->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 100L);
}

void curl_loop_init(struct curl_loop *cl, uv_loop_t *loop,
                    void (*ended)(void *arg, CURL *easy, CURLcode code), void *arg)
{
	*cl = (struct curl_loop){.loop = loop, .ended = ended, .arg = arg};
	ENSURE(uv_timer_init(loop, &cl->timer) == 0);
	cl->timer.data = cl;
	make_multi(cl);
}

void curl_loop_add(struct curl_loop *cl, CURL *easy)
{
	ENSURE(curl_multi_add_handle(cl->multi, easy) == CURLM_OK);
}

void curl_loop_remove(struct curl_loop *cl, CURL *easy)
{
	ENSURE(curl_multi_remove_handle(cl->multi, easy) == CURLM_OK);
}

void curl_loop_kick(struct curl_loop *cl)
{
	cl->due = false;
	run_socket_action(cl, CURL_SOCKET_TIMEOUT, 0);
}

void curl_loop_renew(struct curl_loop *cl)
{
	cl->closing = true;
	(void)curl_multi_cleanup(cl->multi);
	(void)uv_timer_stop(&cl->timer);
	cl->closing = cl->due = false;
	make_multi(cl);
	curl_loop_set_max(cl, cl->connections_max);
}

void curl_loop_close(struct curl_loop *cl)
{
	cl->closing = true;
	(void)curl_multi_cleanup(cl->multi);
	cl->multi = NULL;
	uv_close((uv_handle_t *)&cl->timer, NULL);
}
