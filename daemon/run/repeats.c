/* Counts lines that repeat from ticket to ticket. */
#include "daemon/run/repeats.h"

#include <stdlib.h>

#include "daemon/run/state.h"

bool repeats_hide(struct app *app, enum log_level level, struct str reason)
{
	struct repeats *repeats = &app->repeats;
	size_t place = REPEATS_REASONS;

	if (!app->resident || reason.len == 0)
		return false;
	for (size_t i = REPEATS_REASONS; i > 0; i--) {
		if (repeats->reasons[i - 1].reason == NULL)
			place = i - 1;
		else if (str_eq(str_of(repeats->reasons[i - 1].reason), reason)) {
			repeats->reasons[i - 1].more++;
			return true;
		}
	}
	if (place < REPEATS_REASONS) {
		repeats->reasons[place].reason = xmemdup0(reason.data, reason.len);
		repeats->reasons[place].level = level;
	}
	return false;
}

void repeats_flush(struct app *app)
{
	for (size_t i = 0; i < REPEATS_REASONS; i++) {
		char *reason = app->repeats.reasons[i].reason;
		uint64_t more = app->repeats.reasons[i].more;

		if (more > 0)
			textlog_printf(app->log, app->repeats.reasons[i].level,
			               "The same of %llu more %s: %s", (unsigned long long)more,
			               str_plural(more, "ticket", "tickets"), reason);
		free(reason);
		app->repeats.reasons[i].reason = NULL;
		app->repeats.reasons[i].more = 0;
	}
}
