/* Marks of death: written by a handler, read in the next life, and never a reason not to start. */
#include "daemon/store/deaths.h"

#include <signal.h>

#include "store_lab.h"

static size_t marked(struct lab *lab, size_t least, uint64_t *ret_first)
{
	size_t count;
	struct ticket_key *ids = store_deaths(lab->store, least, &count);

	*ret_first = count > 0 ? ids[0].id : 0;
	free(ids);
	return count;
}

static size_t quarantined(struct lab *lab, uint64_t *ret_first)
{
	return marked(lab, 2, ret_first);
}

static void reopen(struct lab *lab)
{
	if (lab->store != NULL)
		store_close(lab->store, NULL, NULL);
	lab_open(lab);
}

static void write_deaths(struct lab *lab, const char *text, size_t len)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/deaths", lab->dir);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void two_marks_quarantine_and_one_does_not(void **state)
{
	struct lab lab;
	uint64_t first;

	lab_new(&lab);
	reopen(&lab);
	assert_int_equal(quarantined(&lab, &first), 0);
	deaths_mark(store_deaths_fd(lab.store), TICKET(UINT64_MAX));
	deaths_mark(store_deaths_fd(lab.store), TICKET(5));
	deaths_mark(store_deaths_fd(lab.store), TICKET(0));
	reopen(&lab);
	assert_int_equal(quarantined(&lab, &first), 0);
	deaths_mark(store_deaths_fd(lab.store), TICKET(UINT64_MAX));
	reopen(&lab);
	assert_int_equal(quarantined(&lab, &first), 1);
	assert_true(first == UINT64_MAX);
	assert_int_equal(marked(&lab, 1, &first), 2); /* each of them once */
	assert_int_equal(first, 5);
	assert_int_equal(marked(&lab, 3, &first), 0);
	lab_free(&lab);
}

static int fd_of_handler;

static void on_abort(int number)
{
	deaths_mark(fd_of_handler, TICKET(42));
	_exit(1);
}

static void a_handler_of_a_fatal_signal_leaves_a_mark(void **state)
{
	struct lab lab;
	uint64_t first;
	int status;

	lab_new(&lab);
	for (int life = 0; life < 2; life++) {
		pid_t pid = fork();

		if (pid == 0) {
			lab_open(&lab);
			fd_of_handler = store_deaths_fd(lab.store);
			(void)signal(SIGABRT, on_abort);
			abort();
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	reopen(&lab);
	assert_int_equal(quarantined(&lab, &first), 1);
	assert_int_equal(first, 42);
	lab_free(&lab);
}

static void what_is_no_id_is_ignored(void **state)
{
	static const char text[] = "7\n\n-7\nx\n7 \n0\n99999999999999999999999\n\0\n8\n7\n8";
	struct lab lab;
	uint64_t first;

	lab_new(&lab);
	write_deaths(&lab, text, sizeof(text) - 1);
	reopen(&lab);
	assert_int_equal(quarantined(&lab, &first), 2);     /* a last line without its end counts */
	deaths_mark(store_deaths_fd(lab.store), TICKET(9)); /* and does not run into the next */
	deaths_mark(store_deaths_fd(lab.store), TICKET(9));
	assert_int_equal(quarantined(&lab, &first), 3);
	lab_free(&lab);
}

static void a_file_too_long_is_emptied(void **state)
{
	struct lab lab;
	uint64_t first;
	char *text = xmalloc(DEATHS_BYTES_MAX + 2);

	lab_new(&lab);
	memset(text, '7', DEATHS_BYTES_MAX + 2);
	write_deaths(&lab, text, DEATHS_BYTES_MAX + 2);
	free(text);
	reopen(&lab);
	assert_int_equal(quarantined(&lab, &first), 0);
	deaths_mark(store_deaths_fd(lab.store), TICKET(7));
	deaths_mark(store_deaths_fd(lab.store), TICKET(7));
	assert_int_equal(quarantined(&lab, &first), 1);
	lab_free(&lab);
}

static void marks_taken_back_leave_the_others_and_the_place_to_write(void **state)
{
	struct lab lab;
	uint64_t first;
	int fd;

	lab_new(&lab);
	reopen(&lab);
	fd = store_deaths_fd(lab.store);
	for (int i = 0; i < 2; i++) {
		deaths_mark(fd, TICKET(1234567));
		deaths_mark(fd, TICKET(5));
	}
	assert_int_equal(deaths_forget(fd, TICKET(1234567)), 0);
	assert_int_equal(deaths_count(fd, TICKET(1234567)), 0);
	assert_int_equal(deaths_count(fd, TICKET(5)), 2);
	deaths_mark(fd, TICKET(5));
	reopen(&lab);
	assert_int_equal(deaths_count(store_deaths_fd(lab.store), TICKET(5)), 3);
	assert_int_equal(quarantined(&lab, &first), 1);
	lab_free(&lab);
}

static void explain_counts_the_marks(void **state)
{
	struct lab lab;

	lab_new(&lab);
	lab_begin(&lab);
	deaths_mark(store_deaths_fd(lab.store), TICKET(5));
	assert_string_equal(
	        lab_explain(&lab, 5),
	        "{\"ticket_id\":5,\"erased\":false,\"deaths\":1,\"omitted\":0,\"events\":[]}");
	lab_close(&lab);
	lab_free(&lab);
}

static void a_folder_in_its_place_is_refused(void **state)
{
	struct lab lab;
	char path[128];

	lab_new(&lab);
	snprintf(path, sizeof(path), "%s/deaths", lab.dir);
	assert_int_equal(mkdir(path, 0700), 0);
	lab_assert_refused(&lab, "deaths");
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(two_marks_quarantine_and_one_does_not),
	        cmocka_unit_test(a_handler_of_a_fatal_signal_leaves_a_mark),
	        cmocka_unit_test(what_is_no_id_is_ignored),
	        cmocka_unit_test(a_file_too_long_is_emptied),
	        cmocka_unit_test(marks_taken_back_leave_the_others_and_the_place_to_write),
	        cmocka_unit_test(explain_counts_the_marks),
	        cmocka_unit_test(a_folder_in_its_place_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
