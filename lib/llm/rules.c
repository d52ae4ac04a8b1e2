/* Classification by rules. The text is brought into one plain form (lower case, words separated by
 * single blanks) and read once; at each word, the phrases that begin with its first two bytes are
 * compared. Every phrase found adds its weight to its label. */
#include "llm/rules.h"

#include <string.h>

#include "llm/labels.h"

#define TEXT_MAX 8192 /* bytes of plain text; a ticket says what it is about at its beginning */
#define PHRASES_MAX 1024
#define BUCKETS 1024
#define NONE UINT16_MAX
#define NEGATION_REACH 3 /* words */
#define SUBJECT_FACTOR 2
#define RULES_SUMMARY_CHARS 100
/* A label must score more than this to be chosen instead of medium or neutral. */
#define MEDIUM_BIAS 5
#define NEUTRAL_BIAS 3

struct rule {
	enum label_field field;
	int label;
	int weight;
	const char *phrases;
};

#define BUG LABEL_ROOT_CAUSE, CAUSE_BUG
#define FEATURE LABEL_ROOT_CAUSE, CAUSE_FEATURE
#define REFUND LABEL_ROOT_CAUSE, CAUSE_REFUND
#define OTHER LABEL_ROOT_CAUSE, CAUSE_OTHER
#define HIGH LABEL_URGENCY, URGENCY_HIGH
#define LOW LABEL_URGENCY, URGENCY_LOW
#define POSITIVE LABEL_SENTIMENT, SENTIMENT_POSITIVE
#define NEGATIVE LABEL_SENTIMENT, SENTIMENT_NEGATIVE

static const struct rule rules[] = {
#define RULE(label, weight, phrases) {label, weight, phrases},
#define NEGATIONS(phrases)
#include "llm/rules.def"
};

static const char negations[] =
#define RULE(label, weight, phrases)
#define NEGATIONS(phrases) phrases
#include "llm/rules.def"
        ;

struct phrase {
	const char *text; /* in the table */
	uint8_t len;
	bool any_ending;
	bool negation;
	const struct rule *rule; /* NULL for a negation */
	uint16_t next;           /* in the bucket */
};

/* The phrases of all rules, by bucket: built at the first use and never changed afterwards. */
static struct {
	struct phrase phrases[PHRASES_MAX];
	uint16_t count;
	uint16_t buckets[BUCKETS];
} catalogue;

static size_t bucket_of(const char *word)
{
	return ((unsigned char)word[0] * 33u + (unsigned char)word[1]) % BUCKETS;
}

static void add_phrases(const char *phrases, const struct rule *rule)
{
	struct str rest = str_of(phrases);

	while (rest.len > 0) {
		struct str text = str_trim(str_split(&rest, ','));
		bool any_ending = str_ends(text, STR("*"));
		ENSURE(text.len >= 1 && text.len < 64 && catalogue.count < PHRASES_MAX);
		struct phrase *phrase = &catalogue.phrases[catalogue.count];
		/* After a phrase of one byte comes the blank that ends its word. */
		char start[2] = {text.data[0], text.len > 1 ? text.data[1] : ' '};
		uint16_t *bucket = &catalogue.buckets[bucket_of(start)];
		*phrase = (struct phrase){text.data,  (uint8_t)(text.len - any_ending),
		                          any_ending, !rule,
		                          rule,       *bucket};
		*bucket = catalogue.count++;
	}
}

static void make_catalogue(void)
{
	if (catalogue.count > 0)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		catalogue.buckets[i] = NONE;
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		add_phrases(rules[i].phrases, &rules[i]);
	add_phrases(negations, NULL);
}

/* The plain form: a blank, then words each followed by one blank. */
struct plain {
	/* blanks after the end, so that comparing needs no bounds check */
	char text[TEXT_MAX + 64];
	size_t len;
	size_t subject_len;
	char last; /* the previous byte of the source */
};

static bool is_word_byte(char c)
{
	return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

static void put_char(struct plain *plain, char c)
{
	if (plain->len < TEXT_MAX && (c != ' ' || plain->text[plain->len - 1] != ' '))
		plain->text[plain->len++] = c;
}

/* Lower case for ASCII and for the Latin letters whose UTF-8 begins with C3: À to Þ become à to
 * þ. */
static char lower_latin(char last, char c)
{
	unsigned char byte = (unsigned char)c;

	if ((unsigned char)last == 0xC3 && byte >= 0x80 && byte <= 0x9E)
		return (char)(byte + 0x20);
	return ascii_lower(c);
}

/* Appends the plain form of a text. Apostrophes are left out: "don't" is one word. */
static void add_plain(struct plain *plain, struct str text)
{
	plain->last = ' ';
	for (size_t i = 0; i < text.len && plain->len < TEXT_MAX; i++) {
		char c = text.data[i];
		if (str_starts(str_skip(text, i), STR("\xE2\x80\x99"))) {
			i += 2;
		} else if (is_word_byte(c)) {
			put_char(plain, lower_latin(plain->last, c));
		} else if (c == '?' || c == '!') {
			put_char(plain, ' ');
			put_char(plain, c);
			put_char(plain, ' ');
		} else if (c != '\'') {
			put_char(plain, ' ');
		}
		plain->last = c;
	}
	put_char(plain, ' ');
}

static void make_plain(struct plain *plain, struct str subject, struct str description)
{
	plain->text[0] = ' ';
	plain->len = 1;
	add_plain(plain, subject);
	plain->subject_len = plain->len;
	if (plain->len > 1 && plain->len < TEXT_MAX)
		/* no phrase may reach from the subject into the description */
		memcpy(plain->text + plain->len++, "|", 1);
	put_char(plain, ' ');
	add_plain(plain, description);
	memset(plain->text + plain->len, ' ', sizeof(plain->text) - plain->len);
}

/* The scores while the text is read. */
struct tally {
	int score[LABEL_FIELDS][LABELS_MAX];
	uint8_t seen[PHRASES_MAX]; /* how much of a phrase's weight was counted */
	size_t word;               /* number of the present word */
	size_t negated_until;      /* words before this one are negated */
};

static void count_phrase(struct tally *tally, uint16_t index, bool in_subject)
{
	const struct rule *rule = catalogue.phrases[index].rule;
	uint8_t factor = in_subject ? SUBJECT_FACTOR : 1;
	bool negated = tally->word < tally->negated_until;
	int label = rule->label;

	if (tally->seen[index] >= factor)
		return;
	if (negated && rule->field == LABEL_SENTIMENT) {
		if (label == SENTIMENT_NEGATIVE)
			return;
		label = SENTIMENT_NEGATIVE;
	}
	if (negated && rule->field == LABEL_URGENCY)
		return;
	tally->score[rule->field][label] += rule->weight * (factor - tally->seen[index]);
	tally->seen[index] = factor;
}

static void read_word(struct tally *tally, const struct plain *plain, size_t at)
{
	const char *word = plain->text + at;
	bool negation = false;

	if (*word == '|')
		tally->negated_until = 0;
	for (uint16_t i = catalogue.buckets[bucket_of(word)]; i != NONE;
	     i = catalogue.phrases[i].next) {
		const struct phrase *phrase = &catalogue.phrases[i];
		if (memcmp(word, phrase->text, phrase->len) != 0 ||
		    (!phrase->any_ending && word[phrase->len] != ' '))
			continue;
		if (phrase->negation)
			negation = true;
		else
			count_phrase(tally, i, at < plain->subject_len);
	}
	if (negation)
		tally->negated_until = tally->word + 1 + NEGATION_REACH;
}

static void read_plain(struct tally *tally, const struct plain *plain)
{
	for (size_t at = 1; at < plain->len;) {
		read_word(tally, plain, at);
		tally->word++;
		const char *blank = memchr(plain->text + at, ' ', sizeof(plain->text) - at);
		at = (size_t)(blank - plain->text) + 1;
	}
}

/* The label with the highest score; of equals the one that is first in `order`. */
static int best_of(const int score[LABELS_MAX], const int *order, size_t count)
{
	int best = order[0];

	for (size_t i = 1; i < count; i++)
		if (score[order[i]] > score[best])
			best = order[i];
	return best;
}

struct rules_labels rules_classify(struct str subject, struct str description)
{
	static const int causes[] = {CAUSE_OTHER, CAUSE_BUG, CAUSE_REFUND, CAUSE_FEATURE};
	static const int urgencies[] = {URGENCY_MEDIUM, URGENCY_HIGH, URGENCY_LOW};
	static const int sentiments[] = {SENTIMENT_NEUTRAL, SENTIMENT_NEGATIVE, SENTIMENT_POSITIVE};
	struct plain plain;
	struct tally tally = {0};

	make_catalogue();
	make_plain(&plain, subject, description);
	read_plain(&tally, &plain);
	tally.score[LABEL_URGENCY][URGENCY_MEDIUM] = MEDIUM_BIAS;
	tally.score[LABEL_SENTIMENT][SENTIMENT_NEUTRAL] = NEUTRAL_BIAS;
	return (struct rules_labels){
	        .root_cause = (enum root_cause)best_of(tally.score[LABEL_ROOT_CAUSE], causes,
	                                               ARRAY_LEN(causes)),
	        .urgency = (enum urgency)best_of(tally.score[LABEL_URGENCY], urgencies,
	                                         ARRAY_LEN(urgencies)),
	        .sentiment = (enum sentiment)best_of(tally.score[LABEL_SENTIMENT], sentiments,
	                                             ARRAY_LEN(sentiments)),
	};
}

static struct str first_line(struct str text)
{
	struct str rest = str_trim(text);

	return str_trim(str_split(&rest, '\n'));
}

void rules_analyse(struct str subject, struct str description, struct arena *arena,
                   struct analysis *ret)
{
	struct rules_labels labels = rules_classify(subject, description);
	struct str summary = first_line(subject);

	if (summary.len == 0)
		summary = first_line(description);
	if (summary.len == 0)
		summary = STR(RULES_NO_TEXT);
	*ret = (struct analysis){
	        .summary = arena_str(arena, utf8_cut_chars(summary, RULES_SUMMARY_CHARS)),
	        .root_cause = labels.root_cause,
	        .urgency = labels.urgency,
	        .sentiment = labels.sentiment,
	        .model = STR(RULES_MODEL),
	        .by_rules = true,
	};
}
