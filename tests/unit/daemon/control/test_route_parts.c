/* Targets, hosts and lists of ids. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/json.h"
#include "daemon/control/route_parts.h"

static void assert_str(struct str got, const char *wanted)
{
	assert_int_equal(got.len, strlen(wanted));
	assert_memory_equal(got.data, wanted, got.len);
}

static void a_target_is_a_plain_path_with_or_without_a_query(void **state)
{
	struct str path;

	assert_true(route_target_parse(STR("/health"), &path));
	assert_str(path, "/health");
	assert_true(route_target_parse(STR("/health?x=/1?2//%2e"), &path));
	assert_str(path, "/health");
	assert_true(route_target_parse(STR("/"), &path));
	assert_str(path, "/");
	assert_true(route_target_parse(STR("/a.b/..c/d."), &path));
}

static void paths_that_others_may_read_in_another_way_are_refused(void **state)
{
	static const char *const bad[] = {"",
	                                  "*",
	                                  "health",
	                                  "localhost:443",
	                                  "http://localhost/health",
	                                  "HTTP://localhost:1/health?x",
	                                  "http:///health",
	                                  "//health",
	                                  "/api//v1/now",
	                                  "/health//",
	                                  "/./health",
	                                  "/../health",
	                                  "/x/../health",
	                                  "/health/.",
	                                  "/health/..",
	                                  "/%68ealth",
	                                  "/%2e%2e/health",
	                                  "/health%00",
	                                  "/x\\..\\health"};
	struct str path;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(route_target_parse(str_of(bad[i]), &path));
}

static void loopback_names_are_always_allowed(void **state)
{
	static const char *const good[] = {"localhost",    "LOCALHOST:9090", "127.0.0.1",
	                                   "127.0.0.1:80", "[::1]",          "[::1]:9090",
	                                   "localhost.:1"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(route_host_allowed(str_of(good[i]), STR("")) &&
		            route_host_is_loopback(str_of(good[i])));
}

static void other_names_are_allowed_when_they_are_listed(void **state)
{
	struct str list = STR("tickets.example.com, 10.0.0.5 [2001:db8::1],");

	assert_true(route_host_allowed(STR("tickets.example.com"), list));
	assert_true(route_host_allowed(STR("Tickets.Example.com:9090"), list));
	assert_true(route_host_allowed(STR("10.0.0.5:9090"), list));
	assert_true(route_host_allowed(STR("[2001:db8::1]:9090"), list));
	assert_true(route_host_allowed(STR("a.b"), STR("a.b:9090")));
	assert_false(route_host_allowed(STR("example.com"), list));
	assert_false(route_host_allowed(STR("tickets.example.com.evil.com"), list));
}

static void hosts_that_only_look_like_loopback_are_not(void **state)
{
	static const char *const bad[] = {"",
	                                  ":9090",
	                                  "localhost.evil.com",
	                                  "evil.com:localhost",
	                                  "127.0.0.1.evil.com",
	                                  "localhost:80:80",
	                                  "[::1",
	                                  "::1",
	                                  "localhost:80x",
	                                  "127.0.0.2",
	                                  "localhost "};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(route_host_allowed(str_of(bad[i]), STR("")) ||
		             route_host_is_loopback(str_of(bad[i])));
	assert_false(route_host_allowed((struct str){NULL, 0}, STR("x")));
}

static void ids_are_read_in_their_order(void **state)
{
	struct ticket_key ids[ROUTE_IDS_MAX];
	size_t count;
	struct err err;

	assert_int_equal(
	        route_ids_parse(STR(" {\"ids\": [3, 1, 9223372036854775807]} "), ids, &count, &err),
	        0);
	assert_int_equal(count, 3);
	assert_int_equal(ids[0].id, 3);
	assert_int_equal(ids[1].id, 1);
	assert_int_equal(ids[2].id, INT64_MAX);
}

static void anything_but_a_list_of_numbers_of_tickets_is_refused(void **state)
{
	static const char *const bad[] = {"",
	                                  "{}",
	                                  "[1]",
	                                  "{\"ids\":1}",
	                                  "{\"ids\":[]}",
	                                  "{\"ids\":[0]}",
	                                  "{\"ids\":[-1]}",
	                                  "{\"ids\":[1.5]}",
	                                  "{\"ids\":[\"1\"]}",
	                                  "{\"ids\":[null]}",
	                                  "{\"ids\":[9223372036854775808]}",
	                                  "{\"ids\":[1],\"x\":1}",
	                                  "{\"ids\":[1],\"ids\":[2]}",
	                                  "{\"ids\":[1]} x",
	                                  "{\"ids\":[1"};
	struct ticket_key ids[ROUTE_IDS_MAX];
	size_t count;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {{0}};

		assert_int_equal(route_ids_parse(str_of(bad[i]), ids, &count, &err), -1);
		assert_true(err.text[0] != '\0');
	}
}

static void a_thousand_ids_are_the_most(void **state)
{
	struct ticket_key ids[ROUTE_IDS_MAX];
	size_t count;
	struct err err;

	for (int more = 0; more < 2; more++) {
		struct buf body;

		buf_init(&body, 64 * 1024);
		buf_puts(&body, "{\"ids\":[1");
		for (int i = 1; i < ROUTE_IDS_MAX + more; i++)
			buf_puts(&body, ",1");
		buf_puts(&body, "]}");
		assert_int_equal(route_ids_parse(buf_str(&body), ids, &count, &err), more ? -1 : 0);
		buf_free(&body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_target_is_a_plain_path_with_or_without_a_query),
	        cmocka_unit_test(paths_that_others_may_read_in_another_way_are_refused),
	        cmocka_unit_test(loopback_names_are_always_allowed),
	        cmocka_unit_test(other_names_are_allowed_when_they_are_listed),
	        cmocka_unit_test(hosts_that_only_look_like_loopback_are_not),
	        cmocka_unit_test(ids_are_read_in_their_order),
	        cmocka_unit_test(anything_but_a_list_of_numbers_of_tickets_is_refused),
	        cmocka_unit_test(a_thousand_ids_are_the_most),
	};

	json_seed(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
