/* Asks the token of a process, and the names of accounts. */
#include "daemon/system/windows/sid.h"

#include <stdlib.h>

#include <sddl.h>

#include "daemon/system/windows/wide.h"

union entry {
	TOKEN_USER user;
	BYTE bytes[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
};

static bool read_user(HANDLE process, union entry *ret)
{
	DWORD size = sizeof(*ret);
	HANDLE token;

	if (!OpenProcessToken(process, TOKEN_QUERY, &token))
		return false;
	bool read = GetTokenInformation(token, TokenUser, ret, sizeof(*ret), &size);
	(void)CloseHandle(token);
	return read;
}

static uint32_t last_part(PSID sid)
{
	UCHAR count = *GetSidSubAuthorityCount(sid);

	return count > 0 ? (uint32_t)*GetSidSubAuthority(sid, count - 1u) : 0;
}

uint32_t sid_number_of_process(HANDLE process)
{
	union entry entry;

	return read_user(process, &entry) ? last_part(entry.user.User.Sid) : 0;
}

static char *text_of(PSID sid)
{
	wchar_t *text;

	if (!ConvertSidToStringSidW(sid, &text))
		return NULL;
	char *narrow = wide_to_utf8(text);
	(void)LocalFree(text);
	return narrow;
}

char *sid_of_process(HANDLE process)
{
	union entry entry;

	return read_user(process, &entry) ? text_of(entry.user.User.Sid) : NULL;
}

static bool look_up(const char *name, BYTE sid[SECURITY_MAX_SID_SIZE])
{
	wchar_t domain[SID_NAME_CHARS], *wide = wide_of(name);
	DWORD size = SECURITY_MAX_SID_SIZE, domain_size = SID_NAME_CHARS;
	SID_NAME_USE kind;
	bool found = LookupAccountNameW(NULL, wide, sid, &size, domain, &domain_size, &kind);

	free(wide);
	return found;
}

char *sid_of_account(const char *name)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];

	return look_up(name, sid) ? text_of(sid) : NULL;
}

int64_t sid_number_of_account(const char *name)
{
	BYTE sid[SECURITY_MAX_SID_SIZE];

	return look_up(name, sid) ? (int64_t)last_part(sid) : -1;
}
