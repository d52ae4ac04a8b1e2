/* Credentials: which of the two ways, when a token is fetched, and what is said when there is
 * none. */
#include "reply.h"

#include "base/json.h"
#include "desk/zendesk/auth.h"
#include "desk/zendesk/replies.h"
#include "desk/zendesk/requests.h"

#define SECRET "s3cr3t-0f-the-client"

static struct config *oauth_config(void)
{
	struct config *config = config_new();
	set_option(&config->zendesk.base_url, "https://acme.zendesk.com");
	set_option(&config->zendesk.client_id, "triage \"bot\"");
	set_option(&config->zendesk.client_secret, SECRET);
	return config;
}

static struct config *token_config(void)
{
	struct config *config = config_new();
	set_option(&config->zendesk.base_url, "https://acme.zendesk.com");
	set_option(&config->zendesk.email, "bot@acme.example");
	set_option(&config->zendesk.api_token, "abc123");
	return config;
}

/* Gives the reply to an OAuth client at the instant 1000. */
static int give(struct zd_auth *auth, int status, const char *body, struct err *err)
{
	struct http_reply reply = reply_of(status, body);
	int r = zd_auth_token_reply(auth, &reply, 1000, err);
	http_reply_free(&reply);
	return r;
}

static msec renewal_after(const char *body)
{
	struct config *config = oauth_config();
	struct zd_auth auth;
	struct err err;
	zd_auth_init(&auth, config);
	assert_int_equal(give(&auth, 201, body, &err), 0);
	msec renewal = auth.renew_at - 1000;
	zd_auth_free(&auth);
	config_free(config);
	return renewal;
}

static void error_of(int status, const char *body, struct err *ret)
{
	struct config *config = oauth_config();
	struct zd_auth auth;
	zd_auth_init(&auth, config);
	assert_int_equal(give(&auth, status, body, ret), -1);
	assert_null(zd_auth_header_value(&auth));
	assert_lacks(ret->text, SECRET);
	zd_auth_free(&auth);
	config_free(config);
}

static void email_and_token_become_basic(void **state)
{
	struct config *config = token_config();
	struct zd_auth auth;
	zd_auth_init(&auth, config);
	assert_false(auth.oauth);
	assert_string_equal(zd_auth_header_value(&auth),
	                    "Basic Ym90QGFjbWUuZXhhbXBsZS90b2tlbjphYmMxMjM=");
	assert_false(zd_auth_needs_token(&auth, MSEC_NEVER));
	assert_false(zd_auth_renew_upon_401(&auth, 0));
	zd_auth_free(&auth);
	zd_auth_free(&auth);
	config_free(config);
}

static void a_client_id_wins_over_email_and_token(void **state)
{
	struct config *config = token_config();
	set_option(&config->zendesk.client_id, "triage");
	struct zd_auth auth;
	zd_auth_init(&auth, config);
	assert_true(auth.oauth);
	assert_null(zd_auth_header_value(&auth));
	assert_true(zd_auth_needs_token(&auth, 0));
	zd_auth_free(&auth);
	config_free(config);
}

static void missing_credentials_are_an_empty_pair(void **state)
{
	struct config *config = config_new();
	struct zd_auth auth;
	zd_auth_init(&auth, config);
	assert_string_equal(zd_auth_header_value(&auth), "Basic L3Rva2VuOg==");
	zd_auth_free(&auth);
	config_free(config);
}

static void the_token_request_goes_to_the_origin_and_not_under_api(void **state)
{
	struct config *config = oauth_config();
	struct zd_auth auth;
	struct http_request request;
	struct err err;
	zd_auth_init(&auth, config);
	auth.user_agent = "ai-ticketd/9";
	zd_auth_token_request(&auth, &request);
	assert_int_equal(request.method, HTTP_POST);
	assert_string_equal(request.url, "https://acme.zendesk.com/oauth/tokens");
	assert_int_equal(request.header_count, 3);
	assert_string_equal(request.headers[0], "Accept: application/json");
	assert_string_equal(request.headers[1], "Content-Type: application/json");
	assert_string_equal(request.headers[2], "User-Agent: ai-ticketd/9");
	assert_int_equal(request.timeout, 30000);

	struct json *body = json_parse(str_make(request.body, request.body_len), &err);
	assert_non_null(body);
	int64_t expires;
	assert_str(json_str_at(body, "grant_type"), "client_credentials");
	assert_str(json_str_at(body, "client_id"), "triage \"bot\"");
	assert_str(json_str_at(body, "client_secret"), SECRET);
	assert_str(json_str_at(body, "scope"), "read write");
	assert_true(json_int_at(body, "expires_in", &expires));
	assert_int_equal(expires, 86400);
	assert_int_equal(json_member_count(body), 5);
	json_free(body);
	http_request_free(&request);
	zd_auth_free(&auth);
	config_free(config);
}

static void a_good_reply_gives_a_bearer_token(void **state)
{
	struct config *config = oauth_config();
	struct zd_auth auth;
	struct err err;
	zd_auth_init(&auth, config);
	assert_int_equal(
	        give(&auth, 201,
	             "{\"access_token\":\"tok1\",\"token_type\":\"Bearer\",\"expires_in\":86400}",
	             &err),
	        0);
	assert_string_equal(zd_auth_header_value(&auth), "Bearer tok1");
	assert_false(zd_auth_needs_token(&auth, 1000));
	assert_false(zd_auth_needs_token(&auth, auth.renew_at - 1));
	assert_true(zd_auth_needs_token(&auth, auth.renew_at));
	/* The old one stays in use until a new one is there, also when the renewal fails. */
	assert_int_equal(give(&auth, 503, "", &err), -1);
	assert_string_equal(zd_auth_header_value(&auth), "Bearer tok1");
	assert_int_equal(give(&auth, 200, "{\"access_token\":\"tok2\"}", &err), 0);
	assert_string_equal(zd_auth_header_value(&auth), "Bearer tok2");
	zd_auth_free(&auth);
	config_free(config);
}

static void a_token_is_renewed_a_tenth_before_its_end_at_most_five_minutes(void **state)
{
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":86400}"),
	                 (86400 - 300) * 1000);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":1000}"), 900 * 1000);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":3000}"),
	                 2700 * 1000);
}

static void a_token_of_unsaid_life_lives_half_an_hour(void **state)
{
	const msec half_hour = (30 - 3) * MSEC_MINUTE;
	assert_int_equal(renewal_after("{\"access_token\":\"t\"}"), half_hour);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":null}"), half_hour);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":\"86400\"}"),
	                 half_hour);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":1e300}"), half_hour);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":0}"), half_hour);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":-5}"), half_hour);
}

static void an_absurd_life_is_brought_within_bounds(void **state)
{
	assert_int_equal(
	        renewal_after("{\"access_token\":\"t\",\"expires_in\":9223372036854775807}"),
	        48 * MSEC_HOUR - 5 * MSEC_MINUTE);
	assert_int_equal(renewal_after("{\"access_token\":\"t\",\"expires_in\":1}"),
	                 54 * MSEC_SECOND);
}

static void a_reply_that_is_no_token_says_why(void **state)
{
	struct err err;
	error_of(200, "<html>Sign in</html>", &err);
	assert_contains(err.text, "not JSON");
	error_of(200, "[]", &err);
	assert_contains(err.text, "access_token");
	error_of(200, "{\"access_token\":7}", &err);
	assert_contains(err.text, "access_token");
	error_of(200, "{\"access_token\":\"\"}", &err);
	assert_contains(err.text, "access_token");
	error_of(200, "{\"access_token\":\"t\",\"token_type\":\"mac\"}", &err);
	assert_contains(err.text, "token_type");
	error_of(200, "{\"error\":\"invalid_client\",\"access_token\":\"t\"}", &err);
}

static void a_token_cannot_end_a_header_line(void **state)
{
	struct err err;
	error_of(200, "{\"access_token\":\"t\\r\\nX-Evil: 1\"}", &err);
	error_of(200, "{\"access_token\":\"two words\"}", &err);
	error_of(200, "{\"access_token\":\"t\xC3\xA4g\"}", &err);
	char *body = xmalloc(6000);
	memset(body, 'x', 5900);
	memcpy(body, "{\"access_token\":\"", 17);
	strcpy(body + 5900, "\"}");
	error_of(200, body, &err);
	free(body);
}

static void a_wrong_client_names_the_options_to_check(void **state)
{
	struct err err;
	error_of(401,
	         "{\"error\":\"invalid_client\",\"error_description\":\"Client authentication "
	         "failed.\"}",
	         &err);
	assert_contains(err.text, "zendesk.client_id");
	assert_contains(err.text, "zendesk.client_secret");
	assert_contains(err.text, "Client authentication failed.");
	error_of(400, "{\"error\":\"invalid_client\"}", &err);
	assert_contains(err.text, "zendesk.client_secret");
	error_of(403, "", &err);
	assert_contains(err.text, "zendesk.client_secret");
}

static void a_wrong_scope_names_the_scope_option(void **state)
{
	struct err err;
	error_of(400,
	         "{\"error\":\"invalid_scope\",\"error_description\":\"The requested scope is "
	         "unknown\"}",
	         &err);
	assert_contains(err.text, "check zendesk.scope");
	assert_lacks(err.text, "client_secret");
}

static void an_outage_is_not_blamed_on_the_client(void **state)
{
	struct err err;
	error_of(503, "<html>maintenance</html>", &err);
	assert_string_equal(err.text, "no OAuth token: Zendesk answered 503: an HTML page");

	struct config *config = oauth_config();
	struct zd_auth auth;
	struct http_reply reply = {.result = HTTP_TIMEOUT, .error = "30 s went by"};
	zd_auth_init(&auth, config);
	assert_int_equal(zd_auth_token_reply(&auth, &reply, 0, &err), -1);
	assert_string_equal(err.text,
	                    "no OAuth token: no answer from Zendesk in time: 30 s went by");
	zd_auth_free(&auth);
	config_free(config);
}

static void an_echoed_secret_is_never_repeated(void **state)
{
	struct err err;
	error_of(401,
	         "{\"error\":\"invalid_client\",\"error_description\":\"client_secret " SECRET
	         " unknown\"}",
	         &err);
	assert_contains(err.text, "zendesk.client_secret: Zendesk answered 401");
	error_of(500, "client_secret=" SECRET, &err);
	error_of(400, "you sent s3cr3t-0f\\u002dthe-client, which is wrong", &err);
	error_of(400, "{\"error\":\"x\",\"description\":\"wrong: s3cr3t-0f\\u002dthe-client\"}",
	         &err);
}

static void a_401_renews_once_until_a_request_is_let_in(void **state)
{
	struct config *config = oauth_config();
	struct zd_auth auth;
	struct err err;
	zd_auth_init(&auth, config);
	assert_int_equal(give(&auth, 201, "{\"access_token\":\"t\"}", &err), 0);
	assert_true(zd_auth_renew_upon_401(&auth, 2000));
	assert_null(zd_auth_header_value(&auth));
	assert_true(zd_auth_needs_token(&auth, 2000));

	assert_int_equal(give(&auth, 201, "{\"access_token\":\"u\"}", &err), 0);
	assert_false(zd_auth_renew_upon_401(&auth, 3000));
	assert_non_null(zd_auth_header_value(&auth));

	zd_auth_worked(&auth);
	assert_true(zd_auth_renew_upon_401(&auth, 4000));
	zd_auth_free(&auth);
	config_free(config);
}

static void many_requests_refused_for_one_old_token_are_one_renewal(void **state)
{
	struct config *config = oauth_config();
	struct zd_auth auth;
	struct err err;
	zd_auth_init(&auth, config);
	assert_int_equal(give(&auth, 201, "{\"access_token\":\"old\"}", &err), 0);
	auth.fetched_at = 10;
	assert_true(zd_auth_renew_upon_401(&auth, 500));
	assert_true(zd_auth_renew_upon_401(&auth, 500)); /* while none is there */
	assert_int_equal(give(&auth, 201, "{\"access_token\":\"new\"}", &err), 0);
	assert_true(zd_auth_renew_upon_401(&auth, 999)); /* left before the new one came */
	assert_string_equal(zd_auth_header_value(&auth), "Bearer new");
	assert_false(zd_auth_renew_upon_401(&auth, 1000)); /* carried the new one */
	zd_auth_free(&auth);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(email_and_token_become_basic),
	        cmocka_unit_test(a_client_id_wins_over_email_and_token),
	        cmocka_unit_test(missing_credentials_are_an_empty_pair),
	        cmocka_unit_test(the_token_request_goes_to_the_origin_and_not_under_api),
	        cmocka_unit_test(a_good_reply_gives_a_bearer_token),
	        cmocka_unit_test(a_token_is_renewed_a_tenth_before_its_end_at_most_five_minutes),
	        cmocka_unit_test(a_token_of_unsaid_life_lives_half_an_hour),
	        cmocka_unit_test(an_absurd_life_is_brought_within_bounds),
	        cmocka_unit_test(a_reply_that_is_no_token_says_why),
	        cmocka_unit_test(a_token_cannot_end_a_header_line),
	        cmocka_unit_test(a_wrong_client_names_the_options_to_check),
	        cmocka_unit_test(a_wrong_scope_names_the_scope_option),
	        cmocka_unit_test(an_outage_is_not_blamed_on_the_client),
	        cmocka_unit_test(an_echoed_secret_is_never_repeated),
	        cmocka_unit_test(a_401_renews_once_until_a_request_is_let_in),
	        cmocka_unit_test(many_requests_refused_for_one_old_token_are_one_renewal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
