/* Reading with a worker: the reply comes back with its document, or not at all. */
#include "../base/helper.h"

#include "base/http_json.h"
#include "daemon/client/read_ahead.h"

static void take(void *arg, struct http_reply *reply)
{
	*(struct http_reply *)arg = *reply;
}

static struct http_reply reply_of(const char *body)
{
	return (struct http_reply){.result = HTTP_DONE,
	                           .status = 200,
	                           .body = xstrdup(body),
	                           .body_len = strlen(body)};
}

static void the_reply_comes_back_on_the_loop_with_its_document_read(void **state)
{
	uv_loop_t loop;
	struct http_reply reply = reply_of("{\"a\":1}"), back = {0};

	assert_int_equal(uv_loop_init(&loop), 0);
	assert_non_null(read_ahead_begin(&loop, &reply, take, &back));
	assert_null(reply.body);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(back.status, 200);
	assert_non_null(back.json);
	http_reply_free(&back);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void one_that_is_forgotten_frees_itself_and_calls_nobody(void **state)
{
	uv_loop_t loop;
	struct http_reply reply = reply_of("{\"a\":1}"), back = {0};

	assert_int_equal(uv_loop_init(&loop), 0);
	read_ahead_forget(read_ahead_begin(&loop, &reply, take, &back));
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(back.status, 0);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_reply_comes_back_on_the_loop_with_its_document_read),
	        cmocka_unit_test(one_that_is_forgotten_frees_itself_and_calls_nobody),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
