/* Hands the call to the file of its command. */
#include "daemon/ctl/live.h"

#include <stdio.h>

#include "daemon/ctl/export.h"
#include "daemon/ctl/live_line.h"
#include "daemon/ctl/stats.h"
#include "daemon/ctl/tail.h"
#include "daemon/ctl/top.h"

bool live_is_meant(int argc, char **argv)
{
	return live_line_is_meant(argc, argv);
}

int live_main(int argc, char **argv)
{
	struct live_call call;
	struct err err;

	if (live_line_parse(&call, argc, argv, &err) < 0) {
		fprintf(stderr, "ai-ticketctl: %s\n", err.text);
		return LIVE_UNKNOWN;
	}
	switch (call.kind) {
	case LIVE_TOP: return top_run(&call);
	case LIVE_TAIL: return tail_run(&call);
	case LIVE_STATS: return stats_run(&call);
	case LIVE_EXPORT: return export_run(&call);
	}
	return LIVE_UNKNOWN;
}
