/* The HTTP server and its routes with canned answers, for tests with real sockets: no engine, no
 * store.
 *
 *     http_peer [--socket PATH] [--read PATH] [--listen ADDRESS] [--adopt FD] [--host NAMES]
 *               [--token NAME.KIND=TOKEN] [--health STATUS] [--request MS] [--answer MS]
 *               [--idle MS] [--linger MS]
 *
 *             [--streams N] [--streams-a-peer N] [--pulse MS] [--stuck MS]
 *
 * GET /stream is a stream that begins with "hello\n"; /say?WORD sends a line to all of them;
 * /flood sends 1,024 numbered lines of 1 KiB, and says how many were skipped; a stream that has
 * skipped some gets "newest\n" when there is room again; /lump sends 400 KiB in one piece; /end
 * closes all streams.
 *
 * Prints "ready" when it listens and the server's counters as JSON at its end (SIGTERM). Commands
 * answer what they were told, after one turn of the loop; "resume" never answers; "explain 404"
 * knows nothing. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "daemon/control/routes.h"
#include "daemon/server/http_server.h"

struct late {
	uv_timer_t timer;
	struct route_reply *reply;
	int status;
	struct buf json;
};

static uv_loop_t loop;
static struct http_server *server;
static struct http_limits limits;
static struct route_reply *kept; /* resume */
static struct tokens tokens;
static struct guesses guesses;
static const char *health_status = "healthy";

static int on_health(void *arg, const struct view_request *request, struct buf *json)
{
	buf_putc(json, '{');
	json_add_member(json, "status", str_of(health_status));
	json_add_key(json, "checks");
	buf_puts(json, "{\"zendesk_api\":\"ok\",\"last_run\":\"ok\"}");
	buf_puts(json, "}\n");
	return strcmp(health_status, "unhealthy") == 0 ? 503 : 200;
}

static int on_status(void *arg, const struct view_request *request, struct buf *json)
{
	struct http_stats stats;

	http_server_stats(server, &stats);
	buf_puts(json, "{\"message\":\"Healthy.\\u001b[31m\",\n\"queue\":{\"waiting\":3},"
	               "\"loop\":{\"lag_ms\":1500,\"memory_bytes\":20971520},"
	               "\"now_wall\":1762381993000,\"last_poll_wall\":1762381981000,"
	               "\"paused\":false,\"work\":{\"waiting\":3}");
	json_add_member_int(json, "served", (int64_t)stats.served);
	json_add_member_int(json, "streams", (int64_t)stats.streams);
	json_add_member_int(json, "lingering", (int64_t)stats.lingering);
	buf_puts(json, "}\n");
	return 200;
}

static int on_live(void *arg, const struct view_request *request, struct buf *json)
{
	buf_puts(json, "{\"live\":true}\n");
	return 200;
}

static int on_ready(void *arg, const struct view_request *request, struct buf *json)
{
	bool ready = strcmp(health_status, "unhealthy") != 0;

	buf_puts(json, ready ? "{\"message\":\"Healthy.\"}\n" : "{\"message\":\"Not yet.\"}\n");
	return ready ? 200 : 503;
}

static int on_text(void *arg, const struct view_request *request, struct buf *out)
{
	buf_puts(out, "up 1\n");
	return 200;
}

static int on_huge(void *arg, const struct view_request *request, struct buf *out)
{
	while (!out->overflow)
		buf_puts(out, "This goes on and on.\n");
	return 200;
}

static const struct view views[] = {
        {.path = "/health", .type = VIEW_JSON, .write = on_health, .right = RIGHT_STATE},
        {.path = "/status", .type = VIEW_JSON, .write = on_status, .right = RIGHT_LOOK},
        {.path = "/live", .type = VIEW_JSON, .write = on_live, .right = RIGHT_LOOK},
        {.path = "/ready", .type = VIEW_JSON, .write = on_ready, .right = RIGHT_LOOK},
        {.path = "/text",
         .type = "text/plain; version=0.0.4",
         .write = on_text,
         .right = RIGHT_LOOK},
        {.path = "/huge", .type = "text/plain", .write = on_huge, .right = RIGHT_READ},
        {0}};

/* --- streams --- */

#define STREAMS_MAX 1024
#define LINE_BYTES 1024
#define LINES 1024
#define LUMP_BYTES (400 * 1024)

static struct stream {
	struct http_stream *stream; /* NULL = free */
} streams[STREAMS_MAX];
static unsigned opened, closed;

static void on_drained(void *arg, struct http_stream *stream)
{
	(void)http_stream_send(stream, STR("newest\n"));
}

static void on_stream_closed(void *arg)
{
	((struct stream *)arg)->stream = NULL;
	closed++;
}

static const struct http_stream_events stream_events = {
        .pulse = "pulse\n", .drained = on_drained, .closed = on_stream_closed};

static void open_stream(struct http_exchange *exchange)
{
	size_t i = 0;

	while (streams[i].stream != NULL)
		i++;
	streams[i].stream =
	        http_stream_open(exchange, "text/event-stream", &stream_events, &streams[i]);
	if (streams[i].stream == NULL)
		return;
	opened++;
	(void)http_stream_send(streams[i].stream, STR("hello\n"));
}

/* Returns how many got it. */
static size_t send_to_all(struct str bytes)
{
	size_t sent = 0;

	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (streams[i].stream != NULL)
			sent += http_stream_send(streams[i].stream, bytes);
	return sent;
}

static size_t flood(void)
{
	char line[LINE_BYTES + 1];
	size_t sent = 0;

	for (int i = 0; i < LINES; i++) {
		snprintf(line, sizeof(line), "%0*d\n", LINE_BYTES - 1, i);
		sent += send_to_all(str_of(line));
	}
	return sent;
}

static size_t send_lump(void)
{
	char *lump = xmalloc(LUMP_BYTES);
	memset(lump, 'x', LUMP_BYTES);
	size_t sent = send_to_all(str_make(lump, LUMP_BYTES));

	free(lump);
	return sent;
}

static void end_streams(void)
{
	for (size_t i = 0; i < STREAMS_MAX; i++)
		if (streams[i].stream != NULL)
			http_stream_close(streams[i].stream);
}

/* What concerns streams comes before the routes. */
static void handle(void *arg, struct http_exchange *exchange)
{
	struct str word = buf_str(&http_exchange_request(exchange)->target);
	struct str path = str_split(&word, '?');
	char answer[64];
	size_t sent = 0;

	if (str_eq(path, STR("/stream"))) {
		open_stream(exchange);
		return;
	}
	if (str_eq(path, STR("/say"))) {
		sent = send_to_all(word);
	} else if (str_eq(path, STR("/flood"))) {
		sent = flood();
	} else if (str_eq(path, STR("/lump"))) {
		sent = send_lump();
	} else if (str_eq(path, STR("/end"))) {
		end_streams();
	} else {
		routes_handle(arg, exchange);
		return;
	}
	snprintf(answer, sizeof(answer), "{\"sent\":%zu}\n", sent);
	http_exchange_answer(exchange, 200, HTTP_TYPE_JSON, str_of(answer));
}

/* --- commands --- */

static void on_late_closed(uv_handle_t *handle)
{
	struct late *late = handle->data;

	buf_free(&late->json);
	free(late);
}

static void on_late(uv_timer_t *timer)
{
	struct late *late = timer->data;

	route_reply_send(late->reply, late->status, buf_cstr(&late->json));
	uv_close((uv_handle_t *)timer, on_late_closed);
}

static void answer_explain(struct late *late, uint64_t id)
{
	late->status = id == 404 ? 404 : 200;
	if (id == 404)
		buf_puts(&late->json, "{\"error\":\"No record of this ticket.\","
		                      "\"where\":\"nowhere\"}\n");
	else
		buf_printf(
		        &late->json,
		        "{\"ticket_id\":%llu,\"where\":\"skipped\","
		        "\"events\":[{\"at\":1762381981000,\"kind\":"
		        "\"decision\",\"alive\":false,"
		        "\"payload\":{\"summary\":\"404 on "
		        "reports\",\"root_cause\":\"bug\",\"urgency\":\"high\",\"model\":\"gpt-4o-"
		        "mini\","
		        "\"confidence\":{\"root_cause\":0.97},\"model_ms\":2300,\"unheard_of\":7}},"
		        "{\"at\":1762381984000,\"kind\":\"outcome\",\"alive\":true,\"payload\":{"
		        "\"state\":\"SKIPPED\","
		        "\"reason\":\"our tag was removed by someone\"}}]}\n",
		        (unsigned long long)id);
}

static void on_command(void *arg, enum route_command command, const struct ticket_key *ids,
                       size_t count, const struct http_peer *by, struct route_reply *reply)
{
	static const char *const names[] = {
	        [ROUTE_RELOAD] = "reload",
	        [ROUTE_PAUSE] = "pause",
	        [ROUTE_RESUME] = "resume",
	        [ROUTE_STOP_WRITING] = "stop-writing",
	        [ROUTE_START_WRITING] = "start-writing",
	        [ROUTE_PROCESS] = "process",
	        [ROUTE_PROCESS_AGAIN] = "process again",
	        [ROUTE_EXPLAIN] = "explain",
	        [ROUTE_ERASE] = "erase",
	        [ROUTE_AUDIT] = "audit",
	};
	struct late *late;

	if (command == ROUTE_RESUME) {
		if (kept != NULL)
			route_reply_send(kept, 200, "{}");
		kept = reply;
		return;
	}
	late = xcalloc(1, sizeof(*late));
	late->reply = reply;
	late->status = 200;
	buf_init(&late->json, ROUTE_ANSWER_MAX);
	if (command == ROUTE_EXPLAIN)
		answer_explain(late, ids[0].id);
	else
		buf_printf(&late->json, "{\"message\":\"%s\",\"count\":%zu,\"first\":%llu}\n",
		           names[command], count, (unsigned long long)(count > 0 ? ids[0].id : 0));
	uv_timer_init(&loop, &late->timer);
	late->timer.data = late;
	uv_timer_start(&late->timer, on_late, 0, 0);
}

static void on_signal(uv_signal_t *handle, int number)
{
	http_server_close(server);
	guesses_close(&guesses);
	if (kept != NULL)
		route_reply_send(kept, 200, "{}");
	uv_close((uv_handle_t *)handle, NULL);
}

/* NAME.read=TOKEN or NAME.command=TOKEN */
static void add_token(const char *text)
{
	struct str secret = str_of(text), kind = str_split(&secret, '='),
	           name = str_split(&kind, '.');
	struct token *token = &tokens.list[tokens.count++];

	memcpy(token->name, name.data, name.len);
	token->may = str_eq(kind, STR("command")) ? RIGHT_ORDER : RIGHT_READ;
	crypto_sha256(secret, token->digest);
}

static void must(int status, const struct err *err)
{
	if (status == 0)
		return;
	fprintf(stderr, "http_peer: %s\n", err->text);
	exit(2);
}

static void listen_at(enum http_door door, const char *path)
{
	struct socket_place place = {.option = "http.socket", .path = path, .group = -1};
	struct err err;
	int group;

	must(http_server_listen_path(server, door, &place, &group, &err), &err);
}

static void run(uv_signal_t *signals)
{
	struct http_stats stats;

	uv_signal_init(&loop, signals);
	uv_signal_start(signals, on_signal, SIGTERM);
	puts("ready");
	fflush(stdout);
	uv_run(&loop, UV_RUN_DEFAULT);
	http_server_stats(server, &stats);
	printf("{\"served\":%zu,\"lingering\":%zu,\"requests\":%llu,\"turned_away\":%llu,\"timed_"
	       "out\":%llu,\"wrong\":%"
	       "llu,\"streams\":%zu,\"opened\":%u,\"closed\":%u}\n",
	       stats.served, stats.lingering, (unsigned long long)stats.requests,
	       (unsigned long long)stats.turned_away, (unsigned long long)stats.timed_out,
	       (unsigned long long)stats.wrong, stats.streams, opened, closed);
	http_server_free(server);
	ENSURE(uv_loop_close(&loop) == 0);
}

static const struct option options[] = {
        {"socket", required_argument, NULL, 's'}, {"read", required_argument, NULL, 'R'},
        {"listen", required_argument, NULL, 'l'}, {"adopt", required_argument, NULL, 'a'},
        {"host", required_argument, NULL, 'h'},   {"token", required_argument, NULL, 't'},
        {"health", required_argument, NULL, 'H'}, {"request", required_argument, NULL, 'r'},
        {"answer", required_argument, NULL, 'w'}, {"idle", required_argument, NULL, 'i'},
        {"linger", required_argument, NULL, 'g'}, {"streams", required_argument, NULL, 'n'},
        {"pulse", required_argument, NULL, 'p'},  {"streams-a-peer", required_argument, NULL, 'N'},
        {"stuck", required_argument, NULL, 'k'},  {NULL, 0, NULL, 0}};

int main(int argc, char **argv)
{
	struct routes routes = {.views = views,
	                        .command = on_command,
	                        .gates = {.tokens = &tokens,
	                                  .guesses = &guesses,
	                                  .way_in = "commands go elsewhere"}};
	uv_signal_t signals;
	struct err err;
	int code;

	(void)signal(SIGPIPE, SIG_IGN);
	json_seed(1);
	uv_loop_init(&loop);
	guesses_start(&guesses, &loop);
	limits = HTTP_LIMITS;
	server = http_server_new(&loop, &limits, handle, &routes);
	while ((code = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (code) {
		case 's': listen_at(HTTP_DOOR_CONTROL, optarg); break;
		case 'R': listen_at(HTTP_DOOR_READ, optarg); break;
		case 'l': must(http_server_listen_tcp(server, optarg, &err), &err); break;
		case 'a': must(http_server_adopt(server, atoi(optarg), &err), &err); break;
		case 'h': routes.gates.host = optarg; break;
		case 't': add_token(optarg); break;
		case 'H': health_status = optarg; break;
		case 'r': limits.request = atoi(optarg); break;
		case 'w': limits.answer = atoi(optarg); break;
		case 'i': limits.idle = atoi(optarg); break;
		case 'g': limits.linger = atoi(optarg); break;
		case 'n': limits.stream.streams = (size_t)atoi(optarg); break;
		case 'N': limits.stream.a_peer = (size_t)atoi(optarg); break;
		case 'p': limits.stream.pulse = atoi(optarg); break;
		case 'k': limits.stream.stuck = atoi(optarg); break;
		default: return 2;
		}
	}
	run(&signals);
	return 0;
}
