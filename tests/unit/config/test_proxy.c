/* Proxies of the environment: which requests take them, and that their user info stays secret. */
#include "support.h"

#include "config/proxy.h"

static struct world with(const char *https_proxy, const char *no_proxy)
{
	struct world world = world_new();

	variable(&world, "ZENDESK_SUBDOMAIN", "acme");
	variable(&world, "ZENDESK_EMAIL", "a@b");
	variable(&world, "ZENDESK_API_TOKEN", "t");
	variable(&world, "OPENAI_API_KEY", "k");
	variable(&world, "HTTPS_PROXY", https_proxy);
	variable(&world, "NO_PROXY", no_proxy);
	return world;
}

static bool serves(const char *no_proxy, const char *url)
{
	struct world world = with("proxy.example:3128", no_proxy);

	config_finish(world.config, false, &world.problems);
	assert_string_equal(errors(&world), "");
	struct config_proxy proxy = config_proxy(world.config);
	bool is_served = config_proxy_serves(&proxy, str_of(url));
	world_free(&world);
	return is_served;
}

static void https_alone_takes_it(void **state)
{
	assert_true(serves("", "https://acme.zendesk.com/api/v2/users/me.json?a=b@c"));
	assert_true(serves("", "https://8.8.8.8/x"));
	assert_false(serves("", "http://acme.zendesk.com/"));
	assert_false(serves("", "not a url"));
}

static void this_machine_and_private_networks_never_take_it(void **state)
{
	static const char *const urls[] = {
	        "https://127.0.0.1:8443/", "https://localhost/",   "https://[::1]/",
	        "https://10.1.2.3/",       "https://172.16.0.1/",  "https://172.31.255.255/",
	        "https://192.168.7.7/",    "https://169.254.1.1/", "https://[fd00::1]/",
	        "https://[fe80::1]/",
	};

	for (size_t i = 0; i < ARRAY_LEN(urls); i++)
		assert_false(serves("", urls[i]));
	assert_true(serves("", "https://172.32.0.1/"));
	assert_true(serves("", "https://11.0.0.1/"));
	assert_true(serves("", "https://[2001:db8::1]/"));
}

static void no_proxy_names_domains_addresses_and_networks(void **state)
{
	assert_false(serves("example.com", "https://example.com/"));
	assert_false(serves("example.com", "https://a.EXAMPLE.com/"));
	assert_false(serves(" x ,.example.com", "https://a.example.com/"));
	assert_false(serves("*.example.com", "https://a.example.com/"));
	assert_false(serves("a b example.com", "https://example.com/"));
	assert_false(serves("example.com:443", "https://example.com/"));
	assert_true(serves("example.com:444", "https://example.com/"));
	assert_true(serves("ample.com", "https://example.com/"));
	assert_true(serves("a.example.com", "https://example.com/"));
	assert_false(serves("8.8.0.0/16", "https://8.8.1.2/"));
	assert_true(serves("8.8.0.0/16", "https://8.9.1.2/"));
	assert_true(serves("8.8.0.0/99, /8, x/y", "https://8.8.1.2/"));
	assert_false(serves("0.0.0.0/0", "https://8.8.1.2/"));
	assert_false(serves("*", "https://example.com/"));
	assert_true(serves(",,  ,", "https://example.com/"));
}

static void the_lower_case_name_counts_whatever_the_order(void **state)
{
	for (int i = 0; i < 2; i++) {
		struct world world = with("", "");

		variable(&world, i ? "HTTPS_PROXY" : "https_proxy", i ? "upper:1" : "lower:1");
		variable(&world, i ? "https_proxy" : "HTTPS_PROXY", i ? "lower:1" : "upper:1");
		config_finish(world.config, false, &world.problems);
		assert_string_equal(config_proxy(world.config).url, "http://lower:1");
		world_free(&world);
	}
}

static void user_info_is_kept_apart_and_shown_nowhere(void **state)
{
	struct world world = with("https://bob:p%40ss@proxy.example:3128/", "");
	struct buf dump;

	buf_init(&dump, 1024 * 1024);
	config_finish(world.config, false, &world.problems);
	struct config_proxy proxy = config_proxy(world.config);
	assert_string_equal(proxy.url, "https://proxy.example:3128");
	assert_string_equal(proxy.login, "bob:p%40ss");
	config_dump(world.config, &dump);
	assert_lacks(buf_cstr(&dump), "bob");
	assert_lacks(buf_cstr(&dump), "p%40ss");
	buf_free(&dump);
	world_free(&world);
	world = with("socks5://bob:secret@h", "");
	config_finish(world.config, false, &world.problems);
	assert_string_equal(errors(&world),
	                    "environment: HTTPS_PROXY: only proxies that speak http "
	                    "are supported\n");
	world_free(&world);
	world = with("http://bob:secret@h:x", "");
	config_finish(world.config, false, &world.problems);
	assert_contains(errors(&world), "environment: HTTPS_PROXY: ");
	assert_lacks(errors(&world), "secret");
	world_free(&world);
}

static void tls_proxy_comes_first_and_what_is_not_used_is_named(void **state)
{
	struct world world = with("http://bob:secret@other:1", "*");

	file(&world, "tls {\n proxy = \"http://mine:3128\"\n}\n");
	variable(&world, "HTTP_PROXY", "http://bob:secret@other:1");
	variable(&world, "all_proxy", "http://bob:secret@other:1");
	config_finish(world.config, false, &world.problems);
	struct config_proxy proxy = config_proxy(world.config);
	assert_string_equal(proxy.url, "http://mine:3128");
	assert_null(proxy.login);
	assert_true(config_proxy_serves(&proxy, STR("http://10.1.2.3/")));
	assert_false(config_proxy_serves(&proxy, STR("http://127.0.0.1/")));
	assert_contains(warnings(&world), "HTTPS_PROXY: is not used: tls.proxy is set");
	assert_contains(warnings(&world), "HTTP_PROXY: is not used: set HTTPS_PROXY or tls.proxy");
	assert_contains(warnings(&world), "all_proxy: is not used: set HTTPS_PROXY or tls.proxy");
	assert_lacks(warnings(&world), "secret");
	world_free(&world);
}

static void without_a_variable_there_is_none(void **state)
{
	struct world world = with("", "example.com");

	config_finish(world.config, false, &world.problems);
	struct config_proxy proxy = config_proxy(world.config);
	assert_null(proxy.url);
	assert_false(config_proxy_serves(&proxy, STR("https://example.com/")));
	world_free(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(https_alone_takes_it),
	        cmocka_unit_test(this_machine_and_private_networks_never_take_it),
	        cmocka_unit_test(no_proxy_names_domains_addresses_and_networks),
	        cmocka_unit_test(the_lower_case_name_counts_whatever_the_order),
	        cmocka_unit_test(user_info_is_kept_apart_and_shown_nowhere),
	        cmocka_unit_test(tls_proxy_comes_first_and_what_is_not_used_is_named),
	        cmocka_unit_test(without_a_variable_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
