/* Priorities as Zendesk names them, and when ours may replace the present one. */
#include "ticket/priority.h"

static const char *const names[] = {
        [PRIORITY_NONE] = "",     [PRIORITY_LOW] = "low",       [PRIORITY_NORMAL] = "normal",
        [PRIORITY_HIGH] = "high", [PRIORITY_URGENT] = "urgent",
};

const char *priority_name(enum priority priority)
{
	ENSURE((size_t)priority < ARRAY_LEN(names));
	return names[priority];
}

int priority_parse(struct str text, enum priority *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_eq(text, str_of(names[i]))) {
			*ret = (enum priority)i;
			return 0;
		}
	return -1;
}

enum priority priority_of_urgency(enum urgency urgency)
{
	static const enum priority priorities[URGENCY_COUNT] = {[URGENCY_HIGH] = PRIORITY_HIGH,
	                                                        [URGENCY_MEDIUM] = PRIORITY_NORMAL,
	                                                        [URGENCY_LOW] = PRIORITY_LOW};

	ENSURE(urgency < URGENCY_COUNT);
	return priorities[urgency];
}

/* The priority that the mode demands, if nobody changed it meanwhile. */
static enum priority priority_wanted(enum priority_mode mode, enum priority now, enum priority ours)
{
	switch (mode) {
	case PRIORITY_RAISE: return now < ours ? ours : now;
	case PRIORITY_ALWAYS: return now == PRIORITY_URGENT ? now : ours;
	case PRIORITY_MISSING: return now == PRIORITY_NONE ? ours : now;
	case PRIORITY_NEVER: return now;
	}
	fatal("no such priority mode: %d", (int)mode);
}

enum priority priority_decide(enum priority_mode mode, enum priority first, enum priority now,
                              enum urgency urgency)
{
	if (now != first)
		return PRIORITY_NONE;
	enum priority want = priority_wanted(mode, now, priority_of_urgency(urgency));
	return want == now ? PRIORITY_NONE : want;
}
