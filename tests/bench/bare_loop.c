/* The yardstick: the same requests over the same kind of connections, and nothing else. Reads
 * requests that the simulator recorded (one JSON object a line: method, path, body), sends them to
 * BASE with curl-multi on a libuv loop, parses every reply with the parser of lib/base, and prints
 * how much CPU time that took. A socket is watched as long as libcurl keeps its connection. No
 * policy, no queue, no memory of anything.
 *
 *     bare_loop BASE RECORD IN_FLIGHT */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include "base/json.h"

#define SOCKETS_MAX 65536

struct request {
	char *method, *url, *body;
	size_t body_len;
};

struct transfer {
	CURL *easy;
	char *data;
	size_t len, cap;
};

struct watch {
	uv_poll_t poll;
	curl_socket_t fd;
	int events; /* what libuv watches now */
};

static uv_loop_t *loop;
static uv_timer_t timer;
static CURLM *multi;
static struct curl_slist *headers;
static struct request *requests;
static size_t request_count, next_request, done, bad;
static struct watch
        *watches[SOCKETS_MAX]; /* by number, from the first use to the end of the socket */
static struct transfer *idle[4096];
static size_t idle_count;

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t len = size * count;

	if (transfer->len + len > transfer->cap) {
		transfer->cap = (transfer->len + len) * 2;
		transfer->data = realloc(transfer->data, transfer->cap);
	}
	memcpy(transfer->data + transfer->len, data, len);
	transfer->len += len;
	return len;
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static int on_close(void *arg, curl_socket_t fd)
{
	(void)arg;
	if (fd >= 0 && fd < SOCKETS_MAX && watches[fd]) {
		uv_close((uv_handle_t *)&watches[fd]->poll, on_closed);
		watches[fd] = NULL;
	}
	return close(fd);
}

static void start_more(void)
{
	while (next_request < request_count && idle_count > 0) {
		struct request *request = &requests[next_request++];
		struct transfer *transfer = idle[--idle_count];
		CURL *easy = transfer->easy;

		curl_easy_reset(easy);
		transfer->len = 0;
		curl_easy_setopt(easy, CURLOPT_URL, request->url);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 60000L);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
		curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
		curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
		if (request->body) {
			curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
			curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
			                 (curl_off_t)request->body_len);
		}
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
		curl_multi_add_handle(multi, easy);
	}
}

static void harvest(void)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi, &left))) {
		CURL *easy = message->easy_handle;
		CURLcode result = message->data.result;
		struct transfer *transfer;
		struct json *tree;

		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&transfer);
		curl_multi_remove_handle(multi, easy);
		tree = json_parse(str_make(transfer->data, transfer->len), NULL);
		if (result != CURLE_OK || !tree)
			bad++;
		json_free(tree);
		idle[idle_count++] = transfer;
		done++;
	}
	start_more();
	if (done == request_count)
		uv_stop(loop);
}

static void on_ready(uv_poll_t *handle, int status, int events)
{
	struct watch *watch = handle->data;
	int running, flags = 0;

	if (status >= 0)
		flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
		        (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
	curl_multi_socket_action(multi, watch->fd, flags, &running);
	harvest();
}

static struct watch *watch_of(curl_socket_t fd)
{
	struct watch *watch = watches[fd];

	if (watch)
		return watch;
	watch = watches[fd] = calloc(1, sizeof(*watch));
	watch->fd = fd;
	watch->poll.data = watch;
	uv_poll_init_socket(loop, &watch->poll, fd);
	return watch;
}

/* A connection that is idle goes on being watched for reading: so the next transfer over it costs
 * no system call. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socketp)
{
	int events =
	        (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0);
	struct watch *watch;

	(void)easy;
	(void)arg;
	(void)socketp;
	if (what == CURL_POLL_REMOVE || fd < 0 || fd >= SOCKETS_MAX)
		return 0;
	watch = watch_of(fd);
	if (watch->events != events)
		uv_poll_start(&watch->poll, watch->events = events, on_ready);
	return 0;
}

static void on_time(uv_timer_t *handle)
{
	int running;

	(void)handle;
	curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	harvest();
}

static int on_timer(CURLM *handle, long ms, void *arg)
{
	(void)handle;
	(void)arg;
	if (ms < 0)
		uv_timer_stop(&timer);
	else
		uv_timer_start(&timer, on_time, ms ? (uint64_t)ms : 1, 0);
	return 0;
}

static void add_request(const char *base, struct str method, struct str path, struct str body)
{
	struct request *request;

	requests = xrealloc(requests, (request_count + 1) * sizeof(*requests));
	request = &requests[request_count++];
	*request = (struct request){.method = xmemdup0(method.data, method.len)};
	request->url = xasprintf("%s" STR_FMT, base, STR_ARG(path));
	request->body_len = body.len;
	if (body.len > 0)
		request->body = xmemdup0(body.data, body.len);
}

static void load(const char *base, const char *file)
{
	FILE *in = fopen(file, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (!in) {
		perror(file);
		exit(2);
	}
	while ((len = getline(&line, &cap, in)) > 0) {
		struct json *tree = json_parse(str_make(line, (size_t)len), NULL);
		struct str path = json_str_at(tree, "path");

		if (path.len > 0)
			add_request(base, json_str_at(tree, "method"), path,
			            json_str_at(tree, "body"));
		json_free(tree);
	}
	free(line);
	fclose(in);
}

static double cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	size_t in_flight = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	double before;

	if (in_flight == 0 || in_flight > 4096) {
		fprintf(stderr, "usage: bare_loop BASE RECORD IN_FLIGHT\n");
		return 2;
	}
	load(argv[1], argv[2]);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	before = cpu();
	loop = uv_default_loop();
	uv_timer_init(loop, &timer);
	multi = curl_multi_init();
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
	headers = curl_slist_append(headers, "Content-Type: application/json");
	headers = curl_slist_append(headers, "Accept: application/json");
	headers = curl_slist_append(headers, "Authorization: Bearer k");
	headers = curl_slist_append(headers, "Expect:");
	for (size_t i = 0; i < in_flight; i++) {
		idle[idle_count] = calloc(1, sizeof(struct transfer));
		idle[idle_count++]->easy = curl_easy_init();
	}
	start_more();
	uv_run(loop, UV_RUN_DEFAULT);
	printf("{\"requests\": %zu, \"bad\": %zu, \"cpu\": %.4f}\n", done, bad, cpu() - before);
	return 0;
}
