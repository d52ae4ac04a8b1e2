/* The record of a reload: whole or not at all, one line whatever the words, and nothing else is
 * taken for it. */
#include "../base/helper.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/system/generation.h"

static char folder[32];
static char path[64];

static int setup(void **state)
{
	snprintf(folder, sizeof(folder), "/tmp/aitd-test-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/reload", folder);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	return rmdir(folder);
}

static void put(const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void before_the_first_reload_the_number_is_0(void **state)
{
	struct generation generation;
	struct err err;

	assert_int_equal(generation_read(folder, &generation, &err), 0);
	assert_int_equal(generation.number, 0);
}

static void what_was_written_is_read_and_replaces_what_was_there(void **state)
{
	struct generation generation;
	struct err err;

	assert_int_equal(generation_write(folder, 1, true, "llm.model, log.level", &err), 0);
	assert_int_equal(generation_read(folder, &generation, &err), 0);
	assert_int_equal(generation.number, 1);
	assert_true(generation.applied);
	assert_string_equal(generation.words, "llm.model, log.level");
	assert_int_equal(generation_write(folder, UINT64_MAX, false, "", &err), 0);
	assert_int_equal(generation_read(folder, &generation, &err), 0);
	assert_true(generation.number == UINT64_MAX);
	assert_false(generation.applied);
	assert_string_equal(generation.words, "");
}

static void long_words_of_several_lines_become_one_bounded_line(void **state)
{
	struct generation generation;
	char words[3000];
	struct err err;

	memset(words, 'w', sizeof(words));
	words[1] = '\n';
	words[2] = '\x1b';
	words[sizeof(words) - 1] = '\0';
	assert_int_equal(generation_write(folder, 2, false, words, &err), 0);
	assert_int_equal(generation_read(folder, &generation, &err), 0);
	assert_int_equal(strlen(generation.words), GENERATION_WORDS_MAX);
	assert_memory_equal(generation.words, "w  www", 6);
}

static void the_file_is_its_owners_alone(void **state)
{
	struct stat status;
	struct err err;

	assert_int_equal(generation_write(folder, 1, true, "", &err), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void other_bytes_are_no_record(void **state)
{
	static const char *const wrong[] = {"",
	                                    "\n",
	                                    "0 applied x\n",
	                                    "-1 applied x\n",
	                                    "1\n",
	                                    "1 perhaps x\n",
	                                    "applied 1\n",
	                                    "99999999999999999999 applied x\n"};
	struct generation generation;
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		put(wrong[i], strlen(wrong[i]));
		assert_int_equal(generation_read(folder, &generation, &err), -1);
		assert_non_null(strstr(err.text, "is not a reload record"));
	}
}

static void a_huge_file_is_read_no_further_than_a_line(void **state)
{
	struct generation generation;
	char bytes[64 * 1024];
	struct err err;

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, "3 refused ", 10);
	put(bytes, sizeof(bytes));
	assert_int_equal(generation_read(folder, &generation, &err), 0);
	assert_int_equal(strlen(generation.words), GENERATION_WORDS_MAX);
}

static void a_folder_that_is_not_there_is_a_reason(void **state)
{
	struct err err;

	assert_int_equal(generation_write("/nonexistent", 1, true, "", &err), -1);
	assert_string_equal(err.text,
	                    "/nonexistent/reload cannot be written: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(before_the_first_reload_the_number_is_0, setup,
	                                        teardown),
	        cmocka_unit_test_setup_teardown(
	                what_was_written_is_read_and_replaces_what_was_there, setup, teardown),
	        cmocka_unit_test_setup_teardown(long_words_of_several_lines_become_one_bounded_line,
	                                        setup, teardown),
	        cmocka_unit_test_setup_teardown(the_file_is_its_owners_alone, setup, teardown),
	        cmocka_unit_test_setup_teardown(other_bytes_are_no_record, setup, teardown),
	        cmocka_unit_test_setup_teardown(a_huge_file_is_read_no_further_than_a_line, setup,
	                                        teardown),
	        cmocka_unit_test(a_folder_that_is_not_there_is_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
