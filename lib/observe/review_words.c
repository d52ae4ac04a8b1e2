/* The facts of a review in words. All numbers come from the JSON; nothing is counted here. */
#include "observe/review.h"

#include <string.h>

#define DIFFERENCES_SHOWN 3

static uint64_t count_at(const struct json *object, const char *member)
{
	int64_t number = 0;

	(void)json_int_at(object, member, &number);
	return number > 0 ? (uint64_t)number : 0;
}

static double real_at(const struct json *object, const char *member)
{
	double number = 0;

	(void)json_number_at(object, member, &number);
	return number;
}

static bool is_set(const struct json *object, const char *member)
{
	bool flag = false;

	return json_bool_at(object, member, &flag) && flag;
}

static void add_tickets(struct buf *out, uint64_t count)
{
	buf_add_count(out, count);
	buf_puts(out, str_plural(count, " ticket", " tickets"));
}

/* In whole per cent; what is not all is never 100, and what is not nothing never 0. */
static void add_percent(struct buf *out, uint64_t part, uint64_t whole)
{
	uint64_t percent = whole > 0 ? (part * 200 + whole) / (whole * 2) : 0;

	if (percent == 100 && part < whole)
		percent = 99;
	if (percent == 0 && part > 0)
		percent = 1;
	buf_printf(out, "%llu %%", (unsigned long long)percent);
}

static void add_span(struct buf *out, const struct json *facts)
{
	uint64_t hours = (count_at(facts, "to") - count_at(facts, "from")) / (uint64_t)MSEC_HOUR;

	if (hours % 24 == 0 && hours > 24)
		buf_printf(out, "%llu days", (unsigned long long)(hours / 24));
	else
		buf_printf(out, "%llu %s", (unsigned long long)hours,
		           str_plural(hours, "hour", "hours"));
}

/* Digits enough that a small amount is not nothing. */
static void add_dollars(struct buf *out, double dollars, bool estimated)
{
	struct buf number;
	int decimals = 2;

	for (double small = 0.1; decimals < 6 && dollars > 0 && dollars < small; small /= 10)
		decimals++;

	/* not with printf, whose decimal point depends on the locale */
	buf_init(&number, 256);
	json_add_member_number(&number, "n", dollars, decimals);
	buf_printf(out, "%s$%s", estimated ? "~" : "", buf_cstr(&number) + 4);
	buf_free(&number);
}

/* --- what was done --- */

static void add_reasons(struct buf *out, const struct json *group)
{
	const struct json *reasons = json_at(group, "reasons");

	for (struct json_each each = json_items(reasons); json_next(&each);) {
		const struct json *row = each.value;

		buf_printf(out, "%s%llu: " STR_FMT, each.index == 0 ? " (" : "; ",
		           (unsigned long long)count_at(row, "tickets"),
		           STR_ARG(json_str_at(row, "reason")));
	}
	if (json_item_count(reasons) > 0)
		buf_putc(out, ')');
}

static void add_rest(struct buf *out, const struct json *group, const char *left)
{
	uint64_t failed = count_at(group, "failed"), open = count_at(group, "under_way");

	if (count_at(group, "left_alone") > 0) {
		buf_printf(out, ", %s ", left);
		buf_add_count(out, count_at(group, "left_alone"));
		buf_puts(out, " alone");
		add_reasons(out, group);
	}
	if (failed > 0) {
		buf_puts(out, ", failed with ");
		buf_add_count(out, failed);
	}
	if (open > 0) {
		buf_puts(out, ", has ");
		buf_add_count(out, open);
		buf_puts(out, " under way");
	}
	buf_puts(out, ".\n");
}

static void add_shadow(struct buf *out, const struct json *group)
{
	buf_puts(out, "It would have tagged ");
	buf_add_count(out, count_at(group, "tagged"));
	buf_puts(out, ", changed the priority of ");
	buf_add_count(out, count_at(group, "priority_set"));
	add_rest(out, group, "and left");
}

static void add_writing(struct buf *out, const struct json *group)
{
	uint64_t set = count_at(group, "priority_set"),
	         changed = count_at(group, "priority_changed_by_agents");

	buf_puts(out, "It tagged ");
	buf_add_count(out, count_at(group, "tagged"));
	buf_puts(out, ", changed the priority of ");
	buf_add_count(out, set);
	add_rest(out, group, "left");
	if (changed == 0)
		return;
	buf_puts(out, "Agents chose a priority themselves afterwards for ");
	buf_add_count(out, changed);
	buf_puts(out, " of these ");
	buf_add_count(out, set);
	buf_puts(out, ".\n");
}

static void add_first_lines(struct buf *out, const struct json *facts)
{
	const struct json *shadow = json_at(facts, "shadow"), *writing = json_at(facts, "writing");
	uint64_t in_shadow = count_at(shadow, "tickets"), all = count_at(facts, "tickets");

	buf_puts(out, "In the last ");
	add_span(out, facts);
	buf_puts(out, " ai-ticketd looked at ");
	if (all == 0) {
		buf_puts(out, "no ticket.\n");
		return;
	}
	add_tickets(out, all);
	if (in_shadow == all)
		buf_puts(out, " in shadow mode. It wrote nothing.\n");
	else if (in_shadow == 0)
		buf_puts(out, ".\n");
	else
		buf_printf(out, ", %llu of them in shadow mode, where it wrote nothing.\n",
		           (unsigned long long)in_shadow);
	if (in_shadow > 0)
		add_shadow(out, shadow);
	if (in_shadow < all)
		add_writing(out, writing);
}

static void add_backtest_lines(struct buf *out, const struct json *facts)
{
	uint64_t failed = count_at(json_at(facts, "shadow"), "failed") +
	                  count_at(json_at(facts, "writing"), "failed");

	if (count_at(facts, "decided") == 0)
		buf_puts(out, "No solved ticket was decided. ");
	else {
		buf_puts(out, "Decided anew: the last ");
		add_tickets(out, count_at(facts, "decided"));
		buf_puts(out, " that were solved without ai-ticketd. ");
	}
	buf_puts(out, "Nothing was written, no ticket was touched.\n");
	if (failed == 0)
		return;
	add_tickets(out, failed);
	buf_puts(out, " could not be decided; the log says why.\n");
}

/* --- agreement --- */

static void add_numbers_at(struct buf *out, const struct json *difference)
{
	const struct json *tickets = json_at(difference, "tickets");

	for (struct json_each each = json_items(tickets); json_next(&each);)
		buf_printf(out, " %lld", (long long)json_int_value(each.value));
	if (json_item_count(tickets) < count_at(difference, "count"))
		buf_puts(out, " …");
	buf_putc(out, '\n');
}

static void add_difference(struct buf *out, const struct json *difference)
{
	uint64_t count = count_at(difference, "count");

	buf_printf(out, "  it said \"" STR_FMT "\", they said \"" STR_FMT "\" (%llu %s):",
	           STR_ARG(json_str_at(difference, "ours")),
	           STR_ARG(json_str_at(difference, "theirs")), (unsigned long long)count,
	           str_plural(count, "time", "times"));
	add_numbers_at(out, difference);
}

static void add_field(struct buf *out, const struct json *field, const char *what, const char *by)
{
	const struct json *differences = json_at(field, "differences");
	uint64_t compared = count_at(field, "compared"), same = count_at(field, "same");

	if (compared == 0)
		return;
	buf_printf(out, "Where %s, it was the same in ", by);
	add_percent(out, same, compared);
	buf_printf(out, " (%llu of %llu%s).%s\n", (unsigned long long)same,
	           (unsigned long long)compared, what,
	           json_item_count(differences) > 0 ? " Most often different:" : "");
	for (struct json_each each = json_items(differences); json_next(&each);)
		if (each.index < DIFFERENCES_SHOWN)
			add_difference(out, each.value);
}

/* The mistakes that hurt: an urgent ticket that was called low. */
static void add_missed(struct buf *out, const struct json *field)
{
	const struct json *differences = json_at(field, "differences");

	for (struct json_each each = json_items(differences); json_next(&each);) {
		const struct json *difference = each.value;
		uint64_t count = count_at(difference, "count");

		if (!str_eq(json_str_at(difference, "ours"), STR("low")) ||
		    !str_eq(json_str_at(difference, "theirs"), STR("high")))
			continue;
		buf_puts(out, "Called low, although it was high, look at these first: ");
		add_tickets(out, count);
		buf_puts(out, ":");
		add_numbers_at(out, difference);
	}
}

static void add_agreement_lines(struct buf *out, const struct json *facts, bool backtest)
{
	const struct json *agreement = json_at(facts, "agreement");
	uint64_t known = count_at(agreement, "known"), decided = count_at(agreement, "decided");

	if (known == 0) {
		buf_puts(out, backtest ? "None of them has a priority, or a tag of report.tags, to "
		                         "compare with.\n"
		                       : "Agents have chosen no priority, and no tag of "
		                         "report.tags, since, as far as was seen.\n");
		return;
	}
	buf_puts(out, backtest ? "There is something to compare with on "
	                       : "What agents chose themselves is known of ");
	buf_add_count(out, known);
	buf_puts(out, " of ");
	add_tickets(out, decided);
	buf_puts(out, " (");
	add_percent(out, known, decided);
	buf_puts(out, backtest ? "); who set it is not known.\n" : "): a sample.\n");
	add_field(out, json_at(agreement, "category"), "",
	          backtest ? "they have a category" : "agents chose a category");
	add_field(out, json_at(agreement, "urgency"), "; urgent counts as high",
	          backtest ? "they have a priority" : "agents chose a priority");
	add_field(out, json_at(agreement, "sentiment"), "",
	          backtest ? "they have a mood" : "agents chose a mood");
	add_missed(out, json_at(agreement, "urgency"));
}

/* --- time, money, privacy --- */

static void add_latency_line(struct buf *out, const struct json *latency)
{
	char half[CLOCK_SPAN_SIZE], most[CLOCK_SPAN_SIZE];

	if (count_at(latency, "measured") == 0)
		return;
	clock_format_span((msec)count_at(latency, "half_ms"), half);
	clock_format_span((msec)count_at(latency, "most_ms"), most);
	buf_printf(out, "Half of the answers took at most %s, 95 %% at most %s.\n", half, most);
}

static void add_cost_line(struct buf *out, const struct json *facts)
{
	const struct json *cost = json_at(facts, "cost");
	bool estimated = is_set(cost, "estimated");
	double dollars = real_at(cost, "dollars");

	buf_puts(out, "Cost: ");
	if (dollars <= 0) {
		buf_puts(out, "nothing, or the price of the model is not known "
		              "(llm.price_input, llm.price_output)");
	} else {
		add_dollars(out, dollars, estimated);
		buf_puts(out, ", ");
		add_dollars(out, real_at(cost, "per_ticket"), estimated);
		buf_puts(out, " a ticket; at this rate a month would be about ");
		add_dollars(out, real_at(cost, "per_month"), false);
	}
	buf_puts(out, "; ");
	buf_add_count(out, count_at(facts, "tokens"));
	buf_puts(out, " tokens.\n");
}

static void add_rules_line(struct buf *out, const struct json *facts)
{
	uint64_t rules = count_at(facts, "by_rules"), fallback = count_at(facts, "fallback");

	if (rules == 0)
		return;
	buf_puts(out, "Rules answered ");
	buf_add_count(out, rules);
	buf_puts(out, " of ");
	add_tickets(out, count_at(facts, "decided"));
	buf_puts(out, " (");
	add_percent(out, rules, count_at(facts, "decided"));
	buf_puts(out, ")");
	if (fallback > 0)
		buf_printf(out, ", %llu of them because the model did not",
		           (unsigned long long)fallback);
	buf_puts(out, ".\n");
}

/* A kind that an operator's newer or older version recorded and that is not here keeps its name. */
static void add_kind(struct buf *out, const char *kind, uint64_t count)
{
	static const struct {
		const char *name, *one, *many;
	} kinds[] = {
	        {"SSN", "social security number", "social security numbers"},
	        {"CREDIT_CARD", "card number", "card numbers"},
	        {"EMAIL", "e-mail address", "e-mail addresses"},
	        {"PHONE", "phone number", "phone numbers"},
	        {"IBAN", "IBAN", "IBANs"},
	        {"IP", "IP address", "IP addresses"},
	        {"API_KEY", "API key", "API keys"},
	        {"PASSWORD", "password", "passwords"},
	        {"CVV", "card security code", "card security codes"},
	        {"BIRTH_DATE", "date of birth", "dates of birth"},
	        {"NATIONAL_ID", "national ID number", "national ID numbers"},
	        {"PASSPORT", "passport number", "passport numbers"},
	        {"MAC", "MAC address", "MAC addresses"},
	        {"PATTERN", "match of privacy.patterns", "matches of privacy.patterns"},
	        {"ENCODED", "encoded value", "encoded values"},
	};
	const char *words = kind;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].name, kind) == 0)
			words = count == 1 ? kinds[i].one : kinds[i].many;
	buf_add_count(out, count);
	buf_printf(out, " %s", words);
}

static void add_redacted_line(struct buf *out, const struct json *facts)
{
	const struct json *kinds = json_at(facts, "redacted");

	for (struct json_each kind = json_members(kinds); json_next(&kind);) {
		buf_puts(out, kind.index > 0 ? ", " : "Personal data taken out of the texts: ");
		add_kind(out, kind.key.data, (uint64_t)json_int_value(kind.value));
	}
	if (json_member_count(kinds) > 0)
		buf_puts(out, ".\n");
}

static void add_next(struct buf *out, const struct json *facts, bool backtest)
{
	uint64_t shadow = count_at(json_at(facts, "shadow"), "tickets");

	if (backtest)
		buf_puts(out, "Next: let it look at new tickets in shadow mode:  ai-ticketd "
		              "--shadow, then  ai-ticketctl report\n");
	else if (count_at(facts, "tickets") == 0)
		buf_puts(out, "How it is, and what to do:  ai-ticketctl status\n");
	else if (shadow > 0 && shadow == count_at(facts, "tickets"))
		buf_puts(out, "Ready to write? A careful first step:  "
		              "mode = writing, zendesk { priority = never } in ai-ticketd.conf\n");
	else
		buf_puts(out, "Why one was decided so:  ai-ticketctl explain ID\n");
}

void review_words(const struct json *facts, struct buf *out)
{
	bool backtest = str_eq(json_str_at(facts, "kind"), STR("backtest"));
	uint64_t beyond = count_at(facts, "beyond");

	if (backtest)
		add_backtest_lines(out, facts);
	else
		add_first_lines(out, facts);
	if (beyond > 0) {
		add_tickets(out, beyond);
		buf_puts(out, " more are not in this report: ask for a shorter span.\n");
	}
	if (count_at(facts, "decided") > 0) {
		add_agreement_lines(out, facts, backtest);
		add_latency_line(out, json_at(facts, "latency"));
		add_cost_line(out, facts);
		add_rules_line(out, facts);
		add_redacted_line(out, facts);
	}
	add_next(out, facts, backtest);
}
