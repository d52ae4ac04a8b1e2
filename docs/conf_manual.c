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
	       "Sections in braces, one option a line, comments from a hash sign to the end of the "
	       "line. Values with "
	       "blanks stand "
	       "in double quotes. Spans of time take the units ms, s, m, h and d; sizes take k, m "
	       "and g.\n\n"
	       "Order of precedence: default, file, env file, environment, flag. Secrets never "
	       "stand in the file: they "
	       "come from the "
	       "environment, from a systemd credential named like the option (the way of the "
	       "service), or, when "
	       "started by hand, from "
	       "the file that the option with _\\_file_ behind its name names.\n\n# "
	       "OPTIONS\n\n%s\n# SEE "
	       "ALSO\n\n*ai-ticketd*(8)\n",
	       buf_cstr(&rows));
	buf_free(&rows);
	return 0;
}
