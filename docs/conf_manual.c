/* Prints ai-ticketd.conf(5) in scdoc's language: a fixed text around one entry for each option of
 * the table. */
#include <stdio.h>

#include "config/config.h"

int main(void)
{
	struct buf rows;

	buf_init(&rows, 1 << 20);
	config_manual(&rows);
	printf("ai-ticketd.conf(5)\n\n# NAME\n\nai-ticketd.conf - configuration of "
	       "ai-ticketd(8)\n\n# DESCRIPTION\n\n"
	       "The file consists of sections in braces with one option per line; the options of "
	       "the section _service_ may also stand outside of any section. A hash sign "
	       "starts a comment that extends to the end of the line. Values with blanks are "
	       "written in double quotes. Durations take the units ms, s, m, h and d. Paths are "
	       "written in full: a tilde and variables are not expanded, and refused.\n\n"
	       "Later sources override earlier ones: default, file, env file, environment, systemd "
	       "credentials, command line. Secrets are not allowed in the file. The service reads "
	       "them from systemd "
	       "credentials named like the option. When started by hand, ai-ticketd reads them "
	       "from the environment, or from the file given by the option with _\\_file_ appended "
	       "to its name. Invisible characters in a secret, such as a byte order mark or a "
	       "no-break space, are refused.\n\n"
	       "# OPTIONS\n\n%s\n# SEE ALSO\n\n*ai-ticketd*(8), *ai-ticketctl*(8)\n",
	       buf_cstr(&rows));
	buf_free(&rows);
	return 0;
}
