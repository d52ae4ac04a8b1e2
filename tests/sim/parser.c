/* Joins the callbacks of llhttp to whole requests. */
#include "parser.h"

#include <llhttp.h>
#include <stdlib.h>

#define BODY_MAX (64u * 1024 * 1024)
#define HEAD_MAX (64u * 1024)

struct parser {
	llhttp_t llhttp;
	struct parsed parsed;
	bool waiting; /* for the answer to the last request */
	void (*on_request)(void *arg, const struct parsed *request);
	void *arg;
};

static int on_url(llhttp_t *llhttp, const char *at, size_t len)
{
	struct parser *parser = llhttp->data;
	buf_add(&parser->parsed.target, at, len);
	return 0;
}

static int on_header(llhttp_t *llhttp, const char *at, size_t len)
{
	struct parser *parser = llhttp->data;
	buf_add(&parser->parsed.headers, at, len);
	return 0;
}

static int on_field_complete(llhttp_t *llhttp)
{
	struct parser *parser = llhttp->data;
	buf_puts(&parser->parsed.headers, ": ");
	return 0;
}

static int on_value_complete(llhttp_t *llhttp)
{
	struct parser *parser = llhttp->data;
	buf_putc(&parser->parsed.headers, '\n');
	return 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t len)
{
	struct parser *parser = llhttp->data;
	buf_add(&parser->parsed.body, at, len);
	return 0;
}

static int on_message_complete(llhttp_t *llhttp)
{
	struct parser *parser = llhttp->data;
	parser->waiting = true;
	parser->parsed.keep_alive = llhttp_should_keep_alive(llhttp);
	parser->parsed.method = llhttp_method_name((llhttp_method_t)llhttp_get_method(llhttp));
	parser->on_request(parser->arg, &parser->parsed);
	return 0;
}

static const llhttp_settings_t *settings(void)
{
	static llhttp_settings_t once;
	if (!once.on_url) {
		llhttp_settings_init(&once);
		once.on_url = on_url;
		once.on_header_field = once.on_header_value = on_header;
		once.on_header_field_complete = on_field_complete;
		once.on_header_value_complete = on_value_complete;
		once.on_body = on_body;
		once.on_message_complete = on_message_complete;
	}
	return &once;
}

struct parser *parser_new(void (*on_request)(void *arg, const struct parsed *request), void *arg)
{
	struct parser *parser = xcalloc(1, sizeof(*parser));
	llhttp_init(&parser->llhttp, HTTP_REQUEST, settings());
	parser->llhttp.data = parser;
	parser->on_request = on_request;
	parser->arg = arg;
	buf_init(&parser->parsed.target, HEAD_MAX);
	buf_init(&parser->parsed.headers, HEAD_MAX);
	buf_init(&parser->parsed.body, BODY_MAX);
	return parser;
}

void parser_free(struct parser *parser)
{
	buf_free(&parser->parsed.target);
	buf_free(&parser->parsed.headers);
	buf_free(&parser->parsed.body);
	free(parser);
}

bool parser_feed(struct parser *parser, const char *bytes, size_t len)
{
	return !parser->waiting && llhttp_execute(&parser->llhttp, bytes, len) == HPE_OK;
}

void parser_answered(struct parser *parser)
{
	parser->waiting = false;
	buf_reset(&parser->parsed.target);
	buf_reset(&parser->parsed.headers);
	buf_reset(&parser->parsed.body);
}
