/* The JSON of the generic webhook and its signature. */
#include "../../base/helper.h"

#include "base/crypto.h"
#include "base/json.h"
#include "daemon/run/alert_webhook.h"

static struct buf out;
static struct alert_told told;

static int setup(void **state)
{
	json_seed(1);
	crypto_prepare();
	buf_init(&out, 64 * 1024);
	told = (struct alert_told){.rule = RULE_SUCCESS_RATE,
	                           .severity = ALERT_CRITICAL,
	                           .title = xstrdup("Too few tickets succeed"),
	                           .text = xstrdup("98.12 % were \"processed\"."),
	                           .since = 1795349880123,
	                           .at = 1795350000123,
	                           .value = 0.9812,
	                           .threshold = 0.99};
	return 0;
}

static int teardown(void **state)
{
	alert_told_free(&told);
	buf_free(&out);
	return 0;
}

static const char *compose(void)
{
	buf_reset(&out);
	alert_webhook_compose(&told, &out);
	return buf_cstr(&out);
}

static void an_alert_has_all_that_a_gateway_needs(void **state)
{
	assert_string_equal(
	        compose(),
	        "{\"version\":1,\"source\":\"ai-ticketd\",\"id\":\"success_rate-1795349880123\","
	        "\"kind\":\"success_rate\",\"event\":\"begun\",\"severity\":\"critical\",\"title\":"
	        "\"Too few tickets succeed\",\"text\":\"98.12 % were "
	        "\\\"processed\\\".\",\"since\":"
	        "1795349880123,\"at\":1795350000123,\"lasted_ms\":null,\"value\":0.981200,"
	        "\"threshold\":0.990000,\"unit\":\"ratio\"}");
}

/* So that a gateway can close what it opened. */
static void beginning_and_end_have_one_id(void **state)
{
	told.change = ALERT_RESOLVED;
	told.lasted = 120000;
	told.at += 500000;
	assert_non_null(strstr(compose(), "\"id\":\"success_rate-1795349880123\""));
	assert_non_null(strstr(buf_cstr(&out), "\"event\":\"resolved\""));
	assert_non_null(strstr(buf_cstr(&out), "\"lasted_ms\":120000"));
}

static void a_state_has_no_numbers_and_a_summary_no_rule(void **state)
{
	told.rule = RULE_DEGRADED;
	assert_non_null(strstr(compose(), "\"value\":null,\"threshold\":null,\"unit\":null"));
	told.rule = ALERT_OF_SUMMARY;
	assert_non_null(strstr(compose(), "\"kind\":\"summary\""));
	told.rule = ALERT_OF_TEST;
	assert_non_null(strstr(compose(), "\"kind\":\"test\""));
}

static void the_signature_is_over_time_and_body(void **state)
{
	struct http_request request = {.body = xstrdup("{\"a\":1}"), .body_len = 7};

	alert_webhook_sign(&request, "s3cr3t", 1795350000999);
	assert_int_equal(request.header_count, 2);
	assert_string_equal(request.headers[0], "X-AI-Ticketd-Timestamp: 1795350000");
	/* printf '1795350000.{"a":1}' | openssl dgst -sha256 -hmac s3cr3t */
	assert_string_equal(request.headers[1],
	                    "X-AI-Ticketd-Signature: v1="
	                    "639857c769ca56dbbbb775834c391d91b98f8a2be14cf005b693ec1af1ecdd48");
	http_request_free(&request);
}

static enum outbox_answer judge(int status)
{
	struct http_reply reply = {
	        .result = HTTP_DONE, .status = status, .body = xstrdup(""), .body_len = 0};
	char reason[OUTBOX_REASON_SIZE];
	msec wait;
	enum outbox_answer answer = alert_webhook_judge(&reply, 0, &wait, reason);

	http_reply_free(&reply);
	return answer;
}

static void any_2xx_is_success(void **state)
{
	assert_int_equal(judge(200), OUTBOX_DELIVERED);
	assert_int_equal(judge(202), OUTBOX_DELIVERED);
	assert_int_equal(judge(204), OUTBOX_DELIVERED);
	assert_int_equal(judge(301), OUTBOX_CHANNEL_REFUSED);
	assert_int_equal(judge(401), OUTBOX_CHANNEL_REFUSED);
	assert_int_equal(judge(400), OUTBOX_FORM_REFUSED);
	assert_int_equal(judge(429), OUTBOX_LIMITED_BY);
	assert_int_equal(judge(500), OUTBOX_AGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	        TEST(an_alert_has_all_that_a_gateway_needs),
	        TEST(beginning_and_end_have_one_id),
	        TEST(a_state_has_no_numbers_and_a_summary_no_rule),
	        TEST(the_signature_is_over_time_and_body),
	        TEST(any_2xx_is_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
