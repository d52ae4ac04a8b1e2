/* Settings of the C library, the console and libuv, and the command line, which Windows has in
 * UTF-16. */
#include "daemon/system/process.h"

#include <fcntl.h>
#include <io.h>
#include <stdlib.h>
#include <uv.h>

#include <shellapi.h>

#include "base/base.h"
#include "daemon/system/windows/wide.h"

/* Lines end with LF only, in files as in pipes. */
static void open_streams_as_binary(void)
{
	for (int fd = 0; fd <= 2; fd++)
		(void)_setmode(fd, _O_BINARY);
	_fmode = _O_BINARY;
}

void process_prepare(void)
{
	open_streams_as_binary();
	(void)SetConsoleOutputCP(CP_UTF8);
	/* No dialogue of the system may hold up a service. */
	(void)SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
	/* Name lookups and file access share the workers: a slow name server must not delay the
	 * log. */
	(void)uv_os_setenv("UV_THREADPOOL_SIZE", "8");
}

/* What main() gets was converted to the code page of the machine, which has few characters. The
 * texts live as long as the process. */
void process_arguments(int *argc, char ***argv)
{
	int count;
	wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &count);

	if (wide == NULL)
		fatal("the command line cannot be read");
	char **texts = xcalloc((size_t)count + 1, sizeof(*texts));
	for (int i = 0; i < count; i++)
		texts[i] = wide_to_utf8(wide[i]);
	(void)LocalFree(wide);
	*argc = count;
	*argv = texts;
}
