/* What the journal gets of the log: the text as it stands in the file, and the event's fields. */
#include "folder.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <uv.h>

#include "daemon/files/textlog_journal.h"

struct stand {
	uv_loop_t loop;
	struct journal *journal;
	struct textlog *log;
	int fd;
};

static void stand_start(struct stand *stand)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char *path = folder_path("socket");
	struct err err;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	stand->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(stand->fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(uv_loop_init(&stand->loop), 0);
	stand->journal = journal_open(&stand->loop, path, &err);
	assert_non_null(stand->journal);
	stand->log = textlog_open(&stand->loop, folder, NULL, LEVEL_INFO, &err);
	assert_non_null(stand->log);
	textlog_to_journal(stand->log, stand->journal);
	free(path);
}

static void on_closed(void *arg)
{
	journal_close(arg);
}

static void stand_stop(struct stand *stand)
{
	textlog_close(stand->log, on_closed, stand->journal);
	assert_int_equal(uv_run(&stand->loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&stand->loop), 0);
	close(stand->fd);
}

static void assert_heard(struct stand *stand, const char *expected)
{
	char data[64 * 1024];
	ssize_t len = recv(stand->fd, data, sizeof(data) - 1, 0);

	if (expected == NULL) {
		assert_true(len < 0);
		return;
	}
	assert_true(len >= 0);
	data[len] = '\0';
	assert_string_equal(data, expected);
}

static void a_ticket_has_its_fields(void **state)
{
	struct textlog_event failed = {"outcome", 12347, "error", STR("no answer")};
	struct stand stand;

	stand_start(&stand);
	textlog_say_event(stand.log, LEVEL_ERROR, STR("✗ Ticket 12347 failed: no answer"), &failed);
	assert_heard(
	        &stand,
	        "MESSAGE=✗ Ticket 12347 failed: no "
	        "answer\nPRIORITY=3\nSYSLOG_IDENTIFIER=ai-ticketd\n"
	        "AITD_EVENT=outcome\nAITD_TICKET=12347\nAITD_STATUS=error\nAITD_ERROR=no answer\n");
	stand_stop(&stand);
}

static void what_operators_search_has_a_message_id(void **state)
{
	struct textlog_event alert = {.name = "alert"};
	struct stand stand;

	stand_start(&stand);
	textlog_say_event(stand.log, LEVEL_ERROR, STR("The model is down"), &alert);
	assert_heard(&stand, "MESSAGE=The model is down\nPRIORITY=3\nSYSLOG_IDENTIFIER=ai-ticketd\n"
	                     "MESSAGE_ID=" JOURNAL_ID_ALERT "\nAITD_EVENT=alert\n");
	stand_stop(&stand);
}

static void a_plain_line_has_no_fields_and_one_below_the_level_is_not_sent(void **state)
{
	struct stand stand;

	stand_start(&stand);
	textlog_say(stand.log, LEVEL_DEBUG, STR("unseen"));
	assert_heard(&stand, NULL);
	textlog_say(stand.log, LEVEL_WARNING, STR("seen"));
	assert_heard(&stand, "MESSAGE=seen\nPRIORITY=4\nSYSLOG_IDENTIFIER=ai-ticketd\n");
	stand_stop(&stand);
}

static void text_from_outside_is_one_line(void **state)
{
	struct stand stand;

	stand_start(&stand);
	textlog_say(stand.log, LEVEL_INFO, STR("a\nPRIORITY=0\nb"));
	assert_heard(&stand,
	             "MESSAGE=a\\x0aPRIORITY=0\\x0ab\nPRIORITY=6\nSYSLOG_IDENTIFIER=ai-ticketd\n");
	stand_stop(&stand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(a_ticket_has_its_fields, folder_make,
	                                        folder_remove),
	        cmocka_unit_test_setup_teardown(what_operators_search_has_a_message_id, folder_make,
	                                        folder_remove),
	        cmocka_unit_test_setup_teardown(
	                a_plain_line_has_no_fields_and_one_below_the_level_is_not_sent, folder_make,
	                folder_remove),
	        cmocka_unit_test_setup_teardown(text_from_outside_is_one_line, folder_make,
	                                        folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
