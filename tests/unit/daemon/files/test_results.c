/* Results files: what is under way and what has its name. */
#include "folder.h"

#include <unistd.h>

#include "base/json.h"
#include "daemon/system/file.h"
#include "daemon/files/results.h"

#define TICKET(id) ticket_key(ACCOUNT_FIRST, id)

struct told {
	char *paths[3];
	int count;
};

static void on_closed(void *arg, const char *path, const char *error)
{
	struct told *told = arg;

	assert_null(error);
	told->paths[told->count++] = xstrdup(path);
}

static void add(struct results *results, const struct batch *batch, uint64_t id)
{
	struct outcome outcome = {.ticket = TICKET(id), .status = OUTCOME_SUCCESS};

	results_add(results, batch, &outcome);
}

/* The ticket of its only row. */
static int64_t ticket_of(const char *path)
{
	char *text = folder_read(strrchr(path, '/') + 1);
	struct json *document = json_parse(str_of(text), NULL);
	const struct json *rows = json_at(document, "results");
	int64_t id = 0;

	assert_non_null(document);
	assert_int_equal(json_item_count(rows), 1);
	assert_true(json_int_at(json_item(rows, 0), "ticket_id", &id));
	json_free(document);
	free(text);
	return id;
}

/* The next one begins while the last one is closing, and one that a dead process of our number left
 * is there too. */
static void batches_of_one_second_are_documents_of_their_own(void **state)
{
	struct batch batch = {.started_wall = wall_of("2025-11-05T22:33:01Z")};
	struct results *results;
	struct told told = {0};
	unsigned tickets = 0;
	char left[64];
	uv_loop_t loop;

	snprintf(left, sizeof(left), ".results_20251105_223301.json.%d", (int)getpid());
	folder_write(left, "rows");
	assert_int_equal(uv_loop_init(&loop), 0);
	for (uint64_t id = 1; id <= 3; id++) {
		results = results_new(&loop, folder, NULL);
		add(results, &batch, id);
		results_close(results, &batch, on_closed, &told);
	}
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
	assert_int_equal(told.count, 3);
	assert_file(left, "rows");
	for (int i = 0; i < told.count; i++) {
		tickets |= 1U << ticket_of(told.paths[i]);
		free(told.paths[i]);
	}
	assert_int_equal(tickets, 1U << 1 | 1U << 2 | 1U << 3);
}

static void count(void *arg, struct ticket_key ticket)
{
	++*(int *)arg;
}

static void on_left(void *arg, const char *path, const char *error)
{
	struct told *told = arg;

	assert_non_null(error);
	told->paths[told->count++] = xstrdup(path);
}

/* Somebody holds the name under which the file is rewritten. */
static void a_ticket_that_cannot_be_taken_out_does_not_cost_the_others_their_rows(void **state)
{
	struct batch batch = {.started_wall = wall_of("2025-11-05T22:33:01Z")};
	struct told told = {0};
	struct results *results;
	char name[64], *path;
	uv_loop_t loop;
	int gone = 0, fd;
	struct buf written;

	snprintf(name, sizeof(name), ".results_20251105_223301.json.%d.erase", (int)getpid());
	folder_write(name, "");
	path = folder_path(name);
	fd = open(path, O_WRONLY);
	free(path);
	assert_true(fd >= 0 && file_lock(fd, true));
	assert_int_equal(uv_loop_init(&loop), 0);
	results = results_new(&loop, folder, NULL);
	add(results, &batch, 7);
	results_forget(results, TICKET(7), count, &gone);
	results_forget(results, TICKET(8), count, &gone); /* not in it */
	buf_init(&written, 100);
	results_list_written(results, &written);
	assert_string_equal(buf_cstr(&written), ""); /* an erased one is not named */
	buf_free(&written);
	results_close(results, &batch, on_left, &told);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&loop), 0);
	(void)close(fd);
	assert_int_equal(told.count, 1);
	assert_non_null(told.paths[0]);
	assert_int_equal(ticket_of(told.paths[0]), 7);
	assert_int_equal(gone, 1);
	free(told.paths[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(
	                a_ticket_that_cannot_be_taken_out_does_not_cost_the_others_their_rows,
	                folder_make, folder_remove),
	        cmocka_unit_test_setup_teardown(batches_of_one_second_are_documents_of_their_own,
	                                        folder_make, folder_remove),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
