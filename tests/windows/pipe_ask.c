/* Asks the service over a named pipe, for scripts: pipe_ask PIPE METHOD PATH prints the status and
 * the body. Without arguments it waits until its standard input ends, since wine ends services
 * with the last ordinary process. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

static int wait_for_end(void)
{
	while (getchar() != EOF)
		;
	return 0;
}

static int fail(const char *what)
{
	fprintf(stderr, "pipe_ask: %s: error %lu\n", what, GetLastError());
	return 1;
}

/* From the status on, as it comes: the server closes the connection behind the answer. */
static void print_answer(HANDLE pipe)
{
	char bytes[4096];
	DWORD got;

	while (ReadFile(pipe, bytes, sizeof(bytes), &got, NULL) && got > 0)
		fwrite(bytes, 1, got, stdout);
}

int main(int argc, char **argv)
{
	char request[512];
	DWORD written;

	if (argc == 1)
		return wait_for_end();
	if (argc != 4)
		return fail("usage: pipe_ask PIPE METHOD PATH");
	HANDLE pipe =
	        CreateFileA(argv[1], GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
	if (pipe == INVALID_HANDLE_VALUE)
		return fail(argv[1]);
	int len = snprintf(request, sizeof(request),
	                   "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
	                   "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n",
	                   argv[2], argv[3]);
	if (!WriteFile(pipe, request, (DWORD)len, &written, NULL))
		return fail("write");
	print_answer(pipe);
	(void)CloseHandle(pipe);
	return 0;
}
