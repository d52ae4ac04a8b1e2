/* Asks the name service for users and groups, with the calls that several threads may use. */
#include "daemon/system/accounts.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/str.h"

#define ENTRY_BYTES_MIN 1024
#define ENTRY_BYTES_MAX (1024 * 1024) /* a group may have thousands of members */

uint32_t accounts_own(void)
{
	return (uint32_t)getuid();
}

char *accounts_user_name(uint32_t uid)
{
	for (size_t size = ENTRY_BYTES_MIN; size <= ENTRY_BYTES_MAX; size *= 4) {
		struct passwd entry, *found = NULL;
		char *bytes = xmalloc(size);
		int code = getpwuid_r((uid_t)uid, &entry, bytes, size, &found);
		char *name = code == 0 && found != NULL ? xstrdup(found->pw_name) : NULL;

		free(bytes);
		if (code != ERANGE)
			return name;
	}
	return NULL;
}

static int64_t group_of_name(const char *name)
{
	for (size_t size = ENTRY_BYTES_MIN; size <= ENTRY_BYTES_MAX; size *= 4) {
		struct group entry, *found = NULL;
		char *bytes = xmalloc(size);
		int code = getgrnam_r(name, &entry, bytes, size, &found);
		int64_t group = code == 0 && found != NULL ? (int64_t)found->gr_gid : -1;

		free(bytes);
		if (code != ERANGE)
			return group;
	}
	return -1;
}

int64_t accounts_group(const char *name)
{
	uint64_t number;

	if (str_to_u64(str_of(name), &number) == 0 && number < UINT32_MAX)
		return (int64_t)number;
	return group_of_name(name);
}

bool accounts_in_group(int64_t group)
{
	gid_t groups[256];
	int count = getgroups((int)ARRAY_LEN(groups), groups);

	if (geteuid() == 0 || (int64_t)getegid() == group)
		return true;
	for (int i = 0; i < count; i++)
		if ((int64_t)groups[i] == group)
			return true;
	return false;
}
