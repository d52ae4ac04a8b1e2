/* Which file systems a database may lie on. What the kernel would say of mounts that a test cannot
 * have is said in its place. */
#include "../folder.h"

#include <errno.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "daemon/system/filesystem.h"

/* Stands before the library's: below `pretended_path` files are on a file system of this type. */
static const char *pretended_path;
static uint64_t pretended_type;
int statfs64(const char *path, struct statfs64 *ret)
{
	int code = (int)syscall(SYS_statfs, path, ret);

	if (code == 0 && pretended_path != NULL && strcmp(path, pretended_path) == 0)
		ret->f_type = (__typeof__(ret->f_type))pretended_type;
	return code;
}

static const char *judge(const char *path, uint64_t type)
{
	struct filesystem place;

	pretended_path = folder;
	pretended_type = type;
	assert_int_equal(filesystem_of(path, &place), 0);
	pretended_path = NULL;
	return place.distant;
}

static void what_a_network_or_a_program_keeps_is_distant(void **state)
{
	static const struct {
		uint64_t type;
		const char *name;
	} kinds[] = {{0x6969, "NFS"},      {0x517b, "SMB"},       {0xff534d42, "SMB (CIFS)"},
	             {0xfe534d42, "SMB"},  {0x65735546, "FUSE"},  {0x01021997, "9p"},
	             {0x00c36400, "Ceph"}, {0x0bd00bd0, "Lustre"}};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		const char *name = judge(folder, kinds[i].type);

		assert_non_null(name);
		assert_string_equal(name, kinds[i].name);
	}
}

static void a_type_with_its_sign_extended_is_the_same(void **state)
{
	assert_string_equal(judge(folder, 0xffffffffff534d42), "SMB (CIFS)");
}

static void what_the_kernel_keeps_is_not_distant(void **state)
{
	static const uint64_t types[] = {
	        0xef53,     /* ext2, ext3, ext4 */
	        0x58465342, /* xfs */
	        0x9123683e, /* btrfs */
	        0x2fc12fc1, /* zfs */
	        0xf2f52010, /* f2fs */
	        0x794c7630, /* overlayfs */
	        0x01021994, /* tmpfs: next to 9p */
	        0xca451a4e, /* bcachefs */
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		assert_null(judge(folder, types[i]));
}

static void what_is_not_there_yet_lies_where_its_folder_does(void **state)
{
	char *path = folder_path("state/ai-ticketd/state.db");

	assert_string_equal(judge(path, 0x6969), "NFS");
	free(path);
}

static void a_symbolic_link_is_followed_to_its_file(void **state)
{
	char *link = folder_path("link");
	struct filesystem place;

	assert_int_equal(symlink("/proc/self/stat", link), 0);
	assert_int_equal(filesystem_of(link, &place), 0);
	assert_int_equal(place.free_bytes, 0); /* procfs has no room */
	assert_int_equal(filesystem_of(folder, &place), 0);
	assert_true(place.free_bytes > 0);
	free(link);
}

static void a_relative_path_is_looked_at_from_here(void **state)
{
	struct filesystem place;

	assert_int_equal(filesystem_of("no-such-folder/state.db", &place), 0);
	assert_true(place.free_bytes > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(what_a_network_or_a_program_keeps_is_distant,
	                                        folder_make, folder_remove),
	        cmocka_unit_test_setup_teardown(a_type_with_its_sign_extended_is_the_same,
	                                        folder_make, folder_remove),
	        cmocka_unit_test_setup_teardown(what_the_kernel_keeps_is_not_distant, folder_make,
	                                        folder_remove),
	        cmocka_unit_test_setup_teardown(what_is_not_there_yet_lies_where_its_folder_does,
	                                        folder_make, folder_remove),
	        cmocka_unit_test_setup_teardown(a_symbolic_link_is_followed_to_its_file,
	                                        folder_make, folder_remove),
	        cmocka_unit_test(a_relative_path_is_looked_at_from_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
