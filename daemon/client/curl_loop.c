/* Connects libcurl's events with libuv's.
 *
 * libcurl asks to watch a connection anew for each transfer, and no longer in between. A new
 * watcher each time costs five calls of epoll_ctl. So the watcher of a connection is kept, and
 * stays armed, while libcurl has the connection in its cache; a transfer on it then costs none.
 *
 * - Only what libcurl has put into its cache (CURLINFO_ACTIVESOCKET) is kept. Such a connection it
 *   closes by CURLOPT_CLOSESOCKETFUNCTION, and there the watcher ends before the descriptor does
 *   (cf_socket_close() in lib/cf-socket.c: 7.88 so closes sockets that are `active`, 8.14 all).
 *   Other sockets, as those of addresses that lost a race and the resolver's wake-up, it may close
 *   on its own: their watcher ends with CURL_POLL_REMOVE.
 * - The number of a closed descriptor may come back in the same turn. It gets a watcher of its own:
 *   the former one is closed by then, and uv_close() makes libuv forget the number at once.
 * - `socketp` is not used, since libcurl forgets it with CURL_POLL_REMOVE; a table by descriptor
 *   tells what is watched.
 * - A connection whose peer ends it while it is idle is readable for ever. The first event disarms
 *   its watcher, which is armed again when libcurl wants the socket. libcurl is not told, because
 *   it looks at an idle connection before it takes it.
 * - An idle connection does not keep the loop alive. */
#include "daemon/client/curl_loop.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/system/socket.h"

struct watcher {
	uv_poll_t poll;
	struct curl_loop *cl;
	curl_socket_t fd;
	int wanted; /* by libcurl: UV_READABLE, UV_WRITABLE; 0 while the connection is idle */
	int armed;  /* what libuv watches */
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

static void disarm(struct watcher *watcher)
{
	watcher->armed = 0;
	(void)uv_poll_stop(&watcher->poll);
}

static void on_ready(uv_poll_t *poll, int status, int events);

static void arm(struct watcher *watcher)
{
	watcher->armed = watcher->wanted;
	(void)uv_poll_start(&watcher->poll, watcher->armed, on_ready);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct watcher *watcher = poll->data;
	int flags = 0;

	/* After an error libuv does not watch any more, but epoll still does. */
	if (status < 0 || watcher->wanted == 0)
		disarm(watcher);
	if (watcher->wanted == 0)
		return;
	/* What there is to read stays in the kernel, and is reported again in the next turn. */
	if (status == 0 && watcher->cl->full)
		return;
	/* On an error no event is reported: libcurl then tries the socket and finds the real
	 * reason. */
	if (status == 0)
		flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
		        (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
	run_socket_action(watcher->cl, watcher->fd, flags);
	if (!uv_is_closing((uv_handle_t *)poll) && watcher->armed == 0 && watcher->wanted != 0)
		arm(watcher);
}

static void on_watcher_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/* The row of a descriptor; NULL when there never was one. On Windows too the numbers of sockets are
 * small. */
static struct curl_loop_socket *find_socket(struct curl_loop *cl, curl_socket_t fd)
{
	return (size_t)fd < cl->socket_count ? &cl->sockets[fd] : NULL;
}

static struct curl_loop_socket *make_socket(struct curl_loop *cl, curl_socket_t fd)
{
	size_t count = cl->socket_count;

	if ((size_t)fd >= count) {
		cl->socket_count = (size_t)fd + 64;
		cl->sockets = xrealloc(cl->sockets, cl->socket_count * sizeof(*cl->sockets));
		memset(&cl->sockets[count], 0, (cl->socket_count - count) * sizeof(*cl->sockets));
	}
	return &cl->sockets[fd];
}

static void stop_watching(struct curl_loop_socket *socket)
{
	if (socket->watcher != NULL)
		uv_close((uv_handle_t *)&socket->watcher->poll, on_watcher_closed);
	socket->watcher = NULL;
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
	return watcher;
}

/* Whether a transfer has ended and left its connection, with this socket, in libcurl's cache.
 * libcurl says so of the handle that it used last; of another handle it says something else. */
static bool is_cached(CURL *easy, curl_socket_t fd)
{
	curl_socket_t kept = CURL_SOCKET_BAD;

	return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &kept) == CURLE_OK && kept == fd;
}

static void on_remove(CURL *easy, curl_socket_t fd, struct curl_loop_socket *socket)
{
	socket->connection = socket->connection || is_cached(easy, fd);
	if (!socket->connection)
		stop_watching(socket);
	if (socket->watcher == NULL)
		return;
	socket->watcher->wanted = 0;
	uv_unref((uv_handle_t *)&socket->watcher->poll);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct curl_loop *cl = arg;
	struct curl_loop_socket *socket = make_socket(cl, fd);

	if (what == CURL_POLL_REMOVE) {
		on_remove(easy, fd, socket);
		return 0;
	}
	if (cl->closing)
		return 0;
	if (socket->watcher == NULL)
		socket->watcher = start_watching(cl, fd);
	if (socket->watcher == NULL)
		return 0;
	socket->watcher->wanted =
	        (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
	uv_ref((uv_handle_t *)&socket->watcher->poll);
	/* Of other sockets it is not known whether the number still means the same one. */
	if (!socket->connection || socket->watcher->armed != socket->watcher->wanted)
		arm(socket->watcher);
	return 0; /* any other value would abort all transfers */
}

static int on_close_socket(void *arg, curl_socket_t fd)
{
	struct curl_loop_socket *socket = find_socket(arg, fd);

	if (socket != NULL) {
		stop_watching(socket);
		socket->connection = false;
	}
	return socket_close(fd);
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
	/* A connection copies both from the handle for which it is made, and outlives it. */
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, cl);
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

/* libcurl closes its connections here, and with them ends their watchers. */
static void free_multi(struct curl_loop *cl)
{
	cl->closing = true;
	(void)curl_multi_cleanup(cl->multi);
	free(cl->sockets);
	cl->sockets = NULL;
	cl->socket_count = 0;
}

void curl_loop_renew(struct curl_loop *cl)
{
	free_multi(cl);
	(void)uv_timer_stop(&cl->timer);
	cl->closing = cl->due = false;
	make_multi(cl);
	curl_loop_set_max(cl, cl->connections_max);
}

void curl_loop_close(struct curl_loop *cl)
{
	free_multi(cl);
	cl->multi = NULL;
	uv_close((uv_handle_t *)&cl->timer, NULL);
}
