/* Sends the request with libcurl's easy interface, path after path until a daemon listens. */
#include "daemon/ctl/ask.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/system/file.h"
#include "daemon/server/http_listener.h"
#include "daemon/control/routes.h"
#include "daemon/server/socket_path.h"

#define REASONS_MAX (16 * 1024)

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct buf *body = arg;

	buf_add(body, data, size * count);
	return body->overflow ? 0 : size * count;
}

/* Why nobody has answered yet: a line for each path that failed; and paths without a socket. */
struct reasons {
	struct buf why, missing;
};

/* A user without permission learns which group has it. */
static void explain_no_permission(struct buf *why, const char *socket)
{
	char *group = file_group(socket);

	if (group != NULL)
		buf_printf(why,
		           "permission denied: only root and members of the group %s may use it "
		           "(as root: usermod -aG %s USER; then log in again)",
		           group, group);
	else
		buf_puts(why, "permission denied: only root and the user who started the daemon "
		              "may use it");
	free(group);
}

static void explain_no_connection(struct buf *why, long code, const char *socket)
{
	switch (code) {
	case ECONNREFUSED: buf_puts(why, "no process is listening on it"); break;
	case EACCES:
	case EPERM: explain_no_permission(why, socket); break;
	case 0: buf_puts(why, "connection failed"); break;
	default: buf_puts(why, strerror((int)code)); break;
	}
}

/* Paths without a socket are many and say little: they share a line at the end. */
static void explain_failure(CURL *easy, CURLcode code, const char *socket, struct reasons *reasons)
{
	struct buf *why = &reasons->why;
	long number = 0;

	if (code == CURLE_COULDNT_CONNECT)
		(void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
	if (number == ENOENT) {
		buf_printf(&reasons->missing, "%s%s", reasons->missing.len > 0 ? ", " : "", socket);
		return;
	}
	buf_printf(why, "%s: ", socket);
	if (code == CURLE_COULDNT_CONNECT)
		explain_no_connection(why, number, socket);
	else
		buf_puts(why, code == CURLE_OPERATION_TIMEDOUT ? "no answer within the time limit"
		              : code == CURLE_WRITE_ERROR      ? "the answer is too large"
		                                               : curl_easy_strerror(code));
	buf_putc(why, '\n');
}

static struct curl_slist *set_options(CURL *easy, const struct question *question,
                                      const char *socket, struct answer *answer)
{
	struct curl_slist *headers = NULL;
	char *url = xasprintf("http://localhost%s", question->path);

	curl_easy_setopt(easy, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, socket);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, question->patience_ms);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer->body);
	if (question->post) {
		headers = curl_slist_append(headers, "Content-Type: application/json");
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		                 question->body != NULL ? question->body : "");
	}
	return headers;
}

/* 1 = nobody listens, try the next path; 0 = answered; -1 = somebody listens, but gave no
 * answer. */
static int ask_at(const struct question *question, const char *socket, struct answer *answer,
                  struct reasons *reasons)
{
	struct socket_place place = {.option = "--socket", .path = socket, .group = -1};
	struct err err;
	long status = 0;

	if (http_listener_check_path(&place, &err) < 0) {
		buf_printf(&reasons->why, "%s: a socket path has 1 to %d bytes\n", socket,
		           SOCKET_PATH_MAX);
		return 1;
	}
	CURL *easy = curl_easy_init();
	if (easy == NULL)
		fatal("libcurl cannot be initialised");
	struct curl_slist *headers = set_options(easy, question, socket, answer);
	CURLcode code = curl_easy_perform(easy);
	if (code == CURLE_OK)
		(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	else
		explain_failure(easy, code, socket, reasons);
	answer->status = (int)status;
	curl_slist_free_all(headers);
	curl_easy_cleanup(easy);
	if (code == CURLE_OK && question->ret_place != NULL)
		*question->ret_place = xstrdup(socket);
	return code == CURLE_OK ? 0 : code == CURLE_COULDNT_CONNECT ? 1 : -1;
}

static int ask_default_paths(const struct question *question, struct answer *answer,
                             struct reasons *reasons)
{
	char *places[SOCKET_PATH_PLACES];
	size_t count = socket_path_list(places);
	int result = 1;

	for (size_t i = 0; i < count; i++) {
		if (result == 1)
			result = ask_at(question, places[i], answer, reasons);
		free(places[i]);
	}
	return result;
}

int ask(const struct question *question, struct answer *ret, struct buf *why)
{
	struct reasons reasons;
	int result;

	buf_init(&ret->body, question->most > 0 ? question->most : ROUTE_ANSWER_MAX + 1);
	buf_init(&reasons.why, REASONS_MAX);
	buf_init(&reasons.missing, REASONS_MAX);
	if (question->socket != NULL)
		result = ask_at(question, question->socket, ret, &reasons);
	else
		result = ask_default_paths(question, ret, &reasons);
	buf_add_str(why, buf_str(&reasons.why));
	if (reasons.missing.len > 0)
		buf_printf(why, "there is no socket at %s\n", buf_cstr(&reasons.missing));
	buf_free(&reasons.why);
	buf_free(&reasons.missing);
	if (result == 0)
		return 0;
	buf_free(&ret->body);
	return -1;
}
