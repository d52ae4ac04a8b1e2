/* A server on a thread for the tests of the client: HTTP/1.1, or HTTP/2 if a connection begins with
 * its preface. What it does is in the path of the request. */
#ifndef TEST_LOOPBACK_SERVER_H
#define TEST_LOOPBACK_SERVER_H

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "../../../loopback.h"

#define LOOPBACK_CONNECTIONS 64
#define LOOPBACK_BIG (48 * 1024)
#define LOOPBACK_PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

struct loopback_connection {
	int fd;
	struct loopback_server *server;
	bool http2;
	bool big;    /* has asked for "/big" */
	size_t body; /* bytes of a request's body that are still to come; then it is answered */
	size_t len;
	char in[8192];
};

struct loopback_server {
	uv_thread_t thread;
	int port;
	int listener, stop[2]; /* a pipe */
	struct loopback_connection of[LOOPBACK_CONNECTIONS];
	size_t count;
	size_t lot;         /* so many requests for "/big" are answered at once */
	_Atomic size_t big; /* such answers that were sent */
};

static inline void loopback_send(struct loopback_connection *connection, const void *data,
                                 size_t len)
{
	ENSURE(send(connection->fd, data, len, MSG_NOSIGNAL) == (ssize_t)len);
}

static inline bool loopback_asks(const char *request, const char *path)
{
	const char *space = strchr(request, ' ');

	return space != NULL && strncmp(space + 1, path, strlen(path)) == 0 &&
	       space[1 + strlen(path)] == ' ';
}

static inline void loopback_send_big(struct loopback_connection *connection)
{
	static const char body[LOOPBACK_BIG];
	char head[64];

	snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", LOOPBACK_BIG);
	loopback_send(connection, head, strlen(head));
	loopback_send(connection, body, sizeof(body));
	connection->big = false;
	connection->server->big++;
}

static inline void loopback_wait_for_lot(struct loopback_connection *connection)
{
	struct loopback_server *server = connection->server;
	size_t asked = 0;

	connection->big = true;
	for (size_t i = 0; i < server->count; i++)
		asked += server->of[i].big;
	for (size_t i = 0; i < server->count && asked == server->lot; i++)
		loopback_send_big(&server->of[i]);
}

static inline void loopback_send_ok(struct loopback_connection *connection)
{
	static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

	loopback_send(connection, ok, sizeof(ok) - 1);
}

/* "/reset" resets the connection, "/silent" is not answered. Returns whether the connection goes
 * on. */
static inline bool loopback_answer(struct loopback_connection *connection)
{
	const char *request = connection->in;

	if (loopback_asks(request, "/silent"))
		return true;
	if (loopback_asks(request, "/reset")) {
		struct linger at_once = {.l_onoff = 1};
		setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		return false;
	}
	if (loopback_asks(request, "/big"))
		loopback_wait_for_lot(connection);
	else
		loopback_send_ok(connection);
	return true;
}

static inline void loopback_drop(struct loopback_connection *connection, size_t bytes)
{
	connection->len -= bytes;
	memmove(connection->in, connection->in + bytes, connection->len);
	connection->in[connection->len] = '\0';
}

static inline void loopback_drop_body(struct loopback_connection *connection)
{
	size_t bytes = connection->body < connection->len ? connection->body : connection->len;

	loopback_drop(connection, bytes);
	connection->body -= bytes;
	if (bytes > 0 && connection->body == 0)
		loopback_send_ok(connection);
}

static inline bool loopback_http1(struct loopback_connection *connection)
{
	char *end;

	loopback_drop_body(connection);
	while (connection->body == 0 && (end = strstr(connection->in, "\r\n\r\n")) != NULL) {
		const char *length = strstr(connection->in, "Content-Length: ");
		connection->body = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
		if (connection->body == 0 && !loopback_answer(connection))
			return false;
		loopback_drop(connection, (size_t)(end + 4 - connection->in));
		loopback_drop_body(connection);
	}
	return true;
}

/* Answers the settings, and each stream with ":status 200" from the static table of HPACK. */
static inline void loopback_frame(struct loopback_connection *connection, const unsigned char *head)
{
	enum { HEADERS = 1, SETTINGS = 4 };
	unsigned char settings[] = {0, 0, 0, SETTINGS, 1, 0, 0, 0, 0};
	unsigned char answer[] = {0, 0, 1, HEADERS, 5, head[5], head[6], head[7], head[8], 0x88};

	if (head[3] == SETTINGS && !(head[4] & 1))
		loopback_send(connection, settings, sizeof(settings));
	if (head[3] == HEADERS)
		loopback_send(connection, answer, sizeof(answer));
}

/* For the test's thread, while the only connection is idle: an end, a reset, a frame of HTTP/2 that
 * nobody asked for. */
static inline void loopback_idle_end(struct loopback_server *server)
{
	ENSURE(shutdown(server->of[0].fd, SHUT_RDWR) == 0);
}

static inline void loopback_idle_reset(struct loopback_server *server)
{
	struct sockaddr nobody = {.sa_family = AF_UNSPEC};

	ENSURE(connect(server->of[0].fd, &nobody, sizeof(nobody)) == 0);
}

static inline void loopback_idle_ping(struct loopback_server *server)
{
	static const unsigned char ping[] = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

	loopback_send(&server->of[0], ping, sizeof(ping));
}

static inline void loopback_http2(struct loopback_connection *connection)
{
	const unsigned char *in = (const unsigned char *)connection->in;
	size_t at = 0;

	while (connection->len - at >= 9) {
		size_t size = 9 + ((size_t)in[at] << 16 | (size_t)in[at + 1] << 8 | in[at + 2]);
		if (connection->len - at < size)
			break;
		loopback_frame(connection, &in[at]);
		at += size;
	}
	loopback_drop(connection, at);
}

static inline bool loopback_read(struct loopback_connection *connection)
{
	static const unsigned char settings[] = {0, 0, 0, 4, 0, 0, 0, 0, 0};
	size_t preface = strlen(LOOPBACK_PREFACE);
	ssize_t got = recv(connection->fd, connection->in + connection->len,
	                   sizeof(connection->in) - 1 - connection->len, 0);

	if (got <= 0)
		return false;
	connection->len += (size_t)got;
	connection->in[connection->len] = '\0';
	if (!connection->http2 && connection->len >= preface &&
	    memcmp(connection->in, LOOPBACK_PREFACE, preface) == 0) {
		connection->http2 = true;
		loopback_send(connection, settings, sizeof(settings));
		loopback_drop(connection, preface);
	}
	if (!connection->http2)
		return loopback_http1(connection);
	loopback_http2(connection);
	return true;
}

static inline void loopback_accept(struct loopback_server *server)
{
	int fd = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	ENSURE(server->count < LOOPBACK_CONNECTIONS);
	struct loopback_connection *connection = &server->of[server->count++];
	*connection = (struct loopback_connection){.fd = fd, .server = server};
}

static inline void loopback_close(struct loopback_server *server, size_t i)
{
	close(server->of[i].fd);
	server->of[i] = server->of[--server->count];
}

static inline void loopback_serve(void *arg)
{
	struct loopback_server *server = arg;
	struct pollfd fds[LOOPBACK_CONNECTIONS + 2];

	for (;;) {
		size_t count = server->count;
		fds[0] = (struct pollfd){.fd = server->stop[0], .events = POLLIN};
		fds[1] = (struct pollfd){.fd = server->listener, .events = POLLIN};
		for (size_t i = 0; i < count; i++)
			fds[i + 2] = (struct pollfd){.fd = server->of[i].fd, .events = POLLIN};
		if (poll(fds, count + 2, -1) < 0 && errno != EINTR)
			return;
		if (fds[0].revents != 0)
			return;
		for (size_t i = count; i-- > 0;)
			if (fds[i + 2].revents != 0 && !loopback_read(&server->of[i]))
				loopback_close(server, i);
		if (fds[1].revents != 0)
			loopback_accept(server);
	}
}

static inline struct loopback_server *loopback_server_start(void)
{
	struct loopback_server *server = xcalloc(1, sizeof(*server));
	struct sockaddr_in any = {.sin_family = AF_INET};
	socklen_t size = sizeof(any);

	/* all addresses of 127/8, so that the client can have two hosts */
	any.sin_addr.s_addr = htonl(INADDR_ANY);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ENSURE(server->listener >= 0 &&
	       bind(server->listener, (const struct sockaddr *)&any, size) == 0 &&
	       listen(server->listener, SOMAXCONN) == 0 &&
	       getsockname(server->listener, (struct sockaddr *)&any, &size) == 0);
	server->port = ntohs(any.sin_port);
	ENSURE(pipe(server->stop) == 0);
	ENSURE(uv_thread_create(&server->thread, loopback_serve, server) == 0);
	return server;
}

static inline void loopback_server_stop(struct loopback_server *server)
{
	ENSURE(write(server->stop[1], "", 1) == 1);
	ENSURE(uv_thread_join(&server->thread) == 0);
	while (server->count > 0)
		loopback_close(server, 0);
	close(server->listener);
	close(server->stop[0]);
	close(server->stop[1]);
	free(server);
}

/* Makes [::1]:port an address at which connections neither succeed nor fail: its queue is full.
 * Returns false where there is no IPv6. */
static inline bool loopback_deaf(int port, int ret_fds[2])
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6,
	                               .sin6_port = htons((uint16_t)port),
	                               .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	const struct sockaddr *to = (const struct sockaddr *)&address;

	ret_fds[0] = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ret_fds[1] = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (ret_fds[0] >= 0 && bind(ret_fds[0], to, sizeof(address)) == 0 &&
	    listen(ret_fds[0], 0) == 0 &&
	    (connect(ret_fds[1], to, sizeof(address)) == 0 || errno == EINPROGRESS))
		return true;
	close(ret_fds[0]);
	close(ret_fds[1]);
	return false;
}

#endif
