/* What became of tickets, what was decided of them, and what people changed. */
#include "daemon/run/metering_inside.h"
#include "daemon/run/state.h"
#include "privacy/redact.h"

/* Outcomes as they are counted for the share of success: a quarantined ticket is one of those that
 * were skipped. */
static void write_ends(struct scrape *scrape)
{
	const struct engine_tallies *tallies = scrape->stats.tallies;
	uint64_t quarantined = tallies->skipped[SKIP_QUARANTINED];

	metrics_begin(&scrape->metrics, FAMILY_TICKETS);
	metrics_count_of(&scrape->metrics, tallies->outcomes[OUTCOME_SUCCESS], "done");
	metrics_count_of(&scrape->metrics, tallies->outcomes[OUTCOME_SKIPPED] - quarantined,
	                 "skipped");
	metrics_count_of(&scrape->metrics, tallies->outcomes[OUTCOME_ERROR], "failed");
	metrics_count_of(&scrape->metrics, quarantined, "quarantined");
	metrics_count_of(&scrape->metrics, tallies->outcomes[OUTCOME_SHADOW], "shadow");
	metrics_count_of(&scrape->metrics, tallies->outcomes[OUTCOME_DRY_RUN], "dry_run");
	metrics_begin(&scrape->metrics, FAMILY_SKIPPED);
	for (int i = 0; i < SKIP_REASONS; i++)
		metrics_count_of(&scrape->metrics, tallies->skipped[i],
		                 tallies_skip_name((enum skip_reason)i));
	metrics_begin(&scrape->metrics, FAMILY_FAILURES);
	for (int i = 0; i < FAILURE_CAUSES; i++)
		metrics_count_of(&scrape->metrics, tallies->failures[i],
		                 tallies_failure_name((enum failure_cause)i));
}

static void write_decision(struct scrape *scrape, const char *label, const char *value,
                           uint64_t by_model, uint64_t by_rules)
{
	metrics_count(&scrape->metrics, by_model, METRICS_LABELS(label, value, "model"));
	metrics_count(&scrape->metrics, by_rules, METRICS_LABELS(label, value, "rules"));
}

static void write_decisions(struct scrape *scrape)
{
	const struct engine_tallies *tallies = scrape->stats.tallies;

	metrics_begin(&scrape->metrics, FAMILY_DECISIONS);
	for (int i = 0; i < CAUSE_COUNT; i++)
		write_decision(scrape, "root_cause", root_cause_name((enum root_cause)i),
		               tallies->root_causes[0][i], tallies->root_causes[1][i]);
	for (int i = 0; i < URGENCY_COUNT; i++)
		write_decision(scrape, "urgency", urgency_name((enum urgency)i),
		               tallies->urgencies[0][i], tallies->urgencies[1][i]);
	for (int i = 0; i < SENTIMENT_COUNT; i++)
		write_decision(scrape, "sentiment", sentiment_name((enum sentiment)i),
		               tallies->sentiments[0][i], tallies->sentiments[1][i]);
}

void metering_view_tickets(struct scrape *scrape)
{
	static const char *const labels[METERING_LABELS] = {"root_cause", "urgency", "sentiment"};
	const struct metering *metering = metering_of(scrape->app);

	write_ends(scrape);
	write_decisions(scrape);
	metrics_begin(&scrape->metrics, FAMILY_CONFIDENCE);
	for (size_t i = 0; i < METERING_LABELS; i++)
		metrics_histogram(&scrape->metrics, &metering->confidence[i],
		                  METRICS_LABELS(labels[i]));
	metrics_begin(&scrape->metrics, FAMILY_PROCESSING);
	metrics_histogram(&scrape->metrics, &metering->processing, METRICS_PLAIN);
	metrics_begin(&scrape->metrics, FAMILY_WAITING);
	metrics_histogram(&scrape->metrics, &metering->waiting, METRICS_PLAIN);
}

/* --- people --- */

/* "CREDIT_CARD" becomes "credit_card": a label value looks like the others. */
static void write_redactions(struct scrape *scrape)
{
	char kind[32];

	metrics_begin(&scrape->metrics, FAMILY_REDACTIONS);
	for (int i = 0; i < PII_KINDS; i++) {
		const char *name = pii_kind_name((enum pii_kind)i);
		size_t len = 0;

		for (; name[len] != '\0' && len < sizeof(kind) - 1; len++)
			kind[len] = ascii_lower(name[len]);
		kind[len] = '\0';
		metrics_count_of(&scrape->metrics, scrape->stats.redacted[i], kind);
	}
}

void metering_view_people(struct scrape *scrape)
{
	const struct engine_tallies *tallies = scrape->stats.tallies;

	metrics_sum(&scrape->metrics, FAMILY_CONFLICTS, tallies->write_conflicts);
	metrics_begin(&scrape->metrics, FAMILY_HUMAN_CHANGES);
	for (int i = 0; i < HUMAN_FIELDS; i++)
		metrics_count_of(&scrape->metrics, tallies->human_changes[i],
		                 tallies_human_name((enum human_field)i));
	write_redactions(scrape);
}
