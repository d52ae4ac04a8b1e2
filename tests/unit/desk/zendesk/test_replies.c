/* Replies: what an envelope must have, what one odd item costs, and where the next page is. */
#include "reply.h"

#include "desk/zendesk/replies.h"

#define STAMPS "\"created_at\":\"2026-11-22T09:00:00Z\",\"updated_at\":\"2026-11-22T10:00:00Z\""
#define TICKET(id) "{\"id\":" id ",\"status\":\"new\",\"tags\":[]," STAMPS "}"

static struct arena arena;
static struct err err;
static struct desk_page page;
static unsigned dropped;

static int set_up(void **state)
{
	arena = (struct arena){0};
	page = (struct desk_page){.count = 77};
	dropped = 99;
	err.text[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	arena_free(&arena);
	return 0;
}

typedef int (*page_reader)(const struct http_reply *, struct arena *, struct desk_page *,
                           unsigned *, struct err *);

static int read_with(page_reader reader, const char *body)
{
	struct http_reply reply = reply_of(200, body);
	int r = reader(&reply, &arena, &page, &dropped, &err);
	http_reply_free(&reply);
	return r;
}

static int search(const char *body)
{
	return read_with(zd_reply_search, body);
}

static int export(const char *body)
{
	return read_with(zd_reply_export, body);
}

static int read_one(const char *body, struct desk_ticket *ret)
{
	struct http_reply reply = reply_of(200, body);
	int r = zd_reply_ticket(&reply, &arena, ret, &err);
	http_reply_free(&reply);
	return r;
}

static int read_comments(const char *body, struct desk_comments *ret)
{
	struct http_reply reply = reply_of(200, body);
	int r = zd_reply_comments(&reply, &arena, ret, &err);
	http_reply_free(&reply);
	return r;
}

static int read_me(const char *body, struct desk_user *ret)
{
	struct http_reply reply = reply_of(200, body);
	int r = zd_reply_me(&reply, ret, &err);
	http_reply_free(&reply);
	return r;
}

static void a_ticket_is_copied_whole_and_the_reply_may_go(void **state)
{
	struct desk_ticket ticket;
	assert_int_equal(read_one("{\"ticket\":{\"id\":35436,\"url\":\"x\",\"subject\":\"Printer "
	                          "\\u00e4\",\"description\":"
	                          "\"on "
	                          "fire\\n\",\"priority\":\"high\",\"status\":\"open\",\"type\":"
	                          "null,\"tags\":[\"vip\",\"b\"],"
	                          "\"created_at\":\"2026-11-22T09:00:00Z\",\"updated_at\":\"2026-"
	                          "11-22T10:00:00Z\"},"
	                          "\"audit\":{\"id\":1}}",
	                          &ticket),
	                 0);
	assert_int_equal(ticket.id, 35436);
	assert_int_equal(ticket.status, DESK_OPEN);
	assert_int_equal(ticket.priority, PRIORITY_HIGH);
	assert_str(ticket.subject, "Printer \xC3\xA4");
	assert_str(ticket.description, "on fire\n");
	assert_int_equal(ticket.tags.count, 2);
	assert_str(ticket.tags.items[0], "vip");
	assert_str(ticket.tags.items[1], "b");
	assert_str(ticket.stamp, "2026-11-22T10:00:00Z");
	assert_int_equal(ticket.updated_wall - ticket.created_wall, MSEC_HOUR);
}

static void a_ticket_may_lack_texts_and_priority(void **state)
{
	struct desk_ticket ticket;
	assert_int_equal(read_one("{\"ticket\":" TICKET("1") "}", &ticket), 0);
	assert_int_equal(ticket.priority, PRIORITY_NONE);
	assert_int_equal(ticket.subject.len, 0);
	assert_int_equal(ticket.description.len, 0);
	assert_int_equal(ticket.tags.count, 0);
	assert_int_equal(read_one("{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],"
	                          "\"subject\":null,\"description\":7,"
	                          "\"priority\":null," STAMPS "}}",
	                          &ticket),
	                 0);
	assert_int_equal(ticket.priority, PRIORITY_NONE);
	assert_int_equal(ticket.subject.len, 0);
	assert_int_equal(ticket.description.len, 0);
}

static void an_unknown_priority_is_one_we_never_overwrite(void **state)
{
	struct desk_ticket ticket;
	assert_int_equal(read_one("{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],"
	                          "\"priority\":\"blazing\"," STAMPS "}}",
	                          &ticket),
	                 0);
	assert_int_equal(ticket.priority, PRIORITY_URGENT);
	for (int mode = PRIORITY_RAISE; mode <= PRIORITY_NEVER; mode++)
		assert_int_equal(priority_decide((enum priority_mode)mode, ticket.priority,
		                                 ticket.priority, URGENCY_HIGH),
		                 PRIORITY_NONE);
}

static void every_status_is_known_and_others_are_unknown(void **state)
{
	static const char *const words[] = {"new",    "open",    "pending", "hold", "solved",
	                                    "closed", "deleted", "OPEN",    ""};
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct desk_ticket ticket;
		char *body = xasprintf("{\"ticket\":{\"id\":1,\"status\":\"%s\",\"tags\":[]," STAMPS
		                       "}}",
		                       words[i]);
		assert_int_equal(read_one(body, &ticket), 0);
		assert_int_equal(ticket.status, i < DESK_STATUS_UNKNOWN ? i : DESK_STATUS_UNKNOWN);
		assert_string_equal(desk_status_name(ticket.status),
		                    i < DESK_STATUS_UNKNOWN ? words[i] : "unknown");
		free(body);
	}
}

static void a_malformed_ticket_is_named_by_what_is_odd(void **state)
{
	static const char *const bad[][2] = {
	        {"{}", "ticket"},
	        {"{\"ticket\":[]}", "ticket"},
	        {"{\"ticket\":null}", "ticket"},
	        {"{\"ticket\":{\"status\":\"new\",\"tags\":[]," STAMPS "}}", "id"},
	        {"{\"ticket\":{\"id\":0,\"status\":\"new\",\"tags\":[]," STAMPS "}}", "id"},
	        {"{\"ticket\":{\"id\":-3,\"status\":\"new\",\"tags\":[]," STAMPS "}}", "id"},
	        {"{\"ticket\":{\"id\":1.0,\"status\":\"new\",\"tags\":[]," STAMPS "}}", "id"},
	        {"{\"ticket\":{\"id\":\"1\",\"status\":\"new\",\"tags\":[]," STAMPS "}}", "id"},
	        {"{\"ticket\":{\"id\":1,\"status\":3,\"tags\":[]," STAMPS "}}", "status"},
	        {"{\"ticket\":{\"id\":1,\"tags\":[]," STAMPS "}}", "status"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\"," STAMPS "}}", "tags"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":\"a b\"," STAMPS "}}", "tags"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[\"a\",5]," STAMPS "}}",
	         "tags"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],\"priority\":4," STAMPS "}}",
	         "priority"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[]}}", "updated_at"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],\"updated_at\":"
	         "\"yesterday\"}}",
	         "updated_at"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],\"updated_at\":1763805600}}",
	         "updated_at"},
	        {"{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],\"updated_at\":"
	         "\"2026-11-22T10:00:00.0000000000000000000000000000000000001Z\"}}",
	         "updated_at"},
	};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct desk_ticket ticket = {.id = 42};
		bool there = strcmp(bad[i][1], "ticket") != 0;
		assert_int_equal(read_one(bad[i][0], &ticket), there ? 1 : -1);
		char *expected = xasprintf("Zendesk's %s has no usable `%s`",
		                           there ? "ticket" : "reply", bad[i][1]);
		assert_string_equal(err.text, expected);
		free(expected);
		assert_int_equal(ticket.id, 42);
	}
}

static void a_creation_time_not_understood_is_that_of_the_update(void **state)
{
	struct desk_ticket ticket;
	assert_int_equal(
	        read_one(
	                "{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[],\"created_at\":\"?\","
	                "\"updated_at\":\"2026-11-22T10:00:00Z\"}}",
	                &ticket),
	        0);
	assert_int_equal(ticket.created_wall, ticket.updated_wall);
}

static void empty_tags_are_no_tags(void **state)
{
	struct desk_ticket ticket;
	assert_int_equal(read_one("{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":[\"\",\"a\","
	                          "\"\"]," STAMPS "}}",
	                          &ticket),
	                 0);
	assert_int_equal(ticket.tags.count, 1);
	assert_str(ticket.tags.items[0], "a");
	assert_int_equal(read_one("{\"ticket\":{\"id\":1,\"status\":\"new\",\"tags\":null," STAMPS
	                          "}}",
	                          &ticket),
	                 0);
	assert_int_equal(ticket.tags.count, 0);
}

static void a_search_page_gives_tickets_count_and_next_page(void **state)
{
	assert_int_equal(search("{\"results\":[" TICKET("5") "," TICKET(
	                         "9007199254740993") "],\"facets\":null,\"count\":1411,"
	                                             "\"previous_page\":null,\"next_page\":\"https:"
	                                             "//evil.example/api/"
	                                             "v2/search.json?"
	                                             "query=page%3D9&page=2&per_page=2\"}"),
	                 0);
	assert_int_equal(page.count, 2);
	assert_int_equal(page.tickets[0].id, 5);
	assert_int_equal(page.tickets[1].id, INT64_C(9007199254740993));
	assert_int_equal(page.total, 1411);
	assert_true(page.more);
	assert_int_equal(page.next_page, 2);
	assert_int_equal(page.next_cursor.len, 0);
	assert_int_equal(dropped, 0);
}

static void the_last_search_page_has_no_next(void **state)
{
	assert_int_equal(search("{\"results\":[],\"count\":0,\"next_page\":null}"), 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.total, 0);
	assert_false(page.more);
	assert_int_equal(page.next_page, 0);
}

#define CREATED(id, at) "{\"id\":" id ",\"created_at\":\"2026-11-22T" at "Z\"}"

/* Also of results that are no usable tickets: a window must not begin behind one. */
static void a_search_page_tells_up_to_when_it_shows_all(void **state)
{
	assert_int_equal(search("{\"results\":[" CREATED("1", "08:00:00") "," CREATED(
	                         "2", "08:00:05") "," CREATED("3", "08:00:05") "]}"),
	                 0);
	assert_int_equal(page.through, 1795334405000);
	assert_int_equal(
	        search("{\"results\":[" CREATED("1", "08:00:05") "," CREATED("2", "08:00:00") "]}"),
	        0);
	assert_int_equal(page.through, -1);
	assert_int_equal(search("{\"results\":[" CREATED("1", "08:00:05") ",{\"id\":2}]}"), 0);
	assert_int_equal(page.through, -1);
	assert_int_equal(search("{\"results\":[" CREATED("1", "08:00:05") ",7]}"), 0);
	assert_int_equal(page.through, -1);
	assert_int_equal(search("{\"results\":[]}"), 0);
	assert_int_equal(page.through, -1);
}

static void a_next_link_without_a_page_number_leads_nowhere(void **state)
{
	static const char *const links[] = {
	        "\"\"",
	        "7",
	        "\"https://acme.zendesk.com/api/v2/search.json\"",
	        "\"https://acme.zendesk.com/?page=0\"",
	        "\"https://acme.zendesk.com/?page=-1\"",
	        "\"https://acme.zendesk.com/?page=two\"",
	        "\"https://acme.zendesk.com/?page=4294967296\"",
	        "\"https://acme.zendesk.com/?page=99999999999999999999999\"",
	        "\"https://acme.zendesk.com/?page[after]=5\""};
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		char *body = xasprintf("{\"results\":[],\"count\":3,\"next_page\":%s}", links[i]);
		assert_int_equal(search(body), 0);
		assert_false(page.more);
		assert_int_equal(page.next_page, 0);
		free(body);
	}
}

static void a_count_that_is_none_is_not_said(void **state)
{
	assert_int_equal(search("{\"results\":[]}"), 0);
	assert_int_equal(page.total, -1);
	assert_int_equal(search("{\"results\":[],\"count\":-7}"), 0);
	assert_int_equal(page.total, -1);
	assert_int_equal(search("{\"results\":[],\"count\":\"7\"}"), 0);
	assert_int_equal(page.total, -1);
}

static void odd_tickets_are_listed_and_other_results_are_dropped_and_counted(void **state)
{
	assert_int_equal(
	        search("{\"results\":[null,7,\"x\",[],{},{\"id\":1},"
	               "{\"result_type\":\"user\",\"id\":2,\"status\":\"new\",\"tags\":[]," STAMPS
	               "},"
	               "{\"result_type\":9,\"id\":3,\"status\":\"new\",\"tags\":[]," STAMPS "},"
	               "{\"result_type\":\"ticket\",\"id\":4,\"status\":\"new\",\"tags\":[]," STAMPS
	               "}],\"count\":9}"),
	        0);
	assert_int_equal(page.count, 1);
	assert_int_equal(page.tickets[0].id, 4);
	assert_int_equal(dropped, 7);
	assert_int_equal(page.unread_count, 1);
	assert_int_equal(page.unread[0].id, 1);
	assert_string_equal(page.unread[0].member, "status");
}

static void a_ticket_that_is_no_json_is_read_alone(void **state)
{
	static const char *const odd[] = {"\"subject\":\"a\",\"subject\":\"b\"", "\"x\":NaN",
	                                  "\"x\":1,", "subject:1"};

	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		struct buf body;
		buf_init(&body, 4096);
		buf_printf(&body,
		           "{\"results\":[{\"id\":7,%s},{\"id\":8,\"status\":\"open\",\"tags\":[],"
		           "\"subject\":\"s\"," STAMPS "}]}",
		           odd[i]);
		assert_int_equal(search(buf_cstr(&body)), 0);
		assert_int_equal(page.count, 1);
		assert_int_equal(page.tickets[0].id, 8);
		assert_int_equal(page.unread_count, 1);
		assert_int_equal(page.unread[0].id, 7);
		assert_int_equal(dropped, 0);
		buf_free(&body);
	}
}

static void a_number_in_another_form_is_a_number(void **state)
{
	assert_int_equal(search("{\"results\":[{\"id\":\"7\"},{\"id\":8.0},{\"id\":8.5},{\"id\":"
	                        "\"x\"},{\"id\":-1},{\"id\":1e300}]}"),
	                 0);
	assert_int_equal(page.count, 0);
	assert_int_equal(page.unread_count, 2);
	assert_int_equal(page.unread[0].id, 7);
	assert_int_equal(page.unread[1].id, 8);
	assert_int_equal(dropped, 4);
}

static void the_drop_count_may_be_left_out(void **state)
{
	struct http_reply reply = reply_of(200, "{\"results\":[1]}");
	assert_int_equal(zd_reply_search(&reply, &arena, &page, NULL, &err), 0);
	assert_int_equal(page.count, 0);
	http_reply_free(&reply);
}

static void a_wrong_envelope_is_an_error_that_names_what_is_missing(void **state)
{
	assert_int_equal(search("{\"tickets\":[]}"), -1);
	assert_string_equal(err.text, "Zendesk's search page has no usable `results`");
	assert_int_equal(search("{\"results\":{}}"), -1);
	assert_int_equal(search("[]"), -1);
	assert_int_equal(export("{\"meta\":{\"has_more\":false}}"), -1);
	assert_string_equal(err.text, "Zendesk's export page has no usable `results`");
	assert_int_equal(export("{\"results\":[]}"), -1);
	assert_string_equal(err.text, "Zendesk's export page has no usable `meta.has_more`");
	assert_int_equal(export("{\"results\":[],\"meta\":{\"has_more\":\"false\"}}"), -1);
	assert_int_equal(read_with(zd_reply_show_many, "{\"results\":[]}"), -1);
	assert_string_equal(err.text, "Zendesk's list of tickets has no usable `tickets`");
	assert_int_equal(page.count, 77);
	assert_int_equal(dropped, 99);
}

static void a_body_that_is_no_json_says_so(void **state)
{
	char *deep = xmalloc(20001);
	memset(deep, '[', 20000);
	deep[20000] = '\0';
	assert_int_equal(search(deep), -1);
	assert_contains(err.text, "Zendesk's search page is not JSON: line 1");
	free(deep);
	assert_int_equal(search(""), -1);
	assert_contains(err.text, "not JSON");
	assert_int_equal(search("{\"results\":\xFF[]}"), -1);
	assert_contains(err.text, "UTF-8");
	assert_int_equal(search("{\"results\":[]} x"), -1);
	assert_int_equal(search("\xEF\xBB\xBF <!DOCTYPE html><html>Sign in</html>"), -1);
	assert_string_equal(err.text, "Zendesk's search page is an HTML page, not JSON");
	struct desk_ticket ticket;
	struct desk_user user;
	struct desk_comments comments;
	assert_int_equal(read_one("{", &ticket), -1);
	assert_int_equal(read_me("nope", &user), -1);
	assert_int_equal(read_comments("{]", &comments), -1);
}

static void the_export_cursor_comes_from_meta(void **state)
{
	assert_int_equal(export("{\"results\":[" TICKET(
	                         "5") "],\"meta\":{\"has_more\":true,\"after_cursor\":\"eyJ+/=\","
	                              "\"before_cursor\":null},\"links\":{\"next\":\"https://"
	                              "evil.example/?page%5Bafter%5D=other\"}}"),
	                 0);
	assert_int_equal(page.count, 1);
	assert_true(page.more);
	assert_str(page.next_cursor, "eyJ+/=");
	assert_int_equal(page.total, -1);
	assert_int_equal(page.next_page, 0);
}

static void the_export_cursor_is_found_in_the_link_when_meta_has_none(void **state)
{
	assert_int_equal(export("{\"results\":[],\"meta\":{\"has_more\":true,\"after_cursor\":null}"
	                        ",\"links\":{\"next\":"
	                        "\"https://acme.zendesk.com/api/v2/search/"
	                        "export.json?page%5Bafter%5D=eyJ%3D%3D&page%5Bsize%5D=9\"}}"),
	                 0);
	assert_str(page.next_cursor, "eyJ==");
}

static void the_last_export_page_ends_although_it_has_a_next_link(void **state)
{
	assert_int_equal(export("{\"results\":[],\"meta\":{\"has_more\":false,\"after_cursor\":"
	                        "\"abc\"},\"links\":{\"next\":"
	                        "\"https://acme.zendesk.com/?page%5Bafter%5D=abc\"}}"),
	                 0);
	assert_false(page.more);
	assert_int_equal(page.next_cursor.len, 0);
}

static void more_pages_without_a_way_to_them_are_an_error(void **state)
{
	assert_int_equal(export("{\"results\":[],\"meta\":{\"has_more\":true}}"), -1);
	assert_string_equal(err.text, "Zendesk's export page has no usable `meta.after_cursor`");
	assert_int_equal(export("{\"results\":[],\"meta\":{\"has_more\":true,\"after_cursor\":\"\"}"
	                        ",\"links\":{"
	                        "\"next\":\"x\"}}"),
	                 -1);
	char *cursor = xcalloc(1, 5001);
	memset(cursor, 'c', 5000);
	char *body = xasprintf(
	        "{\"results\":[],\"meta\":{\"has_more\":true,\"after_cursor\":\"%s\"}}", cursor);
	assert_int_equal(export(body), -1);
	free(body);
	body = xasprintf("{\"results\":[],\"meta\":{\"has_more\":true},\"links\":{\"next\":\"h?"
	                 "page[after]=%s\"}}",
	                 cursor);
	assert_int_equal(export(body), -1);
	free(body);
	free(cursor);
}

static void show_many_has_no_next_page(void **state)
{
	assert_int_equal(
	        read_with(zd_reply_show_many,
	                  "{\"tickets\":[" TICKET(
	                          "3") ",{\"id\":4}],\"count\":2,"
	                               "\"next_page\":\"h?page=2\",\"previous_page\":null}"),
	        0);
	assert_int_equal(page.count, 1);
	assert_int_equal(dropped, 0);
	assert_int_equal(page.unread_count, 1);
	assert_int_equal(page.unread[0].id, 4);
	assert_int_equal(page.total, -1);
	assert_false(page.more);
}

static void a_hundred_tickets_fit_a_page(void **state)
{
	struct buf body;
	buf_init(&body, 1 << 20);
	buf_puts(&body, "{\"results\":[");
	for (unsigned i = 1; i <= 100; i++)
		buf_printf(&body,
		           "%s{\"id\":%u,\"status\":\"open\",\"tags\":[\"t%u\"],\"subject\":\"s%"
		           "u\"," STAMPS "}",
		           i > 1 ? "," : "", i, i, i);
	buf_puts(&body, "]}");
	assert_int_equal(search(buf_cstr(&body)), 0);
	buf_free(&body);
	assert_int_equal(page.count, 100);
	assert_str(page.tickets[99].subject, "s100");
	assert_str(page.tickets[99].tags.items[0], "t100");
}

static void our_user_has_an_id_and_a_role(void **state)
{
	struct desk_user user;
	assert_int_equal(read_me("{\"user\":{\"id\":6130907993114,\"role\":\"admin\"}}", &user), 0);
	assert_int_equal(user.id, INT64_C(6130907993114));
	assert_true(user.agent);
	assert_true(user.admin);
	assert_int_equal(read_me("{\"user\":{\"id\":7,\"role\":\"agent\"}}", &user), 0);
	assert_true(user.agent);
	assert_false(user.admin);
	assert_int_equal(read_me("{\"user\":{\"id\":7,\"role\":\"end-user\"}}", &user), 0);
	assert_false(user.agent);
	assert_int_equal(read_me("{\"user\":{\"id\":7,\"role\":null}}", &user), 0);
	assert_false(user.agent);
}

static void a_user_without_an_id_is_anonymous(void **state)
{
	struct desk_user user = {.id = 5};
	assert_int_equal(read_me("{\"user\":{\"id\":null,\"name\":\"Anonymous user\"}}", &user), 0);
	assert_int_equal(user.id, 0);
	assert_false(user.agent);
	user.id = 5;
	assert_int_equal(read_me("{\"user\":{\"name\":\"Anonymous user\"}}", &user), 0);
	assert_int_equal(user.id, 0);
}

static void a_user_that_is_none_is_an_error(void **state)
{
	struct desk_user user;
	assert_int_equal(read_me("{\"user\":null}", &user), -1);
	assert_string_equal(err.text, "Zendesk's reply has no usable `user`");
	assert_int_equal(read_me("{\"users\":[]}", &user), -1);
	assert_int_equal(read_me("{\"user\":{\"id\":\"7\"}}", &user), -1);
	assert_string_equal(err.text, "Zendesk's reply has no usable `user.id`");
	assert_int_equal(read_me("{\"user\":{\"id\":-7}}", &user), -1);
	assert_int_equal(read_me("{\"user\":{\"id\":0}}", &user), -1);
}

static void comments_tell_author_audience_text_and_time(void **state)
{
	struct desk_comments comments;
	assert_int_equal(
	        read_comments("{\"comments\":[{\"id\":2,\"author_id\":21311632247,\"public\":false,"
	                      "\"body\":\"*b*\","
	                      "\"plain_body\":\"b\",\"created_at\":\"2026-11-22T10:00:00Z\"},"
	                      "{\"author_id\":5,\"public\":true,\"body\":\"only "
	                      "body\",\"plain_body\":\"\"}],"
	                      "\"meta\":{\"has_more\":true,\"after_cursor\":\"c1\"},\"links\":{}}",
	                      &comments),
	        0);
	assert_int_equal(comments.count, 2);
	assert_int_equal(comments.items[0].author_id, INT64_C(21311632247));
	assert_false(comments.items[0].is_public);
	assert_str(comments.items[0].body, "b");
	assert_int_equal(comments.items[0].created_wall, INT64_C(1795341600000));
	assert_str(comments.items[1].body, "only body");
	assert_true(comments.more);
	assert_str(comments.next_cursor, "c1");
}

static void an_odd_comment_never_ends_the_search_for_our_note(void **state)
{
	struct desk_comments comments;
	assert_int_equal(read_comments("{\"comments\":[null,{\"author_id\":-1,\"created_at\":\"?\","
	                               "\"public\":\"no\"}],"
	                               "\"meta\":{\"has_more\":false}}",
	                               &comments),
	                 0);
	assert_int_equal(comments.count, 1);
	assert_int_equal(comments.items[0].author_id, 0);
	assert_true(comments.items[0].is_public);
	assert_int_equal(comments.items[0].body.len, 0);
	assert_int_equal(comments.items[0].created_wall, MSEC_NEVER);
	assert_false(comments.more);
}

static void comments_in_the_older_envelope_are_whole_when_nothing_follows(void **state)
{
	struct desk_comments comments;
	assert_int_equal(
	        read_comments("{\"comments\":[],\"next_page\":null,\"count\":0}", &comments), 0);
	assert_false(comments.more);
	assert_int_equal(comments.count, 0);
	assert_int_equal(read_comments("{\"comments\":[],\"next_page\":\"h?page=2\"}", &comments),
	                 -1);
	assert_string_equal(err.text, "Zendesk's list of comments has no usable `meta.has_more`");
	assert_int_equal(read_comments("{\"meta\":{\"has_more\":false}}", &comments), -1);
	assert_string_equal(err.text, "Zendesk's list of comments has no usable `comments`");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	        TEST(a_ticket_is_copied_whole_and_the_reply_may_go),
	        TEST(a_ticket_may_lack_texts_and_priority),
	        TEST(an_unknown_priority_is_one_we_never_overwrite),
	        TEST(every_status_is_known_and_others_are_unknown),
	        TEST(a_malformed_ticket_is_named_by_what_is_odd),
	        TEST(a_creation_time_not_understood_is_that_of_the_update),
	        TEST(empty_tags_are_no_tags),
	        TEST(a_search_page_gives_tickets_count_and_next_page),
	        TEST(the_last_search_page_has_no_next),
	        TEST(a_search_page_tells_up_to_when_it_shows_all),
	        TEST(a_next_link_without_a_page_number_leads_nowhere),
	        TEST(a_count_that_is_none_is_not_said),
	        TEST(odd_tickets_are_listed_and_other_results_are_dropped_and_counted),
	        TEST(a_ticket_that_is_no_json_is_read_alone),
	        TEST(a_number_in_another_form_is_a_number),
	        TEST(the_drop_count_may_be_left_out),
	        TEST(a_wrong_envelope_is_an_error_that_names_what_is_missing),
	        TEST(a_body_that_is_no_json_says_so),
	        TEST(the_export_cursor_comes_from_meta),
	        TEST(the_export_cursor_is_found_in_the_link_when_meta_has_none),
	        TEST(the_last_export_page_ends_although_it_has_a_next_link),
	        TEST(more_pages_without_a_way_to_them_are_an_error),
	        TEST(show_many_has_no_next_page),
	        TEST(a_hundred_tickets_fit_a_page),
	        TEST(our_user_has_an_id_and_a_role),
	        TEST(a_user_without_an_id_is_anonymous),
	        TEST(a_user_that_is_none_is_an_error),
	        TEST(comments_tell_author_audience_text_and_time),
	        TEST(an_odd_comment_never_ends_the_search_for_our_note),
	        TEST(comments_in_the_older_envelope_are_whole_when_nothing_follows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
