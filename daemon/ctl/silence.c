/* The reason that a service left when it refused its configuration comes before that nobody
 * listens. */
#include "daemon/ctl/silence.h"

#include <stdio.h>

#include "daemon/start/refused.h"

void silence_explain(const struct buf *why)
{
	struct buf left;

	buf_init(&left, REFUSED_BYTES_MAX);
	if (refused_read(&left)) {
		struct str lines = buf_str(&left), first = str_split(&lines, '\n');

		fprintf(stderr,
		        "ai-ticketctl: The service refused its configuration: " STR_FMT "\n" STR_FMT
		        "Correct it, then run: systemctl restart ai-ticketd\n",
		        STR_ARG(first), STR_ARG(lines));
	} else {
		fprintf(stderr,
		        "ai-ticketctl: no answer: start the service (systemctl start ai-ticketd), "
		        "or "
		        "give its http.socket with --socket PATH\n%s",
		        buf_cstr(why));
	}
	buf_free(&left);
}
