/* A reply's document, read when it is asked for or ahead of that. */
#include "helper.h"

#include <pthread.h>

#include "base/http_json.h"

static struct http_reply reply_of(const char *body)
{
	return (struct http_reply){.result = HTTP_DONE,
	                           .status = 200,
	                           .body = xstrdup(body),
	                           .body_len = strlen(body)};
}

static bool same_text(const struct json *one, const struct json *other)
{
	struct buf a, b;

	buf_init(&a, SIZE_MAX);
	buf_init(&b, SIZE_MAX);
	json_add_value(&a, one);
	json_add_value(&b, other);
	bool same = str_eq(buf_str(&a), buf_str(&b));
	buf_free(&a);
	buf_free(&b);
	return same;
}

static void a_document_read_ahead_is_the_one_that_is_asked_for(void **state)
{
	struct http_reply reply = reply_of("{\"a\":[1,2]}");
	struct err err;
	struct json *late = http_reply_json(&reply, &err), *ahead, *same;

	http_reply_read_ahead(&reply);
	reply.body[0] = '!'; /* nobody looks at it again */
	ahead = http_reply_json(&reply, &err);
	same = http_reply_json(&reply, &err);
	assert_true(same_text(late, ahead));
	assert_ptr_equal(ahead, same);
	http_reply_free(&reply); /* the document outlives it */
	assert_int_equal(json_item_count(json_at(ahead, "a")), 2);
	json_free(late);
	json_free(ahead);
	json_free(same);
}

static void a_fault_is_told_in_the_same_words(void **state)
{
	struct http_reply reply = reply_of("{\"a\":\n  bad}");
	struct err late, ahead;

	assert_null(http_reply_json(&reply, &late));
	http_reply_read_ahead(&reply);
	assert_null(http_reply_json(&reply, &ahead));
	assert_string_equal(late.text, ahead.text);
	assert_null(http_reply_json(&reply, NULL));
	http_reply_free(&reply);
	assert_null(reply.json_error);
}

static void *read_elsewhere(void *reply)
{
	http_reply_read_ahead(reply);
	return NULL;
}

static void documents_are_read_on_several_threads_at_once_and_released_on_another(void **state)
{
	struct http_reply replies[8];
	pthread_t threads[8];
	struct buf body;
	struct err err;

	buf_init(&body, 1024 * 1024);
	buf_puts(&body, "[0");
	for (int i = 1; i < 50000; i++)
		buf_printf(&body, ",%d", i);
	buf_putc(&body, ']');
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		replies[i] = reply_of(buf_cstr(&body));
		assert_int_equal(pthread_create(&threads[i], NULL, read_elsewhere, &replies[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		struct json *tree;

		assert_int_equal(pthread_join(threads[i], NULL), 0);
		tree = http_reply_json(&replies[i], &err);
		assert_int_equal(json_item_count(tree), 50000);
		assert_int_equal(json_int_value(json_item(tree, 49999)), 49999);
		http_reply_free(&replies[i]);
		json_free(tree);
	}
	buf_free(&body);
}

static void only_good_and_big_replies_are_worth_the_way(void **state)
{
	struct http_reply reply = {
	        .result = HTTP_DONE, .status = 200, .body_len = json_quick_bytes() + 1};

	assert_true(http_reply_is_big(&reply));
	reply.body_len--;
	assert_false(http_reply_is_big(&reply));
	reply.body_len++;
	reply.status = 500;
	assert_false(http_reply_is_big(&reply));
	reply.result = HTTP_TIMEOUT;
	assert_false(http_reply_is_big(&reply));
}

/* The engine gets a page of a hundred usual tickets in the turn in which it came, where it can. */
static void what_is_quick_depends_on_the_library(void **state)
{
	bool fast = strcmp(json_library(), "yyjson") == 0;

	assert_int_equal(json_quick_bytes() >= 145000, fast);
	assert_in_range(json_quick_bytes(), 25 * 1024, 1024 * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_document_read_ahead_is_the_one_that_is_asked_for),
	        cmocka_unit_test(a_fault_is_told_in_the_same_words),
	        cmocka_unit_test(
	                documents_are_read_on_several_threads_at_once_and_released_on_another),
	        cmocka_unit_test(only_good_and_big_replies_are_worth_the_way),
	        cmocka_unit_test(what_is_quick_depends_on_the_library),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
