/* Events for the journal: the bytes of the protocol, and that a journal which is not read stops
 * nobody. */
#include "../base/helper.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon/system/systemd_journal.h"

struct stand {
	uv_loop_t loop;
	/* the journal is no reason for a loop to turn; in the daemon there are others */
	uv_async_t keep;
	struct journal *journal;
	int fd;
	char folder[32];
	char path[64];
};

static int bind_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void stand_start(struct stand *stand)
{
	struct err err;

	snprintf(stand->folder, sizeof(stand->folder), "/tmp/aitd-test-XXXXXX");
	assert_non_null(mkdtemp(stand->folder));
	snprintf(stand->path, sizeof(stand->path), "%s/journal", stand->folder);
	stand->fd = bind_at(stand->path);
	assert_int_equal(uv_loop_init(&stand->loop), 0);
	assert_int_equal(uv_async_init(&stand->loop, &stand->keep, NULL), 0);
	stand->journal = journal_open(&stand->loop, stand->path, &err);
	assert_non_null(stand->journal);
}

static void stand_stop(struct stand *stand)
{
	journal_close(stand->journal);
	uv_close((uv_handle_t *)&stand->keep, NULL);
	uv_run(&stand->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&stand->loop), 0);
	close(stand->fd);
	unlink(stand->path);
	rmdir(stand->folder);
}

static struct str heard(struct stand *stand)
{
	static char data[128 * 1024];
	ssize_t len = recv(stand->fd, data, sizeof(data), 0);

	return len < 0 ? (struct str){0} : str_make(data, (size_t)len);
}

static void an_event_is_one_datagram_of_named_fields(void **state)
{
	const struct journal_field fields[] = {{JOURNAL_TICKET, STR("12345")},
	                                       {JOURNAL_EVENT, STR("outcome")}};
	struct stand stand;

	stand_start(&stand);
	journal_send(stand.journal, LEVEL_ERROR, STR("Ticket 12345 failed: x=y"), fields, 2);
	assert_str(heard(&stand),
	           "MESSAGE=Ticket 12345 failed: x=y\nPRIORITY=3\nSYSLOG_IDENTIFIER=ai-ticketd\n"
	           "AITD_TICKET=12345\nAITD_EVENT=outcome\n");
	journal_send(stand.journal, LEVEL_INFO, STR(""), NULL, 0);
	assert_str(heard(&stand), "MESSAGE=\nPRIORITY=6\nSYSLOG_IDENTIFIER=ai-ticketd\n");
	stand_stop(&stand);
}

static void every_level_has_its_priority(void **state)
{
	static const struct {
		enum log_level level;
		const char *line;
	} rows[] = {{LEVEL_DEBUG, "PRIORITY=7\n"},
	            {LEVEL_INFO, "PRIORITY=6\n"},
	            {LEVEL_WARNING, "PRIORITY=4\n"},
	            {LEVEL_ERROR, "PRIORITY=3\n"}};
	struct stand stand;

	stand_start(&stand);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		journal_send(stand.journal, rows[i].level, STR("x"), NULL, 0);
		assert_true(str_find(heard(&stand), str_of(rows[i].line)) > 0);
	}
	stand_stop(&stand);
}

static void a_line_break_in_a_value_begins_no_field(void **state)
{
	static const char expected[] = "MESSAGE\n\x0e\0\0\0\0\0\0\0hello\nFIELD=x\n\n"
	                               "PRIORITY=6\nSYSLOG_IDENTIFIER=ai-ticketd\n";
	struct stand stand;
	struct str got;

	stand_start(&stand);
	journal_send(stand.journal, LEVEL_INFO, STR("hello\nFIELD=x\n"), NULL, 0);
	got = heard(&stand);
	assert_int_equal(got.len, sizeof(expected) - 1);
	assert_memory_equal(got.data, expected, got.len);
	stand_stop(&stand);
}

static void what_is_too_long_is_cut(void **state)
{
	struct journal_field field = {JOURNAL_ERROR, {0}};
	static char text[200 * 1024];
	struct stand stand;
	struct str got;

	memset(text, 'a', sizeof(text));
	field.value = str_make(text, sizeof(text));
	stand_start(&stand);
	journal_send(stand.journal, LEVEL_INFO, str_make(text, sizeof(text)), &field, 1);
	got = heard(&stand);
	assert_true(got.len > 12 * 1024 && got.len < 13 * 1024);
	stand_stop(&stand);
}

static void say_number(struct stand *stand, unsigned number)
{
	char text[32];

	snprintf(text, sizeof(text), "line %u", number);
	journal_send(stand->journal, LEVEL_INFO, str_of(text), NULL, 0);
}

static void hear_number(struct stand *stand, unsigned number)
{
	char text[64];

	snprintf(text, sizeof(text), "MESSAGE=line %u\n", number);
	assert_true(str_starts(heard(stand), str_of(text)));
}

static void a_journal_that_is_slow_gets_all_of_it_in_order(void **state)
{
	struct stand stand;

	stand_start(&stand);
	for (unsigned i = 0; i < 1000; i++) /* more than the kernel holds for one socket */
		say_number(&stand, i);
	for (unsigned i = 0; i < 1000; i++) {
		hear_number(&stand, i);
		uv_run(&stand.loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(heard(&stand).len, 0);
	stand_stop(&stand);
}

static unsigned count_until_silence(struct stand *stand, unsigned *missing)
{
	unsigned lines = 0, count = 0;
	struct str got;

	while ((got = heard(stand)).len > 0) {
		if (str_starts(got, STR("MESSAGE=line ")))
			lines++;
		else if (sscanf(got.data, "MESSAGE=%u log lines are missing here", &count) == 1)
			*missing += count;
		uv_run(&stand->loop, UV_RUN_NOWAIT);
	}
	return lines;
}

static void a_journal_that_stands_still_stops_nobody_and_is_told_what_it_missed(void **state)
{
	struct stand stand;
	unsigned missing = 0, lines;

	stand_start(&stand);
	for (unsigned i = 0; i < 20000; i++)
		say_number(&stand, i);
	lines = count_until_silence(&stand, &missing);
	assert_true(missing > 10000);
	assert_int_equal(lines + missing, 20000);
	say_number(&stand, 20000);
	hear_number(&stand, 20000);
	stand_stop(&stand);
}

static void a_journal_started_anew_is_found_again(void **state)
{
	struct stand stand;

	stand_start(&stand);
	say_number(&stand, 1);
	hear_number(&stand, 1);
	close(stand.fd);
	unlink(stand.path);
	say_number(&stand, 2); /* nobody is there */
	stand.fd = bind_at(stand.path);
	say_number(&stand, 3);
	hear_number(&stand, 3);
	stand_stop(&stand);
}

static void the_end_waits_for_no_journal(void **state)
{
	struct stand stand;

	stand_start(&stand);
	for (unsigned i = 0; i < 1000; i++)
		say_number(&stand, i);
	stand_stop(&stand);
}

static void without_a_journal_there_is_a_reason(void **state)
{
	char longer[200];
	uv_loop_t loop;
	struct err err;

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(uv_loop_init(&loop), 0);
	assert_null(journal_open(&loop, "/nonexistent/journal", &err));
	assert_string_equal(err.text,
	                    "the journal at /nonexistent/journal: no such file or directory");
	assert_null(journal_open(&loop, longer, &err));
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void stderr_is_the_journal_when_its_file_has_the_numbers_told(void **state)
{
	struct stat status;
	char stream[64];

	assert_int_equal(fstat(STDERR_FILENO, &status), 0);
	unsetenv("JOURNAL_STREAM");
	assert_false(journal_is_stderr());
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)status.st_dev,
	         (unsigned long long)status.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	assert_true(journal_is_stderr());
	strcat(stream, "1"); /* redirected since */
	setenv("JOURNAL_STREAM", stream, 1);
	assert_false(journal_is_stderr());
	setenv("JOURNAL_STREAM", "nonsense", 1);
	assert_false(journal_is_stderr());
	setenv("JOURNAL_STREAM", "", 1);
	assert_false(journal_is_stderr());
	unsetenv("JOURNAL_STREAM");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_event_is_one_datagram_of_named_fields),
	        cmocka_unit_test(every_level_has_its_priority),
	        cmocka_unit_test(a_line_break_in_a_value_begins_no_field),
	        cmocka_unit_test(what_is_too_long_is_cut),
	        cmocka_unit_test(a_journal_that_is_slow_gets_all_of_it_in_order),
	        cmocka_unit_test(
	                a_journal_that_stands_still_stops_nobody_and_is_told_what_it_missed),
	        cmocka_unit_test(a_journal_started_anew_is_found_again),
	        cmocka_unit_test(the_end_waits_for_no_journal),
	        cmocka_unit_test(without_a_journal_there_is_a_reason),
	        cmocka_unit_test(stderr_is_the_journal_when_its_file_has_the_numbers_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
