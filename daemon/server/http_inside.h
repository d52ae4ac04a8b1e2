/* What the three files of the server share: http_server (listening, the clock), http_connection (one peer), http_exchange (one
 * answer). Private to them. */
#ifndef DAEMON_SERVER_HTTP_INSIDE_H
#define DAEMON_SERVER_HTTP_INSIDE_H

#include "base/heap.h"
#include "base/list.h"
#include "daemon/server/http_listener.h"
#include "daemon/server/http_server.h"

/* The connections that came one way: over the Unix socket or over TCP. */
struct http_places {
	size_t served, lingering;
};

struct http_server {
	uv_loop_t *loop;
	const struct http_limits *limits;
	http_handler handler;
	void *arg;
	struct list listeners, connections;
	struct heap deadlines; /* of connections */
	uv_timer_t timer;      /* for the earliest of them */
	struct http_places local, remote;
	struct http_server_stats stats; /* but for served and lingering, which are sums of those */
};

/*      RECEIVING ─► ANSWERING ─► SENDING ─► RECEIVING (keep-alive)
 *          │ refused    │ 504       ▲  └────► LINGERING ─► CLOSING
 *          └────────────┴───────────┘
 *      any state ─► CLOSING (peer gone, time over, server closed) */
enum connection_state { RECEIVING, ANSWERING, SENDING, LINGERING, CLOSING };

struct http_connection {
	struct http_server *server;
	struct http_places *places; /* of the server */
	enum connection_state state;
	struct list link; /* in server->connections */
	union {
		uv_handle_t any;
		uv_stream_t stream;
		uv_pipe_t pipe;
		uv_tcp_t tcp;
	} handle;
	struct heap_node deadline;
	bool local;     /* a Unix socket */
	bool served;    /* holds a place */
	bool fresh;     /* its first request has not been answered */
	bool head_only; /* the request is HEAD */
	bool last;      /* hang up after this answer */
	struct http_parser *parser;
	struct buf unread;              /* came behind the request being answered */
	struct http_exchange *exchange; /* in ANSWERING */
	char *bytes;                    /* being sent */
	uv_write_t write;
	uv_shutdown_t shutdown;
};

struct http_exchange {
	struct http_connection *connection; /* NULL: it is gone, or waits no longer */
	bool local;
	struct buf headers; /* lines with CRLF */
};

/* Accepts what waits at the listener. */
void http_connection_open(struct http_server *server, uv_stream_t *listener, bool local);
void http_connection_expire(struct http_connection *connection); /* its deadline has come */
void http_connection_close(struct http_connection *connection);
/* `bytes` (owned) is the whole answer. */
void http_connection_send(struct http_connection *connection, char *bytes, size_t len);

struct http_exchange *http_exchange_new(struct http_connection *connection) MUST_CHECK;

struct http_answer {
	int status;
	const char *type;
	struct str headers; /* more lines with CRLF */
	struct str body;
	bool head_only, last;
};
/* To be freed. */
char *http_answer_write(const struct http_answer *answer, size_t *ret_len) MUST_CHECK;
/* The same for a refusal in words. */
char *http_refusal_write(int status, const char *reason, bool head_only, size_t *ret_len) MUST_CHECK;

/* The deadline of the connection is now + span. */
void http_server_set_deadline(struct http_connection *connection, msec span);

#endif
