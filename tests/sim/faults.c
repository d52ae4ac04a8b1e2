/* Parses fault plans from a command line, and draws faults from them. faults.h has the
 * catalogue. */
#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

struct fault_line {
	const char *name;
	unsigned places;
	double chance; /* probability when named without a number */
	double mix;    /* probability in "all" */
	const char *help;
};

static const struct fault_line lines[FAULT_COUNT] = {
#define FAULT(id, name, places, chance, mix, help) {name, places, chance, mix, help},
        FAULTS(FAULT)
#undef FAULT
};

const char *fault_name(enum fault_kind kind)
{
	return kind < FAULT_COUNT ? lines[kind].name : "none";
}

void faults_list(void (*each)(void *arg, const char *name, const char *help), void *arg)
{
	each(arg, "all", "a mix of everything that can be survived");
	each(arg, "contents", "every kind of bad content");
	for (int i = 0; i < FAULT_COUNT; i++)
		each(arg, lines[i].name, lines[i].help);
}

static unsigned places_of(enum fault_service service)
{
	return service == FAULTS_ZENDESK ? ON_ZENDESK : ON_MODEL;
}

static void put(struct fault_plan *plan, unsigned services, int kind, double chance)
{
	for (int service = 0; service < FAULT_SERVICES; service++)
		if ((services & (1u << service)) &&
		    (lines[kind].places & places_of((enum fault_service)service)))
			plan->chance[service][kind] = chance;
	plan->any = true;
}

/* Sets the probability of each fault that `name` stands for. */
static bool put_named(struct fault_plan *plan, unsigned services, struct str name, double chance)
{
	bool found = false;
	for (int kind = 0; kind < FAULT_COUNT; kind++) {
		if (str_eq(name, STR("all"))) {
			put(plan, services, kind, lines[kind].mix * (chance < 0 ? 1 : chance));
		} else if (str_eq(name, STR("contents"))) {
			if (kind < FAULT_CONTENTS_FIRST || kind > FAULT_CONTENTS_LAST)
				continue;
			int kinds = FAULT_CONTENTS_LAST - FAULT_CONTENTS_FIRST + 1;
			put(plan, services, kind, (chance < 0 ? 0.5 : chance) / kinds);
		} else if (str_eq(name, str_of(lines[kind].name))) {
			put(plan, services, kind, chance < 0 ? lines[kind].chance : chance);
		} else {
			continue;
		}
		found = true;
	}
	return found;
}

static int parse_item(struct fault_plan *plan, struct str item, struct err *err)
{
	unsigned services = (1u << FAULTS_ZENDESK) | (1u << FAULTS_MODEL);
	struct str name = str_split(&item, ':');
	double chance = -1;
	if (item.len) {
		char *end, *number = xmemdup0(item.data, item.len);
		chance = strtod(number, &end);
		bool good = *number && !*end && chance >= 0;
		free(number);
		if (!good)
			return err_set(err,
			               "fault '" STR_FMT "': probability expected after the colon",
			               STR_ARG(name));
	}
	if (str_starts(name, STR("zendesk."))) {
		services = 1u << FAULTS_ZENDESK;
		name = str_skip(name, strlen("zendesk."));
	} else if (str_starts(name, STR("llm."))) {
		services = 1u << FAULTS_MODEL;
		name = str_skip(name, strlen("llm."));
	}
	if (!put_named(plan, services, name, chance))
		return err_set(err, "unknown fault '" STR_FMT "' (--faults list names them)",
		               STR_ARG(name));
	return 0;
}

int faults_parse(struct fault_plan *plan, const char *text, struct err *err)
{
	struct str rest = str_of(text);
	while (rest.len) {
		struct str item = str_trim(str_split(&rest, ','));
		if (item.len && parse_item(plan, item, err) < 0)
			return -1;
	}
	return 0;
}

enum fault_kind faults_draw(const struct fault_plan *plan, enum fault_service service,
                            unsigned place, struct prng *prng)
{
	if (!plan->any)
		return FAULT_NONE;
	double drawn = prng_unit(prng), sum = 0;
	for (int kind = 0; kind < FAULT_COUNT; kind++) {
		if (!(lines[kind].places & place))
			continue;
		sum += plan->chance[service][kind];
		if (drawn < sum)
			return (enum fault_kind)kind;
	}
	return FAULT_NONE;
}
