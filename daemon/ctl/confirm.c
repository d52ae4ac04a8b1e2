/* The question goes to standard error: standard output is for the answer of the service. */
#include "daemon/ctl/confirm.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

bool confirm_possible(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

bool confirm_ask(const char *question)
{
	char line[64];

	fprintf(stderr, "%s [y/N] ", question);
	if (fgets(line, sizeof(line), stdin) == NULL) {
		fputc('\n', stderr);
		return false;
	}
	struct str word = str_trim(str_of(line));
	return str_ieq(word, STR("y")) || str_ieq(word, STR("yes"));
}
