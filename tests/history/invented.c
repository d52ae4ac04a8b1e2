/* Makes invented tickets: when they come, what the model says, how they end, and what agents think
 * of it. */
#include "invented.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "engine/core/known.h"

#define PAYLOAD_MAX 8192
#define MODEL "gpt-4o-mini"
#define PRICE_PROMPT 0.15 /* US dollars for a million tokens */
#define PRICE_ANSWER 0.60

/* --- when --- */

/* How busy an hour is: most at 13 UTC, little at night, a third at weekends. */
static double weight_of_hour(msec hour)
{
	int64_t hours = hour / MSEC_HOUR;
	double distance = (double)(hours % 24) - 13;
	int64_t weekday = (hours / 24 + 4) % 7; /* 1970 began with a Thursday; 0 = Sunday */

	return (0.12 + exp(-distance * distance / 18)) * (weekday == 0 || weekday == 6 ? 0.35 : 1);
}

/* The running hour is not over. */
static double weight_until(const struct invented_history *history, msec hour)
{
	double part = (double)(history->now - hour) / (double)MSEC_HOUR;

	return weight_of_hour(hour) * (part > 1 ? 1 : part);
}

void invented_begin(struct invented_history *history, uint64_t seed)
{
	msec first = (history->now - history->days * MSEC_DAY) / MSEC_HOUR * MSEC_HOUR;
	msec midnight = history->now / MSEC_DAY * MSEC_DAY;
	double sum = 0;

	prng_seed(&history->prng, seed);
	for (msec hour = first; hour < history->now; hour += MSEC_HOUR)
		sum += weight_until(history, hour);
	history->per_unit = (double)history->tickets / sum;
	history->hour = first - MSEC_HOUR;
	if (midnight + 4 * MSEC_HOUR > history->now)
		midnight -= MSEC_DAY;
	history->outages[0] = (struct invented_outage){midnight + 130 * MSEC_MINUTE,
	                                               midnight + 220 * MSEC_MINUTE};
	history->outages[1] = (struct invented_outage){midnight - 9 * MSEC_DAY + 14 * MSEC_HOUR,
	                                               midnight - 9 * MSEC_DAY + 14 * MSEC_HOUR +
	                                                       25 * MSEC_MINUTE};
}

/* The time of the next ticket; false: the last one was made. */
static bool next_time(struct invented_history *history, msec *ret)
{
	while (history->in_hour == history->of_hour) {
		history->hour += MSEC_HOUR;
		if (history->hour >= history->now || history->made == history->tickets)
			return false;
		history->owed += history->per_unit * weight_until(history, history->hour);
		history->of_hour = (uint64_t)history->owed;
		history->owed -= (double)history->of_hour;
		history->in_hour = 0;
	}
	msec length =
	        history->now - history->hour < MSEC_HOUR ? history->now - history->hour : MSEC_HOUR;
	*ret = history->hour +
	       (msec)((double)length * (double)history->in_hour / (double)history->of_hour);
	history->in_hour++;
	return true;
}

static bool in_outage(const struct invented_history *history, msec at)
{
	for (int i = 0; i < INVENTED_OUTAGES; i++)
		if (at >= history->outages[i].from && at < history->outages[i].to)
			return true;
	return false;
}

/* --- what --- */

struct story {
	uint64_t id;
	msec found, decided, ended;
	enum root_cause cause;
	enum urgency urgency;
	enum sentiment sentiment;
	enum priority before, after;
	enum outcome_status status;
	bool by_rules, counted;
	double sure[3];
	int64_t tokens_prompt, tokens_answer;
	const char *reason, *planted;
};

static int choose(struct prng *prng, const int *percents, int count)
{
	int64_t drawn = (int64_t)prng_below(prng, 100);

	for (int i = 0; i < count - 1; i++) {
		drawn -= percents[i];
		if (drawn < 0)
			return i;
	}
	return count - 1;
}

static const int cause_percents[CAUSE_COUNT] = {30, 12, 25, 33};
static const int urgency_percents[URGENCY_COUNT] = {14, 56, 30};
static const int sentiment_percents[SENTIMENT_COUNT] = {16, 63, 21};
static const int priority_percents[] = {55, 15, 25, 4, 1};

static void tell_end(struct prng *prng, struct story *story)
{
	uint64_t chance = prng_below(prng, 1000);

	story->status = OUTCOME_SUCCESS;
	story->reason = "";
	if (chance < (story->by_rules ? 60 : 6)) {
		story->status = OUTCOME_ERROR;
		story->reason = "Zendesk answered 503 three times";
	} else if (chance >= 985) {
		story->status = OUTCOME_SKIPPED;
		story->reason = "it was closed meanwhile";
	}
}

static void tell(struct invented_history *history, msec at, struct story *story)
{
	struct prng *prng = &history->prng;

	*story = (struct story){.id = history->first_id + history->made, .found = at};
	story->by_rules = in_outage(history, at);
	story->cause = (enum root_cause)choose(prng, cause_percents, CAUSE_COUNT);
	story->urgency = (enum urgency)choose(prng, urgency_percents, URGENCY_COUNT);
	story->sentiment = (enum sentiment)choose(prng, sentiment_percents, SENTIMENT_COUNT);
	story->before =
	        (enum priority)choose(prng, priority_percents, (int)ARRAY_LEN(priority_percents));
	for (int i = 0; i < 3; i++)
		story->sure[i] = 0.55 + 0.45 * sqrt(prng_unit(prng));
	story->decided = at + (story->by_rules ? 5 : 700 + (msec)prng_below(prng, 4500));
	story->ended = story->decided + 80 + (msec)prng_below(prng, 900);
	story->tokens_prompt = story->by_rules ? 0 : 480 + (int64_t)prng_below(prng, 500);
	story->tokens_answer = story->by_rules ? 0 : 26 + (int64_t)prng_below(prng, 20);
	tell_end(prng, story);
	if (history->planted != NULL && history->made % 7 == 0)
		story->planted = history->planted;
	if (story->id == INVENTED_KNOWN_ID) {
		story->cause = CAUSE_BUG;
		story->urgency = URGENCY_HIGH;
		story->sentiment = SENTIMENT_NEGATIVE;
		story->before = PRIORITY_NORMAL;
		story->status = OUTCOME_SUCCESS;
		story->by_rules = false;
		story->reason = "";
	}
	story->after =
	        priority_decide(PRIORITY_RAISE, story->before, story->before, story->urgency);
}

/* --- records --- */

static void add_tags(struct buf *out, const char *key, const struct story *story)
{
	json_add_key(out, key);
	buf_printf(out, "[\"ai_processed\",\"ai_%s\",\"ai_%s\",\"ai_%s\"%s]",
	           root_cause_name(story->cause), urgency_name(story->urgency),
	           sentiment_name(story->sentiment), story->by_rules ? ",\"ai_fallback\"" : "");
}

static struct invented_record make(const struct story *story, enum record_kind kind, msec wall,
                                   struct buf *payload)
{
	buf_putc(payload, '}');
	return (struct invented_record){.wall = wall,
	                                .record = {.kind = kind,
	                                           .ticket = ticket_key(ACCOUNT_FIRST, story->id),
	                                           .payload = buf_take(payload, NULL)}};
}

static void begin(struct buf *payload)
{
	buf_init(payload, PAYLOAD_MAX);
	buf_putc(payload, '{');
}

static double cost(const struct story *story)
{
	return ((double)story->tokens_prompt * PRICE_PROMPT +
	        (double)story->tokens_answer * PRICE_ANSWER) /
	       1e6;
}

static void add_confidence(struct buf *out, const struct story *story)
{
	struct confidence confidence = {true,           true,           true,
	                                story->sure[0], story->sure[1], story->sure[2]};

	if (story->by_rules)
		confidence = (struct confidence){0};
	json_add_key(out, "confidence");
	confidence_write(out, &confidence);
}

static const char *const summaries[CAUSE_COUNT] = {
        "Login ends with an error page after the update", "Asks for an export of all invoices",
        "Was charged twice and wants the money back", "Asks where the parcel is"};

static void add_answer(struct buf *out, const struct story *story)
{
	struct buf text;

	buf_init(&text, PAYLOAD_MAX);
	buf_printf(&text, "{\"root_cause\":\"%s\",\"urgency\":\"%s\",\"sentiment\":\"%s\"}",
	           root_cause_name(story->cause), urgency_name(story->urgency),
	           sentiment_name(story->sentiment));
	json_add_member(out, "answer", story->by_rules ? STR("") : buf_str(&text));
	buf_free(&text);
}

static struct invented_record decision_of(const struct story *story)
{
	struct buf out, summary;

	begin(&out);
	buf_init(&summary, PAYLOAD_MAX);
	buf_printf(&summary, "%s%s%s", summaries[story->cause], story->planted != NULL ? " " : "",
	           story->planted != NULL ? story->planted : "");
	json_add_member(&out, "summary", buf_str(&summary));
	json_add_member(&out, "root_cause", str_of(root_cause_name(story->cause)));
	json_add_member(&out, "urgency", str_of(urgency_name(story->urgency)));
	json_add_member(&out, "sentiment", str_of(sentiment_name(story->sentiment)));
	json_add_member(&out, "model", story->by_rules ? STR("fallback-rules") : STR(MODEL));
	json_add_member(&out, "model_version", story->by_rules ? STR("") : STR("2024-07-18"));
	json_add_member_int(&out, "tokens_prompt", story->tokens_prompt);
	json_add_member_int(&out, "tokens_answer", story->tokens_answer);
	json_add_member_bool(&out, "tokens_estimated", false);
	add_confidence(&out, story);
	json_add_member_bool(&out, "by_rules", story->by_rules);
	json_add_member_bool(&out, "fallback", story->by_rules);
	json_add_member_bool(&out, "provisional", false);
	json_add_member_int(&out, "decided", story->decided);
	json_add_member_int(&out, "model_ms", story->decided - story->found);
	json_add_member(&out, "priority_first", str_of(priority_name(story->before)));
	json_add_member_int(&out, "updated_first", story->found - 90 * MSEC_SECOND);
	json_add_key(&out, "redacted");
	buf_puts(&out, story->id % 5 == 0 ? "{\"EMAIL\":1}" : "{}");
	json_add_member(&out, "prompt_version", STR("v3.0"));
	add_answer(&out, story);
	json_add_member(&out, "rules_because",
	                story->by_rules ? STR("the model did not answer: HTTP 503") : STR(""));
	json_add_member_int(&out, "attempts", story->by_rules ? 3 : 1);
	buf_free(&summary);
	return make(story, RECORD_DECISION, story->decided, &out);
}

static struct invented_record intent_of(const struct story *story)
{
	struct buf out;

	begin(&out);
	add_tags(&out, "tags", story);
	add_tags(&out, "tags_added", story);
	json_add_member(&out, "priority_before", str_of(priority_name(story->before)));
	json_add_member(&out, "priority_set", str_of(priority_name(story->after)));
	json_add_member_int(&out, "at", story->decided + 20);
	json_add_member_bool(&out, "bulk", false);
	json_add_member_bool(&out, "note", true);
	return make(story, RECORD_INTENT, story->decided + 20, &out);
}

static enum priority priority_at_last(const struct story *story)
{
	return story->after != PRIORITY_NONE ? story->after : story->before;
}

static const char *state_of(const struct story *story)
{
	return story->status == OUTCOME_SUCCESS ? "done"
	       : story->status == OUTCOME_ERROR ? "failed"
	                                        : "skipped";
}

/* What it adds to the sums: all that the decision and the end of a ticket would. */
static void count(const struct story *story, struct counts *counts)
{
	struct analysis analysis = {.root_cause = story->cause,
	                            .urgency = story->urgency,
	                            .sentiment = story->sentiment,
	                            .by_rules = story->by_rules,
	                            .fallback = story->by_rules};
	struct spending spent = {(uint64_t)story->tokens_prompt, (uint64_t)story->tokens_answer,
	                         cost(story), false, 0};

	if (story->status != OUTCOME_SKIPPED && !story->counted) {
		counts_decision(counts, &analysis, 1);
		counts_spent(counts, &spent);
	}
	counts_end(counts, story->status, story->ended - story->found);
}

/* Its row in the list of decisions. */
static struct listed *listed_of(const struct story *story)
{
	struct listed *listed = xmalloc(sizeof(*listed));
	struct analysis analysis = {
	        .root_cause = story->cause,
	        .urgency = story->urgency,
	        .sentiment = story->sentiment,
	        .model = story->by_rules ? STR("fallback-rules") : STR(MODEL),
	        .confidence = {true, true, true, story->sure[0], story->sure[1], story->sure[2]},
	        .by_rules = story->by_rules,
	        .fallback = story->by_rules};

	if (story->by_rules)
		analysis.confidence = (struct confidence){0};
	listed_init(listed, story->status, story->ended - story->found);
	if (story->status != OUTCOME_SKIPPED) {
		listed_set_analysis(listed, &analysis);
		listed_set_cost(listed, cost(story));
	}
	listed_set_reason(listed, str_of(story->reason));
	if (story->status == OUTCOME_SUCCESS) {
		listed->priority_before = story->before;
		listed->priority_after = priority_at_last(story);
	}
	return listed;
}

static struct invented_record outcome_of(const struct story *story, bool full)
{
	enum known_kind kinds[] = {[OUTCOME_SUCCESS] = KNOWN_DONE,
	                           [OUTCOME_ERROR] = KNOWN_SKIPPED,
	                           [OUTCOME_SKIPPED] = KNOWN_SKIPPED};
	struct known known = {.kind = kinds[story->status], .when = story->ended};
	struct buf out;

	begin(&out);
	json_add_member(&out, "state", str_of(state_of(story)));
	json_add_member(&out, "reason", str_of(story->reason));
	json_add_member_int(&out, "at", story->ended);
	if (full && story->status == OUTCOME_SUCCESS) {
		buf_puts(&out, ",\"tags_before\":[\"web\"]");
		add_tags(&out, "tags_after", story);
		json_add_member(&out, "priority_before", str_of(priority_name(story->before)));
		json_add_member(&out, "priority_after",
		                str_of(priority_name(priority_at_last(story))));
		json_add_member_int(&out, "model_ms", story->decided - story->found);
		json_add_member_int(&out, "write_ms", 60);
		json_add_member_int(&out, "queue_ms", story->ended - story->decided - 60);
	}
	struct invented_record made = make(story, RECORD_OUTCOME, story->ended, &out);
	made.record.brief = known_pack(known);
	made.record.listed = listed_of(story);
	count(story, &made.record.counts);
	return made;
}

/* What failed is tried again, and succeeds; its decision was counted before. */
static void come_back(struct story *story, msec now)
{
	msec again = story->ended + 5 * MSEC_MINUTE;

	story->status = OUTCOME_SUCCESS;
	story->reason = "";
	story->counted = true;
	story->found = again < now ? again : now;
	story->decided = story->found;
	story->ended = story->found + 250;
}

/* --- what agents chose afterwards, found in a sample of tickets --- */

/* Of a hundred looked at, so many get another category: refunds that were called bugs are the usual
 * mistake. */
static const unsigned wrong_percents[CAUSE_COUNT] = {
        [CAUSE_BUG] = 17, [CAUSE_FEATURE] = 6, [CAUSE_REFUND] = 4, [CAUSE_OTHER] = 9};
static const enum root_cause instead[CAUSE_COUNT] = {[CAUSE_BUG] = CAUSE_REFUND,
                                                     [CAUSE_FEATURE] = CAUSE_OTHER,
                                                     [CAUSE_REFUND] = CAUSE_BUG,
                                                     [CAUSE_OTHER] = CAUSE_BUG};

static bool is_looked_at(const struct story *story)
{
	return story->status == OUTCOME_SUCCESS &&
	       (story->id % 20 == 0 || story->id == INVENTED_KNOWN_ID);
}

static struct invented_record choice_of(struct prng *prng, const struct story *story, msec now)
{
	bool wrong = story->id != INVENTED_KNOWN_ID &&
	             prng_below(prng, 100) < wrong_percents[story->cause];
	bool urgent = story->id != INVENTED_KNOWN_ID && prng_below(prng, 100) < 5;
	msec later = story->ended + MSEC_MINUTE + (msec)prng_below(prng, 3 * MSEC_HOUR);
	struct buf out;

	begin(&out);
	json_add_member_int(&out, "at", later < now ? later : now);
	json_add_member(&out, "by", STR("agent"));
	json_add_key(&out, "priority");
	buf_puts(&out, urgent ? "\"high\"" : "null");
	json_add_key(&out, "tags");
	buf_printf(&out, "[\"ai_%s\"]",
	           root_cause_name(wrong ? instead[story->cause] : story->cause));
	json_add_member_int(&out, "audit", (int64_t)story->id * 10);
	return make(story, RECORD_CHOICE, later < now ? later : now, &out);
}

size_t invented_next(struct invented_history *history,
                     struct invented_record records[INVENTED_RECORDS_MAX])
{
	struct story story;
	size_t made = 0;
	msec at;

	if (!next_time(history, &at))
		return 0;
	tell(history, at, &story);
	bool full =
	        history->made + history->full >= history->tickets || story.id == INVENTED_KNOWN_ID;
	history->made++;
	if (full && story.status != OUTCOME_SKIPPED)
		records[made++] = decision_of(&story);
	if (full && story.status == OUTCOME_SUCCESS)
		records[made++] = intent_of(&story);
	records[made++] = outcome_of(&story, full);
	if (story.status == OUTCOME_ERROR) {
		come_back(&story, history->now);
		records[made++] = outcome_of(&story, full);
	}
	if (full && is_looked_at(&story))
		records[made++] = choice_of(&history->prng, &story, history->now);
	return made;
}
